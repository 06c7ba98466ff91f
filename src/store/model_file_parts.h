/* SPDX-License-Identifier: MIT */
/* What the model file's files share among themselves; nobody else includes this. */
#pragma once

#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "store/model_file.h"

#define MODEL_FILE_VERSION 2

/* A text being read, and what it is read into. */
struct take {
    struct json json;
    struct model_file *file;
    uint32_t array_count;
    bool short_of_memory;
    uint64_t version;
    bool featured;
    char leans[MODEL_TRAINED_MAX][STRATEGY_NAME_MAX + 1]; /* by trained; "": on the model's own */
};

void model_file_put_trained(struct json_writer *writer, const struct model *model, uint32_t index);
void model_file_put_forest(struct json_writer *writer, const struct forest *forest);
void model_file_put_reals(struct json_writer *writer, const char *key, const double *values,
                          uint32_t count);

/* At most `most` numbers of an array into `ret`; how many there were. */
uint32_t model_file_take_few(struct take *take, double *ret, uint32_t most);

/* Memory that lives as long as the file; NULL when there is none. */
void *model_file_keep(struct take *take, size_t count, size_t size);
void model_file_take_forest(struct take *take, struct forest *ret);

/* model_file_plan.c: what a strategy's exits become, under its own key; nothing where there is no
 * plan. */
void model_file_put_plan(struct json_writer *writer, const struct model_plan *plan);
void model_file_take_plan(struct take *take, struct model_plan *ret);

/* The name of a part as enum plan_part. */
void model_file_take_of(struct take *take, uint32_t *ret);

/* The forest that a row is checked by. */
const struct forest *model_file_checked(const struct model *model, const struct model_check *check);

/* model_file_watch.c: what a strategy's training saw; nothing where it is not known. */
#define MODEL_FILE_WATCH_NUMBERS 24 /* of a feature, at most */
void model_file_put_watch(struct json_writer *writer, const struct watch_reference *watch);
void model_file_take_watch(struct json *json, struct watch_reference *ret);

/* Everything of the text, not yet checked by what it means. */
int model_file_take(const char *text, size_t len, struct model_file *ret, char *error,
                    size_t error_size);
