/* SPDX-License-Identifier: MIT */
/*
 * Two axes of a search against each other: the mean of the objective in each cell, over all other
 * axes. The mean, not the best: a lone peak between bad neighbours is luck.
 */
#pragma once

#include "app/search.h"

#define HEAT_MAX 24 /* bins of an axis */

struct heat {
    uint32_t across, down; /* axes */
    uint32_t columns, rows;
    double mean[HEAT_MAX][HEAT_MAX]; /* by row; NAN where no set was */
    double low, high;                /* of all cells; NAN where there is none */
};

/* How many bins an axis has, `most` at most: one for each of its levels where there is room. */
uint32_t heat_bins(const struct axis *axis, uint32_t most);
uint32_t heat_bin(const struct axis *axis, double value, uint32_t bins);

/* What is in the middle of a bin. Returns `text`. */
const char *heat_label(const struct axis *axis, uint32_t bin, uint32_t bins, char *text,
                       size_t size);

void heat_measure(const struct search_job *job, uint32_t across, uint32_t down, uint32_t columns,
                  uint32_t rows, struct heat *ret);
