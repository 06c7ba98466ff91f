/* SPDX-License-Identifier: MIT */
/*
 * Text for a reader before a terminal, on standard output: lines that end where the window does,
 * broken between words. Where there is no window a line has PAGE_WIDTH columns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PAGE_WIDTH 100
#define PAGE_LABEL 12 /* columns of page_item's label, two of indent before it included */

size_t page_width(void);

/* Whether a terminal listens there, and NO_COLOR is not in the environment. */
bool page_has_color(FILE *out);

/* A line that begins with `label` and goes on under its own text. NULL: goes on under the last. */
void page_item(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A paragraph, or what lies `indent` columns in. */
void page_text(size_t indent, const char *text);

/* One line, cut with "..." where the window ends. */
void page_line(const char *text);

/* "64,210.5": eight digits that count. */
void page_price(char *out, size_t size, double price);

/* "1,234.50" of "1234.50000000", as money is rounded for reading. */
void page_money(char *out, size_t size, const char *decimal);

/* The same of a gain or a loss, with its sign: "+1,234.50". */
void page_gain(char *out, size_t size, const char *decimal);

/* 1 of a gain, -1 of a loss, 0 of nothing; thousands may be parted by commas. */
int page_sign(const char *decimal);

/* "2.5" of "2.50000000". */
void page_decimal(char *out, size_t size, const char *decimal);

/* "2024-01-01 01:30:08", of which `from` characters are left out at the front. */
void page_time(char *out, size_t size, int64_t time_ns, size_t from);
