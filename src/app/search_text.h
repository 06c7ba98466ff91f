/* SPDX-License-Identifier: MIT */
/* A search's figures as texts, for the terminal and the page. */
#pragma once

#include "app/backtest_text.h"
#include "app/search.h"

/* A figure of the objective, as one reads it: a profit in percent. */
const char *search_figure(const struct search_job *job, double value, char text[CELL]);

/* The objective's figure; "-" where nothing was traded. */
const char *search_value(const struct search_job *job, const struct outcome *outcome,
                         char text[CELL]);

/* How many of the settled sets are refused, and why. */
uint64_t search_refused(const struct search_job *job, uint64_t counts[REFUSAL_COUNT]);

/* "200 sets tried, 12 that the configuration refuses passed over; refused: 3 (3 with fewer
 * trades)". */
void search_counts(const struct search_job *job, char *text, size_t size);

/* What works the sets out, and why not a kernel. */
void search_say_path(const struct search_job *job, char *text, size_t size);
