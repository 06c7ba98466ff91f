/* SPDX-License-Identifier: MIT */
/* What pages have in common that open from disk and ask nobody for anything: their style, light and
 * dark, and texts that cannot be mistaken for markup. */
#pragma once

#include <stdio.h>

extern const char html_style[];

/* A script: a click on a table's heading sorts it. */
extern const char html_sorting[];

/* Up to and with <body>. */
void html_begin(FILE *out, const char *what, const char *name);

void html_text(FILE *out, const char *text);

/* "<td>text</td>". */
void html_cell(FILE *out, const char *text);
