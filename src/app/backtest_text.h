/* SPDX-License-Identifier: MIT */
/* A backtest's figures as texts, for the page on a terminal and the one for a browser; "-" for a
 * figure that there is none of. */
#pragma once

#include "research/report.h"

#define CELL 40

const char *text_percent(char text[CELL], double part); /* "+2.14 %" */
const char *text_share(char text[CELL], double part);   /* "31.2 %" */
const char *text_figure(char text[CELL], double value); /* "1.21" */
const char *text_money(char text[CELL], double money);  /* "10,213.55", of 1e-8 */
const char *text_length(char text[CELL], int64_t ns);   /* "12 d 4 h"; "-" for none */
const char *text_date(char text[CELL], int64_t time_ns);

/* "KRAKEN:BTC/USD". */
const char *text_pair(const struct run_report *report, uint32_t pair, char text[CELL]);

/* A figure of the run, and beside it that of buy and hold or whatever belongs there. */
struct text_row {
    const char *name; /* NULL: a gap */
    char ours[CELL], beside[CELL];
};

#define TEXT_ROW_MAX 32

/* All figures in their order; returns how many rows. */
uint32_t text_rows(const struct run_report *report, struct text_row rows[TEXT_ROW_MAX]);

/* "sma_cross 1h, trend 1h"; what became of the decisions: "enter 12, too_few 300". */
void text_strategies(const struct run_report *report, char *text, size_t size);
void text_verdicts(const struct run_report *report, char *text, size_t size);
/* How orders were filled, where trades or books filled them; else "". */
void text_how(const struct run_report *report, char *text, size_t size);
void text_ends(const struct run_report *report, char *text, size_t size);
