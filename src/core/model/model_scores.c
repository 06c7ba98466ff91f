/* SPDX-License-Identifier: MIT */
#include "core/model/model_scores.h"

#include <math.h>

#include "core/model/sigmoid.h"

static void fade(struct model_sums *sums)
{
    double *const list[] = {&sums->weight,     &sums->won,     &sums->log_loss,
                            &sums->brier,      &sums->right,   &sums->reward,
                            &sums->yes_weight, &sums->yes_won, &sums->yes_reward};
    for (uint32_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        *list[i] *= 1 - 1.0 / MODEL_SCORES_MEMORY;
    }
}

static void add(struct model_sums *sums, const struct model_outcome *outcome)
{
    const double p = outcome->probability, w = outcome->weight;
    const double off = p - (outcome->won ? 1 : 0);
    sums->weight += w;
    sums->won += outcome->won ? w : 0;
    sums->log_loss += w * log_loss(p, outcome->won);
    sums->brier += w * off * off;
    sums->right += (p >= 0.5) == outcome->won ? w : 0;
    sums->reward += w * outcome->reward;
    if (outcome->yes) {
        sums->yes_weight += w;
        sums->yes_won += outcome->won ? w : 0;
        sums->yes_reward += w * outcome->reward;
    }
}

void model_score_add(struct model_score *score, const struct model_outcome *outcome)
{
    if (isnan(outcome->probability) || !(outcome->weight > 0)) {
        return;
    }
    score->count++;
    score->yes_count += outcome->yes;
    add(&score->all, outcome);
    fade(&score->recent);
    add(&score->recent, outcome);
}

double model_mean(const struct model_sums *sums, double sum)
{
    return sums->weight > 0 ? sum / sums->weight : (double)NAN;
}

double model_yes_reward(const struct model_sums *sums)
{
    return sums->yes_weight > 0 ? sums->yes_reward / sums->yes_weight : (double)NAN;
}
