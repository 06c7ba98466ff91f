/* SPDX-License-Identifier: MIT */
#include "core/market/tape.h"

int64_t tape_queue(const struct tape *tape, int64_t price_ticks, int64_t time_ns)
{
    if (tape->queue_ns == 0) {
        return tape->queue_lots;
    }
    int64_t lots = 0;
    const int64_t from_ns = time_ns - tape->queue_ns;
    for (const struct trade *at = tape->next; at > tape->first && at[-1].time_ns >= from_ns; at--) {
        if (at[-1].price_ticks == price_ticks &&
            __builtin_add_overflow(lots, at[-1].qty_lots, &lots)) {
            return INT64_MAX;
        }
    }
    return lots > 0 ? lots : INT64_MAX;
}

int64_t tape_price(const struct tape *tape)
{
    return tape->next > tape->first ? tape->next[-1].price_ticks : 0;
}
