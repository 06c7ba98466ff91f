/* SPDX-License-Identifier: MIT */
/*
 * What the broker's files share; nobody else includes this.
 *
 *     broker.c         the way in: wishes, time, adoption
 *     broker_ticket.c  tickets, requests, and the answers to them
 *     broker_rows.c    the venue's rows: orders and trades, counted once
 *     broker_list.c    listings: what is missing, absent, or another's
 *     broker_entry.c   entries: one, or the rungs of a ladder
 *     broker_lane.c    the next missing thing of a pair
 *     broker_breaker.c whether entries should be sent at all
 *     broker_price.c   what a sale may cost
 *     broker_sale.c    protection and sale
 *     broker_system.c  what the venue takes at all, and what is not ours
 */
#pragma once

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/execution/broker.h"

/* Time for a conditional close to appear after its fill before we place a stop ourselves. */
#define CHILD_WAIT_NS (2 * NS_PER_S)
/* For a listing, before a stop stands for a lost sale: no longer than coins may be bare, and long
 * enough that the sale's deadline is over, so that it cannot come after the stop. */
#define DOUBT_WAIT_NS (5 * NS_PER_S)

/* What protects or sells is of no use later: so its fate is known sooner. */
#define GUARD_DEADLINE_NS (4 * NS_PER_S)

/* A touched target that could not be sold at: the stop stands for so long before the next try. */
#define TARGET_AGAIN_NS (15 * NS_PER_S)

/* A stop that was set again in a book too wide to sell into stands for so long before the next try.
 */
#define WIDE_AGAIN_NS (15 * NS_PER_S)

/* A request not answered by its gateway within this is taken for lost. */
#define ANSWER_WAIT_NS (60 * NS_PER_S)

/* Ended tickets stay known for so long: rows about them still come. */
#define TICKET_KEEP_NS (10 * NS_PER_MIN)

/* While an entry rests, stops for more than is held may be those of fills not heard of yet; after
 * so long they are too much. And a fill's own stop is joined to the others once nothing was bought
 * for so long, or there are many. */
#define OVER_WAIT_NS (30 * NS_PER_S)
#define JOIN_WAIT_NS (30 * NS_PER_S)
#define JOIN_COUNT 6

/* A fill that the venue's totals promise and that does not come is asked for. */
#define FILL_WAIT_NS (2 * NS_PER_S)

static inline bool ticket_alive(const struct ticket *ticket)
{
    return ticket->state > TICKET_FREE && ticket->state < TICKET_ENDED;
}

/* What it may still fill. */
static inline int64_t ticket_left(const struct ticket *ticket)
{
    return ticket->qty_lots - ticket->filled_lots;
}

/* The venue holds it for certain. */
static inline bool ticket_standing(const struct ticket *ticket)
{
    return ticket->state == TICKET_OPEN && !ticket->ended_told && !ticket->gone;
}

/* What the engine's exit has still to sell; 0: there is none. */
static inline int64_t lane_exit_left(const struct lane *lane)
{
    return lane->exit.qty_lots - lane->exit.filled_lots;
}

/* What stays when the exit under way is for a part; its stop stands throughout. 0: all is sold. */
static inline int64_t lane_kept(const struct lane *lane)
{
    const bool part = lane->exit.id != 0 && lane->protect.id != 0 && !lane->protect_cancel;
    const int64_t kept = lane->held_lots - lane_exit_left(lane);
    return part && kept > 0 ? kept : 0;
}

static inline struct lane *ticket_lane(struct broker *broker, const struct ticket *ticket)
{
    return &broker->lanes[ticket->pair];
}

/* broker_ticket.c */
/* NULL: the lane is full of living ones. */
struct ticket *ticket_new(struct broker *broker, uint32_t pair, enum ticket_role role);
struct ticket *lane_find(struct lane *lane, struct venue_id txid, uint64_t number);
/* It is over; the engine hears it of an entry. */
void ticket_over(struct broker *broker, struct ticket *ticket, struct broker_out *out);

/* Requests. A ticket has one under way at most, and waits after a refusal. False: not now. */
bool ticket_add(struct broker *broker, struct ticket *ticket, struct broker_out *out);
bool ticket_amend(struct broker *broker, struct ticket *ticket, int64_t qty_lots,
                  int64_t limit_ticks, int64_t trigger_ticks, struct broker_out *out);
bool ticket_cancel(struct broker *broker, struct ticket *ticket, struct broker_out *out);
bool ticket_query(struct broker *broker, struct ticket *ticket, struct broker_out *out);
struct request *broker_ask(struct broker *broker, enum request_kind kind, struct broker_out *out);
bool lane_admits(const struct broker *broker, uint32_t pair, uint32_t entry_count);
void lane_count(const struct broker *broker, struct lane *lane, int64_t cost); /* answered */

/* The counter stands as high as it can: nobody knows what the venue has counted. */
void lane_fill_counter(const struct broker *broker, struct lane *lane);

void broker_answer(struct broker *broker, const struct news *news, struct broker_out *out);

struct report *broker_report(struct broker_out *out, const struct order *order,
                             enum report_kind kind);
struct report *broker_note(struct broker_out *out, enum report_note note, uint32_t pair,
                           int64_t figure);

/* broker_entry.c */
void lane_enter(struct broker *broker, const struct matching_market *market,
                const struct order *order, struct broker_out *out);
void lane_tend_entries(struct broker *broker, const struct matching_market *market,
                       struct broker_out *out);

/* An entry's ticket is over: the engine hears what became of its order. All filled, it has ended by
 * its fills. */
void lane_entry_over(struct lane *lane, const struct ticket *ticket, struct broker_out *out);

/* The engine's order that an entry's ticket is; NULL: it asks for none. */
struct lane_entry *lane_entry_of(struct lane *lane, const struct ticket *ticket);

/* The engine waits for an entry. */
bool lane_entering(const struct lane *lane);

/* Nothing is held, wanted or alive. */
bool lane_free(const struct lane *lane);

/* broker_breaker.c */
void broker_entry_taken(struct broker *broker, const struct ticket *entry, struct broker_out *out);
void broker_entry_failed(struct broker *broker, const struct ticket *entry, struct broker_out *out);
void broker_entry_unmade(struct broker *broker); /* admitted, and never sent: no trial was made */

/* broker_system.c */
bool broker_takes(const struct broker *broker, uint32_t pair, enum request_kind kind,
                  enum request_order order);
void broker_set_system(struct broker *broker, enum pair_status system, struct broker_out *out);
bool broker_foreign_known(const struct broker *broker, struct venue_id txid);
void broker_foreign_row(struct broker *broker, const struct news_order *row,
                        struct broker_out *out);

/* broker_rows.c */
void broker_order_row(struct broker *broker, const struct news_order *row, struct broker_out *out);
void broker_trade_row(struct broker *broker, const struct news_trade *row, struct broker_out *out);

/* Ends it when the venue's last word and every fill are here. */
void ticket_settle(struct broker *broker, struct ticket *ticket, struct broker_out *out);

/* broker_list.c */
void broker_want_list(struct broker *broker, int64_t delay_ns);
void broker_list_tick(struct broker *broker, struct broker_out *out);
void broker_listed(struct broker *broker, const struct news *news, struct broker_out *out);

/* broker_price.c */
/* Best bid, 0 where the book is not known or crossed. */
int64_t lane_best_bid(const struct matching_market *market);
int64_t lane_near_target(const struct lane *lane);

/* The best bid lies below the least that a sale takes while it is no emergency. `sale` is the one
 * under way, whose own offer is no market; NULL: there is none. */
bool lane_book_wide(const struct broker *broker, const struct matching_market *market,
                    const struct ticket *sale);
bool lane_waited_out(const struct broker *broker, const struct lane *lane);
bool lane_at_market(const struct broker *broker, const struct matching_market *market,
                    const struct ticket *sale);
int64_t lane_sale_limit(const struct broker *broker, const struct matching_market *market,
                        const struct ticket *sale, int64_t touch_ticks);
int64_t lane_deep_limit(const struct matching_market *market, int64_t touch_ticks);

/* broker_sale.c */
void lane_protect(struct broker *broker, const struct matching_market *market,
                  struct broker_out *out);
void lane_sell(struct broker *broker, const struct matching_market *market, struct broker_out *out);

/* The engine's exit waits for a book that is not too wide, for as long as `wide_ns` at most: what
 * is held keeps its stop, or gets it back from a sale that found nobody. */
bool lane_waits(struct broker *broker, const struct matching_market *market,
                struct broker_out *out);

/* Nobody knows what became of the pair's sale (else false): until somebody does, a stop stands for
 * what is held. */
bool lane_guard_doubt(struct broker *broker, const struct matching_market *market,
                      struct broker_out *out);

/* Cancels every living ticket of a role; true when none is left. */
bool lane_clear(struct broker *broker, uint32_t pair, enum ticket_role role,
                struct broker_out *out);
struct ticket *lane_living(struct lane *lane, enum ticket_role role);
void lane_dust(struct lane *lane, struct broker_out *out);
