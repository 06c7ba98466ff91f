/* SPDX-License-Identifier: MIT */
#include "operator/server/chart.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "core/market/series.h"
#include "script.h"
#include "test.h"

#define START (1704067200 * NS_PER_S)

_Static_assert(2 * sizeof(struct chart_candle) == sizeof(struct candle), "half as large");

static struct candle candle_of(int64_t minute, double open, double close)
{
    return candle_at(START + minute * NS_PER_MIN, open, close);
}

TEST(the_partial_candle_joins_what_has_closed_with_what_is_forming)
{
    struct chart *chart = chart_new(TIMEFRAME_1M);
    struct candle partial;
    EXPECT(!chart_partial(chart, TIMEFRAME_5M, &partial));
    for (int64_t minute = 0; minute < 7; minute++) {
        struct candle candle = candle_of(minute, 100 + (double)minute, 101 + (double)minute);
        chart_push(chart, &candle);
    }
    /* 0..4 closed a 5-minute candle; 5 and 6 are a part of the next: 105 -> 107. */
    EXPECT(chart_partial(chart, TIMEFRAME_5M, &partial));
    EXPECT_INT(partial.time_ns, START + 5 * NS_PER_MIN);
    EXPECT_NEAR(partial.open, 105, 0);
    EXPECT_NEAR(partial.close, 107, 0);
    EXPECT_NEAR(partial.volume, 2, 0);

    struct candle forming = candle_of(7, 107, 90);
    chart->forming = forming;
    EXPECT(chart_partial(chart, TIMEFRAME_5M, &partial));
    EXPECT_NEAR(partial.open, 105, 0);
    EXPECT_NEAR(partial.close, 90, 0);
    EXPECT_NEAR(partial.low, 90, 0);
    EXPECT_NEAR(partial.volume, 3, 0);
    EXPECT(chart_partial(chart, TIMEFRAME_1M, &partial));
    EXPECT_NEAR(partial.open, 107, 0);

    /* Closed, it is forming no longer. */
    chart_push(chart, &forming);
    EXPECT(!chart_partial(chart, TIMEFRAME_1M, &partial));
    free(chart);
}

TEST(a_forming_candle_of_the_next_bucket_does_not_mix_with_the_one_before)
{
    struct chart *chart = chart_new(TIMEFRAME_1M);
    struct candle partial, candle = candle_of(3, 100, 101), forming = candle_of(6, 200, 201);
    chart_push(chart, &candle);
    chart->forming = forming;
    EXPECT(chart_partial(chart, TIMEFRAME_5M, &partial));
    EXPECT_INT(partial.time_ns, START + 5 * NS_PER_MIN);
    EXPECT_NEAR(partial.open, 200, 0);
    free(chart);
}

/* Every timeframe, against the engine's own series, over a day and a half with holes. */
TEST(a_chart_has_the_candles_that_a_series_has)
{
    static struct series series;
    struct prng prng;
    prng_init(&prng, 5);
    for (int32_t decimals = 0; decimals <= 10; decimals += 2) {
        struct chart *chart = chart_new(TIMEFRAME_1M);
        const double unit = pow(10, decimals);
        series_init(&series, TIMEFRAME_1M, (1u << TIMEFRAME_COUNT) - 1);
        int64_t ticks = 6500000;
        for (int64_t minute = 0; minute < 2100; minute += 1 + (prng_next(&prng) % 50 == 0)) {
            const int64_t open = ticks;
            ticks += (int64_t)(prng_next(&prng) % 2001) - 1000;
            struct candle candle = candle_of(minute, (double)open / unit, (double)ticks / unit);
            candle.volume = (double)(prng_next(&prng) % 1000000) / 100;
            series_push(&series, &candle);
            EXPECT(chart_push(chart, &candle));
        }
        for (uint32_t t = 0; t < TIMEFRAME_COUNT; t++) {
            EXPECT_INT(chart_held(chart, t), series_held(&series, t));
            EXPECT_INT(chart_count(chart, t), series.rings[t].count);
            for (uint32_t back = 0; back < chart_held(chart, t); back++) {
                const struct candle *exact = series_at(&series, t, back);
                const struct candle held = chart_at(chart, t, back);
                EXPECT_INT(held.time_ns, exact->time_ns);
                EXPECT(held.open == exact->open && held.high == exact->high);
                EXPECT(held.low == exact->low && held.close == exact->close);
                EXPECT_NEAR(held.volume, exact->volume, 6e-7 * exact->volume);
            }
        }
        free(chart);
    }
}

TEST(a_price_that_multiplies_by_a_thousand_keeps_seven_digits_of_its_past)
{
    struct chart *chart = chart_new(TIMEFRAME_1M);
    for (int64_t minute = 0; minute < 31; minute++) {
        const double price = 0.00123456 * pow(2, (double)minute / 3);
        const struct candle candle = candle_of(minute, price, price);
        chart_push(chart, &candle);
        for (int64_t each = 0; each <= minute; each++) {
            const double then = 0.00123456 * pow(2, (double)each / 3);
            const struct candle held = chart_at(chart, TIMEFRAME_1M, (uint32_t)(minute - each));
            EXPECT_NEAR(held.close, then, price * 1e-7);
        }
    }
    free(chart);
}

TEST(what_is_below_the_base_is_not_there)
{
    struct chart *chart = chart_new(TIMEFRAME_15M);
    struct candle partial;
    const struct candle candle = candle_of(0, 3, 4);
    EXPECT(chart_push(chart, &candle));
    EXPECT(!chart_push(chart, &candle)); /* not newer */
    EXPECT_INT(chart_held(chart, TIMEFRAME_5M), 0);
    EXPECT_INT(chart_held(chart, TIMEFRAME_15M), 1);
    EXPECT(!chart_partial(chart, TIMEFRAME_5M, &partial));
    EXPECT(chart_partial(chart, TIMEFRAME_1H, &partial));
    free(chart);
}
