/* SPDX-License-Identifier: MIT */
#include "store/model_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/crypto/digest.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"
#include "store/model_file_parts.h"

void model_hash_text(const uint8_t hash[MODEL_HASH_SIZE], char ret[2 * MODEL_HASH_SIZE + 1])
{
    for (uint32_t i = 0; i < MODEL_HASH_SIZE; i++) {
        snprintf(&ret[2 * i], 3, "%02x", hash[i]);
    }
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool model_hash_parse(const char *text, uint8_t ret[MODEL_HASH_SIZE])
{
    uint8_t hash[MODEL_HASH_SIZE];
    for (uint32_t i = 0; i < MODEL_HASH_SIZE; i++) {
        const int high = digit(text[2 * i]);
        const int low = high < 0 ? -1 : digit(text[2 * i + 1]);
        if (low < 0) {
            return false;
        }
        hash[i] = (uint8_t)(16 * high + low);
    }
    if (text[2 * MODEL_HASH_SIZE] != '\0') {
        return false;
    }
    memcpy(ret, hash, sizeof hash);
    return true;
}

/* Numbers of a forest. */
static size_t room_of(const struct forest *forest)
{
    return 4 * (size_t)forest->node_count + forest->tree_count;
}

/* Room for every number at its longest, and for the words. */
static size_t text_room(const struct model *model, uint32_t check_count, const char *about)
{
    size_t numbers = (size_t)check_count * (FEATURE_COUNT + 2);
    for (uint32_t i = 0; i < model->trained_count; i++) {
        const struct trained *trained = &model->trained[i];
        numbers += room_of(&trained->forest) + 3 * LINEAR_FEATURE_MAX + 4 * CALIBRATION_KNOT_MAX +
                   32 + MODEL_FILE_WATCH_NUMBERS * WATCH_FEATURE_MAX +
                   16 * (size_t)trained->plan.pair_count;
        for (uint32_t part = 0; part < PLAN_PART_COUNT; part++) {
            numbers += room_of(&trained->plan.forests[part]) + 16;
        }
    }
    return numbers * JSON_REAL_TEXT_MAX + strlen(about) + 64 * FEATURE_COUNT +
           2 * sizeof(struct model_terms) + 4096;
}

static void put_checks(struct json_writer *writer, const struct model *model,
                       const struct model_check *checks, uint32_t count)
{
    json_begin_array(writer, "checks");
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(writer, NULL);
        json_put_string(writer, "strategy", model->trained[checks[i].trained].strategy);
        if (checks[i].part != PLAN_PART_COUNT) {
            json_put_string(writer, "of", plan_part_names[checks[i].part]);
        }
        json_put_real(writer, "margin", (double)checks[i].margin);
        json_begin_array(writer, "values");
        for (uint32_t f = 0; f < FEATURE_COUNT; f++) {
            json_put_real(writer, NULL, (double)checks[i].values[f]); /* NaN is null */
        }
        json_end_array(writer);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void put_model(struct json_writer *writer, const struct model *model,
                      const struct model_check *checks, uint32_t check_count,
                      const struct model_terms *terms, const char *about)
{
    json_begin_object(writer, NULL);
    json_put_uint(writer, "cuttle_model", MODEL_FILE_VERSION);
    json_begin_array(writer, "features");
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        json_put_string(writer, NULL, feature_table[i].name);
    }
    json_end_array(writer);
    json_put_raw(writer, "about", about, strlen(about));
    model_terms_put(writer, "terms", terms);
    json_begin_array(writer, "models");
    for (uint32_t i = 0; i < model->trained_count; i++) {
        model_file_put_trained(writer, model, i);
    }
    json_end_array(writer);
    put_checks(writer, model, checks, check_count);
    json_end_object(writer);
}

int model_file_text(const struct model *model, const struct model_check *checks,
                    uint32_t check_count, const struct model_terms *terms, const char *about,
                    char **ret_text, size_t *ret_len, uint8_t ret_hash[MODEL_HASH_SIZE],
                    char *error, size_t error_size)
{
    const size_t room = text_room(model, check_count, about);
    char *text = malloc(room);
    if (text == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    struct json_writer writer;
    json_writer_init(&writer, text, room - 1);
    put_model(&writer, model, checks, check_count, terms, about);
    struct model_file again;
    int result = json_writer_ok(&writer)
                     ? model_file_parse(text, writer.len, &again, error, error_size)
                     : disk_fail(EOVERFLOW, error, error_size, "the model is too large for a file");
    if (json_writer_ok(&writer)) {
        model_file_free(&again);
    }
    if (result != 0) {
        free(text);
        return result;
    }
    text[writer.len] = '\0';
    sha256(&(struct span){text, writer.len}, 1, ret_hash);
    *ret_text = text;
    *ret_len = writer.len;
    return 0;
}

/* The core must come to what the trainer came to, to the last bit, and every forest is asked. */
static const char *check_rows(const struct model_file *file)
{
    bool asked[MODEL_TRAINED_MAX][PLAN_PART_COUNT + 1] = {{false}};
    for (uint32_t i = 0; i < file->check_count; i++) {
        const struct model_check *check = &file->checks[i];
        const struct forest *forest = model_file_checked(&file->model, check);
        if (forest->tree_count == 0) {
            return "a row is checked by a forest that is not there";
        }
        const float margin = forest_margin(forest, check->values);
        if (memcmp(&margin, &check->margin, sizeof margin) != 0) {
            return "the core's margin of a row is not the trainer's";
        }
        asked[check->trained][check->part] = true;
    }
    for (uint32_t i = 0; i < file->model.trained_count; i++) {
        for (uint32_t part = 0; part <= PLAN_PART_COUNT; part++) {
            const struct model_check which = {.trained = i, .part = part};
            if (model_file_checked(&file->model, &which)->tree_count > 0 && !asked[i][part]) {
                return "a forest comes without rows to check it by";
            }
        }
    }
    return NULL;
}

int model_file_parse(const char *text, size_t len, struct model_file *ret, char *error,
                     size_t error_size)
{
    *ret = (struct model_file){0};
    const int result = model_file_take(text, len, ret, error, error_size);
    if (result != 0) {
        return result;
    }
    const char *fault = model_check(&ret->model);
    if (fault == NULL) {
        fault = check_rows(ret);
    }
    if (fault != NULL) {
        return disk_fail(EPROTO, error, error_size, "not a model that can be asked: %s", fault);
    }
    sha256(&(struct span){text, len}, 1, ret->model.hash);
    return 0;
}

int model_file_read(const char *path, struct model_file *ret, char *error, size_t error_size)
{
    char *text = NULL, why[DISK_ERROR_MAX];
    size_t len = 0;
    *ret = (struct model_file){0};
    int result = disk_read_file(path, MODEL_FILE_MAX, &text, &len);
    if (result != 0) {
        return disk_fail(-result, error, error_size, "%s: %s", path, strerror(-result));
    }
    result = model_file_parse(text, len, ret, why, sizeof why);
    free(text);
    return result == 0 ? 0 : disk_fail(-result, error, error_size, "%s: %s", path, why);
}

void model_file_free(struct model_file *file)
{
    for (uint32_t i = 0; i < sizeof file->arrays / sizeof file->arrays[0]; i++) {
        free(file->arrays[i]);
    }
    free(file->checks);
    free(file->about);
    *file = (struct model_file){0};
}
