/* SPDX-License-Identifier: MIT */
#include "core/market/alias.h"

#include "test.h"

static void expect_symbol(const char *text, const char *want)
{
    char symbol[SYMBOL_MAX] = "-";
    bool known = alias_symbol(text, strlen(text), symbol);
    EXPECT_TEXT(symbol, want);
    EXPECT(known == (symbol[0] != '-'));
}

TEST(every_name_of_a_pair_is_one_pair)
{
    const char *const story[][2] = {
        {"BTC/USD", "BTC/USD"},  {"XBT/USD", "BTC/USD"},     {"XXBTZUSD", "BTC/USD"},
        {"XBTUSD", "BTC/USD"},   {"btcusd", "BTC/USD"},      {"BTC_USD", "BTC/USD"},
        {"btc-usd", "BTC/USD"},  {"XETHXXBT", "ETH/BTC"},    {"ETHXBT", "ETH/BTC"},
        {"XDGUSD", "DOGE/USD"},  {"XXDGZUSD", "DOGE/USD"},   {"USDTZUSD", "USDT/USD"},
        {"ZEURZUSD", "EUR/USD"}, {"BTCUSDT", "BTC/USDT"},    {"XBTUSDC", "BTC/USDC"},
        {"PEPEUSD", "PEPE/USD"}, {"SOLBTC", "SOL/BTC"},      {"1INCHEUR", "1INCH/EUR"},
        {"XXLMZEUR", "XLM/EUR"}, {"DOT.S/USD", "DOT.S/USD"},
    };
    for (size_t i = 0; i < sizeof story / sizeof *story; i++)
        expect_symbol(story[i][0], story[i][1]);
}

TEST(a_letter_that_belongs_to_the_name_is_not_stripped)
{
    expect_symbol("XTZUSD", "XTZ/USD");
    expect_symbol("XRPUSD", "XRP/USD");
    expect_symbol("ZRXUSD", "ZRX/USD");
    expect_symbol("ZECXBT", "ZEC/BTC");
    expect_symbol("XTZEUR", "XTZ/EUR");
    expect_symbol("BNBUSD", "BNB/USD");
    expect_symbol("DOTUSD", "DOT/USD");
}

TEST(what_is_no_pair_is_refused)
{
    expect_symbol("", "-");
    expect_symbol("USD", "-");
    expect_symbol("BTC/", "-");
    expect_symbol("/USD", "-");
    expect_symbol("BTC/USD/EUR", "-");
    expect_symbol("USD/USD", "-");
    expect_symbol("../USD", "../USD"); /* dots are letters of names here; the store refuses it */
    expect_symbol("BTC USD", "-");
    expect_symbol("ABCDEFGHIJKLMNOPQRSTUVWXYZUSD", "-");
    expect_symbol("ABCDEFGHIJKLMN/OPQRSTUVWXYZ", "-");
}
