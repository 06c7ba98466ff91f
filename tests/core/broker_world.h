/* SPDX-License-Identifier: MIT */
/* The world of broker_sim.c: engine, broker and toy venue, and what is shown of them when a rule of
 * an order's life is broken. */
#pragma once

#include "core/execution/broker.h"

#include "dip.h"
#include "toy_venue.h"

#define STEP_NS (200 * NS_PER_MS)
#define OUTBOX 2048

struct waiting { /* a request on its way */
    struct request request;
    int64_t due_ns;
    bool taken; /* it reached the venue */
    int64_t sent_ns;
};

struct world {
    struct prng prng;
    uint64_t seed;
    struct toy toy;
    struct engine *engine, *engine_kept;
    struct broker *broker, *broker_kept;
    struct desk *desk;
    uint32_t kept_out; /* requests that were durable when the copy was made */
    uint32_t out_count;
    struct waiting out[OUTBOX];
    int64_t now_ns, link_ns, flush_ns, minute_ns;
    bool calm; /* no more faults: all must come to rest */
    double open[TOY_PAIRS], high[TOY_PAIRS], low[TOY_PAIRS];
    int64_t bare_ns[TOY_PAIRS], beyond_ns[TOY_PAIRS], up_ns;
    uint32_t restart_count, cut_count;
    uint64_t entries;
};

struct cross_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

static inline bool chance(struct world *world, double p)
{
    return prng_real(&world->prng) < p;
}

/* Every lane, for whoever looks into a seed that failed. */
static inline void show(const struct world *world)
{
    for (uint32_t i = 0; i < TOY_PAIRS; i++) {
        const struct lane *lane = &world->broker->lanes[i];
        print_error("lane %u: held %lld, coins %lld, entry %llu protect %llu (%lld of %lld, stop "
                    "%lld) exit %llu, sale %d, bare since %lld, again %lld\n",
                    i, (long long)lane->held_lots, (long long)world->toy.coins[i],
                    (unsigned long long)lane->entries[0].order.id,
                    (unsigned long long)lane->protect.id, (long long)lane->protect.filled_lots,
                    (long long)lane->protect.qty_lots, (long long)lane->protect.stop_ticks,
                    (unsigned long long)lane->exit.id, (int)lane->sale,
                    (long long)lane->bare_since_ns, (long long)(lane->again_ns - world->now_ns));
        for (uint32_t k = 0; k < LANE_TICKET_MAX; k++) {
            const struct ticket *ticket = &lane->tickets[k];
            if (ticket->state != TICKET_FREE && ticket->state != TICKET_ENDED) {
                print_error("  ticket %llu role %d state %d kind %d: %lld of %lld (told %lld), "
                            "asked %llu kind %d %lld ms ago, cancelling %d, ended %d, txid %llu, "
                            "made %lld ms ago\n",
                            (unsigned long long)ticket->number, (int)ticket->role,
                            (int)ticket->state, (int)ticket->kind, (long long)ticket->filled_lots,
                            (long long)ticket->qty_lots, (long long)ticket->told_lots,
                            (unsigned long long)ticket->asked, (int)ticket->asked_kind,
                            (long long)((world->now_ns - ticket->asked_ns) / NS_PER_MS),
                            ticket->cancelling, ticket->ended_told,
                            (unsigned long long)ticket->txid.lo,
                            (long long)((world->now_ns - ticket->created_ns) / NS_PER_MS));
            }
        }
    }
    for (uint32_t k = 0; k < world->toy.order_count; k++) {
        const struct toy_order *order = &world->toy.orders[k];
        if (order->state == NEWS_OPEN || world->now_ns - order->ended_ns < NS_PER_MIN) {
            print_error("  venue %llu client %llu parent %llu pair %u side %d kind %d state %d: "
                        "%lld of %lld\n",
                        (unsigned long long)order->serial, (unsigned long long)order->client,
                        (unsigned long long)order->parent, order->pair, (int)order->side,
                        (int)order->kind, (int)order->state, (long long)order->filled,
                        (long long)order->qty);
        }
    }
}

static inline void breaks(const struct world *world, const char *what)
{
    show(world);
    print_error("seed %llu at %lld s: %s\n", (unsigned long long)world->seed,
                (long long)((world->now_ns - FIXTURE_START_NS) / NS_PER_S), what);
    EXPECT(false);
}
