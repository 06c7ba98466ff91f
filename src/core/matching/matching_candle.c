/* SPDX-License-Identifier: MIT */
#include "core/base/check.h"
#include "core/matching/matching_internal.h"

/* A price below one step is one step: nothing is sold for nothing. */
static int64_t ticks_of(const struct pair *pair, double price)
{
    int64_t ticks = 0;
    return pair_price_from_double(pair, price, ROUND_NEAREST, &ticks) ? ticks : pair->tick_step;
}

bool matching_believable(const struct pair *pair, const struct candle *candle, enum side side,
                         int64_t qty_lots)
{
    int64_t high = 0;
    return decimal_from_double(candle->high, pair->price_decimals, ROUND_UP, &high) &&
           (side == SIDE_BUY || pair_plausible(pair, high, qty_lots));
}

static bool believable(const struct matching_market *market, const struct candle *candle,
                       const struct order *order)
{
    return matching_believable(market->terms, candle, order->side, order_left(order));
}

static int64_t taker_price(const struct matching_config *config, const struct pair *pair,
                           int64_t price_ticks, enum side side)
{
    return matching_slip(pair, price_ticks, config->half_spread_ppm + config->slippage_ppm, side);
}

int64_t matching_taker_ticks(const struct matching_config *config, const struct pair *pair,
                             double price, enum side side)
{
    return taker_price(config, pair, ticks_of(pair, price), side);
}

void matching_open(struct matching *matching, const struct matching_market *market,
                   const struct candle *candle, struct matching_reports *out)
{
    if (matching->alive[market->pair] == 0) {
        return;
    }
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair != market->pair || !resting->fresh ||
            !believable(market, candle, &resting->order)) {
            continue;
        }
        const struct matching_fill_terms terms = {
            .price_ticks = matching_taker_ticks(&matching->config, market->terms, candle->open,
                                                resting->order.side),
            .qty_lots = order_left(&resting->order),
        };
        if (matching_fill(matching, resting, market, &terms, out)) {
            /* Cash did not reach for all of it. */
            matching_end(matching, resting, REPORT_CANCELLED, out);
        }
    }
}

/* A resting limit fills when the candle traded through it; one that gapped fills at the open. */
static void limit_range(struct matching *matching, struct matching_order *resting,
                        const struct matching_market *market, const struct candle *candle,
                        struct matching_reports *out)
{
    const struct order *order = &resting->order;
    const int64_t open = ticks_of(market->terms, candle->open);
    const bool buy = order->side == SIDE_BUY;
    const int64_t extreme = ticks_of(market->terms, buy ? candle->low : candle->high);
    const bool through = buy ? extreme < order->limit_ticks : extreme > order->limit_ticks;
    if (!through) {
        return;
    }
    const bool gapped = buy ? open < order->limit_ticks : open > order->limit_ticks;
    const struct matching_fill_terms terms = {
        .price_ticks = gapped ? open : order->limit_ticks,
        .qty_lots = order_left(order),
        .maker = !gapped,
    };
    matching_fill(matching, resting, market, &terms, out);
}

bool matching_stop_ticks(const struct matching_config *config, const struct pair *pair,
                         const struct candle *candle, int64_t stop_ticks, int64_t *ret_ticks)
{
    if (stop_ticks == 0 || ticks_of(pair, candle->low) > stop_ticks) {
        return false;
    }
    const int64_t open = ticks_of(pair, candle->open);
    *ret_ticks = taker_price(config, pair, open < stop_ticks ? open : stop_ticks, SIDE_SELL);
    return true;
}

bool matching_target_ticks(const struct pair *pair, const struct candle *candle,
                           int64_t target_ticks, int64_t *ret_ticks)
{
    if (target_ticks == 0 || ticks_of(pair, candle->high) <= target_ticks) {
        return false;
    }
    const int64_t open = ticks_of(pair, candle->open);
    *ret_ticks = open > target_ticks ? open : target_ticks;
    return true;
}

static void stop_range(struct matching *matching, struct matching_order *resting,
                       const struct matching_market *market, const struct candle *candle,
                       struct matching_reports *out)
{
    const struct order *order = &resting->order;
    struct matching_fill_terms terms = {.qty_lots = order_left(order), .stop_hit = true};
    CHECK(order->side == SIDE_SELL);
    if (matching_stop_ticks(&matching->config, market->terms, candle, order->stop_ticks,
                            &terms.price_ticks)) {
        matching_fill(matching, resting, market, &terms, out);
    }
}

static void target_range(struct matching *matching, struct matching_order *resting,
                         const struct matching_market *market, const struct candle *candle,
                         struct matching_reports *out)
{
    const struct order *order = &resting->order;
    struct matching_fill_terms terms = {.qty_lots = order_left(order), .maker = true};
    if (matching_target_ticks(market->terms, candle, order->target_ticks, &terms.price_ticks)) {
        matching_fill(matching, resting, market, &terms, out);
    }
}

typedef void meet(struct matching *matching, struct matching_order *resting,
                  const struct matching_market *market, const struct candle *candle,
                  struct matching_reports *out);

/* Every order of a kind on the pair meets the candle. */
static void meet_all(struct matching *matching, const struct matching_market *market,
                     const struct candle *candle, enum order_kind kind, meet *how,
                     struct matching_reports *out)
{
    for (uint32_t i = matching->order_count; i-- > 0 && matching->alive[market->pair] > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == kind &&
            believable(market, candle, &resting->order)) {
            how(matching, resting, market, candle, out);
        }
    }
}

void matching_limits(struct matching *matching, const struct matching_market *market,
                     const struct candle *candle, struct matching_reports *out)
{
    meet_all(matching, market, candle, ORDER_LIMIT, limit_range, out);
}

void matching_stops(struct matching *matching, const struct matching_market *market,
                    const struct candle *candle, struct matching_reports *out)
{
    meet_all(matching, market, candle, ORDER_BRACKET, stop_range, out);
}

void matching_targets(struct matching *matching, const struct matching_market *market,
                      const struct candle *candle, struct matching_reports *out)
{
    meet_all(matching, market, candle, ORDER_BRACKET, target_range, out);
}
