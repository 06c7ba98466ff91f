/* SPDX-License-Identifier: MIT */
#include "core/model/online.h"

#include <stddef.h>
#include <string.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

void online_init(struct online *online, const struct linear *trained)
{
    CHECK(linear_is_sound(trained));
    *online = (struct online){.change = *trained, .intercept_variance = ONLINE_RATE};
    online->change.intercept = 0;
    for (uint32_t i = 0; i < trained->count; i++) {
        online->change.weights[i] = 0;
        online->variances[i] = ONLINE_DRIFT;
    }
}

double online_ask(const struct online *online, double probability, const double *figures,
                  double *contributions)
{
    if (isnan(probability) || online->change.count == 0) {
        return (double)NAN;
    }
    return sigmoid(log_odds(probability) + linear_margin(&online->change, figures, contributions));
}

bool online_is_of(const struct online *online, const struct linear *trained)
{
    const struct linear *change = &online->change;
    return change->count > 0 && change->count == trained->count &&
           memcmp(change->means, trained->means, change->count * sizeof *change->means) == 0 &&
           memcmp(change->scales, trained->scales, change->count * sizeof *change->scales) == 0;
}

struct lesson {
    double weight; /* of the outcome */
    double off;    /* won - probability */
    double known;  /* probability * (1 - probability) */
};

static void step(const struct lesson *lesson, double input, double first, double *variance,
                 double *weight)
{
    const double wandered = fmin(*variance / ONLINE_MEMORY, first);
    *variance = wandered / (1 + wandered * lesson->weight * lesson->known * input * input);
    const double moved = *weight + *variance * lesson->weight * lesson->off * input;
    *weight = fmin(fmax(moved, -ONLINE_BOUND), ONLINE_BOUND);
}

bool online_learn(struct online *online, double probability, const double *figures, bool won,
                  double weight)
{
    const double p = online_ask(online, probability, figures, NULL);
    if (!(weight > 0) || isnan(p)) {
        return false;
    }
    const struct lesson lesson = {.weight = ONLINE_SHARE * fmin(weight, ONLINE_WEIGHT_MAX),
                                  .off = (won ? 1 : 0) - p,
                                  .known = p * (1 - p)};
    step(&lesson, 1, ONLINE_RATE, &online->intercept_variance, &online->change.intercept);
    for (uint32_t i = 0; i < online->change.count; i++) {
        step(&lesson, linear_input(&online->change, i, figures[i]), ONLINE_DRIFT,
             &online->variances[i], &online->change.weights[i]);
    }
    online->updates++;
    return true;
}
