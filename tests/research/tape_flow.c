/* SPDX-License-Identifier: MIT */
#include "research/tape_flow.h"

#include <math.h>
#include <stdlib.h>

#include "fixture.h"
#include "store/csv.h"
#include "store/trade_csv.h"

static struct trade at(int64_t second, int64_t price_ticks, int64_t qty_lots)
{
    return (struct trade){
        .time_ns = second * NS_PER_S, .price_ticks = price_ticks, .qty_lots = qty_lots};
}

/* Every trade as "pair@second:price", and before it how many of its pair were past. */
static void tell(const struct tape_rows *rows, uint32_t count, int64_t start_s, char *text,
                 size_t size)
{
    const struct tape queues[3] = {{0}};
    const struct tape_source source = {count, rows, queues};
    const struct flow_source face = tape_source_face(&source);
    struct flow flow;
    size_t len = 0;
    text[0] = '\0';
    EXPECT(face.open(face.self, start_s * NS_PER_S, &flow));
    for (const struct event *event; (event = flow.next(flow.self)) != NULL;) {
        EXPECT_INT(event->kind, EVENT_TRADE);
        EXPECT_INT(event->time_ns, event->trade.trade.time_ns);
        const struct tape *tape = &flow.tapes[event->trade.pair];
        len +=
            (size_t)snprintf(text + len, size - len, "%s%d: %u@%d:%d", len > 0 ? ", " : "",
                             (int)(tape->next - tape->first), event->trade.pair,
                             (int)(event->time_ns / NS_PER_S), (int)event->trade.trade.price_ticks);
    }
    EXPECT(flow.next(flow.self) == NULL);
    for (uint32_t i = 0; i < count; i++) {
        EXPECT_INT(flow.tapes[i].next - flow.tapes[i].first, (int64_t)rows[i].count);
    }
    flow.close(flow.self);
}

TEST(trades_of_all_pairs_come_in_order_of_time_and_of_one_moment_in_pair_order)
{
    const struct trade a[] = {at(1, 10, 1), at(4, 11, 1), at(4, 12, 1), at(9, 13, 1)};
    const struct trade b[] = {at(2, 20, 1), at(3, 21, 1), at(4, 22, 1), at(8, 23, 1)};
    const struct tape_rows rows[] = {{a, 4}, {b, 4}, {NULL, 0}};
    char text[512];
    tell(rows, 3, 0, text, sizeof text);
    EXPECT_TEXT(text, "0: 0@1:10, 0: 1@2:20, 1: 1@3:21, 1: 0@4:11, 2: 0@4:12, 2: 1@4:22, "
                      "3: 1@8:23, 3: 0@9:13");
}

TEST(what_was_traded_before_the_start_is_past_and_not_told)
{
    const struct trade a[] = {at(1, 10, 1), at(4, 11, 1), at(9, 13, 1)};
    const struct tape_rows rows[] = {{a, 3}};
    char text[512];
    tell(rows, 1, 4, text, sizeof text);
    EXPECT_TEXT(text, "1: 0@4:11, 2: 0@9:13");
    tell(rows, 1, 10, text, sizeof text);
    EXPECT_TEXT(text, "");
}

TEST(a_tapes_candles_worked_by_hand)
{
    const struct trade trades[] = {at(0, 100, 1),  at(59, 90, 2),  at(59, 120, 3),
                                   at(60, 110, 4), at(200, 70, 5), at(239, 80, 6)};
    const struct pair pair = {.price_decimals = 1, .qty_decimals = 0, .tick_step = 1};
    const struct candle expected[] = {{0, 10, 12, 9, 12, 6},
                                      {60 * NS_PER_S, 11, 11, 11, 11, 4},
                                      {180 * NS_PER_S, 7, 8, 7, 8, 11}};
    size_t count = 0;
    struct candle *rows = tape_candles(&(struct tape_rows){trades, 6}, &pair, TIMEFRAME_1M, &count);
    EXPECT_INT((int64_t)count, 3);
    EXPECT(memcmp(rows, expected, sizeof expected) == 0);
    free(rows);
}

/* Five days of Kraken's BTC/USDT, and the candles that others made of them. */
static void expect_same_candles(const char *name, enum timeframe timeframe)
{
    const struct pair pair = {.price_decimals = 1, .qty_decimals = 8, .tick_step = 1};
    const struct trade_csv_options reading = {.terms = &pair};
    const struct csv_options plain = {.timeframe_known = true, .timeframe = timeframe};
    char error[512] = "", path[256];
    struct trade_data data = {0};
    struct csv_data others = {0};
    EXPECT_INT(trade_csv_read(test_shared("data/trades/KRAKEN_BTCUSDT_20231117.csv.gz"), &reading,
                              &data, error, sizeof error),
               0);
    snprintf(path, sizeof path, "data/candles/%s", name);
    EXPECT_INT(csv_read(test_shared(path), &plain, &others, error, sizeof error), 0);
    size_t count = 0, same = 0;
    struct candle *rows =
        tape_candles(&(struct tape_rows){data.rows, data.count}, &pair, timeframe, &count);
    /* The last candle of the tape is not whole, and the file has none of it, or all. */
    for (size_t i = 0, k = 0; i + 1 < count; i++) {
        while (k < others.count && others.rows[k].time_ns < rows[i].time_ns) {
            k++;
        }
        if (k == others.count) {
            break;
        }
        EXPECT_INT(others.rows[k].time_ns, rows[i].time_ns);
        EXPECT_NEAR(rows[i].open, others.rows[k].open, 0);
        EXPECT_NEAR(rows[i].high, others.rows[k].high, 0);
        EXPECT_NEAR(rows[i].low, others.rows[k].low, 0);
        EXPECT_NEAR(rows[i].close, others.rows[k].close, 0);
        EXPECT_NEAR(rows[i].volume, others.rows[k].volume, 1e-8);
        same++;
    }
    EXPECT(same + 2 >= count && same + 2 >= others.count);
    print_message("%zu candles are the same\n", same);
    free(rows);
    trade_data_free(&data);
    csv_free(&others);
}

TEST(the_candles_of_recorded_trades_are_those_of_a_minute_that_others_made)
{
    expect_same_candles("KRAKEN_BTCUSDT_1m.csv.gz", TIMEFRAME_1M);
}

TEST(the_candles_of_recorded_trades_are_those_of_five_minutes_too)
{
    expect_same_candles("KRAKEN_BTCUSDT_5m.csv.gz", TIMEFRAME_5M);
}
