/* SPDX-License-Identifier: MIT */
#include "core/indicator/patterns.h"

#include <math.h>
#include <string.h>

#define BEFORE 10 /* candles that a body or a range is measured by */
#define NEAR 5    /* and those that say what is near */

/* What the rules ask of a candle. */
struct shape {
    double open, high, low, close;
    double body;
    double top, bottom; /* of the body */
    double body_mean;   /* of the candles before it */
    double range_mean;
    double near;
    bool rises;
};

/* The store: the newest bodies and ranges, oldest first, and the newest three shapes. */
struct memory {
    double bodies[BEFORE];
    double ranges[BEFORE];
    struct shape shapes[3]; /* [0] is the newest */
};

_Static_assert(sizeof(struct memory) % sizeof(double) == 0, "it is kept in doubles");

uint32_t patterns_store(void)
{
    return sizeof(struct memory) / sizeof(double);
}

uint32_t patterns_warmup(enum pattern pattern)
{
    static const uint32_t warmups[PATTERN_COUNT] = {3, 12, 12, 11, 13, 13, 12, 12};
    return warmups[pattern];
}

void patterns_init(struct patterns *patterns)
{
    *patterns = (struct patterns){0};
}

static double sum_of(const double *values, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static struct shape shape_of(const struct memory *memory, const struct candle *candle)
{
    const bool rises = candle->close >= candle->open;
    return (struct shape){
        .open = candle->open,
        .high = candle->high,
        .low = candle->low,
        .close = candle->close,
        .body = fabs(candle->close - candle->open),
        .top = rises ? candle->close : candle->open,
        .bottom = rises ? candle->open : candle->close,
        .body_mean = sum_of(memory->bodies, BEFORE) / BEFORE,
        .range_mean = sum_of(memory->ranges, BEFORE) / BEFORE,
        .near = 0.2 * (sum_of(memory->ranges + BEFORE - NEAR, NEAR) / NEAR),
        .rises = rises,
    };
}

/* 0, 80 or 100. The body covers the one before; at one end it may stop where that does. */
static int engulfing(const struct shape *now, const struct shape *before)
{
    if (now->rises == before->rises)
        return 0;
    const double above = now->rises ? now->close - before->open : now->open - before->close;
    const double below = now->rises ? before->close - now->open : before->open - now->close;
    if (above < 0 || below < 0 || (above == 0 && below == 0))
        return 0;
    return above > 0 && below > 0 ? 100 : 80;
}

static bool hammer(const struct shape *now, const struct shape *before)
{
    return now->body < now->body_mean && now->bottom - now->low > now->body &&
           now->high - now->top < 0.1 * now->range_mean &&
           now->bottom <= before->low + before->near;
}

static bool shooting_star(const struct shape *now, const struct shape *before)
{
    return now->body < now->body_mean && now->high - now->top > now->body &&
           now->bottom - now->low < 0.1 * now->range_mean && now->bottom > before->top;
}

/* The middle one of three: short, where the first is long and the last is not. */
static bool star(const struct shape *shapes)
{
    return shapes[2].body > shapes[2].body_mean && shapes[1].body <= shapes[1].body_mean &&
           shapes[0].body > shapes[0].body_mean && shapes[0].rises != shapes[2].rises;
}

static bool morning_star(const struct shape *shapes)
{
    return star(shapes) && shapes[0].rises && shapes[1].top < shapes[2].bottom &&
           shapes[0].close > shapes[2].close + shapes[2].body * 0.3;
}

static bool evening_star(const struct shape *shapes)
{
    return star(shapes) && !shapes[0].rises && shapes[1].bottom > shapes[2].top &&
           shapes[0].close < shapes[2].close - shapes[2].body * 0.3;
}

static bool piercing(const struct shape *now, const struct shape *before)
{
    return !before->rises && now->rises && before->body > before->body_mean &&
           now->body > now->body_mean && now->open < before->low && now->close < before->open &&
           now->close > before->close + before->body * 0.5;
}

static bool dark_cloud_cover(const struct shape *now, const struct shape *before)
{
    return before->rises && !now->rises && before->body > before->body_mean &&
           now->open > before->high && now->close > before->open &&
           now->close < before->close - before->body * 0.5;
}

static uint32_t bit(enum pattern pattern, bool found)
{
    return (uint32_t)found << pattern;
}

bool patterns_update(struct patterns *patterns, double *store, const struct candle *candle,
                     double ret_masks[2])
{
    struct memory *memory = (void *)store;
    struct shape *shapes = memory->shapes;
    if (patterns->count == 0)
        *memory = (struct memory){0};
    if (patterns->count < PATTERNS_WARMUP)
        patterns->count++;
    memmove(shapes + 1, shapes, 2 * sizeof *shapes);
    shapes[0] = shape_of(memory, candle);
    memmove(memory->bodies, memory->bodies + 1, (BEFORE - 1) * sizeof(double));
    memmove(memory->ranges, memory->ranges + 1, (BEFORE - 1) * sizeof(double));
    memory->bodies[BEFORE - 1] = shapes[0].body;
    memory->ranges[BEFORE - 1] = candle->high - candle->low;

    const int cover = engulfing(&shapes[0], &shapes[1]);
    const uint32_t covers =
        bit(PATTERN_ENGULFING, cover > 0) | bit(PATTERN_ENGULFING_TOUCHING, cover == 80);
    uint32_t rising = (shapes[0].rises ? covers : 0) |
                      bit(PATTERN_HAMMER, hammer(&shapes[0], &shapes[1])) |
                      bit(PATTERN_DOJI, shapes[0].body <= 0.1 * shapes[0].range_mean) |
                      bit(PATTERN_MORNING_STAR, morning_star(shapes)) |
                      bit(PATTERN_PIERCING, piercing(&shapes[0], &shapes[1]));
    uint32_t falling = (shapes[0].rises ? 0 : covers) |
                       bit(PATTERN_SHOOTING_STAR, shooting_star(&shapes[0], &shapes[1])) |
                       bit(PATTERN_EVENING_STAR, evening_star(shapes)) |
                       bit(PATTERN_DARK_CLOUD_COVER, dark_cloud_cover(&shapes[0], &shapes[1]));
    uint32_t known = 0; /* patterns that have had their candles */
    for (uint32_t p = 0; p < PATTERN_COUNT; p++)
        known |= bit(p, patterns->count >= patterns_warmup(p));
    known |= bit(PATTERN_ENGULFING_TOUCHING, (known & bit(PATTERN_ENGULFING, true)) != 0);
    ret_masks[0] = rising & known;
    ret_masks[1] = falling & known;
    return patterns->count == PATTERNS_WARMUP;
}

int32_t patterns_figure(const double masks[2], enum pattern pattern)
{
    const uint32_t rising = (uint32_t)masks[0], falling = (uint32_t)masks[1];
    const uint32_t touching = bit(PATTERN_ENGULFING_TOUCHING, pattern == PATTERN_ENGULFING);
    const int32_t figure = ((rising | falling) & touching) != 0 ? 80 : 100;
    if ((rising & bit(pattern, true)) != 0)
        return figure;
    return (falling & bit(pattern, true)) != 0 ? -figure : 0;
}
