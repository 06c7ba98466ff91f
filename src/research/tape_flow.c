/* SPDX-License-Identifier: MIT */
#include "research/tape_flow.h"

#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/limits.h"

struct tape_flow {
    uint32_t pair_count;
    uint32_t pair;    /* whose trade is under way */
    int64_t other_ns; /* when the next trade of any other pair comes */
    bool under_way;   /* event tells of tapes[pair].next */
    struct tape tapes[PAIR_MAX];
    const struct trade *ends[PAIR_MAX];
    struct event event;
};

static size_t first_from(const struct tape_rows *tape, int64_t time_ns)
{
    size_t low = 0, high = tape->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (tape->rows[middle].time_ns < time_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static inline int64_t next_ns(const struct tape_flow *flow, uint32_t pair)
{
    const struct trade *next = flow->tapes[pair].next;
    return next < flow->ends[pair] ? next->time_ns : INT64_MAX;
}

/* Whose trade is next, and how long he goes on alone. */
static void choose(struct tape_flow *flow)
{
    int64_t first_ns = INT64_MAX;
    flow->other_ns = INT64_MAX;
    for (uint32_t i = 0; i < flow->pair_count; i++) {
        const int64_t time_ns = next_ns(flow, i);
        if (time_ns < first_ns) {
            flow->other_ns = first_ns;
            first_ns = time_ns;
            flow->pair = i;
        } else if (time_ns < flow->other_ns) {
            flow->other_ns = time_ns;
        }
    }
}

static const struct event *tape_flow_next(void *self)
{
    struct tape_flow *flow = self;
    flow->tapes[flow->pair].next += flow->under_way;
    if (next_ns(flow, flow->pair) >= flow->other_ns) {
        choose(flow);
    }
    const struct trade *trade = flow->tapes[flow->pair].next;
    flow->under_way = trade < flow->ends[flow->pair];
    if (!flow->under_way) {
        return NULL;
    }
    flow->event.time_ns = trade->time_ns;
    flow->event.trade.pair = flow->pair;
    flow->event.trade.trade = *trade;
    return &flow->event;
}

static bool tape_flow_open(const void *self, int64_t start_ns, struct flow *ret)
{
    const struct tape_source *source = self;
    CHECK(source->pair_count > 0 && source->pair_count <= PAIR_MAX);
    struct tape_flow *flow = malloc(sizeof *flow);
    if (flow == NULL) {
        return false;
    }
    flow->pair = 0;
    flow->pair_count = source->pair_count;
    flow->under_way = false;
    flow->event = (struct event){.kind = EVENT_TRADE};
    for (uint32_t i = 0; i < source->pair_count; i++) {
        const struct tape_rows *rows = &source->rows[i];
        flow->tapes[i] = source->queues[i];
        flow->tapes[i].first = rows->rows;
        flow->tapes[i].next = rows->rows + first_from(rows, start_ns);
        flow->ends[i] = rows->rows + rows->count;
    }
    choose(flow);
    *ret = (struct flow){.self = flow, .next = tape_flow_next, .close = free, .tapes = flow->tapes};
    return true;
}

struct flow_source tape_source_face(const struct tape_source *source)
{
    return (struct flow_source){source, source->queues, tape_flow_open};
}

/* One candle under way, in ticks and lots, so that its volume is the sum exactly. */
struct forming {
    int64_t time_ns;
    int64_t open, high, low, close, volume;
};

static struct candle candle_of(const struct forming *forming, const struct pair *terms)
{
    const uint32_t places = terms->price_decimals;
    return (struct candle){
        .time_ns = forming->time_ns,
        .open = decimal_to_double(forming->open, places),
        .high = decimal_to_double(forming->high, places),
        .low = decimal_to_double(forming->low, places),
        .close = decimal_to_double(forming->close, places),
        .volume = decimal_to_double(forming->volume, terms->qty_decimals),
    };
}

static const struct trade *form(const struct trade *at, const struct trade *end,
                                enum timeframe timeframe, struct forming *ret)
{
    const int64_t price = at->price_ticks;
    *ret = (struct forming){
        timeframe_floor(timeframe, at->time_ns), price, price, price, price, at->qty_lots};
    const int64_t until_ns = ret->time_ns + timeframe_ns[timeframe];
    for (at++; at < end && at->time_ns < until_ns; at++) {
        ret->high = at->price_ticks > ret->high ? at->price_ticks : ret->high;
        ret->low = at->price_ticks < ret->low ? at->price_ticks : ret->low;
        ret->close = at->price_ticks;
        /* No market trades 9e18 lots in a day: what says so is not counted on. */
        if (__builtin_add_overflow(ret->volume, at->qty_lots, &ret->volume)) {
            ret->volume = INT64_MAX;
        }
    }
    return at;
}

struct candle *tape_candles(const struct tape_rows *tape, const struct pair *terms,
                            enum timeframe timeframe, size_t *ret_count)
{
    const struct trade *at = tape->rows, *end = tape->rows + tape->count;
    struct candle *rows = NULL;
    size_t count = 0, room = 0;
    while (at < end) {
        if (count == room) {
            room = room == 0 ? 2048 : 2 * room;
            struct candle *grown = realloc(rows, room * sizeof *grown);
            if (grown == NULL) {
                free(rows);
                return NULL;
            }
            rows = grown;
        }
        struct forming forming;
        at = form(at, end, timeframe, &forming);
        rows[count++] = candle_of(&forming, terms);
    }
    *ret_count = count;
    return rows;
}
