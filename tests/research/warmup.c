/* SPDX-License-Identifier: MIT */
/* Indicators whose need of history is known from their formulas. */
#include "research/warmup.h"

#include <math.h>

#include "bench.h"
#include "fixture.h"

#define ROWS 20000

static struct candle candles[ROWS];

/* A strategy that asks for whatever the test wants. */
static struct panel_ask wanted;

static const struct option asker_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct strategy_params, timeframe), "candles it looks at"},
};

static uint32_t asker_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    (void)params;
    slots[0] = panel_plan_ask(plan, &wanted);
    return 1;
}

static void asker_step(const void *params, const struct strategy_view *view, double *state,
                       struct signal *signal)
{
    (void)params, (void)view, (void)state, (void)signal;
}

static const struct strategy asker = {
    .name = "asker",
    .help = "asks",
    .options = asker_options,
    .option_count = 1,
    .params_size = sizeof(struct strategy_params),
    .plan = asker_plan,
    .step = asker_step,
};

/* The row of one indicator, for a session that begins with so many minutes. */
static struct warmup_row check(struct panel_ask ask, int64_t history, double tolerance)
{
    const struct strategy *const list[] = {&asker};
    strategy_add(list, 1);
    wanted = ask;
    bench_walk(candles, ROWS);
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    EXPECT(strategy_find("asker", &engine.strategies[0].type) != NULL);
    const struct candle_rows rows = {candles, ROWS, TIMEFRAME_1M};
    const struct warmup_config config = {.engine = &engine,
                                         .rows = &rows,
                                         .history_ns = history * NS_PER_MIN,
                                         .tolerance = tolerance};
    struct warmup seen;
    char error[256];
    EXPECT_INT(warmup_check(&config, &seen, error, sizeof error), 0);
    for (uint32_t i = 0; i < seen.count; i++) {
        if (seen.rows[i].strategies == 1) {
            return seen.rows[i];
        }
    }
    EXPECT(false);
    return seen.rows[0];
}

TEST(a_simple_average_settles_with_its_window)
{
    const struct warmup_row row =
        check((struct panel_ask){INDICATOR_SMA, TIMEFRAME_1M, 50, 0}, 50, 1e-9);
    EXPECT_INT(row.needs, 50);
    EXPECT_INT(row.settles, 50);
    EXPECT(row.off <= 1e-9);
    EXPECT(warmup_row_holds(&row, 1e-9));
}

/* Each candle leaves (n - 1) / (n + 1) of the beginning: a thousandth of it after 3.5 n. */
TEST(an_exponential_average_needs_several_times_its_period)
{
    const struct warmup_row row =
        check((struct panel_ask){INDICATOR_EMA, TIMEFRAME_1M, 100, 0}, 150, 0.001);
    EXPECT_INT(row.needs, 100);
    EXPECT(row.settles > 150 && row.settles < 600);
    EXPECT(row.off > 0.001 && row.off < 1);
    EXPECT(!warmup_row_holds(&row, 0.001));
    const struct warmup_row enough =
        check((struct panel_ask){INDICATOR_EMA, TIMEFRAME_1M, 100, 0}, 719, 0.001);
    EXPECT_INT(enough.settles, row.settles);
    EXPECT(warmup_row_holds(&enough, 0.001));
}

TEST(what_has_not_even_its_window_is_off_by_no_number)
{
    const struct warmup_row row =
        check((struct panel_ask){INDICATOR_EMA, TIMEFRAME_1M, 400, 0}, 60, 0.01);
    EXPECT(isnan(row.off));
    EXPECT(!warmup_row_holds(&row, 0.01));
}

TEST(a_sum_from_the_beginning_never_settles)
{
    const struct warmup_row row =
        check((struct panel_ask){.indicator = INDICATOR_OBV, .timeframe = TIMEFRAME_1M}, 719, 0.01);
    EXPECT_INT(row.settles, 0);
    EXPECT(row.tried > 4000);
    EXPECT(!warmup_row_holds(&row, 0.01));
}

/* 719 minutes are 11 whole hours. */
TEST(a_session_has_less_of_a_larger_timeframe)
{
    const struct warmup_row row =
        check((struct panel_ask){INDICATOR_SMA, TIMEFRAME_1H, 20, 0}, 719, 0.01);
    EXPECT_INT(row.has, 11);
    EXPECT_INT(row.settles, 20);
    EXPECT(isnan(row.off));
}

/* 20,000 minutes are 333 hours: what needs 100 of them has nothing to be held against. */
TEST(too_few_candles_are_tried_with_nothing)
{
    const struct warmup_row row =
        check((struct panel_ask){INDICATOR_SMA, TIMEFRAME_1H, 100, 0}, 719, 0.01);
    EXPECT_INT(row.tried, 0);
    EXPECT_INT(row.settles, 0);
}
