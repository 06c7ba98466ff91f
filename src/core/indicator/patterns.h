/* SPDX-License-Identifier: MIT */
/*
 * Candle patterns, as TA-Lib's CDL functions find them with its default settings (ta_global.c):
 * bodies are long or short beside the mean body of the 10 candles before, a doji's is at most a
 * tenth of the mean range of those; a long shadow exceeds the body, a very short one is below a
 * tenth of that range; "near" is a fifth of the mean range of 5 candles. All are judged by exact
 * comparisons, so candles on the same tick count as equal.
 *
 *   pattern           candles  means, and asks of the candles
 *   engulfing               2  rises or falls: the body covers the one before, of the other colour
 *   hammer                  1  rises: a small body, a long lower shadow, near the low before
 *   shooting star           1  falls: a small body, a long upper shadow, a gap up before it
 *   doji                    1  undecided: next to no body
 *   morning star            3  rises: long and down, a gap, a small one, up by 0.3 of the first
 *   evening star            3  falls: its mirror
 *   piercing                2  rises: long and down; opens below its low, closes above its middle
 *   dark cloud cover        2  falls: its mirror, above its high
 *
 * Found patterns are bits of two masks, rising and falling. An engulfing body that shares one end
 * with the one before (80 in TA-Lib, where a full one is 100) has PATTERN_ENGULFING_TOUCHING set
 * beside it. A pattern can be found from candle number patterns_warmup on; the update is ready when
 * all can. A doji is in the rising mask, as TA-Lib gives it a positive sign.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/candle.h"

enum pattern {
    PATTERN_ENGULFING,
    PATTERN_HAMMER,
    PATTERN_SHOOTING_STAR,
    PATTERN_DOJI,
    PATTERN_MORNING_STAR,
    PATTERN_EVENING_STAR,
    PATTERN_PIERCING,
    PATTERN_DARK_CLOUD_COVER,
    PATTERN_COUNT,
    PATTERN_ENGULFING_TOUCHING = PATTERN_COUNT,
};

#define PATTERNS_WARMUP 13

struct patterns {
    uint32_t count; /* candles seen; saturates at PATTERNS_WARMUP */
    uint32_t size;  /* where the next candle's body and range go */
    uint32_t shape; /* where the newest candle's shape stands */
};

/* Doubles that patterns_update is given to keep. */
uint32_t patterns_store(void);

/* The number of the first candle on which the pattern can be found. */
uint32_t patterns_warmup(enum pattern pattern);

void patterns_init(struct patterns *patterns);

/* Writes the rising mask and the falling one; returns whether every pattern had its candles. */
bool patterns_update(struct patterns *patterns, double *store, const struct candle *candle,
                     double ret_masks[2]);

/* TA-Lib's figure: 100 or 80 where the pattern rises, the same below 0 where it falls, else 0. */
int32_t patterns_figure(const double masks[2], enum pattern pattern);
