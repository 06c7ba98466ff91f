/* SPDX-License-Identifier: MIT */
/* Prometheus' text exposition format into a buffer. When it is full `len` is no less than `size`.
 */
#pragma once

#include <stddef.h>

struct api_source;

struct page {
    char *text;
    size_t size;
    size_t len;
};

void page_printf(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* HELP and TYPE: once, before the rows of a name. */
void page_head(struct page *page, const char *name, const char *type, const char *help);

/* The figure and the end of the line. */
void page_value(struct page *page, double value);

/* A label's value: backslash, quote and newline are escaped, nothing else is special. */
void page_label(struct page *page, const char *value);

/* metrics_load.c: how threads, queues, disk and memory keep up, and what the sentry raised. */
void metrics_put_load(struct page *page, const struct api_source *source);
