/* SPDX-License-Identifier: MIT */
#include "core/execution/broker_internal.h"

struct ticket *lane_living(struct lane *lane, enum ticket_role role)
{
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->role == role && ticket_alive(ticket) && !ticket->gone) {
            return ticket;
        }
    }
    return NULL;
}

bool lane_clear(struct broker *broker, uint32_t pair, enum ticket_role role, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[pair];
    bool clear = true;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->role == role && ticket_alive(ticket) && !ticket->gone) {
            ticket_cancel(broker, ticket, out);
            clear = false;
        }
    }
    return clear;
}

void lane_dust(struct lane *lane, struct broker_out *out)
{
    struct order *order = lane->exit.id != 0 ? &lane->exit : &lane->protect;
    if (order->id == 0) {
        return;
    }
    broker_report(out, order, REPORT_DUST)->qty_lots = lane->held_lots;
    lane->held_lots = 0;
    *order = (struct order){0};
    lane->stir = true; /* nothing is held: the sale that left it is over too */
}

/*
 * An order of which nobody knows protects nothing, and a listing may take a minute to settle it. So
 * another stop is placed meanwhile. The venue itself keeps the two from selling the same coins: the
 * one that comes second finds them held, and is refused. (Where the account has more of the coin,
 * nothing refuses it: of a sale in doubt the venue is asked first.)
 */
static bool doubtful(const struct broker *broker, const struct ticket *ticket)
{
    return ticket->gone || (ticket->state == TICKET_UNKNOWN &&
                            broker->time_ns - ticket->created_ns > CHILD_WAIT_NS);
}

struct stops {
    struct ticket *large, *small; /* of those standing */
    struct ticket *astray;        /* one standing elsewhere than what is held must have it */
    uint32_t standing_count;
    int64_t standing_lots;
    int64_t other_lots; /* intended, sent, unknown, or being cancelled */
};

static struct stops count_stops(const struct broker *broker, struct lane *lane)
{
    struct stops stops = {0};
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->role != TICKET_STOP || !ticket_alive(ticket)) {
            continue;
        }
        const int64_t left = ticket_left(ticket);
        if (!ticket_standing(ticket) || ticket->cancelling) {
            stops.other_lots += doubtful(broker, ticket) ? 0 : left;
            continue;
        }
        stops.standing_count++;
        stops.standing_lots += left;
        if (stops.large == NULL || left > ticket_left(stops.large)) {
            stops.large = ticket;
        }
        if (stops.small == NULL || left < ticket_left(stops.small)) {
            stops.small = ticket;
        }
        if (ticket->trigger_ticks != lane->guard_ticks) {
            stops.astray = ticket;
        }
    }
    return stops;
}

static void place_stop(struct broker *broker, const struct matching_market *market,
                       int64_t qty_lots, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    if (broker->time_ns < lane->again_ns ||
        !broker_takes(broker, market->pair, REQUEST_ADD, VENUE_STOP)) {
        return;
    }
    struct ticket *stop = ticket_new(broker, market->pair, TICKET_STOP);
    if (stop == NULL) {
        return;
    }
    stop->kind = VENUE_STOP;
    stop->qty_lots = qty_lots;
    stop->trigger_ticks = lane->guard_ticks;
    if (!ticket_add(broker, stop, out)) {
        stop->state = TICKET_FREE;
    }
}

/* A fill's own stop is still on its way from the venue. */
static bool child_due(const struct broker *broker, const struct lane *lane)
{
    return broker->time_ns - lane->bought_ns < CHILD_WAIT_NS;
}

static void cover(struct broker *broker, const struct matching_market *market,
                  const struct stops *stops, int64_t bare_lots, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    if (child_due(broker, lane)) {
        return;
    }
    struct ticket *large = stops->large;
    if (large != NULL) {
        ticket_amend(broker, large, large->qty_lots + bare_lots, 0, large->trigger_ticks, out);
    } else if (!pair_too_small(market->terms, lane->guard_ticks, bare_lots)) {
        place_stop(broker, market, bare_lots, out);
    } else if (stops->other_lots == 0 && !lane_entering(lane) && lane->exit.id == 0) {
        lane_dust(lane, out);
    }
}

/* A listing begun since it was sent, and after a start any, would have told of the sale, if
 * listings did not lag. Where none comes, a stop that fails for want of coins is better than none.
 * (What is asked of the sale meanwhile tells nothing of it, and puts nothing off.) */
static bool asked_about(const struct broker *broker, const struct ticket *sale)
{
    return broker->settled && (broker->listed_ns > sale->created_ns ||
                               broker->time_ns - sale->created_ns > DOUBT_WAIT_NS);
}

bool lane_guard_doubt(struct broker *broker, const struct matching_market *market,
                      struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    const struct ticket *sale = lane_living(lane, TICKET_EXIT);
    if (sale == NULL || sale->state != TICKET_UNKNOWN) {
        return false;
    }
    const struct stops stops = count_stops(broker, lane);
    const int64_t bare = lane->held_lots - stops.standing_lots - stops.other_lots;
    if (bare > 0 && lane->guard_ticks != 0 && doubtful(broker, sale) && asked_about(broker, sale)) {
        cover(broker, market, &stops, bare, out);
    }
    return true;
}

/* More is covered than held: the rest would sell what is not ours. */
static void uncover(struct broker *broker, const struct stops *stops, int64_t surplus,
                    struct broker_out *out)
{
    struct ticket *small = stops->small;
    if (small == NULL) {
        return;
    }
    if (ticket_left(small) <= surplus) {
        ticket_cancel(broker, small, out);
    } else {
        ticket_amend(broker, small, small->qty_lots - surplus, 0, small->trigger_ticks, out);
    }
}

/* The venue may refuse to move a stop beyond its last price. While the market stands above it the
 * old one stands and the new one is asked for again; below it, it would have fired: so we sell. */
static void move_stop(struct broker *broker, const struct matching_market *market,
                      struct ticket *stop, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    const int64_t touch = lane_best_bid(market);
    if (stop->unmoved && touch > 0 && touch <= lane->guard_ticks) {
        lane->sale = SALE_EMERGENCY;
        lane->stir = true;
        stop->again_ns = 0; /* its cancel it will take */
        broker->stats.emergency_count++;
        broker_note(out, NOTE_PASSED, market->pair, lane->held_lots);
        return;
    }
    ticket_amend(broker, stop, stop->qty_lots, 0, lane->guard_ticks, out);
}

/* Though an entry still rests: by now every fill of it would have been heard of. */
static bool over_for_long(const struct broker *broker, const struct lane *lane)
{
    if (lane->over_since_ns == 0 || broker->time_ns - lane->over_since_ns < OVER_WAIT_NS) {
        return false;
    }
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        const struct ticket *ticket = &lane->tickets[i];
        if (ticket->role == TICKET_ENTRY && ticket_alive(ticket) && !ticket->gone &&
            (!ticket_standing(ticket) || ticket->behind_ns != 0)) {
            return false;
        }
    }
    return true;
}

/* The same: a ladder rests for days, and its fills' stops would become many. */
static bool may_join(const struct broker *broker, const struct lane *lane,
                     const struct stops *stops)
{
    return stops->standing_count >= JOIN_COUNT || broker->time_ns - lane->bought_ns >= JOIN_WAIT_NS;
}

void lane_protect(struct broker *broker, const struct matching_market *market,
                  struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    if (!lane_clear(broker, market->pair, TICKET_EXIT, out)) {
        lane_guard_doubt(broker, market, out);
        return;
    }
    /* A stop may be heard of before the fill that it was made for: while an entry lives, none is
     * too much. */
    const bool entry_over = lane_living(lane, TICKET_ENTRY) == NULL;
    if (lane->held_lots <= 0 || lane->protect.id == 0) {
        if (lane->held_lots <= 0 && entry_over) {
            lane_clear(broker, market->pair, TICKET_STOP, out);
        }
        return;
    }
    if (lane->guard_ticks == 0) {
        return;
    }
    const struct stops stops = count_stops(broker, lane);
    const int64_t bare = lane->held_lots - stops.standing_lots - stops.other_lots;
    lane->over_since_ns = bare >= 0                  ? 0
                          : lane->over_since_ns == 0 ? broker->time_ns
                                                     : lane->over_since_ns;
    if (bare > 0) {
        cover(broker, market, &stops, bare, out);
    } else if (bare < 0 && (entry_over || over_for_long(broker, lane))) {
        uncover(broker, &stops, -bare, out);
    } else if (bare == 0 && stops.standing_count > 1 && stops.other_lots == 0 &&
               (entry_over || may_join(broker, lane, &stops))) {
        ticket_cancel(broker, stops.small, out); /* what it held, the large one then takes on */
    } else if (stops.astray != NULL) {
        move_stop(broker, market, stops.astray, out);
    }
    if (!lane->protect_told && bare <= 0 && stops.other_lots == 0) {
        lane->protect_told = true;
        broker_report(out, &lane->protect, REPORT_ACCEPTED)->qty_lots = lane->protect.qty_lots;
    }
}

/* The time of an exit under way is over: priced anew, or made a market order. */
static void price_anew(struct broker *broker, const struct matching_market *market,
                       struct ticket *sale, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    const int64_t touch = lane_best_bid(market);
    if (ticket_left(sale) <=
        0) { /* its size alone is in doubt: the answer to a cancel settles it */
        ticket_cancel(broker, sale, out);
        return;
    }
    if (sale->kind == VENUE_MARKET || !ticket_standing(sale)) {
        return;
    }
    const bool now = lane_at_market(broker, market, sale);
    const bool deeper = lane->tries == (uint32_t)broker->config.try_count;
    if (!now && !deeper && broker->time_ns - sale->asked_ns < broker->config.try_ns) {
        return;
    }
    if (!now) {
        const int64_t limit = lane_sale_limit(broker, market, sale, touch);
        if (limit == sale->limit_ticks ||
            ticket_amend(broker, sale, sale->qty_lots, limit, 0, out)) {
            lane->tries++;
            sale->asked_ns = broker->time_ns;
        }
    } else if (touch > 0 &&
               (broker->held || pair_too_small(market->terms, touch, ticket_left(sale)))) {
        /* No order of its own can be made of it: this one goes deep into the book instead. */
        ticket_amend(broker, sale, sale->qty_lots, lane_deep_limit(market, touch), 0, out);
    } else if (!broker_takes(broker, market->pair, REQUEST_ADD, VENUE_MARKET)) {
        if (sale->limit_ticks > touch) {
            ticket_amend(broker, sale, sale->qty_lots, lane_deep_limit(market, touch), 0, out);
        }
    } else {
        ticket_cancel(broker, sale, out);
    }
}

/* The rest of a part is too little to sell: it stays with what is kept, under one stop. */
static void give_up_part(struct lane *lane, struct broker_out *out)
{
    broker_report(out, &lane->exit, REPORT_CANCELLED);
    lane->exit = (struct order){0};
    lane->stir = true;
}

static void place_sale(struct broker *broker, const struct matching_market *market,
                       int64_t qty_lots, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    const int64_t touch = lane_best_bid(market);
    if (broker->time_ns < lane->again_ns) {
        return;
    }
    if (pair_too_small(market->terms, touch, qty_lots)) {
        if (lane->exit.id != 0 && qty_lots < lane->held_lots) {
            give_up_part(lane, out);
        } else {
            lane_dust(lane, out);
        }
        return;
    }
    const bool now = lane_at_market(broker, market, NULL);
    const bool market_taken = broker_takes(broker, market->pair, REQUEST_ADD, VENUE_MARKET);
    const bool deep = now && !market_taken && touch > 0;
    const enum request_order kind = now && !deep ? VENUE_MARKET : VENUE_LIMIT;
    struct ticket *sale = broker_takes(broker, market->pair, REQUEST_ADD, kind)
                              ? ticket_new(broker, market->pair, TICKET_EXIT)
                              : NULL;
    if (sale == NULL) {
        return;
    }
    sale->kind = kind;
    sale->qty_lots = qty_lots;
    sale->limit_ticks = kind == VENUE_MARKET ? 0
                        : deep               ? lane_deep_limit(market, touch)
                                             : lane_sale_limit(broker, market, NULL, touch);
    if (!ticket_add(broker, sale, out)) {
        sale->state = TICKET_FREE;
        return;
    }
    lane->tries++;
}

/* The price fell back below the target before the limit was filled. */
static bool target_gone(const struct broker *broker, const struct lane *lane,
                        const struct ticket *sale, int64_t touch_ticks)
{
    return lane->sale == SALE_TARGET && lane->exit.id == 0 && sale != NULL &&
           touch_ticks < lane_near_target(lane) &&
           broker->time_ns - sale->asked_ns >= broker->config.try_ns;
}

/* What stays is covered, and no more: the coins of the part that goes are free. A sale that was
 * begun for everything would take what stays, and goes first. True when the part may be sold. */
static bool guard_kept(struct broker *broker, const struct matching_market *market, int64_t kept,
                       struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    struct ticket *sale = lane_living(lane, TICKET_EXIT);
    lane->sale = SALE_NONE; /* a touched target is looked at again once the part is sold */
    if (sale != NULL && ticket_left(sale) > lane_exit_left(lane)) {
        if (broker->held) { /* nothing could follow it */
            const int64_t part = sale->filled_lots + lane_exit_left(lane);
            ticket_amend(broker, sale, part, sale->limit_ticks, 0, out);
        } else {
            ticket_cancel(broker, sale, out);
        }
        return false;
    }
    const struct stops stops = count_stops(broker, lane);
    const int64_t bare = kept - stops.standing_lots - stops.other_lots;
    if (bare < 0) {
        uncover(broker, &stops, -bare, out);
    } else if (bare > 0 && lane->guard_ticks != 0) {
        cover(broker, market, &stops, bare, out);
    }
    return bare >= 0;
}

/* The stop could follow the sale, were that cancelled now. */
static bool stop_may_follow(const struct broker *broker, const struct matching_market *market,
                            const struct ticket *sale)
{
    const struct lane *lane = &broker->lanes[market->pair];
    return ticket_standing(sale) && !broker->held &&
           broker_takes(broker, market->pair, REQUEST_ADD, VENUE_STOP) &&
           !pair_too_small(market->terms, lane->guard_ticks, lane->held_lots);
}

bool lane_waits(struct broker *broker, const struct matching_market *market, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    const int64_t now_ns = broker->time_ns;
    if (lane->sale == SALE_EMERGENCY || lane->guard_ticks == 0 || lane->held_lots <= 0 ||
        broker->config.wide_ns == 0 || lane_waited_out(broker, lane)) {
        return false;
    }
    if (now_ns < lane->wide_again_ns) {
        return true;
    }
    const struct ticket *sale = lane_living(lane, TICKET_EXIT);
    if (!lane_book_wide(broker, market, sale) ||
        (sale != NULL && (now_ns - sale->asked_ns < broker->config.try_ns ||
                          !stop_may_follow(broker, market, sale)))) {
        return false;
    }
    if (count_stops(broker, lane).standing_lots < lane->held_lots) {
        lane->wide_again_ns = now_ns + WIDE_AGAIN_NS;
    }
    if (lane->wide_since_ns == 0) {
        lane->wide_since_ns = now_ns;
        broker_note(out, NOTE_WIDE, market->pair, lane->held_lots);
    }
    return true;
}

/* Of a part too: until it can be sold the stop stands for everything. */
static void wait_under_stop(struct broker *broker, const struct matching_market *market,
                            struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    lane->tries = 0;
    if (!lane_clear(broker, market->pair, TICKET_EXIT, out)) {
        return;
    }
    const struct stops stops = count_stops(broker, lane);
    const int64_t bare = lane->held_lots - stops.standing_lots - stops.other_lots;
    if (bare > 0) {
        cover(broker, market, &stops, bare, out);
    }
}

void lane_sell(struct broker *broker, const struct matching_market *market, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    lane_clear(broker, market->pair, TICKET_ENTRY, out);
    if (lane_guard_doubt(broker, market, out)) {
        return;
    }
    if (lane->exit.id != 0 && lane_waits(broker, market, out)) {
        wait_under_stop(broker, market, out);
        return;
    }
    const int64_t kept = lane->sale == SALE_EMERGENCY ? 0 : lane_kept(lane);
    if (kept > 0 ? !guard_kept(broker, market, kept, out)
                 : !lane_clear(broker, market->pair, TICKET_STOP, out)) {
        return;
    }
    struct ticket *sale = lane_living(lane, TICKET_EXIT);
    if (target_gone(broker, lane, sale, lane_best_bid(market))) {
        lane->sale = SALE_NONE;
        lane->target_again_ns = broker->time_ns + TARGET_AGAIN_NS;
        broker_note(out, NOTE_RESTORED, market->pair, lane->held_lots);
        lane_protect(broker, market, out);
        return;
    }
    if (sale != NULL) {
        price_anew(broker, market, sale, out);
        return;
    }
    if (lane->held_lots > 0) {
        const int64_t left = lane->exit.id != 0 ? lane_exit_left(lane) : lane->held_lots;
        place_sale(broker, market, left < lane->held_lots ? left : lane->held_lots, out);
    } else {
        lane->sale = SALE_NONE;
    }
}
