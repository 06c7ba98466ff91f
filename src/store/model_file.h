/* SPDX-License-Identifier: MIT */
/*
 * A model in a file: JSON, so that what it holds can be read by anybody, and every number in it to
 * its last bit. It is named by the SHA-256 of its bytes, and never changes.
 *
 *     {"cuttle_model": 2, "features": ["adx", ...], "about": {...}, "terms": {...},
 *      "models": [{"strategy": "trend", "live": true, "own": 0.8, "shares": {"forest": 0.5, ...},
 *                  "forest": {"base": 0, "depth": 4, "roots": [...], "means": [...],
 *                             "nodes": [value, test, ahead, ...]},
 *                  "forest_says": {...}, "logistic": {...}, "logistic_says": {...},
 *                  "plan": {"live": true, "sizes": false, "edge": 0.1, "parts":
 *                           [{"part": "target", "moves": true, "alpha": 0.5, "forest": {...}},
 * ...], "pairs": [{"pair": "BTC/USD", "offsets": [...], "weights": [...]}, ...]
 *                          }, "watch": {...}}, ...],
 *      "checks": [{"strategy": "trend", "of": "target", "margin": -0.25, "values": [...]}, ...]}
 *
 * `checks` are rows with the margins that the trainer itself gave them; without `of` they are of
 * the probability's forest. A file is refused unless the core's own margins equal them bit for bit,
 * all its parts may be asked (model_check), and its features are those of this version, in their
 * order.
 *
 * `terms` are what it was trained for (model_terms.h): of every strategy in it, or it is refused.
 *
 * `about` is whatever its maker says of it: when, from what data, with which parameters, how it
 * proved itself, which model it came after.
 */
#pragma once

#include <stddef.h>

#include "core/model/model.h"
#include "store/model_terms.h"

#define MODEL_FILE_MAX ((size_t)64 << 20)

/* A row, and what the trainer of one of a strategy's forests made of it. */
struct model_check {
    uint32_t trained; /* index in the model's list */
    uint32_t part;    /* enum plan_part: of its plan; PLAN_PART_COUNT: of its probability */
    float margin;
    float values[FEATURE_COUNT];
};

struct model_file {
    struct model model; /* it points into `arrays` */
    void *arrays[(3 * (1 + PLAN_PART_COUNT) + 2) * MODEL_TRAINED_MAX];
    uint32_t check_count;
    struct model_check *checks;
    struct model_terms terms;
    char *about; /* JSON, an object */
};

/* The file's text, in one allocation that is the caller's, and its hash. The model's own hash is
 * not looked at. 0, or -errno with the reason in `error`: what could not be read back is not made.
 */
int model_file_text(const struct model *model, const struct model_check *checks,
                    uint32_t check_count, const struct model_terms *terms, const char *about,
                    char **ret_text, size_t *ret_len, uint8_t ret_hash[MODEL_HASH_SIZE],
                    char *error, size_t error_size);

/* 0, or -errno: -EPROTO for what is no model that this version can ask. To be given to
 * model_file_free either way. */
int model_file_parse(const char *text, size_t len, struct model_file *ret, char *error,
                     size_t error_size);
int model_file_read(const char *path, struct model_file *ret, char *error, size_t error_size);
void model_file_free(struct model_file *file);

/* 64 hex digits and a zero. */
void model_hash_text(const uint8_t hash[MODEL_HASH_SIZE], char ret[2 * MODEL_HASH_SIZE + 1]);
bool model_hash_parse(const char *text, uint8_t ret[MODEL_HASH_SIZE]);
