/* SPDX-License-Identifier: MIT */
#include "venue/local/history.h"

#include "core/base/check.h"
#include "core/base/timestamp.h"

const int64_t interval_minutes[INTERVAL_COUNT] = {1, 5, 15, 30, 60, 240, 1440, 10080, 21600};

/* How far back the last trades are looked for in a quiet pair. */
#define TRADES_BACK_NS (400 * NS_PER_DAY)

int32_t interval_find(int64_t minutes)
{
    for (uint32_t i = 0; i < INTERVAL_COUNT; i++)
        if (interval_minutes[i] == minutes)
            return (int32_t)i;
    return -1;
}

static int64_t floor_to(int64_t time_ns, int64_t length_ns)
{
    return time_ns - time_ns % length_ns;
}

int64_t interval_floor(uint32_t interval, int64_t time_ns)
{
    return floor_to(time_ns, interval_minutes[interval] * NS_PER_MIN);
}

struct filling {
    int64_t length_ns;
    int64_t first_ns; /* of the first candle wanted */
    int64_t now_ns;
    uint32_t count;
    struct bucket *out;
};

/* Moves on to the candle that time_ns lies in; those passed over had no trades. */
static struct bucket *candle_at(struct filling *filling, int64_t time_ns, int64_t price_ticks)
{
    int64_t start_ns = floor_to(time_ns, filling->length_ns);
    if (filling->count == 0) {
        filling->out[0] = bucket_flat(start_ns, price_ticks);
        filling->count = 1;
    }
    while (filling->out[filling->count - 1].time_ns < start_ns) {
        const struct bucket *last = &filling->out[filling->count - 1];
        CHECK(filling->count < HISTORY_CANDLES_MAX);
        filling->out[filling->count] =
            bucket_flat(last->time_ns + filling->length_ns, last->close_ticks);
        filling->count++;
    }
    return &filling->out[filling->count - 1];
}

static void add_bar(struct filling *filling, const struct bar *bar)
{
    struct bucket whole = bucket_of_bar(bar);
    bucket_merge(candle_at(filling, bar->time_ns, bar->open_ticks), &whole);
}

static void add_trades(struct filling *filling, struct market *market, uint32_t pair,
                       const struct bar *bar)
{
    struct trade trades[MARKET_TRADES_MAX];
    uint32_t count = market_trades(market, pair, bar, trades);
    for (uint32_t i = 0; i < count; i++)
        if (trades[i].time_ns >= filling->first_ns && trades[i].time_ns <= filling->now_ns)
            bucket_add(candle_at(filling, trades[i].time_ns, trades[i].price_ticks), &trades[i]);
}

/* Whole days at once, for candles of days; returns where today begins. */
static int64_t add_days(struct filling *filling, struct market *market, uint32_t pair)
{
    int64_t today_ns = floor_to(filling->now_ns, NS_PER_DAY), day_ns = filling->first_ns;
    for (; day_ns < today_ns; day_ns += NS_PER_DAY) {
        struct bar day;
        if (market_day(market, pair, day_ns, &day) && day.volume_lots > 0)
            add_bar(filling, &day);
    }
    return today_ns;
}

uint32_t history_candles(struct market *market, uint32_t pair, uint32_t interval, int64_t now_ns,
                         uint32_t count, struct bucket *out)
{
    CHECK(interval < INTERVAL_COUNT && count > 0 && count <= HISTORY_CANDLES_MAX);
    int64_t length_ns = interval_minutes[interval] * NS_PER_MIN;
    int64_t step_ns = market->pairs[pair].step_ns;
    int64_t first_ns = floor_to(now_ns, length_ns) - (int64_t)(count - 1) * length_ns;
    if (first_ns < floor_to(market->begin_ns, length_ns))
        first_ns = floor_to(market->begin_ns, length_ns);
    struct filling filling = {length_ns, first_ns, now_ns, 0, out};
    int64_t from_ns = floor_to(first_ns, step_ns);
    if (length_ns % NS_PER_DAY == 0)
        from_ns = add_days(&filling, market, pair);
    struct bar bar;
    while (market_next(market, pair, from_ns, now_ns + 1, &bar)) {
        bool whole = bar.time_ns + step_ns <= now_ns + 1 && bar.time_ns >= first_ns;
        if (whole && length_ns > NS_PER_HOUR && length_ns >= step_ns)
            add_bar(&filling, &bar);
        else
            add_trades(&filling, market, pair, &bar);
        from_ns = bar.time_ns + 1;
    }
    if (filling.count > 0)
        candle_at(&filling, now_ns, 0);
    return filling.count;
}

uint32_t history_trades_since(struct market *market, uint32_t pair, int64_t since_ns,
                              int64_t now_ns, uint32_t count, struct trade *out)
{
    struct trade trades[MARKET_TRADES_MAX];
    struct bar bar;
    uint32_t found = 0;
    int64_t from_ns = floor_to(since_ns, market->pairs[pair].step_ns);
    while (found < count && market_next(market, pair, from_ns, now_ns + 1, &bar)) {
        uint32_t held = market_trades(market, pair, &bar, trades);
        for (uint32_t i = 0; i < held && found < count; i++)
            if (trades[i].time_ns > since_ns && trades[i].time_ns <= now_ns)
                out[found++] = trades[i];
        from_ns = bar.time_ns + 1;
    }
    return found;
}

/* Trades in [from, now]: whole bars by their count, the one of now by its trades. */
static uint32_t count_trades(struct market *market, uint32_t pair, int64_t from_ns, int64_t now_ns)
{
    struct trade trades[MARKET_TRADES_MAX];
    struct bar bar;
    uint32_t total = 0;
    while (market_next(market, pair, from_ns, now_ns + 1, &bar)) {
        uint32_t held = bar.trade_count;
        if (bar.time_ns + market->pairs[pair].step_ns > now_ns) {
            held = 0;
            uint32_t count = market_trades(market, pair, &bar, trades);
            while (held < count && trades[held].time_ns <= now_ns)
                held++;
        }
        total += held;
        from_ns = bar.time_ns + 1;
    }
    return total;
}

uint32_t history_trades_last(struct market *market, uint32_t pair, int64_t now_ns, uint32_t count,
                             struct trade *out)
{
    CHECK(count <= HISTORY_TRADES_MAX);
    int64_t step_ns = market->pairs[pair].step_ns, back_ns = 32 * step_ns, from_ns;
    uint32_t total;
    for (;; back_ns *= 2) {
        from_ns = floor_to(now_ns, step_ns) - back_ns;
        if (from_ns < market->begin_ns)
            from_ns = market->begin_ns;
        total = count_trades(market, pair, from_ns, now_ns);
        if (total >= count || from_ns == market->begin_ns || back_ns > TRADES_BACK_NS)
            break;
    }
    struct trade trades[MARKET_TRADES_MAX];
    struct bar bar;
    uint32_t skip = total > count ? total - count : 0, found = 0;
    while (found < count && market_next(market, pair, from_ns, now_ns + 1, &bar)) {
        uint32_t held = market_trades(market, pair, &bar, trades);
        for (uint32_t i = 0; i < held && trades[i].time_ns <= now_ns; i++) {
            if (skip > 0)
                skip--;
            else if (found < count)
                out[found++] = trades[i];
        }
        from_ns = bar.time_ns + 1;
    }
    return found;
}
