/* SPDX-License-Identifier: MIT */
/* How large an entry is by what closed trades have taught (core/model/bandit.h). */
#include <math.h>

#include "core/decision/value.h"
#include "core/engine/engine_internal.h"

#define SEED 1 /* the draws are the engine's own, and the same in a replay */

/* The entry as the walk forward sees it (research/learn/bandit_walk.h); false where it has no
 * probability, or no stop to say what it risks. */
static bool tell(const struct engine *engine, uint32_t pair, const struct confluence *all,
                 const struct blend *blend, struct bandit_context *ret)
{
    struct candidate candidate = engine_candidate(engine, pair, all);
    const double away = fabs(candidate.price - all->stop) / candidate.price;
    if (!blend->read || blend->answer.kind == MODEL_NONE || !(all->stop > 0) || !(away > 0)) {
        return false;
    }
    struct bandit_view view = {
        .probability = blend->answer.probability,
        .drawdown = portfolio_drawdown(&engine->portfolio),
    };
    candidate.confidence = blend->voted; /* the signals' own, before the model's */
    features_aim(&blend->market, &candidate, &view.features);
    view.value = expected_value(view.probability, candidate.price, all->stop, all->target,
                                engine->round_trip_fee) /
                 (away + engine->round_trip_fee);
    bandit_context_of(&view, ret);
    return true;
}

bool engine_bandit_takes(struct engine *engine, uint32_t pair, const struct confluence *all,
                         struct chain_findings *findings)
{
    struct bandit *bandit = &engine->learning.bandit;
    struct pair_state *state = &engine->pairs[pair];
    double worths[BANDIT_ARM_COUNT];
    state->sized = false;
    if (!engine->config.chain.model.bandit ||
        !tell(engine, pair, all, &findings->blend, &state->sizing)) {
        return true;
    }
    if (!(bandit->b.at[0][0] > 0)) {
        bandit_init(bandit, SEED);
    }
    state->sized = true;
    if (bandit->seen < BANDIT_LEAST) {
        return true;
    }
    const enum bandit_arm arm = bandit_choose(bandit, &state->sizing, worths);
    findings->bandit = (struct bandit_said){.asked = true,
                                            .size = bandit_sizes[arm],
                                            .worth = worths[BANDIT_WHOLE],
                                            .seen = bandit->seen};
    return arm != BANDIT_SKIP;
}

void engine_bandit_learn(struct engine *engine, uint32_t pair, const struct position *closed)
{
    struct pair_state *state = &engine->pairs[pair];
    if (state->sized && closed->strategies != 0 && closed->sized > 0) {
        bandit_learn(&engine->learning.bandit, &state->sizing,
                     (double)closed->pnl / (double)closed->sized);
    }
    state->sized = false;
}
