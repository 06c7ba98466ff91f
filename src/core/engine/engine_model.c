/* SPDX-License-Identifier: MIT */
/* The model in force, and what closed trades teach its online part. */
#include <string.h>

#include "core/base/check.h"
#include "core/engine/engine_internal.h"

static const char *strategy_name(const struct engine *engine, uint32_t strategy)
{
    return strategy_table[engine->config.strategies[strategy].type]->name;
}

static bool is_none(const uint8_t hash[MODEL_HASH_SIZE])
{
    static const uint8_t zeros[MODEL_HASH_SIZE];
    return memcmp(hash, zeros, sizeof zeros) == 0;
}

/* Who of the strategies the model knows; *ret_live of them it may move. */
static uint32_t find_trained(struct engine *engine, const struct model *model, uint32_t *ret_live)
{
    struct learning *learning = &engine->learning;
    uint32_t known = 0;
    *ret_live = 0;
    learning->pooled = (int8_t)(model ? model_find(model, "") : MODEL_NONE_TRAINED);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        const bool here = model != NULL && i < engine->config.strategy_count;
        learning->trained[i] =
            (int8_t)(here ? model_find(model, strategy_name(engine, i)) : MODEL_NONE_TRAINED);
        if (learning->trained[i] != MODEL_NONE_TRAINED) {
            known++;
            *ret_live += model->trained[learning->trained[i]].live;
        }
    }
    return known;
}

void engine_forget_models(struct engine *engine)
{
    uint32_t live;
    find_trained(engine, NULL, &live);
}

/* The online parts begin where the logistic ones were left. */
static void begin_online(struct engine *engine, const struct model *model)
{
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        struct online *online = &engine->learning.online[i];
        const int32_t trained = engine->learning.trained[i];
        if (trained != MODEL_NONE_TRAINED && model->trained[trained].logistic.count > 0) {
            online_init(online, &model->trained[trained].logistic);
        } else {
            *online = (struct online){0};
        }
    }
}

void engine_take_model(struct engine *engine, const uint8_t hash[MODEL_HASH_SIZE],
                       struct actions *out)
{
    struct learning *learning = &engine->learning;
    const struct model *model = is_none(hash) ? NULL : model_in_force;
    CHECK(is_none(hash) || (model != NULL && memcmp(model->hash, hash, MODEL_HASH_SIZE) == 0));
    const bool same = memcmp(learning->model, hash, MODEL_HASH_SIZE) == 0;
    uint32_t live;
    const uint32_t known = find_trained(engine, model, &live);
    if (same) {
        return; /* told again, behind a snapshot */
    }
    memcpy(learning->model, hash, MODEL_HASH_SIZE);
    begin_online(engine, model);
    struct record *record = engine_record(engine, out, RECORD_MODEL, 0);
    record->pair = UINT32_MAX;
    record->actionable_count = known;
    record->agree_count = live;
    for (uint32_t i = 0; i < 8; i++) {
        record->model = record->model << 8 | hash[i];
    }
}

void engine_adopt_learning(struct engine *engine, const struct engine *before)
{
    struct learning *here = &engine->learning;
    memcpy(here->model, before->learning.model, sizeof here->model);
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        for (uint32_t k = 0; k < before->config.strategy_count; k++) {
            /* By its seat's name: another session's table may hold other strategies. */
            if (strcmp(engine->seats[i].name, before->seats[k].name) == 0) {
                here->online[i] = before->learning.online[k];
            }
        }
    }
}

struct blend_models engine_models(const struct engine *engine)
{
    const struct learning *learning = &engine->learning;
    return (struct blend_models){
        .model = is_none(learning->model) ? NULL : model_in_force,
        .online = learning->online,
        .trained = learning->trained,
        .pooled = learning->pooled,
    };
}

void engine_remember(struct engine *engine, uint32_t pair, const struct record *record,
                     const struct confluence *all)
{
    struct pair_state *state = &engine->pairs[pair];
    const struct blend *blend = &record->findings.blend;
    state->asked = record->chained && blend->read;
    if (!state->asked) {
        return;
    }
    const struct candidate candidate = engine_candidate(engine, pair, all);
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->vote_count; i++) {
        struct features own;
        if (!blend_agrees(&state->votes[i], all->direction)) {
            continue;
        }
        blend_vector(&blend->market, &candidate, &state->votes[i], &own);
        count++;
        for (uint32_t f = 0; f < FEATURE_COUNT; f++) {
            const double sum = count == 1 ? 0 : state->entry.values[f] * (count - 1);
            state->entry.values[f] = (sum + own.values[f]) / count;
        }
    }
    state->asked = count > 0;
}

void engine_learn(struct engine *engine, uint32_t pair, const struct position *closed)
{
    struct pair_state *state = &engine->pairs[pair];
    for (uint32_t i = 0; state->asked && i < engine->config.strategy_count; i++) {
        struct online *online = &engine->learning.online[i];
        if ((closed->strategies >> i & 1) != 0 && online->now.count > 0) {
            online_learn(online, state->entry.values, closed->pnl > 0, 1);
        }
    }
    state->asked = false;
}
