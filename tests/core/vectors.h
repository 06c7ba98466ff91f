/* SPDX-License-Identifier: MIT */
/*
 * The published answers: 1,200 real candles with TA-Lib's indicators beside them, for a market near
 * 10,000 and one near 0.00001. An indicator must be there on the same rows, and equal.
 */
#pragma once

#include "csv.h"

static const char *const vector_files[] = {
    "vectors/indicators_btcusd_1h_2020.csv",
    "vectors/indicators_pepeusd_5m_2024.csv",
};

/* `got` where `ready`, against column `name`: relative to the answer, or to `scale` if larger. */
static inline void vector_expect(const struct csv *csv, const char *name, bool ready, double got,
                                 double scale)
{
    double want = csv_get(csv, name);
    EXPECT_INT(ready, !isnan(want));
    if (ready)
        EXPECT_NEAR(got, want, 1e-9 * fmax(fabs(want), scale));
}
