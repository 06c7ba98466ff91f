/* SPDX-License-Identifier: MIT */
#include "store/csv_name.h"

#include "test.h"

static void expect_name(const char *path, const char *venue, const char *symbol,
                        const char *timeframe)
{
    struct csv_name name;
    csv_name_parse(path, &name);
    EXPECT_TEXT(name.key.venue, venue);
    EXPECT_TEXT(name.key.symbol, symbol);
    EXPECT(name.has_venue == (venue[0] != '\0'));
    EXPECT(name.has_symbol == (symbol[0] != '\0'));
    EXPECT(name.has_timeframe == (timeframe[0] != '\0'));
    if (name.has_timeframe)
        EXPECT_TEXT(timeframe_names[name.key.timeframe], timeframe);
}

TEST(a_files_name_says_venue_pair_and_timeframe)
{
    expect_name("KRAKEN_BTCUSD_5m.csv.gz", "KRAKEN", "BTC/USD", "5m");
    expect_name("/data/BINANCE_ADAUSDT_1m_20230316-20230501.csv.gz", "BINANCE", "ADA/USDT", "1m");
    expect_name("XBTUSD_60.csv", "", "BTC/USD", "1h");
    expect_name("dir/XDGEUR_1440.csv", "", "DOGE/EUR", "1d");
    expect_name("user_data/data/kraken/BTC_USD-5m.json", "KRAKEN", "BTC/USD", "5m");
    expect_name("BTC_USD-5m.json.gz", "", "BTC/USD", "5m");
    expect_name("kraken_eth_eur_4h.csv", "KRAKEN", "ETH/EUR", "4h");
    expect_name("kraken/XBTUSD_1.csv", "KRAKEN", "BTC/USD", "1m");
}

TEST(a_file_of_trades_has_a_date_or_nothing_behind_its_pair)
{
    expect_name("trades/KRAKEN_BTCUSD_20231117.csv.gz", "KRAKEN", "BTC/USD", "");
    expect_name("XBTUSD.csv", "", "BTC/USD", "");
    expect_name("20231117.csv", "", "", "");
}

TEST(a_name_that_says_nothing_leaves_everything_open)
{
    expect_name("candles.csv", "", "", "");
    expect_name("", "", "", "");
    expect_name("___---___", "", "", "");
    expect_name("5m.csv", "", "", "");
    expect_name("/", "", "", "");
    expect_name("XBTUSD_30.csv", "", "", "");
    expect_name("a_b_c_d_e_f_g_h_i_j_k_5m.csv", "", "", "");
}
