/* SPDX-License-Identifier: MIT */
#include "core/model/online.h"

#include <stddef.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

static double hold(double weight)
{
    return fmin(fmax(weight, -ONLINE_BOUND), ONLINE_BOUND);
}

void online_init(struct online *online, const struct linear *start)
{
    CHECK(linear_is_sound(start));
    *online = (struct online){.now = *start};
    online->now.intercept = hold(start->intercept);
    for (uint32_t i = 0; i < start->count; i++) {
        online->now.weights[i] = hold(start->weights[i]);
    }
}

static void step(double *weight, double *squares, double gradient)
{
    *squares += gradient * gradient;
    *weight = hold(*weight - ONLINE_RATE * gradient / sqrt(ONLINE_SOFTNESS + *squares));
}

bool online_learn(struct online *online, const double *figures, bool won, double weight)
{
    if (!(weight > 0)) {
        return false;
    }
    const double probability = sigmoid(linear_margin(&online->now, figures, NULL));
    const double off = fmin(weight, ONLINE_WEIGHT_MAX) * (probability - (won ? 1 : 0));
    step(&online->now.intercept, &online->intercept_squares, off);
    for (uint32_t i = 0; i < online->now.count; i++) {
        step(&online->now.weights[i], &online->squares[i],
             off * linear_input(&online->now, i, figures[i]));
    }
    online->updates++;
    return true;
}
