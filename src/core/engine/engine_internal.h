/* SPDX-License-Identifier: MIT */
/* What the engine's files share among themselves; nobody else includes this. */
#pragma once

#include "core/engine/engine.h"

/* A record with its pair, time and number set, and the present equity. Never NULL. */
struct record *engine_record(struct engine *engine, struct actions *out, enum record_kind kind,
                             uint32_t pair);

/* Who is asked and who is listened to follows from the configuration and engine->seats. */
void engine_cast_parts(struct engine *engine);

/* Closed candles of one boundary: learn, then decide. */
void engine_batch(struct engine *engine, const struct event *event, struct actions *out);

/* What the position would lose at a stop, both fees included; without one (0) all it cost. */
int64_t engine_risk_at(const struct engine *engine, uint32_t pair, int64_t stop_ticks);

/* Whether anything but its stop and target may end the position: most have no plan, and a backtest
 * holds one on every other candle. */
static inline bool engine_follows(const struct engine *engine, const struct position *position)
{
    const struct exit_plan *plan = &position->plan;
    return engine->follows_all || (plan->trail_ppm | plan->broken_ticks | plan->hold_ns) != 0;
}

/* What the position's exit plan makes of a closed candle: its stop raised, or the position sold. */
void engine_follow(struct engine *engine, uint32_t pair, const struct candle *candle,
                   struct actions *out);

/* Learns a closed candle of the boundary being gathered, ahead of its batch. */
void engine_candle(struct engine *engine, uint32_t pair, const struct candle *candle);

/* What these strategies, a mask, have said of the candle counts no more. */
void engine_drop_votes(struct pair_state *state, uint32_t strategies);

/* The venue's word on an order. */
void engine_report(struct engine *engine, const struct report *report, struct actions *out);

/* engine_gate.c: what stands against an entry. */

/* The crash breaker's turn at a boundary: told, and where it is wanted everything is sold. */
void engine_judge_crash(struct engine *engine, struct actions *out);

static inline void engine_watch_crash(struct engine *engine, struct pair_state *state,
                                      const struct candle *candle)
{
    if (engine->config.risk.crash.fall > 0) {
        crash_push(&engine->crash, &state->crash, &engine->config.risk.crash, candle);
    }
}

/* The day's loss limit stands; the moment it is reached leaves a record. */
bool engine_loss_limit(struct engine *engine, struct actions *out);

/* engine_size.c: how large, and the limits beside those of size. */

/* The maximum drawdown: once it is reached trading pauses until the operator resumes. */
void engine_guard_watch(struct engine *engine, struct actions *out);

static inline void engine_guard(struct engine *engine, struct actions *out)
{
    if (engine->config.risk.limits.max_drawdown != 0) {
        engine_guard_watch(engine, out);
    }
}

void engine_guard_resume(struct engine *engine);

/* Sizes a buy at exits->limit_ticks with its stop, for exits->strategies (0: by hand); `wish` NULL:
 * as large as it may be. VERDICT_ENTER, or what stands against it; the record has the figures. */
enum verdict engine_size_entry(struct engine *engine, uint32_t pair, const struct order *exits,
                               const struct risk_wish *wish, struct record *record,
                               struct risk_size *ret);

/* Entries stop for the day, and stops are drawn in, the moment its profit target is reached. */
void engine_day_target(struct engine *engine, struct actions *out);

/* The position's stop follows as closely as on a day whose target is reached. */
void engine_draw_in(struct engine *engine, uint32_t pair);

/* The verdict, of a limit. By what it was measured, and where it is, goes to the record; NULL: to
 * none, here as below. */
enum verdict engine_refuse(struct record *record, enum verdict verdict, double figure,
                           double limit);

/* What forbids an entry on the pair, whoever wants it; 0 nothing. `late`: the wish is history. */
enum verdict engine_barred(const struct engine *engine, uint32_t pair, bool loss_limit, bool late,
                           struct record *record);

/* VERDICT_FULL: as many positions, with those on their way, as are allowed; else 0. */
enum verdict engine_full(const struct engine *engine, struct record *record);

/* The price an entry is reckoned at; false when there is none. */
bool engine_entry_price(const struct pair_state *state, int64_t *ret_ticks);

/* The price a sale is reckoned at, by the broker too: the best bid where there is a book, else what
 * the position is valued at. */
int64_t engine_exit_price(const struct engine *engine, uint32_t pair);
enum verdict engine_verdict_of_risk(enum risk_verdict risk);

/* How far above its price an entry may still fill. */
int64_t engine_slack_ppm(const struct engine *engine, bool limit);

/* engine_decide.c: what becomes of a pair's votes. */

/* A pair that may be entered: its record is to tell whether it was. */
struct entrant {
    uint32_t pair;
    struct record *record;
    struct confluence all;
};

/* Those of one boundary. */
struct decisions {
    bool loss_limit; /* these two stand against an entry on any pair */
    bool late;
    uint32_t entrant_count;
    struct entrant entrants[PAIR_MAX];
};

/* Weighs what was said, closes what is to be closed, and keeps who wants in for engine_admit. */
void engine_decide(struct engine *engine, uint32_t pair, struct decisions *decisions,
                   struct actions *out);

/* Places and capital go to the entry of the highest expected value first, then the surest. */
void engine_admit(struct engine *engine, struct decisions *decisions, struct actions *out);

/* engine_chain.c: what the decision asks beside the vote. */

/* The regime, the mood, and whose vote is not listened to; ret_voices is how the others count. */
void engine_listen(const struct engine *engine, uint32_t pair, struct vote *votes, uint32_t count,
                   struct voice *ret_voices, struct chain_findings *findings);

/* What the model is told of the market, at a decision; `book` is how the order book leans. */
void engine_observe(struct engine *engine, uint32_t pair, double book, struct blend *ret);

/* An entry that the vote wants: its exits, the model, its gate, the filters and the timeframes. */
void engine_consider(const struct engine *engine, uint32_t pair, struct confluence *all,
                     struct chain_findings *findings);

/* An entry as a model sees it, by what the votes came to. With `rule: best` nobody voted. */
struct candidate engine_candidate(const struct engine *engine, uint32_t pair,
                                  const struct confluence *all);

/* engine_bandit.c: whether the bandit takes the entry, and its size in the findings; true where it
 * is off, has learned too little, or is not told what the entry risks. */
bool engine_bandit_takes(struct engine *engine, uint32_t pair, const struct confluence *all,
                         struct chain_findings *findings);

/* What a position that has closed teaches it. */
void engine_bandit_learn(struct engine *engine, uint32_t pair, const struct position *closed);

/* What the findings refuse it for; 0 nothing. */
enum verdict engine_refused(const struct chain_findings *findings);

/* A closed trade's strategies are not listened to for a while. */
void engine_cool(struct engine *engine, uint32_t pair, const struct position *closed);

/* After the candles of a boundary, of which the timeframes in the mask `closed` closed. */
void engine_judge_mood(struct engine *engine, uint32_t closed, struct actions *out);

/* engine_model.c: what decides whether an entry is likely to succeed. */

/* As an engine begins: nobody is trained. */
void engine_forget_models(struct engine *engine);

/* EVENT_MODEL. One of another hash begins where its training left it; the same one, put in force
 * anew, is live again where it was demoted. */
void engine_take_model(struct engine *engine, const struct event *event, struct actions *out);

/* What an engine before this one had learned, where the same strategies are here. */
void engine_adopt_learning(struct engine *engine, const struct engine *before);

/* engine_outcomes.c: what became of the candidates that models were asked about. */

/* Those of a decision, once it is known whether it was taken. */
void engine_begin_outcomes(struct engine *engine, const struct record *record, struct actions *out);

/* A closed candle of the pair, on which somebody is followed. */
void engine_meet_outcomes(struct engine *engine, uint32_t pair, const struct candle *candle,
                          struct actions *out);

/* The trade is over: of those that wanted it, it says what became of them. */
void engine_end_outcomes(struct engine *engine, uint32_t pair, const struct position *closed,
                         struct actions *out);

/* Another model is in force: what is followed teaches it, and was not said by it. */
void engine_renew_outcomes(struct engine *engine);

/* The pair is counted otherwise from now on. */
void engine_move_outcomes(struct pair_state *state, const struct pair *to);

/* What an engine before this one followed on the pair, of the strategies that are here. */
void engine_adopt_outcomes(struct engine *engine, uint32_t pair, const struct engine *before,
                           uint32_t pair_there);

/* engine_watch.c: whether models still are what they were. */

/* A strategy's model was asked of a candidate. */
void engine_watch_question(struct engine *engine, uint32_t strategy,
                           const struct features *features, struct actions *out);

/* What became of it; `weight` 0..1, what part of an independent one it is. */
void engine_watch_answer(struct engine *engine, uint32_t strategy, double probability, bool won,
                         double weight, struct actions *out);
void engine_renew_watches(struct engine *engine);

/* engine_dial.c: limits that are changed while it runs. */

/* Before anything is changed: what the configuration says. */
void engine_keep_dials(struct engine *engine);
enum verdict engine_turn_dial(struct engine *engine, const struct instruction *asked,
                              struct record *record);
void engine_adopt_dials(struct engine *engine, const struct engine *before);

/* engine_command.c: the operator's word. */
void engine_command(struct engine *engine, const struct instruction *asked, struct actions *out);

/* Places an entry at exits->limit_ticks, resting or at market as exits->kind says, for
 * exits->strategies; the record says how it was sized. */
void engine_enter(struct engine *engine, uint32_t pair, const struct risk_size *size,
                  const struct order *exits, struct actions *out);

/* Takes an order into the portfolio's list, which gives it its id (ret_id may be NULL), and sends
 * it; with the list full it does neither. */
void engine_place(struct engine *engine, const struct order *wanted, uint64_t *ret_id,
                  struct actions *out);
void engine_cancel_order(const struct order *order, struct actions *out);

/* How far a market entry may walk up a thin book: the price decided on and the slack. */
int64_t engine_worst_price(const struct engine *engine, uint32_t pair, int64_t price_ticks);

/* engine_ladder.c: an entry in steps. */

/* Sizes and places it: as engine_size_entry and engine_enter do for one order. */
enum verdict engine_enter_ladder(struct engine *engine, uint32_t pair,
                                 const struct ladder_terms *terms, const struct order *exits,
                                 struct record *record, struct actions *out);

/* A rung was filled, in whole or part: the position's target, from what it cost on average. */
void engine_average(struct engine *engine, uint32_t pair, const struct order *rung);

/* Takes back the rungs of the pair that stand at a stop or below it; those of a trade that is over,
 * all of them. */
void engine_cut_ladder(struct engine *engine, uint32_t pair, int64_t stop_ticks,
                       struct actions *out);
void engine_end_ladder(struct engine *engine, uint32_t pair, struct actions *out);

/* Wants the pair's position closed; what stands in the way is cancelled first. */
void engine_close(struct engine *engine, uint32_t pair, struct actions *out);
/* The same, and the record of its end says that the operator asked for it, unless it was under way
 * already. */
void engine_close_by_hand(struct engine *engine, uint32_t pair, struct actions *out);

/* The same for a part of it, 0 < qty_lots < all. The rest stays under its bracket throughout. */
void engine_sell_part(struct engine *engine, uint32_t pair, int64_t qty_lots, struct actions *out);

/* Cancels the entries that work on the pair; returns how many. */
uint32_t engine_take_back(struct engine *engine, uint32_t pair, struct actions *out);

/* Cancels every entry that works. */
void engine_take_back_all(struct engine *engine, struct actions *out);

/* One order that is alive. An exit taken back is wanted no longer. */
void engine_cancel(struct engine *engine, const struct order *order, struct actions *out);

/* The same of an exit that waits for its next try. False while everything is being sold. */
bool engine_cancel_waiting(struct engine *engine, uint32_t pair, struct actions *out);

/* The position's stop and target are what its bracket is to have from now on. */
void engine_move_bracket(struct engine *engine, uint32_t pair, struct actions *out);

/* An exit that the market did not take is tried again when the pair moves, once a second. */
void engine_retry(struct engine *engine, uint32_t pair, struct actions *out);

/* Does what a position still waits for: its exit, or a bracket of its size. Most wait for nothing,
 * and are asked once a candle. */
void engine_tend_position(struct engine *engine, uint32_t pair, struct actions *out);

static inline void engine_tend(struct engine *engine, uint32_t pair, struct actions *out)
{
    const struct position *position = &engine->portfolio.positions[pair];
    const bool bracket = (position->stop_ticks | position->target_ticks) != 0;
    if (position->qty_lots != 0 && (bracket || position->exit_wanted)) {
        engine_tend_position(engine, pair, out);
    }
}
