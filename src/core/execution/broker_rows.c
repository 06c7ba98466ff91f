/* SPDX-License-Identifier: MIT */
#include "core/execution/broker_internal.h"

static bool over(enum news_state state)
{
    return state == NEWS_FILLED || state == NEWS_CANCELLED || state == NEWS_EXPIRED;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool size_in_doubt(const struct ticket *ticket)
{
    return ticket->unsure || ticket->grown ||
           (ticket->asked != 0 && ticket->asked_kind == REQUEST_AMEND);
}

void ticket_settle(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    const bool behind = ticket->filled_lots < ticket->told_lots;
    if (behind && ticket->behind_ns == 0) {
        ticket->behind_ns = broker->time_ns;
    } else if (!behind) {
        ticket->behind_ns = 0;
    }
    const bool filled = ticket->filled_lots >= ticket->qty_lots && !size_in_doubt(ticket);
    if (ticket_alive(ticket) && ((ticket->ended_told && !behind) || filled)) {
        ticket->ended_as = filled ? NEWS_FILLED : ticket->ended_as;
        ticket_over(broker, ticket, out);
    }
}

/* What was counted of an order, whether or not its ticket has given way since. */
static int64_t counted_lots(const struct broker *broker, struct venue_id txid)
{
    int64_t lots = 0;
    for (uint32_t i = 0; i < EXEC_MAX && venue_id_known(broker->execs[i].id); i++) {
        if (venue_id_same(broker->execs[i].txid, txid)) {
            lots += broker->execs[i].qty_lots;
        }
    }
    return lots;
}

/* A stop that the venue made for a fill of our entry. */
static struct ticket *adopt_child(struct broker *broker, const struct news_order *row,
                                  struct broker_out *out)
{
    struct lane *lane = &broker->lanes[row->pair];
    const struct ticket *parent =
        venue_id_known(row->parent) ? lane_find(lane, row->parent, 0) : NULL;
    if (parent == NULL || parent->role != TICKET_ENTRY) {
        return NULL;
    }
    /* One that ended, and whose ticket gave way, is no news however often a listing tells it. */
    const int64_t counted = over(row->state) ? counted_lots(broker, row->txid) : 0;
    if (counted > 0 && counted >= row->filled_lots) {
        return NULL;
    }
    struct ticket *child = ticket_new(broker, row->pair, TICKET_STOP);
    if (child == NULL) {
        broker_want_list(broker, NS_PER_S);
        return NULL;
    }
    child->made_by_venue = true;
    child->state = TICKET_OPEN;
    child->opened_ns = broker->time_ns;
    child->kind = VENUE_STOP;
    child->parent = row->parent;
    child->txid = row->txid;
    child->qty_lots = row->qty_lots;
    child->filled_lots = counted;
    child->trigger_ticks = row->trigger_ticks;
    if (row->listed) {
        broker_note(out, NOTE_ADOPTED, row->pair, row->qty_lots);
    }
    return child;
}

/* An order of our own name that we do not know: one concluded absent that came after all, or one
 * that another process places under our tag. Either way nobody may enter until a human looked. */
static struct ticket *take_stray(struct broker *broker, const struct news_order *row,
                                 struct broker_out *out)
{
    if (over(row->state)) {
        return NULL; /* an old one of ours, long settled */
    }
    const bool second = row->client >= broker->number_next;
    broker->blocked = true;
    broker_note(out, second ? NOTE_SECOND_INSTANCE : NOTE_STRAY, row->pair, (int64_t)row->client);
    if (second) {
        return NULL; /* the other one's affair: cancelling its stops would lay it bare */
    }
    struct ticket *ticket =
        ticket_new(broker, row->pair, row->side == SIDE_BUY ? TICKET_ENTRY : TICKET_EXIT);
    if (ticket != NULL) {
        ticket->number = row->client;
        ticket->state = TICKET_OPEN;
        ticket->kind = row->kind;
        ticket->qty_lots = row->qty_lots;
    }
    return ticket;
}

static struct ticket *find_or_take(struct broker *broker, const struct news_order *row,
                                   struct broker_out *out)
{
    struct lane *lane = &broker->lanes[row->pair];
    struct ticket *ticket = lane_find(lane, row->txid, row->client);
    if (ticket == NULL) {
        ticket = adopt_child(broker, row, out);
    }
    if (ticket == NULL && row->client != 0) {
        ticket = take_stray(broker, row, out);
    }
    return ticket;
}

static void found(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    if (ticket->state == TICKET_UNKNOWN) {
        broker->stats.found_count++;
        broker_note(out, NOTE_FOUND, ticket->pair, (int64_t)ticket->number);
    }
    if (ticket->state != TICKET_OPEN && ticket->role == TICKET_ENTRY) {
        const struct lane_entry *entry = lane_entry_of(ticket_lane(broker, ticket), ticket);
        broker_entry_taken(broker, ticket, out);
        if (entry != NULL) {
            broker_report(out, &entry->order, REPORT_ACCEPTED)->qty_lots = ticket->qty_lots;
        }
    }
    ticket->state = TICKET_OPEN;
    ticket->opened_ns = ticket->opened_ns != 0 ? ticket->opened_ns : broker->time_ns;
}

/* How much is filled, by a row's word. One that says "filled" and not how much was sent without
 * what came between: all of it, as far as its size is known. A listing of an order that is over has
 * the last word. */
static int64_t told_filled(const struct ticket *ticket, const struct news_order *row)
{
    if (row->listed && over(row->state)) {
        return row->filled_lots;
    }
    int64_t told_lots = row->filled_lots;
    if (row->state == NEWS_FILLED && told_lots == 0) {
        told_lots = row->qty_lots > 0 ? least(row->qty_lots, ticket->qty_lots) : ticket->qty_lots;
    }
    return told_lots > ticket->told_lots ? told_lots : ticket->told_lots;
}

/* A row older than the amendment that made the stop larger, late on its socket: of an order's size
 * the venue then has said two things, and a fill may be larger than the smaller. */
static bool late_size(const struct ticket *ticket, const struct news_order *row)
{
    return ticket->grown && !row->listed && row->qty_lots > 0 && row->qty_lots < ticket->qty_lots;
}

void broker_order_row(struct broker *broker, const struct news_order *row, struct broker_out *out)
{
    const bool ours = row->pair < broker->pair_count && !row->other_instance;
    struct ticket *ticket = ours ? find_or_take(broker, row, out) : NULL;
    if (ticket == NULL) {
        broker->foreign_seen += row->listed && !over(row->state);
        broker_foreign_row(broker, row, out);
        return;
    }
    ticket->listed = broker->list_asked;
    if (venue_id_known(row->txid)) {
        ticket->txid = row->txid;
    }
    if (!ticket_alive(ticket)) {
        return; /* a listing that lags behind what we know */
    }
    ticket_lane(broker, ticket)->stir = true;
    found(broker, ticket, out);
    /* A listing may be older than an amendment: its figures count only when ours are in doubt. */
    const bool amending = ticket->asked != 0 && ticket->asked_kind == REQUEST_AMEND;
    if (late_size(ticket, row)) {
        ticket->unsure = true;
        broker_want_list(broker, NS_PER_S);
    } else if ((!row->listed || ticket->unsure) && !amending && row->qty_lots > 0) {
        ticket->qty_lots =
            row->qty_lots > ticket->filled_lots ? row->qty_lots : ticket->filled_lots;
        ticket->limit_ticks = row->limit_ticks;
        ticket->trigger_ticks = row->trigger_ticks;
        ticket->unsure = ticket->unsure && row->listed && /* it may be older than the amendment */
                         broker->time_ns - ticket->asked_ns <= broker->config.lag_ns;
    }
    ticket->told_lots = told_filled(ticket, row);
    if (ticket->qty_lots < ticket->told_lots) {
        ticket->qty_lots =
            ticket->told_lots; /* a late row's size: it is at least what was filled */
    }
    if (over(row->state) && !ticket->ended_told) {
        ticket->ended_told = true;
        ticket->ended_as = row->state;
    }
    ticket_settle(broker, ticket, out);
}

static bool exec_known(const struct broker *broker, struct venue_id exec)
{
    for (uint32_t i = 0; i < EXEC_MAX && venue_id_known(broker->execs[i].id); i++) {
        if (venue_id_same(broker->execs[i].id, exec)) {
            return true;
        }
    }
    return false;
}

static void exec_remember(struct broker *broker, const struct news_trade *row)
{
    broker->execs[broker->exec_next] =
        (struct exec){.id = row->exec, .txid = row->txid, .qty_lots = row->qty_lots};
    broker->exec_next = (broker->exec_next + 1) % EXEC_MAX;
}

static int64_t order_left(const struct order *order)
{
    return order->id != 0 ? order->qty_lots - order->filled_lots : 0;
}

static void report_part(struct broker *broker, const struct ticket *ticket, struct order *order,
                        const struct news_trade *row, int64_t before_lots, int64_t qty_lots,
                        int64_t fee, struct broker_out *out)
{
    const struct lane *lane = &broker->lanes[ticket->pair];
    order->filled_lots += qty_lots;
    struct report *report = broker_report(out, order, REPORT_FILL);
    report->maker = row->maker;
    report->stop_hit = ticket->role == TICKET_STOP || lane->sale == SALE_EMERGENCY;
    report->trade_id = broker->trade_next++;
    report->exec = row->exec;
    report->price_ticks = row->price_ticks;
    report->qty_lots = qty_lots;
    report->before_lots = before_lots;
    report->fee = fee;
    if (order->filled_lots == order->qty_lots && ticket->role != TICKET_ENTRY) {
        *order = (struct order){0};
    }
}

static void note_stray(struct broker *broker, const struct news_trade *row, int64_t qty_lots,
                       struct broker_out *out)
{
    broker->blocked = true;
    broker->stats.stray_count++;
    broker_note(out, NOTE_STRAY, row->pair, qty_lots);
}

/*
 * The engine's orders that a fill belongs to. A stop's is the bracket's, another sale's the exit's,
 * as far as either reaches: while a part is sold both are alive, and a stop that is hit before it
 * could be made smaller sells of both.
 */
static void report_fill(struct broker *broker, struct ticket *ticket, const struct news_trade *row,
                        struct broker_out *out)
{
    struct lane *lane = ticket_lane(broker, ticket);
    const bool stop = ticket->role == TICKET_STOP;
    struct order nobodys = {0};
    struct lane_entry *entry = lane_entry_of(lane, ticket);
    struct order *first = entry != NULL                  ? &entry->order
                          : ticket->role == TICKET_ENTRY ? &nobodys
                          : stop                         ? &lane->protect
                                                         : &lane->exit;
    struct order *second = stop ? &lane->exit : &lane->protect;
    const int64_t second_left = ticket->role == TICKET_ENTRY ? 0 : order_left(second);
    const int64_t of_first = least(order_left(first), row->qty_lots);
    const int64_t of_second = least(second_left, row->qty_lots - of_first);
    const int64_t fee = decimal_mul_div(row->fee, of_first, row->qty_lots, ROUND_NEAREST);
    if (of_first > 0) {
        report_part(broker, ticket, first, row, 0, of_first, fee, out);
    }
    if (of_second > 0) {
        report_part(broker, ticket, second, row, of_first, of_second, row->fee - fee, out);
    }
    if (of_first + of_second < row->qty_lots) { /* what fits was told: that much is sold */
        note_stray(broker, row, row->qty_lots - of_first - of_second, out);
    }
}

/* A purchase of coins that were sold already, and said to have none: nobody holds them, and neither
 * stop nor position may come of it, which would sell coins of somebody else's. What is left of it.
 */
static struct news_trade less_owed(struct broker *broker, struct lane *lane,
                                   const struct news_trade *row, struct broker_out *out)
{
    struct news_trade left = *row;
    const int64_t owed = row->time_ns <= lane->owed_ns ? lane->owed_lots : 0;
    const int64_t paid = least(owed, row->qty_lots);
    if (paid > 0) {
        lane->owed_lots -= paid;
        left.qty_lots -= paid;
        left.fee = decimal_mul_div(row->fee, left.qty_lots, row->qty_lots, ROUND_NEAREST);
        note_stray(broker, row, paid, out);
    }
    return left;
}

/* More than is held was sold: a purchase is missing that a listing should have had, or there was
 * none. */
static void sell_held(struct lane *lane, const struct news_trade *row)
{
    const int64_t held = least(row->qty_lots, lane->held_lots);
    lane->held_lots -= held;
    if (held < row->qty_lots) {
        lane->owed_lots += row->qty_lots - held;
        lane->owed_ns = row->time_ns > lane->owed_ns ? row->time_ns : lane->owed_ns;
    }
}

static void count_fill(struct broker *broker, struct ticket *ticket, const struct news_trade *row,
                       struct broker_out *out)
{
    struct lane *lane = ticket_lane(broker, ticket);
    exec_remember(broker, row);
    broker->stats.fill_count++;
    ticket->filled_lots += row->qty_lots;
    if (ticket->qty_lots < ticket->filled_lots) {
        ticket->qty_lots = ticket->filled_lots; /* the amendment was made: its fill says so */
    }
    if (ticket->told_lots < ticket->filled_lots) {
        ticket->told_lots = ticket->filled_lots;
    }
    if (row->listed) {
        broker_note(out, NOTE_MISSED_FILL, row->pair, row->qty_lots);
    }
    struct news_trade mine = *row;
    if (ticket->side == SIDE_BUY) {
        mine = less_owed(broker, lane, row, out);
        lane->held_lots += mine.qty_lots;
        lane->bought_ns = broker->time_ns;
    } else {
        sell_held(lane, row);
    }
    lane->stir = true;
    if (mine.qty_lots > 0) {
        report_fill(broker, ticket, &mine, out);
    }
}

/* A fill may be heard of long before its order, which a listing that lags does not show once it is
 * over: it too tells the order's id, by which the stops that the venue made for it are known. The
 * same listing may have passed them over by then. */
static void learn_id(struct broker *broker, struct ticket *ticket, const struct news_trade *row)
{
    if (venue_id_known(ticket->txid) || !venue_id_known(row->txid)) {
        return;
    }
    ticket->txid = row->txid;
    if (row->listed && ticket->role == TICKET_ENTRY) {
        broker_want_list(broker, 0);
    }
}

void broker_trade_row(struct broker *broker, const struct news_trade *row, struct broker_out *out)
{
    if (row->pair >= broker->pair_count || row->qty_lots <= 0 || row->price_ticks <= 0) {
        return;
    }
    struct lane *lane = &broker->lanes[row->pair];
    struct ticket *ticket = lane_find(lane, row->txid, row->client);
    if (exec_known(broker, row->exec)) {
        broker->stats.fill_again_count++;
        return;
    }
    if (ticket == NULL) {
        if (!row->listed && !broker_foreign_known(broker, row->txid)) {
            broker_want_list(broker, NS_PER_S); /* of a child whose row is still to come, perhaps */
        }
        return;
    }
    learn_id(broker, ticket, row);
    if (ticket_alive(ticket)) {
        found(broker, ticket, out);
    }
    const int64_t filled = ticket->filled_lots + row->qty_lots;
    const bool bought = broker->listed_ns > row->time_ns + broker->config.lag_ns; /* or never */
    if (ticket->side == SIDE_SELL && row->qty_lots > lane->held_lots && ticket_alive(ticket) &&
        !bought) {
        /* Its purchase is still to come: a listing tells the newest first. Asked for again then. */
        ticket->told_lots = filled > ticket->told_lots ? filled : ticket->told_lots;
        ticket_settle(broker, ticket, out);
        return;
    }
    if (filled > ticket->qty_lots && ticket_alive(ticket) && size_in_doubt(ticket)) {
        ticket->qty_lots = filled; /* by an amendment of which we know no more */
    }
    if (filled > ticket->qty_lots || !ticket_alive(ticket)) {
        exec_remember(broker, row);
        note_stray(broker, row, row->qty_lots, out);
        return;
    }
    count_fill(broker, ticket, row, out);
    ticket_settle(broker, ticket, out);
}
