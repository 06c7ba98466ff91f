/* SPDX-License-Identifier: MIT */
#include "core/indicator/percentile_rank.h"

#include <math.h>
#include <string.h>

#include "core/base/check.h"

void percentile_rank_init(struct percentile_rank *rank, uint32_t period)
{
    CHECK(period >= 1);
    *rank = (struct percentile_rank){.period = period};
}

/* How many of the ordered values are below `value`. Without a branch, which would be a coin's
 * toss at every step. */
static uint32_t percentile_rank_below(const double *ordered, uint32_t count, double value)
{
    uint32_t low = 0;
    while (count > 1) {
        const uint32_t half = count / 2;
        low += half * (ordered[low + half - 1] < value);
        count -= half;
    }
    return low + (count == 1 && ordered[low] < value);
}

/* How many of the ordered values, none of them below `value`, equal it: mostly none. */
static uint32_t percentile_rank_equal(const double *ordered, uint32_t count, double value)
{
    if (count == 0 || ordered[0] != value)
        return 0;
    return percentile_rank_below(ordered, count, nextafter(value, INFINITY));
}

/* `value` comes in where `below` values are smaller; the one at `gone` goes (count: none does). */
static void percentile_rank_place(double *ordered, uint32_t gone, uint32_t below, double value)
{
    if (below <= gone) {
        memmove(ordered + below + 1, ordered + below, (gone - below) * sizeof *ordered);
        ordered[below] = value;
    } else {
        memmove(ordered + gone, ordered + gone + 1, (below - 1 - gone) * sizeof *ordered);
        ordered[below - 1] = value;
    }
}

bool percentile_rank_update(struct percentile_rank *rank, double *store, double value,
                            double *ret_value)
{
    double *window = store, *ordered = store + rank->period;
    const uint32_t below = percentile_rank_below(ordered, rank->count, value);
    const bool ready = rank->count == rank->period;
    uint32_t gone = rank->count;
    if (ready) {
        const uint32_t equal = percentile_rank_equal(ordered + below, rank->count - below, value);
        *ret_value = 100.0 * (2 * below + equal) / (2.0 * rank->period);
        gone = percentile_rank_below(ordered, rank->count, window[rank->at]);
    } else {
        rank->count++;
    }
    percentile_rank_place(ordered, gone, below, value);
    window[rank->at] = value;
    rank->at = rank->at + 1 == rank->period ? 0 : rank->at + 1;
    return ready;
}
