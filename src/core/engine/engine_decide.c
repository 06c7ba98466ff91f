/* SPDX-License-Identifier: MIT */
/* What becomes of a pair's votes, and of the entries that several pairs want at once. */
#include "core/base/check.h"
#include "core/decision/value.h"
#include "core/engine/engine_internal.h"

/* A price that is none breaks nothing. */
static struct exit_plan plan_of(const struct pair *terms, const struct confluence *all)
{
    int64_t broken_ticks = 0;
    if (all->broken <= 0 ||
        !pair_price_from_double(terms, all->broken, ROUND_NEAREST, &broken_ticks)) {
        broken_ticks = 0;
    }
    return exit_plan_of(all->trail, broken_ticks, all->hold_ns);
}

static enum verdict try_entry(struct engine *engine, uint32_t pair, const struct confluence *all,
                              struct record *record, struct actions *out)
{
    const struct pair_state *state = &engine->pairs[pair];
    struct order exits = {.strategies = all->strategies, .plan = plan_of(&state->terms, all)};
    if (!engine_entry_price(state, &exits.limit_ticks)) {
        return VERDICT_PAIR_STATUS;
    }
    if (all->stop > 0 &&
        !pair_price_from_double(&state->terms, all->stop, ROUND_NEAREST, &exits.stop_ticks)) {
        return VERDICT_NO_STOP;
    }
    if (all->target > 0 &&
        !pair_price_from_double(&state->terms, all->target, ROUND_NEAREST, &exits.target_ticks)) {
        return VERDICT_NO_STOP;
    }
    if (exits.target_ticks > 0 &&
        (double)exits.target_ticks <= (double)exits.limit_ticks * (1 + engine->round_trip_fee)) {
        return VERDICT_NO_REWARD;
    }
    if (record->chained && !engine_bandit_takes(engine, pair, all, &record->findings)) {
        return VERDICT_BANDIT;
    }
    exits.kind = engine->config.execution.entry == 1 ? ORDER_LIMIT : ORDER_MARKET;
    if (all->ladder.rungs > 0) {
        return engine_enter_ladder(engine, pair, &all->ladder, &exits, record, out);
    }
    struct risk_size size = {0};
    const enum verdict verdict = engine_size_entry(engine, pair, &exits, NULL, record, &size);
    if (verdict == VERDICT_ENTER) {
        engine_enter(engine, pair, &size, &exits, out);
    }
    return verdict;
}

/* 0: neither what stands against any entry does, nor want of a place. */
static enum verdict admissible(const struct engine *engine, uint32_t pair,
                               const struct decisions *decisions, struct record *record)
{
    const enum verdict barred =
        engine_barred(engine, pair, decisions->loss_limit, decisions->late, record);
    return barred != 0 ? barred : engine_full(engine, record);
}

/* VERDICT_ENTER: nothing stands against an entry but that others may want it more. */
static enum verdict judge(struct engine *engine, uint32_t pair, const struct confluence *all,
                          const struct decisions *decisions, struct record *record,
                          struct actions *out)
{
    const struct position *position = &engine->portfolio.positions[pair];
    if (record->chained && record->findings.cooling > 0 && all->actionable_count == 0) {
        return VERDICT_COOLDOWN;
    }
    if (all->tie) {
        return VERDICT_TIE;
    }
    if (all->too_few) {
        return VERDICT_TOO_FEW;
    }
    if (!all->passed) {
        return VERDICT_UNSURE;
    }
    if (all->direction < 0) {
        if (position->qty_lots == 0 && !portfolio_working(&engine->portfolio, pair)) {
            return VERDICT_NO_SHORT;
        }
        engine_close(engine, pair, out); /* takes back an entry that still rests, too */
        return VERDICT_CLOSE;
    }
    if (position->qty_lots > 0) {
        return VERDICT_HOLD;
    }
    if (portfolio_working(&engine->portfolio, pair)) {
        return VERDICT_HAVE_ORDER;
    }
    const enum verdict barred = admissible(engine, pair, decisions, record);
    if (barred != 0) {
        return barred;
    }
    const enum verdict refused = record->chained ? engine_refused(&record->findings) : 0;
    if (refused != 0) {
        return refused;
    }
    return VERDICT_ENTER;
}

static void fill_record(struct record *record, const struct pair_state *state,
                        const struct confluence *all)
{
    record->price = state->price;
    record->direction = all->direction;
    record->strength = all->strength;
    record->confidence = all->confidence;
    record->gate = all->gate;
    record->stop = all->stop;
    record->target = all->target;
    record->agree_count = all->agree_count;
    record->actionable_count = all->actionable_count;
    record->vote_count = state->vote_count;
    for (uint32_t i = 0; i < state->vote_count; i++) {
        record->votes[i] = state->votes[i];
    }
}

void engine_decide(struct engine *engine, uint32_t pair, struct decisions *decisions,
                   struct actions *out)
{
    struct pair_state *state = &engine->pairs[pair];
    const struct engine_config *config = &engine->config;
    struct voice leaning[STRATEGY_MAX];
    const double imbalance =
        book_imbalance(&state->book, (uint32_t)config->decision.imbalance_levels);
    struct book_figures book;
    book_score_read(&state->score, &config->book, engine->time_ns, &book);
    struct confluence_view view = {
        .voices = engine->voices,
        .book = config->decision.book == DECISION_BOOK_SCORE ? book.score : imbalance,
        .price = state->price,
        .round_trip_fee = engine->round_trip_fee,
        .gate = day_gate(&config->day, &state->terms, state->traded, config->decision.confidence),
    };
    struct confluence all;
    struct chain_findings findings;
    const bool chained = engine->chain.any;
    if (chained) {
        engine_listen(engine, pair, state->votes, state->vote_count, leaning, &findings);
        view.voices = leaning;
    }
    confluence_weigh(&config->decision, state->votes, state->vote_count, &view, &all);
    if (chained) {
        engine_observe(engine, pair, view.book, &findings.blend);
    }
    if (chained && all.direction > 0) {
        engine_consider(engine, pair, &all, &findings);
    }
    struct record *record = engine_record(engine, out, RECORD_DECISION, pair);
    record->imbalance = imbalance;
    record->book = book;
    fill_record(record, state, &all);
    if (chained) {
        record->chained = true;
        record->findings = findings;
    }
    record->verdict = judge(engine, pair, &all, decisions, record, out);
    if (record->verdict == VERDICT_ENTER) {
        /* The confidence is of the signals' own exits, whatever a plan makes of them. */
        const bool moved = chained && findings.planned.moved;
        record->value = expected_value(
            all.confidence, state->price, moved ? findings.planned.stop_own : all.stop,
            moved ? findings.planned.target_own : all.target, engine->round_trip_fee);
        decisions->entrants[decisions->entrant_count++] = (struct entrant){pair, record, all};
    }
}

/* The one expected to bring more goes first; then the surer; then the first pair. */
static bool before(const struct entrant *a, const struct entrant *b)
{
    if (a->record->value != b->record->value) {
        return a->record->value > b->record->value;
    }
    return a->record->confidence > b->record->confidence;
}

static void sort(struct decisions *decisions)
{
    struct entrant *const list = decisions->entrants;
    for (uint32_t i = 1; i < decisions->entrant_count; i++) {
        const struct entrant entrant = list[i];
        uint32_t at = i;
        for (; at > 0 && before(&entrant, &list[at - 1]); at--) {
            list[at] = list[at - 1];
        }
        list[at] = entrant;
    }
}

void engine_admit(struct engine *engine, struct decisions *decisions, struct actions *out)
{
    sort(decisions);
    for (uint32_t i = 0; i < decisions->entrant_count; i++) {
        const struct entrant *entrant = &decisions->entrants[i];
        struct record *record = entrant->record;
        /* Those before it may have taken the last place, or the one try after a crash. */
        const enum verdict verdict = admissible(engine, entrant->pair, decisions, record);
        record->verdict =
            verdict != 0 ? verdict : try_entry(engine, entrant->pair, &entrant->all, record, out);
    }
}
