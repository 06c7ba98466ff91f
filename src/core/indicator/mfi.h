/* SPDX-License-Identifier: MIT */
/*
 * Money Flow Index (G. Quong and A. Soudack, 1989), 0..100: of the last `period` candles' money,
 * typical price times volume, the part that flowed while the typical price rose. A candle whose
 * typical price is that of the one before counts on neither side. The first value arrives with
 * candle number period + 1.
 *
 * Where no money flowed either way it is 50: neither side is stronger. (TA-Lib gives 0 there, and
 * wherever less than 1 flowed, whatever the unit.)
 */
#pragma once

#include "core/indicator/window_sum.h"

struct mfi {
    double typical_last; /* 0 until the first candle */
    struct window_sum up;
    struct window_sum down;
};

static inline uint32_t mfi_store(uint32_t period)
{
    return 2 * window_sum_store(period);
}

void mfi_init(struct mfi *mfi, uint32_t period);

/* `typical` is candle_typical. Returns false while warming up; *ret_value is then untouched. */
bool mfi_update(struct mfi *mfi, double *store, double typical, double volume, double *ret_value);
