/* SPDX-License-Identifier: MIT */
#include "venue/kraken/trades.h"

#include "test.h"

static const struct pair terms = {.price_decimals = 1, .qty_decimals = 8};
static struct kraken_trades trades;
static char why[256];

static bool parse(const char *text)
{
    struct json json;
    json_init(&json, text, strlen(text));
    const bool parsed = kraken_trades_parse(&json, &terms, &trades);
    json_explain(&json, why, sizeof why);
    return parsed;
}

TEST(a_page_of_trades_is_read_to_the_tick_the_lot_and_the_nanosecond)
{
    EXPECT(parse("{\"XXBTZUSD\":["
                 "[\"30243.40000\",\"0.34507674\",1688669597.8277369,\"b\",\"m\",\"\",61044952],"
                 "[\"30243.25000\",\"0.5\",1688669597.8277369,\"s\",\"l\",\"\",61044953,\"new\"],"
                 "[\"30243.3\",\"0.00000001\",1688669598,\"s\",\"l\",\"\"]],"
                 "\"last\":\"1688671969993150842\"}"));
    EXPECT_INT(trades.count, 3);
    EXPECT_INT(trades.last_ns, INT64_C(1688671969993150842));
    EXPECT_INT(trades.rows[0].time_ns, INT64_C(1688669597827736900));
    EXPECT_INT(trades.rows[0].price_ticks, 302434);
    EXPECT_INT(trades.rows[0].qty_lots, 34507674);
    EXPECT_INT((int64_t)trades.rows[0].id, 61044952);
    EXPECT_INT(trades.rows[0].taker, SIDE_BUY);
    EXPECT_INT(trades.rows[1].taker, SIDE_SELL);
    EXPECT_INT(trades.rows[1].price_ticks, 302433); /* finer than the pair is today: rounded */
    EXPECT_INT((int64_t)trades.rows[2].id, 0);
    EXPECT_INT(trades.rows[2].qty_lots, 1);
}

TEST(a_trade_of_nothing_is_counted_and_passed_over)
{
    EXPECT(parse("{\"X\":[[\"0.0\",\"1\",5,\"b\",\"m\",\"\",1],[\"1\",\"0\",5,\"b\",\"m\",\"\",2],"
                 "[\"1\",\"1\",5,\"b\",\"m\",\"\",3]],\"last\":7}"));
    EXPECT_INT(trades.count, 1);
    EXPECT_INT(trades.empty_count, 2);
    EXPECT_INT(trades.last_ns, 7);
    EXPECT(parse("{\"X\":[],\"last\":\"9\"}") && trades.count == 0);
}

TEST(what_is_no_page_of_trades_is_refused)
{
    static const struct {
        const char *text, *why;
    } wrongs[] = {
        {"{\"X\":[[\"1\",\"1\",5]],\"last\":\"1\"}", "a trade is [price, volume"},
        {"{\"X\":[[\"1\",\"1\",5,\"b\"],[\"1\",\"1\",4,\"b\"]],\"last\":\"1\"}", "older than"},
        {"{\"X\":[[\"-1\",\"1\",5,\"b\"]],\"last\":\"1\"}", "none below 0"},
        {"{\"X\":[[\"word\",\"1\",5,\"b\"]],\"last\":\"1\"}", ""},
        {"{\"X\":[[\"1\",\"1\",99999999999999,\"b\"]],\"last\":\"1\"}", "none below 0"},
        {"{\"X\":[[\"1\",\"1\",5,\"b\"]]}", "where the next page begins"},
        {"{\"X\":7,\"last\":\"1\"}", ""},
        {"[]", ""},
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        EXPECT(!parse(wrongs[i].text));
        if (strstr(why, wrongs[i].why) == NULL)
            print_error("%s: %s\n", wrongs[i].text, why);
        EXPECT(strstr(why, wrongs[i].why) != NULL);
    }
}
