/* SPDX-License-Identifier: MIT */
/*
 * The curves of a backtest as charts show them: of each stretch the lowest and the highest equity
 * in their order. And as a picture.
 */
#pragma once

#include "research/report.h"

#define CHART_POINT_MAX 1000

struct chart_point {
    int64_t time_ns, ours, held;
    double fall; /* the deepest of the stretch, 0..1 */
};

/* At most `room` points, of as many stretches as half of that; returns how many there are. */
size_t chart_sample(const struct run_report *report, struct chart_point *points, size_t room);

/* Equity beside buy and hold, the drawdown below, as a PNG; nothing where plot_is_built is not. */
void chart_png(const struct run_report *report, FILE *out);
