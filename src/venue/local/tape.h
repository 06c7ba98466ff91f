/* SPDX-License-Identifier: MIT */
/*
 * The trades inside a bar: a seeded tape that gives the bar back exactly. The first trade is at
 * the open, the last at the close, high and low are touched and never passed, and the quantities
 * add up to the volume to the lot. Times rise by at least a microsecond, all inside the step and
 * none on its edges, so that what happened before a boundary is never in doubt.
 */
#pragma once

#include "venue/local/market.h"

/* Trades the shape of a bar needs at least: 1 flat, 2 for open and close, one more for each
 * extreme that is neither. */
uint32_t tape_count_min(const struct bar *bar);

/* out[bar->trade_count]. CHECKs tape_count_min <= trade_count <= volume_lots. */
void tape_make(const struct bar *bar, int64_t step_ns, int64_t tick_step, uint64_t seed,
               struct trade *out);
