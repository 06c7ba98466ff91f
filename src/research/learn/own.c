/* SPDX-License-Identifier: MIT */
#include "research/learn/own.h"

#include <math.h>

/* The first example that is asked at `time_ns` or later. */
static size_t first_at(const struct examples *examples, int64_t time_ns)
{
    size_t low = 0, high = examples->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (examples->list[middle].time_ns < time_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool came_of(const struct own_trade *trade, const struct example *example)
{
    return example->pair == trade->pair && (trade->strategies >> example->strategy & 1) != 0 &&
           example->direction == trade->direction && !example->own &&
           fabs(trade->price / example->price - 1) <= OWN_PRICE_PART;
}

/* What became of it, and when that was known; how far the market went is as the label has it. */
static void replace(struct examples *examples, struct example *example,
                    const struct own_trade *trade)
{
    struct examples_count *count = &examples->counts[example->strategy];
    count->won -= example->won;
    count->reward += trade->reward - example->reward;
    example->reward = trade->reward;
    example->won = trade->reward > 0;
    example->hold_ns = trade->closed_ns - trade->opened_ns;
    example->known_ns = trade->closed_ns;
    example->own = true;
    count->won += example->won;
}

int own_mark(struct examples *examples, const struct own_trade *trades, size_t count,
             enum timeframe step, struct own_count *ret)
{
    *ret = (struct own_count){.trades = count};
    for (size_t i = 0; i < count; i++) {
        const struct own_trade *trade = &trades[i];
        /* The decision comes a moment after the candle's end. */
        const int64_t time_ns = trade->ordered_ns - trade->ordered_ns % timeframe_ns[step];
        uint64_t found = 0;
        if (!isfinite(trade->reward) || trade->closed_ns <= time_ns) {
            continue;
        }
        for (size_t k = first_at(examples, time_ns);
             k < examples->count && examples->list[k].time_ns == time_ns; k++) {
            if (came_of(trade, &examples->list[k])) {
                replace(examples, &examples->list[k], trade);
                found++;
            }
        }
        ret->matched += found > 0;
        ret->examples += found;
    }
    return ret->examples > 0 ? examples_weigh(examples) : 0;
}
