/* SPDX-License-Identifier: MIT */
#include "core/model/model.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/base/check.h"
#include "core/model/ensemble.h"
#include "core/model/sigmoid.h"

_Static_assert(MODEL_PART_COUNT <= ENSEMBLE_MEMBER_MAX, "every part is a member");
_Static_assert(FEATURE_COUNT <= WATCH_FEATURE_MAX, "every feature is watched");
_Static_assert(FEATURE_COUNT <= LINEAR_FEATURE_MAX, "the linear parts know every feature");

#define SHARE_ROOM 1e-9 /* shares are sums of parts of 1 */

const char *const model_part_names[MODEL_PART_COUNT] = {"forest", "logistic", "online", "base"};

const struct model *model_in_force;

bool model_hash_is_none(const uint8_t hash[MODEL_HASH_SIZE])
{
    static const uint8_t zeros[MODEL_HASH_SIZE];
    return memcmp(hash, zeros, sizeof zeros) == 0;
}

uint64_t model_hash_number(const uint8_t hash[MODEL_HASH_SIZE])
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < 8; i++) {
        number = number << 8 | hash[i];
    }
    return number;
}

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
    if (trained->watch != NULL &&
        (trained->watch->count != FEATURE_COUNT || !watch_is_sound(trained->watch))) {
        return "what its training saw is broken";
    }
    return plan_check(&trained->plan);
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
        if (model->trained[i].pool > model->trained_count) {
            return "a strategy leans on one that is not there";
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

/* What it has learned moves what the logistic part says. */
static void ask_online(const struct online *online, const struct part_said *logistic,
                       const double *figures, struct part_said *ret)
{
    ret->probability = (double)NAN;
    if (online != NULL) {
        ret->probability = online_ask(online, logistic->probability, figures, ret->amounts);
    }
    for (uint32_t i = 0; i < FEATURE_COUNT && !isnan(ret->probability); i++) {
        ret->amounts[i] += logistic->amounts[i];
    }
}

/* False: none of them has an answer. */
static bool mix(const double *shares, const struct part_said *const *parts, struct model_said *ret)
{
    struct ensemble ensemble = {.count = MODEL_PART_COUNT};
    double probabilities[MODEL_PART_COUNT], heard[MODEL_PART_COUNT];
    for (uint32_t i = 0; i < MODEL_PART_COUNT; i++) {
        ensemble.weights[i] = shares[i];
        probabilities[i] = parts[i]->probability;
    }
    if (!ensemble_mix(&ensemble, probabilities, &ret->probability, heard)) {
        return false;
    }
    for (uint32_t k = 0; k < FEATURE_COUNT; k++) {
        ret->amounts[k] = 0;
        for (uint32_t i = 0; i < MODEL_PART_COUNT; i++) {
            ret->amounts[k] += heard[i] > 0 ? heard[i] * parts[i]->amounts[k] : 0;
        }
    }
    return true;
}

/* Whom a strategy's leans on: what it came with, else the model's own. */
static const struct trained *pooled_of(const struct model *model, const struct trained *own,
                                       int32_t pooled)
{
    static const struct trained nobody;
    const int32_t pool = own->pool > 0 ? (int32_t)own->pool - 1 : pooled;
    return pool >= 0 ? &model->trained[pool] : &nobody;
}

bool model_ask(const struct model *model, uint32_t trained, int32_t pooled,
               const struct online *online, const struct features *features, struct model_said *ret)
{
    float values[FEATURE_COUNT];
    CHECK(trained < model->trained_count && pooled < (int32_t)model->trained_count);
    const struct trained *own = &model->trained[trained];
    const struct trained *all = pooled_of(model, own, pooled);
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        values[i] = (float)features->values[i];
    }
    struct part_said forests[2], logistics[2], learned, base = {.probability = own->base};
    ask_forest(own, values, &forests[0]);
    ask_forest(all, values, &forests[1]);
    ask_logistic(own, features->values, &logistics[0]);
    ask_logistic(all, features->values, &logistics[1]);
    const struct part_said *logistic = lean(&logistics[0], &logistics[1], own->own);
    ask_online(online, logistic, features->values, &learned);
    const struct part_said *const parts[MODEL_PART_COUNT] = {
        [MODEL_PART_FOREST] = lean(&forests[0], &forests[1], own->own),
        [MODEL_PART_LOGISTIC] = logistic,
        [MODEL_PART_ONLINE] = &learned,
        [MODEL_PART_BASE] = &base,
    };
    return mix(own->shares, parts, ret);
}

bool model_teach(const struct model *model, uint32_t trained, int32_t pooled, struct online *online,
                 const struct features *features, bool won, double weight)
{
    CHECK(trained < model->trained_count && pooled < (int32_t)model->trained_count);
    const struct trained *own = &model->trained[trained];
    struct part_said said[2];
    ask_logistic(own, features->values, &said[0]);
    ask_logistic(pooled_of(model, own, pooled), features->values, &said[1]);
    const double probability = lean(&said[0], &said[1], own->own)->probability;
    return online_learn(online, probability, features->values, won, weight);
}
