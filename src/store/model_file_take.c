/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/disk.h"
#include "store/model_file_parts.h"

/* An array of numbers that grows. */
struct reals {
    double *list;
    size_t count, room;
};

static bool push(struct take *take, struct reals *reals, double value)
{
    if (reals->count == reals->room) {
        const size_t room = reals->room == 0 ? 1024 : 2 * reals->room;
        double *list = realloc(reals->list, room * sizeof *list);
        if (list == NULL) {
            take->short_of_memory = true;
            json_refuse(&take->json, "no memory for it");
            return false;
        }
        reals->list = list;
        reals->room = room;
    }
    reals->list[reals->count++] = value;
    return true;
}

static void take_numbers(struct take *take, struct reals *reals)
{
    struct json *json = &take->json;
    json_array(json);
    while (json_element(json)) {
        double value = (double)NAN;
        if (json_peek(json) == JSON_NULL) {
            json_null(json);
        } else {
            json_real(json, &value);
        }
        if (!push(take, reals, value)) {
            return;
        }
    }
}

uint32_t model_file_take_few(struct take *take, double *ret, uint32_t most)
{
    struct reals reals = {0};
    take_numbers(take, &reals);
    if (reals.count > most) {
        json_refuse(&take->json, "more numbers than there may be");
        reals.count = 0;
    }
    if (reals.count > 0) {
        memcpy(ret, reals.list, reals.count * sizeof *ret);
    }
    free(reals.list);
    return (uint32_t)reals.count;
}

void *model_file_keep(struct take *take, size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL ||
        take->array_count == sizeof take->file->arrays / sizeof take->file->arrays[0]) {
        take->short_of_memory = memory == NULL;
        free(memory);
        json_refuse(&take->json, "no room for it");
        return NULL;
    }
    take->file->arrays[take->array_count++] = memory;
    return memory;
}

static bool is_whole(double value, double most)
{
    return value >= 0 && value <= most && value == floor(value);
}

static void build_forest(struct take *take, const struct reals *nodes, const struct reals *means,
                         const struct reals *roots, struct forest *ret)
{
    const size_t count = nodes->count / 3;
    if (nodes->count % 3 != 0 || means->count != count || count > FOREST_NODE_MAX ||
        roots->count == 0 || roots->count > FOREST_TREE_MAX) {
        json_refuse(&take->json, "a forest whose arrays do not belong together");
        return;
    }
    struct forest_node *node = model_file_keep(take, count, sizeof *node);
    float *mean = model_file_keep(take, count, sizeof *mean);
    uint32_t *root = model_file_keep(take, roots->count, sizeof *root);
    if (node == NULL || mean == NULL || root == NULL) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const double *at = &nodes->list[3 * i];
        if (!is_whole(at[1], UINT16_MAX) || !is_whole(at[2], UINT16_MAX)) {
            json_refuse(&take->json, "a node that is none");
            return;
        }
        node[i] = (struct forest_node){(float)at[0], (uint16_t)at[1], (uint16_t)at[2]};
        mean[i] = (float)means->list[i];
    }
    for (size_t i = 0; i < roots->count; i++) {
        if (!is_whole(roots->list[i], FOREST_NODE_MAX)) {
            json_refuse(&take->json, "a root that is none");
            return;
        }
        root[i] = (uint32_t)roots->list[i];
    }
    ret->nodes = node;
    ret->means = mean;
    ret->roots = root;
    ret->node_count = (uint32_t)count;
    ret->tree_count = (uint32_t)roots->count;
    ret->feature_count = FEATURE_COUNT;
}

void model_file_take_forest(struct take *take, struct forest *ret)
{
    struct json *json = &take->json;
    struct reals nodes = {0}, means = {0}, roots = {0};
    struct json_text key;
    uint64_t depth = 0;
    double base = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "base")) {
            json_real(json, &base);
        } else if (json_is(key, "depth")) {
            json_uint(json, &depth);
        } else if (json_is(key, "roots")) {
            take_numbers(take, &roots);
        } else if (json_is(key, "means")) {
            take_numbers(take, &means);
        } else if (json_is(key, "nodes")) {
            take_numbers(take, &nodes);
        } else {
            json_skip(json);
        }
    }
    if (json->error == NULL && depth <= FOREST_DEPTH_MAX) {
        ret->base = (float)base;
        ret->depth = (uint32_t)depth;
        build_forest(take, &nodes, &means, &roots, ret);
    } else {
        json_refuse(json, "a forest of no depth that there is");
    }
    free(nodes.list);
    free(means.list);
    free(roots.list);
}

static void take_calibration(struct take *take, struct calibration *ret)
{
    struct json *json = &take->json;
    struct json_text key;
    uint64_t kind = 0;
    uint32_t margins = 0, probabilities = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "kind")) {
            json_uint(json, &kind);
        } else if (json_is(key, "least")) {
            json_real(json, &ret->least);
        } else if (json_is(key, "a")) {
            json_real(json, &ret->a);
        } else if (json_is(key, "b")) {
            json_real(json, &ret->b);
        } else if (json_is(key, "margins")) {
            margins = model_file_take_few(take, ret->margins, CALIBRATION_KNOT_MAX);
        } else if (json_is(key, "probabilities")) {
            probabilities = model_file_take_few(take, ret->probabilities, CALIBRATION_KNOT_MAX);
        } else {
            json_skip(json);
        }
    }
    if (kind > CALIBRATION_ISOTONIC || margins != probabilities) {
        json_refuse(json, "a calibration that is none");
        return;
    }
    ret->kind = (enum calibration_kind)kind;
    ret->knot_count = margins;
}

static void take_logistic(struct take *take, struct linear *ret)
{
    struct json *json = &take->json;
    struct json_text key;
    uint32_t means = 0, scales = 0, weights = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "intercept")) {
            json_real(json, &ret->intercept);
        } else if (json_is(key, "means")) {
            means = model_file_take_few(take, ret->means, LINEAR_FEATURE_MAX);
        } else if (json_is(key, "scales")) {
            scales = model_file_take_few(take, ret->scales, LINEAR_FEATURE_MAX);
        } else if (json_is(key, "weights")) {
            weights = model_file_take_few(take, ret->weights, LINEAR_FEATURE_MAX);
        } else {
            json_skip(json);
        }
    }
    if (means != FEATURE_COUNT || scales != means || weights != means) {
        json_refuse(json, "a logistic part that does not know every feature");
        return;
    }
    ret->count = means;
}

static void take_shares(struct take *take, double ret[MODEL_PART_COUNT])
{
    struct json_text key;
    json_object(&take->json);
    while (json_key(&take->json, &key)) {
        uint32_t part = 0;
        while (part < MODEL_PART_COUNT && !json_is(key, model_part_names[part])) {
            part++;
        }
        if (part < MODEL_PART_COUNT) {
            json_real(&take->json, &ret[part]);
        } else {
            json_refuse(&take->json, "a part that this version does not know");
        }
    }
}

static void take_watch(struct take *take, struct trained *ret)
{
    struct watch_reference *watch = model_file_keep(take, 1, sizeof *watch);
    if (watch != NULL) {
        model_file_take_watch(&take->json, watch);
        ret->watch = watch;
    }
}

static void take_trained(struct take *take, uint32_t index)
{
    struct trained *ret = &take->file->model.trained[index];
    struct json *json = &take->json;
    struct json_text key;
    ret->base = (double)NAN;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "strategy")) {
            json_string_copy(json, ret->strategy, sizeof ret->strategy);
        } else if (json_is(key, "live")) {
            json_bool(json, &ret->live);
        } else if (json_is(key, "own")) {
            json_real(json, &ret->own);
        } else if (json_is(key, "leans")) {
            json_string_copy(json, take->leans[index], sizeof take->leans[index]);
        } else if (json_is(key, "base") && json_peek(json) == JSON_NUMBER) {
            json_real(json, &ret->base);
        } else if (json_is(key, "shares")) {
            take_shares(take, ret->shares);
        } else if (json_is(key, "forest")) {
            model_file_take_forest(take, &ret->forest);
        } else if (json_is(key, "forest_says")) {
            take_calibration(take, &ret->forest_says);
        } else if (json_is(key, "logistic")) {
            take_logistic(take, &ret->logistic);
        } else if (json_is(key, "logistic_says")) {
            take_calibration(take, &ret->logistic_says);
        } else if (json_is(key, "plan")) {
            model_file_take_plan(take, &ret->plan);
        } else if (json_is(key, "watch")) {
            take_watch(take, ret);
        } else {
            json_skip(json);
        }
    }
}

static void take_models(struct take *take)
{
    struct model *model = &take->file->model;
    json_array(&take->json);
    while (json_element(&take->json)) {
        if (model->trained_count == MODEL_TRAINED_MAX) {
            json_refuse(&take->json, "more strategies than there may be");
            return;
        }
        take_trained(take, model->trained_count++);
    }
}

static void take_check(struct take *take, struct model_check *ret)
{
    struct json *json = &take->json;
    struct json_text key;
    char strategy[STRATEGY_NAME_MAX + 1] = "";
    double values[FEATURE_COUNT], margin = 0;
    uint32_t count = 0;
    ret->part = PLAN_PART_COUNT;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "strategy")) {
            json_string_copy(json, strategy, sizeof strategy);
        } else if (json_is(key, "of")) {
            model_file_take_of(take, &ret->part);
        } else if (json_is(key, "margin")) {
            json_real(json, &margin);
        } else if (json_is(key, "values")) {
            count = model_file_take_few(take, values, FEATURE_COUNT);
        } else {
            json_skip(json);
        }
    }
    const int32_t trained = model_find(&take->file->model, strategy);
    if (trained == MODEL_NONE_TRAINED || count != FEATURE_COUNT) {
        json_refuse(json, "a row to check that belongs to nobody");
        return;
    }
    ret->trained = (uint32_t)trained;
    ret->margin = (float)margin;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        ret->values[i] = (float)values[i];
    }
}

static void take_checks(struct take *take)
{
    struct model_file *file = take->file;
    json_array(&take->json);
    while (json_element(&take->json)) {
        struct model_check *checks =
            realloc(file->checks, (file->check_count + 1) * sizeof *checks);
        if (checks == NULL) {
            take->short_of_memory = true;
            json_refuse(&take->json, "no memory for it");
            return;
        }
        file->checks = checks;
        take_check(take, &checks[file->check_count++]);
    }
}

static void take_features(struct take *take)
{
    uint32_t count = 0;
    json_array(&take->json);
    while (json_element(&take->json)) {
        struct json_text name = {0};
        json_string(&take->json, &name);
        if (count == FEATURE_COUNT || !json_is(name, feature_table[count].name)) {
            json_refuse(&take->json, "trained on features that are not this version's: train anew");
            return;
        }
        count++;
    }
    take->featured = count == FEATURE_COUNT;
}

/* The object as it stands in the text. */
static void take_about(struct take *take)
{
    struct json *json = &take->json;
    const enum json_kind kind = json_peek(json);
    const char *from = json->at;
    json_skip(json);
    if (json->error != NULL || kind != JSON_OBJECT) {
        json_refuse(json, "`about` is no object");
        return;
    }
    while (*from != '{') {
        from++;
    }
    const size_t len = (size_t)(json->at - from);
    free(take->file->about);
    take->file->about = calloc(len + 1, 1);
    if (take->file->about == NULL) {
        take->short_of_memory = true;
        return;
    }
    memcpy(take->file->about, from, len);
}

static void take_all(struct take *take)
{
    struct json *json = &take->json;
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "cuttle_model")) {
            json_uint(json, &take->version);
        } else if (json_is(key, "features")) {
            take_features(take);
        } else if (json_is(key, "terms")) {
            model_terms_take(json, &take->file->terms);
        } else if (json_is(key, "about")) {
            take_about(take);
        } else if (json_is(key, "models")) {
            take_models(take);
        } else if (json_is(key, "checks")) {
            take_checks(take);
        } else {
            json_skip(json);
        }
    }
}

/* Who leans on whom, once all are known. False: on one that is not there. */
static bool settle_pools(const struct take *take, struct model *model)
{
    for (uint32_t i = 0; i < model->trained_count; i++) {
        const char *name = take->leans[i];
        const int32_t pool = name[0] == '\0' ? MODEL_NONE_TRAINED : model_find(model, name);
        if (name[0] != '\0' && pool == MODEL_NONE_TRAINED) {
            return false;
        }
        model->trained[i].pool = (uint32_t)(pool + 1);
    }
    return true;
}

/* NULL: all is there. */
static const char *what_lacks(const struct take *take)
{
    const struct model_file *file = take->file;
    if (take->version == 0 || take->version > MODEL_FILE_VERSION) {
        return "not a model's file of this version";
    }
    if (take->version < MODEL_FILE_VERSION) {
        return "an earlier cuttle made it, which did not say what it was trained for: train anew";
    }
    if (!take->featured || file->about == NULL || file->terms.timeframe[0] == '\0') {
        return "it does not say what it was trained on";
    }
    for (uint32_t i = 0; i < file->model.trained_count; i++) {
        const struct trained *trained = &file->model.trained[i];
        if (!trained_is_pooled(trained) &&
            model_terms_find(&file->terms, trained->strategy) == NULL) {
            return "it does not say with which parameters a strategy was trained";
        }
    }
    return NULL;
}

int model_file_take(const char *text, size_t len, struct model_file *ret, char *error,
                    size_t error_size)
{
    char where[128] = "";
    struct take take = {.file = ret};
    json_init(&take.json, text, len);
    take_all(&take);
    if (take.short_of_memory) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    if (!json_done(&take.json)) {
        json_explain(&take.json, where, sizeof where);
        return disk_fail(EPROTO, error, error_size, "not a model's file: %s", where);
    }
    const char *fault = what_lacks(&take);
    if (fault == NULL && !settle_pools(&take, &ret->model)) {
        fault = "a strategy leans on one that is not there";
    }
    return fault == NULL ? 0 : disk_fail(EPROTO, error, error_size, "%s", fault);
}
