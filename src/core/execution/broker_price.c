/* SPDX-License-Identifier: MIT */
/* What a sale may cost: at the touch, as deep as there is a market, or any price. */
#include "core/execution/broker_internal.h"

/* So often a sale that no bare time drives goes as deep as there is a market, before it takes any
 * price. */
#define DEEP_TRIES 20

int64_t lane_best_bid(const struct matching_market *market)
{
    return book_sound(market->book) ? market->book->bids.levels[0].price_ticks : 0;
}

/* What is left of a touched target is sold down to a thousandth below it, rather than begun anew at
 * every flicker of the price. */
int64_t lane_near_target(const struct lane *lane)
{
    return lane->protect.target_ticks - lane->protect.target_ticks / 1000;
}

static bool bare_too_long(const struct broker *broker, const struct lane *lane)
{
    return lane->bare_since_ns != 0 &&
           broker->time_ns - lane->bare_since_ns >= broker->config.bare_ns;
}

/* It is for the target alone that it sells. */
static bool at_target(const struct lane *lane)
{
    return lane->sale == SALE_TARGET && lane->exit.id == 0 && !lane->protect_cancel;
}

/* The least that a sale takes while it is no emergency: as far below the best ask, our own aside,
 * as the book of an entry may be wide. Below that lies a hole, and no price; a target is one. 0:
 * any. */
static int64_t least_price(const struct broker *broker, const struct matching_market *market,
                           const struct ticket *sale)
{
    if (!book_sound(market->book) || broker->config.spread_max <= 0) {
        return 0;
    }
    const struct book_side *asks = &market->book->asks;
    const bool own = sale != NULL && asks->levels[0].price_ticks == sale->limit_ticks &&
                     asks->levels[0].qty_lots <= ticket_left(sale);
    const int64_t ask = asks->levels[own && asks->count > 1].price_ticks;
    const int64_t deep = ask - (int64_t)((double)ask * broker->config.spread_max);
    const struct lane *lane = &broker->lanes[market->pair];
    const int64_t near = at_target(lane) ? lane_near_target(lane) : deep;
    const int64_t least = near < deep ? near : deep;
    return least +
           (market->terms->tick_step - least % market->terms->tick_step) % market->terms->tick_step;
}

bool lane_book_wide(const struct broker *broker, const struct matching_market *market,
                    const struct ticket *sale)
{
    const int64_t touch = lane_best_bid(market);
    return touch > 0 && touch < least_price(broker, market, sale);
}

/* What is tried next: at the touch, some times; then as deep as there is a market. */
static bool in_depth(const struct broker *broker, const struct lane *lane)
{
    return lane->tries >= (uint32_t)broker->config.try_count;
}

bool lane_waited_out(const struct broker *broker, const struct lane *lane)
{
    return lane->wide_since_ns != 0 &&
           broker->time_ns - lane->wide_since_ns >= broker->config.wide_ns;
}

/* Only what was bare for too long is sold at any price, what no book can tell the price of, and
 * what waited for a narrower book in vain. Of a part, and of what never had a stop, no bare time is
 * counted: its tries are. */
bool lane_at_market(const struct broker *broker, const struct matching_market *market,
                    const struct ticket *sale)
{
    const struct lane *lane = &broker->lanes[market->pair];
    const uint32_t more = broker->config.spread_max <= 0 ? 0 : DEEP_TRIES;
    const bool tried = lane->tries >= (uint32_t)broker->config.try_count + more;
    return lane->sale == SALE_EMERGENCY || lane_best_bid(market) == 0 ||
           bare_too_long(broker, lane) ||
           (lane_waited_out(broker, lane) && lane_book_wide(broker, market, sale)) ||
           (tried && (more == 0 || lane->bare_since_ns == 0));
}

int64_t lane_sale_limit(const struct broker *broker, const struct matching_market *market,
                        const struct ticket *sale, int64_t touch_ticks)
{
    const struct lane *lane = &broker->lanes[market->pair];
    const int64_t least = least_price(broker, market, sale);
    if (least != 0 && (in_depth(broker, lane) || least > touch_ticks)) {
        return least;
    }
    return at_target(lane) && lane->tries == 0 && lane->protect.target_ticks > touch_ticks
               ? lane->protect.target_ticks
               : touch_ticks;
}

/* As good as at market, where no market order is to be had. */
int64_t lane_deep_limit(const struct matching_market *market, int64_t touch_ticks)
{
    const int64_t deep = touch_ticks - touch_ticks / 20;
    return deep - deep % market->terms->tick_step;
}
