/* SPDX-License-Identifier: MIT */
/*
 * What became of the candidates that models were asked about, taken or not, and what that teaches:
 * each one's online part, and the scores of who said what of it.
 */
#include <math.h>
#include <string.h>

#include "core/base/check.h"
#include "core/decision/value.h"
#include "core/decision/vote_features.h"
#include "core/engine/engine_internal.h"
#include "core/model/heuristic.h"

static struct virtual_terms terms_of(const struct engine *engine)
{
    return (struct virtual_terms){
        .matching = {.fills = FILLS_CANDLES,
                     .slippage_ppm = engine->config.slip_ppm,
                     .fees = engine->config.fees},
        .exits = &engine->config.exits,
        .step_ns = timeframe_ns[engine->config.base],
    };
}

/* How a candidate ended. */
struct ending {
    int64_t time_ns;
    double net;
    bool won, own;
};

/* It runs no longer beside the others; what part of an independent one it was. */
static double leave(struct pair_state *state, const struct followed *followed, int64_t time_ns)
{
    const int64_t end_ns = time_ns > followed->begun_ns ? time_ns : followed->begun_ns + 1;
    return overlap_leave(&state->overlaps[followed->strategy], end_ns, followed->begun_ns,
                         followed->begun);
}

static void score(struct model_score *score, const struct ending *ending, double weight,
                  double probability, bool yes)
{
    model_score_add(score, &(struct model_outcome){.probability = probability,
                                                   .yes = yes,
                                                   .won = ending->won,
                                                   .reward = ending->net,
                                                   .weight = weight});
}

/* The online part corrects what the logistic one would say of it now. */
static void teach(struct engine *engine, const struct followed *followed, bool won, double weight)
{
    const struct blend_models models = engine_models(engine);
    const int32_t trained = models.trained[followed->strategy];
    struct features features;
    if (models.model == NULL || trained == MODEL_NONE_TRAINED) {
        return;
    }
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        features.values[i] = (double)followed->features[i];
    }
    model_teach(models.model, (uint32_t)trained, models.pooled,
                &engine->learning.online[followed->strategy], &features, won, weight);
}

static void conclude(struct engine *engine, struct pair_state *state,
                     const struct followed *followed, const struct ending *ending,
                     struct actions *out)
{
    const uint32_t strategy = followed->strategy;
    struct model_scores *scores = &engine->learning.scores[strategy];
    const double unique = leave(state, followed, ending->time_ns);
    teach(engine, followed, ending->won, unique * (ending->own ? ONLINE_OWN : 1));
    scores->known++;
    scores->own += ending->own;
    score(&scores->model, ending, unique, followed->probability, followed->yes);
    score(&scores->heuristic, ending, unique, followed->heuristic, followed->heuristic_yes);
    engine_watch_answer(engine, strategy, followed->probability, ending->won, unique, out);
}

static void conclude_by_itself(struct engine *engine, struct pair_state *state,
                               const struct followed *followed, struct actions *out)
{
    const struct virtual_trade *outcome = &followed->outcome;
    conclude(engine, state, followed,
             &(struct ending){
                 .time_ns = outcome->closed_ns, .net = outcome->net, .won = outcome->net > 0},
             out);
}

/* Those that stay close up behind those that went. */
static void keep(struct pair_state *state, uint32_t *kept, uint32_t index)
{
    if (*kept != index) {
        state->followed[*kept] = state->followed[index];
    }
    (*kept)++;
}

/* Candles were missed: of the pair's nothing more will be known but how the bot's own trade ends.
 */
static void lose(struct engine *engine, struct pair_state *state, int64_t time_ns)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < state->followed_count; i++) {
        struct followed *followed = &state->followed[i];
        if (followed->taken) {
            followed->blind = true;
            keep(state, &kept, i);
        } else {
            engine->learning.scores[followed->strategy].lost++;
            leave(state, followed, time_ns);
        }
    }
    state->followed_count = kept;
}

static double atr_ticks(const struct engine *engine, const struct pair_state *state)
{
    if (engine->exit_slot == PANEL_SLOT_MAX) {
        return 0;
    }
    const struct panel_cell *cell = &state->panel.cells[engine->exit_slot];
    return cell->ready ? cell->now[0] * (double)decimal_pow10(state->terms.price_decimals) : 0;
}

/* Nothing is held of its entry, and nothing is on its way: it was never filled. */
static bool untaken(struct engine *engine, uint32_t pair)
{
    return engine->portfolio.positions[pair].qty_lots == 0 &&
           !portfolio_working(&engine->portfolio, pair);
}

/* True when the candidate is done with. */
static bool meet(struct engine *engine, uint32_t pair, struct followed *followed,
                 const struct virtual_terms *terms, const struct candle *candle,
                 struct actions *out)
{
    struct pair_state *state = &engine->pairs[pair];
    struct virtual_trade *outcome = &followed->outcome;
    if (followed->taken && untaken(engine, pair)) {
        followed->taken = false;
    }
    if (followed->blind) {
        if (followed->taken) {
            return false;
        }
        engine->learning.scores[followed->strategy].passed_over++;
        leave(state, followed, candle->time_ns + terms->step_ns);
        return true;
    }
    if (outcome->state != VIRTUAL_OVER) {
        virtual_candle(outcome, terms, &state->terms, candle, atr_ticks(engine, state));
    }
    if (outcome->state != VIRTUAL_OVER || followed->taken) {
        return false;
    }
    conclude_by_itself(engine, state, followed, out);
    return true;
}

void engine_meet_outcomes(struct engine *engine, uint32_t pair, const struct candle *candle,
                          struct actions *out)
{
    struct pair_state *state = &engine->pairs[pair];
    const struct virtual_terms terms = terms_of(engine);
    if (state->rejoined && candle->time_ns > state->followed_ns + terms.step_ns) {
        lose(engine, state, candle->time_ns);
    }
    state->rejoined = false;
    if (candle->time_ns <= state->followed_ns) {
        return; /* history, told again */
    }
    state->followed_ns = candle->time_ns;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < state->followed_count; i++) {
        if (!meet(engine, pair, &state->followed[i], &terms, candle, out)) {
            keep(state, &kept, i);
        }
    }
    state->followed_count = kept;
}

/* The strategies that wanted the entry that works on the pair. */
static uint32_t entering(const struct engine *engine, uint32_t pair)
{
    const struct portfolio *portfolio = &engine->portfolio;
    uint32_t mask = 0;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        mask |= order->pair == pair && order->purpose == PURPOSE_ENTRY ? order->strategies : 0;
    }
    return mask;
}

/* The newest of the strategy's, or of all where there are too many, makes room for the bot's own.
 */
static void make_room(struct engine *engine, struct pair_state *state, uint32_t strategy)
{
    for (uint32_t i = state->followed_count; i-- > 0;) {
        const struct followed *followed = &state->followed[i];
        const bool of_it = followed->strategy == strategy || state->followed_count == FOLLOWED_MAX;
        if (of_it && !followed->taken) {
            engine->learning.scores[followed->strategy].passed_over++;
            leave(state, followed, engine->time_ns);
            memmove(&state->followed[i], &state->followed[i + 1],
                    (state->followed_count - i - 1) * sizeof *followed);
            state->followed_count--;
            return;
        }
    }
}

static bool has_room(struct engine *engine, struct pair_state *state, uint32_t strategy, bool taken)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->followed_count; i++) {
        count += state->followed[i].strategy == strategy;
    }
    if (taken && (count >= FOLLOWED_EACH || state->followed_count == FOLLOWED_MAX)) {
        make_room(engine, state, strategy);
        return state->followed_count < FOLLOWED_MAX;
    }
    return count < FOLLOWED_EACH && state->followed_count < FOLLOWED_MAX;
}

/* What the model and the heuristic say of it. */
static void ask(const struct engine *engine, const struct vote *vote,
                const struct features *features, double price, struct followed *ret)
{
    const struct learning *learning = &engine->learning;
    const double fee = engine->round_trip_fee;
    struct model_said said;
    struct model_answer answer;
    const bool told =
        model_ask(engine_models(engine).model, (uint32_t)learning->trained[vote->strategy],
                  learning->pooled, &learning->online[vote->strategy], features, &said);
    heuristic_ask(features, &answer);
    ret->probability = told ? said.probability : (double)NAN;
    ret->heuristic = answer.kind == MODEL_NONE ? (double)NAN : answer.probability;
    ret->yes = told && expected_value(said.probability, price, vote->stop, vote->target, fee) > 0;
    ret->heuristic_yes =
        answer.kind != MODEL_NONE &&
        expected_value(answer.probability, price, vote->stop, vote->target, fee) > 0;
}

static void begin(struct engine *engine, const struct record *record, uint32_t index,
                  uint32_t entered, struct actions *out)
{
    struct pair_state *state = &engine->pairs[record->pair];
    const struct vote *vote = &record->votes[index];
    struct model_scores *scores = &engine->learning.scores[vote->strategy];
    const struct virtual_terms terms = terms_of(engine);
    const struct virtual_wish wish = {record->price, vote->stop,   vote->target,
                                      vote->trail,   vote->broken, vote->hold_ns};
    const struct vote_view view = {
        .market = &record->findings.blend.market,
        .votes = record->votes,
        .count = record->vote_count,
        .price = record->price,
        .round_trip_fee = engine->round_trip_fee,
        .voted = engine->config.decision.rule == RULE_VOTE,
    };
    struct features features;
    struct followed next = {.begun_ns = engine->boundary_ns + terms.step_ns,
                            .strategy = vote->strategy,
                            .taken = (entered >> vote->strategy & 1) != 0};
    scores->asked++;
    vote_features(&view, index, &features);
    engine_watch_question(engine, vote->strategy, &features, out);
    next.blind =
        vote->ladder.rungs > 0 || !virtual_begin(&next.outcome, &terms, &state->terms, &wish);
    if ((next.blind && !next.taken) || !has_room(engine, state, vote->strategy, next.taken)) {
        scores->passed_over++;
        return;
    }
    vote_features_keep(&features, next.features);
    ask(engine, vote, &features, record->price, &next);
    next.begun = overlap_join(&state->overlaps[vote->strategy], next.begun_ns);
    state->rejoined = false;
    state->followed_ns = engine->boundary_ns;
    state->followed[state->followed_count++] = next;
}

void engine_begin_outcomes(struct engine *engine, const struct record *record, struct actions *out)
{
    const double least = engine->config.decision.actionable;
    /* A trade with other exits than the vote's own is no answer to what was asked of it. */
    const bool own_exits = !record->chained || !record->findings.planned.moved;
    const uint32_t entered =
        record->verdict == VERDICT_ENTER && own_exits ? entering(engine, record->pair) : 0;
    for (uint32_t i = 0; i < record->vote_count; i++) {
        const struct vote *vote = &record->votes[i];
        if (vote->direction > 0 && vote->strength >= least && vote->confidence >= least &&
            engine->learning.trained[vote->strategy] != MODEL_NONE_TRAINED) {
            begin(engine, record, i, entered, out);
        }
    }
}

void engine_end_outcomes(struct engine *engine, uint32_t pair, const struct position *closed,
                         struct actions *out)
{
    struct pair_state *state = &engine->pairs[pair];
    const int64_t cost = closed->sold - closed->pnl - closed->sold_fee;
    const struct ending ending = {.time_ns = engine->time_ns,
                                  .net = cost > 0 ? (double)closed->pnl / (double)cost : 0,
                                  .won = closed->pnl > 0,
                                  .own = true};
    uint32_t kept = 0;
    for (uint32_t i = 0; i < state->followed_count; i++) {
        const struct followed *followed = &state->followed[i];
        if (followed->taken && (closed->strategies >> followed->strategy & 1) != 0) {
            conclude(engine, state, followed, &ending, out);
        } else {
            keep(state, &kept, i);
        }
    }
    state->followed_count = kept;
}

void engine_renew_outcomes(struct engine *engine)
{
    memset(engine->learning.scores, 0, sizeof engine->learning.scores);
    for (uint32_t pair = 0; pair < engine->config.pair_count; pair++) {
        struct pair_state *state = &engine->pairs[pair];
        uint32_t kept = 0;
        for (uint32_t i = 0; i < state->followed_count; i++) {
            struct followed *followed = &state->followed[i];
            if (engine->learning.trained[followed->strategy] == MODEL_NONE_TRAINED) {
                leave(state, followed, engine->time_ns);
                continue;
            }
            followed->probability = followed->heuristic = (double)NAN; /* another one's */
            keep(state, &kept, i);
        }
        state->followed_count = kept;
    }
}

void engine_move_outcomes(struct pair_state *state, const struct pair *to)
{
    for (uint32_t i = 0; i < state->followed_count; i++) {
        virtual_move(&state->followed[i].outcome, &state->terms, to);
    }
}

void engine_adopt_outcomes(struct engine *engine, uint32_t pair, const struct engine *before,
                           uint32_t pair_there)
{
    const struct pair_state *there = &before->pairs[pair_there];
    struct pair_state *state = &engine->pairs[pair];
    uint32_t here[STRATEGY_MAX];
    for (uint32_t k = 0; k < before->config.strategy_count; k++) {
        here[k] = STRATEGY_MAX;
        for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
            if (strcmp(engine->seats[i].name, before->seats[k].name) == 0) {
                here[k] = i;
                state->overlaps[i] = there->overlaps[k];
            }
        }
    }
    state->followed_ns = there->followed_ns;
    state->rejoined = true;
    for (uint32_t i = 0; i < there->followed_count; i++) {
        const struct followed *followed = &there->followed[i];
        if (here[followed->strategy] < STRATEGY_MAX) {
            struct followed *next = &state->followed[state->followed_count++];
            *next = *followed;
            next->strategy = (uint8_t)here[followed->strategy];
        }
    }
}
