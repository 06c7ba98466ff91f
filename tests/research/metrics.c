/* SPDX-License-Identifier: MIT */
#include "research/metrics.h"

#include "core/base/timestamp.h"
#include "test.h"

#define MONEY INT64_C(100000000)

/* A curve of daily bars: the capital, then the equity at the end of each day. */
static void measure(int64_t capital, const int64_t *days, size_t count, struct curve_metrics *ret)
{
    int64_t times_ns[16], money[16];
    EXPECT(count <= 16);
    for (size_t i = 0; i < count; i++) {
        times_ns[i] = (int64_t)(i + 1) * NS_PER_DAY;
        money[i] = days[i] * MONEY;
    }
    curve_measure(&(struct curve){0, capital * MONEY, count, times_ns, money}, ret);
}

/* 100, then 100 110 99 108.9: returns +0.1 -0.1 +0.1, mean 0.1 / 3. */
TEST(the_ratios_of_three_returns_worked_by_hand)
{
    const int64_t days[] = {1000, 1100, 990, 1089};
    struct curve_metrics m;
    measure(1000, days, 4, &m);
    EXPECT_NEAR(m.bars_a_year, 365, 1e-9);
    EXPECT_NEAR(m.total_return, 0.089, 1e-12);
    /* Four days: 1.089 ^ (365 / 4) - 1 = exp(91.25 * 0.0852600...) - 1. */
    EXPECT_NEAR(m.cagr, exp(365.0 / 4 * log(1.089)) - 1, 1e-6);
    /* Squared distances 0.0044444 0.0177778 0.0044444, over 2: deviation 0.11547. */
    EXPECT_NEAR(m.volatility, 0.11547005383792516 * sqrt(365), 1e-9);
    EXPECT_NEAR(m.sharpe, 0.1 / 3 / 0.11547005383792516 * sqrt(365), 1e-9);
    /* One loss of 0.1 in three: sqrt(0.01 / 3) = 0.057735. */
    EXPECT_NEAR(m.sortino, 0.1 / 3 / 0.05773502691896258 * sqrt(365), 1e-9);
    EXPECT_NEAR(m.drawdown, 0.1, 1e-12);
    EXPECT_NEAR(m.calmar, m.cagr / 0.1, 1e-6);
}

/* The same returns an hour apart: a year has 24 times the bars, the ratio grows by sqrt(24). */
TEST(ratios_are_annualised_from_the_spacing_of_the_bars)
{
    const int64_t money[] = {1000 * MONEY, 1100 * MONEY, 990 * MONEY, 1089 * MONEY};
    int64_t hours_ns[4];
    for (int i = 0; i < 4; i++) {
        hours_ns[i] = (i + 1) * NS_PER_HOUR;
    }
    struct curve_metrics m;
    curve_measure(&(struct curve){0, 1000 * MONEY, 4, hours_ns, money}, &m);
    EXPECT_NEAR(m.bars_a_year, 8760, 1e-6);
    EXPECT_NEAR(m.sharpe, 0.1 / 3 / 0.11547005383792516 * sqrt(8760), 1e-9);
}

/* A peak of 120 on day 2, down to 90 on day 4, regained on day 7; before it a fall from 100 to 95
 * that lasted from the start to day 2. */
TEST(a_drawdown_lasts_from_its_peak_until_that_is_regained)
{
    const int64_t days[] = {95, 120, 100, 90, 110, 119, 120, 118};
    struct curve_metrics m;
    measure(100, days, 8, &m);
    EXPECT_NEAR(m.drawdown, 0.25, 1e-12);
    EXPECT_INT(m.drawdown_from_ns, 2 * NS_PER_DAY);
    EXPECT_INT(m.drawdown_low_ns, 4 * NS_PER_DAY);
    EXPECT_INT(m.drawdown_ns, 5 * NS_PER_DAY);
    EXPECT(m.recovered);
    EXPECT_INT(m.under_ns, 5 * NS_PER_DAY);
}

/* The deepest is not the longest: 50 % for two days, then 10 % for four and never regained. */
TEST(the_longest_time_under_a_peak_need_not_be_the_deepest)
{
    const int64_t days[] = {100, 50, 100, 90, 95, 95, 99};
    struct curve_metrics m;
    measure(100, days, 7, &m);
    EXPECT_NEAR(m.drawdown, 0.5, 1e-12);
    EXPECT_INT(m.drawdown_ns, 2 * NS_PER_DAY);
    EXPECT_INT(m.under_ns, 4 * NS_PER_DAY);
    const int64_t open[] = {100, 80, 90};
    measure(100, open, 3, &m);
    EXPECT(!m.recovered);
    EXPECT_INT(m.drawdown_ns, 2 * NS_PER_DAY);
}

TEST(no_bar_has_no_figures_and_one_bar_has_no_ratios)
{
    struct curve_metrics m;
    measure(100, NULL, 0, &m);
    EXPECT(isnan(m.total_return) && isnan(m.cagr) && isnan(m.sharpe) && isnan(m.calmar));
    const int64_t day[] = {110};
    measure(100, day, 1, &m);
    EXPECT_NEAR(m.total_return, 0.1, 1e-12);
    EXPECT(isnan(m.sharpe) && isnan(m.sortino) && isnan(m.volatility) && isnan(m.calmar));
    EXPECT_NEAR(m.drawdown, 0, 0);
}

TEST(an_equity_that_never_moves_has_no_sharpe_ratio)
{
    const int64_t days[] = {100, 100, 100, 100};
    struct curve_metrics m;
    measure(100, days, 4, &m);
    EXPECT_NEAR(m.total_return, 0, 0);
    EXPECT_NEAR(m.cagr, 0, 0);
    EXPECT_NEAR(m.volatility, 0, 0);
    EXPECT(isnan(m.sharpe) && isnan(m.sortino) && isnan(m.calmar));
    EXPECT_INT(m.under_ns, 0);
}

/* It always gains: nothing is below the target, so there is nothing to divide by. */
TEST(an_equity_that_only_rises_has_a_sharpe_ratio_and_no_sortino_or_calmar)
{
    const int64_t days[] = {100, 110, 132};
    struct curve_metrics m;
    measure(100, days, 3, &m);
    EXPECT(isfinite(m.sharpe) && m.sharpe > 0);
    EXPECT(isnan(m.sortino) && isnan(m.calmar));
}

TEST(an_equity_that_falls_to_nothing_is_a_loss_of_all_and_finite_everywhere)
{
    const int64_t days[] = {100, 50, 0, 0, 0};
    struct curve_metrics m;
    measure(100, days, 5, &m);
    EXPECT_NEAR(m.total_return, -1, 0);
    EXPECT_NEAR(m.cagr, -1, 0);
    EXPECT_NEAR(m.drawdown, 1, 0);
    EXPECT_NEAR(m.calmar, -1, 0);
    /* Two returns, -0.5 and -1: mean -0.75, deviation sqrt(0.125), and none from nothing. */
    EXPECT_NEAR(m.sharpe, -0.75 / sqrt(0.125) * sqrt(365), 1e-9);
}

/* A day that doubles, raised to the 365th power, is beyond what a double holds. */
TEST(a_growth_too_large_to_count_is_no_figure)
{
    const int64_t days[] = {1 << 20};
    struct curve_metrics m;
    measure(1, days, 1, &m);
    EXPECT_NEAR(m.total_return, (1 << 20) - 1, 1e-6);
    EXPECT(isnan(m.cagr));
}

TEST(trades_added_up_by_hand)
{
    struct trade_tally tally = {0};
    struct trade_metrics m;
    trade_tally_add(&tally, 30 * MONEY, 1000 * MONEY, NS_PER_HOUR);
    trade_tally_add(&tally, 10 * MONEY, 500 * MONEY, NS_PER_HOUR);
    trade_tally_add(&tally, -20 * MONEY, 1000 * MONEY, 4 * NS_PER_HOUR);
    trade_tally_add(&tally, 0, 1000 * MONEY, 2 * NS_PER_HOUR);
    trade_tally_measure(&tally, &m);
    EXPECT_INT((int64_t)tally.count, 4);
    EXPECT_NEAR(m.win_rate, 0.5, 1e-12);
    EXPECT_NEAR(m.average_win, 20e8, 1e-3);
    EXPECT_NEAR(m.average_loss, -20e8, 1e-3);
    EXPECT_NEAR(m.average_win_return, 0.025, 1e-12);
    EXPECT_NEAR(m.average_loss_return, -0.02, 1e-12);
    EXPECT_NEAR(m.profit_factor, 2, 1e-12);
    EXPECT_NEAR(m.expectancy, 5e8, 1e-3);
    EXPECT_NEAR(m.best, 30e8, 1e-3);
    EXPECT_NEAR(m.worst, -20e8, 1e-3);
    EXPECT_NEAR(m.average_held_s, 2 * 3600, 1e-6);
}

TEST(no_trade_has_no_figures_and_only_wins_have_no_profit_factor)
{
    struct trade_tally tally = {0};
    struct trade_metrics m;
    trade_tally_measure(&tally, &m);
    EXPECT(isnan(m.win_rate) && isnan(m.average_win) && isnan(m.profit_factor) &&
           isnan(m.expectancy) && isnan(m.best) && isnan(m.average_held_s));
    trade_tally_add(&tally, 5 * MONEY, 100 * MONEY, NS_PER_HOUR);
    trade_tally_measure(&tally, &m);
    EXPECT_NEAR(m.win_rate, 1, 0);
    EXPECT(isnan(m.profit_factor) && isnan(m.average_loss));
}
