/* SPDX-License-Identifier: MIT */
#include "core/indicator/percentile_rank.h"

#include <string.h>

#include "core/base/check.h"

void percentile_rank_init(struct percentile_rank *rank, uint32_t period)
{
    CHECK(period >= 1);
    *rank = (struct percentile_rank){.period = period};
}

static bool percentile_rank_before(double other, double value, bool with_equal)
{
    return (other < value) | (with_equal & (other == value));
}

/* How many of the ordered values are below `value`; or, `with_equal`, not above it. Without a
 * branch, which would be a coin's toss at every step. */
static uint32_t percentile_rank_below(const double *ordered, uint32_t count, double value,
                                      bool with_equal)
{
    uint32_t low = 0;
    while (count > 1) {
        const uint32_t half = count / 2;
        low += half * percentile_rank_before(ordered[low + half - 1], value, with_equal);
        count -= half;
    }
    return low + (count == 1 && percentile_rank_before(ordered[low], value, with_equal));
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
    const uint32_t below = percentile_rank_below(ordered, rank->count, value, false);
    const bool ready = rank->count == rank->period;
    uint32_t gone = rank->count;
    if (ready) {
        uint32_t not_above = below;
        if (below < rank->count && ordered[below] == value)
            not_above += percentile_rank_below(ordered + below, rank->count - below, value, true);
        *ret_value = 100.0 * (below + not_above) / (2.0 * rank->period);
        gone = percentile_rank_below(ordered, rank->count, window[rank->at], false);
    } else {
        rank->count++;
    }
    percentile_rank_place(ordered, gone, below, value);
    window[rank->at] = value;
    rank->at = rank->at + 1 == rank->period ? 0 : rank->at + 1;
    return ready;
}
