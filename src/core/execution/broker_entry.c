/* SPDX-License-Identifier: MIT */
/* Entries: one order, or the rungs of one ladder, which rest beside each other. */
#include "core/execution/broker_internal.h"

static const struct lane_entry *find_entry(const struct lane *lane, const struct ticket *ticket)
{
    for (uint32_t i = 0; i < LADDER_RUNG_MAX; i++) {
        if (ticket->order != 0 && lane->entries[i].order.id == ticket->order) {
            return &lane->entries[i];
        }
    }
    return NULL;
}

struct lane_entry *lane_entry_of(struct lane *lane, const struct ticket *ticket)
{
    const struct lane_entry *entry = find_entry(lane, ticket);
    return entry != NULL ? &lane->entries[entry - lane->entries] : NULL;
}

const struct order *broker_entry_of(const struct lane *lane, const struct ticket *ticket)
{
    const struct lane_entry *entry = find_entry(lane, ticket);
    return entry != NULL ? &entry->order : NULL;
}

bool lane_entering(const struct lane *lane)
{
    bool any = false;
    for (uint32_t i = 0; i < LADDER_RUNG_MAX; i++) {
        any |= lane->entries[i].order.id != 0;
    }
    return any;
}

static uint32_t count_living(const struct lane *lane)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        count += lane->tickets[i].role == TICKET_ENTRY && ticket_alive(&lane->tickets[i]);
    }
    return count;
}

bool lane_free(const struct lane *lane)
{
    if (lane->held_lots != 0 || lane_entering(lane) || lane->protect.id != 0 ||
        lane->exit.id != 0) {
        return false;
    }
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        if (ticket_alive(&lane->tickets[i])) {
            return false;
        }
    }
    return true;
}

/* Where the engine's order is kept: in a free lane, or beside other rungs of its ladder before any
 * has bought. NULL: the lane has other affairs. */
static struct lane_entry *entry_place(struct lane *lane, const struct order *order)
{
    struct lane_entry *place = NULL;
    bool beside = false;
    for (uint32_t i = LADDER_RUNG_MAX; i-- > 0;) {
        struct lane_entry *entry = &lane->entries[i];
        place = entry->order.id == 0 ? entry : place;
        beside |= entry->order.id != 0 && order->ladder != 0 &&
                  entry->order.ladder == order->ladder && !entry->cancel;
    }
    const bool apart = lane->held_lots == 0 && lane->protect.id == 0 && lane->exit.id == 0;
    return lane_free(lane) || (beside && apart) ? place : NULL;
}

static int64_t entry_qty(const struct broker *broker, const struct pair *terms,
                         const struct order *order)
{
    if (order->qty_lots > 0) {
        return order->qty_lots;
    }
    const int64_t cash =
        decimal_mul_div(order->cash, PPM, PPM + broker->config.taker_ppm, ROUND_DOWN);
    return pair_qty_for(terms, cash, order->limit_ticks);
}

/* Nobody knows what a thing is worth while the two sides are far apart. */
bool broker_finds_wide(const struct broker *broker, const struct book *book)
{
    if (!book_sound(book)) {
        return true;
    }
    const double bid = (double)book->bids.levels[0].price_ticks;
    const double ask = (double)book->asks.levels[0].price_ticks;
    return broker->config.spread_max > 0 && ask - bid > broker->config.spread_max * bid;
}

static enum reject_reason refuse_entry(struct broker *broker, const struct matching_market *market,
                                       int64_t qty_lots, const struct order *order)
{
    const struct pair *terms = market->terms;
    if (!broker_open(broker)) {
        return broker->blocked ? REJECT_STRAY : REJECT_VENUE_DOWN;
    }
    struct lane *lane = &broker->lanes[order->pair];
    if (entry_place(lane, order) == NULL ||
        (broker->timer != TIMER_OFF && order->stop_ticks != 0)) {
        return REJECT_BUSY;
    }
    if (terms->status != PAIR_ONLINE || broker->system != PAIR_ONLINE) {
        return REJECT_PAIR_STATUS;
    }
    if (order->limit_ticks <= 0) {
        return REJECT_NO_MARKET;
    }
    if (qty_lots <= 0 || qty_lots < terms->qty_min_lots) {
        return REJECT_QTY_MIN;
    }
    if (pair_notional(terms, order->limit_ticks, qty_lots, ROUND_DOWN) < terms->cost_min) {
        return REJECT_COST_MIN;
    }
    if (broker_finds_wide(broker, market->book)) {
        return REJECT_SPREAD;
    }
    return lane_admits(broker, order->pair, count_living(lane) + 1) ? REJECT_NONE : REJECT_RATE;
}

/* At market: a limit at the worst price, ended at once; so a thin book costs no more than that. */
void lane_enter(struct broker *broker, const struct matching_market *market,
                const struct order *order, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[order->pair];
    const int64_t qty = entry_qty(broker, market->terms, order);
    struct lane_entry *const kept = entry_place(lane, order);
    enum reject_reason reject = refuse_entry(broker, market, qty, order);
    if (reject == REJECT_NONE &&
        !breaker_admits(&broker->breaker, broker->config.failure_pause_ns, broker->time_ns)) {
        reject = REJECT_BREAKER;
    }
    struct ticket *entry =
        reject == REJECT_NONE ? ticket_new(broker, order->pair, TICKET_ENTRY) : NULL;
    if (entry == NULL) {
        if (reject == REJECT_NONE) { /* admitted, and no room for it */
            broker_entry_unmade(broker);
        }
        broker_report(out, order, REPORT_REJECTED)->reject =
            reject != REJECT_NONE ? reject : REJECT_FULL;
        return;
    }
    *kept = (struct lane_entry){.order = *order};
    kept->order.qty_lots = qty;
    kept->order.filled_lots = 0;
    entry->order = order->id;
    entry->kind = VENUE_LIMIT;
    entry->life = order->kind == ORDER_LIMIT ? LIFE_GTD : LIFE_IOC;
    entry->expire_ns = order->expire_ns;
    entry->qty_lots = qty;
    entry->limit_ticks = order->limit_ticks;
    if (order->kind == ORDER_LIMIT && book_sound(market->book) &&
        market->book->bids.levels[0].price_ticks < order->limit_ticks) {
        entry->limit_ticks = market->book->bids.levels[0].price_ticks;
    }
    entry->close_ticks = order->stop_ticks;
    if (!ticket_add(broker, entry, out)) {
        entry->state = TICKET_FREE;
        *kept = (struct lane_entry){0};
        broker_entry_unmade(broker);
        broker_report(out, order, REPORT_REJECTED)->reject = REJECT_RATE;
    }
}

/* A resting entry follows the touch up to what it was sized at. */
static void follow_touch(struct broker *broker, const struct matching_market *market,
                         struct ticket *entry, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    if (entry->life != LIFE_GTD || broker->config.reprice_ns == 0 || !book_sound(market->book) ||
        broker->time_ns - entry->asked_ns < broker->config.reprice_ns) {
        return;
    }
    const int64_t touch = market->book->bids.levels[0].price_ticks;
    const int64_t most = lane_entry_of(lane, entry)->order.limit_ticks;
    const int64_t limit = touch < most ? touch : most;
    if (limit > entry->limit_ticks && lane_admits(broker, market->pair, count_living(lane))) {
        ticket_amend(broker, entry, entry->qty_lots, limit, 0, out);
    }
}

void lane_tend_entries(struct broker *broker, const struct matching_market *market,
                       struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->role != TICKET_ENTRY || !ticket_alive(ticket) || ticket->gone) {
            continue;
        }
        const struct lane_entry *entry = lane_entry_of(lane, ticket);
        if (entry == NULL || entry->cancel) {
            ticket_cancel(broker, ticket, out);
        } else {
            follow_touch(broker, market, ticket, out);
        }
    }
}

void lane_entry_over(struct lane *lane, const struct ticket *ticket, struct broker_out *out)
{
    struct lane_entry *const kept = lane_entry_of(lane, ticket);
    if (kept == NULL) {
        return;
    }
    const struct order entry = kept->order;
    *kept = (struct lane_entry){0};
    if (entry.filled_lots == entry.qty_lots) {
        return;
    }
    if (ticket->reject != REJECT_NONE) {
        broker_report(out, &entry, REPORT_REJECTED)->reject = ticket->reject;
    } else {
        broker_report(out, &entry,
                      ticket->ended_as == NEWS_EXPIRED ? REPORT_EXPIRED : REPORT_CANCELLED);
    }
}
