/* SPDX-License-Identifier: MIT */
/*
 * What a pair has traded so far, where a recorded tape is played back and no book is known: from it
 * comes what is taken to stand ahead of a limit in its queue.
 */
#pragma once

#include "core/market/trade.h"

struct tape {
    const struct trade *first, *next; /* [first, next): traded before the event under way */
    int64_t queue_ns;                 /* how long before an order its price's trades count */
    int64_t queue_lots;               /* queue_ns 0: so much is ahead, whatever was traded */
};

/*
 * Lots ahead of a limit that joins at time_ns: what was traded at its price in queue_ns before. A
 * level at which nobody traded is not known, and INT64_MAX: only a trade through the price says
 * that all who stood there were served.
 */
int64_t tape_queue(const struct tape *tape, int64_t price_ticks, int64_t time_ns);

/* The newest price; 0 before the first trade. */
int64_t tape_price(const struct tape *tape);
