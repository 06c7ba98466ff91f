/* SPDX-License-Identifier: MIT */
#include "venue/local/listing.h"

#include "core/base/check.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"

static struct bucket *slot_at(struct listing *listing, int64_t time_ns)
{
    int64_t step_ns = listing->pair->step_ns, step = time_ns / step_ns;
    struct bucket *slot = &listing->window[(uint64_t)step % listing->window_size];
    if (slot->time_ns != step * step_ns)
        *slot = (struct bucket){.time_ns = step * step_ns};
    return slot;
}

static void count_in(struct listing *listing, const struct trade *trade)
{
    bucket_add(slot_at(listing, trade->time_ns), trade);
    for (uint32_t i = 0; i < INTERVAL_COUNT; i++) {
        struct bucket *candle = &listing->candles[i];
        int64_t start_ns = interval_floor(i, trade->time_ns);
        if (candle->time_ns != start_ns)
            *candle = bucket_flat(start_ns, trade->price_ticks);
        bucket_add(candle, trade);
    }
    listing->last = *trade;
}

static void open_book(struct listing *listing, int64_t price_ticks)
{
    const struct market_pair *pair = listing->pair;
    liquidity_init(&listing->liquidity, &pair->instrument.terms, price_ticks, pair->day_qty_lots,
                   prng_mix(pair->seed, UINT64_C(0xb00c)));
    listing->alive = true;
}

static void fill_window(struct listing *listing, int64_t now_ns)
{
    struct trade trades[MARKET_TRADES_MAX];
    struct bar bar;
    int64_t from_ns = now_ns - NS_PER_DAY;
    while (market_next(listing->market, listing->index, from_ns, now_ns + 1, &bar)) {
        uint32_t count = market_trades(listing->market, listing->index, &bar, trades);
        for (uint32_t i = 0; i < count && trades[i].time_ns <= now_ns; i++)
            bucket_add(slot_at(listing, trades[i].time_ns), &trades[i]);
        from_ns = bar.time_ns + 1;
    }
}

void listing_init(struct listing *listing, struct market *market, uint32_t index, int64_t now_ns)
{
    const struct market_pair *pair = &market->pairs[index];
    *listing = (struct listing){
        .market = market, .index = index, .pair = pair, .closed_step_ns = INT64_MIN};
    listing->window_size = (uint32_t)(NS_PER_DAY / pair->step_ns);
    CHECK(listing->window_size > 0 && listing->window_size <= LISTING_WINDOW_MAX);
    struct trade last;
    struct bar next;
    if (history_trades_last(market, index, now_ns, 1, &last) == 1) {
        listing->last = last;
        open_book(listing, last.price_ticks);
    } else if (market_next(market, index, now_ns, INT64_MAX, &next)) {
        open_book(listing, next.open_ticks);
        listing->last = (struct trade){.price_ticks = next.open_ticks};
    }
    fill_window(listing, now_ns);
    struct bucket rows[1];
    for (uint32_t i = 0; i < INTERVAL_COUNT; i++)
        if (history_candles(market, index, i, now_ns, 1, rows) == 1)
            listing->candles[i] = rows[0];
    listing->bar_from_ns = now_ns - now_ns % pair->step_ns;
    while (listing_next_ns(listing, now_ns) <= now_ns)
        listing->trade_at++;
    listing_note_spread(listing, now_ns);
}

int64_t listing_next_ns(struct listing *listing, int64_t until_ns)
{
    struct bar bar;
    while (listing->trade_at == listing->trade_count) {
        int64_t step_ns = listing->pair->step_ns;
        if (!market_next(listing->market, listing->index, listing->bar_from_ns, until_ns + 1,
                         &bar)) {
            int64_t looked_ns = until_ns - until_ns % step_ns + step_ns;
            if (looked_ns > listing->bar_from_ns)
                listing->bar_from_ns = looked_ns;
            return INT64_MAX;
        }
        listing->trade_count =
            market_trades(listing->market, listing->index, &bar, listing->trades);
        listing->trade_at = 0;
        listing->bar_from_ns = bar.time_ns + 1;
    }
    int64_t time_ns = listing->trades[listing->trade_at].time_ns;
    return time_ns <= until_ns ? time_ns : INT64_MAX;
}

const struct trade *listing_peek(const struct listing *listing)
{
    CHECK(listing->trade_at < listing->trade_count);
    return &listing->trades[listing->trade_at];
}

void listing_take(struct listing *listing)
{
    const struct trade *trade = listing_peek(listing);
    CHECK(listing->alive);
    liquidity_take(&listing->liquidity, trade);
    count_in(listing, trade);
    listing->trade_at++;
}

static struct bucket sum_window(const struct listing *listing, int64_t from_ns, int64_t until_ns)
{
    int64_t step_ns = listing->pair->step_ns;
    struct bucket sum = bucket_flat(from_ns, listing->last.price_ticks);
    int64_t step = (from_ns + step_ns - 1) / step_ns;
    uint32_t at = (uint32_t)((uint64_t)step % listing->window_size);
    for (int64_t time_ns = step * step_ns; time_ns < until_ns; time_ns += step_ns) {
        const struct bucket *slot = &listing->window[at];
        if (slot->time_ns == time_ns)
            bucket_merge(&sum, slot);
        at = at + 1 < listing->window_size ? at + 1 : 0;
    }
    return sum;
}

struct bucket listing_since(const struct listing *listing, int64_t from_ns)
{
    return sum_window(listing, from_ns, INT64_C(1) + listing->last.time_ns);
}

struct bucket listing_day(struct listing *listing, int64_t now_ns)
{
    int64_t step_ns = listing->pair->step_ns, now_step_ns = now_ns - now_ns % step_ns;
    if (listing->closed_step_ns != now_step_ns) {
        listing->closed = sum_window(listing, now_step_ns - NS_PER_DAY + step_ns, now_step_ns);
        listing->closed_step_ns = now_step_ns;
    }
    struct bucket sum = listing->closed;
    const struct bucket *slot = slot_at(listing, now_ns);
    if (sum.volume_lots == 0 && slot->volume_lots == 0)
        return bucket_flat(sum.time_ns, listing->last.price_ticks);
    bucket_merge(&sum, slot);
    return sum;
}

const struct liquidity_side *listing_side(const struct listing *listing, enum side side)
{
    return listing->shown ? &listing->shown[side] : &listing->liquidity.sides[side];
}

struct level listing_touch(const struct listing *listing, enum side side)
{
    const struct liquidity_side *levels = listing_side(listing, side);
    return levels->count > 0 ? levels->levels[0] : (struct level){0};
}

void listing_note_spread(struct listing *listing, int64_t now_ns)
{
    struct spread now = {now_ns, listing_touch(listing, SIDE_BUY).price_ticks,
                         listing_touch(listing, SIDE_SELL).price_ticks};
    if (listing->spread_count > 0) {
        const struct spread *last =
            &listing->spreads[(listing->spread_count - 1) % LISTING_SPREADS];
        if (last->bid_ticks == now.bid_ticks && last->ask_ticks == now.ask_ticks)
            return;
    }
    listing->spreads[listing->spread_count++ % LISTING_SPREADS] = now;
}
