/* SPDX-License-Identifier: MIT */
/* What was learned, kept as a model; and what of the week's error a training takes. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/learn.h"
#include "app/models.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "research/learn/spend.h"
#include "store/registry.h"

#define CHECK_ROWS 16 /* of each forest */
#define SPEND_TEXT_MAX 128

/* What the week has spent already; a file that is none has spent nothing, and says so. */
static bool read_spend(const char *path, struct spend *ret, char error[BACKTEST_ERROR_MAX])
{
    char *text = NULL;
    size_t len = 0;
    struct json json;
    struct json_text key;
    uint64_t trainings = 0;
    const int result = disk_read_file(path, SPEND_TEXT_MAX, &text, &len);
    *ret = (struct spend){0};
    if (result == -ENOENT) {
        return true;
    }
    json_init(&json, text, result == 0 ? len : 0);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "week")) {
            json_int(&json, &ret->week);
        } else if (json_is(key, "trainings")) {
            json_uint(&json, &trainings);
        } else {
            json_skip(&json);
        }
    }
    const bool good = result == 0 && json_done(&json) && trainings < UINT32_MAX;
    ret->trainings = (uint32_t)trainings;
    free(text);
    if (!good) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "%s: cannot be read: what this week's trainings have spent is not known; remove "
                 "it to begin anew",
                 path);
    }
    return good;
}

bool learn_spend(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct spend spend = {0};
    char path[DISK_PATH_MAX], text[SPEND_TEXT_MAX];
    if (!job->flags.keep) {
        job->share = spend_training(&spend, models_now());
        return true;
    }
    registry_folder(job->flags.state, job->models, sizeof job->models);
    snprintf(path, sizeof path, "%.900s/spend.json", job->models);
    const int lock = registry_lock(job->models, error, BACKTEST_ERROR_MAX);
    bool good = lock >= 0 && read_spend(path, &spend, error);
    if (good) {
        struct json_writer json;
        job->share = spend_training(&spend, models_now());
        json_writer_init(&json, text, sizeof text);
        json_begin_object(&json, NULL);
        json_put_int(&json, "week", spend.week);
        json_put_uint(&json, "trainings", spend.trainings);
        json_end_object(&json);
        const int result = disk_write_file(path, text, json.len);
        good = result == 0;
        if (!good) {
            snprintf(error, BACKTEST_ERROR_MAX, "%.900s: %s", path, strerror(-result));
        }
    }
    if (lock >= 0) {
        close(lock);
    }
    return good;
}

static void fill_parts(const struct fit *fit, struct trained *ret)
{
    if (!fit->known) {
        return;
    }
    if (fit->forest != NULL) {
        ret->forest = *booster_forest(fit->forest);
        ret->forest_says = fit->forest_calibration;
    }
    ret->logistic = fit->logistic;
    ret->logistic_says = fit->logistic_calibration;
}

/* Rows with the margins that XGBoost gives them. */
static bool check_rows(const struct learn_job *job, struct booster *forest,
                       struct model_check which, struct model_check *checks, uint32_t *count,
                       char error[BACKTEST_ERROR_MAX])
{
    const size_t all = job->examples.count;
    const size_t wanted = all < CHECK_ROWS ? all : CHECK_ROWS;
    for (size_t i = 0; forest != NULL && i < wanted; i++) {
        struct model_check *check = &checks[*count];
        *check = which;
        memcpy(check->values, examples_features(&job->examples, i * all / wanted),
               sizeof check->values);
        if (booster_margins(forest, check->values, 1, &check->margin, error, BACKTEST_ERROR_MAX) !=
            0) {
            return false;
        }
        (*count)++;
    }
    return true;
}

static bool check_fit(const struct learn_job *job, const struct fit *fit, uint32_t trained,
                      struct model_check *checks, uint32_t *count, char error[BACKTEST_ERROR_MAX])
{
    return check_rows(job, fit->known ? fit->forest : NULL,
                      (struct model_check){.trained = trained, .part = PLAN_PART_COUNT}, checks,
                      count, error);
}

static bool check_plan(const struct learn_job *job, const struct plan_report *report,
                       uint32_t trained, struct model_check *checks, uint32_t *count,
                       char error[BACKTEST_ERROR_MAX])
{
    for (uint32_t part = 0; report->any && part < PLAN_PART_COUNT; part++) {
        if (!check_rows(job, report->fit.forests[report->choices[part]],
                        (struct model_check){.trained = trained, .part = part}, checks, count,
                        error)) {
            return false;
        }
    }
    return true;
}

static bool gather(struct learn_job *job, struct model *model, struct model_check *checks,
                   uint32_t *check_count, char error[BACKTEST_ERROR_MAX])
{
    const struct forward *forward = &job->forward;
    for (uint32_t i = 0; i < job->setup.engine.strategy_count; i++) {
        const struct forward_model *of = &forward->models[i];
        struct trained *trained = &model->trained[model->trained_count];
        struct forward_row row;
        if ((forward->strategies >> i & 1) == 0 || learn_stays(job, learn_strategy(job, i)) ||
            (!of->own.known && !forward->pooled.known)) {
            continue;
        }
        snprintf(trained->strategy, sizeof trained->strategy, "%s", learn_strategy(job, i));
        job->terms.list[job->terms.count++] = *model_terms_find(&job->asked, trained->strategy);
        trained->live = job->reports[i].any && job->reports[i].verdict == GATE_LIVE;
        trained->own = of->own_weight;
        for (uint32_t k = 0; k < MODEL_PART_COUNT; k++) {
            trained->shares[k] = of->ensemble.weights[k];
        }
        fill_parts(&of->own, trained);
        trained->watch = &job->watches[i];
        forward_ask(forward, i, examples_features(&job->examples, 0), &row);
        trained->base = row.members[FORWARD_BASE]; /* whatever is asked */
        trained->plan = job->plans[i].plan;
        if (!check_fit(job, &of->own, model->trained_count, checks, check_count, error) ||
            !check_plan(job, &job->plans[i], model->trained_count, checks, check_count, error)) {
            return false;
        }
        model->trained_count++;
    }
    if (forward->pooled.known) {
        struct trained *pooled = &model->trained[model->trained_count];
        *pooled =
            (struct trained){.own = 1, .base = (double)NAN, .shares = {[MODEL_PART_LOGISTIC] = 1}};
        fill_parts(&forward->pooled, pooled);
        if (!check_fit(job, &forward->pooled, model->trained_count, checks, check_count, error)) {
            return false;
        }
        model->trained_count++;
    }
    learn_carry(job, model, checks, check_count);
    return true;
}

/* What is kept must say what was proved: of some of the examples, to the last digits. */
static bool says_the_same(const struct learn_job *job, const struct model *model,
                          char error[BACKTEST_ERROR_MAX])
{
    const size_t all = job->examples.count, step = all < CHECK_ROWS ? 1 : all / CHECK_ROWS;
    for (size_t i = 0; i < all; i += step) {
        const struct example *example = &job->examples.list[i];
        const float *values = examples_features(&job->examples, i);
        const int32_t trained = model_find(model, learn_strategy(job, example->strategy));
        struct forward_row row;
        struct features features;
        struct model_said said;
        struct online online = {0};
        if (trained == MODEL_NONE_TRAINED || learn_stays(job, model->trained[trained].strategy)) {
            continue;
        }
        if (model->trained[trained].logistic.count > 0) {
            online_init(&online, &model->trained[trained].logistic);
        }
        for (uint32_t k = 0; k < FEATURE_COUNT; k++) {
            features.values[k] = (double)values[k];
        }
        forward_ask(&job->forward, example->strategy, values, &row);
        if (!model_ask(model, (uint32_t)trained, model_find(model, ""), &online, &features,
                       &said) ||
            !(fabs(said.probability - row.ensemble) < 1e-9)) {
            snprintf(error, BACKTEST_ERROR_MAX,
                     "the model says %.9f of an example of %s of which the proof said %.9f: it is "
                     "not kept",
                     said.probability, model->trained[trained].strategy, row.ensemble);
            return false;
        }
    }
    return true;
}

/* What is said of it in its file: where it comes from, and the whole report. */
static char *about(const struct learn_job *job)
{
    char *report = NULL, *text = NULL, parent[2 * MODEL_HASH_SIZE + 1];
    size_t len = 0, size = 0;
    FILE *out = open_memstream(&report, &len);
    if (out == NULL) {
        return NULL;
    }
    learn_json(job, out);
    fclose(out);
    size = len + 1024;
    text = malloc(size);
    if (text != NULL) {
        struct json_writer json;
        json_writer_init(&json, text, size - 1);
        json_begin_object(&json, NULL);
        json_put_time(&json, "made", models_now(), 0);
        json_put_time(&json, "from", job->run.start_ns, 0);
        json_put_time(&json, "until", job->run.end_ns, 0);
        model_hash_text(job->replaces, parent);
        if (model_hash_is_none(job->replaces)) {
            json_put_null(&json, "after");
        } else {
            json_put_string(&json, "after", parent);
        }
        json_put_raw(&json, "report", report, len > 0 ? len - 1 : 0); /* without its line's end */
        json_end_object(&json);
        text[json_writer_ok(&json) ? json.len : 0] = '\0';
    }
    free(report);
    return text;
}

static bool promote(struct learn_job *job, const struct model *model,
                    const uint8_t hash[MODEL_HASH_SIZE], char error[BACKTEST_ERROR_MAX])
{
    struct registry_line line = {.time_ns = models_now()};
    uint32_t live = 0, all = 0;
    for (uint32_t i = 0; i < model->trained_count; i++) {
        live += model->trained[i].live;
        all += !trained_is_pooled(&model->trained[i]);
    }
    memcpy(line.hash, hash, sizeof line.hash);
    snprintf(line.word, sizeof line.word, "train");
    snprintf(line.why, sizeof line.why,
             "%u of %u strategies live, %u of them as before; the others are shadows", live, all,
             job->carried_count);
    const int result = registry_set(job->models, &line, job->replaces, error, BACKTEST_ERROR_MAX);
    if (result == -ESTALE) {
        snprintf(job->kept_why, sizeof job->kept_why,
                 "it was held against a model that is no longer in force: what is, stays");
        return true;
    }
    snprintf(job->kept_why, sizeof job->kept_why, "it is in force: %.300s", line.why);
    return result == 0;
}

bool learn_keep(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct model *model = calloc(1, sizeof *model);
    struct model_check *checks =
        calloc((STRATEGY_MAX + 1) * (1 + PLAN_PART_COUNT) * CHECK_ROWS + job->in_force.check_count,
               sizeof *checks);
    char *told = about(job), *text = NULL;
    uint32_t check_count = 0;
    size_t len = 0;
    uint8_t hash[MODEL_HASH_SIZE];
    bool good = model != NULL && checks != NULL && told != NULL;
    snprintf(error, BACKTEST_ERROR_MAX, "%s", good ? "" : "out of memory");
    /* Once more: it may have failed while the training ran. */
    good = good && (!job->stays || learn_drop_failed(job, error)) && learn_watch(job, error) &&
           gather(job, model, checks, &check_count, error) && says_the_same(job, model, error);
    if (good && model->trained_count == 0) {
        snprintf(job->kept_why, sizeof job->kept_why,
                 "no model was made: there are too few examples");
    } else if (good) {
        good = model_file_text(model, checks, check_count, &job->terms, told, &text, &len, hash,
                               error, BACKTEST_ERROR_MAX) == 0 &&
               registry_put(job->models, text, len, hash, error, BACKTEST_ERROR_MAX) == 0 &&
               learn_ledger(job, hash, error) && promote(job, model, hash, error);
        model_hash_text(hash, job->kept);
    }
    free(text);
    free(told);
    free(checks);
    free(model);
    return good;
}
