/* SPDX-License-Identifier: MIT */
#include "core/market/resample.h"

bool resample(struct resample how, struct candle *open, bool *is_open, const struct candle *candle,
              struct candle *ret_closed)
{
    bool closed = false;
    if (*is_open && candle->time_ns >= open->time_ns + timeframe_ns[how.to]) {
        *ret_closed = *open;
        *is_open = false;
        closed = true;
    }
    if (*is_open) {
        candle_merge(open, candle);
    } else {
        *open = *candle;
        open->time_ns = timeframe_floor(how.to, candle->time_ns);
        *is_open = true;
    }
    if (!closed && !resample_inside(how, open, candle)) {
        *ret_closed = *open;
        *is_open = false;
        closed = true;
    }
    return closed;
}
