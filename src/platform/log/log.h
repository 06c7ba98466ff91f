/* SPDX-License-Identifier: MIT */
/*
 * The structured log: short human lines on the terminal, JSON lines in a rotated file. A line is a
 * stable event name, a sentence, and fields. Any thread may log; a line is written whole. Logging
 * makes nobody wait, neither for a disk nor for another thread: lines go through a bounded queue
 * without locks to a writer thread, and a full queue drops the line and counts it (the next written
 * line says how many).
 *
 *     log_warn("feed.stale", "BTC/USD has been silent for 181 s", "pair", "BTC/USD", NULL);
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
    LOG_DEBUG,
    LOG_INFO,
    LOG_WARN,
    LOG_ERROR,
};

struct log_config {
    enum log_level level;
    bool quiet;          /* nothing on the terminal but errors */
    const char *file;    /* NULL: none */
    int64_t rotate_size; /* bytes; the file is then renamed to file.1 ... file.keep */
    uint32_t keep;
};

/* 0, or -errno with the reason in `error`. Before it, lines go to standard error as they come. */
int log_open(const struct log_config *config, char *error, size_t error_size);

/* Writes what is queued and closes. */
void log_close(void);

/* Fields are pairs of texts, ended by NULL. */
void log_write(enum log_level level, const char *event, const char *sentence, ...)
    __attribute__((sentinel));

/* The sentence from a format; no fields. */
void log_printf(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)

/* Lines of LOG_ERROR since start: a session that ends with none ended well. */
uint64_t log_error_count(void);

/* A status line kept at the foot of a terminal; NULL removes it. No-op when not a terminal. */
void log_status(const char *line);

/* CHECK failures are logged and flushed before the process aborts. */
void log_take_checks(void);
