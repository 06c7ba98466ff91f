/* SPDX-License-Identifier: MIT */
#include "core/execution/broker_internal.h"

/* The engine takes its bracket or its exit back: it hears so when nothing of it can fill. */
static void give_back(struct broker *broker, const struct matching_market *market,
                      struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    /* The stops last: a sale of which nobody knows may take a minute to be settled. */
    if (!lane_clear(broker, market->pair, TICKET_EXIT, out)) {
        lane_guard_doubt(broker, market, out);
        return;
    }
    if ((lane->protect_cancel && !lane_clear(broker, market->pair, TICKET_STOP, out))) {
        return;
    }
    struct order *order = lane->protect_cancel ? &lane->protect : &lane->exit;
    if (order->id != 0) {
        broker_report(out, order, REPORT_CANCELLED);
        *order = (struct order){0};
    }
    lane->protect_cancel = lane->exit_cancel = false;
    lane->sale = SALE_NONE;
}

static bool target_touched(const struct lane *lane, const struct matching_market *market)
{
    return lane->protect.id != 0 && lane->protect.target_ticks != 0 && lane->held_lots > 0 &&
           book_sound(market->book) &&
           market->book->bids.levels[0].price_ticks >= lane->protect.target_ticks;
}

/* Lots that no stop at the venue stands for. A stop being cancelled protects until it is gone. */
static int64_t bare_lots(const struct lane *lane)
{
    int64_t covered = 0;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        const struct ticket *ticket = &lane->tickets[i];
        if (ticket->role == TICKET_STOP && ticket_standing(ticket)) {
            covered += ticket_left(ticket);
        }
    }
    /* Of a part that is being sold the stop is gone with intent, and the exit has its own hurry. */
    const int64_t kept = lane_kept(lane);
    return (kept > 0 ? kept : lane->held_lots) - covered;
}

static void watch_bare(struct broker *broker, uint32_t pair, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[pair];
    const bool bare = lane->guard_ticks != 0 && lane->held_lots > 0 && bare_lots(lane) > 0;
    const int64_t window = lane->bare_since_ns != 0 ? broker->time_ns - lane->bare_since_ns : 0;
    if (window > broker->stats.bare_longest_ns) {
        broker->stats.bare_longest_ns = window;
    }
    if (!bare) {
        broker->stats.bare_long_count +=
            broker->config.bare_long_ns > 0 && window >= broker->config.bare_long_ns;
        if (window > broker->config.bare_ns / 2) {
            broker_note(out, NOTE_BARE, pair, window / NS_PER_MS);
        }
        lane->bare_since_ns = 0;
        return;
    }
    if (lane->bare_since_ns == 0) {
        lane->bare_since_ns = broker->time_ns;
        broker->stats.bare_count++;
    } else if (broker->settled && window >= broker->config.bare_ns &&
               lane->sale != SALE_EMERGENCY) {
        /* A start knows what stands at the venue when the venue has listed it, and not before. */
        lane->sale = SALE_EMERGENCY;
        lane->stir = true;
        broker->stats.emergency_count++;
        broker_note(out, NOTE_EMERGENCY, pair, window / NS_PER_MS);
    }
}

/* A cancel that was taken or lost, and whose end nobody heard of, is asked for again. */
static void cancel_again(struct broker *broker, struct lane *lane, struct broker_out *out)
{
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->cancelling && ticket_alive(ticket)) {
            ticket_cancel(broker, ticket, out);
        }
    }
}

/* A sale needs its intent on disk, after the stop is gone: while the disk takes none, the coins
 * keep the stop they have. */
static bool stops_stay(const struct broker *broker, struct lane *lane)
{
    return broker->held && lane->held_lots > 0 && lane_living(lane, TICKET_STOP) != NULL &&
           lane_living(lane, TICKET_EXIT) == NULL;
}

/* All was sold by another order, a stop made larger meanwhile: of the exit nothing is left to do.
 */
static void end_exit(struct lane *lane, struct broker_out *out)
{
    if (lane->exit.id != 0 && lane_living(lane, TICKET_EXIT) == NULL) {
        broker_report(out, &lane->exit, REPORT_CANCELLED);
        lane->exit = (struct order){0};
        lane->exit_cancel = false;
    }
}

void broker_tend(struct broker *broker, const struct matching_market *market,
                 struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    lane->stir = false;
    lane->status = market->terms->status;
    if (lane->held_lots <= 0) {
        lane->guard_ticks = 0;
        lane->over_since_ns = 0;
        lane->sale = SALE_NONE;
        lane->tries = 0;
        lane->wide_since_ns = lane->wide_again_ns = 0;
        end_exit(lane, out);
    }
    if (lane->exit.id == 0 && lane->protect.id != 0 && !lane->protect_cancel) {
        lane->wide_since_ns = lane->wide_again_ns = 0;
    }
    watch_bare(broker, market->pair, out);
    cancel_again(broker, lane, out);
    lane_tend_entries(broker, market, out);
    if (stops_stay(broker, lane) || (lane->protect_cancel && lane_waits(broker, market, out))) {
        lane_protect(broker, market, out);
    } else if (lane->protect_cancel || lane->exit_cancel) {
        give_back(broker, market, out);
    } else {
        if (lane->sale == SALE_NONE && lane->exit.id == 0 &&
            broker->time_ns >= lane->target_again_ns && target_touched(lane, market)) {
            lane->sale = SALE_TARGET;
            lane->tries = 0;
        }
        if (lane->sale != SALE_NONE || lane->exit.id != 0) {
            lane_sell(broker, market, out);
        } else {
            lane_protect(broker, market, out);
        }
    }
    watch_bare(broker, market->pair, out);
}
