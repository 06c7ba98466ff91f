/* SPDX-License-Identifier: MIT */
/* From candles to models and a verdict on each. */
#include <math.h>
#include <stdlib.h>

#include "app/learn_plan.h"

static bool on_progress(void *context, double done)
{
    struct learn_job *job = context;
    progress_show(&job->progress, done);
    return true;
}

static bool out_of_memory(char error[BACKTEST_ERROR_MAX])
{
    snprintf(error, BACKTEST_ERROR_MAX, "out of memory: take a shorter span, or fewer pairs");
    return false;
}

/* The run, and the examples that are made of it. */
static bool look_back(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    const struct engine_config *engine = &job->setup.engine;
    struct examples_reader reader = {
        .round_trip_fee = (double)(2 * engine->fees.taker_ppm) / 1e6,
        .voted = engine->decision.rule == RULE_VOTE,
    };
    struct candidates *candidates = &job->candidates;
    struct labels labels = {0};
    candidates_init(candidates,
                    &(struct candidates_config){.actionable = engine->decision.actionable,
                                                .feature_count = FEATURE_COUNT,
                                                .read = examples_read,
                                                .context = &reader});
    struct backtest_config *config = &job->setup.run;
    config->watch = &candidates->watch;
    config->on_progress = on_progress;
    config->context = job;
    job->flags.walk.round_trip_fee = reader.round_trip_fee;
    progress_begin(&job->progress);
    bool good = backtest_run(config, &job->run, error, BACKTEST_ERROR_MAX) == 0;
    config->watch = NULL;
    if (good && (candidates->out_of_memory ||
                 labels_make(config, job->flags.horizon_ns, candidates, &labels) != 0 ||
                 examples_make(candidates, &labels, (enum timeframe)engine->base, job->flags.shorts,
                               &job->examples) != 0)) {
        good = out_of_memory(error);
    }
    job->unread = candidates->unread_count;
    job->seconds += progress_end(&job->progress);
    labels_free(&labels);
    free(candidates->features);
    candidates->features = NULL;
    return good;
}

/* What a model makes of its features on average: of the forest that speaks for the strategy, its
 * own or the pooled one; without trees of the logistic model. */
static void weigh_features(const struct learn_job *job, uint32_t strategy,
                           struct learn_importance *ret)
{
    const struct fit *own = &job->forward.models[strategy].own;
    const struct fit *fit = own->known ? own : &job->forward.pooled;
    double sum = 0;
    *ret = (struct learn_importance){.trees = fit->forest != NULL, .pooled = !own->known};
    if (!fit->known) {
        return;
    }
    for (size_t i = 0; i < job->examples.count; i++) {
        double amounts[FEATURE_COUNT], figures[FEATURE_COUNT];
        if (job->examples.list[i].strategy != strategy) {
            continue;
        }
        if (ret->trees) {
            forest_explain(booster_forest(fit->forest), examples_features(&job->examples, i),
                           amounts);
        } else {
            examples_figures(&job->examples, i, figures);
            linear_margin(&fit->logistic, figures, amounts);
        }
        for (uint32_t k = 0; k < FEATURE_COUNT; k++) {
            ret->parts[k] += fabs(amounts[k]);
            sum += fabs(amounts[k]);
        }
    }
    for (uint32_t k = 0; k < FEATURE_COUNT && sum > 0; k++) {
        ret->parts[k] /= sum;
    }
}

static bool look_forward(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    job->flags.walk.go_on = on_progress;
    job->flags.walk.context = job;
    progress_begin(&job->progress);
    const int code =
        forward_run(&job->flags.walk, &job->examples, &job->forward, error, BACKTEST_ERROR_MAX);
    job->seconds += progress_end(&job->progress);
    if (code != 0) {
        return false;
    }
    if (!learn_incumbent(job, error)) {
        return false;
    }
    const struct gate_config gate = {.share = job->share,
                                     .threshold = job->flags.threshold,
                                     .incumbent = job->incumbent,
                                     .incumbents = job->incumbents,
                                     .seed = job->flags.walk.terms.seed};
    if (gate_judge(&gate, &job->forward, &job->examples, job->reports) != 0) {
        return out_of_memory(error);
    }
    struct bandit_walk_config sizing = {.round_trip_fee = job->flags.walk.round_trip_fee,
                                        .seed = job->flags.walk.terms.seed};
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        weigh_features(job, i, &job->importance[i]);
        sizing.live |= (uint32_t)(job->reports[i].any && job->reports[i].verdict == GATE_LIVE) << i;
    }
    return bandit_walk(&sizing, &job->forward, &job->examples, &job->sizing) == 0 ||
           out_of_memory(error);
}

bool learn_run(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (!backtest_setup_open(&job->setup, error)) {
        return false;
    }
    backtest_setup_name(&job->setup, job->name);
    if (!look_back(job, error)) {
        return false;
    }
    if (job->examples.count == 0) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "no signal of any strategy, of those that are asked for, ended within the span: "
                 "take a longer one, or other --strategies");
        return false;
    }
    return job->flags.examples || (learn_own(job, error) && learn_spend(job, error) &&
                                   look_forward(job, error) && learn_plan(job, error));
}

void learn_free(struct learn_job *job)
{
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        gate_free(&job->reports[i]);
        plan_report_free(&job->plans[i]);
    }
    forward_free(&job->forward);
    model_file_free(&job->in_force);
    free(job->incumbent);
    free(job->watches);
    examples_free(&job->examples);
    candidates_deinit(&job->candidates);
    backtest_free(&job->run);
    backtest_setup_close(&job->setup);
    learn_flags_free(&job->flags);
}

const char *learn_strategy(const struct learn_job *job, uint32_t strategy)
{
    return strategy_table[job->setup.engine.strategies[strategy].type]->name;
}

const char *learn_pair(const struct learn_job *job, uint32_t pair)
{
    return job->setup.sources.terms[pair].symbol;
}

void learn_rank(const struct learn_importance *importance, uint32_t ret[FEATURE_COUNT])
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        uint32_t at = i;
        for (; at > 0 && importance->parts[ret[at - 1]] < importance->parts[i]; at--) {
            ret[at] = ret[at - 1];
        }
        ret[at] = i;
    }
}
