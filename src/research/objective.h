/* SPDX-License-Identifier: MIT */
/*
 * What a search is after: one figure of a run, the larger the better, within limits. A run that
 * breaks a limit, or that has no such figure, is refused, and no refused one is better than one
 * that is not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backtest;

enum objective_kind {
    OBJECTIVE_SHARPE,
    OBJECTIVE_SORTINO,
    OBJECTIVE_CALMAR,
    OBJECTIVE_PROFIT, /* the total return */
    OBJECTIVE_WIN_RATE,
    OBJECTIVE_COUNT,
};

extern const char *const objective_names[OBJECTIVE_COUNT];

struct objective {
    enum objective_kind kind;
    double drawdown_max; /* a deeper one is refused; 1: any is good */
    uint64_t trades_min; /* fewer closed trades are refused */
};

/* What a run came to; NAN for a figure that there is none of. */
struct outcome {
    double sharpe, sortino, calmar;
    double profit; /* of the capital */
    double win_rate;
    double drawdown; /* the worst, 0..1 */
    uint64_t trades; /* closed */
};

enum refusal {
    REFUSAL_NONE,
    REFUSAL_TRADES,
    REFUSAL_DRAWDOWN,
    REFUSAL_NO_FIGURE, /* of the objective */
    REFUSAL_COUNT,
};

/* "", "few_trades", "drawdown", "no_figure". */
extern const char *const refusal_names[REFUSAL_COUNT];

#define REFUSAL_TEXT_MAX 96

void outcome_of(const struct backtest *run, struct outcome *ret);

double objective_value(const struct objective *objective, const struct outcome *outcome);
enum refusal objective_judge(const struct objective *objective, const struct outcome *outcome);

/* "12 trades, fewer than 30"; "" for REFUSAL_NONE. Returns `text`. */
const char *objective_explain(const struct objective *objective, const struct outcome *outcome,
                              char text[REFUSAL_TEXT_MAX]);

/* True when `a` is better than `b`; of two that are as good, neither is. */
bool objective_better(const struct objective *objective, const struct outcome *a,
                      const struct outcome *b);
