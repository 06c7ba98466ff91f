/* SPDX-License-Identifier: MIT */
#include "core/indicator/adx.h"

#include <math.h>

#include "core/base/check.h"
#include "core/indicator/true_range.h"

void adx_init(struct adx *adx, uint32_t period)
{
    CHECK(period >= 1);
    *adx = (struct adx){.period = period, .weight = 1.0 / period};
}

/* x, or 0 where it is below. Exact, and without a branch that no processor could predict. */
static double adx_above_zero(double x)
{
    return 0.5 * (fabs(x) + x);
}

/* Of a candle that reaches out on both sides only the longer reach counts; of equal ones none. */
static void adx_add_move(struct adx *adx, double high, double low)
{
    const double up = high - adx->high_last;
    const double down = adx->low_last - low;
    adx->plus_move_sum += (up > down) * adx_above_zero(up);
    adx->minus_move_sum += (down > up) * adx_above_zero(down);
}

/* The sums hold period - 1 moves, not period, when the smoothing sets in: that is how TA-Lib reads
 * Wilder's book. */
static void adx_add(struct adx *adx, double high, double low)
{
    if (adx->move_count >= adx->period) {
        adx->plus_move_sum -= adx->plus_move_sum * adx->weight;
        adx->minus_move_sum -= adx->minus_move_sum * adx->weight;
        adx->range_sum -= adx->range_sum * adx->weight;
    }
    adx_add_move(adx, high, low);
    adx->range_sum += true_range_of(high, low, adx->close_last);
}

static bool adx_share(const struct adx *adx, double *ret_plus, double *ret_minus)
{
    if (adx->move_count < adx->period)
        return false;
    const double scale = adx->range_sum > 0 ? 100 / adx->range_sum : 0;
    *ret_plus = adx->plus_move_sum * scale;
    *ret_minus = adx->minus_move_sum * scale;
    return true;
}

bool adx_directions(const struct adx *adx, double *ret_plus, double *ret_minus)
{
    return adx_share(adx, ret_plus, ret_minus);
}

/* The newest DX joins the average: the plain mean of the first `period`, smoothed from then on.
 * Where neither side moved there is no DX. */
static void adx_average(struct adx *adx, double plus, double minus)
{
    double both = plus + minus;
    double dx = both > 0 ? 100 * (fabs(minus - plus) / both) : 0;
    if (adx->move_count < 2 * adx->period)
        adx->adx += dx;
    else if (both > 0)
        adx->adx += (dx - adx->adx) * adx->weight;
    if (adx->move_count == 2 * adx->period - 1)
        adx->adx /= adx->period;
}

bool adx_update(struct adx *adx, double high, double low, double close, double ret_values[3])
{
    bool first = adx->close_last <= 0;
    if (!first) {
        if (adx->move_count < 2 * adx->period)
            adx->move_count++;
        adx_add(adx, high, low);
    }
    adx->high_last = high;
    adx->low_last = low;
    adx->close_last = close;

    double plus, minus;
    if (!adx_share(adx, &plus, &minus))
        return false;
    adx_average(adx, plus, minus);
    if (adx->move_count < 2 * adx->period - 1)
        return false;
    ret_values[0] = adx->adx;
    ret_values[1] = plus;
    ret_values[2] = minus;
    return true;
}
