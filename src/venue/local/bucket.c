/* SPDX-License-Identifier: MIT */
#include "venue/local/bucket.h"

#include <math.h>

struct bucket bucket_flat(int64_t time_ns, int64_t close_ticks)
{
    return (struct bucket){.time_ns = time_ns,
                           .open_ticks = close_ticks,
                           .high_ticks = close_ticks,
                           .low_ticks = close_ticks,
                           .close_ticks = close_ticks};
}

void bucket_merge(struct bucket *bucket, const struct bucket *next)
{
    if (next->volume_lots == 0)
        return;
    if (bucket->volume_lots == 0) {
        bucket->open_ticks = next->open_ticks;
        bucket->high_ticks = next->high_ticks;
        bucket->low_ticks = next->low_ticks;
    }
    if (next->high_ticks > bucket->high_ticks)
        bucket->high_ticks = next->high_ticks;
    if (next->low_ticks < bucket->low_ticks)
        bucket->low_ticks = next->low_ticks;
    bucket->close_ticks = next->close_ticks;
    bucket->volume_lots = lots_add(bucket->volume_lots, next->volume_lots);
    bucket->cost += next->cost;
    bucket->trade_count += next->trade_count;
}

void bucket_add(struct bucket *bucket, const struct trade *trade)
{
    struct bucket one = bucket_flat(trade->time_ns, trade->price_ticks);
    one.volume_lots = trade->qty_lots;
    one.cost = (double)trade->price_ticks * (double)trade->qty_lots;
    one.trade_count = 1;
    bucket_merge(bucket, &one);
}

struct bucket bucket_of_bar(const struct bar *bar)
{
    double mean = ((double)bar->open_ticks + (double)bar->high_ticks + (double)bar->low_ticks +
                   (double)bar->close_ticks) /
                  4;
    return (struct bucket){bar->time_ns,
                           bar->open_ticks,
                           bar->high_ticks,
                           bar->low_ticks,
                           bar->close_ticks,
                           bar->volume_lots,
                           mean * (double)bar->volume_lots,
                           bar->trade_count};
}

int64_t bucket_vwap_ticks(const struct bucket *bucket)
{
    if (bucket->volume_lots == 0)
        return bucket->close_ticks;
    return (int64_t)llround(bucket->cost / (double)bucket->volume_lots);
}
