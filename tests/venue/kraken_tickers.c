/* SPDX-License-Identifier: MIT */
#include "venue/kraken/tickers.h"

#include "../test.h"

static struct kraken_names names;
static struct kraken_day days[PAIR_META_MAX];

static const char listing[] =
    "{\"XXBTZUSD\":{\"altname\":\"XBTUSD\",\"wsname\":\"XBT/USD\",\"pair_decimals\":1,"
    "\"lot_decimals\":8},"
    "\"PEPEUSD\":{\"altname\":\"PEPEUSD\",\"wsname\":\"PEPE/USD\",\"pair_decimals\":9,"
    "\"lot_decimals\":5},"
    "\"DOTUSD\":{\"altname\":\"DOTUSD\",\"wsname\":\"DOT/USD\",\"pair_decimals\":4,"
    "\"lot_decimals\":8}}";

static bool read_text(const char *text)
{
    struct json json;
    json_init(&json, listing, strlen(listing));
    EXPECT(kraken_names_read(&names, &json));
    json_init(&json, text, strlen(text));
    return kraken_tickers_read(&json, &names, days) && json_done(&json);
}

static const struct kraken_day *day_of(const char *name)
{
    return &days[kraken_names_find(&names, name) - names.list];
}

TEST(touch_and_volume_are_read_in_the_quote_currency)
{
    /* The first is Kraken's own example. */
    EXPECT(read_text(
        "{\"XXBTZUSD\":{\"a\":[\"30300.10000\",\"1\",\"1.000\"],\"b\":[\"30300.00000\",\"1\","
        "\"1.000\"],\"c\":[\"30303.20000\",\"0.00067643\"],\"v\":[\"4083.67001100\","
        "\"4412.73601799\"],\"p\":[\"30706.77771\",\"30689.13205\"],\"t\":[34619,38907],"
        "\"l\":[\"29868.30000\",\"29868.30000\"],\"h\":[\"31631.00000\",\"31631.00000\"],"
        "\"o\":\"30502.80000\"},"
        "\"PEPEUSD\":{\"v\":[\"1\",\"9876543210987.12345\"],\"p\":[\"1\",\"0.000010231\"],"
        "\"b\":[\"0.000010230\"],\"a\":[\"0.000010232\"]},"
        "\"STRANGER\":{\"a\":[\"1\"]}}"));
    EXPECT_NEAR(day_of("BTC/USD")->bid, 30300, 0);
    EXPECT_NEAR(day_of("BTC/USD")->ask, 30300.1, 0);
    EXPECT_NEAR(day_of("BTC/USD")->volume, 4412.73601799 * 30689.13205, 0);
    EXPECT_NEAR(day_of("PEPE/USD")->volume, 9876543210987.12345 * 0.000010231, 0);
    EXPECT_NEAR(day_of("PEPE/USD")->ask, 0.000010232, 0);
    EXPECT_NEAR(day_of("DOT/USD")->volume, 0, 0); /* not in the reply */
}

TEST(what_is_not_told_is_none_and_what_is_no_number_is_refused)
{
    EXPECT(read_text("{\"DOTUSD\":{\"a\":[],\"b\":[\"-1\"],\"v\":[\"5\"],\"p\":[\"1\",\"7\"]}}"));
    EXPECT_NEAR(day_of("DOT/USD")->ask, 0, 0);
    EXPECT_NEAR(day_of("DOT/USD")->bid, 0, 0);
    EXPECT_NEAR(day_of("DOT/USD")->volume, 0, 0);
    EXPECT(read_text("{\"DOTUSD\":{\"v\":[\"0\",\"1e200\"],\"p\":[\"0\",\"1e200\"]}}"));
    EXPECT_NEAR(day_of("DOT/USD")->volume, 0, 0);
    EXPECT(!read_text("{\"DOTUSD\":{\"a\":[\"dear\"]}}"));
    EXPECT(!read_text("{\"DOTUSD\":{\"a\":7}}"));
    EXPECT(!read_text("{\"DOTUSD\":[]}"));
    EXPECT(!read_text("[]"));
}
