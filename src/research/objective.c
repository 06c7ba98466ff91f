/* SPDX-License-Identifier: MIT */
#include "research/objective.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "research/backtest.h"

const char *const objective_names[OBJECTIVE_COUNT] = {"sharpe", "sortino", "calmar", "profit",
                                                      "win_rate"};
const char *const refusal_names[REFUSAL_COUNT] = {"", "few_trades", "drawdown", "no_figure"};

void outcome_of(const struct backtest *run, struct outcome *ret)
{
    *ret = (struct outcome){
        .sharpe = run->ours.sharpe,
        .sortino = run->ours.sortino,
        .calmar = run->ours.calmar,
        .profit = run->ours.total_return,
        .win_rate = run->trades.win_rate,
        .drawdown = run->ours.drawdown,
        .trades = run->account.all.count,
    };
}

double objective_value(const struct objective *objective, const struct outcome *outcome)
{
    switch (objective->kind) {
    case OBJECTIVE_SORTINO:
        return outcome->sortino;
    case OBJECTIVE_CALMAR:
        return outcome->calmar;
    case OBJECTIVE_PROFIT:
        return outcome->profit;
    case OBJECTIVE_WIN_RATE:
        return outcome->win_rate;
    default:
        return outcome->sharpe;
    }
}

enum refusal objective_judge(const struct objective *objective, const struct outcome *outcome)
{
    if (outcome->trades < objective->trades_min) {
        return REFUSAL_TRADES;
    }
    if (outcome->drawdown > objective->drawdown_max) {
        return REFUSAL_DRAWDOWN;
    }
    return isfinite(objective_value(objective, outcome)) ? REFUSAL_NONE : REFUSAL_NO_FIGURE;
}

const char *objective_explain(const struct objective *objective, const struct outcome *outcome,
                              char text[REFUSAL_TEXT_MAX])
{
    text[0] = '\0';
    switch (objective_judge(objective, outcome)) {
    case REFUSAL_TRADES:
        snprintf(text, REFUSAL_TEXT_MAX, "%" PRIu64 " trades, fewer than %" PRIu64, outcome->trades,
                 objective->trades_min);
        break;
    case REFUSAL_DRAWDOWN:
        snprintf(text, REFUSAL_TEXT_MAX, "a drawdown of %.1f %%, more than %.1f %%",
                 outcome->drawdown * 100, objective->drawdown_max * 100);
        break;
    case REFUSAL_NO_FIGURE:
        snprintf(text, REFUSAL_TEXT_MAX, "it has no %s", objective_names[objective->kind]);
        break;
    default:
        break;
    }
    return text;
}

bool objective_better(const struct objective *objective, const struct outcome *a,
                      const struct outcome *b)
{
    if (objective_judge(objective, a) != REFUSAL_NONE) {
        return false;
    }
    return objective_judge(objective, b) != REFUSAL_NONE ||
           objective_value(objective, a) > objective_value(objective, b);
}
