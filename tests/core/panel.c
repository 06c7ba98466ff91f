/* SPDX-License-Identifier: MIT */
#include "core/indicator/panel.h"

#include "core/base/prng.h"
#include "csv.h"

#define SMA(timeframe, period)                                                                     \
    &(struct panel_ask)                                                                            \
    {                                                                                              \
        INDICATOR_SMA, timeframe, period, 0                                                        \
    }
#define ASK(indicator, timeframe, period, factor)                                                  \
    &(struct panel_ask)                                                                            \
    {                                                                                              \
        indicator, timeframe, period, factor                                                       \
    }

/* A pair's series and panel, fed together as the engine feeds them. */
struct bench {
    struct series series;
    struct panel_plan plan;
    struct panel panel;
};

static void bench_start(struct bench *bench)
{
    series_init(&bench->series, TIMEFRAME_1M, bench->plan.timeframes);
    panel_init(&bench->panel, &bench->plan);
}

static void bench_feed(struct bench *bench, const struct candle *candle)
{
    uint32_t closed = series_push(&bench->series, candle);
    panel_update(&bench->panel, &bench->plan, &bench->series, closed);
}

/* A market with quiet hours, spikes and bursts: one that tries what running sums can bear. */
static struct candle wild_candle(uint32_t minute, uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, prng_mix(seed, minute));
    bool quiet = minute / 97 % 3 == 0;
    double price = 1e-5 * (quiet ? 3 : 1 + prng_real(&prng));
    if (prng_below(&prng, 200) == 0)
        price *= 1000;
    double volume = quiet ? 0 : prng_below(&prng, 100) == 0 ? 1e12 : prng_real(&prng);
    return (struct candle){
        .time_ns = minute * NS_PER_MIN,
        .open = price,
        .high = price * 1.01,
        .low = price * 0.99,
        .close = price,
        .volume = volume,
    };
}

TEST(two_askers_share_one_computation)
{
    static struct bench bench;
    panel_plan_init(&bench.plan);
    uint32_t a = panel_plan_ask(&bench.plan, SMA(TIMEFRAME_1M, 3));
    uint32_t b = panel_plan_ask(&bench.plan, SMA(TIMEFRAME_1M, 3));
    EXPECT_INT(a, b);
    EXPECT_INT(bench.plan.count, 1);
    bench_start(&bench);
    for (uint32_t minute = 0; minute < 10; minute++)
        bench_feed(&bench, &(struct candle){minute * NS_PER_MIN, 1, 1, 1, 1, 1});
    EXPECT_INT(bench.panel.computed, 10);
}

TEST(what_differs_in_anything_gets_its_own_slot)
{
    struct panel_plan plan;
    panel_plan_init(&plan);
    EXPECT_INT(panel_plan_ask(&plan, SMA(TIMEFRAME_1M, 20)), 0);
    EXPECT_INT(panel_plan_ask(&plan, SMA(TIMEFRAME_5M, 20)), 1);
    EXPECT_INT(panel_plan_ask(&plan, SMA(TIMEFRAME_1M, 21)), 2);
    EXPECT_INT(panel_plan_ask(&plan, ASK(INDICATOR_EMA, TIMEFRAME_1M, 20, 0)), 3);
    EXPECT_INT(panel_plan_ask(&plan, ASK(INDICATOR_BOLLINGER, TIMEFRAME_1M, 20, 2)), 4);
    EXPECT_INT(panel_plan_ask(&plan, ASK(INDICATOR_BOLLINGER, TIMEFRAME_1M, 20, 2.5)), 5);
    EXPECT_INT(panel_plan_ask(&plan, SMA(TIMEFRAME_1M, 21)), 2);
    EXPECT_INT(plan.timeframes, 1 << TIMEFRAME_1M | 1 << TIMEFRAME_5M);
}

TEST(the_plan_knows_the_slots_of_each_timeframe_in_whatever_order_they_were_asked_for)
{
    struct panel_plan plan;
    panel_plan_init(&plan);
    const enum timeframe asked[] = {TIMEFRAME_1D, TIMEFRAME_1M, TIMEFRAME_5M, TIMEFRAME_1M,
                                    TIMEFRAME_1D, TIMEFRAME_5M, TIMEFRAME_1M};
    for (uint32_t i = 0; i < 7; i++)
        panel_plan_ask(&plan, SMA(asked[i], 10 + i));
    const uint32_t order[] = {1, 3, 6, 2, 5, 0, 4};
    for (uint32_t i = 0; i < 7; i++)
        EXPECT_INT(plan.order[i], order[i]);
    EXPECT_INT(plan.first[TIMEFRAME_1M], 0);
    EXPECT_INT(plan.first[TIMEFRAME_5M], 3);
    EXPECT_INT(plan.first[TIMEFRAME_15M], 5);
    EXPECT_INT(plan.first[TIMEFRAME_1D], 5);
    EXPECT_INT(plan.first[TIMEFRAME_COUNT], 7);
}

TEST(a_candle_touches_only_the_slots_of_the_timeframes_it_closes)
{
    static struct bench bench;
    panel_plan_init(&bench.plan);
    panel_plan_ask(&bench.plan, SMA(TIMEFRAME_5M, 2));
    panel_plan_ask(&bench.plan, SMA(TIMEFRAME_1M, 2));
    bench_start(&bench);
    for (uint32_t minute = 0; minute < 10; minute++)
        bench_feed(&bench, &(struct candle){minute * NS_PER_MIN, 1, 1, 1, minute + 1.0, 1});
    /* Ten minutes and two five-minute candles, which closed at 5 and 10: (5 + 10) / 2. */
    EXPECT_INT(bench.panel.computed, 12);
    EXPECT(bench.panel.cells[0].ready);
    EXPECT_NEAR(bench.panel.cells[0].now[0], 7.5, 0);
    EXPECT_NEAR(bench.panel.cells[1].now[0], 9.5, 0);
}

TEST(a_cell_holds_its_value_and_the_one_before)
{
    static struct bench bench;
    panel_plan_init(&bench.plan);
    panel_plan_ask(&bench.plan, SMA(TIMEFRAME_1M, 2));
    panel_plan_ask(&bench.plan, ASK(INDICATOR_BOLLINGER, TIMEFRAME_1M, 2, 1));
    bench_start(&bench);
    const struct panel_cell *sma = &bench.panel.cells[0], *bands = &bench.panel.cells[1];
    const struct {
        double close;
        bool ready, ready_before;
        double sma, sma_before, upper, upper_before;
    } story[] = {
        {1, false, false, 0, 0, 0, 0},
        {3, true, false, 2, 0, 3, 0},
        {6, true, true, 4.5, 2, 6, 3},
        {2, true, true, 4, 4.5, 6, 6},
    };
    for (uint32_t i = 0; i < 4; i++) {
        double close = story[i].close;
        bench_feed(&bench, &(struct candle){i * NS_PER_MIN, close, close, close, close, 1});
        EXPECT_INT(sma->ready, story[i].ready);
        EXPECT_INT(sma->ready_before, story[i].ready_before);
        EXPECT_NEAR(sma->now[0], story[i].sma, 1e-12);
        EXPECT_NEAR(sma->before[0], story[i].sma_before, 1e-12);
        EXPECT_NEAR(bands->now[1], story[i].upper, 1e-12);
        EXPECT_NEAR(bands->before[1], story[i].upper_before, 1e-12);
    }
}

/* One ask of each indicator, and the candles it warms up with. */
static const struct {
    struct panel_ask ask;
    uint32_t warmup;
} each[] = {
    {{INDICATOR_SMA, .period = 20}, 20},
    {{INDICATOR_EMA, .period = 20}, 20},
    {{INDICATOR_RSI, .period = 14}, 15},
    {{INDICATOR_ATR, .period = 14}, 15},
    {{INDICATOR_ADX, .period = 14}, 28},
    {{INDICATOR_BOLLINGER, .period = 20, .factor = 2}, 20},
    {{INDICATOR_VOLUME_RATIO, .period = 9}, 10},
    {{INDICATOR_WMA, .period = 20}, 20},
    {{INDICATOR_TRUE_RANGE}, 2},
    {{INDICATOR_KELTNER, .period = 8, .second = 10, .factor = 2}, 11},
    {{INDICATOR_MACD, .period = 12, .second = 26, .third = 9}, 34},
    {{INDICATOR_STOCHASTIC, .period = 14, .second = 3, .third = 3}, 18},
    {{INDICATOR_WILLIAMS, .period = 14}, 14},
    {{INDICATOR_CCI, .period = 20}, 20},
    {{INDICATOR_MFI, .period = 14}, 15},
    {{INDICATOR_OBV}, 1},
    {{INDICATOR_ROC, .period = 10}, 11},
    {{INDICATOR_STDDEV, .period = 20}, 20},
    {{INDICATOR_SLOPE, .period = 20}, 20},
    {{INDICATOR_EXTREMES, .period = 20}, 20},
    {{INDICATOR_CLOSE_PERCENTILE, .period = 30}, 31},
    {{INDICATOR_VOLUME_PERCENTILE, .period = 30}, 31},
    {{INDICATOR_ATR_PERCENTILE, .period = 14, .second = 30}, 45},
    {{INDICATOR_VWAP, .period = 20}, 20},
    {{INDICATOR_VWAP_DAY}, SERIES_CAPACITY}, /* midnight comes when it comes */
    {{INDICATOR_LEVELS, .period = 30, .factor = 0.01}, 30},
    {{INDICATOR_PATTERNS}, 13},
};

_Static_assert(sizeof each / sizeof each[0] == INDICATOR_COUNT, "one of each");

TEST(the_warmup_is_exactly_what_the_slowest_slot_needs)
{
    static struct bench bench;
    for (uint32_t c = 0; c < INDICATOR_COUNT; c++) {
        panel_plan_init(&bench.plan);
        EXPECT_INT(each[c].ask.indicator, c);
        panel_plan_ask(&bench.plan, &each[c].ask);
        panel_plan_ask(&bench.plan, SMA(TIMEFRAME_1M, 1));
        EXPECT_INT(panel_plan_warmup(&bench.plan, TIMEFRAME_1M), each[c].warmup);
        EXPECT_INT(panel_plan_warmup(&bench.plan, TIMEFRAME_5M), 0);
        bench_start(&bench);
        for (uint32_t minute = 1; minute <= each[c].warmup; minute++) {
            struct candle candle = wild_candle(minute, 1);
            bench_feed(&bench, &candle);
            if (c != INDICATOR_VWAP_DAY)
                EXPECT_INT(bench.panel.cells[0].ready, minute == each[c].warmup);
        }
    }
}

TEST(every_indicator_is_computed_once_a_candle_however_many_ask)
{
    static struct bench bench;
    panel_plan_init(&bench.plan);
    for (int asker = 0; asker < 10; asker++)
        for (uint32_t c = 0; c < INDICATOR_COUNT; c++)
            EXPECT_INT(panel_plan_ask(&bench.plan, &each[c].ask), c);
    bench_start(&bench);
    for (uint32_t minute = 0; minute < 300; minute++) {
        struct candle candle = wild_candle(minute, 5);
        bench_feed(&bench, &candle);
        EXPECT_INT(bench.panel.computed, (minute + 1) * INDICATOR_COUNT);
    }
}

TEST(no_market_makes_an_indicator_anything_but_a_number)
{
    static struct bench bench;
    panel_plan_init(&bench.plan);
    for (uint32_t c = 0; c < INDICATOR_COUNT; c++)
        panel_plan_ask(&bench.plan, &each[c].ask);
    bench_start(&bench);
    for (uint32_t minute = 0; minute < 4000; minute++) {
        /* Wild, then still, without any range or volume, then wild again. */
        struct candle candle = wild_candle(minute, 9);
        if (minute / 1000 == 1)
            candle = candle_flat(candle.time_ns, 1e-5);
        bench_feed(&bench, &candle);
        for (uint32_t c = 0; c < INDICATOR_COUNT; c++)
            for (uint32_t k = 0; k < PANEL_OUTPUT_MAX; k++)
                EXPECT(isfinite(bench.panel.cells[c].now[k]));
    }
}

TEST(an_ask_that_is_not_one_is_told_so)
{
    static const struct panel_ask wrong[] = {
        {INDICATOR_SMA, .period = 0},
        {INDICATOR_SMA, .period = SERIES_CAPACITY},
        {INDICATOR_SMA, .period = 20, .factor = 1},
        {INDICATOR_SMA, .period = 20, .second = 1},
        {INDICATOR_OBV, .period = 1},
        {INDICATOR_SLOPE, .period = 1},
        {INDICATOR_BOLLINGER, .period = 20},
        {INDICATOR_BOLLINGER, .period = 20, .factor = -1},
        {INDICATOR_BOLLINGER, .period = 20, .factor = NAN},
        {INDICATOR_MACD, .period = 26, .second = 26, .third = 9},
        {INDICATOR_MACD, .period = 12, .second = 26},
        {INDICATOR_STOCHASTIC, .period = 511, .second = 3, .third = 3},
        {INDICATOR_LEVELS, .period = 4, .factor = 0.01},
    };
    for (uint32_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        EXPECT(panel_ask_fault(&wrong[i]) != NULL);
    for (uint32_t c = 0; c < INDICATOR_COUNT; c++)
        EXPECT(panel_ask_fault(&each[c].ask) == NULL);
}

TEST(a_plan_has_room_until_its_slots_or_its_store_are_full)
{
    struct panel_plan plan;
    panel_plan_init(&plan);
    for (uint32_t i = 0; i < PANEL_SLOT_MAX; i++) {
        EXPECT(panel_plan_room(&plan, SMA(TIMEFRAME_1M, 1 + i)));
        panel_plan_ask(&plan, SMA(TIMEFRAME_1M, 1 + i));
    }
    EXPECT(!panel_plan_room(&plan, SMA(TIMEFRAME_1M, 500)));
    EXPECT(panel_plan_room(&plan, SMA(TIMEFRAME_1M, 1))); /* it is there already */

    panel_plan_init(&plan);
    uint32_t asked = 0;
    while (panel_plan_room(&plan, ASK(INDICATOR_EXTREMES, TIMEFRAME_1M, 500 - asked, 0)))
        panel_plan_ask(&plan, ASK(INDICATOR_EXTREMES, TIMEFRAME_1M, 500 - asked++, 0));
    EXPECT_INT(asked, 2); /* 1000 + 998 of 2048 */
    EXPECT(panel_plan_room(&plan, ASK(INDICATOR_EXTREMES, TIMEFRAME_1M, 25, 0)));
    EXPECT(!panel_plan_room(&plan, ASK(INDICATOR_EXTREMES, TIMEFRAME_1M, 26, 0)));
    panel_plan_ask(&plan, ASK(INDICATOR_EXTREMES, TIMEFRAME_1M, 25, 0));
    EXPECT(!plan.refused);
    panel_plan_ask(&plan, ASK(INDICATOR_EXTREMES, TIMEFRAME_1M, 26, 0));
    EXPECT(plan.refused);
}

/* What remembers more than a window. */
static bool forgets_slowly(uint32_t indicator)
{
    return indicator == INDICATOR_EMA || indicator == INDICATOR_RSI || indicator == INDICATOR_ATR ||
           indicator == INDICATOR_ADX || indicator == INDICATOR_KELTNER ||
           indicator == INDICATOR_MACD || indicator == INDICATOR_ATR_PERCENTILE ||
           indicator == INDICATOR_OBV || indicator == INDICATOR_VWAP_DAY;
}

static void plan_windowed(struct panel_plan *plan)
{
    panel_plan_init(plan);
    panel_plan_ask(plan, SMA(TIMEFRAME_1M, 20));
    panel_plan_ask(plan, SMA(TIMEFRAME_1M, SERIES_CAPACITY - 1));
    panel_plan_ask(plan, ASK(INDICATOR_BOLLINGER, TIMEFRAME_1M, 20, 2));
    panel_plan_ask(plan, ASK(INDICATOR_VOLUME_RATIO, TIMEFRAME_1M, 30, 0));
    for (uint32_t c = 0; c < INDICATOR_COUNT; c++)
        if (!forgets_slowly(c))
            panel_plan_ask(plan, &each[c].ask);
}

TEST(windowed_values_are_the_same_bits_whenever_the_program_was_started)
{
    static struct bench early, late;
    uint64_t seed = test_seed();
    plan_windowed(&early.plan);
    plan_windowed(&late.plan);
    bench_start(&early);
    bench_start(&late);
    /* Blocks begin at every minute that 1024 divides: 20480 here. One has run for 2000 candles, the
     * other for 600, enough to fill the longest window. */
    uint32_t differed = 0;
    for (uint32_t minute = 20480 - 2000; minute < 20480 + 2000; minute++) {
        struct candle candle = wild_candle(minute, seed);
        bench_feed(&early, &candle);
        if (minute >= 20480 - 600)
            bench_feed(&late, &candle);
        bool same = true;
        for (uint32_t slot = 0; slot < early.plan.count; slot++)
            same = same && memcmp(early.panel.cells[slot].now, late.panel.cells[slot].now,
                                  sizeof early.panel.cells[slot].now) == 0;
        EXPECT(same || minute < 20480);
        differed += !same && minute >= 20480 - 60;
    }
    EXPECT(differed > 0); /* else the restart would have had nothing to do */
}

TEST(a_block_begins_with_its_first_candle_even_if_the_boundary_itself_is_missing)
{
    static struct bench early, late;
    plan_windowed(&early.plan);
    plan_windowed(&late.plan);
    bench_start(&early);
    bench_start(&late);
    for (uint32_t minute = 20480 - 2000; minute < 20480 + 600; minute++) {
        if (minute >= 20480 - 3 && minute < 20480 + 5)
            continue;
        struct candle candle = wild_candle(minute, 7);
        bench_feed(&early, &candle);
        if (minute >= 20480 - 600)
            bench_feed(&late, &candle);
        if (minute < 20480)
            continue;
        for (uint32_t slot = 0; slot < early.plan.count; slot++)
            EXPECT(memcmp(early.panel.cells[slot].now, late.panel.cells[slot].now,
                          sizeof early.panel.cells[slot].now) == 0);
    }
}

TEST(smoothed_values_forget_when_the_program_was_started)
{
    static struct bench early, late;
    struct bench *both[] = {&early, &late};
    for (int i = 0; i < 2; i++) {
        panel_plan_init(&both[i]->plan);
        panel_plan_ask(&both[i]->plan, ASK(INDICATOR_EMA, TIMEFRAME_1M, 26, 0));
        panel_plan_ask(&both[i]->plan, ASK(INDICATOR_RSI, TIMEFRAME_1M, 14, 0));
        panel_plan_ask(&both[i]->plan, ASK(INDICATOR_ATR, TIMEFRAME_1M, 14, 0));
        panel_plan_ask(&both[i]->plan, ASK(INDICATOR_ADX, TIMEFRAME_1M, 14, 0));
        panel_plan_ask(&both[i]->plan, &each[INDICATOR_MACD].ask);
        panel_plan_ask(&both[i]->plan, &each[INDICATOR_KELTNER].ask);
        bench_start(both[i]);
    }
    for (uint32_t minute = 5000; minute < 7000; minute++) {
        struct candle candle = wild_candle(minute, 3);
        bench_feed(&early, &candle);
        if (minute >= 6400)
            bench_feed(&late, &candle);
    }
    /* 600 candles leave (1 - 1/14)^600 = 5e-20 of what came before, (1 - 2/27)^600 even less. */
    for (uint32_t slot = 0; slot < early.plan.count; slot++)
        for (uint32_t i = 0; i < PANEL_OUTPUT_MAX; i++)
            EXPECT_NEAR(late.panel.cells[slot].now[i], early.panel.cells[slot].now[i],
                        1e-12 * fabs(early.panel.cells[slot].now[i]));
}

/* The slow model: every window anew, in long double, straight from the candles. */
struct exact {
    double sma, middle, reach, volume_ratio, wma, slope;
};

static struct exact exact_of(const struct candle *candles, uint32_t newest)
{
    long double sum = 0, square_sum = 0, volume_sum = 0, weighted = 0, moment = 0;
    for (uint32_t i = newest - 19; i <= newest; i++)
        sum += candles[i].close;
    for (uint32_t k = 0; k < 20; k++) {
        weighted += (k + 1.0L) * candles[newest - 19 + k].close;
        moment += (k - 9.5L) * candles[newest - 19 + k].close;
    }
    for (uint32_t i = newest - 19; i <= newest; i++)
        square_sum += (candles[i].close - sum / 20) * (candles[i].close - sum / 20);
    for (uint32_t i = newest - 30; i < newest; i++)
        volume_sum += candles[i].volume;
    double volume = candles[newest].volume, average = (double)(volume_sum / 30);
    double ratio = average > 0  ? fmin(volume / average, VOLUME_RATIO_MAX)
                   : volume > 0 ? VOLUME_RATIO_MAX
                                : 1;
    return (struct exact){
        .sma = (double)(sum / 20),
        .middle = (double)(sum / 20),
        .reach = (double)(2 * sqrtl(square_sum / 20)),
        .volume_ratio = ratio,
        .wma = (double)(weighted / 210),
        .slope = (double)(moment / 665),
    };
}

/* `closeness` is how near the running mean must be to the true one, relative to the price. */
static void expect_exact(struct bench *bench, const struct exact *exact, double closeness)
{
    const struct panel *panel = &bench->panel;
    const uint32_t wma = panel_plan_ask(&bench->plan, &each[INDICATOR_WMA].ask);
    const uint32_t slope = panel_plan_ask(&bench->plan, &each[INDICATOR_SLOPE].ask);
    const double *bands = panel->cells[2].now;
    double near = closeness * exact->sma;
    EXPECT_NEAR(panel->cells[0].now[0], exact->sma, near);
    EXPECT_NEAR(bands[0], exact->middle, near);
    EXPECT_NEAR(bands[1] - bands[0], exact->reach, fmax(1e-9 * exact->reach, near));
    EXPECT_NEAR(bands[0] - bands[2], exact->reach, fmax(1e-9 * exact->reach, near));
    EXPECT_NEAR(panel->cells[wma].now[0], exact->wma, near);
    EXPECT_NEAR(panel->cells[slope].now[0], exact->slope, near);
    EXPECT_NEAR(panel->cells[3].now[0], exact->volume_ratio, 1e-9 * exact->volume_ratio);
}

TEST(windowed_values_of_half_a_year_of_pepe_equal_the_exact_ones)
{
    static struct candle candles[60000];
    static struct bench bench;
    static struct csv csv;
    csv_open(&csv, test_shared("data/candles/KRAKEN_PEPEUSD_5m.csv.gz"));
    uint32_t count = 0;
    while (count < 60000 && csv_next(&csv))
        candles[count++] = csv_candle(&csv);
    EXPECT(count > 40000);

    plan_windowed(&bench.plan);
    for (uint32_t i = 0; i < bench.plan.count; i++)
        EXPECT_INT(bench.plan.asks[i].timeframe, TIMEFRAME_1M);
    bench_start(&bench);
    for (uint32_t i = 0; i < count; i++) {
        /* One candle after the other, as if minutes: missing ones are the series' matter. */
        struct candle candle = candles[i];
        candle.time_ns = i * NS_PER_MIN;
        bench_feed(&bench, &candle);
        if (i < 30)
            continue;
        struct exact exact = exact_of(candles, i);
        expect_exact(&bench, &exact, 1e-12);
    }
}

TEST(windowed_values_survive_spikes_silence_and_bursts)
{
    static struct candle candles[20000];
    static struct bench bench;
    uint64_t seed = test_seed();
    plan_windowed(&bench.plan);
    bench_start(&bench);
    for (uint32_t i = 0; i < 20000; i++) {
        candles[i] = wild_candle(i, seed);
        bench_feed(&bench, &candles[i]);
        if (i < 30)
            continue;
        struct exact exact = exact_of(candles, i);
        /* A spike of 1000 times the price leaves its rounding in the sum until the next restart. */
        expect_exact(&bench, &exact, 1e-10);
    }
}

TEST(a_spike_to_a_billion_times_the_price_is_forgotten_when_it_has_left_the_window)
{
    static const enum indicator windowed[] = {INDICATOR_WMA,    INDICATOR_SLOPE,
                                              INDICATOR_STDDEV, INDICATOR_BOLLINGER,
                                              INDICATOR_CCI,    INDICATOR_VWAP};
    static struct bench spiked, spared;
    struct bench *both[] = {&spiked, &spared};
    for (int i = 0; i < 2; i++) {
        panel_plan_init(&both[i]->plan);
        for (uint32_t k = 0; k < 6; k++)
            panel_plan_ask(&both[i]->plan, &each[windowed[k]].ask);
        bench_start(both[i]);
        for (uint32_t minute = 1; minute < 80; minute++) {
            struct candle candle = candle_flat(minute * NS_PER_MIN, 1e-5 * (1 + minute % 7 * 0.01));
            candle.volume = 1;
            if (i == 0 && minute == 40)
                candle.high = candle.close = 1e4;
            bench_feed(both[i], &candle);
        }
    }
    for (uint32_t k = 0; k < 6; k++)
        for (uint32_t o = 0; o < PANEL_OUTPUT_MAX; o++)
            EXPECT_NEAR(spiked.panel.cells[k].now[o], spared.panel.cells[k].now[o],
                        1e-9 * (windowed[k] == INDICATOR_CCI ? 100 : 1e-5));
}
