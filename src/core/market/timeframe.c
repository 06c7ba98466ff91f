/* SPDX-License-Identifier: MIT */
#include "core/market/timeframe.h"

#include <string.h>

#include "core/base/timestamp.h"

const int64_t timeframe_ns[TIMEFRAME_COUNT] = {
    [TIMEFRAME_1M] = NS_PER_MIN,       [TIMEFRAME_5M] = 5 * NS_PER_MIN,
    [TIMEFRAME_15M] = 15 * NS_PER_MIN, [TIMEFRAME_1H] = NS_PER_HOUR,
    [TIMEFRAME_4H] = 4 * NS_PER_HOUR,  [TIMEFRAME_1D] = NS_PER_DAY,
};

const char *const timeframe_names[TIMEFRAME_COUNT + 1] = {
    [TIMEFRAME_1M] = "1m", [TIMEFRAME_5M] = "5m", [TIMEFRAME_15M] = "15m",
    [TIMEFRAME_1H] = "1h", [TIMEFRAME_4H] = "4h", [TIMEFRAME_1D] = "1d",
};

int64_t timeframe_floor(enum timeframe timeframe, int64_t time_ns)
{
    int64_t into = time_ns % timeframe_ns[timeframe];
    return time_ns - (into < 0 ? into + timeframe_ns[timeframe] : into);
}

bool timeframe_parse(const char *text, size_t len, enum timeframe *ret)
{
    for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++)
        if (strlen(timeframe_names[i]) == len && memcmp(timeframe_names[i], text, len) == 0) {
            *ret = (enum timeframe)i;
            return true;
        }
    return false;
}

int64_t timeframe_minutes(enum timeframe timeframe)
{
    return timeframe_ns[timeframe] / NS_PER_MIN;
}
