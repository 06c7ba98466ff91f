/* SPDX-License-Identifier: MIT */
/* What the decision asks beside the vote: core/decision/chain.h, with the engine's state. */
#include <math.h>

#include "core/engine/engine_internal.h"

/* The end of the boundary decided on: the candles' time, not that of their arrival. */
static int64_t decided_at(const struct engine *engine)
{
    return engine->boundary_ns + timeframe_ns[engine->config.base];
}

static const struct cooldown *cooldown_of(const struct engine *engine, uint32_t pair,
                                          const struct vote *vote)
{
    return &engine->pairs[pair].cooldowns[vote->strategy][cooldown_side(vote->direction)];
}

/* Marks the votes that would count if their strategies were listened to. */
static void silence(const struct engine *engine, uint32_t pair, struct vote *votes, uint32_t count,
                    struct chain_findings *findings)
{
    const double actionable = engine->config.decision.actionable;
    const int64_t now_ns = decided_at(engine);
    for (uint32_t i = 0; i < count; i++) {
        struct vote *vote = &votes[i];
        if (vote->direction == 0 || vote->strength < actionable || vote->confidence < actionable) {
            continue;
        }
        const struct cooldown *cooldown = cooldown_of(engine, pair, vote);
        vote->cooling = cooldown_active(cooldown, now_ns);
        findings->cooling += vote->cooling;
        const int64_t left_ns = cooldown_left(cooldown, now_ns);
        if (left_ns > findings->cooling_left_ns) {
            findings->cooling_left_ns = left_ns;
            findings->cooling_lost = cooldown->lost;
        }
    }
}

void engine_listen(const struct engine *engine, uint32_t pair, struct vote *votes, uint32_t count,
                   struct voice *ret_voices, struct chain_findings *findings)
{
    const struct chain_config *config = &engine->config.chain;
    chain_read(config, &engine->chain, engine->pairs[pair].panel.cells, &engine->mood, findings);
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        ret_voices[i] = engine->voices[i];
        ret_voices[i].weight *=
            regime_weight(&config->regime, engine->tastes[i], findings->regime.way);
    }
    if (config->cooldown.enabled) {
        silence(engine, pair, votes, count, findings);
    }
}

/* What the other pairs do, of one boundary the same for all of its decisions. */
static const struct surroundings *surroundings(struct engine *engine)
{
    struct surroundings *const around = &engine->around;
    const uint32_t *slots = engine->chain.model;
    if (engine->around_ns == engine->boundary_ns) {
        return around;
    }
    int32_t sum = 0;
    uint32_t counted = 0;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        const struct pair_state *state = &engine->pairs[i];
        const int32_t side =
            state->stale ? 0 : features_side(state->panel.cells, slots, state->price);
        sum += side;
        counted += side != 0;
    }
    const struct panel_cell *leader = engine->pairs[0].panel.cells;
    around->leader_24 = features_move(leader, slots, FEATURES_ROC_24);
    around->leader_288 = features_move(leader, slots, FEATURES_ROC_288);
    around->breadth = counted > 0 ? (double)sum / counted : (double)NAN;
    engine->around_ns = engine->boundary_ns;
    return around;
}

void engine_observe(struct engine *engine, uint32_t pair, double book, struct blend *ret)
{
    const struct blend_config *config = &engine->config.chain.model;
    const struct pair_state *state = &engine->pairs[pair];
    const struct features_view view = {
        .cells = state->panel.cells,
        .slots = engine->chain.model,
        .price = state->price,
        .time_ns = decided_at(engine),
        .book = book_sound(&state->book) ? book : (double)NAN, /* without one nothing leans */
        .around = config->enabled ? surroundings(engine) : NULL,
    };
    blend_read(config, &view, ret);
}

struct candidate engine_candidate(const struct engine *engine, uint32_t pair,
                                  const struct confluence *all)
{
    const struct pair_state *state = &engine->pairs[pair];
    const bool voted = engine->config.decision.rule == RULE_VOTE;
    return (struct candidate){
        .direction = all->direction,
        .price = state->price,
        .stop = all->stop,
        .target = all->target,
        .strength = all->strength,
        .confidence = all->confidence,
        .majority = voted ? 2.0 * all->agree_count - all->actionable_count : (double)NAN,
        .round_trip_fee = engine->round_trip_fee,
    };
}

static void ask_model(const struct engine *engine, uint32_t pair, struct confluence *all,
                      struct blend *ret)
{
    const struct pair_state *state = &engine->pairs[pair];
    const struct blend_models models = engine_models(engine);
    const struct blend_entry entry = {
        .votes = state->votes,
        .vote_count = state->vote_count,
        .strategies = all->strategies,
        .candidate = engine_candidate(engine, pair, all),
    };
    blend_ask(&engine->config.chain.model, &models, &entry, all, ret);
}

void engine_consider(const struct engine *engine, uint32_t pair, struct confluence *all,
                     struct chain_findings *findings)
{
    const struct pair_state *state = &engine->pairs[pair];
    const struct blend_config *model = &engine->config.chain.model;
    const struct blend_models models = engine_models(engine);
    const struct candidate candidate = engine_candidate(engine, pair, all);
    const struct planned_entry entry = {.votes = state->votes,
                                        .vote_count = state->vote_count,
                                        .strategies = all->strategies,
                                        .candidate = &candidate,
                                        .market = &findings->blend.market,
                                        .symbol = state->terms.symbol};
    if (findings->blend.read && models.model != NULL) {
        planned_exits(model, &models, &entry, all, &findings->planned);
    }
    regime_exits(&findings->effect, state->price, all->direction,
                 state->price * engine->round_trip_fee, &all->stop, &all->target);
    ask_model(engine, pair, all, &findings->blend);
    if (findings->blend.read && models.model != NULL) {
        planned_size(model, &models, &entry, &findings->blend, &findings->planned);
    }
    chain_raise_gate(&engine->config.chain, findings, all);
    chain_ask(&engine->config.chain, &engine->chain, &state->series, state->panel.cells, all,
              findings);
}

enum verdict engine_refused(const struct chain_findings *findings)
{
    if (findings->filter_first != FILTER_COUNT) {
        return VERDICT_FILTER;
    }
    if (findings->effect.size <= 0) {
        return VERDICT_MOOD;
    }
    if (findings->timeframe_first != TIMEFRAME_COUNT) {
        return VERDICT_TIMEFRAME;
    }
    return findings->blend.refused ? VERDICT_MODEL : 0;
}

/* The end of the base candle in which something happens now. Sockets hear it a little later than
 * files, and what is decided must be the same: where there is a candle still to come, it says. */
static int64_t candle_end(const struct engine *engine)
{
    const enum timeframe base = (enum timeframe)engine->config.base;
    const int64_t next_ns = decided_at(engine) + timeframe_ns[base];
    const int64_t heard_ns = timeframe_floor(base, engine->time_ns);
    return next_ns > heard_ns ? next_ns : heard_ns;
}

void engine_cool(struct engine *engine, uint32_t pair, const struct position *closed)
{
    const struct engine_config *config = &engine->config;
    if (!config->chain.cooldown.enabled) {
        return;
    }
    const int64_t closed_ns = candle_end(engine);
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const struct strategy_setup *setup = &config->strategies[i];
        const struct strategy_params *params = (const void *)setup->params;
        if ((closed->strategies & (1u << i)) != 0) {
            /* Spot: what is held was bought. */
            cooldown_begin(&engine->pairs[pair].cooldowns[i][cooldown_side(1)],
                           &config->chain.cooldown, closed->pnl > 0,
                           (enum timeframe)params->timeframe, closed_ns);
        }
    }
}

/* Unknown where the leader says nothing, before the others are asked. */
static struct mood look_around(const struct engine *engine)
{
    struct mood_count count = {0};
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        const struct pair_state *state = &engine->pairs[i];
        if (!state->stale) {
            mood_add(&count, &state->panel.cells[engine->chain.mood], i == 0);
        }
        if (!count.known) {
            break;
        }
    }
    return mood_judge(&engine->config.chain.mood, &count);
}

/* What strategies wanted; an operator's order is the operator's. */
static void take_back_strategies(struct engine *engine, struct actions *out)
{
    const struct portfolio *portfolio = &engine->portfolio;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->purpose == PURPOSE_ENTRY && order->strategies != 0) {
            engine_cancel(engine, order, out);
        }
    }
}

void engine_judge_mood(struct engine *engine, uint32_t closed, struct actions *out)
{
    const struct mood_config *config = &engine->config.chain.mood;
    const enum mood_kind before = engine->mood.kind;
    if (before != MOOD_UNKNOWN && (closed & (1u << config->timeframe)) == 0) {
        return;
    }
    const struct mood mood = look_around(engine);
    if (mood.kind == MOOD_UNKNOWN) {
        return; /* a leader gone silent in a panic does not end it */
    }
    engine->mood = mood;
    /* That it is normal is worth a word only after it was not. */
    if (mood.kind == before || (mood.kind == MOOD_NORMAL && before == MOOD_UNKNOWN)) {
        return;
    }
    const struct regime_effect effect = mood_effect(config, engine->mood.kind);
    struct record *record = engine_record(engine, out, RECORD_MOOD, 0); /* of the leader */
    record->chained = true;
    record->findings = (struct chain_findings){
        .filter_first = FILTER_COUNT,
        .timeframe_first = TIMEFRAME_COUNT,
        .mood = engine->mood,
        .effect = effect,
    };
    if (effect.size <= 0) {
        take_back_strategies(engine, out);
    }
}
