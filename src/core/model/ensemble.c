/* SPDX-License-Identifier: MIT */
#include "core/model/ensemble.h"

#include <math.h>
#include <stddef.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

void ensemble_init(struct ensemble *ensemble, uint32_t count)
{
    CHECK(count >= 1 && count <= ENSEMBLE_MEMBER_MAX);
    *ensemble = (struct ensemble){.count = count};
    for (uint32_t i = 0; i < count; i++) {
        ensemble->weights[i] = 1.0 / count;
    }
}

static double sum_awake(const struct ensemble *ensemble, const double *probabilities)
{
    double sum = 0;
    for (uint32_t i = 0; i < ensemble->count; i++) {
        sum += isnan(probabilities[i]) ? 0 : ensemble->weights[i];
    }
    return sum;
}

bool ensemble_mix(const struct ensemble *ensemble, const double *probabilities,
                  double *ret_probability, double *ret_shares)
{
    const double awake = sum_awake(ensemble, probabilities);
    if (!(awake > 0)) {
        return false;
    }
    double mixed = 0;
    for (uint32_t i = 0; i < ensemble->count; i++) {
        const double share = isnan(probabilities[i]) ? 0 : ensemble->weights[i] / awake;
        mixed += share > 0 ? share * probabilities[i] : 0;
        if (ret_shares != NULL) {
            ret_shares[i] = share;
        }
    }
    *ret_probability = fmin(fmax(mixed, 0), 1);
    return true;
}

/* Those below the floor are lifted to it and the others give way; once for each member is enough,
 * because every time but the last at least one more stands on the floor. */
static void hold(struct ensemble *ensemble)
{
    bool lifted[ENSEMBLE_MEMBER_MAX] = {false};
    for (uint32_t round = 0; round < ensemble->count; round++) {
        double left = 1, free = 0;
        for (uint32_t i = 0; i < ensemble->count; i++) {
            left -= lifted[i] ? ENSEMBLE_FLOOR : 0;
            free += lifted[i] ? 0 : ensemble->weights[i];
        }
        for (uint32_t i = 0; i < ensemble->count; i++) {
            ensemble->weights[i] = lifted[i] ? ENSEMBLE_FLOOR : ensemble->weights[i] * left / free;
        }
        for (uint32_t i = 0; i < ensemble->count; i++) {
            lifted[i] = lifted[i] || ensemble->weights[i] < ENSEMBLE_FLOOR;
        }
    }
}

void ensemble_learn(struct ensemble *ensemble, const double *probabilities, bool won, double weight)
{
    const double before = sum_awake(ensemble, probabilities);
    if (!(weight > 0 && before > 0)) {
        return;
    }
    double after = 0;
    for (uint32_t i = 0; i < ensemble->count; i++) {
        if (!isnan(probabilities[i])) {
            ensemble->weights[i] *=
                exp(-ENSEMBLE_RATE * fmin(weight, 1) * log_loss(probabilities[i], won));
            after += ensemble->weights[i];
        }
    }
    for (uint32_t i = 0; i < ensemble->count; i++) {
        ensemble->weights[i] *= isnan(probabilities[i]) ? 1 : before / after;
    }
    hold(ensemble);
    ensemble->updates++;
}
