/* SPDX-License-Identifier: MIT */
/*
 * Models watched at work (core/model/watch.h): whether they are asked of what they were trained on,
 * which is told, and whether what they say comes true. One that fails is demoted: it goes on as a
 * shadow, and the heuristic judges in its place until a model is put in force anew.
 */
#include <math.h>

#include "core/engine/engine_internal.h"

/* What the training of a strategy's model saw; NULL: it is not watched. */
static const struct watch_reference *reference_of(const struct engine *engine, uint32_t strategy)
{
    const struct model *model = engine_models(engine).model;
    const int32_t trained = engine->learning.trained[strategy];
    return model == NULL || trained == MODEL_NONE_TRAINED ? NULL : model->trained[trained].watch;
}

/* Of a strategy's model. */
static struct record *tell(struct engine *engine, enum record_kind kind, uint32_t strategy,
                           struct actions *out)
{
    struct record *record = engine_record(engine, out, kind, 0);
    record->pair = UINT32_MAX;
    record->model = model_hash_number(engine->learning.model);
    record->vote_count = 1;
    record->votes[0] = (struct vote){.strategy = (uint8_t)strategy};
    return record;
}

/* The one furthest beyond where it is out of the ordinary. */
static void put_worst(const struct watch *watch, const struct watch_reference *reference,
                      struct record *record)
{
    double worst = 0;
    for (uint32_t i = 0; i < reference->count; i++) {
        const double beyond = watch->psi[i] / reference->features[i].alarm;
        if ((watch->drifted >> i & 1) != 0 && beyond > worst) {
            worst = beyond;
            record->figure = watch->psi[i];
            record->limit = reference->features[i].alarm;
        }
    }
}

void engine_watch_question(struct engine *engine, uint32_t strategy,
                           const struct features *features, struct actions *out)
{
    struct watch *watch = &engine->learning.watches[strategy];
    const struct watch_reference *reference = reference_of(engine, strategy);
    const uint64_t before = watch->drifted;
    if (reference == NULL || !watch_decision(watch, reference, features->values) ||
        (watch->drifted & ~before) == 0) {
        return; /* nothing that was not told of the window before */
    }
    struct record *record = tell(engine, RECORD_DRIFT, strategy, out);
    record->drifted = watch->drifted;
    put_worst(watch, reference, record);
}

static bool is_live(const struct engine *engine, uint32_t strategy)
{
    const struct blend_models models = engine_models(engine);
    return blend_listens(&models, strategy);
}

void engine_watch_answer(struct engine *engine, uint32_t strategy, double probability, bool won,
                         double weight, struct actions *out)
{
    struct watch *watch = &engine->learning.watches[strategy];
    const struct watch_reference *reference = reference_of(engine, strategy);
    if (reference == NULL || !watch_trade(watch, reference, probability, won, weight) ||
        !is_live(engine, strategy)) {
        return;
    }
    engine->learning.demoted |= 1u << strategy;
    struct record *record = tell(engine, RECORD_DEMOTED, strategy, out);
    record->figure = watch->evidence;
    record->limit = WATCH_ALARM;
    record->part = watch->richest;
    record->actionable_count = (uint32_t)watch->trades;
}

void engine_renew_watches(struct engine *engine)
{
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        watch_init(&engine->learning.watches[i]);
    }
}
