/* SPDX-License-Identifier: MIT */
/*
 * The file that log lines go to: appended to, whole lines only, renamed to file.1 ... file.keep
 * when full. A write that fails leaves no half line behind; a renaming that fails costs no line:
 * the file in use grows on, and the renaming is tried again. Used by log.c, on its writer thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_PATH_MAX 4096

struct log_file {
    int fd; /* negative: none */
    char path[LOG_PATH_MAX];
    int64_t size;
    int64_t rotate_size; /* 0: never */
    int64_t rotate_at;   /* the size at which it is tried next */
    int rotate_error;    /* -errno of the last try */
    uint32_t keep;
};

/* 0, or -errno. */
int log_file_open(struct log_file *file, const char *path, int64_t rotate_size, uint32_t keep);
void log_file_close(struct log_file *file);

/* 0, or -errno, and then nothing of the line is in the file. */
int log_file_write(struct log_file *file, const char *line, size_t len);
