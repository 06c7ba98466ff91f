/* SPDX-License-Identifier: MIT */
#include "app/ml_metrics.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/models.h"
#include "app/options.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/ledger.h"
#include "store/registry.h"

#define VERSIONS_MAX 50      /* of what was in force, the newest */
#define VALIDATIONS_MAX 1000 /* rows of trainings, the newest */

/* What is kept of a model's file; `about` holds the proofs. */
struct ml_strategy {
    char name[STRATEGY_NAME_MAX + 1];
    bool live, demoted; /* it failed at work, and is a shadow */
    double own;
    double shares[MODEL_PART_COUNT];
    struct json_text proof; /* in `about`; NULL: it has none */
    double accuracy;        /* the ensemble's; NAN */
};

struct ml_metrics {
    char folder[OPTION_PATH_MAX + 16];
    char ledger[OPTION_PATH_MAX + 16];
    bool asked;
    uint8_t hash[MODEL_HASH_SIZE]; /* what the rest is of; zeros: none */
    char *about;
    int64_t made_ns; /* 0: it does not say */
    uint32_t count;
    struct ml_strategy list[MODEL_TRAINED_MAX];
};

struct ml_metrics *ml_metrics_new(const char *state, bool asked)
{
    struct ml_metrics *metrics = calloc(1, sizeof *metrics);
    if (metrics != NULL) {
        registry_folder(state, metrics->folder, sizeof metrics->folder);
        snprintf(metrics->ledger, sizeof metrics->ledger, "%s/ledger.db", state);
        metrics->asked = asked;
    }
    return metrics;
}

void ml_metrics_free(struct ml_metrics *metrics)
{
    if (metrics != NULL) {
        free(metrics->about);
        free(metrics);
    }
}

static double real_at(struct json_text object, const char *path)
{
    const struct json_text text = json_find(object, path);
    struct json json;
    double value;
    json_init(&json, text.at, text.len);
    return text.at != NULL && json_real(&json, &value) ? value : (double)NAN;
}

static bool is_named(struct json_text proof, const char *name)
{
    const struct json_text text = json_find(proof, "strategy");
    return text.len == strlen(name) + 2 && memcmp(text.at + 1, name, text.len - 2) == 0;
}

/* To each strategy its part of the report. */
static void find_proofs(struct ml_metrics *metrics)
{
    const struct json_text about = {metrics->about, strlen(metrics->about)};
    const struct json_text list = json_find(about, "report strategies");
    struct json json;
    json_init(&json, list.at, list.len);
    if (list.at == NULL || json_peek(&json) != JSON_ARRAY) {
        return;
    }
    json_array(&json);
    while (json_element(&json)) {
        const struct json_text proof = json_raw(&json);
        for (uint32_t i = 0; i < metrics->count; i++) {
            if (proof.at != NULL && is_named(proof, metrics->list[i].name)) {
                metrics->list[i].proof = proof;
                metrics->list[i].accuracy = real_at(proof, "predictors ensemble accuracy");
            }
        }
    }
}

static void forget(struct ml_metrics *metrics)
{
    free(metrics->about);
    metrics->about = NULL;
    metrics->count = 0;
    metrics->made_ns = 0;
    memset(metrics->hash, 0, sizeof metrics->hash);
}

static void keep(struct ml_metrics *metrics, struct model_file *file)
{
    char made[TIMESTAMP_TEXT_MAX] = "";
    metrics->about = file->about;
    file->about = NULL;
    models_about(metrics->about, "made", made, sizeof made);
    timestamp_parse(made, strlen(made), &metrics->made_ns);
    for (uint32_t i = 0; i < file->model.trained_count; i++) {
        const struct trained *trained = &file->model.trained[i];
        if (!trained_is_pooled(trained)) {
            struct ml_strategy *strategy = &metrics->list[metrics->count++];
            *strategy = (struct ml_strategy){
                .live = trained->live, .own = trained->own, .accuracy = (double)NAN};
            memcpy(strategy->name, trained->strategy, sizeof strategy->name);
            memcpy(strategy->shares, trained->shares, sizeof strategy->shares);
        }
    }
    find_proofs(metrics);
}

/* A demotion is a line of the history, written at any time. */
static bool find_demoted(struct ml_metrics *metrics, char *error, size_t error_size)
{
    struct registry_history history;
    const bool read = registry_read_history(metrics->folder, &history, error, error_size) == 0;
    for (uint32_t i = 0; read && i < metrics->count; i++) {
        struct ml_strategy *strategy = &metrics->list[i];
        strategy->demoted =
            strategy->live && registry_demoted(&history, metrics->hash, strategy->name);
    }
    registry_history_free(&history);
    return read;
}

/* What is in force now is known when this returns true. */
static bool refresh(struct ml_metrics *metrics, char *error, size_t error_size)
{
    uint8_t hash[MODEL_HASH_SIZE];
    char path[OPTION_PATH_MAX + 128];
    if (registry_current(metrics->folder, hash, error, error_size) != 0) {
        return false;
    }
    if (memcmp(hash, metrics->hash, sizeof hash) == 0) {
        return find_demoted(metrics, error, error_size);
    }
    forget(metrics);
    if (model_hash_is_none(hash)) {
        return true;
    }
    struct model_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    registry_path(metrics->folder, hash, path, sizeof path);
    const bool good = model_file_read(path, file, error, error_size) == 0;
    if (good) {
        keep(metrics, file);
        memcpy(metrics->hash, hash, sizeof hash);
    }
    model_file_free(file);
    free(file);
    return good && find_demoted(metrics, error, error_size);
}

static void put_found(struct json_writer *json, const char *key, struct json_text text)
{
    if (text.at != NULL) {
        json_put_raw(json, key, text.at, text.len);
    } else {
        json_put_null(json, key);
    }
}

static void put_strategies(const struct ml_metrics *metrics, struct json_writer *json)
{
    json_begin_array(json, "strategies");
    for (uint32_t i = 0; i < metrics->count; i++) {
        const struct ml_strategy *strategy = &metrics->list[i];
        json_begin_object(json, NULL);
        json_put_string(json, "strategy", strategy->name);
        json_put_string(json, "state",
                        strategy->demoted ? "demoted"
                        : strategy->live  ? "live"
                                          : "shadow");
        json_put_real(json, "own", strategy->own);
        json_begin_object(json, "shares");
        for (int k = 0; k < MODEL_PART_COUNT; k++) {
            json_put_real(json, model_part_names[k], strategy->shares[k]);
        }
        json_end_object(json);
        put_found(json, "proof", strategy->proof);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_hash(struct json_writer *json, const uint8_t hash[MODEL_HASH_SIZE])
{
    char text[2 * MODEL_HASH_SIZE + 1];
    model_hash_text(hash, text);
    if (model_hash_is_none(hash)) {
        json_put_null(json, "model");
    } else {
        json_put_string(json, "model", text);
    }
}

/* What was put in force, the newest first. */
static bool put_versions(const struct ml_metrics *metrics, struct json_writer *json, char *error,
                         size_t error_size)
{
    struct registry_history history;
    if (registry_read_history(metrics->folder, &history, error, error_size) != 0) {
        registry_history_free(&history);
        return false;
    }
    json_begin_array(json, "versions");
    for (size_t i = 0; i < history.count && i < VERSIONS_MAX; i++) {
        const struct registry_line *line = &history.lines[history.count - 1 - i];
        json_begin_object(json, NULL);
        put_hash(json, line->hash);
        json_put_time(json, "time", line->time_ns, 0);
        json_put_string(json, "by", line->word);
        json_put_string(json, "why", line->why);
        if (line->strategy[0] != '\0') {
            json_put_string(json, "strategy", line->strategy); /* demoted for it alone */
        }
        json_end_object(json);
    }
    json_end_array(json);
    registry_history_free(&history);
    return true;
}

static void put_validation(void *context, const struct ledger_validation *row)
{
    struct json_writer *json = context;
    json_begin_object(json, NULL);
    json_put_string(json, "model", row->model);
    json_put_time(json, "made", row->made_ns, 0);
    json_put_time(json, "from", row->from_ns, 0);
    json_put_time(json, "until", row->until_ns, 0);
    json_put_string(json, "strategy", row->strategy);
    json_put_string(json, "verdict", row->verdict);
    json_put_uint(json, "support", row->support);
    json_put_real(json, "confidence", row->confidence);
    json_put_real(json, "accuracy", row->accuracy);
    json_put_real(json, "precision", row->precision);
    json_put_real(json, "log_loss", row->log_loss);
    json_put_real(json, "brier", row->brier);
    json_put_real(json, "auc", row->auc);
    json_put_uint(json, "taken", row->taken);
    json_put_real(json, "reward_without", row->reward_without);
    json_put_real(json, "reward_with", row->reward_with);
    json_end_object(json);
}

/* What trainings proved, the oldest of them first. */
static bool put_validations(const struct ml_metrics *metrics, struct json_writer *json, char *error,
                            size_t error_size)
{
    struct ledger *ledger = NULL;
    int code = ledger_open_reader(metrics->ledger, &ledger, error, error_size);
    if (code == 0) {
        json_begin_array(json, "validations");
        code = ledger_each_validation(ledger, VALIDATIONS_MAX, true, put_validation, json);
        json_end_array(json);
        if (code != 0) {
            snprintf(error, error_size, "%s", ledger_error(ledger));
        }
    }
    ledger_close(ledger);
    return code == 0;
}

static bool write_answer(void *context, struct json_writer *json, char *error, size_t error_size)
{
    struct ml_metrics *metrics = context;
    if (!refresh(metrics, error, error_size)) {
        return false;
    }
    const struct json_text about = {metrics->about,
                                    metrics->about != NULL ? strlen(metrics->about) : 0};
    static const char *const told[] = {"made", "from", "until", "after"};
    json_begin_object(json, NULL);
    put_hash(json, metrics->hash);
    json_put_bool(json, "asked", metrics->asked);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        put_found(json, told[i], json_find(about, told[i]));
    }
    put_found(json, "timeframe", json_find(about, "report timeframe"));
    put_found(json, "walk", json_find(about, "report walk"));
    put_strategies(metrics, json);
    const bool good = put_versions(metrics, json, error, error_size) &&
                      put_validations(metrics, json, error, error_size);
    json_end_object(json);
    return good;
}

/* A model that cannot be read has nothing to tell; why stands in the other answer. */
static void look(void *context, struct bridge_model *ret)
{
    struct ml_metrics *metrics = context;
    char error[256];
    *ret = (struct bridge_model){0};
    if (!refresh(metrics, error, sizeof error)) {
        return;
    }
    ret->made_ns = metrics->made_ns;
    for (uint32_t i = 0; i < metrics->count && i < STRATEGY_TABLE_MAX; i++) {
        struct bridge_model_row *row = &ret->rows[ret->count++];
        memcpy(row->strategy, metrics->list[i].name, sizeof row->strategy);
        row->live = metrics->list[i].live && !metrics->list[i].demoted;
        row->accuracy = metrics->list[i].accuracy;
    }
}

struct bridge_models ml_metrics_source(struct ml_metrics *metrics)
{
    return (struct bridge_models){.write = write_answer, .look = look, .context = metrics};
}
