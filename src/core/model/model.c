/* SPDX-License-Identifier: MIT */
#include "core/model/model.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

_Static_assert(FEATURE_COUNT <= LINEAR_FEATURE_MAX, "the linear parts know every feature");

#define SHARE_ROOM 1e-9 /* shares are sums of parts of 1 */

const char *const model_part_names[MODEL_PART_COUNT] = {"forest", "logistic", "online", "base"};

const struct model *model_in_force;

const struct model *model_use(const struct model *model)
{
    const struct model *before = model_in_force;
    model_in_force = model;
    return before;
}

static bool is_share(double share)
{
    return share >= 0 && share <= 1;
}

static const char *check_trained(const struct trained *trained)
{
    double sum = 0;
    for (uint32_t i = 0; i < MODEL_PART_COUNT; i++) {
        if (!is_share(trained->shares[i])) {
            return "a part's share is not 0..1";
        }
        sum += trained->shares[i];
    }
    if (!is_share(trained->own) || fabs(sum - 1) > SHARE_ROOM) {
        return "its shares are not those of a whole";
    }
    if (!isnan(trained->base) && !is_share(trained->base)) {
        return "a base rate is not 0..1";
    }
    if (memchr(trained->strategy, '\0', sizeof trained->strategy) == NULL) {
        return "a strategy's name is too long";
    }
    if (trained->forest.tree_count > 0) {
        const char *fault = forest_check(&trained->forest);
        if (fault != NULL) {
            return fault;
        }
        if (trained->forest.feature_count != FEATURE_COUNT || trained->forest.means == NULL) {
            return "a forest does not know this version's features";
        }
        if (!calibration_is_sound(&trained->forest_says)) {
            return "a forest's calibration is broken";
        }
    }
    if (trained->logistic.count > 0) {
        if (trained->logistic.count != FEATURE_COUNT || !linear_is_sound(&trained->logistic)) {
            return "a logistic part is broken";
        }
        if (!calibration_is_sound(&trained->logistic_says)) {
            return "a logistic part's calibration is broken";
        }
    }
    return NULL;
}

const char *model_check(const struct model *model)
{
    if (model->trained_count == 0 || model->trained_count > MODEL_TRAINED_MAX) {
        return "it holds nothing, or too much";
    }
    for (uint32_t i = 0; i < model->trained_count; i++) {
        const char *fault = check_trained(&model->trained[i]);
        if (fault != NULL) {
            return fault;
        }
        if (model_find(model, model->trained[i].strategy) != (int32_t)i) {
            return "a strategy is there twice";
        }
    }
    return NULL;
}

int32_t model_find(const struct model *model, const char *strategy)
{
    for (uint32_t i = 0; i < model->trained_count; i++) {
        if (strcmp(model->trained[i].strategy, strategy) == 0) {
            return (int32_t)i;
        }
    }
    return MODEL_NONE_TRAINED;
}

/* What one part says; probability NaN: nothing. */
struct part_said {
    double probability;
    double amounts[FEATURE_COUNT];
};

static void ask_forest(const struct trained *trained, const float *values, struct part_said *ret)
{
    ret->probability = (double)NAN;
    if (trained->forest.tree_count > 0 &&
        calibration_apply(&trained->forest_says, (double)forest_margin(&trained->forest, values),
                          &ret->probability)) {
        forest_explain(&trained->forest, values, ret->amounts);
    }
}

static void ask_logistic(const struct trained *trained, const double *figures,
                         struct part_said *ret)
{
    ret->probability = (double)NAN;
    if (trained->logistic.count > 0) {
        calibration_apply(&trained->logistic_says,
                          linear_margin(&trained->logistic, figures, ret->amounts),
                          &ret->probability);
    }
}

/* The strategy's own and the pooled: by `share`, in log-odds, where both speak. */
static const struct part_said *lean(struct part_said *own, const struct part_said *pooled,
                                    double share)
{
    if (isnan(own->probability) || isnan(pooled->probability)) {
        return isnan(own->probability) ? pooled : own;
    }
    own->probability = probability_between(own->probability, pooled->probability, share);
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        own->amounts[i] = share * own->amounts[i] + (1 - share) * pooled->amounts[i];
    }
    return own;
}

/* What the parts come to, each by its share of those that answer. */
struct mix {
    double share;
    struct model_said said; /* sums, times the shares */
};

static void add(struct mix *mix, double share, const struct part_said *part)
{
    if (!(share > 0) || isnan(part->probability)) {
        return;
    }
    mix->share += share;
    mix->said.probability += share * part->probability;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        mix->said.amounts[i] += share * part->amounts[i];
    }
}

static void add_forest(const struct trained *trained, const struct trained *pooled,
                       const float *values, struct mix *mix)
{
    struct part_said own, all;
    ask_forest(trained, values, &own);
    ask_forest(pooled, values, &all);
    add(mix, trained->shares[MODEL_PART_FOREST], lean(&own, &all, trained->own));
}

static void add_linear(const struct trained *trained, const struct trained *pooled,
                       const struct online *online, const double *figures, struct mix *mix)
{
    struct part_said own, all;
    ask_logistic(trained, figures, &own);
    ask_logistic(pooled, figures, &all);
    add(mix, trained->shares[MODEL_PART_LOGISTIC], lean(&own, &all, trained->own));
    if (online != NULL && online->now.count > 0) {
        own.probability = sigmoid(linear_margin(&online->now, figures, own.amounts));
        add(mix, trained->shares[MODEL_PART_ONLINE], &own);
    }
}

bool model_ask(const struct model *model, uint32_t trained, int32_t pooled,
               const struct online *online, const struct features *features, struct model_said *ret)
{
    static const struct trained nobody;
    float values[FEATURE_COUNT];
    CHECK(trained < model->trained_count && pooled < (int32_t)model->trained_count);
    const struct trained *own = &model->trained[trained];
    const struct trained *all = pooled >= 0 ? &model->trained[pooled] : &nobody;
    const struct part_said base = {.probability = own->base};
    struct mix mix = {0};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        values[i] = (float)features->values[i];
    }
    add_forest(own, all, values, &mix);
    add_linear(own, all, online, features->values, &mix);
    add(&mix, own->shares[MODEL_PART_BASE], &base);
    if (!(mix.share > 0)) {
        return false;
    }
    ret->probability = mix.said.probability / mix.share;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        ret->amounts[i] = mix.said.amounts[i] / mix.share;
    }
    return true;
}
