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

static inline struct side_store side_store(double *store, uint32_t period, uint32_t side)
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
static inline bool move_newest(double *newest, double high)
{
    const double before2 = newest[1], before1 = newest[2], middle = newest[3], after1 = newest[4];
    newest[0] = before2;
    newest[1] = before1;
    newest[2] = middle;
    newest[3] = after1;
    newest[4] = high;
    return (middle >= before2) & (middle >= before1) & (middle > after1) & (middle > high);
}

/* What a swing of this price reaches down to. */
static double reach_of(double price, double tolerance)
{
    return price - tolerance * fabs(price);
}

/* The first of the swings that are not below `reach`, looking down from `low`. */
static uint32_t first_within(const double *swings, double reach, uint32_t low)
{
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

/* Looks at all of them, from the top down; whoever is not within reach of one more than the best so
 * far is no better. */
static void find_level(struct levels_side *side, const double *swings, double tolerance)
{
    uint32_t best = 0, best_low = 0, best_top = 0;
    for (uint32_t top = side->count; top-- > best;) {
        const double reach = reach_of(swings[top], tolerance);
        if (swings[top - best] >= reach) {
            best_low = first_within(swings, reach, top - best);
            best_top = top;
            best = top + 1 - best_low;
        }
    }
    side->touches = 0;
    side->price = 0;
    if (best > 0)
        set_level(side, swings, best_low, best_top);
}

/* Puts the swing among the others, which ascend; returns its place. */
static uint32_t insert(struct levels_side *side, const struct side_store *store, double price,
                       double candle)
{
    double *swings = store->swings;
    uint32_t at = side->count++;
    while (at > 0 && swings[at - 1] > price)
        at--;
    const size_t behind = (side->count - 1 - at) * sizeof(double);
    memmove(swings + at + 1, swings + at, behind);
    memmove(store->candles + at + 1, store->candles + at, behind);
    swings[at] = price;
    store->candles[at] = candle;
    return at;
}

/* Only levels that reach down to the new swing can have become the one with the most touches; of
 * those only one that reaches as far below it as that needs. */
static void add_swing(struct levels_side *side, const struct side_store *store, double tolerance,
                      double price, double candle)
{
    const double *swings = store->swings;
    if (side->count == 0)
        side->oldest = candle;
    const uint32_t at = insert(side, store, price, candle);
    uint32_t touches = side->touches, best_low = 0, best_top = side->count;
    double highest = side->top;
    for (uint32_t top = at; top < side->count; top++) {
        const double reach = reach_of(swings[top], tolerance);
        if (swings[at] < reach)
            break;
        /* From here on there are as many as the best has. */
        const uint32_t from = top + 1 > touches ? top + 1 - touches : 0;
        if (from < at && swings[from] < reach)
            continue;
        const uint32_t low = first_within(swings, reach, from < at ? from : at);
        const uint32_t count = top + 1 - low;
        if (count > touches || (count == touches && swings[top] >= highest)) {
            touches = count;
            highest = swings[top];
            best_low = low;
            best_top = top;
        }
    }
    if (best_top < side->count)
        set_level(side, swings, best_low, best_top);
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

/* The least of them, INFINITY of none; by four, because one alone waits for the one before. */
static double least_of(const double *values, uint32_t count)
{
    double a = INFINITY, b = a, c = a, d = a;
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        a = lesser(values[i], a);
        b = lesser(values[i + 1], b);
        c = lesser(values[i + 2], c);
        d = lesser(values[i + 3], d);
    }
    for (; i < count; i++)
        a = lesser(values[i], a);
    return lesser(lesser(a, b), lesser(c, d));
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
    side->oldest = least_of(store->candles, side->count);
    if (gone <= side->top && gone >= reach_of(side->top, tolerance))
        find_level(side, store->swings, tolerance);
}

/* Out of line: most candles bring no swing and end none. */
static void __attribute__((noinline))
move_swings(const struct levels *levels, struct levels_side *side, const struct side_store *store,
            bool drop, bool add)
{
    if (drop)
        drop_oldest(side, store, levels->tolerance);
    if (add && levels->candle_count >= SPAN)
        add_swing(side, store, levels->tolerance, store->newest[LEVELS_REACH],
                  (double)levels->candle_count - LEVELS_REACH);
}

static inline void levels_move(const struct levels *levels, struct levels_side *side,
                               const struct side_store *store, double first, double high)
{
    const bool add = move_newest(store->newest, high);
    const bool drop = (side->count > 0) & (side->oldest < first);
    if (add | drop)
        move_swings(levels, side, store, drop, add);
}

bool levels_update(struct levels *levels, double *store, double high, double low,
                   double ret_values[LEVELS_OUTPUTS])
{
    const struct side_store lows = side_store(store, levels->period, 0);
    const struct side_store highs = side_store(store, levels->period, 1);
    levels->candle_count++;
    /* The first candle whose neighbours are all within the window. */
    const double first = (double)levels->candle_count - levels->period + 1 + LEVELS_REACH;
    levels_move(levels, &levels->support, &lows, first, -low);
    levels_move(levels, &levels->resistance, &highs, first, high);
    if (levels->candle_count < levels->period)
        return false;
    ret_values[LEVELS_SUPPORT] = levels->support.price;
    ret_values[LEVELS_RESISTANCE] = levels->resistance.price;
    ret_values[LEVELS_SUPPORT_TOUCHES] = levels->support.touches;
    ret_values[LEVELS_RESISTANCE_TOUCHES] = levels->resistance.touches;
    return true;
}
