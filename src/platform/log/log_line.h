/* SPDX-License-Identifier: MIT */
/*
 * One log line as a record of texts, and its two faces: the human one and JSON. Used by log.c.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/log/log.h"

/* All texts of a line; what is longer is cut and ends in "...". */
#define LOG_TEXT_MAX 4096

/* A control character is six bytes in JSON, and the frame round the texts is small. */
#define LOG_LINE_MAX (6 * LOG_TEXT_MAX + 1024)

struct log_line {
    int64_t time_ns;
    enum log_level level;
    bool status;             /* no line: what is to stand at the terminal's foot from here on */
    uint32_t len;            /* of text */
    char text[LOG_TEXT_MAX]; /* event, sentence, then names and values; each ends in 0 */
};

void log_line_init(struct log_line *line, int64_t time_ns, enum log_level level);

/* Adds one text, cut to what room is left. */
void log_line_add(struct log_line *line, const char *text);

/* The bytes of a line in use, for a queue. */
size_t log_line_size(const struct log_line *line);

/* Each writes one line with its newline into LOG_LINE_MAX bytes and returns its length. Control
 * characters are shown, never sent: a name from outside cannot move the terminal's cursor. On a
 * terminal the time is short, the level in colour where wanted. */
size_t log_line_human(const struct log_line *line, bool terminal, bool colour, char *out);
size_t log_line_json(const struct log_line *line, char *out);
