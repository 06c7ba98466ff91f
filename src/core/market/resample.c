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

const struct candle *resample_rows(const struct candle *at, const struct candle *end,
                                   enum timeframe to, struct candle *ret)
{
    const int64_t time_ns = timeframe_floor(to, at->time_ns);
    const int64_t until_ns = time_ns + timeframe_ns[to];
    *ret = *at++;
    ret->time_ns = time_ns;
    while (at < end && at->time_ns < until_ns)
        candle_merge(ret, at++);
    return at;
}
