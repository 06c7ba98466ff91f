/* SPDX-License-Identifier: MIT */
#include "core/risk/share.h"

#include "core/risk/fraction.h"

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

/* What Kelly may make of what was asked for: of that it is a bound, unless it is to take its place;
 * and what a strategy was given is not Kelly's to raise. */
static double kelly_factor(const struct risk_config *config, const struct scale_view *view,
                           double asked, double kelly)
{
    if (config->kelly.mode != KELLY_FULL) {
        return lesser(kelly, 1);
    }
    return view->own > 0 ? lesser(kelly, fraction(view->own) / asked) : kelly;
}

double share_of(const struct risk_config *config, const struct tally *tally,
                const struct scale_view *view, double loss_ratio, double factors[SIZE_FACTOR_COUNT])
{
    const double asked = fraction(view->per_trade);
    const double base = asked * (config->sizing == SIZING_STAKE ? fraction(loss_ratio) : 1);
    const struct edge edge = edge_of(tally);
    double all = scale_factors(&config->scale, view, factors);
    double bound = 0, left = 0;
    factors[SIZE_KELLY] = factors[SIZE_RUIN] = 1;
    if (base > 0 && kelly_share(&config->kelly, &edge, base, &bound)) {
        const double kelly = bound / base;
        factors[SIZE_KELLY] = kelly_factor(config, view, asked, kelly);
        all = lesser(kelly, factors[SIZE_KELLY] * all);
    }
    if (base > 0 && ruin_share(&config->ruin, &edge, base, base * all, &left)) {
        const double wanted = fraction(base * all);
        factors[SIZE_RUIN] = wanted > 0 ? left / wanted : 1;
        all = lesser(all, left / base);
    }
    factors[SIZE_MARKET] = fraction(view->market);
    all *= factors[SIZE_MARKET];
    factors[SIZE_ALL] = all;
    return fraction(asked * all);
}
