/* SPDX-License-Identifier: MIT */
/* Exit plans at work: with each closed candle a stop may be raised, or a position be sold. */
#include "core/base/check.h"
#include "core/engine/engine_internal.h"

/* Of a price that cannot be said in ticks, 0. */
static int64_t ticks_of(const struct pair *terms, double price, enum rounding rounding)
{
    int64_t ticks = 0;
    return pair_price_from_double(terms, price, rounding, &ticks) ? ticks : 0;
}

static double money_to_double(int64_t money)
{
    return (double)money / (double)decimal_pow10(MONEY_DECIMALS);
}

/* A candle that began before the position was opened, or grew by a rung, says nothing of its high
 * since then. */
static void note_best(struct position *position, const struct pair *terms,
                      const struct candle *candle)
{
    const double high = candle->time_ns >= position->best_from_ns ? candle->high : candle->close;
    const int64_t ticks = ticks_of(terms, high, ROUND_NEAREST);
    position->best_ticks = ticks > position->best_ticks ? ticks : position->best_ticks;
}

static double atr_ticks(const struct engine *engine, uint32_t pair)
{
    if (engine->exit_slot == PANEL_SLOT_MAX) {
        return 0;
    }
    const struct pair_state *state = &engine->pairs[pair];
    const struct panel_cell *cell = &state->panel.cells[engine->exit_slot];
    return cell->ready ? cell->now[0] * (double)decimal_pow10(state->terms.price_decimals) : 0;
}

static struct exit_view view_of(const struct engine *engine, uint32_t pair,
                                const struct position *position, double close)
{
    const struct pair *terms = &engine->pairs[pair].terms;
    const double qty = pair_qty_to_double(terms, position->qty_lots);
    const double taker = (double)engine->config.fees.taker_ppm / 1e6;
    const double paid = money_to_double(position->cost) / qty;
    const double even = money_to_double(position->cost + position->fee) / qty / (1 - taker);
    return (struct exit_view){
        .held_ns = engine->time_ns - position->opened_ns,
        .close_ticks = ticks_of(terms, close, ROUND_NEAREST),
        .best_ticks = position->best_ticks,
        .entry_ticks = ticks_of(terms, paid, ROUND_NEAREST),
        .even_ticks = ticks_of(terms, even, ROUND_UP),
        .stop_ticks = position->stop_ticks,
        .tick_step = terms->tick_step,
        .atr_ticks = atr_ticks(engine, pair),
    };
}

static struct record *tell(struct engine *engine, uint32_t pair, enum record_kind kind,
                           const struct exit_move *move, const struct exit_view *view,
                           struct actions *out)
{
    const struct pair *terms = &engine->pairs[pair].terms;
    struct record *record = engine_record(engine, out, kind, pair);
    record->cause = move->cause;
    record->price = pair_price_to_double(terms, view->close_ticks);
    record->qty_lots = engine->portfolio.positions[pair].qty_lots;
    record->stop_before = pair_price_to_double(terms, view->stop_ticks);
    record->stop = pair_price_to_double(terms, move->stop_ticks);
    record->opened_ns = engine->portfolio.positions[pair].opened_ns;
    return record;
}

int64_t engine_risk_at(const struct engine *engine, uint32_t pair, int64_t stop_ticks)
{
    const struct position *position = &engine->portfolio.positions[pair];
    if (stop_ticks == 0) {
        return position->cost;
    }
    const int64_t back =
        pair_notional(&engine->pairs[pair].terms, stop_ticks, position->qty_lots, ROUND_DOWN);
    const int64_t loss =
        position->cost + position->fee - back + fee_of(back, engine->config.fees.taker_ppm);
    return loss > 0 ? loss : 0;
}

void engine_follow(struct engine *engine, uint32_t pair, const struct candle *candle,
                   struct actions *out)
{
    struct position *position = &engine->portfolio.positions[pair];
    CHECK(position->qty_lots > 0);
    note_best(position, &engine->pairs[pair].terms, candle);
    const struct exit_view view = view_of(engine, pair, position, candle->close);
    if (position->exit_wanted || view.close_ticks == 0) {
        return;
    }
    const struct exit_move move = exit_tighten(&engine->config.exits, &position->plan, &view);
    if (move.cause == EXIT_NONE) {
        return;
    }
    if (move.sell) {
        tell(engine, pair, RECORD_PLANNED, &move, &view, out);
        engine_close(engine, pair, out);
        return;
    }
    CHECK(move.stop_ticks > position->stop_ticks);
    position->stop_ticks = move.stop_ticks;
    position->risk = engine_risk_at(engine, pair, move.stop_ticks);
    tell(engine, pair, RECORD_STOP, &move, &view, out)->risk = position->risk;
    engine_move_bracket(engine, pair, out);
}
