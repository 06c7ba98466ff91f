/* SPDX-License-Identifier: MIT */
#include "research/boundary.h"

#include "core/base/check.h"
#include "core/market/resample.h"

static int64_t silence_max(int64_t step_ns)
{
    return 2 * step_ns > NS_PER_HOUR ? 2 * step_ns : NS_PER_HOUR;
}

/* Reads the pair's next candle and says when it is due. */
static inline void look_ahead(struct boundary_pair *pair, const struct boundaries *boundaries)
{
    pair->ahead = pair->at < pair->end;
    if (!pair->ahead) {
        pair->due_ns = INT64_MAX;
        return;
    }
    if (pair->timeframe == boundaries->timeframe) {
        pair->next = *pair->at++;
    } else {
        pair->at = resample_rows(pair->at, pair->end, boundaries->timeframe, &pair->next);
    }
    pair->due_ns = pair->next.time_ns;
    const int64_t gap_ns = pair->due_ns - pair->last_ns;
    if (pair->begun && gap_ns > boundaries->step_ns) {
        pair->gap_count++;
        if (gap_ns - boundaries->step_ns <= silence_max(boundaries->step_ns)) {
            pair->due_ns = pair->last_ns + boundaries->step_ns;
        }
    }
}

/* A pair that traded before the start goes on from there. */
static void take_up(struct boundary_pair *pair, const struct candle *before,
                    enum timeframe timeframe)
{
    pair->begun = true;
    pair->last_ns = timeframe_floor(timeframe, before->time_ns);
    pair->close_last = before->close;
}

int64_t boundary_from(enum timeframe timeframe, int64_t start_ns)
{
    return start_ns == INT64_MIN
               ? start_ns
               : timeframe_floor(timeframe, start_ns - 1) + timeframe_ns[timeframe];
}

void boundaries_init(struct boundaries *boundaries, enum timeframe timeframe, uint32_t pair_count,
                     const struct candle_rows *rows, int64_t start_ns, int64_t end_ns)
{
    CHECK(pair_count <= PAIR_MAX);
    start_ns = boundary_from(timeframe, start_ns);
    boundaries->timeframe = timeframe;
    boundaries->step_ns = timeframe_ns[timeframe];
    boundaries->pair_count = pair_count;
    for (uint32_t i = 0; i < pair_count; i++) {
        CHECK(rows[i].timeframe <= timeframe);
        const size_t first = candle_rows_find(&rows[i], start_ns);
        const size_t last = candle_rows_find(&rows[i], end_ns);
        struct boundary_pair *pair = &boundaries->pairs[i];
        *pair = (struct boundary_pair){
            .at = rows[i].rows + first,
            .end = rows[i].rows + (last > first ? last : first),
            .timeframe = rows[i].timeframe,
        };
        if (first > 0) {
            take_up(pair, &pair->at[-1], timeframe);
        }
        look_ahead(pair, boundaries);
        if (pair->due_ns < start_ns) {
            pair->due_ns = start_ns;
        }
    }
}

static void give(struct boundary_pair *pair, uint32_t index, int64_t boundary_ns,
                 struct batch_entry *entry)
{
    const bool flat = pair->next.time_ns != boundary_ns;
    entry->pair = index;
    entry->flags = flat ? CANDLE_FLAT : 0;
    entry->candle = flat ? candle_flat(boundary_ns, pair->close_last) : pair->next;
    pair->candle_count += !flat;
    pair->flat_count += flat;
    pair->begun = true;
    pair->last_ns = boundary_ns;
    pair->close_last = entry->candle.close;
}

uint32_t boundaries_next(struct boundaries *boundaries, int64_t *ret_boundary_ns,
                         struct batch_entry *out)
{
    int64_t boundary_ns = INT64_MAX;
    for (uint32_t i = 0; i < boundaries->pair_count; i++) {
        const int64_t due_ns = boundaries->pairs[i].due_ns;
        boundary_ns = due_ns < boundary_ns ? due_ns : boundary_ns;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; boundary_ns != INT64_MAX && i < boundaries->pair_count; i++) {
        struct boundary_pair *pair = &boundaries->pairs[i];
        if (pair->due_ns != boundary_ns) {
            continue;
        }
        give(pair, i, boundary_ns, &out[count]);
        if ((out[count++].flags & CANDLE_FLAT) == 0) {
            look_ahead(pair, boundaries);
        } else {
            pair->due_ns = boundary_ns + boundaries->step_ns;
        }
    }
    *ret_boundary_ns = boundary_ns;
    return count;
}

size_t boundaries_history(const struct candle_rows *rows, enum timeframe timeframe,
                          int64_t start_ns, size_t most, struct candle *out)
{
    const int64_t from_ns =
        timeframe_floor(timeframe, start_ns) - (int64_t)most * timeframe_ns[timeframe];
    const struct candle *at = rows->rows + candle_rows_find(rows, from_ns);
    const struct candle *end = rows->rows + candle_rows_find(rows, start_ns);
    size_t count = 0;
    while (at < end && count < most) {
        at = resample_rows(at, end, timeframe, &out[count++]);
    }
    return count;
}
