/* SPDX-License-Identifier: MIT */
/* What is in force beside what was learned: asked of the examples that it was not trained on, and
 * carried over, strategy by strategy, where it was not beaten. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/learn.h"

#define POOL_NAME_DIGITS 8 /* of the hash of the model that a pooled one comes from */

static double ask_incumbent(const struct learn_job *job, const struct example *example,
                            const float *values)
{
    const struct model *model = &job->in_force.model;
    const char *strategy = learn_strategy(job, example->strategy);
    const struct model_term *term = model_terms_find(&job->in_force.terms, strategy);
    struct features features;
    struct model_said said;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        features.values[i] = (double)values[i];
    }
    if ((job->incumbents >> example->strategy & 1) == 0 || example->time_ns < term->until_ns ||
        !model_ask(model, (uint32_t)model_find(model, strategy), model_find(model, ""), NULL,
                   &features, &said)) {
        return (double)NAN;
    }
    return said.probability;
}

/* Of what is in force one strategy's: it counts where it is live, and for what is trained now. */
static void find_incumbent(struct learn_job *job, uint32_t strategy)
{
    const struct model *model = &job->in_force.model;
    const char *name = learn_strategy(job, strategy);
    const int32_t trained = model_find(model, name);
    char why[REGISTRY_WHY_MAX];
    if (trained == MODEL_NONE_TRAINED || !model->trained[trained].live) {
        return;
    }
    if (model_terms_fit(&job->in_force.terms, &job->asked, name, why, sizeof why)) {
        job->incumbents |= UINT32_C(1) << strategy;
    } else {
        fprintf(stderr,
                "cuttle learn: what is in force for %s was trained otherwise (%s): it is not "
                "held against the new one, nor kept\n",
                name, why);
    }
}

/* A strategy that it has failed for need not be beaten, and is not left without. */
bool learn_drop_failed(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct registry_history history;
    struct model *model = &job->in_force.model;
    const bool read = registry_read_history(job->models, &history, error, BACKTEST_ERROR_MAX) == 0;
    for (uint32_t i = 0; read && i < model->trained_count; i++) {
        struct trained *trained = &model->trained[i];
        trained->live =
            trained->live && !registry_demoted(&history, model->hash, trained->strategy);
    }
    registry_history_free(&history);
    return read;
}

/* False: there is none, or none that can be asked of these examples. */
static bool read_incumbent(struct learn_job *job, char error[BACKTEST_ERROR_MAX], bool *ret_failed)
{
    char path[DISK_PATH_MAX], why[DISK_ERROR_MAX];
    *ret_failed = registry_current(job->models, job->replaces, error, BACKTEST_ERROR_MAX) != 0;
    if (*ret_failed || model_hash_is_none(job->replaces)) {
        return false;
    }
    registry_path(job->models, job->replaces, path, sizeof path);
    if (model_file_read(path, &job->in_force, why, sizeof why) != 0 ||
        !model_terms_allow(&job->in_force.terms, &job->asked, why, sizeof why)) {
        fprintf(stderr, "cuttle learn: what is in force cannot be held against the new one: %s\n",
                why);
        return false;
    }
    *ret_failed = !learn_drop_failed(job, error);
    return !*ret_failed;
}

bool learn_incumbent(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    bool failed = false;
    if (!job->flags.keep) {
        return true;
    }
    terms_of(&job->setup.engine, &job->setup.sources.terms[0], job->setup.options.shelf,
             &job->asked);
    for (uint32_t i = 0; i < job->asked.count; i++) {
        job->asked.list[i].until_ns = job->run.end_ns;
    }
    job->terms = job->asked;
    job->terms.count = 0;
    job->stays = read_incumbent(job, error, &failed);
    if (!job->stays) {
        return !failed;
    }
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        find_incumbent(job, i);
    }
    job->incumbent = calloc(job->forward.count + 1, sizeof *job->incumbent);
    if (job->incumbent == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    for (size_t i = 0; i < job->forward.count; i++) {
        const size_t index = job->forward.rows[i].example;
        job->incumbent[i] = ask_incumbent(job, &job->examples.list[index],
                                          examples_features(&job->examples, index));
    }
    return true;
}

bool learn_stays(const struct learn_job *job, const char *strategy)
{
    const struct model *model = &job->in_force.model;
    const int32_t trained = job->stays ? model_find(model, strategy) : MODEL_NONE_TRAINED;
    if (trained == MODEL_NONE_TRAINED || !model->trained[trained].live) {
        return false;
    }
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        if (strcmp(learn_strategy(job, i), strategy) == 0) {
            return (job->incumbents >> i & 1) != 0 &&
                   !(job->reports[i].any && job->reports[i].verdict == GATE_LIVE);
        }
    }
    return true; /* of a strategy that nothing was learned of */
}

/* Where the entries go. */
struct luggage {
    struct model *model;
    struct model_check *checks;
    uint32_t *check_count;
};

/* One entry of the model in force, with the rows it is checked by; its index in the new one. */
static uint32_t carry(const struct learn_job *job, uint32_t from, const struct luggage *into)
{
    const uint32_t to = into->model->trained_count++;
    into->model->trained[to] = job->in_force.model.trained[from];
    for (uint32_t i = 0; i < job->in_force.check_count; i++) {
        if (job->in_force.checks[i].trained == from) {
            struct model_check *check = &into->checks[(*into->check_count)++];
            *check = job->in_force.checks[i];
            check->trained = to;
        }
    }
    return to;
}

/* The pooled one that it leans on, under a name that tells it from the new one; 0: there is none.
 */
static uint32_t carry_pool(const struct learn_job *job, const struct trained *trained,
                           const struct luggage *into)
{
    const struct model *before = &job->in_force.model;
    const int32_t own = model_find(before, "");
    const int32_t from = trained->pool > 0 ? (int32_t)trained->pool - 1 : own;
    char name[STRATEGY_NAME_MAX + 1], hash[2 * MODEL_HASH_SIZE + 1];
    if (from == MODEL_NONE_TRAINED) {
        return 0;
    }
    model_hash_text(before->hash, hash);
    snprintf(name, sizeof name, "~%.*s", POOL_NAME_DIGITS, hash);
    if (from != own) {
        snprintf(name, sizeof name, "%s", before->trained[from].strategy);
    }
    int32_t to = model_find(into->model, name);
    if (to == MODEL_NONE_TRAINED) {
        to = (int32_t)carry(job, (uint32_t)from, into);
        memcpy(into->model->trained[to].strategy, name, sizeof name);
    }
    return (uint32_t)to + 1;
}

void learn_carry(struct learn_job *job, struct model *model, struct model_check *checks,
                 uint32_t *check_count)
{
    const struct model *before = &job->in_force.model;
    const struct luggage into = {model, checks, check_count};
    for (uint32_t i = 0; i < before->trained_count; i++) {
        const char *strategy = before->trained[i].strategy;
        /* Two at most: the strategy's, and the pooled one. */
        if (!learn_stays(job, strategy) || model->trained_count + 2 > MODEL_TRAINED_MAX) {
            continue;
        }
        const uint32_t to = carry(job, i, &into);
        model->trained[to].pool = carry_pool(job, &before->trained[i], &into);
        job->terms.list[job->terms.count++] = *model_terms_find(&job->in_force.terms, strategy);
        job->carried_count++;
    }
}
