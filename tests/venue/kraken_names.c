/* SPDX-License-Identifier: MIT */
#include "../test.h"

#include "venue/kraken/names.h"

static struct kraken_names names;

/* Three rows of Kraken's own list, two of pairs without a wsname, two that make no pair. */
static const char listing[] =
    "{\"XXBTZUSD\":{\"altname\":\"XBTUSD\",\"wsname\":\"XBT/USD\",\"aclass_base\":\"currency\","
    "\"base\":\"XXBT\",\"quote\":\"ZUSD\",\"lot\":\"unit\",\"cost_decimals\":5,"
    "\"pair_decimals\":1,\"lot_decimals\":8,\"leverage_buy\":[2,3],\"fees\":[[0,0.40]],"
    "\"ordermin\":\"0.00005\",\"costmin\":\"0.5\",\"tick_size\":\"0.1\",\"status\":\"online\"},"
    "\"XDGUSD\":{\"altname\":\"XDGUSD\",\"wsname\":\"XDG\\/USD\",\"base\":\"XXDG\","
    "\"quote\":\"ZUSD\",\"pair_decimals\":7,\"lot_decimals\":8,\"ordermin\":\"13\","
    "\"tick_size\":\"0.0000005\",\"status\":\"cancel_only\"},"
    "\"XXRPXXBT\":{\"altname\":\"XRPXBT\",\"wsname\":\"XRP/XBT\",\"base\":\"XXRP\","
    "\"quote\":\"XXBT\",\"pair_decimals\":8,\"lot_decimals\":8,\"status\":\"dreaming\"},"
    "\"XXBTZEUR.d\":{\"altname\":\"XBTEUR.d\",\"base\":\"XXBT\",\"quote\":\"ZEUR\","
    "\"pair_decimals\":1,\"lot_decimals\":8},"
    "\"SOLUSDT.d\":{\"altname\":\"SOLUSDT.d\",\"base\":\"SOL\",\"quote\":\"USDT\","
    "\"pair_decimals\":2,\"lot_decimals\":8},"
    "\"ODD1\":{\"altname\":\"ODD1\",\"wsname\":\"ODD/ONE\",\"pair_decimals\":40,"
    "\"lot_decimals\":8},"
    "\"ODD2\":{\"altname\":\"ODD2\",\"wsname\":\"ODD/TWO\"}}";

static void read_listing(void)
{
    struct json json;
    json_init(&json, listing, strlen(listing));
    EXPECT(kraken_names_read(&names, &json));
    EXPECT(json_done(&json));
}

TEST(every_name_of_a_pair_finds_it_in_any_letter_case)
{
    read_listing();
    static const char *const words[][2] = {
        {"BTC/USD", "BTC/USD"},   {"btc/usd", "BTC/USD"},  {"XBT/USD", "BTC/USD"},
        {"XBTUSD", "BTC/USD"},    {"xxbtzusd", "BTC/USD"}, {"BTCUSD", "BTC/USD"},
        {"DOGE/USD", "DOGE/USD"}, {"XDG/USD", "DOGE/USD"}, {"XDGUSD", "DOGE/USD"},
        {"DOGEUSD", "DOGE/USD"},  {"XRP/BTC", "XRP/BTC"},  {"XRPXBT", "XRP/BTC"},
        {"XXRPXXBT", "XRP/BTC"},  {"XBTEUR.d", "BTC/EUR"}, {"SOLUSDT.D", "SOL/USDT"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct kraken_name *name = kraken_names_find(&names, words[i][0]);
        EXPECT(name != NULL);
        EXPECT_TEXT(name->terms.symbol, words[i][1]);
    }
}

TEST(names_are_not_made_by_stripping_letters)
{
    read_listing();
    static const char *const strangers[] = {"RP/BTC", "XXBT/ZUSD", "BT/USD", "RPXBT", "", "/"};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        EXPECT(kraken_names_find(&names, strangers[i]) == NULL);
}

TEST(a_pairs_terms_are_read_exactly)
{
    read_listing();
    const struct pair *btc = &kraken_names_find(&names, "BTC/USD")->terms;
    EXPECT_TEXT(btc->base, "BTC");
    EXPECT_TEXT(btc->quote, "USD");
    EXPECT_INT(btc->price_decimals, 1);
    EXPECT_INT(btc->qty_decimals, 8);
    EXPECT_INT(btc->tick_step, 1);
    EXPECT_INT(btc->qty_min_lots, 5000);
    EXPECT_INT(btc->cost_min, 50000000);
    EXPECT_INT(btc->status, PAIR_ONLINE);
    const struct pair *doge = &kraken_names_find(&names, "DOGE/USD")->terms;
    EXPECT_INT(doge->tick_step, 5); /* coarser than the decimals */
    EXPECT_INT(doge->status, PAIR_CANCEL_ONLY);
    EXPECT_INT(kraken_names_find(&names, "XRP/BTC")->terms.status, PAIR_OFFLINE);
}

TEST(records_that_make_no_pair_are_skipped_and_counted)
{
    read_listing();
    EXPECT_INT(names.count, 5);
    EXPECT_INT(names.skipped_count, 2);
    EXPECT(kraken_names_find(&names, "ODD/ONE") == NULL);
}

TEST(two_thousand_pairs_are_held_and_the_rest_is_counted)
{
    static char text[1 << 20];
    size_t len = (size_t)snprintf(text, sizeof text, "{");
    for (int i = 0; i < PAIR_META_MAX + 7; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "%s\"A%dUSD\":{\"altname\":\"A%dUSD\",\"wsname\":\"A%d/USD\","
                                "\"pair_decimals\":2,\"lot_decimals\":8}",
                                i ? "," : "", i, i, i);
    snprintf(text + len, sizeof text - len, "}");
    struct json json;
    json_init(&json, text, strlen(text));
    EXPECT(kraken_names_read(&names, &json));
    EXPECT_INT(names.count, PAIR_META_MAX);
    EXPECT_INT(names.skipped_count, 7);
    EXPECT_TEXT(kraken_names_find(&names, "a2047usd")->terms.symbol, "A2047/USD");
    EXPECT(kraken_names_find(&names, "A2048/USD") == NULL);
}

TEST(a_malformed_list_is_refused)
{
    static const char text[] = "{\"XXBTZUSD\":{\"altname\":\"XBTUSD\",\"pair_decimals\":1.5}}";
    struct json json;
    char where[100];
    json_init(&json, text, strlen(text));
    EXPECT(!kraken_names_read(&names, &json));
    json_explain(&json, where, sizeof where);
    EXPECT(strncmp(where, "at byte ", 8) == 0);
}
