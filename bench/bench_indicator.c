/* SPDX-License-Identifier: MIT */
#include "bench_indicator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "core/indicator/panel.h"

/* As many candles as a processor's cache holds: what is timed is the indicator, not the memory. */
#define CANDLE_COUNT 50000

/* A run begins an indicator, feeds it every candle, and adds up what it gives. */
#define RUN(name, begin, update, output)                                                           \
    static double run_##name(const struct candle *candles, size_t count)                           \
    {                                                                                              \
        double sum = 0, v[4] = {0}, store[512];                                                    \
        (void)store, (void)v;                                                                      \
        begin;                                                                                     \
        for (size_t i = 0; i < count; i++) {                                                       \
            const struct candle *c = &candles[i];                                                  \
            if (update)                                                                            \
                sum += output;                                                                     \
        }                                                                                          \
        return sum;                                                                                \
    }

/* What leaves a window of n: ignored while there is none. */
#define LEAVING(n) (c - (i < (n) ? i : (n)))

RUN(sma, struct sma s; sma_init(&s, 20), sma_update(&s, c->close, LEAVING(20)->close, v), v[0])
RUN(ema, struct ema s; ema_init(&s, 20), ema_update(&s, c->close, v), v[0])
RUN(wma, struct wma s; wma_init(&s, 20), wma_update(&s, c->close, LEAVING(20)->close, v), v[0])
RUN(rsi, struct rsi s; rsi_init(&s, 14), rsi_update(&s, c->close, v), v[0])
RUN(true_range, struct true_range s = {0}, true_range_update(&s, c->high, c->low, c->close, v),
    v[0])
RUN(atr, struct atr s; atr_init(&s, 14), atr_update(&s, c->high, c->low, c->close, v), v[0])
RUN(bollinger, struct bollinger s;
    bollinger_init(&s, 20, 2), bollinger_update(&s, c->close, LEAVING(20)->close, v), v[0] + v[1])
RUN(keltner, struct keltner s;
    keltner_init(&s, 20, 10, 2), keltner_update(&s, c->high, c->low, c->close, v), v[0] + v[1])
RUN(macd, struct macd s; macd_init(&s, 12, 26, 9), macd_update(&s, c->close, v), v[0] + v[1])
RUN(adx, struct adx s;
    adx_init(&s, 14), adx_update(&s, c->high, c->low, c->close, v), v[0] + v[1] - v[2])
RUN(stochastic, struct stochastic s; stochastic_init(&s, 14, 3, 3),
                                     stochastic_update(&s, store, c->high, c->low, c->close, v),
                                     v[0] + v[1])
RUN(williams, struct williams s;
    williams_init(&s, 14), williams_update(&s, store, c->high, c->low, c->close, v), v[0])
RUN(cci, struct cci s; cci_init(&s, 20), cci_update(&s, store, candle_typical(c), v), v[0])
RUN(mfi, struct mfi s;
    mfi_init(&s, 14), mfi_update(&s, store, candle_typical(c), c->volume, v), v[0])
RUN(obv, struct obv s; obv_init(&s), (v[0] = obv_update(&s, c->close, c->volume), true), v[0])
RUN(roc, struct roc s; roc_init(&s, 10), roc_update(&s, c->close, LEAVING(10)->close, v), v[0])
RUN(stddev, struct stddev s;
    stddev_init(&s, 20), stddev_update(&s, c->close, LEAVING(20)->close), stddev_read(&s))
RUN(slope, struct slope s;
    slope_init(&s, 20), slope_update(&s, c->close, LEAVING(20)->close, v), v[0])
RUN(extremes, struct extremes s;
    extremes_init(&s, 20), extremes_update(&s, store, c->high, c->low, v), v[0] - v[1])
RUN(percentile_rank, struct percentile_rank s;
    percentile_rank_init(&s, 100), percentile_rank_update(&s, store, c->volume, v), v[0])
RUN(volume_ratio, struct volume_ratio s;
    volume_ratio_init(&s, 20), volume_ratio_update(&s, c->volume, LEAVING(20)->volume, v), v[0])
RUN(vwap, struct vwap s;
    vwap_init(&s, 20), vwap_update(&s, store, candle_typical(c), c->volume, v), v[0])
RUN(levels, struct levels s; levels_init(&s, 100, 0.0005),
                             levels_update(&s, store, c->high, c->low, v),
                             v[0] + v[1] + v[2] + v[3])
RUN(patterns, struct patterns s; patterns_init(&s), patterns_update(&s, store, c, v), v[0] + v[1])

static const struct bench_indicator_case cases[] = {
    {"sma", run_sma, plain_sma},
    {"ema", run_ema, plain_ema},
    {"wma", run_wma, plain_wma},
    {"rsi", run_rsi, plain_rsi},
    {"true_range", run_true_range, plain_true_range},
    {"atr", run_atr, plain_atr},
    {"bb", run_bollinger, plain_bollinger},
    {"keltner", run_keltner, plain_keltner},
    {"macd", run_macd, plain_macd},
    {"adx", run_adx, plain_adx},
    {"stoch", run_stochastic, plain_stochastic},
    {"willr", run_williams, plain_williams},
    {"cci", run_cci, plain_cci},
    {"mfi", run_mfi, plain_mfi},
    {"obv", run_obv, plain_obv},
    {"roc", run_roc, plain_roc},
    {"stddev", run_stddev, plain_stddev},
    {"linreg_slope", run_slope, plain_slope},
    {"extremes", run_extremes, plain_extremes},
    {"percentile_rank", run_percentile_rank, plain_percentile_rank},
    {"volume_ratio", run_volume_ratio, plain_volume_ratio},
    {"vwap", run_vwap, plain_vwap},
    {"levels", run_levels, plain_levels},
    {"cdl", run_patterns, plain_patterns},
};

struct indicator_run {
    const struct bench_indicator_case *one;
    const struct candle *candles;
    double sum, plain_sum;
};

static void run_indicator(void *context)
{
    struct indicator_run *run = context;
    run->sum = run->one->run(run->candles, CANDLE_COUNT);
}

static void run_plain(void *context)
{
    struct indicator_run *run = context;
    run->plain_sum = run->one->plain(run->candles, CANDLE_COUNT);
}

static const struct bench_indicator_case *find_case(const char *row_name)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (strcmp(row_name + strlen("indicator."), cases[i].name) == 0)
            return &cases[i];
    return NULL;
}

bool bench_indicator(struct bench_row *row)
{
    row->unit = "candle";
    struct candle *candles = malloc(CANDLE_COUNT * sizeof *candles);
    struct indicator_run run = {.one = find_case(row->name), .candles = candles};
    if (candles == NULL || run.one == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory, or no such indicator");
        free(candles);
        return false;
    }
    bench_walk(candles, CANDLE_COUNT);
    bench_time(row, &(struct bench_work){run_indicator, run_plain, &run, CANDLE_COUNT});
    free(candles);
    /* The sum of slopes nearly cancels; each single value is within 1e-9 of 1 all the same. */
    const bool right = fabs(run.sum - run.plain_sum) <= 1e-9 * (fabs(run.plain_sum) + CANDLE_COUNT);
    if (!right)
        snprintf(row->note, sizeof row->note, "adds up to %.15g, not %.15g", run.sum,
                 run.plain_sum);
    return right;
}
