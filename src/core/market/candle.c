/* SPDX-License-Identifier: MIT */
#include "core/market/candle.h"

#include <math.h>

bool candle_valid(const struct candle *candle)
{
    /* A NaN fails every comparison; infinity must lie above high or be it. */
    return candle->low > 0 && candle->low <= candle->open && candle->low <= candle->close &&
           candle->open <= candle->high && candle->close <= candle->high &&
           isfinite(candle->high) && candle->volume >= 0 && isfinite(candle->volume);
}

struct candle candle_flat(int64_t time_ns, double price)
{
    return (struct candle){time_ns, price, price, price, price, 0};
}

void candle_merge(struct candle *into, const struct candle *next)
{
    into->high = next->high > into->high ? next->high : into->high;
    into->low = next->low < into->low ? next->low : into->low;
    into->close = next->close;
    into->volume += next->volume;
}

size_t candle_find(const struct candle *rows, size_t count, int64_t time_ns)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rows[middle].time_ns < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
