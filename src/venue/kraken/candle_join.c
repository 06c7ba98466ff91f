/* SPDX-License-Identifier: MIT */
#include "venue/kraken/candle_join.h"

#include <string.h>

#include "core/base/check.h"

void kraken_join_init(struct kraken_join *join, int64_t span_ns, int64_t cursor_ns)
{
    CHECK(span_ns > 0);
    join->span_ns = span_ns;
    join->cursor_ns = cursor_ns;
    join->covered_ns = INT64_MAX;
    join->open_count = 0;
    join->ready_first = 0;
    join->ready_count = 0;
}

static bool ready_full(const struct kraken_join *join)
{
    return join->ready_count == KRAKEN_REST_ROWS;
}

static void make_ready(struct kraken_join *join, const struct candle *candle)
{
    CHECK(!ready_full(join));
    join->ready[(join->ready_first + join->ready_count++) % KRAKEN_REST_ROWS] = *candle;
}

const struct candle *kraken_join_peek(const struct kraken_join *join)
{
    return join->ready_count == 0 ? NULL : &join->ready[join->ready_first];
}

void kraken_join_take(struct kraken_join *join)
{
    CHECK(join->ready_count > 0);
    /* Empty, as after nearly every candle, it begins anew: a ring that walked on would touch all of
     * its 34 KB a pair within 720 candles. */
    join->ready_first = --join->ready_count == 0 ? 0 : (join->ready_first + 1) % KRAKEN_REST_ROWS;
}

static void drop_open(struct kraken_join *join, uint32_t index)
{
    join->open_count--;
    memmove(&join->open[index], &join->open[index + 1],
            (join->open_count - index) * sizeof *join->open);
}

void kraken_join_cover(struct kraken_join *join, int64_t time_ns)
{
    if (time_ns < join->covered_ns)
        join->covered_ns = time_ns;
}

void kraken_join_uncover(struct kraken_join *join)
{
    join->covered_ns = INT64_MAX;
    join->open_count = 0;
}

static bool covered(const struct kraken_join *join)
{
    return join->covered_ns <= join->cursor_ns;
}

/* The first open candle is final: the cursor passes it. When nobody has taken the ready ones for so
 * long that there is no room, it waits: the cursor stays, and nothing is lost. */
static bool finish_first(struct kraken_join *join)
{
    if (ready_full(join))
        return false;
    make_ready(join, &join->open[0]);
    join->cursor_ns = join->open[0].time_ns + join->span_ns;
    drop_open(join, 0);
    return true;
}

/* All but the newest open candle are final, because a newer one exists. */
static void advance_to_newest(struct kraken_join *join)
{
    if (!covered(join))
        return;
    while (join->open_count > 1 && finish_first(join)) {
    }
    if (join->open_count == 1 && join->open[0].time_ns > join->cursor_ns)
        join->cursor_ns = join->open[0].time_ns;
}

/* With a gap before them open candles cannot be given out; the oldest is left to REST then. */
static void make_room(struct kraken_join *join)
{
    join->covered_ns = join->open[0].time_ns + join->span_ns;
    drop_open(join, 0);
}

bool kraken_join_row(struct kraken_join *join, const struct candle *candle)
{
    if (candle->time_ns < join->cursor_ns) {
        kraken_join_cover(join, join->cursor_ns);
        advance_to_newest(join);
        return false;
    }
    uint32_t at = join->open_count;
    while (at > 0 && join->open[at - 1].time_ns >= candle->time_ns)
        at--;
    if (at < join->open_count && join->open[at].time_ns == candle->time_ns) {
        join->open[at] = *candle;
        return true;
    }
    if (join->open_count == KRAKEN_OPEN_MAX) {
        if (at == 0)
            return true; /* older than all that we hold: it stays REST's */
        make_room(join);
        at--;
    }
    memmove(&join->open[at + 1], &join->open[at], (join->open_count - at) * sizeof *join->open);
    join->open[at] = *candle;
    join->open_count++;
    kraken_join_cover(join, candle->time_ns);
    advance_to_newest(join);
    return true;
}

void kraken_join_start(struct kraken_join *join, int64_t time_ns)
{
    join->cursor_ns = time_ns;
    while (join->open_count > 0 && join->open[0].time_ns < time_ns)
        drop_open(join, 0);
    advance_to_newest(join);
}

static int64_t floor_to(const struct kraken_join *join, int64_t time_ns)
{
    return time_ns - time_ns % join->span_ns;
}

void kraken_join_settle(struct kraken_join *join, int64_t time_ns)
{
    if (!covered(join))
        return;
    while (join->open_count > 0 && join->open[0].time_ns + join->span_ns <= time_ns) {
        if (!finish_first(join))
            return;
    }
    int64_t decided_ns = floor_to(join, time_ns);
    if (join->open_count > 0 && join->open[0].time_ns < decided_ns)
        decided_ns = join->open[0].time_ns;
    if (decided_ns > join->cursor_ns)
        join->cursor_ns = decided_ns;
}

uint32_t kraken_join_rest(struct kraken_join *join, const struct candle *rows, uint32_t count,
                          int64_t committed_ns)
{
    int64_t end_ns = committed_ns < join->covered_ns ? committed_ns : join->covered_ns;
    uint32_t taken = 0;
    for (uint32_t i = 0; i < count && rows[i].time_ns < end_ns; i++) {
        if (rows[i].time_ns < join->cursor_ns)
            continue;
        if (ready_full(join))
            return taken;
        make_ready(join, &rows[i]);
        join->cursor_ns = rows[i].time_ns + join->span_ns;
        taken++;
    }
    if (end_ns > join->cursor_ns)
        join->cursor_ns = end_ns;
    advance_to_newest(join);
    return taken;
}

bool kraken_join_gap(const struct kraken_join *join, int64_t time_ns)
{
    return !covered(join) && join->cursor_ns + join->span_ns <= time_ns;
}
