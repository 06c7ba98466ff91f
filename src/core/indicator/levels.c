/* SPDX-License-Identifier: MIT */
#include "core/indicator/levels.h"

#include <math.h>
#include <string.h>

#include "core/base/check.h"

#define SPAN (2 * LEVELS_REACH + 1)

/* One side's part of the store. `swings` ascend by price; candles[i] is the number of swings[i]'s
 * candle, a whole number far below 2^53. */
struct side_store {
    double *newest; /* the last SPAN highs, oldest first */
    double *swings;
    double *candles;
};

static struct side_store side_store(double *store, uint32_t period, uint32_t side)
{
    const uint32_t swings = levels_swings(period);
    double *begin = store + side * (SPAN + 2 * swings);
    return (struct side_store){begin, begin + SPAN, begin + SPAN + swings};
}

void levels_init(struct levels *levels, uint32_t period, double tolerance)
{
    CHECK(period > 2 * LEVELS_REACH && tolerance >= 0 && tolerance < 1);
    *levels = (struct levels){.period = period, .tolerance = tolerance};
}

/* Whether the candle in the middle of the newest is a swing; lows come with their sign turned. */
static bool is_swing(const double *newest)
{
    bool swing = true;
    for (uint32_t k = 1; k <= LEVELS_REACH; k++)
        swing = swing && newest[LEVELS_REACH] >= newest[LEVELS_REACH - k] &&
                newest[LEVELS_REACH] > newest[LEVELS_REACH + k];
    return swing;
}

static void add_swing(struct levels_side *side, const struct side_store *store, double price,
                      double candle)
{
    uint32_t at = side->count++;
    for (; at > 0 && store->swings[at - 1] > price; at--) {
        store->swings[at] = store->swings[at - 1];
        store->candles[at] = store->candles[at - 1];
    }
    store->swings[at] = price;
    store->candles[at] = candle;
}

/* The swing of that candle leaves the window; false when it had none. */
static bool drop_swing(struct levels_side *side, const struct side_store *store, double candle)
{
    uint32_t at = 0;
    while (at < side->count && store->candles[at] != candle)
        at++;
    if (at == side->count)
        return false;
    side->count--;
    const size_t behind = (side->count - at) * sizeof(double);
    memmove(store->swings + at, store->swings + at + 1, behind);
    memmove(store->candles + at, store->candles + at + 1, behind);
    return true;
}

/* From the top down: each swing with those below it that are within the tolerance of it. */
static void find_level(struct levels_side *side, const struct side_store *store, double tolerance)
{
    uint32_t end = side->count; /* swings[low] .. swings[end - 1] are within reach of end - 1 */
    uint32_t low = end, best_low = 0, best = 0;
    for (; end > 0; end--) {
        const double top = store->swings[end - 1];
        while (low > 0 && store->swings[low - 1] >= top - tolerance * fabs(top))
            low--;
        if (end - low > best) {
            best = end - low;
            best_low = low;
        }
    }
    double sum = 0;
    for (uint32_t i = 0; i < best; i++)
        sum += store->swings[best_low + i] - store->swings[best_low];
    side->touches = best;
    side->price = best > 0 ? fabs(store->swings[best_low] + sum / best) : 0;
}

static void levels_move(struct levels *levels, struct levels_side *side,
                        const struct side_store *store, double high)
{
    memmove(store->newest, store->newest + 1, (SPAN - 1) * sizeof(double));
    store->newest[SPAN - 1] = high;
    bool changed = false;
    if (levels->candle_count > levels->period)
        changed =
            drop_swing(side, store, (double)(levels->candle_count - levels->period + LEVELS_REACH));
    if (levels->candle_count >= SPAN && is_swing(store->newest)) {
        add_swing(side, store, store->newest[LEVELS_REACH],
                  (double)(levels->candle_count - LEVELS_REACH));
        changed = true;
    }
    if (changed)
        find_level(side, store, levels->tolerance);
}

bool levels_update(struct levels *levels, double *store, double high, double low,
                   double ret_values[LEVELS_OUTPUTS])
{
    const struct side_store lows = side_store(store, levels->period, 0);
    const struct side_store highs = side_store(store, levels->period, 1);
    levels->candle_count++;
    levels_move(levels, &levels->support, &lows, -low);
    levels_move(levels, &levels->resistance, &highs, high);
    if (levels->candle_count < levels->period)
        return false;
    ret_values[LEVELS_SUPPORT] = levels->support.price;
    ret_values[LEVELS_RESISTANCE] = levels->resistance.price;
    ret_values[LEVELS_SUPPORT_TOUCHES] = levels->support.touches;
    ret_values[LEVELS_RESISTANCE_TOUCHES] = levels->resistance.touches;
    return true;
}
