/* SPDX-License-Identifier: MIT */
/* The operator's hand at any moment: what a person asks for by the command line or the dashboard,
 * sound and unsound. What he paused or flattened he resumes at his next visit. */
#include "core/base/timestamp.h"
#include "world_inner.h"

/* A price a share of the present one away, on the pair's ticks; 0 where none is known. */
static int64_t price_near(struct world *world, uint32_t pair, double from, double to)
{
    const struct pair_state *state = &world->session->engine->pairs[pair];
    const double share = from + (to - from) * prng_real(&world->prng);
    int64_t ticks = 0;
    return state->listed &&
                   pair_price_from_double(&state->terms, state->price * share, ROUND_DOWN, &ticks)
               ? ticks
               : 0;
}

void world_operate(struct world *world)
{
    static const enum command commands[] = {COMMAND_CLOSE,   COMMAND_SELL,  COMMAND_SELL,
                                            COMMAND_BRACKET, COMMAND_BUY,   COMMAND_BUY,
                                            COMMAND_CANCEL,  COMMAND_PAUSE, COMMAND_FLATTEN};
    const uint64_t count = sizeof commands / sizeof commands[0];
    const struct engine *engine = world->session->engine;
    const struct portfolio *portfolio = &engine->portfolio;
    struct instruction asked = {.command = commands[prng_below(&world->prng, count)],
                                .pair = (uint32_t)prng_below(&world->prng, WORLD_PAIRS),
                                .ask = 1};
    const int64_t held = portfolio->positions[asked.pair].qty_lots;
    if (engine->paused) {
        asked.command = COMMAND_RESUME;
    }
    if (asked.command == COMMAND_BUY) {
        asked.cash = (int64_t)(prng_real(&world->prng) * 0.1 * (double)world->capital);
        asked.limit_ticks =
            prng_below(&world->prng, 2) == 0 ? 0 : price_near(world, asked.pair, 0.998, 1.003);
    }
    if (asked.command == COMMAND_BUY || asked.command == COMMAND_BRACKET) {
        asked.stop_ticks = price_near(world, asked.pair, 0.97, 1.0005);
        asked.target_ticks = price_near(world, asked.pair, 1, 1.05);
    }
    if (asked.command == COMMAND_SELL && held > 0) {
        asked.qty_lots = 1 + (int64_t)prng_below(&world->prng, (uint64_t)held);
    }
    if (asked.command == COMMAND_CANCEL && portfolio->order_count > 0) {
        asked.order_id = portfolio->orders[prng_below(&world->prng, portfolio->order_count)].id;
    }
    world_tell(world, "the operator asks for something");
    session_give(
        world->session,
        &(struct event){.kind = EVENT_COMMAND, .time_ns = engine->time_ns, .command = asked});
}
