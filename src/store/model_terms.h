/* SPDX-License-Identifier: MIT */
/*
 * What a model was trained for, and what a session asks of one: the candles that features are read
 * from, the coin that leads the market, and of each strategy its parameters. A model is right for
 * what it was trained for, and for nothing else.
 *
 *     {"timeframe": "1h", "leader": "BTC",
 *      "strategies": [{"strategy": "trend", "until": "2025-01-01T00:00:00Z",
 *                      "parameters": "timeframe=1h fast=12 ..."}]}
 *
 * Whoever knows the options writes the texts (app/terms.h); here they are only kept and compared. A
 * session's own stand in FOLDER/session.json, so that what is put in force by hand can be held
 * against them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "core/model/model.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"

#define MODEL_TERM_MAX 1024
#define MODEL_TIMEFRAME_MAX 8

struct model_term {
    char strategy[STRATEGY_NAME_MAX + 1];
    int64_t until_ns; /* all that trained it was before; 0: not said */
    char parameters[MODEL_TERM_MAX];
};

struct model_terms {
    char timeframe[MODEL_TIMEFRAME_MAX];
    char leader[SYMBOL_MAX];
    uint32_t count;
    struct model_term list[MODEL_TRAINED_MAX];
};

/* NULL: it says nothing of that strategy. */
const struct model_term *model_terms_find(const struct model_terms *terms, const char *strategy);

/* Whether the model may be asked at all; else why not, in words. */
bool model_terms_allow(const struct model_terms *model, const struct model_terms *session,
                       char *why, size_t why_size);

/* Whether it may be asked about that strategy of the session's, which it knows. */
bool model_terms_fit(const struct model_terms *model, const struct model_terms *session,
                     const char *strategy, char *why, size_t why_size);

void model_terms_put(struct json_writer *writer, const char *key, const struct model_terms *terms);
void model_terms_take(struct json *json, struct model_terms *ret);

/* FOLDER/session.json. -ENOENT: no session of this folder has said anything yet. 0, or -errno with
 * the reason. */
int model_terms_write(const char *folder, const struct model_terms *terms, char *error,
                      size_t error_size);
int model_terms_read(const char *folder, struct model_terms *ret, char *error, size_t error_size);
