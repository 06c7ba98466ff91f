/* SPDX-License-Identifier: MIT */
/*
 * The numbers of the estate's fields; estate.c alone includes this. A number is never given twice
 * within a table, and never to another meaning. Fields that are not here are learned anew.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/engine/engine.h"
#include "core/execution/broker.h"
#include "core/matching/matching.h"
#include "store/field.h"

/* Whoever adds a field to one of these decides whether a later version must find it: here. */
_Static_assert(offsetof(struct engine, last_order) - offsetof(struct engine, time_ns) == 2136,
               "engine: does the new field belong to the estate?");
_Static_assert(sizeof(struct portfolio) == 142392 && sizeof(struct position) == 240 &&
                   sizeof(struct order) == 184,
               "portfolio, position, order: does the new field belong to the estate?");
_Static_assert(sizeof(struct lane) == 13320 && sizeof(struct ticket) == 272 &&
                   sizeof(struct exec) == 40 && sizeof(struct pair) == 112,
               "lane, ticket, exec, pair: does the new field belong to the estate?");

static const struct field engine_fields[] = {
    FIELD(1, engine, time_ns, 0),
    FIELD(2, engine, record_next, 0),
    FIELD(3, engine, decision_count, 0),
    FIELD(4, engine, paused, 1),
    FIELD(5, engine, flatten, 1),
    FIELD(6, engine, loss_limit_told, 1),
    FIELD(7, engine, portfolio.cash, 0),
    FIELD(8, engine, portfolio.reserved, 0),
    FIELD(9, engine, portfolio.holdings, 0),
    FIELD(10, engine, portfolio.realised, 0),
    FIELD(11, engine, portfolio.fees, 0),
    FIELD(12, engine, portfolio.start, 0),
    FIELD(13, engine, portfolio.day_ns, 0),
    FIELD(14, engine, portfolio.day_equity, 0),
    FIELD(15, engine, portfolio.peak, 0),
    FIELD(16, engine, portfolio.calm, 0),
    FIELD(17, engine, portfolio.drawdown_worst_ppm, 0),
    FIELD(18, engine, portfolio.trade_count, 0),
    FIELD(19, engine, portfolio.trade_won_count, 0),
    FIELD(20, engine, portfolio.fill_count, 0),
    FIELD(21, engine, portfolio.order_next, 0),
    FIELD(22, engine, portfolio.open_count, PAIR_MAX),
    FIELD(23, engine, crash.state, BREAKER_TRIAL),
    FIELD(24, engine, crash.doubled, 0),
    FIELD(25, engine, crash.tried, 1),
    FIELD(26, engine, crash.until_ns, 0),
    FIELD(27, engine, flows_from_ns, 0),
    FIELD(28, engine, flow_next, ENGINE_FLOW_MAX - 1),
    FIELD(29, engine, halted, 1),
    FIELD(30, engine, guard_peak, 0),
    FIELD(31, engine, portfolio.tally.count, 0),
    FIELD(32, engine, portfolio.tally.won_count, 0),
    FIELD(33, engine, portfolio.tally.won_ppm, 0),
    FIELD(34, engine, portfolio.tally.lost_ppm, 0),
    FIELD(35, engine, portfolio.tally.streak, 0),
    FIELD(36, engine, portfolio.tally.lost_ns, 0),
    FIELD(38, engine, target_told, 1),
    FIELD(39, engine, portfolio.day_reference, 0),
};

/* Of one strategy, in the order of the seats; its name comes first. */
static const struct field seat_fields[] = {FIELD(1, strategy_seat, part, PART_OFF)};

/* Of one limit that the operator has set; its name comes first. */
struct estate_dial {
    double value;
    double configured; /* what the configuration said then */
};

static const struct field dial_fields[] = {
    FIELD(1, estate_dial, value, 0),
    FIELD(2, estate_dial, configured, 0),
};

/* Of one pair: what a strategy is not listened to for. */
struct estate_cooldown {
    uint32_t seat, side;
    struct cooldown cooldown;
};

static const struct field cooldown_fields[] = {
    FIELD(5, estate_cooldown, seat, STRATEGY_SEAT_MAX - 1),
    FIELD(2, estate_cooldown, side, 1),
    FIELD(3, estate_cooldown, cooldown.until_ns, 0),
    FIELD(4, estate_cooldown, cooldown.lost, 1),
};

/*
 * What stands in an estate without seats: there the built-in strategies were named by their place
 * in strategy_table, and those who bought something by their place in a list that is not known
 * (order 18 and position 21).
 */
struct estate_unseated {
    uint64_t parts; /* two bits each */
};

static const struct field unseated_fields[] = {FIELD(37, estate_unseated, parts, 0)};
static const struct field unseated_cooldown_fields[] = {
    FIELD(1, estate_cooldown, seat, 0),
};

/* Of a deposit or withdrawal that was counted. */
static const struct field flow_fields[] = {
    FIELD(1, venue_id, hi, 0),
    FIELD(2, venue_id, lo, 0),
};

static const struct field pair_fields[] = {
    FIELD(1, pair_state, terms.status, PAIR_OFFLINE),
    FIELD(2, pair_state, terms.price_decimals, DECIMAL_PLACES_MAX),
    FIELD(3, pair_state, terms.qty_decimals, DECIMAL_PLACES_MAX),
    FIELD(4, pair_state, terms.tick_step, 0),
    FIELD(5, pair_state, terms.qty_min_lots, 0),
    FIELD(6, pair_state, terms.cost_min, 0),
    FIELD(7, pair_state, listed, 1),
    FIELD(8, pair_state, decided_ns, 0),
    FIELD(9, pair_state, candle_count, 0),
    FIELD(10, pair_state, traded, 0),
};

static const struct field position_fields[] = {
    FIELD(1, position, qty_lots, 0),
    FIELD(2, position, cost, 0),
    FIELD(3, position, fee, 0),
    FIELD(4, position, stop_ticks, 0),
    FIELD(5, position, target_ticks, 0),
    FIELD(6, position, risk, 0),
    FIELD(7, position, opened_ns, 0),
    FIELD(8, position, mark_ticks, 0),
    FIELD(9, position, value, 0),
    FIELD(10, position, sold, 0),
    FIELD(11, position, sold_fee, 0),
    FIELD(12, position, sold_lots, 0),
    FIELD(13, position, pnl, 0),
    FIELD(14, position, entry_order, 0),
    FIELD(15, position, protect_order, 0),
    FIELD(16, position, exit_order, 0),
    FIELD(17, position, protect_lots, 0),
    FIELD(18, position, exit_wanted, 1),
    FIELD(19, position, exit_lots, 0),
    FIELD(20, position, exit_tried_ns, 0),
    FIELD(22, position, exit_last, 0),
    FIELD(23, position, best_ticks, 0),
    FIELD(24, position, plan.trail_ppm, 0),
    FIELD(25, position, plan.broken_ticks, 0),
    FIELD(26, position, plan.hold_ns, 0),
    FIELD(27, position, plan.risk_ticks, 0),
    FIELD(28, position, sized, 0),
    FIELD(29, position, best_from_ns, 0),
    FIELD(30, position, plan.price_ticks, 0),
    FIELD(31, position, strategies, 0),
    FIELD(32, position, exit_by_hand, 1),
};

static const struct field order_fields[] = {
    FIELD(1, order, id, 0),
    FIELD(2, order, pair, PAIR_MAX - 1),
    FIELD(3, order, purpose, PURPOSE_EXIT),
    FIELD(4, order, kind, ORDER_BRACKET),
    FIELD(5, order, state, ORDER_REJECTED),
    FIELD(6, order, side, SIDE_SELL),
    FIELD(7, order, qty_lots, 0),
    FIELD(8, order, cash, 0),
    FIELD(9, order, limit_ticks, 0),
    FIELD(10, order, stop_ticks, 0),
    FIELD(11, order, target_ticks, 0),
    FIELD(12, order, created_ns, 0),
    FIELD(13, order, expire_ns, 0),
    FIELD(14, order, filled_lots, 0),
    FIELD(15, order, cost, 0),
    FIELD(16, order, fee, 0),
    FIELD(17, order, trade_id_last, 0),
    FIELD(19, order, risk, 0),
    FIELD(20, order, plan.trail_ppm, 0),
    FIELD(21, order, plan.broken_ticks, 0),
    FIELD(22, order, plan.hold_ns, 0),
    FIELD(23, order, plan.risk_ticks, 0),
    FIELD(24, order, plan.price_ticks, 0),
    FIELD(25, order, ladder, 0),
    FIELD(26, order, strategies, 0),
};

static const struct field broker_fields[] = {
    FIELD(1, broker, number_next, 0),
    FIELD(2, broker, sequence_next, 0),
    FIELD(3, broker, trade_next, 0),
    FIELD(4, broker, durable, 0),
    FIELD(5, broker, time_ns, 0),
    FIELD(6, broker, blocked, 1),
    FIELD(7, broker, listed_ns, 0),
    FIELD(8, broker, timer, TIMER_DISARMING),
    FIELD(9, broker, timer_ns, 0),
    FIELD(10, broker, foreign_open, 0),
    FIELD(11, broker, exec_next, EXEC_MAX - 1),
    FIELD(12, broker, breaker.state, BREAKER_TRIAL),
    FIELD(13, broker, breaker.failures, 0),
    FIELD(14, broker, breaker.doubled, 0),
    FIELD(15, broker, breaker.first_ns, 0),
    FIELD(16, broker, breaker.opened_ns, 0),
};

static const struct field lane_fields[] = {
    FIELD(1, lane, held_lots, 0),
    FIELD(2, lane, bought_ns, 0),
    FIELD(3, lane, entries[0].cancel, 1),
    FIELD(4, lane, protect_cancel, 1),
    FIELD(5, lane, exit_cancel, 1),
    FIELD(6, lane, protect_told, 1),
    FIELD(7, lane, guard_ticks, 0),
    FIELD(8, lane, sale, SALE_EMERGENCY),
    FIELD(9, lane, tries, 0),
    FIELD(10, lane, bare_since_ns, 0),
    FIELD(11, lane, target_again_ns, 0),
    FIELD(12, lane, failed, 0),
    FIELD(13, lane, owed_lots, 0),
    FIELD(14, lane, owed_ns, 0),
};

static const struct field entry_fields[] = {FIELD(101, lane_entry, cancel, 1)};

static const struct field ticket_fields[] = {
    FIELD(1, ticket, number, 0),
    FIELD(2, ticket, made_by_venue, 1),
    FIELD(3, ticket, role, TICKET_EXIT),
    FIELD(4, ticket, state, TICKET_ENDED),
    FIELD(5, ticket, kind, VENUE_OTHER),
    FIELD(6, ticket, life, LIFE_IOC),
    FIELD(7, ticket, side, SIDE_SELL),
    FIELD(8, ticket, txid.hi, 0),
    FIELD(9, ticket, txid.lo, 0),
    FIELD(10, ticket, parent.hi, 0),
    FIELD(11, ticket, parent.lo, 0),
    FIELD(12, ticket, qty_lots, 0),
    FIELD(13, ticket, filled_lots, 0),
    FIELD(14, ticket, told_lots, 0),
    FIELD(15, ticket, limit_ticks, 0),
    FIELD(16, ticket, trigger_ticks, 0),
    FIELD(17, ticket, close_ticks, 0),
    FIELD(18, ticket, created_ns, 0),
    FIELD(19, ticket, opened_ns, 0),
    FIELD(20, ticket, deadline_ns, 0),
    FIELD(21, ticket, expire_ns, 0),
    FIELD(22, ticket, missed_ns, 0),
    FIELD(23, ticket, behind_ns, 0),
    FIELD(24, ticket, ended_ns, 0),
    FIELD(25, ticket, intent, 0),
    FIELD(26, ticket, gone, 1),
    FIELD(27, ticket, ended_told, 1),
    FIELD(28, ticket, ended_as, NEWS_EXPIRED),
    FIELD(29, ticket, reject, REJECT_STRAY),
    FIELD(30, ticket, unmoved, 1),
    FIELD(31, ticket, grown, 1),
    FIELD(32, ticket, order, 0),
};

static const struct field exec_fields[] = {
    FIELD(1, exec, id.hi, 0),   FIELD(2, exec, id.lo, 0),    FIELD(3, exec, txid.hi, 0),
    FIELD(4, exec, txid.lo, 0), FIELD(5, exec, qty_lots, 0),
};

static const struct field matching_fields[] = {FIELD(1, matching, trade_next, 0)};

static const struct field resting_fields[] = {
    FIELD(101, matching_order, queue_lots, 0),
    FIELD(102, matching_order, fresh, 1),
};
