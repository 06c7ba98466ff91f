/* SPDX-License-Identifier: MIT */
/*
 * The universe: which of all the pairs that a venue lists are traded, by liquidity and spread.
 *
 * A pair qualifies when it is quoted in the account's currency, open for all orders, not excluded,
 * has a bid and an ask, has traded `volume_min` in 24 hours and its spread is `spread_max` at most.
 * The `count` that traded most are chosen, ties by name. Neither the order of the candidates nor
 * anything but what stands in them matters.
 *
 * So that it does not flap, one that was chosen before qualifies within bounds wider by
 * `hysteresis`, and its volume counts for so much more against those of others. One on which a
 * position or an order stands stays, whatever it looks like, and takes its place first.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/option.h"
#include "core/market/pair.h"

struct universe_config {
    int64_t count;
    double volume_min;
    double spread_max;
    double hysteresis;
};

extern const struct option universe_options[];
extern const uint32_t universe_option_count;

enum universe_verdict {
    UNIVERSE_CHOSEN,
    UNIVERSE_HELD, /* would be refused, but a position or an order stands on it */
    UNIVERSE_CURRENCY,
    UNIVERSE_EXCLUDED,
    UNIVERSE_STATUS,
    UNIVERSE_ONE_SIDED, /* no bid, no ask, or the one not below the other */
    UNIVERSE_THIN,      /* too little volume */
    UNIVERSE_WIDE,      /* too wide a spread */
    UNIVERSE_OUTRANKED, /* qualifies, but others trade more */
    UNIVERSE_VERDICTS,
};

struct universe_candidate {
    char symbol[SYMBOL_MAX];
    enum pair_status status;
    bool foreign;      /* quoted in another currency */
    bool excluded;     /* by the operator */
    bool held;         /* a position or an order stands on it */
    bool before;       /* in the universe until now */
    double volume;     /* of 24 hours, in the quote currency */
    double spread_ppm; /* of the middle price; negative: it has no two sides */

    enum universe_verdict verdict; /* written by universe_choose */
};

struct universe {
    uint32_t count;
    uint32_t list[PAIR_MAX]; /* candidates, by falling volume */
};

/* (ask - bid) / middle in ppm; negative when there is none. */
double universe_spread_ppm(double bid, double ask);

/* Gives every candidate its verdict. More are held than config->count: all of those stay, and
 * nothing else; at most PAIR_MAX are held. */
void universe_choose(const struct universe_config *config, struct universe_candidate *candidates,
                     uint32_t count, struct universe *ret);
