/* SPDX-License-Identifier: MIT */
/* One public trade, as the venue reported it. */
#pragma once

#include <stdint.h>

#include "core/market/book.h"

struct trade {
    int64_t time_ns;
    int64_t price_ticks;
    int64_t qty_lots;
    uint64_t id;     /* the venue's, ascending per pair; 0 unknown */
    enum side taker; /* side of the order that took liquidity */
};
