/* SPDX-License-Identifier: MIT */
#include "core/market/batch.h"

#include <string.h>

#include "core/base/check.h"

void batch_init(struct batch *batch, enum timeframe timeframe, uint32_t pair_count)
{
    CHECK(pair_count <= PAIR_MAX && timeframe < TIMEFRAME_COUNT);
    memset(batch, 0, sizeof *batch);
    batch->timeframe = timeframe;
    batch->pair_count = pair_count;
    batch->boundary_ns = INT64_MIN;
    batch->feed_ns = INT64_MIN;
    batch->fresh_count = pair_count;
    batch->missing_count = pair_count;
    for (uint32_t i = 0; i < pair_count; i++)
        batch->pairs[i].active = true;
}

static struct batch_pair *pair_at(struct batch *batch, uint32_t pair)
{
    CHECK(pair < batch->pair_count);
    return &batch->pairs[pair];
}

static bool is_fresh(const struct batch_pair *state)
{
    return state->active && !state->stale;
}

/* After an absence the last close is no price to make a candle from. What waits stays: it was
 * traded, and whoever gave it will not give it again. */
static void leave(struct batch *batch, struct batch_pair *state)
{
    batch->fresh_count--;
    if (state->waiting_count == 0)
        batch->missing_count--;
    state->close_last = 0;
}

static void join(struct batch *batch, const struct batch_pair *state)
{
    batch->fresh_count++;
    if (state->waiting_count == 0)
        batch->missing_count++;
}

static void become(struct batch *batch, struct batch_pair *state, bool active, bool stale)
{
    bool before = is_fresh(state);
    bool after = active && !stale;
    if (before && !after)
        leave(batch, state);
    state->active = active;
    state->stale = stale;
    if (after && !before)
        join(batch, state);
}

void batch_set_active(struct batch *batch, uint32_t pair, bool active)
{
    struct batch_pair *state = pair_at(batch, pair);
    become(batch, state, active, state->stale);
}

void batch_set_stale(struct batch *batch, uint32_t pair, bool stale)
{
    struct batch_pair *state = pair_at(batch, pair);
    become(batch, state, state->active, stale);
}

static void drop_first(struct batch *batch, struct batch_pair *state)
{
    state->waiting_count--;
    memmove(&state->waiting[0], &state->waiting[1],
            state->waiting_count * sizeof state->waiting[0]);
    if (state->waiting_count == 0 && is_fresh(state))
        batch->missing_count++;
}

void batch_start(struct batch *batch, int64_t boundary_ns)
{
    CHECK(boundary_ns == timeframe_floor(batch->timeframe, boundary_ns));
    batch->boundary_ns = boundary_ns;
    for (uint32_t i = 0; i < batch->pair_count; i++) {
        struct batch_pair *state = &batch->pairs[i];
        while (state->waiting_count > 0 && state->waiting[0].candle.time_ns < boundary_ns)
            drop_first(batch, state);
    }
}

void batch_seed(struct batch *batch, uint32_t pair, double close_last)
{
    pair_at(batch, pair)->close_last = close_last;
}

bool batch_add(struct batch *batch, uint32_t pair, const struct candle *candle, uint32_t flags)
{
    struct batch_pair *state = pair_at(batch, pair);
    int64_t time_ns = candle->time_ns;
    if (!is_fresh(state) && state->waiting_count == 0)
        return false;
    int64_t newest_ns = INT64_MIN;
    if (state->waiting_count > 0)
        newest_ns = state->waiting[state->waiting_count - 1].candle.time_ns;
    if (time_ns < batch->boundary_ns || time_ns < newest_ns) {
        batch->late_count++;
        return false;
    }
    if (time_ns == newest_ns || state->waiting_count == BATCH_AHEAD_MAX)
        return false;
    /* The usual candle is the one being gathered, and needs no division. */
    if (time_ns != batch->boundary_ns && time_ns != timeframe_floor(batch->timeframe, time_ns))
        return false;
    if (state->waiting_count == 0)
        batch->missing_count--;
    state->waiting[state->waiting_count++] = (struct batch_entry){pair, flags, *candle};
    return true;
}

void batch_clock(struct batch *batch, int64_t time_ns)
{
    if (time_ns > batch->feed_ns)
        batch->feed_ns = time_ns;
}

/* The boundary being gathered: before the first was released it is the oldest candle that waits,
 * so that it does not hang on which pair came first. INT64_MIN when none does. */
static int64_t gathered(const struct batch *batch)
{
    if (batch->boundary_ns != INT64_MIN)
        return batch->boundary_ns;
    int64_t oldest_ns = INT64_MAX;
    for (uint32_t i = 0; i < batch->pair_count; i++) {
        const struct batch_pair *state = &batch->pairs[i];
        if (state->waiting_count > 0 && state->waiting[0].candle.time_ns < oldest_ns)
            oldest_ns = state->waiting[0].candle.time_ns;
    }
    return oldest_ns == INT64_MAX ? INT64_MIN : oldest_ns;
}

static bool complete(const struct batch *batch, int64_t boundary_ns)
{
    if (boundary_ns == INT64_MIN)
        return false;
    /* With nobody to wait for, only the feed's time can end a boundary. */
    if (batch->fresh_count > 0 && batch->missing_count == 0)
        return true;
    return batch->feed_ns >= boundary_ns + timeframe_ns[batch->timeframe] + BATCH_GRACE_NS;
}

/* What a pair has for the boundary; false when it has nothing, and no close to go on from. */
static bool take_from(struct batch *batch, uint32_t pair, int64_t boundary_ns,
                      struct batch_entry *out)
{
    struct batch_pair *state = &batch->pairs[pair];
    if (state->waiting_count > 0 && state->waiting[0].candle.time_ns == boundary_ns) {
        *out = state->waiting[0];
        if (is_fresh(state))
            state->close_last = out->candle.close;
        drop_first(batch, state);
        return true;
    }
    if (state->close_last == 0)
        return false;
    *out = (struct batch_entry){pair, CANDLE_FLAT, candle_flat(boundary_ns, state->close_last)};
    batch->flat_count++;
    return true;
}

int batch_take(struct batch *batch, int64_t *ret_boundary_ns, struct batch_entry *out)
{
    int64_t boundary_ns = gathered(batch);
    if (!complete(batch, boundary_ns))
        return -1;
    int count = 0;
    for (uint32_t i = 0; i < batch->pair_count; i++)
        count += take_from(batch, i, boundary_ns, &out[count]);
    batch->boundary_ns = boundary_ns + timeframe_ns[batch->timeframe];
    *ret_boundary_ns = boundary_ns;
    return count;
}
