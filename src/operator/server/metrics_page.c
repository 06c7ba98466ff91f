/* SPDX-License-Identifier: MIT */
#include "operator/server/metrics_page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void page_printf(struct page *page, const char *format, ...)
{
    va_list args;
    if (page->len >= page->size)
        return;
    va_start(args, format);
    int len = vsnprintf(page->text + page->len, page->size - page->len, format, args);
    va_end(args);
    page->len += len > 0 ? (size_t)len : 0;
}

void page_value(struct page *page, double value)
{
    if (isnan(value))
        page_printf(page, "NaN\n");
    else if (isinf(value))
        page_printf(page, value > 0 ? "+Inf\n" : "-Inf\n");
    else
        page_printf(page, "%.17g\n", value);
}

void page_head(struct page *page, const char *name, const char *type, const char *help)
{
    page_printf(page, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value: backslash, quote and newline are escaped, nothing else is special. */
void page_label(struct page *page, const char *value)
{
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            page_printf(page, "\\%c", *value);
        else if (*value == '\n')
            page_printf(page, "\\n");
        else
            page_printf(page, "%c", *value);
    }
}
