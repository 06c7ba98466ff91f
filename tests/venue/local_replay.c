/* SPDX-License-Identifier: MIT */
#include "store/scratch.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "store/candle_file.h"
#include "store/csv.h"
#include "venue/local/history.h"
#include "venue/local/market.h"

#include <zlib.h>

#define BEGIN_NS (INT64_C(1700000100) * NS_PER_S - 300 * NS_PER_S) /* a multiple of 5 minutes */

static void store(const char *venue, const char *symbol, enum timeframe timeframe,
                  const struct candle *rows, size_t count)
{
    struct candle_key key = {.timeframe = timeframe};
    struct candle_merge_result merged;
    char error[256] = "";
    snprintf(key.venue, sizeof key.venue, "%s", venue);
    snprintf(key.symbol, sizeof key.symbol, "%s", symbol);
    EXPECT_INT(
        candle_file_merge(scratch("store"), &key, rows, count, true, &merged, error, sizeof error),
        0);
}

static struct market *open_replay(const char *pairs)
{
    char error[512] = "";
    struct market *market = market_replay_open(scratch("store"), pairs, 1, error, sizeof error);
    EXPECT(market != NULL);
    return market;
}

/* Candles with prices of `decimals` decimals, now and then missing, now and then without trades. */
static size_t make_rows(struct candle *rows, size_t count, int64_t step_ns, double scale,
                        uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, seed);
    size_t made = 0;
    int64_t price = 50000;
    for (size_t i = 0; i < count; i++) {
        int64_t open = price, close = open + (int64_t)prng_below(&prng, 201) - 100;
        int64_t high = (open > close ? open : close) + (int64_t)prng_below(&prng, 3) * 20;
        int64_t low = (open < close ? open : close) - (int64_t)prng_below(&prng, 3) * 20;
        uint64_t luck = prng_below(&prng, 20);
        price = close;
        if (luck == 0)
            continue;
        rows[made++] = (struct candle){BEGIN_NS + (int64_t)i * step_ns,
                                       (double)open / scale,
                                       (double)high / scale,
                                       (double)low / scale,
                                       (double)close / scale,
                                       luck == 1 ? 0 : (double)prng_below(&prng, 100000000) / 1e6};
    }
    return made;
}

/* Every row comes back from its four trades, as doubles, bit for bit. */
static size_t expect_rows_back(struct market *market, uint32_t pair, const struct candle *rows,
                               size_t count)
{
    const struct pair *terms = &market->pairs[pair].instrument.terms;
    struct trade trades[MARKET_TRADES_MAX];
    struct bar bar;
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        bool there = market_next(market, pair, rows[i].time_ns, rows[i].time_ns + 1, &bar);
        struct candle want = rows[i];
        EXPECT(pair_quantise(terms, &want));
        EXPECT(there == (want.volume > 0));
        if (!there)
            continue;
        seen++;
        uint32_t held = market_trades(market, pair, &bar, trades);
        EXPECT_INT(held, 4);
        struct bucket sum = {0};
        for (uint32_t k = 0; k < held; k++)
            bucket_add(&sum, &trades[k]);
        EXPECT(decimal_to_double(sum.open_ticks, terms->price_decimals) == want.open);
        EXPECT(decimal_to_double(sum.high_ticks, terms->price_decimals) == want.high);
        EXPECT(decimal_to_double(sum.low_ticks, terms->price_decimals) == want.low);
        EXPECT(decimal_to_double(sum.close_ticks, terms->price_decimals) == want.close);
        EXPECT(decimal_to_double(sum.volume_lots, terms->qty_decimals) == want.volume);
    }
    return seen;
}

TEST(each_row_of_a_candle_file_comes_back_from_four_trades)
{
    static struct candle rows[5000];
    size_t count = make_rows(rows, 5000, 5 * NS_PER_MIN, 10, test_seed());
    store("KRAKEN", "BTC/USD", TIMEFRAME_5M, rows, count);
    struct market *market = open_replay("XBTUSD");
    EXPECT_INT(market->pair_count, 1);
    EXPECT_INT(market_step_ns(market), 5 * NS_PER_MIN);
    EXPECT_INT(market->begin_ns, rows[0].time_ns);
    EXPECT_INT(market->end_ns, rows[count - 1].time_ns + 5 * NS_PER_MIN);
    EXPECT(expect_rows_back(market, 0, rows, count) > 4000);
    market_close(market);
}

TEST(larger_candles_of_a_file_are_resampled_and_missing_rows_have_no_trades)
{
    static struct candle rows[3000];
    static struct bucket hours[HISTORY_CANDLES_MAX];
    size_t count = make_rows(rows, 3000, 5 * NS_PER_MIN, 100, test_seed() + 1);
    store("KRAKEN", "ETH/USD", TIMEFRAME_5M, rows, count);
    struct market *market = open_replay("ETH/USD");
    uint32_t held = history_candles(market, 0, 4, market->end_ns - 1, 720, hours);
    EXPECT(held >= 240);
    for (uint32_t h = 1; h + 1 < held; h++) {
        struct candle sum = {0};
        for (size_t i = 0; i < count; i++) {
            if (rows[i].time_ns < hours[h].time_ns ||
                rows[i].time_ns >= hours[h].time_ns + NS_PER_HOUR || rows[i].volume == 0)
                continue;
            if (sum.volume == 0)
                sum = rows[i];
            else
                candle_merge(&sum, &rows[i]);
        }
        if (sum.volume == 0)
            continue;
        EXPECT_NEAR((double)hours[h].open_ticks / 100, sum.open, 1e-9);
        EXPECT_NEAR((double)hours[h].high_ticks / 100, sum.high, 1e-9);
        EXPECT_NEAR((double)hours[h].low_ticks / 100, sum.low, 1e-9);
        EXPECT_NEAR((double)hours[h].close_ticks / 100, sum.close, 1e-9);
        EXPECT_NEAR((double)hours[h].volume_lots / 1e8, sum.volume, 1e-6);
    }
    market_close(market);
}

TEST(a_pair_nobody_knows_counts_as_finely_as_its_data)
{
    struct candle rows[] = {
        {BEGIN_NS, 0.00001234, 0.0000125, 0.0000123, 0.00001245, 12345678901234.0},
        {BEGIN_NS + 5 * NS_PER_MIN, 0.00001245, 0.000012501, 0.0000123, 0.0000124, 5},
    };
    store("ELSEWHERE", "FROG/EUR", TIMEFRAME_5M, rows, 2);
    struct market *market = open_replay("FROG/EUR");
    EXPECT_TEXT(market->pairs[0].instrument.key, "FROGEUR");
    EXPECT_INT(market->pairs[0].instrument.terms.price_decimals, 9);
    EXPECT_INT(market->pairs[0].instrument.terms.qty_decimals, 2); /* 1.2e13 * 100 < 4e15 */
    EXPECT_INT((int64_t)expect_rows_back(market, 0, rows, 2), 2);
    market_close(market);
}

TEST(krakens_own_file_comes_first_then_the_finest_timeframe)
{
    struct candle row = {BEGIN_NS - BEGIN_NS % NS_PER_DAY, 1, 1, 1, 1, 1};
    store("ALPHA", "SOL/USD", TIMEFRAME_1M, &row, 1);
    store("KRAKEN", "SOL/USD", TIMEFRAME_1H, &row, 1);
    store("KRAKEN", "SOL/USD", TIMEFRAME_15M, &row, 1);
    struct market *market = open_replay("SOL/USD");
    EXPECT_INT(market->pairs[0].step_ns, 15 * NS_PER_MIN);
    market_close(market);
}

TEST(a_store_without_the_pair_is_refused_with_its_name)
{
    char error[256] = "";
    EXPECT(!market_replay_open(scratch("nothing"), "BTC/USD", 1, error, sizeof error));
    EXPECT(strstr(error, "nothing") && strstr(error, "holds no candles and no trade files"));
}

TEST(real_krakens_candles_come_back_exactly)
{
    const char *const files[][2] = {{"data/candles/KRAKEN_ETHUSD_5m.csv.gz", "ETH/USD"},
                                    {"data/candles/KRAKEN_PEPEUSD_5m.csv.gz", "PEPE/USD"},
                                    {"data/candles/KRAKEN_BTCUSD_1h.csv.gz", "BTC/USD"}};
    for (int i = 0; i < 3; i++) {
        struct csv_options options = {.bad_max = 0};
        struct csv_data data;
        char error[256] = "";
        EXPECT_INT(csv_read(test_shared(files[i][0]), &options, &data, error, sizeof error), 0);
        char dir[32];
        snprintf(dir, sizeof dir, "real%d", i);
        struct candle_key key = {"KRAKEN", "", data.timeframe};
        struct candle_merge_result merged;
        snprintf(key.symbol, sizeof key.symbol, "%s", files[i][1]);
        EXPECT_INT(candle_file_merge(scratch(dir), &key, data.rows, data.count, true, &merged,
                                     error, sizeof error),
                   0);
        struct market *market = market_replay_open(scratch(dir), NULL, 1, error, sizeof error);
        EXPECT(market != NULL);
        size_t from = data.count > 30000 ? data.count - 30000 : 0;
        size_t seen = expect_rows_back(market, 0, data.rows + from, data.count - from);
        EXPECT(seen > (data.count - from) / 2);
        market_close(market);
        csv_free(&data);
    }
}

static void write_gz(const char *folder, const char *name, const char *text)
{
    char path[600];
    mkdir(scratch(folder), 0700);
    snprintf(path, sizeof path, "%s/%s", scratch(folder), name);
    gzFile file = gzopen(path, "wb");
    EXPECT(file && gzputs(file, text) == (int)strlen(text) && gzclose(file) == Z_OK);
}

TEST(trade_files_are_told_trade_by_trade_and_their_minutes_are_the_bars)
{
    write_gz("tape", "KRAKEN_BTCUSD_20231115.csv.gz",
             "time,price,volume,side\n"
             "1700006400.5,36160.9,0.5,buy\n"
             "1700006401.25,36170.0,0.25,buy\n"
             "1700006401.25,36150.1,0.125,sell\n" /* the same time: a nanosecond later */
             "1700006460,36155.5,1,buy\n");       /* on the edge: in the minute it begins */
    write_gz("tape", "KRAKEN_BTCUSD_20231116.csv.gz",
             "time,price,volume,side\n"
             "1700092800.75,36200,2,sell\n");
    write_gz("tape", "OTHER_BTCUSD_20231115.csv.gz",
             "time,price,volume,side\n"
             "1700006400.5,1,1,buy\n");
    char error[512] = "";
    struct market *market = market_replay_open(scratch("tape"), NULL, 1, error, sizeof error);
    EXPECT_TEXT(market ? "" : error, "");
    EXPECT_INT(market->pair_count, 1);
    struct bar bar;
    struct trade trades[MARKET_TRADES_MAX];
    EXPECT(market_next(market, 0, 0, INT64_MAX, &bar));
    EXPECT_INT(bar.time_ns, INT64_C(1700006400) * NS_PER_S);
    EXPECT(bar.open_ticks == 361609 && bar.high_ticks == 361700 && bar.low_ticks == 361501 &&
           bar.close_ticks == 361501 && bar.volume_lots == 87500000);
    EXPECT_INT(market_trades(market, 0, &bar, trades), 3);
    EXPECT_INT(trades[2].time_ns - trades[1].time_ns, 1);
    EXPECT(trades[2].taker == SIDE_SELL && trades[2].id == 3);
    EXPECT(market_next(market, 0, bar.time_ns + 1, INT64_MAX, &bar));
    EXPECT_INT(bar.time_ns, INT64_C(1700006460) * NS_PER_S);
    EXPECT_INT(market_trades(market, 0, &bar, trades), 1);
    EXPECT_INT(trades[0].time_ns, INT64_C(1700006460) * NS_PER_S + 1);
    EXPECT(market_next(market, 0, bar.time_ns + 1, INT64_MAX, &bar));
    EXPECT_INT(bar.close_ticks, 362000);
    EXPECT(!market_next(market, 0, bar.time_ns + 1, INT64_MAX, &bar));
    market_close(market);
}

TEST(a_bad_row_of_a_trade_file_is_refused_with_its_line)
{
    const char *const rows[] = {"1700006400,abc,1,buy\n", "1700006400,1,1,up\n", "1700006400,1,1\n",
                                "1600006400,1,1,buy\n", "1700006400,-1,1,buy\n",
                                /* More than a coin, a trade, or a whole file can be. */
                                "1700006400,90000000000000000,0.00000001,buy\n",
                                "1700006400,1,90000000000,buy\n"};
    for (int i = 0; i < 7; i++) {
        char folder[16], text[256], error[512] = "";
        snprintf(folder, sizeof folder, "bad%d", i);
        snprintf(text, sizeof text, "time,price,volume,side\n1700006400,1,1,buy\n%s", rows[i]);
        write_gz(folder, "KRAKEN_BTCUSD_20231115.csv.gz", text);
        EXPECT(!market_replay_open(scratch(folder), NULL, 1, error, sizeof error));
        EXPECT(strstr(error, "KRAKEN_BTCUSD_20231115.csv.gz:3: ") != NULL);
    }
}

/* Each trade is cheap and small enough; the sum of them is not. */
TEST(volumes_that_cannot_be_summed_are_refused_or_stand_at_the_most)
{
    char text[4096] = "time,price,volume,side\n", error[512] = "";
    for (int i = 0; i < 12; i++) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%d.5,0.1,9000000000,buy\n", 1700006400 + 60 * i);
    }
    write_gz("much", "KRAKEN_BTCUSD_20231115.csv.gz", text);
    EXPECT(!market_replay_open(scratch("much"), NULL, 1, error, sizeof error));
    EXPECT(strstr(error, "KRAKEN_BTCUSD_20231115.csv.gz:12: ") != NULL);
    struct bar bar = {.volume_lots = INT64_MAX - 1, .trade_count = 1};
    bar_merge(&bar, &(struct bar){.volume_lots = 2, .trade_count = 1});
    EXPECT_INT(bar.volume_lots, INT64_MAX);
}

TEST(real_trades_come_back_one_by_one)
{
    const char *file = test_shared("data/trades/KRAKEN_BTCUSDT_20231117.csv.gz");
    char folder[512], error[512] = "";
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(file, '/') - file), file);
    struct market *market = market_replay_open(folder, "BTC/USDT", 1, error, sizeof error);
    EXPECT_TEXT(market ? "" : error, "");
    struct bar bar;
    struct trade trades[MARKET_TRADES_MAX];
    int64_t from_ns = 0, last_ns = 0, total = 0;
    uint64_t count = 0;
    while (market_next(market, 0, from_ns, INT64_MAX, &bar)) {
        uint32_t held = market_trades(market, 0, &bar, trades);
        for (uint32_t i = 0; i < held; i++) {
            EXPECT(trades[i].time_ns > last_ns && trades[i].id == ++count);
            last_ns = trades[i].time_ns;
            total += trades[i].qty_lots;
        }
        from_ns = bar.time_ns + 1;
    }
    EXPECT(count == 26921 + 1000); /* the two days of the pair */
    EXPECT(total > 0);
    market_close(market);
}
