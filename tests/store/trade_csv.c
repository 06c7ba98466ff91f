/* SPDX-License-Identifier: MIT */
#include "store/trade_csv.h"

#include <errno.h>
#include <zlib.h>

#include "core/base/timestamp.h"
#include "scratch.h"

static const struct pair pair = {
    .symbol = "BTC/USD", .price_decimals = 1, .qty_decimals = 8, .tick_step = 1};

static char error[512], bad_list[1024];

static void note_bad(void *context, uint64_t line, const char *reason)
{
    (void)context;
    const size_t len = strlen(bad_list);
    snprintf(bad_list + len, sizeof bad_list - len, "%d: %s;", (int)line, reason);
}

static int read_path(const char *path, struct trade_data *data)
{
    const struct trade_csv_options options = {.terms = &pair, .bad_max = 3, .on_bad = note_bad};
    bad_list[0] = error[0] = '\0';
    *data = (struct trade_data){0};
    return trade_csv_read(path, &options, data, error, sizeof error);
}

static int read_text(const char *text, struct trade_data *data)
{
    const char *path = scratch("trades.csv");
    scratch_write(path, text, strlen(text));
    return read_path(path, data);
}

/* Every trade as "ms price lots side". */
static void expect_trades(const char *text, const char *expected)
{
    struct trade_data data;
    char told[512] = "";
    size_t len = 0;
    const int code = read_text(text, &data);
    if (code != 0) {
        print_error("%s\n", error);
    }
    EXPECT_INT(code, 0);
    for (size_t i = 0; i < data.count; i++) {
        const struct trade *row = &data.rows[i];
        len += (size_t)snprintf(told + len, sizeof told - len, "%s%lld %lld %lld %c",
                                i > 0 ? ", " : "", (long long)(row->time_ns / NS_PER_MS),
                                (long long)row->price_ticks, (long long)row->qty_lots,
                                row->taker == SIDE_SELL ? 's' : 'b');
        EXPECT_INT((int64_t)row->id, 0);
    }
    EXPECT_TEXT(told, expected);
    trade_data_free(&data);
}

TEST(every_layout_gives_the_same_trades)
{
    static const char both[] = "1561939203172 107494 400000 s, 1561939205224 107497 3869709 b";
    expect_trades("time,price,volume,side\n"
                  "1561939203.172,10749.4,0.004,sell\n1561939205.224,10749.7,0.03869709,buy\n",
                  both);
    expect_trades("\xef\xbb\xbf"
                  "Side,id,Amount,Price,Timestamp\r\n"
                  "s,7,4e-3,10749.40000,1561939203172\r\nb,8,0.03869709,10749.7,1561939205224\r\n",
                  both);
    expect_trades("1561939203.172,10749.4,0.004,SELL\n1561939205.2240001,10749.7,0.03869709,b",
                  both);
}

TEST(times_are_told_apart_by_their_size)
{
    expect_trades("1561939203,1,1\n1561939203172,1,1\n1561939203173000,1,1\n1561939203174000000,"
                  "1,1\n",
                  "1561939203000 10 100000000 b, 1561939203172 10 100000000 b, "
                  "1561939203173 10 100000000 b, 1561939203174 10 100000000 b");
}

TEST(where_nobody_says_who_took_the_tick_test_does)
{
    expect_trades("1,100,1\n2,99,1\n3,99,1\n4,101,1\n5,101,1\n6,100.9,1\n",
                  "1000 1000 100000000 b, 2000 990 100000000 s, 3000 990 100000000 s, "
                  "4000 1010 100000000 b, 5000 1010 100000000 b, 6000 1009 100000000 s");
}

TEST(what_the_pair_counts_more_coarsely_is_rounded_and_nothing_traded_is_passed_over)
{
    struct trade_data data;
    EXPECT_INT(read_text("1,100.06,0.123456789\n2,100.04,0\n3,100,0.000000001\n", &data), 0);
    EXPECT_INT((int64_t)data.count, 1);
    EXPECT_INT((int64_t)data.empty_count, 2);
    EXPECT_INT(data.rows[0].price_ticks, 1001);
    EXPECT_INT(data.rows[0].qty_lots, 12345679);
    trade_data_free(&data);
}

TEST(rows_are_put_in_order_and_those_of_one_time_stay_as_they_stood)
{
    struct trade_data data;
    EXPECT_INT(read_text("3,7,1,b\n1,8,1,b\n3,5,1,b\n3,6,1,b\n2,9,1,b\n", &data), 0);
    EXPECT_INT((int64_t)data.disorder_count, 2);
    const int64_t prices[] = {80, 90, 70, 50, 60};
    for (int i = 0; i < 5; i++) {
        EXPECT_INT(data.rows[i].price_ticks, prices[i]);
    }
    trade_data_free(&data);
}

TEST(bad_rows_are_told_of_and_too_many_refuse_the_file)
{
    struct trade_data data;
    EXPECT_INT(read_text("time,price,volume,side\nx,1,1,b\n5,0,1,b\n6,1,-1,b\n7,1,1,b\n", &data),
               0);
    EXPECT_INT((int64_t)data.count, 1);
    EXPECT_INT((int64_t)data.bad_count, 3);
    EXPECT_TEXT(bad_list, "2: its time is no s, ms, us or ns since 1970;"
                          "3: its price is no number above 0;"
                          "4: its volume is no number from 0 on;");
    trade_data_free(&data);
    EXPECT_INT(read_text("1,1,1,b\n2,1,1,c\n3,1,1\n4,1e17,1,b\n-5,1,1,b\n", &data), -EINVAL);
    EXPECT(strstr(bad_list, "2: its side is neither buy nor sell;3: it has too few columns;"
                            "4: its price or its volume is beyond all that is traded;5:") != NULL);
    EXPECT(strstr(error, "trades.csv:5: ") != NULL && strstr(error, "4 bad rows") != NULL);
}

TEST(what_is_no_trade_file_is_refused_with_the_reason)
{
    struct trade_data data;
    EXPECT_INT(read_text("time,open,high,low,close,volume\n1,1,1,1,1,1\n", &data), -EINVAL);
    EXPECT(strstr(error, "expected time,price,volume") != NULL);
    EXPECT_INT(read_text("1,1,1,1,1,1\n", &data), -EINVAL);
    EXPECT_INT(read_text("time,price,price,volume\n", &data), -EINVAL);
    EXPECT_INT(read_text("", &data), -EINVAL);
    EXPECT(strstr(error, "it holds no trade") != NULL);
    EXPECT_INT(read_path(scratch("nowhere.csv"), &data), -ENOENT);
    static char line[3000];
    memset(line, '1', sizeof line - 1);
    EXPECT_INT(read_text(line, &data), -EINVAL);
    EXPECT(strstr(error, "longer than 1 KB") != NULL);
}

TEST(a_gzip_file_is_read_and_one_cut_short_is_refused)
{
    const char *path = scratch("whole.csv.gz");
    gzFile file = gzopen(path, "wb");
    for (int i = 0; i < 5000; i++) {
        gzprintf(file, "%d.%03d,%d.%d,0.%d,sell\n", 1561939203 + i, i % 1000, 10000 + i % 77,
                 i % 10, 1 + i * 7919 % 9973);
    }
    gzclose(file);
    struct trade_data data;
    EXPECT_INT(read_path(path, &data), 0);
    EXPECT_INT((int64_t)data.count, 5000);
    trade_data_free(&data);
    size_t len;
    char *bytes = scratch_read(path, &len);
    scratch_write(path, bytes, len / 2);
    free(bytes);
    EXPECT_INT(read_path(path, &data), -EIO);
    EXPECT(strstr(error, "ends early") != NULL);
}

TEST(a_file_says_how_many_decimals_its_prices_need)
{
    const char *path = scratch("fine.csv");
    static const char text[] = "time,price,volume\n1,0.50100,1\n2,3,1\n3,0.5012300,1\n";
    scratch_write(path, text, sizeof text - 1);
    uint32_t decimals = 99;
    EXPECT_INT(trade_csv_decimals(path, &decimals, error, sizeof error), 0);
    EXPECT_INT(decimals, 5);
}
