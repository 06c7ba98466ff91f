/* SPDX-License-Identifier: MIT */
/* What was learned, for programs: one JSON text. */
#include <math.h>
#include <stdlib.h>

#include "app/learn_plan.h"
#include "platform/json/json_writer.h"

#define JSON_SIZE (1u << 20)
#define JSON_STRATEGY_SIZE (1u << 17)

static void put_count(struct json_writer *json, const struct examples_count *count)
{
    const double kept = (double)count->kept;
    json_begin_object(json, "examples");
    json_put_uint(json, "candidates", count->candidates);
    json_put_uint(json, "shorts", count->shorts);
    json_put_uint(json, "unfinished", count->unfinished);
    json_put_uint(json, "unfilled", count->unfilled);
    json_put_uint(json, "unusable", count->unusable);
    json_put_uint(json, "kept", count->kept);
    json_put_uint(json, "won", count->won);
    json_put_real(json, "success_rate", (double)count->won / kept);
    json_put_real(json, "reward", count->reward / kept);
    json_end_object(json);
}

static void put_bins(struct json_writer *json, const struct scores *scores)
{
    json_begin_array(json, "calibration");
    for (uint32_t i = 0; i < scores->bin_count; i++) {
        const struct reliability_bin *bin = &scores->bins[i];
        json_begin_object(json, NULL);
        json_put_uint(json, "count", bin->count);
        json_put_real(json, "predicted", bin->predicted);
        json_put_real(json, "observed", bin->observed);
        json_put_real(json, "low", bin->within.low);
        json_put_real(json, "high", bin->within.high);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_figures(struct json_writer *json, const struct scores *scores)
{
    json_put_uint(json, "support", scores->count);
    json_put_real(json, "effective", scores->effective);
    json_put_real(json, "base_rate", scores->base_rate);
    json_put_real(json, "confidence", scores->confidence);
    json_put_real(json, "log_loss", scores->log_loss);
    json_put_real(json, "brier", scores->brier);
    json_put_real(json, "auc", scores->auc);
    json_put_real(json, "accuracy", scores->accuracy);
    json_put_real(json, "precision", scores->precision);
    json_put_real(json, "recall", scores->recall);
    json_put_real(json, "calibration_error", scores->calibration_error);
}

static void put_interval(struct json_writer *json, const char *key, const struct interval *within)
{
    if (!isfinite(within->low) || !isfinite(within->high)) {
        json_put_null(json, key);
        return;
    }
    json_begin_array(json, key);
    json_put_real(json, NULL, within->low);
    json_put_real(json, NULL, within->high);
    json_end_array(json);
}

static void put_rewards(struct json_writer *json, const struct gate_reward *rewards)
{
    const struct gate_reward *all = &rewards[GATE_EVERY];
    const struct gate_reward *guessed = &rewards[GATE_BY_HEURISTIC];
    const struct gate_reward *taken = &rewards[GATE_BY_MODEL];
    json_begin_object(json, "reward");
    json_put_uint(json, "signals", all->count);
    json_put_uint(json, "taken", taken->count);
    json_put_uint(json, "taken_heuristic", guessed->count);
    json_put_real(json, "won", all->won);
    json_put_real(json, "won_taken", taken->won);
    json_put_real(json, "won_heuristic", guessed->won);
    json_put_real(json, "without_model", all->mean);
    put_interval(json, "without_model_interval", &all->within);
    json_put_real(json, "with_heuristic", guessed->mean);
    put_interval(json, "with_heuristic_interval", &guessed->within);
    json_put_real(json, "with_model", taken->mean);
    put_interval(json, "with_model_interval", &taken->within);
    json_end_object(json);
}

static void put_rivals(struct json_writer *json, const struct gate_report *report)
{
    json_begin_array(json, "rivals");
    for (int i = 0; i < GATE_RIVAL_COUNT; i++) {
        const struct gate_trial *trial = &report->rivals[i];
        if (!trial->asked) {
            continue;
        }
        json_begin_object(json, NULL);
        json_put_string(json, "rival", gate_rival_names[i]);
        json_put_uint(json, "count", trial->count);
        json_put_bool(json, "shown", trial->shown);
        if (trial->shown) {
            json_put_real(json, "log_loss_less", trial->paired.mean);
            json_put_real(json, "low", trial->paired.within.low);
            json_put_real(json, "high", trial->paired.within.high);
            json_put_real(json, "p", trial->paired.p);
            json_put_uint(json, "blocks", trial->paired.blocks);
        }
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_model(struct json_writer *json, const struct learn_job *job, uint32_t strategy)
{
    static const char *const members[FORWARD_MEMBER_COUNT] = {"forest", "logistic", "online",
                                                              "base"};
    const struct forward_model *model = &job->forward.models[strategy];
    const struct learn_importance *importance = &job->importance[strategy];
    json_begin_object(json, "model");
    json_put_bool(json, "own", model->own.known);
    json_put_real(json, "effective", model->own.effective);
    json_put_real(json, "base_rate", model->own.base_rate);
    json_put_real(json, "own_weight", model->own_weight);
    json_begin_object(json, "shares");
    for (int i = 0; i < FORWARD_MEMBER_COUNT; i++) {
        json_put_real(json, members[i], model->ensemble.weights[i]);
    }
    json_end_object(json);
    json_put_string(json, "importance_of", importance->trees ? "forest" : "logistic");
    json_begin_object(json, "importance");
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        json_put_real(json, feature_table[i].name, importance->parts[i]);
    }
    json_end_object(json);
    json_end_object(json);
}

static void put_proof(struct json_writer *json, const struct learn_job *job, uint32_t strategy)
{
    const struct gate_report *report = &job->reports[strategy];
    json_put_string(json, "verdict", gate_verdict_names[report->verdict]);
    json_put_string(json, "reason", report->words);
    json_put_real(json, "p", report->p);
    json_put_real(json, "p_adjusted", report->adjusted);
    json_put_real(json, "p_allowed", report->share);
    json_put_real(json, "overlap", report->overlap);
    json_put_real(json, "feature_auc_max", report->leak_auc);
    put_rewards(json, report->rewards);
    json_begin_object(json, "predictors");
    for (int i = 0; i < GATE_PREDICTOR_COUNT; i++) {
        json_begin_object(json, gate_predictor_names[i]);
        put_figures(json, &report->scores[i]);
        put_bins(json, &report->scores[i]);
        json_end_object(json);
    }
    json_end_object(json);
    put_rivals(json, report);
    json_begin_array(json, "pairs");
    for (uint32_t i = 0; i < report->pair_count; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "pair", learn_pair(job, report->pairs[i].pair));
        put_figures(json, &report->pairs[i].scores);
        put_rewards(json, report->pairs[i].rewards);
        json_end_object(json);
    }
    json_end_array(json);
    put_model(json, job, strategy);
    learn_plan_json(job, strategy, json);
}

static void put_walk(struct json_writer *json, const struct learn_job *job)
{
    const struct forward *forward = &job->forward;
    json_begin_object(json, "walk");
    json_put_uint(json, "purged", forward->purged);
    json_put_real(json, "shrinkage", forward->shrink.k);
    json_begin_array(json, "tests");
    for (size_t i = 0; i < forward->fold_count; i++) {
        json_begin_object(json, NULL);
        json_put_time(json, "train_from", forward->folds[i].train_from_ns, 0);
        json_put_time(json, "train_until", forward->folds[i].train_until_ns, 0);
        json_put_time(json, "test_from", forward->folds[i].test_from_ns, 0);
        json_put_time(json, "test_until", forward->folds[i].test_until_ns, 0);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

static void put_sizing(struct json_writer *json, const struct bandit_walk *sizing)
{
    static const char *const arms[] = {"skip", "half", "whole", "large"};
    json_begin_object(json, "bandit");
    json_put_string(json, "verdict", bandit_walk_verdict(sizing));
    json_put_uint(json, "signals", sizing->count);
    for (int i = 0; i < BANDIT_ARM_COUNT; i++) {
        json_put_uint(json, arms[i], sizing->arms[i]);
    }
    json_put_real(json, "worth_whole", sizing->whole);
    json_put_real(json, "worth_sized", sizing->sized);
    json_put_real(json, "reward_whole", sizing->reward_whole);
    json_put_real(json, "reward_sized", sizing->reward_sized);
    json_put_real(json, "drawdown_whole", sizing->drawdown_whole);
    json_put_real(json, "drawdown_sized", sizing->drawdown_sized);
    if (sizing->shown) {
        json_put_real(json, "worth_more", sizing->paired.mean);
        json_put_real(json, "low", sizing->paired.within.low);
        json_put_real(json, "high", sizing->paired.within.high);
        json_put_real(json, "p", sizing->paired.p);
    }
    json_end_object(json);
}

static void put_all(struct json_writer *json, const struct learn_job *job)
{
    json_begin_object(json, NULL);
    json_put_string(json, "name", job->name);
    json_put_string(json, "version", CUTTLE_VERSION);
    json_put_time(json, "from", job->run.start_ns, 0);
    json_put_time(json, "until", job->run.end_ns, 0);
    json_put_string(json, "timeframe", timeframe_names[job->setup.sources.decided]);
    json_put_bool(json, "exploratory", !job->flags.keep); /* nothing was spent on it */
    json_put_bool(json, "trees", job->flags.walk.terms.trees);
    json_put_uint(json, "seed", job->flags.walk.terms.seed);
    json_put_real(json, "round_trip_fee", job->flags.walk.round_trip_fee);
    json_put_uint(json, "unread", job->unread);
    json_begin_object(json, "own");
    json_put_uint(json, "trades", job->own.trades);
    json_put_uint(json, "matched", job->own.matched);
    json_put_uint(json, "examples", job->own.examples);
    json_end_object(json);
    put_walk(json, job);
    json_begin_array(json, "strategies");
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "strategy", learn_strategy(job, i));
        put_count(json, &job->examples.counts[i]);
        if (job->reports[i].any) {
            put_proof(json, job, i);
        }
        json_end_object(json);
    }
    json_end_array(json);
    put_sizing(json, &job->sizing);
    json_put_real(json, "seconds", job->seconds);
    json_end_object(json);
}

void learn_json(const void *context, FILE *out)
{
    const struct learn_job *job = context;
    const size_t size = JSON_SIZE + JSON_STRATEGY_SIZE * job->setup.engine.strategy_count;
    char *text = malloc(size);
    struct json_writer json;
    if (text != NULL) {
        json_writer_init(&json, text, size);
        put_all(&json, job);
        fputs(json_writer_ok(&json) ? text : "", out);
    }
    fputc('\n', out);
    free(text);
}
