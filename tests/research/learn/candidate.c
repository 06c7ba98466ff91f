/* SPDX-License-Identifier: MIT */
/* Strategies that say what the test wants, and what of it is a candidate. */
#include "research/learn/candidate.h"

#include "../fixture.h"
#include "bench.h"
#include "core/base/timestamp.h"

#define ROWS 400

static const struct option teller_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct strategy_params, timeframe), "candles it looks at"},
};

static uint32_t no_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    (void)params, (void)plan, (void)slots;
    return 0;
}

/* Every `every` minutes, from the minute `from` of them on. */
static bool tells(const struct strategy_view *view, int64_t every, int64_t from)
{
    const struct candle *now = series_at(view->series, view->timeframe, 0);
    return now->time_ns / NS_PER_MIN % every == from;
}

static void tell(struct signal *signal, int32_t direction, double strength, double confidence)
{
    *signal = (struct signal){.direction = direction,
                              .reason = REASON_SCRIPT,
                              .strength = strength,
                              .confidence = confidence,
                              .stop = direction > 0 ? 20000 : 40000,
                              .target = direction > 0 ? 40000 : 20000,
                              .hold_ns = 7 * NS_PER_MIN};
}

static void step_long(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    if (tells(view, 20, 0)) {
        tell(signal, 1, 0.4, 0.9);
    }
}

static void step_both(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    if (tells(view, 10, 0)) {
        tell(signal, tells(view, 20, 0) ? 1 : -1, 0.5, 0.5);
    }
}

/* Too weak once, too unsure once, and neutral once. */
static void step_weak(const void *params, const struct strategy_view *view, double *state,
                      struct signal *signal)
{
    (void)params, (void)state;
    if (tells(view, 10, 1)) {
        tell(signal, 1, 0.29, 0.9);
    } else if (tells(view, 10, 2)) {
        tell(signal, 1, 0.9, 0.29);
    } else if (tells(view, 10, 3)) {
        tell(signal, 0, 0.9, 0.9);
    }
}

#define TELLER(label, how)                                                                         \
    {                                                                                              \
        .name = label, .help = "tells", .options = teller_options, .option_count = 1,              \
        .params_size = sizeof(struct strategy_params), .plan = no_plan, .step = how                \
    }
static const struct strategy told_long = TELLER("long", step_long),
                             told_both = TELLER("both", step_both),
                             told_weak = TELLER("weak", step_weak);

static struct engine_config three_tellers(void)
{
    static const struct strategy *const tellers[] = {&told_long, &told_both, &told_weak};
    struct engine_config config = sma_config(TIMEFRAME_1M, 20, 50);
    strategy_add(tellers, 3);
    config.strategy_count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        struct strategy_setup *setup = &config.strategies[i];
        setup->weight = 1;
        EXPECT(strategy_find(tellers[i]->name, &setup->type) != NULL);
        struct strategy_params *params = (void *)setup->params;
        *params = (struct strategy_params){TIMEFRAME_1M, setup->type};
    }
    config.strategies[1].shadow = true;
    return config;
}

static struct candle candles[ROWS];

static void collect(struct candidates_config *config, struct candidates *ret)
{
    struct engine_config engine = three_tellers();
    struct matching_config matching = {.fills = FILLS_CANDLES};
    set_fee(&engine, &matching, 1000);
    bench_walk(candles, ROWS);
    const struct candle_rows rows = {candles, ROWS, TIMEFRAME_1M};
    config->actionable = engine.decision.actionable;
    candidates_init(ret, config);
    struct backtest backtest;
    must_run(&(struct backtest_config){.engine = &engine,
                                       .matching = &matching,
                                       .terms = &fine_pair,
                                       .rows = &rows,
                                       .watch = &ret->watch},
             &backtest);
    backtest_free(&backtest);
}

/* Of 400 minutes 20 are full twenties: both speak; at the 20 tens between them the shadow does. */
TEST(votes_that_are_outvoted_watched_or_late_are_candidates_and_weak_ones_are_not)
{
    struct candidates candidates;
    collect(&(struct candidates_config){0}, &candidates);
    uint64_t by[3] = {0}, taken = 0, shorts = 0;
    for (size_t i = 0; i < candidates.count; i++) {
        const struct candidate_row *row = &candidates.rows[i];
        by[row->strategy]++;
        taken += row->taken;
        shorts += row->direction < 0;
        EXPECT(i == 0 || row->boundary_ns >= candidates.rows[i - 1].boundary_ns);
        EXPECT(row->shadow == (row->strategy == 1));
        EXPECT(!row->taken || row->strategy == 0);
        EXPECT_INT(row->hold_ns, 7 * NS_PER_MIN);
        EXPECT(row->stop == (row->direction > 0 ? 20000 : 40000));
        const size_t at = candle_find(candles, ROWS, row->boundary_ns);
        EXPECT(row->price == candles[at].close);
    }
    EXPECT_INT((int64_t)by[0], 20);
    EXPECT_INT((int64_t)by[1], 40);
    EXPECT_INT((int64_t)by[2], 0);
    EXPECT_INT((int64_t)shorts, 20);
    EXPECT_INT((int64_t)taken, 20); /* each is over after seven minutes */
    candidates_deinit(&candidates);
}

static bool read_two(void *context, const struct record *record, uint32_t vote, float *ret)
{
    uint32_t *calls = context;
    ret[0] = (float)record->votes[vote].strategy;
    ret[1] = (float)++*calls;
    return *calls % 3 != 0;
}

TEST(features_stand_beside_their_rows_and_without_them_a_candidate_is_passed_over)
{
    struct candidates candidates;
    uint32_t calls = 0;
    collect(&(struct candidates_config){.feature_count = 2, .read = read_two, .context = &calls},
            &candidates);
    EXPECT_INT(calls, 60);
    EXPECT_INT((int64_t)candidates.count, 40);
    EXPECT_INT((int64_t)candidates.unread_count, 20);
    uint32_t last = 0;
    for (size_t i = 0; i < candidates.count; i++) {
        const float *features = candidates_features(&candidates, i);
        EXPECT_INT((int64_t)features[0], candidates.rows[i].strategy);
        last += last % 3 == 2 ? 2 : 1;
        EXPECT_INT((int64_t)features[1], last);
    }
    candidates_deinit(&candidates);
}
