/* SPDX-License-Identifier: MIT */
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/engine/engine_internal.h"

/* A boundary decided on later than this after its end is history, not news. */
static int64_t late_after(const struct engine *engine)
{
    return timeframe_ns[engine->config.base] + 2 * NS_PER_S;
}

/* Values the pair's position at its newest close. */
static void mark(struct engine *engine, uint32_t pair, double close)
{
    const struct pair *terms = &engine->pairs[pair].terms;
    int64_t ticks = 0;
    if (pair_price_from_double(terms, close, ROUND_NEAREST, &ticks)) {
        portfolio_mark(&engine->portfolio, pair, terms, ticks);
    }
}

/*
 * Out of line with the pair's own pointer, as is gather: in one piece with the loop the compiler
 * works every address out from the engine's start, and runs out of registers.
 */
static uint32_t __attribute__((noinline))
learn(struct pair_state *state, const struct panel_plan *plan, const struct candle *candle)
{
    const uint32_t closed = series_push(&state->series, candle);
    if (closed != 0) {
        panel_update_by(&state->panel, plan, &state->series, closed, candle);
    }
    return closed;
}

/* A pair's candle in its batch: the timeframes that closed with it, learned now unless before. */
static uint32_t close_candle(struct pair_state *state, const struct panel_plan *plan,
                             const struct candle *candle)
{
    uint32_t closed = state->learned;
    if (closed == 0 || state->series.time_last_ns != candle->time_ns) {
        closed = learn(state, plan, candle);
    }
    state->learned = 0;
    if (closed != 0) {
        state->candle_count++;
        state->price = candle->close;
    }
    return closed;
}

static void cast_vote(struct vote *vote, uint32_t strategy, const struct signal *signal,
                      uint32_t shadow)
{
    *vote = (struct vote){
        .strategy = (uint8_t)strategy,
        .direction = (int8_t)signal->direction,
        .reason = (uint16_t)signal->reason,
        .strength = signal->strength,
        .confidence = signal->confidence,
        .stop = signal->stop,
        .target = signal->target,
        .trail = signal->trail,
        .broken = signal->broken,
        .hold_ns = signal->hold_ns,
        .shadow = (shadow >> strategy & 1) != 0,
        .ladder = signal->ladder,
    };
    for (uint32_t f = 0; f < SIGNAL_FIGURE_MAX; f++) {
        vote->figures[f] = signal->figures[f];
    }
}

/* Asks every strategy whose timeframe closed with the candle. One that has nothing to say has left
 * its signal as it came, so the next may have it. */
static void __attribute__((noinline))
gather(const struct engine *engine, struct pair_state *state, uint32_t closed, int64_t candle_ns)
{
    struct strategy_view view = {
        .pair = &state->terms,
        .series = &state->series,
        .cells = state->panel.cells,
        .round_trip_fee = engine->round_trip_fee,
    };
    struct signal signal = {0};
    const uint32_t strategy_count = engine->config.strategy_count;
    uint32_t count = 0;
    for (uint32_t i = 0; i < strategy_count; i++) {
        const struct strategy_setup *setup = &engine->config.strategies[i];
        const struct strategy_params *params = (const void *)setup->params;
        view.timeframe = (enum timeframe)params->timeframe;
        if ((closed & (1u << view.timeframe)) == 0 || (engine->off >> i & 1) != 0) {
            continue;
        }
        view.slots = engine->slots[i];
        strategy_table[setup->type]->step(params, &view, state->notes[i], &signal);
        if (signal.reason == REASON_NONE) {
            continue;
        }
        if (signal.reason != REASON_WARMING_UP) {
            cast_vote(&state->votes[count++], i, &signal, engine->shadow);
        }
        signal = (struct signal){0};
    }
    state->vote_count = count;
    state->asked_ns = candle_ns;
}

void engine_drop_votes(struct pair_state *state, uint32_t strategies)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < state->vote_count; i++) {
        if ((strategies >> state->votes[i].strategy & 1) == 0) {
            state->votes[kept++] = state->votes[i];
        }
    }
    state->vote_count = kept;
}

/* Between its candle and its batch the operator may have given a strategy another part. */
static void obey_parts(const struct engine *engine, struct pair_state *state)
{
    engine_drop_votes(state, engine->off);
    for (uint32_t i = 0; i < state->vote_count; i++) {
        state->votes[i].shadow = (engine->shadow >> state->votes[i].strategy & 1) != 0;
    }
}

void engine_candle(struct engine *engine, uint32_t pair, const struct candle *candle)
{
    CHECK(pair < engine->config.pair_count);
    struct pair_state *state = &engine->pairs[pair];
    const uint32_t closed = learn(state, &engine->plan, candle);
    state->learned |= closed; /* told again it has nothing to teach */
    if (closed != 0 && candle->time_ns > state->decided_ns && state->listed) {
        gather(engine, state, closed, candle->time_ns);
    }
}

/* The engine's time never goes back; before the first day, INT64_MIN, any time is far away. */
static bool same_day(const struct engine *engine)
{
    return (uint64_t)engine->time_ns - (uint64_t)engine->portfolio.day_ns < NS_PER_DAY;
}

static void begin_day(struct engine *engine, struct actions *out)
{
    struct portfolio *portfolio = &engine->portfolio;
    const int64_t day_ns = timestamp_day(engine->time_ns);
    const bool first = portfolio->day_ns == INT64_MIN;
    portfolio->day_ns = day_ns;
    portfolio->day_equity = portfolio->day_reference = portfolio_equity(portfolio);
    engine->loss_limit_told = engine->target_told = false;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        engine->pairs[i].traded = 0;
    }
    if (!first) {
        engine_record(engine, out, RECORD_NEW_DAY, 0);
    }
}

/* A neutral remark alone (a crossing without strength) is nothing to decide on. */
static bool any_direction(const struct pair_state *state)
{
    for (uint32_t i = 0; i < state->vote_count; i++) {
        if (state->votes[i].direction != 0) {
            return true;
        }
    }
    return false;
}

/* Every position, of the pairs too that have no candle in the batch: a silent pair's exit must not
 * wait for its next trade. */
static void tend_positions(struct engine *engine, struct actions *out)
{
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        engine_tend(engine, i, out);
    }
}

static void begin_outcomes(struct engine *engine, struct actions *out)
{
    for (uint32_t i = 0; i < out->record_count; i++) {
        const struct record *record = &out->records[i];
        if (record->kind == RECORD_DECISION && record->chained && record->findings.blend.read) {
            engine_begin_outcomes(engine, record, out);
        }
    }
}

void engine_batch(struct engine *engine, const struct event *event, struct actions *out)
{
    const int64_t boundary_ns = event->batch.boundary_ns;
    const uint32_t count = event->batch.count;
    const struct batch_entry *entries = event->batch.entries;
    uint32_t closed[PAIR_MAX], closed_any = 0;
    CHECK(count <= PAIR_MAX);
    engine->boundary_ns = boundary_ns;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t pair = entries[i].pair;
        CHECK(pair < engine->config.pair_count);
        closed[i] = close_candle(&engine->pairs[pair], &engine->plan, &entries[i].candle);
        closed_any |= closed[i];
        if (closed[i] != 0) {
            engine_watch_crash(engine, &engine->pairs[pair], &entries[i].candle);
            if (engine->pairs[pair].followed_count > 0) {
                engine_meet_outcomes(engine, pair, &entries[i].candle, out);
            }
        }
        if (closed[i] != 0 && engine->portfolio.positions[pair].qty_lots != 0) {
            mark(engine, pair, entries[i].candle.close);
            if (engine_follows(engine, &engine->portfolio.positions[pair])) {
                engine_follow(engine, pair, &entries[i].candle, out);
            }
        }
    }
    portfolio_watch(&engine->portfolio);
    if (!same_day(engine)) {
        begin_day(engine, out);
    }
    if (engine->portfolio.open_count > 0) {
        tend_positions(engine, out);
    }
    engine_judge_crash(engine, out);
    if (engine->config.chain.mood.enabled) {
        engine_judge_mood(engine, closed_any, out);
    }
    struct decisions decisions;
    decisions.entrant_count = 0;
    decisions.loss_limit = engine_loss_limit(engine, out);
    engine_guard(engine, out);
    engine_day_target(engine, out);
    decisions.late =
        event->time_ns > boundary_ns + timeframe_ns[engine->config.base] + late_after(engine);
    for (uint32_t i = 0; i < count; i++) {
        struct pair_state *state = &engine->pairs[entries[i].pair];
        if (closed[i] == 0 || boundary_ns <= state->decided_ns || !state->listed) {
            continue;
        }
        state->decided_ns = boundary_ns;
        engine->decision_count++;
        if (state->asked_ns != entries[i].candle.time_ns) {
            gather(engine, state, closed[i], entries[i].candle.time_ns);
        } else {
            obey_parts(engine, state);
        }
        if (any_direction(state)) {
            engine_decide(engine, entries[i].pair, &decisions, out);
        }
    }
    if (decisions.entrant_count > 0) {
        engine_admit(engine, &decisions, out);
    }
    if (engine_models(engine).model != NULL) {
        begin_outcomes(engine, out);
    }
}
