/* SPDX-License-Identifier: MIT */
/*
 * Williams %R (L. Williams, 1973), -100..0: how far below the highest high of the last `period`
 * candles the close stands, as a part of their range. The first value arrives with candle number
 * `period`. Where there was no range at all it is 0.
 */
#pragma once

#include "core/indicator/extremes.h"

struct williams {
    struct extremes extremes;
};

void williams_init(struct williams *williams, uint32_t period);

/* `store` is extremes_store(period). Returns false while warming up; *ret_value is then untouched.
 */
bool williams_update(struct williams *williams, double *store, double high, double low,
                     double close, double *ret_value);
