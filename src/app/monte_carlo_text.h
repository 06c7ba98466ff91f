/* SPDX-License-Identifier: MIT */
/* The figures of `cuttle montecarlo` as texts, for the terminal and the page. */
#pragma once

#include "app/backtest_text.h"
#include "app/monte_carlo.h"

#define MONTE_CARLO_ROW_MAX 10
#define MONTE_CARLO_TEXT_MAX 256

/* A row of the table, or with no bands a headline above some. */
struct monte_carlo_row {
    char name[80];
    const char *(*put)(char text[CELL], double value);
    double own; /* of the run as it came */
    const struct bands *bands;
};

/* All rows in their order; returns how many. */
uint32_t monte_carlo_rows(const struct monte_carlo_job *job,
                          struct monte_carlo_row rows[MONTE_CARLO_ROW_MAX]);

/* What the table does not say, a sentence each; false behind the last. */
bool monte_carlo_sentence(const struct monte_carlo_job *job, int index,
                          char text[MONTE_CARLO_TEXT_MAX]);
