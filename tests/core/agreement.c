/* SPDX-License-Identifier: MIT */
#include "core/decision/agreement.h"

#include "core/base/prng.h"
#include "options_fixture.h"

struct bench {
    struct agreement_config config;
    struct panel_plan plan;
    struct agreement_slots slots;
    struct panel_cell cells[PANEL_SLOT_MAX];
    struct series series;
    struct finding findings[TIMEFRAME_COUNT];
};

static struct bench bench;

static void plan(void)
{
    panel_plan_init(&bench.plan);
    agreement_plan(&bench.config, &bench.plan, &bench.slots);
}

/* 5m and 1h are asked; both closed at 100 above an SMA of 99, and their EMAs rose. */
static void open_bench(enum agreement_method method)
{
    memset(&bench, 0, sizeof bench);
    options_default(agreement_options, agreement_option_count, &bench.config);
    EXPECT(!agreement_any(&bench.config));
    bench.config.asked[TIMEFRAME_5M] = bench.config.asked[TIMEFRAME_1H] = true;
    bench.config.method = method;
    plan();
    series_init(&bench.series, TIMEFRAME_5M, 1u << TIMEFRAME_1H);
    for (int64_t i = 0; i < 12; i++) {
        series_push(&bench.series,
                    &(struct candle){i * timeframe_ns[TIMEFRAME_5M], 100, 100, 100, 100, 1});
    }
    EXPECT_INT(series_held(&bench.series, TIMEFRAME_1H), 1);
    for (uint32_t i = 0; i < bench.plan.count; i++) {
        const bool sma = bench.plan.asks[i].indicator == INDICATOR_SMA;
        bench.cells[i] = (struct panel_cell){.ready = true,
                                             .ready_before = true,
                                             .now = {sma ? 99 : 101},
                                             .before = {sma ? 99 : 100}};
    }
}

static enum timeframe ask(int32_t direction, double confidence)
{
    return agreement_ask(&bench.config, &bench.series, bench.cells, &bench.slots, direction,
                         confidence, bench.findings);
}

TEST(every_timeframe_asked_must_agree_and_is_told_with_its_figure)
{
    open_bench(AGREEMENT_SMA);
    EXPECT_INT(bench.plan.count, 2);
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_COUNT);
    EXPECT_INT(bench.findings[TIMEFRAME_5M].state, FINDING_PASSED);
    EXPECT_INT(bench.findings[TIMEFRAME_15M].state, FINDING_NOT_ASKED);
    EXPECT_NEAR(bench.findings[TIMEFRAME_1H].figure, 100.0 / 99, 1e-9); /* percent of 99 */
    bench.cells[bench.slots.sma[TIMEFRAME_1H]].now[0] = 100.5;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_1H);
    EXPECT_INT(bench.findings[TIMEFRAME_5M].state, FINDING_PASSED);
    bench.cells[bench.slots.sma[TIMEFRAME_5M]].now[0] = 100.5;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_5M); /* the finest names the refusal */
    EXPECT_INT(ask(-1, 0.6), TIMEFRAME_COUNT);
}

TEST(a_close_on_its_average_agrees_with_nobody)
{
    open_bench(AGREEMENT_SMA);
    bench.cells[bench.slots.sma[TIMEFRAME_5M]].now[0] = 100;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_5M);
    EXPECT_INT(ask(-1, 0.6), TIMEFRAME_5M);
    bench.cells[bench.slots.sma[TIMEFRAME_5M]].now[0] = 100 * (1 + 1e-14); /* a sum's rounding */
    EXPECT_INT(ask(-1, 0.6), TIMEFRAME_5M);
    EXPECT_NEAR(bench.findings[TIMEFRAME_5M].figure, 0, 0);
}

TEST(by_ema_it_is_the_slope_that_counts)
{
    open_bench(AGREEMENT_EMA);
    EXPECT_INT(bench.plan.count, 2);
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_COUNT);
    EXPECT_NEAR(bench.findings[TIMEFRAME_5M].figure, 1, 1e-9); /* 100 to 101 */
    EXPECT_INT(ask(-1, 0.6), TIMEFRAME_5M);
    bench.cells[bench.slots.ema[TIMEFRAME_5M]].ready_before = false;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_5M);
    EXPECT_INT(bench.findings[TIMEFRAME_5M].state, FINDING_WARMING);
}

TEST(by_both_neither_may_oppose)
{
    open_bench(AGREEMENT_BOTH);
    EXPECT_INT(bench.plan.count, 4);
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_COUNT);
    EXPECT_NEAR(bench.findings[TIMEFRAME_5M].figure, 1, 1e-9); /* the lesser of 1.01 and 1 */
    bench.cells[bench.slots.ema[TIMEFRAME_1H]].now[0] = 99;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_1H);
    open_bench(AGREEMENT_BOTH);
    bench.cells[bench.slots.sma[TIMEFRAME_5M]].now[0] = 101;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_5M);
    open_bench(AGREEMENT_BOTH);
    bench.cells[bench.slots.sma[TIMEFRAME_5M]].ready = false;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_5M);
}

TEST(a_timeframe_that_warms_up_does_not_agree)
{
    open_bench(AGREEMENT_SMA);
    bench.cells[bench.slots.sma[TIMEFRAME_1H]].ready = false;
    EXPECT_INT(ask(1, 0.6), TIMEFRAME_1H);
    EXPECT_INT(bench.findings[TIMEFRAME_1H].state, FINDING_WARMING);
}

TEST(a_decision_sure_enough_needs_no_agreement_where_that_is_configured)
{
    open_bench(AGREEMENT_SMA);
    bench.cells[bench.slots.sma[TIMEFRAME_5M]].now[0] = 200;
    EXPECT_INT(ask(1, 1), TIMEFRAME_5M); /* by default there is none so sure */
    bench.config.alone = 0.8;
    EXPECT_INT(ask(1, 0.79), TIMEFRAME_5M);
    EXPECT_INT(ask(1, 0.8), TIMEFRAME_COUNT);
    EXPECT_INT(bench.findings[TIMEFRAME_5M].state, FINDING_NOT_ASKED);
}

TEST(where_none_is_asked_nothing_is_planned_and_nobody_refuses)
{
    open_bench(AGREEMENT_BOTH);
    memset(bench.config.asked, 0, sizeof bench.config.asked);
    plan();
    EXPECT_INT(bench.plan.count, 0);
    EXPECT_INT(ask(1, 0), TIMEFRAME_COUNT);
}

TEST(whatever_the_averages_a_long_and_a_short_never_both_agree)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t i = 0; i < 5000; i++) {
        open_bench((enum agreement_method)(i % 3));
        for (uint32_t c = 0; c < bench.plan.count; c++) {
            bench.cells[c].now[0] = i % 7 == 0 ? NAN : 98 + 4 * prng_real(&prng);
            bench.cells[c].before[0] = 98 + 4 * prng_real(&prng);
        }
        const bool longs = ask(1, 0.6) == TIMEFRAME_COUNT;
        EXPECT(isfinite(bench.findings[TIMEFRAME_5M].figure));
        EXPECT(!(longs && ask(-1, 0.6) == TIMEFRAME_COUNT));
        EXPECT(!(i % 7 == 0 && longs));
    }
}
