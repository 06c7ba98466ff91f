/* SPDX-License-Identifier: MIT */
#include "core/decision/filters.h"

#include "core/base/prng.h"
#include "options_fixture.h"

struct bench {
    struct filters_config config;
    struct panel_plan plan;
    uint32_t slots[FILTERS_SLOT_COUNT];
    struct panel_cell cells[FILTERS_SLOT_COUNT];
    struct finding findings[FILTER_COUNT];
};

static void set(struct bench *bench, enum filters_slot slot, double now, double second)
{
    struct panel_cell *cell = &bench->cells[bench->slots[slot]];
    cell->now[0] = now;
    cell->now[1] = second;
}

static void plan(struct bench *bench)
{
    panel_plan_init(&bench->plan);
    filters_plan(&bench->config, &bench->plan, bench->slots);
}

/* Every filter on at its defaults, in a market that passes them all for a long. */
static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    options_default(filters_options, filters_option_count, &bench->config);
    bench->config.enabled = true;
    plan(bench);
    EXPECT_INT(bench->plan.count, FILTERS_SLOT_COUNT);
    for (uint32_t i = 0; i < FILTERS_SLOT_COUNT; i++) {
        bench->cells[i].ready = bench->cells[i].ready_before = true;
    }
    set(bench, FILTERS_RSI, 50, 0);
    set(bench, FILTERS_FAST, 101, 0);
    bench->cells[bench->slots[FILTERS_FAST]].before[0] = 100.9;
    set(bench, FILTERS_SLOW, 100, 0);
    set(bench, FILTERS_VOLUME, 50, 0);
    set(bench, FILTERS_ATR, 1, 1); /* 1 in price, 1 % of the close */
    set(bench, FILTERS_EXTREMES, 103, 98);
    set(bench, FILTERS_ATR_LONG, 0.8, 0);
}

static enum filter first(struct bench *bench, int32_t direction)
{
    return filters_ask(&bench->config, bench->cells, bench->slots, direction, bench->findings);
}

TEST(a_market_that_passes_every_filter_is_told_with_each_figure_and_limit)
{
    struct bench bench;
    open_bench(&bench);
    EXPECT_INT(first(&bench, 1), FILTER_COUNT);
    const struct {
        double figure, low, high;
    } want[FILTER_COUNT] = {
        [FILTER_RSI] = {50, 30, 70},     [FILTER_TREND] = {1, 0, 0},
        [FILTER_VOLUME] = {50, 20, 0},   [FILTER_ATR] = {1, 0.05, 3},
        [FILTER_SLOPE] = {0.1, 0.02, 0}, [FILTER_RANGE] = {5, 2.5, 0},
        [FILTER_SPIKE] = {1.25, 0, 2.5},
    };
    for (uint32_t i = 0; i < FILTER_COUNT; i++) {
        EXPECT_INT(bench.findings[i].state, FINDING_PASSED);
        EXPECT_NEAR(bench.findings[i].figure, want[i].figure, 1e-12);
        EXPECT_NEAR(bench.findings[i].low, want[i].low, 0);
        EXPECT_NEAR(bench.findings[i].high, want[i].high, 0);
    }
}

TEST(each_filter_stops_beyond_its_limit_and_passes_at_it)
{
    const struct {
        enum filters_slot slot;
        enum filter filter;
        double now, second;
        bool passes;
    } lines[] = {
        {FILTERS_RSI, FILTER_RSI, 29.99, 0, false},
        {FILTERS_RSI, FILTER_RSI, 30, 0, true},
        {FILTERS_RSI, FILTER_RSI, 70, 0, true},
        {FILTERS_RSI, FILTER_RSI, 70.01, 0, false},
        {FILTERS_SLOW, FILTER_TREND, 101, 0, false}, /* touching is not above */
        {FILTERS_SLOW, FILTER_TREND, 101.01, 0, false},
        {FILTERS_SLOW, FILTER_TREND, 100.99, 0, true},
        {FILTERS_VOLUME, FILTER_VOLUME, 19.9, 0, false},
        {FILTERS_VOLUME, FILTER_VOLUME, 20, 0, true},
        {FILTERS_ATR, FILTER_ATR, 1, 0.049, false},
        {FILTERS_ATR, FILTER_ATR, 1, 0.05, true},
        {FILTERS_ATR, FILTER_ATR, 1, 3, true},
        {FILTERS_ATR, FILTER_ATR, 1, 3.01, false},
        {FILTERS_FAST, FILTER_SLOPE, 100.91, 0, false}, /* 0.01 ATR from 100.9 */
        {FILTERS_FAST, FILTER_SLOPE, 100.93, 0, true},
        {FILTERS_FAST, FILTER_SLOPE, 100.87, 0, true}, /* downward is a slope, too */
        {FILTERS_EXTREMES, FILTER_RANGE, 103, 100.51, false},
        {FILTERS_EXTREMES, FILTER_RANGE, 103, 100.5, true},
        {FILTERS_ATR_LONG, FILTER_SPIKE, 0.4, 0, true}, /* 1 / 0.4 = 2.5 */
        {FILTERS_ATR_LONG, FILTER_SPIKE, 0.399, 0, false},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct bench bench;
        open_bench(&bench);
        set(&bench, lines[i].slot, lines[i].now, lines[i].second);
        EXPECT_INT(first(&bench, 1), lines[i].passes ? FILTER_COUNT : lines[i].filter);
        EXPECT_INT(bench.findings[lines[i].filter].state,
                   lines[i].passes ? FINDING_PASSED : FINDING_FAILED);
    }
}

TEST(the_first_that_stops_names_the_refusal_and_the_rest_are_asked_all_the_same)
{
    struct bench bench;
    open_bench(&bench);
    set(&bench, FILTERS_VOLUME, 0, 0);
    set(&bench, FILTERS_ATR_LONG, 0.1, 0);
    EXPECT_INT(first(&bench, 1), FILTER_VOLUME);
    EXPECT_INT(bench.findings[FILTER_SPIKE].state, FINDING_FAILED);
    EXPECT_INT(bench.findings[FILTER_RANGE].state, FINDING_PASSED);
}

TEST(a_short_is_held_against_the_mirror)
{
    struct bench bench;
    open_bench(&bench);
    bench.config.rsi_low = 40;
    bench.config.rsi_high = 80;
    EXPECT_INT(first(&bench, -1), FILTER_TREND); /* the fast average stands above */
    EXPECT_NEAR(bench.findings[FILTER_TREND].figure, -1, 1e-12);
    EXPECT_NEAR(bench.findings[FILTER_RSI].low, 20, 0);
    EXPECT_NEAR(bench.findings[FILTER_RSI].high, 60, 0);
    set(&bench, FILTERS_SLOW, 102, 0);
    EXPECT_INT(first(&bench, -1), FILTER_COUNT);
}

TEST(a_filter_that_is_off_asks_the_panel_for_nothing_and_stops_nobody)
{
    struct bench bench;
    open_bench(&bench);
    bool *const switches[] = {&bench.config.rsi, &bench.config.trend, &bench.config.volume,
                              &bench.config.atr, &bench.config.chop,  &bench.config.spike};
    const uint32_t asked_alone[] = {1, 2, 1, 1, 3, 2};
    for (uint32_t on = 0; on < 6; on++) {
        for (uint32_t i = 0; i < 6; i++) {
            *switches[i] = i == on;
        }
        plan(&bench);
        EXPECT_INT(bench.plan.count, asked_alone[on]);
        first(&bench, 1);
        uint32_t told = 0;
        for (uint32_t i = 0; i < FILTER_COUNT; i++) {
            told += bench.findings[i].state != FINDING_NOT_ASKED;
        }
        EXPECT_INT(told, on == 4 ? 2 : 1); /* chop is two */
        EXPECT_INT(bench.plan.timeframes, 1u << TIMEFRAME_5M);
    }
}

TEST(the_master_switch_is_off_by_default_and_then_nothing_is_asked)
{
    struct bench bench;
    open_bench(&bench);
    options_default(filters_options, filters_option_count, &bench.config);
    EXPECT(!bench.config.enabled && bench.config.rsi && bench.config.spike);
    plan(&bench);
    EXPECT_INT(bench.plan.count, 0);
    set(&bench, FILTERS_RSI, 100, 0);
    EXPECT_INT(first(&bench, 1), FILTER_COUNT);
    EXPECT_INT(bench.findings[FILTER_RSI].state, FINDING_NOT_ASKED);
}

TEST(a_filter_that_is_still_warming_up_stops_too)
{
    const enum filter waits[FILTERS_SLOT_COUNT] = {
        [FILTERS_RSI] = FILTER_RSI,        [FILTERS_FAST] = FILTER_TREND,
        [FILTERS_SLOW] = FILTER_TREND,     [FILTERS_VOLUME] = FILTER_VOLUME,
        [FILTERS_ATR] = FILTER_ATR,        [FILTERS_EXTREMES] = FILTER_RANGE,
        [FILTERS_ATR_LONG] = FILTER_SPIKE,
    };
    for (uint32_t slot = 0; slot < FILTERS_SLOT_COUNT; slot++) {
        struct bench bench;
        open_bench(&bench);
        bench.cells[bench.slots[slot]].ready = bench.cells[bench.slots[slot]].ready_before = false;
        EXPECT_INT(first(&bench, 1), waits[slot]);
        EXPECT_INT(bench.findings[waits[slot]].state, FINDING_WARMING);
    }
    struct bench bench;
    open_bench(&bench);
    bench.cells[bench.slots[FILTERS_FAST]].ready_before = false; /* a slope needs two */
    EXPECT_INT(first(&bench, 1), FILTER_SLOPE);
    EXPECT_INT(bench.findings[FILTER_SLOPE].state, FINDING_WARMING);
}

TEST(options_that_contradict_each_other_are_refused)
{
    struct filters_config config;
    options_default(filters_options, filters_option_count, &config);
    EXPECT(filters_check(&config) == NULL);
    struct filters_config wrong = config;
    wrong.rsi_low = wrong.rsi_high;
    EXPECT(strstr(filters_check(&wrong), "rsi_low") != NULL);
    wrong = config;
    wrong.fast_period = wrong.slow_period;
    EXPECT(strstr(filters_check(&wrong), "fast_period") != NULL);
    wrong = config;
    wrong.atr_low = wrong.atr_high;
    EXPECT(strstr(filters_check(&wrong), "atr_low") != NULL);
    wrong = config;
    wrong.atr_period = wrong.spike_period;
    EXPECT(strstr(filters_check(&wrong), "atr_period") != NULL);
}

TEST(no_figure_that_is_no_number_passes_or_is_told)
{
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (uint32_t i = 0; i < 3; i++) {
        struct bench bench;
        open_bench(&bench);
        for (uint32_t slot = 0; slot < FILTERS_SLOT_COUNT; slot++) {
            set(&bench, (enum filters_slot)slot, bad[i], bad[i]);
        }
        EXPECT_INT(first(&bench, 1), FILTER_RSI);
        for (uint32_t f = 0; f < FILTER_COUNT; f++) {
            EXPECT(isfinite(bench.findings[f].figure));
            EXPECT(f == FILTER_SPIKE || bench.findings[f].state == FINDING_FAILED);
        }
    }
}

static struct series series;
static struct panel panel;

/* Candle by candle through the panel; `drift` and `noise` in parts of the price. */
static void walk(struct bench *bench, uint64_t seed, double drift, double noise, uint32_t count)
{
    struct prng prng;
    prng_init(&prng, seed);
    memset(&series, 0, sizeof series);
    memset(&panel, 0, sizeof panel);
    series_init(&series, TIMEFRAME_5M, 0);
    panel_init(&panel, &bench->plan);
    double price = 1000;
    for (uint32_t i = 0; i < count; i++) {
        const double open = price;
        price *= 1 + drift + noise * prng_normal(&prng);
        const double high = fmax(open, price), low = fmin(open, price);
        const struct candle candle = {
            (int64_t)i * timeframe_ns[TIMEFRAME_5M], open, high, low, price,
            noise > 0 ? prng_real(&prng) : 1};
        panel_update(&panel, &bench->plan, &series, series_push(&series, &candle));
        const enum filter stops = filters_ask(&bench->config, panel.cells, bench->slots,
                                              i % 2 == 0 ? 1 : -1, bench->findings);
        bool earlier = false;
        for (uint32_t f = 0; f < FILTER_COUNT; f++) {
            EXPECT(isfinite(bench->findings[f].figure));
            EXPECT(finding_stops(&bench->findings[f]) ? stops <= f : stops != f);
            earlier |= finding_stops(&bench->findings[f]);
        }
        EXPECT(earlier == (stops != FILTER_COUNT));
    }
}

TEST(whatever_the_market_the_verdict_is_the_first_that_stops_and_every_figure_a_number)
{
    const uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 20; i++) {
        struct bench bench;
        open_bench(&bench);
        walk(&bench, seed + i, (double)i * 1e-4 - 1e-3, 1e-4 * (double)(1 + i * i), 400);
    }
}

TEST(a_flat_market_fails_where_it_has_nothing_to_offer)
{
    struct bench bench;
    open_bench(&bench);
    walk(&bench, 1, 0, 0, 200);
    const enum finding_state want[FILTER_COUNT] = {
        [FILTER_RSI] = FINDING_PASSED,    /* 50 */
        [FILTER_TREND] = FINDING_FAILED,  /* the averages touch */
        [FILTER_VOLUME] = FINDING_PASSED, /* like all the others */
        [FILTER_ATR] = FINDING_FAILED,    [FILTER_SLOPE] = FINDING_FAILED,
        [FILTER_RANGE] = FINDING_FAILED,  [FILTER_SPIKE] = FINDING_PASSED,
    };
    for (uint32_t f = 0; f < FILTER_COUNT; f++) {
        EXPECT_INT(bench.findings[f].state, want[f]);
    }
    EXPECT_NEAR(bench.findings[FILTER_SPIKE].figure, 1, 0);
    EXPECT_NEAR(bench.findings[FILTER_TREND].figure, 0, 0);
}

TEST(most_random_walks_are_neither_chop_nor_spike)
{
    struct bench bench;
    open_bench(&bench);
    bench.config.rsi = bench.config.trend = bench.config.volume = bench.config.atr = false;
    uint32_t passed = 0;
    for (uint64_t i = 0; i < 60; i++) {
        walk(&bench, 77 + i, 0, 0.002, 150);
        passed +=
            filters_ask(&bench.config, panel.cells, bench.slots, 1, bench.findings) == FILTER_COUNT;
    }
    EXPECT(passed >= 40 && passed < 60);
}
