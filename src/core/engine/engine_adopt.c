/* SPDX-License-Identifier: MIT */
/*
 * How a session goes on with what an earlier one owned: pairs and strategies are found by name, for
 * both lists may have changed in between.
 */
#include <string.h>

#include "core/engine/engine_internal.h"

/* True when every position and order of `before` has a place here. */
static bool adoptable(const struct engine *engine, const struct engine *before, const uint32_t *map)
{
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        const bool lost = map[i] >= engine->config.pair_count;
        if (lost && before->portfolio.positions[i].qty_lots != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < before->portfolio.order_count; i++) {
        if (map[before->portfolio.orders[i].pair] >= engine->config.pair_count) {
            return false;
        }
    }
    return true;
}

#define NO_SEAT UINT32_MAX

/* Seats of `before` that something hangs on. */
static uint32_t standing(const struct engine *before)
{
    const struct portfolio *portfolio = &before->portfolio;
    uint32_t mask = 0;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        mask |= portfolio->orders[i].strategies;
    }
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        mask |= portfolio->positions[i].strategies;
    }
    for (uint32_t seat = 0; seat < STRATEGY_SEAT_MAX; seat++) {
        bool stands = before->seats[seat].part != PART_CONFIGURED;
        for (uint32_t i = 0; i < before->config.pair_count * 2; i++) {
            stands |=
                cooldown_active(&before->pairs[i / 2].cooldowns[seat][i % 2], before->time_ns);
        }
        mask |= (uint32_t)stands << seat;
    }
    return mask;
}

/* The seat of that name, or else the first that is free; NO_SEAT: neither. */
static uint32_t find_seat(const struct engine *engine, const char *name)
{
    for (uint32_t seat = 0; seat < STRATEGY_SEAT_MAX; seat++) {
        const char *taken = engine->seats[seat].name;
        if (taken[0] == '\0' || strcmp(taken, name) == 0) {
            return seat;
        }
    }
    return NO_SEAT;
}

/* ret_seats[s]: the seat here of who sat on s there. Who does not vote here and has left nothing
 * gets none, and neither does who finds no seat free: what he bought is nobody's then. */
static void seat_all(struct engine *engine, const struct engine *before,
                     uint32_t ret_seats[STRATEGY_SEAT_MAX])
{
    const uint32_t mask = standing(before);
    for (uint32_t s = 0; s < STRATEGY_SEAT_MAX; s++) {
        const struct strategy_seat *there = &before->seats[s];
        const bool left = (mask >> s & 1) != 0;
        const uint32_t seat = there->name[0] != '\0' ? find_seat(engine, there->name) : NO_SEAT;
        ret_seats[s] = NO_SEAT;
        if (seat != NO_SEAT && (left || engine->seats[seat].name[0] != '\0')) {
            engine->seats[seat] = *there;
            ret_seats[s] = seat;
        }
    }
}

static uint32_t mask_here(uint32_t mask, const uint32_t seats[STRATEGY_SEAT_MAX])
{
    uint32_t here = 0;
    for (uint32_t s = 0; s < STRATEGY_SEAT_MAX; s++) {
        here |= (mask >> s & 1) != 0 && seats[s] != NO_SEAT ? 1u << seats[s] : 0;
    }
    return here;
}

static void adopt_pair(struct engine *engine, uint32_t pair, const struct engine *before,
                       uint32_t pair_there, const uint32_t seats[STRATEGY_SEAT_MAX])
{
    const struct pair_state *there = &before->pairs[pair_there];
    struct pair_state *state = &engine->pairs[pair];
    struct position *position = &engine->portfolio.positions[pair];
    *position = before->portfolio.positions[pair_there];
    position->strategies = mask_here(position->strategies, seats);
    state->decided_ns = there->decided_ns;
    state->sized = there->sized;
    state->sizing = there->sizing;
    state->candle_count = there->candle_count;
    state->traded = there->traded;
    for (uint32_t s = 0; s < STRATEGY_SEAT_MAX; s++) {
        if (seats[s] != NO_SEAT) {
            memcpy(state->cooldowns[seats[s]], there->cooldowns[s], sizeof there->cooldowns[s]);
        }
    }
    if (there->listed) {
        engine_set_terms(engine, pair, &there->terms);
    }
    engine_adopt_outcomes(engine, pair, before, pair_there);
}

bool engine_adopt(struct engine *engine, const struct engine *before, const uint32_t *map)
{
    if (!adoptable(engine, before, map)) {
        return false;
    }
    struct portfolio *portfolio = &engine->portfolio;
    uint32_t seats[STRATEGY_SEAT_MAX];
    seat_all(engine, before, seats);
    engine_cast_parts(engine);
    *portfolio = before->portfolio;
    for (uint32_t i = 0; i < PAIR_MAX; i++) {
        portfolio->positions[i] = (struct position){0};
    }
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        if (map[i] < engine->config.pair_count) {
            adopt_pair(engine, map[i], before, i, seats);
        }
    }
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        struct order *order = &portfolio->orders[i];
        order->pair = map[order->pair];
        order->strategies = mask_here(order->strategies, seats);
    }
    /* A session that ends before its first event must not forget where the market was. */
    engine->time_ns = before->time_ns;
    engine->record_next = before->record_next;
    engine->decision_count = before->decision_count;
    engine->flows_from_ns = before->flows_from_ns;
    engine->flow_next = before->flow_next;
    memcpy(engine->flows, before->flows, sizeof engine->flows);
    engine_adopt_learning(engine, before);
    engine_adopt_dials(engine, before);
    engine->paused = before->paused;
    engine->flatten = before->flatten;
    engine->loss_limit_told = before->loss_limit_told;
    engine->target_told = before->target_told;
    engine->halted = before->halted;
    engine->guard_peak = before->guard_peak;
    engine->crash = before->crash;
    engine->crash.known = engine->crash.fallen = 0; /* the candles are told again */
    return true;
}
