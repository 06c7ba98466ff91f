/* SPDX-License-Identifier: MIT */
/*
 * What became of a candidate: the triple-barrier label (M. Lopez de Prado, Advances in Financial
 * Machine Learning, 2018, chapter 3) on its own exit plan, after fees. It is entered at the next
 * candle's open, as a backtest would, and ends at its stop, its target, its time, by its trail, or
 * because its range is broken. What a backtest of this one signal makes of it, the label says: the
 * same fills, fees and candle, to the last digit (learn/trial.h).
 *
 *     y = net > 0
 *
 * Its time is its own hold, the configuration's where that is shorter, or the horizon where there
 * is neither. A ladder is bought in its rungs, as far as the price came down to them. Nothing of
 * the engine's state is asked: no other position, no limit, no opposite signal, no regime.
 *
 * A short is the long of the mirrored market: every price p stands at 2 * (the close decided on) -
 * p there. Its fees are of its own prices. Spot cannot take it, so it is marked as hypothetical.
 *
 * Excursions are parts of the entry's price, at least 0: how far the market went for the trade and
 * against it. Of the candle that ends it no more than the price it ended at is counted.
 */
#pragma once

#include "core/matching/virtual_trade.h"
#include "research/learn/candidate.h"

#define BARRIER_HORIZON_NS VIRTUAL_HORIZON_NS

enum barrier_fate {
    BARRIER_ENDED,
    BARRIER_UNFINISHED, /* its end lies beyond the candles */
    BARRIER_UNFILLED,   /* a ladder whose rungs were never reached */
    BARRIER_UNUSABLE,   /* no ticks can count its prices, or its candle is not there */
    BARRIER_FATE_COUNT,
};

struct barrier_label {
    enum barrier_fate fate; /* of all but BARRIER_ENDED nothing below is known */
    enum trade_end end;     /* never TRADE_SIGNAL */
    bool hypothetical;
    bool whole; /* the candles cover the whole of its time: its widest excursions are known */
    int64_t opened_ns, closed_ns; /* the open times of the candles that filled it */
    int64_t known_ns;             /* when the last of them closed */
    double entry_price, exit_price;
    double net;                               /* the return after both fees, of what was paid */
    double favourable, adverse;               /* until it ended */
    double favourable_widest, adverse_widest; /* until its time would have been over */
};

struct barrier_terms {
    enum timeframe base;             /* of the candles */
    struct matching_config matching; /* FILLS_CANDLES: spread, slippage, fees */
    struct exit_config exits;        /* the configuration's */
    double slack;       /* execution.slack: what a ladder's first order may cost more */
    int64_t horizon_ns; /* 0: BARRIER_HORIZON_NS */
};

struct barrier_market {
    const struct pair *terms;
    const struct candle *candles; /* as the engine was told them, warm-up included */
    size_t count;
};

struct barrier;

/* NULL: memory is short. */
struct barrier *barrier_new(const struct barrier_terms *terms);
void barrier_free(struct barrier *barrier);

/* From now on candidates of this market, whose candles must live as long. 0, -ENOMEM. */
int barrier_enter(struct barrier *barrier, const struct barrier_market *market);

void barrier_label(struct barrier *barrier, const struct candidate_row *row,
                   struct barrier_label *ret);
