/* SPDX-License-Identifier: MIT */
/* The rules of an order's life that must hold in broker_sim.c after every step. */
#pragma once

#include "broker_world.h"

/* What is sold is a part, and the rest is to stay. */
static inline bool sells_part(const struct lane *lane)
{
    return lane->exit.id != 0 && lane->protect.id != 0 && !lane->protect_cancel &&
           lane->sale != SALE_EMERGENCY;
}

/* What an order would sell, were this request made; 0 for what is no sale. */
static inline int64_t would_sell(const struct lane *lane, const struct request *request)
{
    const bool sale = request->side == SIDE_SELL && request->order != VENUE_STOP;
    if (request->kind == REQUEST_ADD && sale) {
        return request->qty_lots;
    }
    for (uint32_t i = 0; i < LANE_TICKET_MAX && request->kind == REQUEST_AMEND && sale; i++) {
        const struct ticket *ticket = &lane->tickets[i];
        if (ticket->asked == request->sequence) {
            return ticket->want_lots - ticket->filled_lots;
        }
    }
    return 0;
}

/* While a part is sold, what stays is nobody's to sell. */
static inline void check_sale(struct world *world, const struct request *request)
{
    if (request->pair >= TOY_PAIRS) {
        return;
    }
    const struct lane *lane = &world->broker->lanes[request->pair];
    if (sells_part(lane) &&
        would_sell(lane, request) > lane->exit.qty_lots - lane->exit.filled_lots) {
        breaks(world, "an exit's order sells more than the exit");
    }
}

/* What no stop at the venue covers, though the line has been good for long. */
static inline void check_bare(struct world *world, uint32_t pair)
{
    int64_t covered = 0;
    for (uint32_t i = 0; i < world->toy.order_count; i++) {
        const struct toy_order *order = &world->toy.orders[i];
        if (order->pair == pair && order->state == NEWS_OPEN && order->kind == VENUE_STOP) {
            covered += order->qty - order->filled;
        }
    }
    const bool bare = world->toy.coins[pair] > covered;
    if (!bare || !world->toy.up) {
        world->bare_ns[pair] = 0;
    } else if (world->bare_ns[pair] == 0) {
        world->bare_ns[pair] = world->now_ns;
    } else if (world->now_ns - world->bare_ns[pair] > 25 * NS_PER_S) {
        breaks(world, "coins without a stop for too long");
    }
}

/* Sales at the venue that reach beyond the part they are for, though the line has been good. */
static inline void check_part(struct world *world, uint32_t pair)
{
    const struct lane *lane = &world->broker->lanes[pair];
    const bool part = sells_part(lane);
    int64_t selling = 0;
    for (uint32_t i = 0; i < world->toy.order_count && part; i++) {
        const struct toy_order *order = &world->toy.orders[i];
        if (order->pair == pair && order->state == NEWS_OPEN && order->side == SIDE_SELL &&
            order->kind != VENUE_STOP) {
            selling += order->qty - order->filled;
        }
    }
    if (!part || !world->toy.up || selling <= lane->exit.qty_lots - lane->exit.filled_lots) {
        world->beyond_ns[pair] = 0;
    } else if (world->beyond_ns[pair] == 0) {
        world->beyond_ns[pair] = world->now_ns;
    } else if (world->now_ns - world->beyond_ns[pair] > 25 * NS_PER_S) {
        breaks(world, "a sale reaches beyond its part for too long");
    }
}

/* Half open, somebody tries: else nobody ever would. */
static inline void check_trial(struct world *world)
{
    bool tried = world->broker->breaker.state != BREAKER_TRIAL;
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        for (uint32_t k = 0; k < LANE_TICKET_MAX; k++) {
            const struct ticket *ticket = &world->broker->lanes[i].tickets[k];
            tried |= ticket->role == TICKET_ENTRY &&
                     (ticket->state == TICKET_INTENDED || ticket->state == TICKET_SENT);
        }
    }
    if (!tried) {
        breaks(world, "the breaker is half open and nothing is tried");
    }
}

static inline void check(struct world *world)
{
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        if (world->broker->lanes[i].held_lots != world->engine->portfolio.positions[i].qty_lots) {
            breaks(world, "engine and broker hold different quantities");
        }
        check_bare(world, i);
        check_part(world, i);
    }
    if (world->broker->blocked) {
        breaks(world, "a stray order or fill");
    }
    check_trial(world);
}
