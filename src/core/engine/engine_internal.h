/* SPDX-License-Identifier: MIT */
/* What the engine's files share among themselves; nobody else includes this. */
#pragma once

#include "core/engine/engine.h"

/* A record with its pair, time and number set, and the present equity. Never NULL. */
struct record *engine_record(struct engine *engine, struct actions *out, enum record_kind kind,
                             uint32_t pair);

/* Closed candles of one boundary: learn, then decide. */
void engine_batch(struct engine *engine, const struct event *event, struct actions *out);

/* The venue's word on an order. */
void engine_report(struct engine *engine, const struct report *report, struct actions *out);

/* Places an entry; the record says how it was sized. */
void engine_enter(struct engine *engine, uint32_t pair, const struct risk_size *size,
                  const struct order *exits, uint32_t strategies, struct actions *out);

/* Wants the pair's position closed; what stands in the way is cancelled first. */
void engine_close(struct engine *engine, uint32_t pair, struct actions *out);

/* Does what a position still waits for: its exit, or a bracket of its size. Most wait for nothing,
 * and are asked once a candle. */
void engine_tend_position(struct engine *engine, uint32_t pair, struct actions *out);

static inline void engine_tend(struct engine *engine, uint32_t pair, struct actions *out)
{
    const struct position *position = &engine->portfolio.positions[pair];
    const bool bracket = (position->stop_ticks | position->target_ticks) != 0;
    if (position->qty_lots != 0 && (bracket || position->exit_wanted)) {
        engine_tend_position(engine, pair, out);
    }
}
