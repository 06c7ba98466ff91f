/* SPDX-License-Identifier: MIT */
#include "research/hold.h"

#include "bench.h"
#include "fixture.h"

#define ROWS 4096

/* A pair's candles: so many minutes from a time on, at a price that stays. */
static struct candle_rows flat_rows(struct candle *candles, size_t count, int64_t minute,
                                    double price)
{
    for (size_t i = 0; i < count; i++) {
        candles[i] = (struct candle){
            (minute + (int64_t)i) * NS_PER_MIN, price, price + 1, price - 1, price, 1};
    }
    return (struct candle_rows){candles, count, TIMEFRAME_1M};
}

/* Every boundary's candles as text: "3: 0 1f" is minute 3 with pair 0 and a flat pair 1. */
static void tell_boundaries(const struct candle_rows *rows, uint32_t pair_count,
                            enum timeframe timeframe, int64_t start, int64_t end, char *text,
                            size_t size)
{
    static struct boundaries boundaries;
    struct batch_entry entries[PAIR_MAX];
    int64_t boundary_ns;
    size_t len = 0;
    text[0] = '\0';
    boundaries_init(&boundaries, timeframe, pair_count, rows, start * NS_PER_MIN, end * NS_PER_MIN);
    for (uint32_t count; (count = boundaries_next(&boundaries, &boundary_ns, entries)) > 0;) {
        len += (size_t)snprintf(text + len, size - len, "%s%d:", len > 0 ? ", " : "",
                                (int)(boundary_ns / NS_PER_MIN));
        for (uint32_t i = 0; i < count; i++) {
            EXPECT_INT(entries[i].candle.time_ns, boundary_ns);
            len += (size_t)snprintf(text + len, size - len, " %u%s", entries[i].pair,
                                    (entries[i].flags & CANDLE_FLAT) != 0 ? "f" : "");
        }
    }
}

TEST(pairs_of_different_spans_are_absent_before_their_first_candle_and_after_their_last)
{
    struct candle a[4], b[3];
    const struct candle_rows rows[] = {flat_rows(a, 4, 1, 10), flat_rows(b, 3, 3, 20)};
    char text[256];
    tell_boundaries(rows, 2, TIMEFRAME_1M, 0, 100, text, sizeof text);
    EXPECT_TEXT(text, "1: 0, 2: 0, 3: 0 1, 4: 0 1, 5: 1");
}

TEST(the_end_is_not_in_the_span)
{
    struct candle a[9];
    const struct candle_rows rows[] = {flat_rows(a, 9, 0, 10)};
    char text[256];
    tell_boundaries(rows, 1, TIMEFRAME_1M, 3, 6, text, sizeof text);
    EXPECT_TEXT(text, "3: 0, 4: 0, 5: 0");
}

TEST(a_short_silence_is_flat_and_a_long_one_has_no_candles)
{
    struct candle a[5];
    struct candle_rows rows[] = {flat_rows(a, 5, 0, 10)};
    a[2].time_ns = 4 * NS_PER_MIN;
    a[3].time_ns = 65 * NS_PER_MIN; /* an hour of silence is flat still */
    a[4].time_ns = 127 * NS_PER_MIN;
    static char text[2048];
    tell_boundaries(rows, 1, TIMEFRAME_1M, 0, 200, text, sizeof text);
    EXPECT(strncmp(text, "0: 0, 1: 0, 2: 0f, 3: 0f, 4: 0, 5: 0f", 36) == 0);
    EXPECT(strstr(text, "64: 0f, 65: 0, 127: 0") != NULL);
}

/* It traded until minute 4 and again from 8 on; who was silent for hours before the start waits. */
TEST(a_pair_that_is_silent_at_the_start_goes_on_from_its_last_close)
{
    struct candle a[8];
    const struct candle_rows rows[] = {flat_rows(a, 8, 0, 10)};
    a[4].close = a[4].high = 12;
    for (int i = 5; i < 8; i++) {
        a[i].time_ns += 3 * NS_PER_MIN;
    }
    char text[256];
    tell_boundaries(rows, 1, TIMEFRAME_1M, 6, 10, text, sizeof text);
    EXPECT_TEXT(text, "6: 0f, 7: 0f, 8: 0, 9: 0");
    for (int i = 5; i < 8; i++) {
        a[i].time_ns += 300 * NS_PER_MIN;
    }
    tell_boundaries(rows, 1, TIMEFRAME_1M, 306, 310, text, sizeof text);
    EXPECT_TEXT(text, "308: 0, 309: 0");
}

/* Six minutes from minute 8 on: of the first five-minute candle only its last two. */
TEST(finer_candles_are_merged_into_those_of_the_boundary)
{
    struct candle a[7];
    const struct candle_rows rows = flat_rows(a, 7, 8, 10);
    a[1].high = 99, a[4].low = 3, a[6].close = 10.5;
    static struct boundaries boundaries;
    struct batch_entry entry;
    int64_t boundary_ns;
    boundaries_init(&boundaries, TIMEFRAME_5M, 1, &rows, 0, INT64_MAX);
    EXPECT_INT(boundaries_next(&boundaries, &boundary_ns, &entry), 1);
    EXPECT_INT(boundary_ns, 5 * NS_PER_MIN);
    EXPECT_NEAR(entry.candle.high, 99, 0);
    EXPECT_NEAR(entry.candle.volume, 2, 0);
    EXPECT_INT(boundaries_next(&boundaries, &boundary_ns, &entry), 1);
    EXPECT_INT(boundary_ns, 10 * NS_PER_MIN);
    EXPECT_NEAR(entry.candle.low, 3, 0);
    EXPECT_NEAR(entry.candle.close, 10.5, 0);
    EXPECT_NEAR(entry.candle.volume, 5, 0);
    EXPECT_INT(boundaries_next(&boundaries, &boundary_ns, &entry), 0);
}

/* Finer candles and a start inside a boundary: it waits for the next. */
TEST(a_start_between_two_boundaries_is_at_the_later)
{
    struct candle a[12];
    const struct candle_rows rows[] = {flat_rows(a, 12, 0, 10)};
    char text[256];
    tell_boundaries(rows, 1, TIMEFRAME_5M, 3, 100, text, sizeof text);
    EXPECT_TEXT(text, "5: 0, 10: 0");
    tell_boundaries(rows, 1, TIMEFRAME_5M, 5, 100, text, sizeof text);
    EXPECT_TEXT(text, "5: 0, 10: 0");
}

TEST(history_is_the_newest_whole_candles_before_the_start)
{
    struct candle a[20], out[8];
    const struct candle_rows rows = flat_rows(a, 20, 1, 10);
    EXPECT_INT((int64_t)boundaries_history(&rows, TIMEFRAME_1M, 15 * NS_PER_MIN, 3, out), 3);
    EXPECT_INT(out[0].time_ns, 12 * NS_PER_MIN);
    EXPECT_INT(out[2].time_ns, 14 * NS_PER_MIN);
    /* Of five minutes: those of minutes 5 and 10, and nothing of the one before. */
    EXPECT_INT((int64_t)boundaries_history(&rows, TIMEFRAME_5M, 15 * NS_PER_MIN, 2, out), 2);
    EXPECT_INT(out[0].time_ns, 5 * NS_PER_MIN);
    EXPECT_NEAR(out[0].volume, 5, 0);
    EXPECT_INT((int64_t)boundaries_history(&rows, TIMEFRAME_1M, 0, 3, out), 0);
}

/* A run of the SMA pair over the walk; `start_minute` 0: all of it, without warm-up. */
struct sma_run {
    struct candle candles[ROWS];
    struct engine_config engine;
    struct matching_config matching;
    struct candle_rows rows;
    struct backtest_config config;
    struct backtest result;
};

static void prepare(struct sma_run *run, size_t count)
{
    bench_walk(run->candles, count);
    run->engine = sma_config(TIMEFRAME_1M, 5, 20);
    run->matching = (struct matching_config){.fills = FILLS_CANDLES};
    set_fee(&run->engine, &run->matching, 2600);
    run->rows = (struct candle_rows){run->candles, count, TIMEFRAME_1M};
    run->config = (struct backtest_config){.engine = &run->engine,
                                           .matching = &run->matching,
                                           .terms = &fine_pair,
                                           .rows = &run->rows,
                                           .history = 719};
}

static struct sma_run first, second;

TEST(the_same_run_twice_is_the_same_to_the_last_digit)
{
    prepare(&first, ROWS);
    must_run(&first.config, &first.result);
    prepare(&second, ROWS);
    must_run(&second.config, &second.result);
    EXPECT(first.result.account.trade_count > 10);
    EXPECT_INT((int64_t)first.result.bar_count, ROWS);
    EXPECT(memcmp(first.result.equity, second.result.equity, ROWS * sizeof(int64_t)) == 0);
    backtest_free(&first.result);
    backtest_free(&second.result);
}

/* What is known at minute 2000 is the same whether it was decided on or only learned from. */
TEST(a_run_that_starts_later_is_warm_and_trades_the_same_crossings)
{
    prepare(&first, ROWS);
    must_run(&first.config, &first.result);
    prepare(&second, ROWS);
    second.config.start_ns = second.candles[2000].time_ns;
    must_run(&second.config, &second.result);
    EXPECT_INT((int64_t)second.result.pairs[0].warmed, 719);
    EXPECT_INT((int64_t)second.result.bar_count, ROWS - 2000);
    const struct account *all = &first.result.account, *late = &second.result.account;
    size_t skipped = 0;
    while (all->trades[skipped].opened_ns <= second.config.start_ns) {
        skipped++;
    }
    EXPECT_INT((int64_t)late->trade_count, (int64_t)(all->trade_count - skipped));
    for (size_t i = 0; i < late->trade_count; i++) {
        EXPECT_INT(late->trades[i].opened_ns, all->trades[skipped + i].opened_ns);
        EXPECT_INT(late->trades[i].closed_ns, all->trades[skipped + i].closed_ns);
    }
    backtest_free(&first.result);
    backtest_free(&second.result);
}

/* Cash and what is held are all there is; the trades and the open position explain every cent. */
TEST(the_trades_add_up_to_the_equity)
{
    prepare(&first, ROWS);
    must_run(&first.config, &first.result);
    const struct backtest *run = &first.result;
    const struct portfolio *portfolio = &run->engine->portfolio;
    const struct position *position = &portfolio->positions[0];
    int64_t sum = first.engine.capital, fees = 0;
    for (size_t i = 0; i < run->account.trade_count; i++) {
        const struct closed_trade *trade = &run->account.trades[i];
        EXPECT_INT(trade->pnl, trade->proceeds - trade->cost - trade->fee);
        EXPECT(trade->closed_ns > trade->opened_ns);
        EXPECT_INT(trade->end, TRADE_SIGNAL);
        EXPECT_INT(trade->strategies, 1);
        sum += trade->pnl;
        fees += trade->fee;
    }
    EXPECT_INT(sum + position->value - position->cost - position->fee,
               run->equity[run->bar_count - 1]);
    EXPECT_INT(fees + position->fee, portfolio->fees);
    EXPECT_INT((int64_t)run->account.all.count, (int64_t)portfolio->trade_count);
    EXPECT_INT((int64_t)run->account.all.won, (int64_t)portfolio->trade_won_count);
    EXPECT_INT((int64_t)run->account.fill_count, (int64_t)portfolio->fill_count);
    EXPECT_NEAR(run->ours.drawdown, (double)portfolio->drawdown_worst_ppm / 1e6, 1e-4);
    backtest_free(&first.result);
}

/* Two pairs, one account: both are bought at the same crossing, one after the other, and the second
 * finds no cash left. */
TEST(pairs_share_one_account)
{
    prepare(&first, 1000);
    first.engine.pair_count = 2;
    struct pair terms[2] = {fine_pair, fine_pair};
    memcpy(terms[1].symbol, "ETH/USD", 8);
    const struct candle_rows rows[2] = {first.rows, first.rows};
    first.config.terms = terms;
    first.config.rows = rows;
    must_run(&first.config, &first.result);
    EXPECT(first.result.account.by_pair[0].count > 0);
    EXPECT_INT((int64_t)first.result.account.by_pair[1].count, 0);
    EXPECT(first.result.account.verdicts[VERDICT_NO_FUNDS] +
               first.result.account.verdicts[VERDICT_TOO_SMALL] >
           0);
    backtest_free(&first.result);
}

/* One part buys at 10 in minute 1, the other at 20 in minute 3; the first doubles meanwhile. */
TEST(to_hold_buys_each_pair_with_its_part_when_it_first_trades)
{
    static struct hold hold;
    static struct matching matching;
    static struct matching_reports reports;
    const struct matching_config config = {.fills = FILLS_CANDLES};
    hold_init(&hold, &matching, &reports, &config, 2, 1000 * MONEY);
    hold_candle(&hold, 0, &fine_pair, &(struct candle){NS_PER_MIN, 10, 10, 10, 10, 1});
    EXPECT_INT(hold_equity(&hold), 1000 * MONEY);
    hold_candle(&hold, 0, &fine_pair, &(struct candle){2 * NS_PER_MIN, 10, 20, 10, 20, 1});
    EXPECT_INT(hold_equity(&hold), 1500 * MONEY);
    hold_candle(&hold, 1, &fine_pair, &(struct candle){3 * NS_PER_MIN, 20, 20, 20, 20, 1});
    hold_candle(&hold, 1, &fine_pair, &(struct candle){4 * NS_PER_MIN, 20, 20, 10, 10, 1});
    EXPECT_INT(hold_equity(&hold), 1250 * MONEY);
}

static bool stop_at_once(void *context, double done)
{
    *(double *)context = done;
    return false;
}

TEST(a_run_that_is_told_to_stop_gives_what_it_has)
{
    static struct candle long_walk[3 * ROWS];
    prepare(&first, ROWS);
    bench_walk(long_walk, 3 * ROWS);
    first.rows = (struct candle_rows){long_walk, 3 * ROWS, TIMEFRAME_1M};
    double done = 0;
    first.config.on_progress = stop_at_once;
    first.config.context = &done;
    must_run(&first.config, &first.result);
    EXPECT(first.result.stopped);
    EXPECT_INT((int64_t)first.result.bar_count, ROWS);
    EXPECT_NEAR(done, 1.0 / 3, 1e-3);
    backtest_free(&first.result);
}

TEST(a_span_without_candles_is_refused_with_the_reason)
{
    prepare(&first, 100);
    first.config.start_ns = INT64_C(1700000000) * NS_PER_S;
    char error[128];
    EXPECT(backtest_run(&first.config, &first.result, error, sizeof error) < 0);
    EXPECT_TEXT(error, "there is not one candle between start and end");
    backtest_free(&first.result);
}
