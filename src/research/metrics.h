/* SPDX-License-Identifier: MIT */
/*
 * What a run came to, from its equity at each bar and its closed trades. A figure that there is no
 * value for (the Sharpe ratio of one bar, the average win of nobody) is NAN, never infinite.
 *
 *   CAGR      (end / start) ^ (365 days / span) - 1
 *   returns   r = equity / equity of the bar before - 1, simple; none from an equity of 0 or less
 *   bars      a year has 365 days / mean spacing of the bars
 *   Sharpe    mean(r) / deviation(r) * sqrt(bars a year), the deviation over n - 1, no riskless
 *             rate (W. F. Sharpe, 1994)
 *   Sortino   mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(bars a year), the mean over all bars
 *             (F. A. Sortino and L. N. Price, 1994, with a target of 0)
 *   Calmar    CAGR / worst drawdown (T. W. Young, 1991, over the whole span)
 *   drawdown  1 - equity / highest equity until then
 *
 * Money in 1e-8 of the account's currency.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Equity at the end of each bar, ascending in time. */
struct curve {
    int64_t start_ns; /* when the first bar began, with `start` */
    int64_t start;
    size_t count;
    const int64_t *times_ns;
    const int64_t *money;
};

struct curve_metrics {
    double total_return, cagr;
    double volatility; /* deviation of the returns, a year */
    double sharpe, sortino, calmar;
    double bars_a_year;
    double drawdown;          /* the worst, 0..1 */
    int64_t drawdown_from_ns; /* its peak */
    int64_t drawdown_low_ns;
    int64_t drawdown_ns; /* from its peak until that was regained, or the end */
    bool recovered;
    int64_t under_ns; /* the longest time below an earlier peak */
};

void curve_measure(const struct curve *curve, struct curve_metrics *ret);

/* The returns of all bars, one less than there are bars. */
struct curve_returns {
    uint64_t count;
    double mean, squares; /* sum of the squared distances from the mean */
    double below;         /* sum of the squared losses */
};

/* A curve of which only this is known. */
struct curve_sums {
    int64_t start_ns, first_ns, last_ns; /* when the first bar begins, it ends, the last ends */
    size_t count;                        /* of bars */
    int64_t start, end;                  /* money */
    struct curve_returns returns;
    double drawdown;
};

/* The same figures by the same formulas, but for the drawdown's times: those stay 0. */
void curve_measure_sums(const struct curve_sums *sums, struct curve_metrics *ret);

/* Closed trades, added up one by one. */
struct trade_tally {
    uint64_t count, won, lost;
    double gained, given;             /* sums of the wins and of the losses, both >= 0, money */
    double best, worst;               /* money */
    double returns_won, returns_lost; /* sums of pnl / cost */
    double held_s;
};

struct trade_metrics {
    double win_rate;
    double average_win, average_loss;               /* money; the loss below 0 */
    double average_win_return, average_loss_return; /* of what the trade cost */
    double profit_factor;                           /* gained / given */
    double expectancy;                              /* money a trade */
    double best, worst;
    double average_held_s;
};

/* `cost` is what was bought for, before fees. A trade that brings nothing is neither won nor lost.
 */
void trade_tally_add(struct trade_tally *tally, int64_t pnl, int64_t cost, int64_t held_ns);
void trade_tally_measure(const struct trade_tally *tally, struct trade_metrics *ret);

/* a / b, NAN where that is no number. */
double metrics_ratio(double a, double b);
