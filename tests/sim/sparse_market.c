/* SPDX-License-Identifier: MIT */
#include "sparse_market.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "venue/local/market.h"
#include "venue/local/tape.h"

#define PAIRS_MAX 4

struct sparse_market sparse_market = {0.002, 0.02, 0.02, 0.1, 2e6};

struct sparse {
    struct market market;
    struct market_pair pairs[PAIRS_MAX];
    struct bar bars[PAIRS_MAX][SPARSE_MINUTES];
};

static bool sparse_next(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                        struct bar *ret)
{
    const struct sparse *own = (const struct sparse *)market;
    const int64_t begin_ns = market->begin_ns;
    int64_t minute = (from_ns - begin_ns + NS_PER_MIN - 1) / NS_PER_MIN;
    for (; minute < SPARSE_MINUTES && begin_ns + minute * NS_PER_MIN < until_ns; minute++) {
        if (own->bars[pair][minute].trade_count > 0) {
            *ret = own->bars[pair][minute];
            return true;
        }
    }
    return false;
}

static void sparse_close(struct market *market)
{
    free(market);
}

static int64_t step_of(double ticks, int64_t tick_step)
{
    const int64_t steps = (int64_t)(ticks / (double)tick_step + 0.5);
    return (steps < 1 ? 1 : steps) * tick_step;
}

static void make_pair(struct sparse *own, uint32_t index, double price, struct prng *prng)
{
    struct market_pair *pair = &own->pairs[index];
    const struct pair *terms = &pair->instrument.terms;
    const double scale = (double)decimal_pow10(terms->price_decimals);
    double ticks = price * scale, drift = 0;
    uint64_t trade = 1;
    for (int64_t m = 0; m < SPARSE_MINUTES; m++) {
        struct bar *bar = &own->bars[index][m];
        if (prng_below(prng, 12) == 0) {
            drift = sparse_market.sigma * prng_normal(prng);
        }
        const double from = ticks;
        ticks *= 1 + drift + sparse_market.sigma * prng_normal(prng);
        if (prng_real(prng) < sparse_market.jump) {
            ticks *= 1 + sparse_market.jump_size * (prng_real(prng) - 0.6);
        }
        ticks = ticks < price * scale / 4 ? price * scale / 4 : ticks;
        if (prng_real(prng) < sparse_market.quiet) {
            continue;
        }
        /* Half of the minutes have a single trade; of the others some go beyond both ends. */
        const uint64_t shape = prng_below(prng, 4);
        const double wick = shape == 0 ? sparse_market.sigma * prng_real(prng) : 0;
        const double open = shape < 2 ? from : ticks;
        *bar = (struct bar){
            .time_ns = own->market.begin_ns + m * NS_PER_MIN,
            .open_ticks = step_of(open, terms->tick_step),
            .close_ticks = step_of(ticks, terms->tick_step),
            .high_ticks = step_of(fmax(open, ticks) * (1 + wick), terms->tick_step),
            .low_ticks = step_of(fmin(open, ticks) * (1 - wick), terms->tick_step),
            .trade_first = trade,
        };
        bar->trade_count = tape_count_min(bar) + (uint32_t)(prng_below(prng, 4) == 0);
        bar->volume_lots = pair->day_qty_lots / 1440 + bar->trade_count + 1;
        trade += bar->trade_count;
    }
}

struct market *market_synthetic_open(const char *pairs, uint64_t seed, char *error,
                                     size_t error_size)
{
    static const struct {
        const char *symbol;
        double price;
    } listed[] = {{"BTC/USD", 60000}, {"ETH/USD", 3000}, {"DOGE/USD", 0.1}};
    (void)pairs, (void)error, (void)error_size;
    struct sparse *own = calloc(1, sizeof *own);
    struct prng prng;
    static const struct market_ops ops = {.next = sparse_next, .close = sparse_close};
    CHECK(own != NULL);
    prng_init(&prng, prng_mix(seed, 1));
    own->market = (struct market){.ops = &ops,
                                  .pairs = own->pairs,
                                  .begin_ns = SPARSE_START_NS - SPARSE_PAST * NS_PER_MIN,
                                  .from_ns = SPARSE_START_NS,
                                  .end_ns = INT64_MAX};
    for (uint32_t i = 0; i < sizeof listed / sizeof listed[0]; i++) {
        struct market_pair *pair = &own->pairs[own->market.pair_count++];
        CHECK(instrument_find(listed[i].symbol, &pair->instrument));
        const double lots = (double)decimal_pow10(pair->instrument.terms.qty_decimals);
        pair->seed = prng_mix(seed, i);
        pair->step_ns = NS_PER_MIN;
        pair->day_qty_lots = (int64_t)(sparse_market.depth / listed[i].price * lots);
        make_pair(own, i, listed[i].price, &prng);
    }
    return &own->market;
}
