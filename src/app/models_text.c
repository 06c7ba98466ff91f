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
    struct json json;
    struct json_text key;
    out[0] = '\0';
    json_init(&json, about, strlen(about));
    json_object(&json);
    while (json_key(&json, &key)) {
        struct json_text number;
        if (!json_is(key, name)) {
            json_skip(&json);
        } else if (json_peek(&json) == JSON_STRING) {
            json_string_copy(&json, out, size);
        } else if (json_peek(&json) == JSON_NUMBER && json_number(&json, &number)) {
            snprintf(out, size, "%.*s", (int)number.len, number.at);
        } else {
            json_skip(&json);
        }
    }
}

static uint32_t live_of(const struct model *model)
{
    uint32_t live = 0;
    for (uint32_t i = 0; i < model->trained_count; i++) {
        live += model->trained[i].live;
    }
    return live;
}

/* One that cannot be read is in the list with the reason. */
static void list_one(const struct models_job *job, const uint8_t hash[MODEL_HASH_SIZE],
                     bool in_force, struct json_writer *json)
{
    struct model_file file;
    char path[MODELS_PATH_MAX + 128], error[1024] = "", text[2 * MODEL_HASH_SIZE + 1];
    char made[ABOUT_TEXT_MAX] = "", from[ABOUT_TEXT_MAX] = "", until[ABOUT_TEXT_MAX] = "";
    registry_path(job->folder, hash, path, sizeof path);
    model_hash_text(hash, text);
    const bool read = model_file_read(path, &file, error, sizeof error) == 0;
    if (read) {
        models_about(file.about, "made", made, sizeof made);
        models_about(file.about, "from", from, sizeof from);
        models_about(file.about, "until", until, sizeof until);
    }
    if (job->json) {
        json_begin_object(json, NULL);
        json_put_string(json, "model", text);
        json_put_bool(json, "in_force", in_force);
        json_put_uint(json, "strategies", file.model.trained_count);
        json_put_uint(json, "live", live_of(&file.model));
        if (read) {
            json_put_raw(json, "about", file.about, strlen(file.about));
        } else {
            json_put_string(json, "error", error);
        }
        json_end_object(json);
    } else if (read) {
        printf("%s %.12s  %-20s  %-10.10s - %-10.10s  %10u  %4u\n", in_force ? "*" : " ", text,
               made, from, until, file.model.trained_count, live_of(&file.model));
    } else {
        printf("%s %.12s  %s\n", in_force ? "*" : " ", text, error);
    }
    model_file_free(&file);
}

int models_list(const struct models_job *job, char *error, size_t error_size)
{
    uint8_t current[MODEL_HASH_SIZE];
    const int result = registry_current(job->folder, current, error, error_size);
    if (result != 0) {
        return result;
    }
    struct registry_entry *entries = calloc(SHOWN_MAX, sizeof *entries);
    char *text = malloc(MODEL_FILE_MAX);
    if (entries == NULL || text == NULL) {
        free(entries);
        free(text);
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
    for (size_t i = 0; i < count; i++) {
        const bool in_force = memcmp(entries[i].hash, current, MODEL_HASH_SIZE) == 0;
        list_one(job, entries[i].hash, in_force, &json);
    }
    json_end_array(&json);
    if (job->json) {
        printf("%.*s\n", (int)json.len, text);
    } else if (count == 0) {
        printf("no models in %s; `cuttle learn` trains one\n", job->folder);
    }
    free(entries);
    free(text);
    return 0;
}

static void show_trained(const struct trained *trained)
{
    printf("  %-16s %-6s  leans on its own for %3.0f %%;",
           trained->strategy[0] != '\0' ? trained->strategy : "(pooled)",
           trained->live ? "live" : "shadow", 100 * trained->own);
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
            show_trained(&file.model.trained[i]);
        }
        printf("  %u rows checked against the trainer's own margins\n", file.check_count);
        printf("  about: %s\n", file.about);
    }
    model_file_free(&file);
    return result;
}
