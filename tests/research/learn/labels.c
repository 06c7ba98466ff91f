/* SPDX-License-Identifier: MIT */
#include "research/learn/labels.h"

#include "../fixture.h"
#include "bench.h"
#include "core/base/timestamp.h"

#define ROWS 3000

static struct candle early[ROWS], late[ROWS];

static struct candidate_row row_at(uint32_t pair, int64_t boundary_ns, double price)
{
    return (struct candidate_row){
        .boundary_ns = boundary_ns,
        .price = price,
        .stop = price * 0.998,
        .target = price * 1.003,
        .pair = pair,
        .strategy = (uint8_t)(2 * pair),
        .direction = 1,
    };
}

/* A candidate's label, by the candles of its pair alone. */
static struct barrier_label alone(const struct backtest_config *run,
                                  const struct candidate_row *row)
{
    const struct barrier_terms terms = {.base = TIMEFRAME_1M,
                                        .matching = *run->matching,
                                        .exits = run->engine->exits,
                                        .slack = run->engine->execution.slack};
    const struct candle_rows *rows = &run->rows[row->pair];
    const struct barrier_market market = {&run->terms[row->pair], rows->rows, rows->count};
    struct barrier *barrier = barrier_new(&terms);
    struct barrier_label label;
    EXPECT(barrier != NULL);
    EXPECT_INT(barrier_enter(barrier, &market), 0);
    barrier_label(barrier, row, &label);
    barrier_free(barrier);
    return label;
}

static void shift(struct candle *list, int64_t by_ns)
{
    for (size_t i = 0; i < ROWS; i++) {
        list[i].time_ns += by_ns;
    }
}

TEST(each_candidate_is_labelled_by_its_own_pairs_candles_and_counted_by_strategy)
{
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    struct matching_config matching = {.fills = FILLS_CANDLES, .half_spread_ppm = 50};
    set_fee(&engine, &matching, 300);
    engine.pair_count = 2;
    bench_walk(early, ROWS);
    bench_walk(late, ROWS);
    shift(late, 500 * NS_PER_MIN);
    const struct pair terms[] = {fine_pair, fine_pair};
    const struct candle_rows rows[] = {{early, ROWS, TIMEFRAME_1M}, {late, ROWS, TIMEFRAME_1M}};
    const struct backtest_config run = {
        .engine = &engine, .matching = &matching, .terms = terms, .rows = rows};
    struct candidate_row list[] = {
        row_at(0, early[1000].time_ns, early[1000].close),
        row_at(1, late[1000].time_ns, late[1000].close),
        row_at(1, late[ROWS - 1].time_ns, late[ROWS - 1].close),
        row_at(0, early[0].time_ns - NS_PER_MIN, early[0].close),
    };
    const struct candidates candidates = {.count = 4, .rows = list};
    struct labels labels;
    EXPECT_INT(labels_make(&run, 0, &candidates, &labels), 0);
    EXPECT_INT((int64_t)labels.count, 4);
    for (size_t i = 0; i < 2; i++) {
        const struct barrier_label label = alone(&run, &list[i]);
        EXPECT_INT(labels.list[i].fate, BARRIER_ENDED);
        EXPECT_INT(labels.list[i].closed_ns, label.closed_ns);
        EXPECT(labels.list[i].net == label.net);
    }
    /* The same walk, later: the same outcome. */
    EXPECT(labels.list[0].net == labels.list[1].net);
    EXPECT_INT(labels.list[1].closed_ns - labels.list[0].closed_ns, 500 * NS_PER_MIN);
    EXPECT_INT((int64_t)labels.fates[0][BARRIER_ENDED], 1);
    EXPECT_INT((int64_t)labels.fates[0][BARRIER_UNUSABLE], 1);
    EXPECT_INT((int64_t)labels.fates[2][BARRIER_ENDED], 1);
    EXPECT_INT((int64_t)labels.fates[2][BARRIER_UNFINISHED], 1);
    labels_free(&labels);
}

/* The run ends before its outcome does. */
TEST(what_the_run_did_not_see_the_label_does_not_either)
{
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    struct matching_config matching = {.fills = FILLS_CANDLES};
    set_fee(&engine, &matching, 300);
    bench_walk(early, ROWS);
    const struct candle_rows rows = {early, ROWS, TIMEFRAME_1M};
    struct candidate_row row = row_at(0, early[1000].time_ns, early[1000].close);
    const struct candidates candidates = {.count = 1, .rows = &row};
    struct backtest_config run = {
        .engine = &engine, .matching = &matching, .terms = &fine_pair, .rows = &rows};
    const int64_t closed_ns = alone(&run, &row).closed_ns;
    struct labels labels;
    run.end_ns = closed_ns;
    EXPECT_INT(labels_make(&run, 0, &candidates, &labels), 0);
    EXPECT_INT(labels.list[0].fate, BARRIER_UNFINISHED);
    labels_free(&labels);
    run.end_ns = closed_ns + NS_PER_MIN;
    EXPECT_INT(labels_make(&run, 0, &candidates, &labels), 0);
    EXPECT_INT(labels.list[0].fate, BARRIER_ENDED);
    labels_free(&labels);
}
