/* SPDX-License-Identifier: MIT */
#include "research/monte_carlo.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/prng.h"

const double band_levels[BAND_COUNT] = {0.05, 0.25, 0.5, 0.75, 0.95};

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y)) {
        return isnan(x) - isnan(y);
    }
    return x < y ? -1 : x > y;
}

void bands_measure(double *values, size_t count, struct bands *ret)
{
    *ret = (struct bands){.mean = NAN};
    qsort(values, count, sizeof *values, by_value);
    double sum = 0;
    for (; ret->count < count && !isnan(values[ret->count]); ret->count++) {
        sum += values[ret->count];
    }
    if (ret->count > 0) {
        ret->mean = sum / (double)ret->count;
    }
    for (int i = 0; i < BAND_COUNT; i++) {
        if (ret->count == 0) {
            ret->at[i] = NAN;
            continue;
        }
        const double place = band_levels[i] * (double)(ret->count - 1);
        const size_t below = (size_t)place, above = below + 1 < ret->count ? below + 1 : below;
        ret->at[i] = values[below] + (place - (double)below) * (values[above] - values[below]);
    }
}

/* A path under way. */
struct walker {
    double equity, peak, drawdown, lowest;
};

static const struct walker fresh = {.equity = 1, .peak = 1, .lowest = 1};

static inline void walk(struct walker *walker, double r)
{
    /* Who has lost everything has nothing to earn with. */
    walker->equity = fmax(walker->equity * (1 + r), 0);
    if (walker->equity >= walker->peak) {
        walker->peak = walker->equity;
        return;
    }
    walker->lowest = fmin(walker->lowest, walker->equity);
    walker->drawdown = fmax(walker->drawdown, 1 - walker->equity / walker->peak);
}

void path_follow(const double *returns, size_t count, struct path *ret)
{
    struct walker walker = fresh;
    for (size_t i = 0; i < count; i++) {
        walk(&walker, returns[i]);
    }
    *ret = (struct path){walker.equity - 1, walker.drawdown, walker.lowest};
}

/* The caller's scratch, cut up. */
struct work {
    double *drawn;     /* [count]: the returns of one run */
    double *totals;    /* [runs] */
    double *drawdowns; /* [runs] */
    double *fan;       /* [fan_points][runs] */
};

size_t monte_carlo_scratch(const struct monte_carlo_config *config)
{
    return config->count + ((size_t)config->fan_points + 2) * config->runs;
}

/* Fisher and Yates's shuffle, inside out: it copies as it shuffles. */
static void shuffle(const struct monte_carlo_config *config, struct prng *prng, double *drawn)
{
    for (size_t i = 0; i < config->count; i++) {
        const size_t at = prng_below(prng, i + 1);
        drawn[i] = drawn[at];
        drawn[at] = config->returns[i];
    }
}

static void draw_blocks(const struct monte_carlo_config *config, double length, struct prng *prng,
                        double *drawn)
{
    const double end = 1 / length;
    size_t at = prng_below(prng, config->count);
    for (size_t i = 0; i < config->count; i++) {
        drawn[i] = config->returns[at];
        at = prng_real(prng) < end    ? prng_below(prng, config->count)
             : at + 1 < config->count ? at + 1
                                      : 0;
    }
}

static void follow(const struct monte_carlo_config *config, const struct work *work, uint32_t run,
                   struct walker *walker)
{
    *walker = fresh;
    size_t i = 0;
    for (uint32_t point = 1; point <= config->fan_points; point++) {
        for (const size_t end = point * config->count / config->fan_points; i < end; i++) {
            walk(walker, work->drawn[i]);
        }
        work->fan[(size_t)(point - 1) * config->runs + run] = walker->equity;
    }
    for (; i < config->count; i++) {
        walk(walker, work->drawn[i]);
    }
    work->totals[run] = walker->equity - 1;
    work->drawdowns[run] = walker->drawdown;
}

static void measure_fan(const struct monte_carlo_config *config, const struct work *work)
{
    for (int i = 0; i < BAND_COUNT; i++) {
        config->fan[i] = 1;
    }
    for (uint32_t point = 0; point < config->fan_points; point++) {
        struct bands bands;
        bands_measure(work->fan + (size_t)point * config->runs, config->runs, &bands);
        for (int i = 0; i < BAND_COUNT; i++) {
            config->fan[(point + 1) * BAND_COUNT + (uint32_t)i] = bands.at[i];
        }
    }
}

bool monte_carlo_measure(const struct monte_carlo_config *config, struct monte_carlo *ret)
{
    if (config->count == 0 || config->runs == 0) {
        return false;
    }
    const struct work work = {config->scratch, config->scratch + config->count,
                              config->scratch + config->count + config->runs,
                              config->scratch + config->count + 2 * (size_t)config->runs};
    const bool blocks = config->resampling == RESAMPLE_BLOCKS;
    const double length =
        config->block_length > 0 ? config->block_length : cbrt((double)config->count);
    CHECK(length >= 1);
    *ret = (struct monte_carlo){.block_length = blocks ? length : 0};
    path_follow(config->returns, config->count, &ret->own);
    uint32_t ruined = 0, lost = 0, worse = 0;
    for (uint32_t run = 0; run < config->runs; run++) {
        struct prng prng;
        struct walker walker;
        if (config->on_progress != NULL && run % 16 == 0) {
            config->on_progress(config->context, (double)run / config->runs);
        }
        prng_init(&prng, prng_mix(config->seed, run));
        if (blocks) {
            draw_blocks(config, length, &prng, work.drawn);
        } else {
            shuffle(config, &prng, work.drawn);
        }
        follow(config, &work, run, &walker);
        ruined += walker.lowest < config->ruin;
        lost += walker.equity < 1;
        worse += walker.drawdown > ret->own.drawdown;
    }
    ret->ruin_probability = (double)ruined / config->runs;
    ret->loss_probability = (double)lost / config->runs;
    ret->worse_probability = (double)worse / config->runs;
    bands_measure(work.totals, config->runs, &ret->total_return);
    bands_measure(work.drawdowns, config->runs, &ret->drawdown);
    if (config->fan_points > 0) {
        measure_fan(config, &work);
    }
    return true;
}

/* The equity at the end of the newest bar that ended by then. */
static double equity_at(const struct curve *curve, int64_t time_ns)
{
    size_t low = 0, high = curve->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (curve->times_ns[middle] <= time_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (double)(low > 0 ? curve->money[low - 1] : curve->start);
}

size_t returns_of_trades(const struct closed_trade *trades, size_t count, const struct curve *curve,
                         double *out)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        const double equity = equity_at(curve, trades[i].opened_ns);
        if (equity > 0) {
            out[made++] = (double)trades[i].pnl / equity;
        }
    }
    return made;
}
