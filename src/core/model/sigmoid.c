/* SPDX-License-Identifier: MIT */
#include "core/model/sigmoid.h"

#include <math.h>

#define LEAST 1e-15

double sigmoid(double x)
{
    /* exp of what is not above 0 cannot overflow. */
    const double e = exp(-fabs(x));
    return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

static double hold(double p)
{
    return fmin(fmax(p, LEAST), 1 - LEAST);
}

double log_odds(double p)
{
    const double held = hold(p);
    return log(held / (1 - held));
}

double log_loss(double p, bool won)
{
    const double held = hold(p);
    return -log(won ? held : 1 - held);
}

double probability_between(double own, double pooled, double weight)
{
    if (!(weight > 0)) {
        return pooled;
    }
    return weight >= 1 ? own : sigmoid(weight * log_odds(own) + (1 - weight) * log_odds(pooled));
}
