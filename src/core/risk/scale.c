/* SPDX-License-Identifier: MIT */
#include "core/risk/scale.h"

#include "core/risk/fraction.h"

/* 0 at `from`, 1 at `to` and beyond; a step where the two are one. */
static double way(double x, double from, double to)
{
    return to > from ? fraction((x - from) / (to - from)) : (double)(x >= to);
}

static double of_confidence(const struct scale_config *config, const struct scale_view *view)
{
    if (!config->confidence || !(view->confidence > 0)) {
        return 1;
    }
    return SCALE_LEAST +
           (SCALE_MOST - SCALE_LEAST) * way(view->confidence, view->gate, config->confidence_full);
}

static double of_volatility(const struct scale_config *config, const struct scale_view *view)
{
    if (config->volatility == 0 || !(view->volatility > 0)) {
        return 1;
    }
    return between(config->volatility / view->volatility, SCALE_LEAST, SCALE_MOST);
}

static double of_drawdown(const struct scale_config *config, const struct scale_view *view)
{
    if (config->drawdown_to == 0) {
        return 1;
    }
    return 1 - (1 - fraction(config->drawdown_floor)) *
                   way(view->drawdown, config->drawdown_from, config->drawdown_to);
}

static double of_model(const struct scale_view *view)
{
    return view->model > 0 ? between(view->model, SCALE_LEAST, SCALE_MOST) : 1;
}

double scale_factors(const struct scale_config *config, const struct scale_view *view,
                     double factors[SIZE_FACTOR_COUNT])
{
    factors[SIZE_CONFIDENCE] = of_confidence(config, view);
    factors[SIZE_VOLATILITY] = of_volatility(config, view);
    factors[SIZE_DRAWDOWN] = of_drawdown(config, view);
    factors[SIZE_MODEL] = of_model(view);
    const double product = factors[SIZE_CONFIDENCE] * factors[SIZE_VOLATILITY] *
                           factors[SIZE_DRAWDOWN] * factors[SIZE_MODEL];
    if (!config->confidence && config->volatility == 0 && config->drawdown_to == 0 &&
        !(view->model > 0)) {
        return 1;
    }
    const double most = between(config->most, 0, SCALE_MOST * SCALE_MOST);
    return between(product, between(config->least, 0, most), most);
}
