/* SPDX-License-Identifier: MIT */
#include "core/indicator/patterns.h"

#include <math.h>

#define BEFORE 10 /* candles that a body or a range is measured by */
#define NEAR 5    /* and those that say what is near */
#define SHAPES 3  /* candles that the longest pattern has */

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

struct size {
    double body;
    double range;
};

/* The store: the newest sizes, and the newest three shapes. Nothing is moved along when a candle
 * comes. Each size stands twice, BEFORE places apart, so that the newest lie side by side, oldest
 * first, wherever the next one goes; the shapes are a ring. */
struct memory {
    struct size sizes[2 * BEFORE];
    struct shape shapes[SHAPES];
};

/* The three shapes that patterns are made of. */
struct row {
    const struct shape *now;
    const struct shape *before;
    const struct shape *first;
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

typedef double two __attribute__((vector_size(16))); /* body, range */

static inline two size_at(const struct size *sizes, uint32_t index)
{
    return (two){sizes[index].body, sizes[index].range};
}

/* What the sizes of the candles before come to. */
struct sums {
    two all;
    two near; /* the newest NEAR */
};

_Static_assert(BEFORE == 10 && NEAR == 5, "the candles are named");

/* Summed oldest first, both sums of both sizes side by side: each alone waits for its last. */
static inline struct sums sums_of(const struct size *s)
{
    const two a = size_at(s, 5), b = size_at(s, 6), c = size_at(s, 7), d = size_at(s, 8),
              e = size_at(s, 9);
    const two far = size_at(s, 0) + size_at(s, 1) + size_at(s, 2) + size_at(s, 3) + size_at(s, 4);
    return (struct sums){.all = far + a + b + c + d + e, .near = a + b + c + d + e};
}

static inline void set_shape(struct shape *shape, const struct sums *sums,
                             const struct candle *candle)
{
    const bool rises = candle->close >= candle->open;
    const two means = sums->all / BEFORE;
    *shape = (struct shape){
        .open = candle->open,
        .high = candle->high,
        .low = candle->low,
        .close = candle->close,
        .body = fabs(candle->close - candle->open),
        .top = rises ? candle->close : candle->open,
        .bottom = rises ? candle->open : candle->close,
        .body_mean = means[0],
        .range_mean = means[1],
        .near = 0.2 * (sums->near[1] / NEAR),
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

/* These are asked without branches, which would be as good as drawn by lot. */
static inline bool hammer(const struct shape *now, const struct shape *before)
{
    return (now->body < now->body_mean) & (now->bottom - now->low > now->body) &
           (now->high - now->top < 0.1 * now->range_mean) &
           (now->bottom <= before->low + before->near);
}

static inline bool shooting_star(const struct shape *now, const struct shape *before)
{
    return (now->body < now->body_mean) & (now->high - now->top > now->body) &
           (now->bottom - now->low < 0.1 * now->range_mean) & (now->bottom > before->top);
}

/* The middle one of three: short, where the first is long and the last is not. */
static inline bool star(const struct row *row)
{
    return (row->first->body > row->first->body_mean) &
           (row->before->body <= row->before->body_mean) & (row->now->body > row->now->body_mean) &
           (row->now->rises != row->first->rises);
}

static bool morning_star(const struct row *row)
{
    return star(row) && row->now->rises && row->before->top < row->first->bottom &&
           row->now->close > row->first->close + row->first->body * 0.3;
}

static bool evening_star(const struct row *row)
{
    return star(row) && !row->now->rises && row->before->bottom > row->first->top &&
           row->now->close < row->first->close - row->first->body * 0.3;
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

/* The patterns that have had their candles. */
static uint32_t known_after(uint32_t count)
{
    uint32_t known = 0;
    for (uint32_t p = 0; p < PATTERN_COUNT; p++)
        known |= bit(p, count >= patterns_warmup(p));
    return known | bit(PATTERN_ENGULFING_TOUCHING, (known & bit(PATTERN_ENGULFING, true)) != 0);
}

/* Puts the candle's shape and sizes into the store. */
static struct row take(struct patterns *patterns, struct memory *memory,
                       const struct candle *candle)
{
    const uint32_t place = patterns->size;
    const uint32_t now = patterns->shape + 1 < SHAPES ? patterns->shape + 1 : 0;
    const uint32_t first = now + 1 < SHAPES ? now + 1 : 0;
    const struct sums sums = sums_of(memory->sizes + place);
    set_shape(&memory->shapes[now], &sums, candle);
    const struct size size = {memory->shapes[now].body, candle->high - candle->low};
    memory->sizes[place] = memory->sizes[place + BEFORE] = size;
    const struct row row = {&memory->shapes[now], &memory->shapes[patterns->shape],
                            &memory->shapes[first]};
    patterns->size = place + 1 < BEFORE ? place + 1 : 0;
    patterns->shape = now;
    return row;
}

bool patterns_update(struct patterns *patterns, double *store, const struct candle *candle,
                     double ret_masks[2])
{
    struct memory *memory = (void *)store;
    if (patterns->count == 0)
        *memory = (struct memory){0};
    if (patterns->count < PATTERNS_WARMUP)
        patterns->count++;
    const struct row row = take(patterns, memory, candle);
    const struct shape *now = row.now, *before = row.before;
    const int cover = engulfing(now, before);
    const uint32_t covers =
        bit(PATTERN_ENGULFING, cover > 0) | bit(PATTERN_ENGULFING_TOUCHING, cover == 80);
    uint32_t rising = (now->rises ? covers : 0) | bit(PATTERN_HAMMER, hammer(now, before)) |
                      bit(PATTERN_DOJI, now->body <= 0.1 * now->range_mean) |
                      bit(PATTERN_MORNING_STAR, morning_star(&row)) |
                      bit(PATTERN_PIERCING, piercing(now, before));
    uint32_t falling = (now->rises ? 0 : covers) |
                       bit(PATTERN_SHOOTING_STAR, shooting_star(now, before)) |
                       bit(PATTERN_EVENING_STAR, evening_star(&row)) |
                       bit(PATTERN_DARK_CLOUD_COVER, dark_cloud_cover(now, before));
    const bool ready = patterns->count == PATTERNS_WARMUP;
    const uint32_t known = ready ? UINT32_MAX : known_after(patterns->count);
    ret_masks[0] = rising & known;
    ret_masks[1] = falling & known;
    return ready;
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
