/* SPDX-License-Identifier: MIT */
#include "venue/local/market.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "venue/local/tape.h"

bool market_next(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                 struct bar *ret)
{
    CHECK(pair < market->pair_count);
    if (from_ns < market->begin_ns)
        from_ns = market->begin_ns;
    if (until_ns > market->end_ns)
        until_ns = market->end_ns;
    return from_ns < until_ns && market->ops->next(market, pair, from_ns, until_ns, ret);
}

void bar_merge(struct bar *bar, const struct bar *next)
{
    if (next->high_ticks > bar->high_ticks)
        bar->high_ticks = next->high_ticks;
    if (next->low_ticks < bar->low_ticks)
        bar->low_ticks = next->low_ticks;
    bar->close_ticks = next->close_ticks;
    bar->volume_lots = lots_add(bar->volume_lots, next->volume_lots);
    bar->trade_count += next->trade_count;
}

static bool sum_day(struct market *market, uint32_t pair, int64_t day_ns, struct bar *ret)
{
    int64_t end_ns = day_ns + NS_PER_DAY;
    struct bar bar, sum;
    if (!market_next(market, pair, day_ns, end_ns, &sum))
        return false;
    for (int64_t at_ns = sum.time_ns + 1; market_next(market, pair, at_ns, end_ns, &bar);
         at_ns = bar.time_ns + 1)
        bar_merge(&sum, &bar);
    sum.time_ns = day_ns;
    *ret = sum;
    return true;
}

bool market_day(struct market *market, uint32_t pair, int64_t day_ns, struct bar *ret)
{
    CHECK(pair < market->pair_count);
    return market->ops->day ? market->ops->day(market, pair, day_ns, ret)
                            : sum_day(market, pair, day_ns, ret);
}

uint32_t market_trades(struct market *market, uint32_t pair, const struct bar *bar,
                       struct trade *out)
{
    const struct market_pair *own = &market->pairs[pair];
    CHECK(bar->trade_count <= MARKET_TRADES_MAX);
    if (market->ops->trades) {
        market->ops->trades(market, pair, bar, out);
        return bar->trade_count;
    }
    uint64_t seed = prng_mix(own->seed, (uint64_t)bar->time_ns);
    tape_make(bar, own->step_ns, own->instrument.terms.tick_step, seed, out);
    return bar->trade_count;
}

int64_t market_step_ns(const struct market *market)
{
    int64_t step_ns = INT64_MAX;
    for (uint32_t i = 0; i < market->pair_count; i++)
        if (market->pairs[i].step_ns < step_ns)
            step_ns = market->pairs[i].step_ns;
    return step_ns;
}

int32_t market_find(const struct market *market, const char *name, size_t len)
{
    for (uint32_t i = 0; i < market->pair_count; i++)
        if (instrument_is(&market->pairs[i].instrument, name, len))
            return (int32_t)i;
    return -1;
}

bool market_names(const char *names, const char *symbol)
{
    while (*names) {
        char named[SYMBOL_MAX];
        size_t len = strcspn(names, " ,\t\n");
        if (len > 0 && instrument_symbol_of(names, len, named) && strcmp(named, symbol) == 0)
            return true;
        names += len;
        names += strspn(names, " ,\t\n");
    }
    return false;
}

void market_close(struct market *market)
{
    if (market)
        market->ops->close(market);
}
