/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/models.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"
#include "store/registry.h"

#define SHOWN_MAX 4096
#define ABOUT_TEXT_MAX 96
#define DEMOTED_TEXT_MAX (MODEL_TRAINED_MAX * (STRATEGY_NAME_MAX + 1) + 16)

int64_t models_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int models_read_bytes(const char *path, char **ret_bytes, size_t *ret_len, char *error,
                      size_t error_size)
{
    const int result = disk_read_file(path, MODEL_FILE_MAX, ret_bytes, ret_len);
    return result == 0 ? 0
                       : disk_fail(-result, error, error_size, "%s: %s", path, strerror(-result));
}

void models_about(const char *about, const char *name, char *out, size_t size)
{
    const struct json_text text = json_find((struct json_text){about, strlen(about)}, name);
    struct json json;
    struct json_text number;
    out[0] = '\0';
    json_init(&json, text.at, text.len);
    if (text.at == NULL) {
        return;
    }
    if (json_peek(&json) == JSON_STRING) {
        json_string_copy(&json, out, size);
    } else if (json_peek(&json) == JSON_NUMBER && json_number(&json, &number)) {
        snprintf(out, size, "%.*s", (int)number.len, number.at);
    }
}

bool models_find(const char *folder, const char *name, uint8_t ret[MODEL_HASH_SIZE], char *error,
                 size_t error_size)
{
    if (strcmp(name, "current") == 0) {
        if (registry_current(folder, ret, error, error_size) != 0) {
            return false;
        }
        if (model_hash_is_none(ret)) {
            snprintf(error, error_size, "no model is in force in %s", folder);
        }
        return !model_hash_is_none(ret);
    }
    const int found = registry_find(folder, name, ret);
    if (found != 1) {
        snprintf(error, error_size,
                 "%s: %s in %s; `cuttle models list` shows them, --state names another state "
                 "directory",
                 name, found == 0 ? "no such model" : "more than one model begins so", folder);
    }
    return found == 1;
}

int models_suit(const struct models_job *job, const struct model_file *file, char *error,
                size_t error_size)
{
    struct model_terms *session = malloc(sizeof *session);
    char why[512];
    int result = session == NULL ? disk_fail(ENOMEM, error, error_size, "out of memory")
                                 : model_terms_read(job->folder, session, error, error_size);
    if (result == 0 && !model_terms_allow(&file->terms, session, why, sizeof why)) {
        result = disk_fail(EPROTO, error, error_size,
                           "the session that was last here could not ask it: %s", why);
    }
    for (uint32_t i = 0; result == 0 && i < session->count; i++) {
        const char *strategy = session->list[i].strategy;
        if (model_terms_find(&file->terms, strategy) != NULL &&
            !model_terms_fit(&file->terms, session, strategy, why, sizeof why)) {
            fprintf(stderr,
                    "cuttle models: it was trained otherwise for %s than the session that was last "
                    "here asks (%s): the heuristic judges for it\n",
                    strategy, why);
        }
    }
    free(session);
    return result == -ENOENT ? 0 : result;
}

/* Of strategies: the pooled ones are nobody's. */
static uint32_t count_of(const struct model *model, bool live)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->trained_count; i++) {
        const struct trained *trained = &model->trained[i];
        count += !trained_is_pooled(trained) && (trained->live || !live);
    }
    return count;
}

/* The strategies that it was demoted for since it came into force, after `lead`; "" none. */
static void demoted_of(const struct registry_history *history, const struct model *model,
                       const char *lead, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < model->trained_count && len < size; i++) {
        const char *strategy = model->trained[i].strategy;
        if (strategy[0] != '\0' && registry_demoted(history, model->hash, strategy)) {
            len += (size_t)snprintf(out + len, size - len, "%s%s", len == 0 ? lead : " ", strategy);
        }
    }
}

/* One that cannot be read is in the list with the reason. */
static void list_one(const struct models_job *job, const uint8_t hash[MODEL_HASH_SIZE],
                     const struct registry_history *history, bool in_force,
                     struct json_writer *json)
{
    struct model_file file;
    char path[MODELS_PATH_MAX + 128], error[1024] = "", text[2 * MODEL_HASH_SIZE + 1];
    char demoted[DEMOTED_TEXT_MAX] = "";
    char made[ABOUT_TEXT_MAX] = "", from[ABOUT_TEXT_MAX] = "", until[ABOUT_TEXT_MAX] = "";
    registry_path(job->folder, hash, path, sizeof path);
    model_hash_text(hash, text);
    const bool read = model_file_read(path, &file, error, sizeof error) == 0;
    if (read) {
        models_about(file.about, "made", made, sizeof made);
        models_about(file.about, "from", from, sizeof from);
        models_about(file.about, "until", until, sizeof until);
        demoted_of(history, &file.model, job->json ? "" : "  demoted: ", demoted, sizeof demoted);
    }
    if (job->json) {
        json_begin_object(json, NULL);
        json_put_string(json, "model", text);
        json_put_bool(json, "in_force", in_force);
        json_put_uint(json, "strategies", count_of(&file.model, false));
        json_put_uint(json, "live", count_of(&file.model, true));
        json_put_string(json, "demoted", demoted);
        if (read) {
            json_put_raw(json, "about", file.about, strlen(file.about));
        } else {
            json_put_string(json, "error", error);
        }
        json_end_object(json);
    } else if (read) {
        printf("%s %.12s  %-20s  %-10.10s - %-10.10s  %10u  %4u%s\n", in_force ? "*" : " ", text,
               made, from, until, count_of(&file.model, false), count_of(&file.model, true),
               demoted);
    } else {
        printf("%s %.12s  %s\n", in_force ? "*" : " ", text, error);
    }
    model_file_free(&file);
}

int models_list(const struct models_job *job, char *error, size_t error_size)
{
    uint8_t current[MODEL_HASH_SIZE];
    struct registry_history history;
    int result = registry_current(job->folder, current, error, error_size);
    if (result != 0) {
        return result;
    }
    result = registry_read_history(job->folder, &history, error, error_size);
    if (result != 0) {
        registry_history_free(&history);
        return result;
    }
    struct registry_entry *entries = calloc(SHOWN_MAX, sizeof *entries);
    char *text = malloc(MODEL_FILE_MAX);
    if (entries == NULL || text == NULL) {
        free(entries);
        free(text);
        registry_history_free(&history);
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    struct json_writer json;
    json_writer_init(&json, text, MODEL_FILE_MAX);
    const size_t count = registry_list(job->folder, entries, SHOWN_MAX);
    json_begin_array(&json, NULL);
    if (!job->json && count > 0) {
        printf("  %-12s  %-20s  %-23s  %10s  %4s\n", "model", "made", "from candles", "strategies",
               "live");
    }
    bool listed = false;
    for (size_t i = 0; i < count; i++) {
        const bool in_force = memcmp(entries[i].hash, current, MODEL_HASH_SIZE) == 0;
        listed |= in_force;
        list_one(job, entries[i].hash, &history, in_force, &json);
    }
    if (!model_hash_is_none(current) && !listed) { /* its file is gone, and it says so */
        list_one(job, current, &history, true, &json);
    }
    json_end_array(&json);
    if (job->json) {
        printf("%.*s\n", (int)json.len, text);
    } else if (count == 0 && model_hash_is_none(current)) {
        printf("no models in %s; `cuttle learn` trains one\n", job->folder);
    }
    free(entries);
    free(text);
    registry_history_free(&history);
    return 0;
}

static void show_terms(const struct model_terms *terms)
{
    printf("  for candles of %s, with %s as the first pair\n", terms->timeframe, terms->leader);
    for (uint32_t i = 0; i < terms->count; i++) {
        char until[TIMESTAMP_TEXT_MAX];
        timestamp_format(until, terms->list[i].until_ns, 0);
        printf("  %-16s trained until %.10s with %s\n", terms->list[i].strategy, until,
               terms->list[i].parameters);
    }
}

static void show_trained(const struct model *model, const struct trained *trained)
{
    const bool pooled = trained->strategy[0] == '\0';
    printf("  %-16s %-6s  leans on its own for %3.0f %%%s%s;",
           pooled ? "(pooled)" : trained->strategy, trained->live ? "live" : "shadow",
           100 * trained->own, trained->pool > 0 ? ", else on " : "",
           trained->pool > 0 ? model->trained[trained->pool - 1].strategy : "");
    for (uint32_t i = 0; i < MODEL_PART_COUNT; i++) {
        printf(" %s %.0f %%", model_part_names[i], 100 * trained->shares[i]);
    }
    printf("; %u trees of depth %u\n", trained->forest.tree_count, trained->forest.depth);
}

int models_show(const struct models_job *job, const uint8_t hash[MODEL_HASH_SIZE], char *error,
                size_t error_size)
{
    struct model_file file;
    char path[MODELS_PATH_MAX + 128], text[2 * MODEL_HASH_SIZE + 1];
    registry_path(job->folder, hash, path, sizeof path);
    model_hash_text(hash, text);
    const int result = model_file_read(path, &file, error, error_size);
    if (result == 0 && job->json) {
        printf("%s\n", file.about);
    } else if (result == 0) {
        printf("model %s\n", text);
        for (uint32_t i = 0; i < file.model.trained_count; i++) {
            show_trained(&file.model, &file.model.trained[i]);
        }
        show_terms(&file.terms);
        printf("  %u rows checked against the trainer's own margins\n", file.check_count);
        printf("  about: %s\n", file.about);
    }
    model_file_free(&file);
    return result;
}
