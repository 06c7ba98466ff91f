/* SPDX-License-Identifier: MIT */
#include "research/metrics.h"

#include <math.h>

#include "core/base/timestamp.h"

#define YEAR_NS (365.0 * (double)NS_PER_DAY)

static double finite_or_none(double x)
{
    return isfinite(x) ? x : NAN;
}

double metrics_ratio(double a, double b)
{
    return b == 0 ? NAN : finite_or_none(a / b);
}

/* One by one, after B. P. Welford (1962). */
static void add_return(struct curve_returns *returns, double r)
{
    const double off = r - returns->mean;
    returns->mean += off / (double)++returns->count;
    returns->squares += off * (r - returns->mean);
    returns->below += r < 0 ? r * r : 0;
}

static struct curve_returns returns_of(const struct curve *curve)
{
    struct curve_returns returns = {0};
    for (size_t i = 1; i < curve->count; i++) {
        const double before = (double)curve->money[i - 1];
        if (before > 0) {
            add_return(&returns, (double)curve->money[i] / before - 1);
        }
    }
    return returns;
}

static void measure_returns(const struct curve_returns *returns, struct curve_metrics *ret)
{
    if (returns->count == 0 || !(ret->bars_a_year > 0)) {
        return;
    }
    const double n = (double)returns->count, year = sqrt(ret->bars_a_year);
    const double deviation = returns->count > 1 ? sqrt(returns->squares / (n - 1)) : NAN;
    ret->volatility = finite_or_none(deviation * year);
    ret->sharpe = metrics_ratio(returns->mean * year, deviation);
    ret->sortino = metrics_ratio(returns->mean * year, sqrt(returns->below / n));
}

/* One drawdown: from a peak until it is regained. */
struct fall {
    int64_t peak, from_ns, low_ns;
    double depth;
};

static void end_fall(const struct fall *fall, int64_t end_ns, bool recovered,
                     struct curve_metrics *ret)
{
    const int64_t length_ns = end_ns - fall->from_ns;
    if (fall->depth <= 0) {
        return;
    }
    if (length_ns > ret->under_ns) {
        ret->under_ns = length_ns;
    }
    if (fall->depth > ret->drawdown) {
        ret->drawdown = fall->depth;
        ret->drawdown_from_ns = fall->from_ns;
        ret->drawdown_low_ns = fall->low_ns;
        ret->drawdown_ns = length_ns;
        ret->recovered = recovered;
    }
}

static void measure_falls(const struct curve *curve, struct curve_metrics *ret)
{
    struct fall fall = {.peak = curve->start, .from_ns = curve->start_ns};
    for (size_t i = 0; i < curve->count; i++) {
        const int64_t money = curve->money[i], time_ns = curve->times_ns[i];
        if (money >= fall.peak) {
            if (fall.depth > 0) {
                end_fall(&fall, time_ns, true, ret);
            }
            fall = (struct fall){.peak = money, .from_ns = time_ns};
            continue;
        }
        const double depth = fall.peak > 0 ? 1 - (double)money / (double)fall.peak : 0;
        if (depth > fall.depth) {
            fall.depth = depth;
            fall.low_ns = time_ns;
        }
    }
    if (curve->count > 0) {
        end_fall(&fall, curve->times_ns[curve->count - 1], false, ret);
    }
}

void curve_measure_sums(const struct curve_sums *sums, struct curve_metrics *ret)
{
    *ret = (struct curve_metrics){.total_return = NAN,
                                  .cagr = NAN,
                                  .volatility = NAN,
                                  .sharpe = NAN,
                                  .sortino = NAN,
                                  .calmar = NAN,
                                  .bars_a_year = NAN};
    if (sums->count == 0 || sums->start <= 0) {
        return;
    }
    const double growth = (double)sums->end / (double)sums->start;
    const double span_ns = (double)(sums->last_ns - sums->start_ns);
    ret->total_return = growth - 1;
    if (span_ns > 0) {
        ret->cagr = growth > 0 ? finite_or_none(pow(growth, YEAR_NS / span_ns) - 1) : -1;
    }
    if (sums->count > 1) {
        const double spacing_ns =
            (double)(sums->last_ns - sums->first_ns) / (double)(sums->count - 1);
        ret->bars_a_year = metrics_ratio(YEAR_NS, spacing_ns);
    }
    ret->drawdown = sums->drawdown;
    ret->calmar = metrics_ratio(ret->cagr, ret->drawdown);
    measure_returns(&sums->returns, ret);
}

void curve_measure(const struct curve *curve, struct curve_metrics *ret)
{
    struct curve_sums sums = {
        .start_ns = curve->start_ns, .count = curve->count, .start = curve->start};
    if (curve->count > 0) {
        sums.first_ns = curve->times_ns[0];
        sums.last_ns = curve->times_ns[curve->count - 1];
        sums.end = curve->money[curve->count - 1];
        sums.returns = returns_of(curve);
    }
    curve_measure_sums(&sums, ret);
    if (curve->count > 0 && curve->start > 0) {
        measure_falls(curve, ret);
        ret->calmar = metrics_ratio(ret->cagr, ret->drawdown);
    }
}

void trade_tally_add(struct trade_tally *tally, int64_t pnl, int64_t cost, int64_t held_ns)
{
    const double gain = (double)pnl, part = cost > 0 ? gain / (double)cost : 0;
    if (tally->count == 0 || gain > tally->best) {
        tally->best = gain;
    }
    if (tally->count == 0 || gain < tally->worst) {
        tally->worst = gain;
    }
    tally->count++;
    tally->held_s += (double)held_ns / (double)NS_PER_S;
    if (pnl > 0) {
        tally->won++;
        tally->gained += gain;
        tally->returns_won += part;
    } else if (pnl < 0) {
        tally->lost++;
        tally->given -= gain;
        tally->returns_lost += part;
    }
}

void trade_tally_measure(const struct trade_tally *tally, struct trade_metrics *ret)
{
    const double count = (double)tally->count, won = (double)tally->won, lost = (double)tally->lost;
    *ret = (struct trade_metrics){
        .win_rate = metrics_ratio(won, count),
        .average_win = metrics_ratio(tally->gained, won),
        .average_loss = metrics_ratio(-tally->given, lost),
        .average_win_return = metrics_ratio(tally->returns_won, won),
        .average_loss_return = metrics_ratio(tally->returns_lost, lost),
        .profit_factor = metrics_ratio(tally->gained, tally->given),
        .expectancy = metrics_ratio(tally->gained - tally->given, count),
        .best = tally->count > 0 ? tally->best : NAN,
        .worst = tally->count > 0 ? tally->worst : NAN,
        .average_held_s = metrics_ratio(tally->held_s, count),
    };
}
