/* SPDX-License-Identifier: MIT */
/* Limits that the operator changes while the engine runs. The next decision goes by them: what is
 * held or ordered already stays as it is. */
#include "core/base/check.h"
#include "core/engine/engine_internal.h"
#include "core/risk/dial_bound.h"

void engine_keep_dials(struct engine *engine)
{
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        engine->dials_configured[i] = dial_get(&engine->config.risk, i);
    }
}

/* A day's loss that was too much may be allowed now: it is judged anew. A tighter limit lets nobody
 * in again, whatever has been won back since. */
static void rejudge_day(struct engine *engine, double before)
{
    const double now = engine->config.risk.max_daily_loss;
    if (now != before && (now == 0 || (before != 0 && now > before))) {
        engine->loss_limit_told = false;
    }
}

enum verdict engine_turn_dial(struct engine *engine, const struct instruction *asked,
                              struct record *record)
{
    struct risk_config *risk = &engine->config.risk;
    CHECK(asked->dial < DIAL_COUNT);
    const double day = risk->max_daily_loss, before = dial_get(risk, asked->dial);
    const double value = asked->configured ? engine->dials_configured[asked->dial] : asked->value;
    record->part = asked->dial;
    record->configured = asked->configured;
    record->figure = before;
    record->limit = value;
    if ((!asked->configured && !dial_allows(asked->dial, value)) ||
        !dial_agrees(risk, asked->dial, value)) {
        return VERDICT_BAD_LIMIT;
    }
    dial_set(risk, asked->dial, value);
    engine->dials &= ~(1u << asked->dial);
    engine->dials |= (uint32_t)!asked->configured << asked->dial;
    rejudge_day(engine, day);
    return VERDICT_DONE;
}

void engine_adopt_dials(struct engine *engine, const struct engine *before)
{
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        const double value = dial_get(&before->config.risk, i);
        if ((before->dials >> i & 1) != 0 && dial_allows(i, value)) {
            dial_set(&engine->config.risk, i, value);
            engine->dials |= 1u << i;
        }
    }
}
