/* SPDX-License-Identifier: MIT */
/*
 * Average Directional Index with its two directions (J. W. Wilder, 1978), as TA-Lib computes them.
 *
 * +DI and -DI (0..100) say how much of the true range was movement up or down; they are there from
 * candle number period + 1. ADX (0..100) averages how far the two are apart: how strong the trend
 * is, whichever way; its first value arrives with candle number 2 * period.
 * With no range at all both directions are 0, and ADX keeps its value while neither side moves.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct adx {
    uint32_t period;
    uint32_t move_count; /* candles after the first; saturates at 2 * period */
    double weight;       /* 1 / period */
    double high_last;
    double low_last;
    double close_last;    /* 0 until the first candle */
    double plus_move_sum; /* Wilder's sums: each candle 1/period of the sum goes */
    double minus_move_sum;
    double range_sum;
    double adx; /* a sum of DX while warming up */
};

void adx_init(struct adx *adx, uint32_t period);

/* Writes adx, +di, -di. Returns false while ADX warms up; ret_values is then untouched. */
bool adx_update(struct adx *adx, double high, double low, double close, double ret_values[3]);

/* The directions alone. Returns false while they warm up. */
bool adx_directions(const struct adx *adx, double *ret_plus, double *ret_minus);
