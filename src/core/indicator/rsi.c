/* SPDX-License-Identifier: MIT */
#include "core/indicator/rsi.h"

#include <math.h>

#include "core/base/check.h"

void rsi_init(struct rsi *rsi, uint32_t period)
{
    CHECK(period >= 1);
    *rsi = (struct rsi){.period = period, .weight = 1.0 / period};
}

static void rsi_add_move(struct rsi *rsi, double gain, double loss)
{
    if (rsi->move_count == rsi->period) {
        rsi->gain_avg += (gain - rsi->gain_avg) * rsi->weight;
        rsi->loss_avg += (loss - rsi->loss_avg) * rsi->weight;
        return;
    }
    rsi->gain_avg += gain;
    rsi->loss_avg += loss;
    if (++rsi->move_count == rsi->period) {
        rsi->gain_avg /= rsi->period;
        rsi->loss_avg /= rsi->period;
    }
}

bool rsi_update(struct rsi *rsi, double close, double *ret_value)
{
    double move = rsi->close_last > 0 ? close - rsi->close_last : 0;
    bool first = rsi->close_last <= 0;
    rsi->close_last = close;
    if (first)
        return false;

    /* Without a branch: which way a candle went cannot be predicted. Both are exact. */
    const double gain = 0.5 * (fabs(move) + move);
    rsi_add_move(rsi, gain, gain - move);
    if (rsi->move_count < rsi->period)
        return false;

    double both = rsi->gain_avg + rsi->loss_avg;
    *ret_value = both > 0 ? 100 * (rsi->gain_avg / both) : 50;
    return true;
}
