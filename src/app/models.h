/* SPDX-License-Identifier: MIT */
/* What the files of `cuttle models` share. */
#pragma once

#include "store/model_file.h"

#define MODELS_PATH_MAX 1024

struct models_job {
    const char *word; /* list, show, ... */
    const char *names[2];
    const char *state, *why;
    bool json;
    char folder[MODELS_PATH_MAX];
};

int64_t models_now(void);

/* What a model's maker says of it in a word or two: a text or a number of `about`; "" it does not.
 */
void models_about(const char *about, const char *name, char *out, size_t size);

/* A model of the registry by the beginning of its hash, or "current", the one in force. False with
 * the reason. */
bool models_find(const char *folder, const char *name, uint8_t ret[MODEL_HASH_SIZE], char *error,
                 size_t error_size);

/* 0, or -errno with the reason. */
int models_read_bytes(const char *path, char **ret_bytes, size_t *ret_len, char *error,
                      size_t error_size);

/* Whether the session that was last here may ask it, by models/session.json: 0, or -EPROTO with the
 * reason. Strategies that were trained otherwise are told on standard error. No session, no terms.
 */
int models_suit(const struct models_job *job, const struct model_file *file, char *error,
                size_t error_size);

/* models_text.c: on standard output. */
int models_list(const struct models_job *job, char *error, size_t error_size);
int models_show(const struct models_job *job, const uint8_t hash[MODEL_HASH_SIZE], char *error,
                size_t error_size);
