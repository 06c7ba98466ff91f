/* SPDX-License-Identifier: MIT */
/* The gate that every entry passes, a strategy's and the operator's alike. */
#include "core/engine/engine_internal.h"

/* Positions, and entries on their way to one: together they must not exceed the limit. The rungs of
 * a ladder are on their way to one. */
static uint32_t positions_taken(const struct engine *engine)
{
    const struct portfolio *portfolio = &engine->portfolio;
    uint32_t count = portfolio->open_count;
    uint64_t coming[(PAIR_MAX + 63) / 64] = {0};
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        uint64_t *const word = &coming[order->pair / 64];
        const uint64_t bit = UINT64_C(1) << order->pair % 64;
        if (order->purpose == PURPOSE_ENTRY && portfolio->positions[order->pair].qty_lots == 0) {
            count += (*word & bit) == 0;
            *word |= bit;
        }
    }
    return count;
}

/* Once reached it stands until the day is over, whatever the positions are worth by then. */
bool engine_loss_limit(struct engine *engine, struct actions *out)
{
    const double limit = engine->config.risk.max_daily_loss;
    if (limit <= 0 || engine->loss_limit_told) {
        return limit > 0;
    }
    if (portfolio_day_loss(&engine->portfolio) < limit) {
        return false;
    }
    engine->loss_limit_told = true;
    engine_take_back_all(engine, out);
    struct record *record = engine_record(engine, out, RECORD_LOSS_LIMIT, 0);
    record->gate = limit;
    record->pnl = portfolio_equity(&engine->portfolio) - engine->portfolio.day_equity;
    return true;
}

void engine_draw_in(struct engine *engine, uint32_t pair)
{
    struct exit_plan *plan = &engine->portfolio.positions[pair].plan;
    const int64_t trail = ppm_of(engine->config.day.profit_trail);
    if (engine->portfolio.positions[pair].qty_lots != 0 &&
        (plan->trail_ppm == 0 || plan->trail_ppm > trail)) {
        plan->trail_ppm = trail;
    }
}

/* Once reached it stands, too. What is held is not sold: its stop comes closer. */
void engine_day_target(struct engine *engine, struct actions *out)
{
    const struct day_config *config = &engine->config.day;
    struct portfolio *portfolio = &engine->portfolio;
    if (config->profit_target == 0 || engine->target_told ||
        -portfolio_day_loss(portfolio) < config->profit_target) {
        return;
    }
    engine->target_told = true;
    engine_take_back_all(engine, out);
    struct record *record = engine_record(engine, out, RECORD_DAY_TARGET, UINT32_MAX);
    record->gate = config->profit_target;
    record->pnl = portfolio_equity(portfolio) - portfolio->day_equity;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        engine_draw_in(engine, i);
    }
}

enum verdict engine_refuse(struct record *record, enum verdict verdict, double figure, double limit)
{
    if (record != NULL) {
        record->figure = figure;
        record->limit = limit;
    }
    return verdict;
}

/* Looked for once a part of the window. */
static void forget_silent(struct engine *engine)
{
    const struct crash_config *config = &engine->config.risk.crash;
    if (engine->time_ns < engine->crash.look_ns) {
        return;
    }
    engine->crash.look_ns = engine->time_ns + config->window_ns / CRASH_PARTS;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        crash_forget(&engine->crash, &engine->pairs[i].crash, config, engine->time_ns);
    }
}

void engine_judge_crash(struct engine *engine, struct actions *out)
{
    static const enum record_kind kinds[] = {[CRASH_OPENED] = RECORD_CRASH,
                                             [CRASH_TRIAL] = RECORD_CRASH_TRIAL,
                                             [CRASH_OVER] = RECORD_CRASH_OVER};
    const struct crash_config *config = &engine->config.risk.crash;
    if (config->fall <= 0) {
        return;
    }
    forget_silent(engine);
    const enum crash_turn turn = crash_judge(&engine->crash, config, engine->time_ns);
    if (turn == CRASH_NOTHING) {
        return;
    }
    struct record *record = engine_record(engine, out, kinds[turn], UINT32_MAX);
    record->gate = config->fall;
    record->agree_count = engine->crash.fallen;
    record->actionable_count = engine->crash.known;
    for (uint32_t i = 0; turn == CRASH_OPENED && i < engine->config.pair_count; i++) {
        engine_take_back(engine, i, out);
        if (config->flatten && engine->portfolio.positions[i].qty_lots != 0) {
            engine_close(engine, i, out);
        }
    }
}

/* Paused by the drawdown guard, or by the operator. */
static enum verdict paused(const struct engine *engine, struct record *record)
{
    return engine->halted ? engine_refuse(record, VERDICT_DRAWDOWN, engine_guard_drawdown(engine),
                                          engine->config.risk.limits.max_drawdown)
                          : VERDICT_PAUSED;
}

enum verdict engine_barred(const struct engine *engine, uint32_t pair, bool loss_limit, bool late,
                           struct record *record)
{
    const struct pair_state *state = &engine->pairs[pair];
    const double day_loss = portfolio_day_loss(&engine->portfolio);
    if (engine->paused) {
        return paused(engine, record);
    }
    if (engine->held) {
        return VERDICT_HELD;
    }
    if (state->stale) {
        return VERDICT_STALE;
    }
    if (late) {
        return VERDICT_LATE;
    }
    if (state->terms.status != PAIR_ONLINE) {
        return VERDICT_PAIR_STATUS;
    }
    if (!crash_admits(&engine->crash)) {
        return VERDICT_CRASH;
    }
    if (loss_limit) {
        return engine_refuse(record, VERDICT_LOSS_LIMIT, day_loss,
                             engine->config.risk.max_daily_loss);
    }
    const double target = engine->config.day.profit_target;
    return engine->target_told && target != 0
               ? engine_refuse(record, VERDICT_DAY_TARGET, -day_loss, target)
               : 0;
}

enum verdict engine_against(const struct engine *engine, uint32_t pair)
{
    const struct engine_config *config = &engine->config;
    const struct portfolio *portfolio = &engine->portfolio;
    const bool loss_limit = config->risk.max_daily_loss > 0 && engine->loss_limit_told;
    const enum verdict barred = engine_barred(engine, pair, loss_limit, false, NULL);
    if (barred != 0) {
        return barred;
    }
    if (portfolio->positions[pair].qty_lots != 0) {
        return VERDICT_HOLD;
    }
    if (portfolio_working(portfolio, pair)) {
        return VERDICT_HAVE_ORDER;
    }
    const enum verdict full = engine_full(engine, NULL);
    if (full != 0) {
        return full;
    }
    const bool moody = config->chain.mood.enabled;
    if (moody && mood_effect(&config->chain.mood, engine->mood.kind).size <= 0) {
        return VERDICT_MOOD;
    }
    const bool cooling = limits_cooling(&config->risk.limits, &portfolio->tally, engine->time_ns);
    return cooling ? VERDICT_COOL_OFF : 0;
}

enum verdict engine_full(const struct engine *engine, struct record *record)
{
    const uint32_t taken = positions_taken(engine);
    const int64_t most = engine->config.risk.max_positions;
    return taken >= (uint64_t)most ? engine_refuse(record, VERDICT_FULL, taken, (double)most) : 0;
}

int64_t engine_slack_ppm(const struct engine *engine, bool limit)
{
    return limit ? 0 : (int64_t)(engine->config.execution.slack * (double)PPM);
}

enum verdict engine_verdict_of_risk(enum risk_verdict risk)
{
    switch (risk) {
    case RISK_NO_STOP:
        return VERDICT_NO_STOP;
    case RISK_TOO_SMALL:
        return VERDICT_TOO_SMALL;
    case RISK_NO_FUNDS:
        return VERDICT_NO_FUNDS;
    case RISK_TOO_LARGE:
        return VERDICT_TOO_LARGE;
    case RISK_OK:
        break;
    }
    return VERDICT_ENTER;
}

int64_t engine_exit_price(const struct engine *engine, uint32_t pair)
{
    const struct book *book = &engine->pairs[pair].book;
    return book_sound(book) ? book->bids.levels[0].price_ticks
                            : engine->portfolio.positions[pair].mark_ticks;
}

/* The price an entry is reckoned at: the best ask where there is a book, else the close. */
bool engine_entry_price(const struct pair_state *state, int64_t *ret_ticks)
{
    if (book_sound(&state->book)) {
        *ret_ticks = state->book.asks.levels[0].price_ticks;
        return true;
    }
    return pair_price_from_double(&state->terms, state->price, ROUND_NEAREST, ret_ticks);
}
