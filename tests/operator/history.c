/* SPDX-License-Identifier: MIT */
#include "operator/server/history.h"

#include "core/base/timestamp.h"
#include "script.h"
#include "support/allocations.h"
#include "test.h"

static struct candle candle_of(int64_t minute, double open, double close)
{
    return candle_at(SCRIPT_START + minute * NS_PER_MIN, open, close);
}

TEST(candles_that_are_not_newer_or_not_ours_are_refused)
{
    struct history *history = history_new();
    struct candle candle = candle_of(3, 100, 101);
    history_add_candles(history, 0, TIMEFRAME_1M, &candle, 1);
    history_add_candles(history, 0, TIMEFRAME_1M, &candle, 1);
    EXPECT_INT(history->late_count, 1);
    EXPECT_INT(chart_held(history->charts[0], TIMEFRAME_1M), 1);
    history_add_candles(history, PAIR_MAX, TIMEFRAME_1M, &candle, 1);
    history_add_candles(history, 1, TIMEFRAME_COUNT, &candle, 1);
    history_add_candles(history, 0, TIMEFRAME_5M, &candle, 1); /* another base than before */
    EXPECT(history->charts[1] == NULL);
    EXPECT_INT(chart_held(history->charts[0], TIMEFRAME_1M), 1);
    history_free(history);
}

TEST(only_the_last_five_hundred_thoughts_and_trades_are_kept)
{
    struct history *history = history_new();
    char json[32];
    counting = true;
    for (int i = 0; i < 1203; i++) {
        size_t len = (size_t)snprintf(json, sizeof json, "{\"number\":%d}", i);
        history_add_thought(history, RECORD_DECISION, "BTC/USD", json, len);
        struct bridge_trade trade = {.number = (uint64_t)i};
        history_add_trade(history, &trade);
    }
    counting = false;
    EXPECT_INT(allocations, 0); /* their room was taken at the start */
    EXPECT_TEXT(history_thought_at(history, 0)->json, "{\"number\":1202}");
    EXPECT_TEXT(history_thought_at(history, 499)->json, "{\"number\":703}");
    EXPECT(history_thought_at(history, 500) == NULL);
    EXPECT_INT(history_trade_at(history, 499)->number, 703);
    EXPECT(history_trade_at(history, 500) == NULL);
    history_free(history);
}

TEST(long_thoughts_give_way_to_newer_ones_and_are_never_mixed)
{
    struct history *history = history_new();
    static char json[BRIDGE_THOUGHT_MAX + 1];
    for (int i = 0; i < 2000; i++) {
        size_t len = 1 + (size_t)(i * 7919) % BRIDGE_THOUGHT_MAX;
        memset(json, 'a' + i % 26, len);
        history_add_thought(history, RECORD_DECISION, "BTC/USD", json, len);
        size_t held = 0;
        const struct history_thought *thought;
        for (; (thought = history_thought_at(history, held)) != NULL; held++) {
            int number = i - (int)held;
            size_t expected = 1 + (size_t)(number * 7919) % BRIDGE_THOUGHT_MAX;
            char letter = (char)('a' + number % 26);
            EXPECT_INT(thought->len, expected);
            EXPECT(thought->json[0] == letter && thought->json[expected - 1] == letter);
            EXPECT(thought->json[expected] == '\0');
        }
        /* At the least all of it but the longest text, in texts of 16 KB and less. */
        EXPECT(held == (size_t)i + 1 || held >= 47);
    }
    uint64_t count = history->thought_count;
    history_add_thought(history, RECORD_DECISION, "BTC/USD", json, BRIDGE_THOUGHT_MAX + 1);
    EXPECT_INT(history->thought_count, count);
    history_free(history);
}
