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

_Static_assert(LEVELS_REACH == 2, "the candles around the middle one are named");

/* Takes the newest high in; whether the candle in the middle of them now is a swing. Lows come with
 * their sign turned. Without a branch: it is as good as drawn by lot. */
static bool move_newest(double *newest, double high)
{
    const double before2 = newest[1], before1 = newest[2], middle = newest[3], after1 = newest[4];
    newest[0] = before2;
    newest[1] = before1;
    newest[2] = middle;
    newest[3] = after1;
    newest[4] = high;
    return (middle >= before2) & (middle >= before1) & (middle > after1) & (middle > high);
}

/* The first of the swings that are within reach of the one at `top`, looking down from `low`. */
static uint32_t first_within(const double *swings, double tolerance, uint32_t top, uint32_t low)
{
    const double reach = swings[top] - tolerance * fabs(swings[top]);
    while (low > 0 && swings[low - 1] >= reach)
        low--;
    return low;
}

/* The level is that of swings[low] up to swings[top]. */
static void set_level(struct levels_side *side, const double *swings, uint32_t low, uint32_t top)
{
    double sum = 0;
    for (uint32_t i = low; i <= top; i++)
        sum += swings[i] - swings[low];
    side->touches = top + 1 - low;
    side->top = swings[top];
    side->price = fabs(swings[low] + sum / side->touches);
}

/* Looks at all of them, from the top down. */
static void find_level(struct levels_side *side, const double *swings, double tolerance)
{
    uint32_t low = side->count, best = 0, best_low = 0, best_top = 0;
    for (uint32_t top = side->count; top-- > 0;) {
        low = first_within(swings, tolerance, top, low <= top ? low : top);
        if (top + 1 - low > best) {
            best = top + 1 - low;
            best_low = low;
            best_top = top;
        }
    }
    side->touches = 0;
    side->price = 0;
    if (best > 0)
        set_level(side, swings, best_low, best_top);
}

/* Only levels that reach down to the new swing can have become the one with the most touches. */
static void add_swing(struct levels_side *side, const struct side_store *store, double tolerance,
                      double price, double candle)
{
    double *swings = store->swings;
    if (side->count == 0)
        side->oldest = candle;
    uint32_t at = side->count++;
    for (; at > 0 && swings[at - 1] > price; at--) {
        swings[at] = swings[at - 1];
        store->candles[at] = store->candles[at - 1];
    }
    swings[at] = price;
    store->candles[at] = candle;
    for (uint32_t top = at; top < side->count; top++) {
        const uint32_t low = first_within(swings, tolerance, top, at + 1);
        if (low > at)
            break;
        const uint32_t touches = top + 1 - low;
        if (touches > side->touches || (touches == side->touches && swings[top] >= side->top))
            set_level(side, swings, low, top);
    }
}

/* The oldest swing leaves the window. Levels that it touched have one touch less; so only when it
 * touched the one with the most can another have become that. */
static void drop_oldest(struct levels_side *side, const struct side_store *store, double tolerance)
{
    uint32_t at = 0;
    while (store->candles[at] != side->oldest)
        at++;
    const double gone = store->swings[at];
    side->count--;
    const size_t behind = (side->count - at) * sizeof(double);
    memmove(store->swings + at, store->swings + at + 1, behind);
    memmove(store->candles + at, store->candles + at + 1, behind);
    side->oldest = INFINITY;
    for (uint32_t i = 0; i < side->count; i++)
        side->oldest = store->candles[i] < side->oldest ? store->candles[i] : side->oldest;
    if (gone <= side->top && gone >= side->top - tolerance * fabs(side->top))
        find_level(side, store->swings, tolerance);
}

static void levels_move(struct levels *levels, struct levels_side *side,
                        const struct side_store *store, double high)
{
    const bool swing = move_newest(store->newest, high);
    /* The first candle whose neighbours are all within the window. */
    const double first = (double)levels->candle_count - levels->period + 1 + LEVELS_REACH;
    if (side->count > 0 && side->oldest < first)
        drop_oldest(side, store, levels->tolerance);
    if (swing && levels->candle_count >= SPAN)
        add_swing(side, store, levels->tolerance, store->newest[LEVELS_REACH],
                  (double)levels->candle_count - LEVELS_REACH);
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
