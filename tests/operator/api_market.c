/* SPDX-License-Identifier: MIT */
/* Scanner, book and indicators, held against the candles and the book that they are made of. */
#include "api_fixture.h"
#include "core/base/prng.h"
#include "operator/server/query.h"

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* Closes 1, 2, 3 ... one a minute. */
static void push_minutes(int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const double close = (double)(i + 1);
        const struct candle candle = candle_at(SCRIPT_START + i * NS_PER_MIN, close, close);
        history_add_candles(history, 0, TIMEFRAME_1M, &candle, 1);
    }
}

TEST(the_scanner_has_every_pair_with_a_day_of_hourly_closes)
{
    begin();
    push_minutes(30 * 60);
    view.pairs[0].book_score = 0.12345;
    view.pairs[0].regime = REGIME_RISING;
    view.pairs[0].against = VERDICT_HOLD;
    const char *text = get("/api/v1/scanner", "", 200);
    EXPECT(
        has(text, "{\"pairs\":[{\"pair\":\"BTC/USD\",\"health\":\"fresh\",\"against\":\"hold\","));
    EXPECT(has(text, "\"imbalance\":0.2,\"book_score\":0.123,\"regime\":\"rising\""));
    /* 30 hours are closed; the oldest of the last 24 ended with minute 7 * 60. */
    EXPECT(has(text, "\"sparkline\":[420,480,540,"));
    EXPECT(has(text, ",1740,1800]}"));
    EXPECT(has(text, "\"pair\":\"ETH/USD\",\"health\":\"stale\""));
    EXPECT(has(text, "\"imbalance\":null,\"book_score\":null,\"regime\":null,\"sparkline\":[]}]}"));
    EXPECT(has(get("/api/v1/pairs", "", 200), "\"regime\":\"rising\",\"heard\":"));
    EXPECT(has(get("/api/v1/scanner", "limit=1", 400), "not a parameter"));
    end();
}

TEST(a_book_is_told_with_each_pairs_own_decimals_and_is_empty_while_unknown)
{
    begin();
    view.pairs[0].book_score = -0.5;
    view.books[0] = (struct view_book){.bid_count = 2,
                                       .ask_count = 1,
                                       .bids = {{642105, 150000000}, {642104, 1}},
                                       .asks = {{642115, 100000000}}};
    EXPECT_TEXT(get("/api/v1/book", "pair=BTC/USD", 200),
                "{\"pair\":\"BTC/USD\",\"time\":\"2024-08-05T12:00:00.000Z\","
                "\"bids\":[[\"64210.5\",\"1.50000000\"],[\"64210.4\",\"0.00000001\"]],"
                "\"asks\":[[\"64211.5\",\"1.00000000\"]],\"imbalance\":0.2,\"score\":-0.5}");
    EXPECT_TEXT(get("/api/v1/book", "pair=ETH/USD", 200),
                "{\"pair\":\"ETH/USD\",\"time\":null,\"bids\":[],\"asks\":[],"
                "\"imbalance\":null,\"score\":null}");
    EXPECT(has(get("/api/v1/book", "", 400), "pair is missing"));
    EXPECT(has(get("/api/v1/book", "pair=FOO/USD", 404), "no pair"));
    end();
}

TEST(an_average_worked_by_hand_begins_when_it_is_warm)
{
    begin();
    push_minutes(5);
    /* Of 1..5: (1+2+3)/3 = 2, then 3, then 4. */
    EXPECT_TEXT(get("/api/v1/indicators", "pair=BTC/USD&timeframe=1m&names=sma:3", 200),
                "{\"pair\":\"BTC/USD\",\"timeframe\":\"1m\",\"lines\":[{\"name\":\"sma_3\","
                "\"panel\":\"price\",\"points\":[[1722816000,null],[1722816060,null],"
                "[1722816120,2],[1722816180,3],[1722816240,4]]}]}");
    EXPECT(has(get("/api/v1/indicators", "pair=ETH/USD&names=sma:3", 200), "\"points\":[]"));
    end();
}

TEST(what_is_usual_may_be_left_out_and_each_output_is_a_line)
{
    begin();
    push_minutes(300);
    const char *text = get("/api/v1/indicators",
                           "pair=BTC/USD&timeframe=1m&names=bollinger:20,macd,rsi,ema:9", 200);
    const char *const names[] = {"bb_20_2_middle",         "bb_20_2_upper", "bb_20_2_lower",
                                 "macd_12_26_9",           "rsi_14",        "macd_12_26_9_signal",
                                 "macd_12_26_9_histogram", "ema_9"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "\"name\":\"%s\"", names[i]);
        EXPECT(has(text, wanted));
    }
    EXPECT_INT(count_of(text, "\"panel\":\"price\""), 4);
    EXPECT_INT(count_of(text, "\"panel\":\"below\""), 4);
    EXPECT_INT(count_of(text, "[1722833940,"), 8); /* the last candle, in each line */
    /* A price that only rises. */
    EXPECT(has(text, "[1722833940,100]"));
    EXPECT(has(get("/api/v1/indicators", "pair=BTC/USD&timeframe=1m&names=bb:20:2.5", 200),
               "\"bb_20_2.5_upper\""));
    end();
}

TEST(wrong_indicators_are_refused_with_what_would_be_right)
{
    const struct {
        const char *query;
        int status;
        const char *detail;
    } story[] = {
        {"names=ema:20", 400, "pair is missing"},
        {"pair=BTC/USD", 400, "names is missing"},
        {"pair=BTC/USD&names=", 400, "name indicators"},
        {"pair=BTC/USD&names=dream:20", 400, "there is no such indicator"},
        {"pair=BTC/USD&names=ema:20,", 200, "ema_20"},
        {"pair=BTC/USD&names=,ema:20", 400, "there is no such indicator"},
        {"pair=BTC/USD&names=ema:20:3", 400, "more parameters than it has"},
        {"pair=BTC/USD&names=ema:-1", 400, "whole number"},
        {"pair=BTC/USD&names=ema:100000", 400, "cuttle help indicator"},
        {"pair=BTC/USD&names=bb:20:nan", 400, "cuttle help indicator"},
        {"pair=BTC/USD&names=bb:20:inf", 400, "cuttle help indicator"},
        {"pair=BTC/USD&names=ema:nan", 400, "whole number"},
        {"pair=BTC/USD&names=levels:20", 400, "a parameter is missing"},
        {"pair=BTC/USD&names=macd,bb,keltner", 400, "8 lines at most"},
        {"pair=BTC/USD&names=ema:20&timeframe=2m", 400, "1m, 5m"},
        {"pair=BTC/USD&names=ema:20&limit=3", 400, "not a parameter"},
        {"pair=FOO/USD&names=ema:20", 404, "no pair"},
    };
    begin();
    push_minutes(3);
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++)
        EXPECT(has(get("/api/v1/indicators", story[i].query, story[i].status), story[i].detail));
    end();
}

TEST(no_names_of_any_letters_are_more_than_refused)
{
    static const char *const words[] = {
        "ema", "bb", "macd", "levels", "cdl", "vwap_day", "rsi", ":",   "20",  ",",
        "1e9", "-1", "0",    "nan",    "2.5", "_",        "511", "obv", "512", "atr_percentile"};
    struct prng prng;
    prng_init(&prng, test_seed());
    begin();
    push_minutes(200);
    for (int round = 0; round < 1000; round++) {
        char query[QUERY_VALUE_MAX] = "pair=BTC/USD&timeframe=1m&names=";
        for (uint64_t count = prng_below(&prng, 12); count > 0; count--) {
            const char *word = words[prng_below(&prng, sizeof words / sizeof words[0])];
            strncat(query, word, sizeof query - 1 - strlen(query));
        }
        struct json_writer writer;
        json_writer_init(&writer, page, sizeof page);
        const int status = api_get(&source, "/api/v1/indicators", query, &writer);
        EXPECT((status == 200 || status == 400) && json_writer_ok(&writer));
        EXPECT(count_of(page, "\"panel\":") <= 8);
    }
    end();
}
