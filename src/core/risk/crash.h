/* SPDX-License-Identifier: MIT */
/*
 * A circuit breaker for the market: when at least half of the pairs stand `fall` or more below
 * their highest price of the last `window`, entries stop. Exits and stops go on.
 *
 *     closed --crash--> open --the pause is over--> half open --one more pause without--> closed
 *                        ^  \__ still a crash: __/     |        a crash
 *                        |      twice the pause        |
 *                        `---- a crash: twice the pause'
 *
 * Half open, one entry is let through. The pause doubles up to 32 times. Zeros are a closed
 * breaker; of a market that is not looked at (fall 0) too.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/candle.h"
#include "core/risk/breaker.h"

struct crash_config {
    double fall; /* fraction of the highest price; 0: never */
    int64_t window_ns;
    int64_t pause_ns;
    bool flatten; /* sells everything, too */
};

#define CRASH_PARTS 12

/* A pair's highest price of the window, which loses a twelfth of it at a time. */
struct crash_window {
    int64_t part_end_ns; /* of the newest part; 0: no candle yet */
    uint32_t newest;
    bool fallen;
    double highs[CRASH_PARTS];
    double before; /* the highest of all parts but the newest */
};

struct crash {
    enum breaker_state state;
    uint32_t doubled;
    uint32_t known, fallen; /* pairs with a window, and those of them that have fallen */
    bool tried;             /* half open: the one entry was let through */
    int64_t until_ns;
    int64_t look_ns; /* when pairs gone silent are looked for again */
};

/* A closed candle of the pair, in order of time. */
void crash_push(struct crash *crash, struct crash_window *window, const struct crash_config *config,
                const struct candle *candle);

/* A pair that has been silent for the whole window tells nothing of the market any more. */
void crash_forget(struct crash *crash, struct crash_window *window,
                  const struct crash_config *config, int64_t now_ns);

enum crash_turn {
    CRASH_NOTHING,
    CRASH_OPENED, /* or opened again */
    CRASH_TRIAL,
    CRASH_OVER,
};

/* Once a boundary, after its candles. */
enum crash_turn crash_judge(struct crash *crash, const struct crash_config *config, int64_t now_ns);

/* False when an entry must not be made now. */
static inline bool crash_admits(const struct crash *crash)
{
    return crash->state == BREAKER_CLOSED || (crash->state == BREAKER_TRIAL && !crash->tried);
}
