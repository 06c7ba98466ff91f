/* SPDX-License-Identifier: MIT */
/*
 * The synthetic market: synthetic_path gives the prices of assets; a pair is base over quote, so
 * that ETH/BTC is ETH/USD over BTC/USD. A day is made at once: minutes with open, high, low,
 * close, volume and the number of their trades. A pair has the same number of trades every day,
 * shared out by the day's pace; so trade ids count on without a hole, and in a quiet pair many
 * minutes get none.
 */
#include "venue/local/market.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "venue/local/synthetic_path.h"

#define ORIGIN_NS (PATH_ORIGIN_DAY * NS_PER_DAY)
#define SESSION_FROM_NS (19723 * NS_PER_DAY) /* 2024-01-01 */

struct day {
    uint32_t index; /* since the origin; UINT32_MAX: empty */
    uint32_t pair;
    struct bar minutes[PATH_MINUTES]; /* trade_count 0: none in this minute */
};

struct pair_path {
    uint32_t base, quote; /* assets of the path */
    uint32_t day_trades;
    double day_dollars;
    struct day *day;  /* the one the session is in */
    struct bar *days; /* whole days, as far as they were asked for */
    uint32_t days_capacity;
};

struct synthetic {
    struct market market;
    struct path path;
    struct market_pair pairs[PAIR_MAX];
    struct pair_path paths[PAIR_MAX];
    struct day *scratch; /* for history: leaves the session's day alone */
    double base_levels[PATH_MINUTES + 1], quote_levels[PATH_MINUTES + 1];
    double prices[PATH_MINUTES + 1];
};

static int64_t to_step(double ticks, int64_t tick_step)
{
    int64_t steps = (int64_t)(ticks / (double)tick_step + 0.5);
    return (steps < 1 ? 1 : steps) * tick_step;
}

/* Prices at the minutes' edges, in ticks before rounding. */
static void make_prices(struct synthetic *own, uint32_t pair, uint32_t day)
{
    const struct pair_path *path = &own->paths[pair];
    double scale = (double)decimal_pow10(own->pairs[pair].instrument.terms.price_decimals);
    path_minutes(&own->path, path->base, day, own->base_levels);
    path_minutes(&own->path, path->quote, day, own->quote_levels);
    for (uint32_t m = 0; m <= PATH_MINUTES; m++)
        own->prices[m] = exp(own->base_levels[m] - own->quote_levels[m]) * scale;
}

/* Shares the day's trades out: trade_first and trade_count of every minute. */
static double make_counts(struct synthetic *own, uint32_t pair, uint32_t day, struct prng *prng,
                          struct bar *minutes, double *weights)
{
    double sum = 0;
    uint32_t trades = own->paths[pair].day_trades;
    for (uint32_t m = 0; m < PATH_MINUTES; m++) {
        weights[m] = own->path.pace[m] * (0.25 + 1.5 * prng_real(prng));
        sum += weights[m];
    }
    double cumulated = 0;
    uint64_t before = 0;
    for (uint32_t m = 0; m < PATH_MINUTES; m++) {
        cumulated += weights[m];
        uint64_t now = m + 1 == PATH_MINUTES ? trades : (uint64_t)(cumulated / sum * trades);
        minutes[m].trade_first = (uint64_t)day * trades + before + 1;
        minutes[m].trade_count = (uint32_t)(now - before);
        before = now;
    }
    return sum;
}

/* How far the wicks reach depends on how many trades there are to draw them. */
static void shape(struct bar *bar, double from, double to, double sigma, uint64_t bits,
                  int64_t tick_step)
{
    double up = (double)(bits & 0xffff) / 65536, down = (double)((bits >> 16) & 0xffff) / 65536;
    if (bar->trade_count < 4) {
        bool upward = bits >> 63;
        if (bar->trade_count < 3 || !upward)
            up = 0;
        if (bar->trade_count < 3 || upward)
            down = 0;
    }
    double high = fmax(from, to) * (1 + up * up * sigma * 1.5);
    double low = fmin(from, to) * (1 - down * down * sigma * 1.5);
    bar->open_ticks = to_step(from, tick_step);
    bar->close_ticks = to_step(to, tick_step);
    bar->high_ticks = to_step(high, tick_step);
    bar->low_ticks = to_step(low, tick_step);
    if (bar->trade_count == 1)
        bar->open_ticks = bar->high_ticks = bar->low_ticks = bar->close_ticks;
}

static void make_day(struct synthetic *own, uint32_t pair, uint32_t day, struct day *out)
{
    const struct pair_path *path = &own->paths[pair];
    const struct pair *terms = &own->pairs[pair].instrument.terms;
    CHECK(path_reach(&own->path, day));
    out->index = day;
    out->pair = pair;
    make_prices(own, pair, day);
    struct prng prng;
    prng_init(&prng, prng_mix(own->pairs[pair].seed, day));
    double weights[PATH_MINUTES];
    double weight_sum = make_counts(own, pair, day, &prng, out->minutes, weights);
    double sigma = path_minute_sigma(&own->path, path->base, path->quote, day);
    double loudness = own->path.loudness[day];
    double dollars = path->day_dollars * (0.4 + 0.6 * loudness);
    double lots = dollars / exp(own->base_levels[0]) * (double)decimal_pow10(terms->qty_decimals);
    for (uint32_t m = 0; m < PATH_MINUTES; m++) {
        struct bar *bar = &out->minutes[m];
        double from = own->prices[m], to = own->prices[m + 1];
        uint64_t bits = prng_next(&prng);
        double pace = sigma * own->path.pace[m] + 1e-12;
        double burst = 0.3 + fmin(fabs(to / from - 1) / pace, 6) * 0.8;
        double u = (double)((bits >> 32) & 0xffff) / 65536;
        double volume = lots * weights[m] / weight_sum * burst * (0.3 + 1.4 * u * u);
        bar->time_ns = ORIGIN_NS + ((int64_t)day * PATH_MINUTES + m) * NS_PER_MIN;
        bar->volume_lots = bar->trade_count ? (int64_t)volume + bar->trade_count : 0;
        shape(bar, from, to, pace, bits, terms->tick_step);
    }
}

/* The newest day stays with the pair, for a session goes forward; older ones pass through. */
static const struct day *get_day(struct synthetic *own, uint32_t pair, uint32_t day)
{
    struct pair_path *path = &own->paths[pair];
    if (path->day->index == day)
        return path->day;
    if (own->scratch->index == day && own->scratch->pair == pair)
        return own->scratch;
    bool newer = path->day->index == UINT32_MAX || day > path->day->index;
    struct day *into = newer ? path->day : own->scratch;
    make_day(own, pair, day, into);
    return into;
}

static bool synthetic_next(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                           struct bar *ret)
{
    struct synthetic *own = (struct synthetic *)market;
    int64_t minute = (from_ns - ORIGIN_NS + NS_PER_MIN - 1) / NS_PER_MIN;
    int64_t until = (until_ns - ORIGIN_NS + NS_PER_MIN - 1) / NS_PER_MIN;
    for (; minute < until; minute++) {
        if (minute / PATH_MINUTES > PATH_DAY_MAX)
            return false;
        const struct day *day = get_day(own, pair, (uint32_t)(minute / PATH_MINUTES));
        const struct bar *bar = &day->minutes[minute % PATH_MINUTES];
        if (bar->trade_count > 0) {
            *ret = *bar;
            return true;
        }
    }
    return false;
}

static struct bar sum_day(const struct day *day)
{
    struct bar sum = {.time_ns = day->minutes[0].time_ns};
    for (uint32_t m = 0; m < PATH_MINUTES; m++) {
        const struct bar *bar = &day->minutes[m];
        if (bar->trade_count == 0)
            continue;
        if (sum.volume_lots == 0)
            sum.open_ticks = sum.high_ticks = sum.low_ticks = bar->open_ticks;
        if (bar->high_ticks > sum.high_ticks)
            sum.high_ticks = bar->high_ticks;
        if (bar->low_ticks < sum.low_ticks)
            sum.low_ticks = bar->low_ticks;
        sum.close_ticks = bar->close_ticks;
        sum.volume_lots += bar->volume_lots;
        sum.trade_count += bar->trade_count;
    }
    return sum;
}

static bool synthetic_day(struct market *market, uint32_t pair, int64_t day_ns, struct bar *ret)
{
    struct synthetic *own = (struct synthetic *)market;
    struct pair_path *path = &own->paths[pair];
    if (day_ns < ORIGIN_NS || (day_ns - ORIGIN_NS) / NS_PER_DAY > PATH_DAY_MAX)
        return false;
    uint32_t day = (uint32_t)((day_ns - ORIGIN_NS) / NS_PER_DAY);
    if (day >= path->days_capacity) {
        uint32_t capacity = day + 512;
        struct bar *grown = realloc(path->days, capacity * sizeof *grown);
        if (!grown)
            return false;
        memset(grown + path->days_capacity, 0, (capacity - path->days_capacity) * sizeof *grown);
        path->days = grown;
        path->days_capacity = capacity;
    }
    if (path->days[day].volume_lots == 0)
        path->days[day] = sum_day(get_day(own, pair, day));
    *ret = path->days[day];
    return true;
}

static void synthetic_close(struct market *market)
{
    struct synthetic *own = (struct synthetic *)market;
    for (uint32_t i = 0; i < market->pair_count; i++) {
        free(own->paths[i].day);
        free(own->paths[i].days);
    }
    path_deinit(&own->path);
    free(own->scratch);
    free(own);
}

static const struct market_ops ops = {
    .next = synthetic_next, .day = synthetic_day, .close = synthetic_close};

static struct day *new_day(void)
{
    struct day *day = calloc(1, sizeof *day);
    if (day)
        day->index = UINT32_MAX;
    return day;
}

/* A coin the table does not know: six significant digits of its anchor price. */
static bool make_instrument(struct synthetic *own, const char *symbol, struct instrument *ret)
{
    if (instrument_find(symbol, ret))
        return true;
    if (!instrument_make(symbol, 5, 8, ret))
        return false;
    uint32_t base = path_add(&own->path, ret->terms.base);
    uint32_t quote = path_add(&own->path, ret->terms.quote);
    if (base == UINT32_MAX || quote == UINT32_MAX)
        return false;
    double price = own->path.assets[base].anchor / own->path.assets[quote].anchor;
    int digits = 5 - (int)floor(log10(price));
    uint32_t decimals = digits < 1 ? 1 : digits > 10 ? 10 : (uint32_t)digits;
    return instrument_make(symbol, decimals, price < 0.001 ? 5 : 8, ret);
}

static bool add_pair(struct synthetic *own, const char *symbol, uint64_t seed, char *error,
                     size_t error_size)
{
    uint32_t index = own->market.pair_count;
    if (market_find(&own->market, symbol, strlen(symbol)) >= 0)
        return true;
    if (index == PAIR_MAX) {
        snprintf(error, error_size, "more than %d pairs; name fewer", PAIR_MAX);
        return false;
    }
    struct market_pair *pair = &own->pairs[index];
    struct pair_path *path = &own->paths[index];
    if (!make_instrument(own, symbol, &pair->instrument)) {
        snprintf(error, error_size, "%s is no pair; write it as BASE/QUOTE", symbol);
        return false;
    }
    const struct pair *terms = &pair->instrument.terms;
    path->base = path_add(&own->path, terms->base);
    path->quote = path_add(&own->path, terms->quote);
    path->day = new_day();
    if (path->base == UINT32_MAX || path->quote == UINT32_MAX || !path->day) {
        snprintf(error, error_size, "%s: too many assets or no memory; name fewer pairs", symbol);
        free(path->day);
        return false;
    }
    /* What is quoted in something smaller than the dollar trades less. */
    path->day_dollars = fmin(path_day_dollars(terms->base), path_day_dollars(terms->quote)) *
                        (strcmp(terms->quote, "USD") == 0 ? 1 : 0.25);
    path->day_trades = path_day_trades(terms->base);
    if (strcmp(terms->quote, "USD") != 0)
        path->day_trades /= 3;
    pair->seed = prng_mix(
        seed, prng_mix(own->path.assets[path->base].seed, own->path.assets[path->quote].seed));
    pair->step_ns = NS_PER_MIN;
    pair->day_qty_lots = (int64_t)(path->day_dollars / own->path.assets[path->base].anchor *
                                   (double)decimal_pow10(terms->qty_decimals));
    own->market.pair_count++;
    return true;
}

static bool add_named(struct synthetic *own, const char *names, uint64_t seed, char *error,
                      size_t error_size)
{
    while (*names) {
        size_t len = strcspn(names, " ,\t\n");
        char symbol[SYMBOL_MAX];
        if (len > 0 && !instrument_symbol_of(names, len, symbol)) {
            snprintf(error, error_size, "%.*s is no pair; write it as BASE/QUOTE", (int)len, names);
            return false;
        }
        if (len > 0 && !add_pair(own, symbol, seed, error, error_size))
            return false;
        names += len;
        names += strspn(names, " ,\t\n");
    }
    return true;
}

struct market *market_synthetic_open(const char *pairs, uint64_t seed, char *error,
                                     size_t error_size)
{
    struct synthetic *own = calloc(1, sizeof *own);
    if (!own || !(own->scratch = new_day())) {
        snprintf(error, error_size, "no memory for the synthetic market");
        free(own);
        return NULL;
    }
    own->market = (struct market){.ops = &ops,
                                  .pairs = own->pairs,
                                  .begin_ns = ORIGIN_NS,
                                  .from_ns = SESSION_FROM_NS,
                                  .end_ns = INT64_MAX};
    path_init(&own->path, seed);
    bool fine = true;
    if (pairs)
        fine = add_named(own, pairs, seed, error, error_size);
    else
        for (uint32_t i = 0; fine && i < INSTRUMENT_DEFAULT_COUNT; i++)
            fine = add_pair(own, instrument_symbol(i), seed, error, error_size);
    if (fine && own->market.pair_count == 0) {
        snprintf(error, error_size, "no pair named; write them as \"BTC/USD ETH/USD\"");
        fine = false;
    }
    if (!fine) {
        synthetic_close(&own->market);
        return NULL;
    }
    return &own->market;
}
