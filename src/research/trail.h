/* SPDX-License-Identifier: MIT */
/*
 * The trail of a run: a digest of all that the engine did at each boundary, as the journal would
 * keep it. Two runs whose digests are the same placed the same orders and recorded the same
 * decisions, to the last figure. Of one boundary the actions themselves can be kept, to say in
 * words where two trails part.
 */
#pragma once

#include "research/backtest.h"

/* An action and, where it has one, its record. */
struct trail_item {
    struct action action;
    struct record record;
};

struct trail {
    struct backtest_watch watch; /* for backtest_config.watch, which it must outlive */
    size_t count, room;
    int64_t *boundaries_ns;
    uint32_t *digests;
    bool *flat; /* a pair was flat there: nobody had traded */

    /* The run ends after the first boundary that differs from this one's; NULL: it does not. */
    const struct trail *against;
    bool parted; /* at the last boundary that is here */

    int64_t keep_ns; /* the boundary whose actions are kept and the run's last; INT64_MIN none */
    struct trail_item *items;
    size_t item_count, item_room;

    uint32_t digest; /* of the boundary under way */
    bool flat_now;
    bool out_of_memory;
    uint8_t *bytes;      /* room for a step's code, */
    struct actions *one; /* and for a step of one action */
};

/* 0, -ENOMEM. */
int trail_init(struct trail *trail);
void trail_deinit(struct trail *trail);

/* The first item that the other does not have in its place; count where all are the same. */
size_t trail_parts_at(const struct trail *trail, const struct trail *other);
