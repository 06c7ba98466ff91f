/* SPDX-License-Identifier: MIT */
/*
 * The `result` of the public Ticker, asked for all pairs at once: how each is quoted, and what it
 * traded in 24 hours.
 */
#pragma once

#include <stdbool.h>

#include "platform/json/json.h"
#include "venue/kraken/names.h"

struct kraken_day {
    double bid, ask; /* 0: none, or the venue did not say */
    double volume;   /* 24 hours, in the quote currency: volume times its average price */
};

/*
 * Fills days[i] for names->list[i]; what the reply does not have is zeros. Pairs that `names` does
 * not know are passed over. False when it is malformed (json_explain says where).
 */
bool kraken_tickers_read(struct json *json, const struct kraken_names *names,
                         struct kraken_day days[PAIR_META_MAX]);
