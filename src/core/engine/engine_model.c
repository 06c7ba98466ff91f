/* SPDX-License-Identifier: MIT */
/* The model in force, and who of the strategies it knows. */
#include <string.h>

#include "core/base/check.h"
#include "core/engine/engine_internal.h"

static const char *strategy_name(const struct engine *engine, uint32_t strategy)
{
    return strategy_table[engine->config.strategies[strategy].type]->name;
}

/* Who of the strategies the model knows, and fits; *ret_live of them it may move. */
static uint32_t find_trained(struct engine *engine, const struct model *model, uint32_t unfit,
                             uint32_t *ret_live)
{
    struct learning *learning = &engine->learning;
    uint32_t known = 0;
    *ret_live = 0;
    learning->pooled = (int8_t)(model ? model_find(model, "") : MODEL_NONE_TRAINED);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        const bool here =
            model != NULL && i < engine->config.strategy_count && (unfit >> i & 1) == 0;
        learning->trained[i] =
            (int8_t)(here ? model_find(model, strategy_name(engine, i)) : MODEL_NONE_TRAINED);
        if (learning->trained[i] != MODEL_NONE_TRAINED) {
            known++;
            *ret_live +=
                model->trained[learning->trained[i]].live && (learning->demoted >> i & 1) == 0;
        }
    }
    return known;
}

void engine_forget_models(struct engine *engine)
{
    uint32_t live;
    find_trained(engine, NULL, 0, &live);
}

/* An online part begins where the logistic one was left. One that has come from the same goes on:
 * a model that is carried over into another file has not forgotten what it learned. */
static void begin_online(struct engine *engine, const struct model *model, uint32_t strategy)
{
    struct online *online = &engine->learning.online[strategy];
    const int32_t trained = engine->learning.trained[strategy];
    if (trained != MODEL_NONE_TRAINED && online_is_of(online, &model->trained[trained].logistic)) {
        return;
    }
    *online = (struct online){0};
    if (trained != MODEL_NONE_TRAINED && model->trained[trained].logistic.count > 0) {
        online_init(online, &model->trained[trained].logistic);
    }
}

static void tell(struct engine *engine, uint32_t known, uint32_t live, struct actions *out)
{
    struct record *record = engine_record(engine, out, RECORD_MODEL, 0);
    record->pair = UINT32_MAX;
    record->actionable_count = known;
    record->agree_count = live;
    record->model = model_hash_number(engine->learning.model);
}

void engine_take_model(struct engine *engine, const struct event *event, struct actions *out)
{
    struct learning *learning = &engine->learning;
    const uint8_t *hash = event->model.hash;
    const struct model *model = model_hash_is_none(hash) ? NULL : model_in_force;
    CHECK(model_hash_is_none(hash) ||
          (model != NULL && memcmp(model->hash, hash, MODEL_HASH_SIZE) == 0));
    const bool same = memcmp(learning->model, hash, MODEL_HASH_SIZE) == 0;
    const bool told = same && learning->turn == event->model.turn; /* again, behind a snapshot */
    uint32_t live;
    learning->demoted = event->model.demoted | (told ? learning->demoted : 0);
    const uint32_t known = find_trained(engine, model, event->model.unfit, &live);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if (!same || learning->online[i].change.count == 0) { /* one that has joined since, too */
            begin_online(engine, model, i);
        }
    }
    if (told) {
        return;
    }
    learning->turn = event->model.turn;
    memcpy(learning->model, hash, MODEL_HASH_SIZE);
    engine_renew_watches(engine);
    if (!same) {
        engine_renew_outcomes(engine);
    }
    tell(engine, known, live, out);
}

void engine_adopt_learning(struct engine *engine, const struct engine *before)
{
    struct learning *here = &engine->learning;
    memcpy(here->model, before->learning.model, sizeof here->model);
    here->turn = before->learning.turn;
    if (before->learning.bandit.b.at[0][0] > 0) {
        here->bandit = before->learning.bandit;
    }
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        for (uint32_t k = 0; k < before->config.strategy_count; k++) {
            /* By its seat's name: another session's table may hold other strategies. */
            if (strcmp(engine->seats[i].name, before->seats[k].name) == 0) {
                here->online[i] = before->learning.online[k];
                here->scores[i] = before->learning.scores[k];
                here->watches[i] = before->learning.watches[k];
                here->demoted |= (before->learning.demoted >> k & 1) << i;
            }
        }
    }
}

struct blend_models engine_models(const struct engine *engine)
{
    const struct learning *learning = &engine->learning;
    const bool told = model_in_force != NULL &&
                      memcmp(model_in_force->hash, learning->model, MODEL_HASH_SIZE) == 0;
    return (struct blend_models){
        .model = told ? model_in_force : NULL,
        .online = learning->online,
        .trained = learning->trained,
        .pooled = learning->pooled,
        .demoted = learning->demoted,
    };
}
