/* SPDX-License-Identifier: MIT */
#include "core/engine/engine.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/engine/engine_internal.h"

static const char *const entry_names[] = {"market", "limit", NULL};

const struct option execution_options[] = {
    {"entry", OPTION_CHOICE, "", "market", 0, 0, entry_names,
     OPTION_FIELD(struct execution_config, entry),
     "market: take the touch at once. limit: rest at the decided price until filled or expired"},
    {"entry_life", OPTION_DURATION, "", "10m", 5, 86400, NULL,
     OPTION_FIELD(struct execution_config, entry_life_ns), "A resting entry dies after this"},
    {"slack", OPTION_REAL, "of price", "0.005", 0, 0.1, NULL,
     OPTION_FIELD(struct execution_config, slack),
     "How far above the decided price a market entry may still fill: its cash is bounded by it"},
};
const uint32_t execution_option_count = sizeof execution_options / sizeof execution_options[0];

size_t engine_size(uint32_t pair_count)
{
    CHECK(pair_count <= PAIR_MAX);
    return sizeof(struct engine) + pair_count * sizeof(struct pair_state);
}

static uint32_t plan_atr(const struct engine_config *config, struct panel_plan *plan,
                         int32_t timeframe, int64_t period)
{
    const int32_t held = timeframe < config->base ? config->base : timeframe;
    return panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, (enum timeframe)held, (uint32_t)period, 0});
}

void engine_plan_atrs(const struct engine_config *config, struct panel_plan *plan,
                      uint32_t *ret_exit, uint32_t *ret_size)
{
    const struct exit_config *exits = &config->exits;
    const struct scale_config *scale = &config->risk.scale;
    *ret_exit = *ret_size = PANEL_SLOT_MAX;
    if (exits->trail_atr > 0) {
        *ret_exit = plan_atr(config, plan, exits->atr_timeframe, exits->atr_period);
    }
    if (scale->volatility > 0) {
        *ret_size = plan_atr(config, plan, scale->volatility_timeframe, scale->volatility_period);
    }
}

static void plan_strategies(struct engine *engine)
{
    panel_plan_init(&engine->plan);
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        const struct strategy_setup *setup = &engine->config.strategies[i];
        CHECK(setup->type < strategy_table_count);
        const struct strategy *strategy = strategy_table[setup->type];
        const uint32_t slot_count = strategy->plan(setup->params, &engine->plan, engine->slots[i]);
        CHECK(slot_count <= STRATEGY_SLOT_MAX);
        const double alone = setup->alone > 0 ? setup->alone : strategy->alone;
        engine->voices[i] = (struct voice){
            .weight = setup->weight,
            .alone = alone > 0 ? alone : engine->config.decision.alone,
        };
        engine->tastes[i] = strategy->taste;
        CHECK(strlen(strategy->name) <= STRATEGY_NAME_MAX);
        memcpy(engine->seats[i].name, strategy->name, strlen(strategy->name));
    }
    chain_plan(&engine->config.chain, &engine->plan, &engine->chain);
    engine_plan_atrs(&engine->config, &engine->plan, &engine->exit_slot, &engine->size_slot);
    engine->follows_all = exit_config_asks(&engine->config.exits);
}

void engine_cast_parts(struct engine *engine)
{
    engine->off = engine->shadow = 0;
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        const struct strategy_setup *setup = &engine->config.strategies[i];
        const uint8_t part = engine->seats[i].part;
        const bool shadow = part == PART_CONFIGURED ? setup->shadow : part == PART_SHADOW;
        engine->off |= (uint32_t)(part == PART_OFF) << i;
        engine->shadow |= (uint32_t)shadow << i;
    }
}

/* Timeframes that some strategy or indicator looks at. */
static uint32_t kept_timeframes(const struct engine *engine)
{
    uint32_t kept = engine->plan.timeframes;
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        const void *params = engine->config.strategies[i].params;
        kept |= 1u << ((const struct strategy_params *)params)->timeframe;
    }
    return kept;
}

void engine_init(struct engine *engine, const struct engine_config *config)
{
    CHECK(config->pair_count <= PAIR_MAX && config->strategy_count <= STRATEGY_MAX);
    *engine = (struct engine){
        .version = ENGINE_VERSION,
        .size = engine_size(config->pair_count),
        .config = *config,
        .boundary_ns = INT64_MIN,
        .around_ns = INT64_MIN,
        .record_next = 1,
    };
    engine->round_trip_fee = (double)(2 * config->fees.taker_ppm) / 1e6;
    plan_strategies(engine);
    engine_cast_parts(engine);
    engine_keep_dials(engine);
    engine_forget_models(engine);
    portfolio_init(&engine->portfolio, config->capital);
    const uint32_t kept = kept_timeframes(engine);
    for (uint32_t i = 0; i < config->pair_count; i++) {
        struct pair_state *state = &engine->pairs[i];
        memset(state, 0, offsetof(struct pair_state, panel));
        state->decided_ns = state->asked_ns = INT64_MIN;
        book_init(&state->book, BOOK_DEPTH_MAX);
        panel_init(&state->panel, &engine->plan);
        series_init(&state->series, (enum timeframe)config->base, kept);
    }
}

uint32_t engine_warmup(const struct engine *engine, enum timeframe timeframe)
{
    return panel_plan_warmup(&engine->plan, timeframe);
}

void engine_set_terms(struct engine *engine, uint32_t pair, const struct pair *terms)
{
    CHECK(pair < engine->config.pair_count);
    struct pair_state *state = &engine->pairs[pair];
    if (state->listed) {
        portfolio_move(&engine->portfolio, pair, &state->terms, terms);
        engine_move_outcomes(state, terms);
        if (state->terms.price_decimals != terms->price_decimals ||
            state->terms.qty_decimals != terms->qty_decimals) {
            book_init(&state->book, BOOK_DEPTH_MAX); /* the next snapshot is in the new terms */
            state->score = (struct book_score){0};
        }
    }
    state->terms = *terms;
    state->listed = true;
}

struct record *engine_record(struct engine *engine, struct actions *out, enum record_kind kind,
                             uint32_t pair)
{
    const uint32_t capacity = sizeof out->records / sizeof out->records[0];
    CHECK(out->record_count < capacity && out->count < ACTION_MAX);
    struct action *action = &out->list[out->count++];
    action->kind = ACTION_RECORD;
    action->record = out->record_count;
    struct record *record = &out->records[out->record_count++];
    /* The votes are five sixths of a record, and most records have one or none. */
    memset(record, 0, offsetof(struct record, votes));
    record->kind = kind;
    record->pair = pair;
    record->time_ns = engine->time_ns;
    record->number = engine->record_next++;
    record->equity = portfolio_equity(&engine->portfolio);
    return record;
}

static void engine_warm(struct engine *engine, const struct event *event, struct actions *out)
{
    struct pair_state *state = &engine->pairs[event->warm.pair];
    for (uint32_t i = 0; i < event->warm.count; i++) {
        const struct candle *candle = &event->warm.candles[i];
        const uint32_t closed = series_push(&state->series, candle);
        panel_update(&state->panel, &engine->plan, &state->series, closed);
        engine_watch_crash(engine, state, candle);
        if (state->followed_count > 0) {
            engine_meet_outcomes(engine, event->warm.pair, candle, out);
        }
    }
}

/* A price heard on a socket values the position at once; it decides nothing. */
static void engine_price(struct engine *engine, uint32_t pair, int64_t price_ticks)
{
    struct pair_state *state = &engine->pairs[pair];
    state->price = pair_price_to_double(&state->terms, price_ticks);
    portfolio_mark(&engine->portfolio, pair, &state->terms, price_ticks);
    portfolio_watch(&engine->portfolio);
}

static void engine_book(struct engine *engine, const struct event *event)
{
    struct pair_state *state = &engine->pairs[event->book.pair];
    if (event->book.snapshot) {
        book_restart(&state->book, event->book.depth);
        book_score_forget(&state->score);
    }
    book_apply(&state->book, event->book.changes, event->book.count);
    book_score_update(&state->score, &engine->config.book, &state->book, engine->time_ns);
}

static void engine_health(struct engine *engine, const struct event *event, struct actions *out)
{
    struct pair_state *state = &engine->pairs[event->health.pair];
    if (state->stale == event->health.stale) {
        return;
    }
    state->stale = event->health.stale;
    engine_record(engine, out, state->stale ? RECORD_STALE : RECORD_FRESH, event->health.pair);
}

/* Deposits and withdrawals are neither profit nor loss: they move what both are measured from, and
 * rebase what a limit is a part of. */
static void engine_flow(struct engine *engine, const struct news *news, struct actions *out)
{
    for (uint32_t i = 0; i < ENGINE_FLOW_MAX; i++) {
        if (venue_id_known(news->txid) && venue_id_same(engine->flows[i], news->txid)) {
            return;
        }
    }
    engine->flows[engine->flow_next] = news->txid;
    engine->flow_next = (engine->flow_next + 1) % ENGINE_FLOW_MAX;
    const int64_t before = portfolio_equity(&engine->portfolio);
    portfolio_flow(&engine->portfolio, news->money);
    if (engine->guard_peak != 0) {
        engine->guard_peak = portfolio_rebase(engine->guard_peak, before, before + news->money);
    }
    engine_record(engine, out, RECORD_FLOW, 0)->pnl = news->money;
}

static void engine_news(struct engine *engine, const struct news *news, struct actions *out)
{
    if (news->kind == NEWS_FLOW) {
        engine_flow(engine, news, out);
    } else if (news->kind == NEWS_LINK && news->up && engine->flows_from_ns == 0) {
        engine->flows_from_ns = engine->time_ns;
    }
}

/* The new text of a strategy knows nothing of what the old one remembered. */
static void engine_renew(struct engine *engine, const struct event *event)
{
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        if (engine->config.strategies[i].type != event->strategy.type || !event->strategy.fresh) {
            continue;
        }
        for (uint32_t pair = 0; pair < engine->config.pair_count; pair++) {
            memset(engine->pairs[pair].notes[i], 0, sizeof engine->pairs[pair].notes[i]);
            engine_drop_votes(&engine->pairs[pair], 1u << i); /* the old text's */
        }
    }
}

/* Out of line, so that a batch, which a backtest is made of, saves no registers for the others. */
static void __attribute__((noinline))
engine_step_other(struct engine *engine, const struct event *event, struct actions *out)
{
    switch (event->kind) {
    case EVENT_WARM:
        engine_warm(engine, event, out);
        return;
    case EVENT_BOOK:
        engine_book(engine, event);
        engine_retry(engine, event->book.pair, out);
        return;
    case EVENT_TRADE:
        engine_price(engine, event->trade.pair, event->trade.trade.price_ticks);
        book_score_trade(&engine->pairs[event->trade.pair].score, &event->trade.trade);
        engine_retry(engine, event->trade.pair, out);
        return;
    case EVENT_REPORT:
        engine_report(engine, &event->report, out);
        return;
    case EVENT_HEALTH:
        engine_health(engine, event, out);
        return;
    case EVENT_COMMAND:
        engine_command(engine, &event->command, out);
        return;
    case EVENT_NEWS:
        engine_news(engine, &event->news, out);
        return;
    case EVENT_BATCH:
    case EVENT_START:
    case EVENT_TIME:
        return;
    case EVENT_CANDLE:
        engine_candle(engine, event->candle.pair, &event->candle.candle);
        return;
    case EVENT_PAIR:
        engine_set_terms(engine, event->pair.pair, &event->pair.terms);
        return;
    case EVENT_STRATEGY:
        engine_renew(engine, event);
        return;
    case EVENT_MODEL:
        engine_take_model(engine, event, out);
        return;
    }
}

void engine_step(struct engine *engine, const struct event *event, struct actions *out)
{
    out->count = 0;
    out->record_count = 0;
    engine->event_count++;
    if (event->time_ns > engine->time_ns) {
        engine->time_ns = event->time_ns;
    }
    if (event->kind == EVENT_BATCH) {
        engine_batch(engine, event, out);
    } else {
        engine_step_other(engine, event, out);
    }
}
