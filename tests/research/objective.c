/* SPDX-License-Identifier: MIT */
#include "research/objective.h"

#include "test.h"

static const struct outcome good = {.sharpe = 1.5,
                                    .sortino = 2.5,
                                    .calmar = 0.5,
                                    .profit = 0.2,
                                    .win_rate = 0.6,
                                    .drawdown = 0.1,
                                    .trades = 40};

static const struct objective sharpe = {OBJECTIVE_SHARPE, 0.2, 30};

TEST(each_objective_is_its_figure)
{
    const double values[OBJECTIVE_COUNT] = {1.5, 2.5, 0.5, 0.2, 0.6};
    for (int i = 0; i < OBJECTIVE_COUNT; i++) {
        const struct objective objective = {(enum objective_kind)i, 1, 0};
        EXPECT_NEAR(objective_value(&objective, &good), values[i], 0);
    }
    EXPECT_TEXT(objective_names[OBJECTIVE_WIN_RATE], "win_rate");
}

TEST(a_limit_is_broken_beyond_it_and_not_at_it)
{
    struct outcome outcome = good;
    outcome.trades = 30, outcome.drawdown = 0.2;
    EXPECT_INT(objective_judge(&sharpe, &outcome), REFUSAL_NONE);
    outcome.trades = 29;
    EXPECT_INT(objective_judge(&sharpe, &outcome), REFUSAL_TRADES);
    outcome.trades = 30, outcome.drawdown = 0.2001;
    EXPECT_INT(objective_judge(&sharpe, &outcome), REFUSAL_DRAWDOWN);
    outcome.drawdown = 0.1, outcome.sharpe = (double)NAN;
    EXPECT_INT(objective_judge(&sharpe, &outcome), REFUSAL_NO_FIGURE);
    outcome.sharpe = (double)INFINITY;
    EXPECT_INT(objective_judge(&sharpe, &outcome), REFUSAL_NO_FIGURE);
}

TEST(a_refusal_says_what_was_broken)
{
    char text[REFUSAL_TEXT_MAX];
    struct outcome outcome = good;
    EXPECT_TEXT(objective_explain(&sharpe, &outcome, text), "");
    outcome.trades = 12;
    EXPECT_TEXT(objective_explain(&sharpe, &outcome, text), "12 trades, fewer than 30");
    outcome.trades = 40, outcome.drawdown = 0.314;
    EXPECT_TEXT(objective_explain(&sharpe, &outcome, text),
                "a drawdown of 31.4 %, more than 20.0 %");
    outcome.drawdown = 0, outcome.sharpe = (double)NAN;
    EXPECT_TEXT(objective_explain(&sharpe, &outcome, text), "it has no sharpe");
}

TEST(what_is_refused_is_never_better_however_large)
{
    struct outcome refused = good, worse = good;
    refused.sharpe = 99, refused.trades = 1;
    worse.sharpe = -5;
    EXPECT(!objective_better(&sharpe, &refused, &worse));
    EXPECT(objective_better(&sharpe, &worse, &refused));
    EXPECT(!objective_better(&sharpe, &refused, &refused));
}

TEST(nothing_wins_without_a_figure_and_equals_do_not_win)
{
    struct outcome none = good;
    none.sharpe = (double)NAN;
    EXPECT(!objective_better(&sharpe, &none, &good));
    EXPECT(objective_better(&sharpe, &good, &none));
    EXPECT(!objective_better(&sharpe, &good, &good));
}
