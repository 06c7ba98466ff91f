/* SPDX-License-Identifier: MIT */
#include "store/csv.h"

#include <errno.h>
#include <time.h>
#include <zlib.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "scratch.h"

static char error[512];
static char bad_list[1024];

static void note_bad(void *context, uint64_t line, const char *reason)
{
    (void)context;
    size_t len = strlen(bad_list);
    snprintf(bad_list + len, sizeof bad_list - len, "%d: %s;", (int)line, reason);
}

static int read_text(const char *text, struct csv_data *data)
{
    struct csv_options options = {.bad_max = CSV_BAD_MAX, .on_bad = note_bad};
    bad_list[0] = '\0';
    error[0] = '\0';
    *data = (struct csv_data){0};
    return csv_read_text("file.csv", text, strlen(text), &options, data, error, sizeof error);
}

static void expect_two_minutes(const char *text, enum csv_layout layout)
{
    struct csv_data data;
    int code = read_text(text, &data);
    if (code != 0)
        print_error("%s\n", error);
    EXPECT_INT(code, 0);
    EXPECT_INT(data.layout, layout);
    EXPECT_INT(data.timeframe, TIMEFRAME_1M);
    EXPECT_INT((int64_t)data.count, 2);
    EXPECT_INT(data.rows[0].time_ns, INT64_C(1722470400) * NS_PER_S);
    EXPECT_INT(data.rows[1].time_ns, INT64_C(1722470460) * NS_PER_S);
    const struct candle *row = &data.rows[1];
    EXPECT(row->open == 64000.1 && row->high == 64010.5 && row->low == 63990.0);
    EXPECT(row->close == 64001.2 && row->volume == 1.37303653);
    csv_free(&data);
}

TEST(every_layout_gives_the_same_candles)
{
    expect_two_minutes("time,open,high,low,close,volume\n"
                       "1722470400,64000,64000,64000,64000,0\n"
                       "1722470460,64000.1,64010.5,63990.0,64001.2,1.37303653\n",
                       CSV_HEADED);
    expect_two_minutes("\xef\xbb\xbf"
                       "Volume,Close,Low,extra,High,Open,Timestamp\r\n"
                       "0,64000,64000,word,64000,64000,1722470400000\r\n"
                       "1.37303653,64001.2,63990.0,,64010.5,64000.1,1722470460000\r\n",
                       CSV_HEADED);
    expect_two_minutes("1722470400,64000,64000,64000,64000,0,0\n"
                       "1722470460,64000.1,64010.5,63990.0,64001.2,1.37303653,17",
                       CSV_KRAKEN);
    expect_two_minutes("1722470400000000,64000,64000,64000,64000,0\n\n"
                       "1722470460000000000,64000.1,64010.5,63990.0,64001.2,1.37303653\n",
                       CSV_PLAIN);
    expect_two_minutes(" [[1722470400000,64000,64000.0,64000,64000,0],\n"
                       "  [1722470460000.0,64000.1,64010.5,6.399e4,64001.2,1.37303653]]\n",
                       CSV_FREQTRADE);
}

TEST(bad_rows_are_named_counted_and_left_out)
{
    struct csv_data data;
    EXPECT_INT(read_text("time,open,high,low,close,volume\n"
                         "1722470400,100,101,99,100,5\n"
                         "1722470460,100,101,99,100\n"
                         "1722470460,100,101,99,100,5,6\n"
                         "soon,100,101,99,100,5\n"
                         "1722470460,100,x,99,100,5\n"
                         "1722470460,100,99,101,100,5\n"
                         "1722470460,100,101,99,100,-5\n"
                         "1722470460,100,101,0,100,5\n"
                         "1722470460,100,101,99,1e999,5\n"
                         "1722470460,100,101,99,100,5 \n"
                         "1722470460,,101,99,100,5\n"
                         "99999999999999999999,100,101,99,100,5\n"
                         "1722470460,100,101,99,100,7\n",
                         &data),
               0);
    EXPECT_INT((int64_t)data.count, 2);
    EXPECT(data.rows[1].volume == 7);
    EXPECT_INT((int64_t)data.bad_count, 11);
    EXPECT_INT((int64_t)data.line_count, 13);
    EXPECT(strstr(bad_list, "3: it has too few columns;4: it has too many columns;"
                            "5: its time is no whole number") == bad_list);
    EXPECT(strstr(bad_list, ";6: its high is not a number;7: its prices") != NULL);
    EXPECT(strstr(bad_list, ";11: its volume is not a number;12: its open is not a number;13: its "
                            "time") != NULL);
    csv_free(&data);
}

TEST(too_many_bad_rows_refuse_the_file)
{
    struct csv_options options = {.bad_max = 1};
    struct csv_data data;
    const char *text = "time,open,high,low,close,volume\nx\n1722470400,1,1,1,1,1\ny\nz\n";
    EXPECT_INT(csv_read_text("f.csv", text, strlen(text), &options, &data, error, sizeof error),
               -EINVAL);
    EXPECT(strstr(error, "f.csv:4: ") == error && strstr(error, "2 bad rows") != NULL);
}

TEST(disorder_duplicates_and_conflicts_are_sorted_out_and_counted)
{
    struct csv_data data;
    EXPECT_INT(read_text("time,open,high,low,close,volume\n"
                         "1722470400,100,100,100,100,1\n"
                         "1722470520,100,100,100,100,3\n"
                         "1722470460,100,100,100,100,2\n"
                         "1722470460,100,100,100,100,2\n"
                         "1722470520,100,100,100,100,9\n",
                         &data),
               0);
    EXPECT_INT((int64_t)data.count, 3);
    EXPECT_INT((int64_t)data.disorder_count, 1);
    EXPECT_INT((int64_t)data.duplicate_count, 1);
    EXPECT_INT((int64_t)data.conflict_count, 1);
    EXPECT(data.rows[1].volume == 2 && data.rows[2].volume == 9);
    csv_free(&data);
}

TEST(the_timeframe_is_the_step_all_times_share)
{
    struct csv_data data;
    EXPECT_INT(
        read_text("1722470400,1,1,1,1,1\n1722471000,1,1,1,1,1\n1722471300,1,1,1,1,1\n", &data), 0);
    EXPECT_INT(data.timeframe, TIMEFRAME_5M);
    csv_free(&data);
    EXPECT_INT(read_text("1722470400,1,1,1,1,1\n1722472200,1,1,1,1,1\n", &data), -EINVAL);
    EXPECT(strstr(error, "is 30m, which is none of") && strstr(error, "--timeframe"));
    EXPECT_INT(read_text("1722470400,1,1,1,1,1\n", &data), -EINVAL);
    EXPECT_INT(read_text("1722470401,1,1,1,1,1\n1722470461,1,1,1,1,1\n", &data), -EINVAL);

    /* Said from outside, it is the grid that each row is held against. */
    struct csv_options options = {
        .timeframe_known = true, .timeframe = TIMEFRAME_1M, .bad_max = 5, .on_bad = note_bad};
    const char *text = "1722470400,1,1,1,1,1\n1722470461,1,1,1,1,1\n1722470520,1,1,1,1,1\n";
    bad_list[0] = '\0';
    EXPECT_INT(csv_read_text("f", text, strlen(text), &options, &data, error, sizeof error), 0);
    EXPECT_INT((int64_t)data.count, 2);
    EXPECT_TEXT(bad_list, "2: its time is not on the timeframe's grid;");
    csv_free(&data);
}

TEST(what_is_no_candle_file_is_refused)
{
    struct csv_data data;
    const char *const texts[] = {
        "",
        "\n\n",
        "time,open,high,low,close,volume\n",
        "time,open,high,low,close\n1,2,3,4,5\n",
        "time,open,open,high,low,close,volume\n",
        "hello\n",
        "1,2,3\n",
        "[]",
        "[[1722470400000,1,1,1,1,1]",
        "[[1722470400000,1,1,1,1,1]] x",
        "{\"a\":1}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        EXPECT_INT(read_text(texts[i], &data), -EINVAL);
        EXPECT(strstr(error, "file.csv") == error);
    }
}

TEST(freqtrades_bad_rows_are_named_by_number)
{
    struct csv_data data;
    EXPECT_INT(read_text("[[1722470400000,1,1,1,1,1],[1722470460000,1,1,1,1],7,"
                         "[\"x\",1,1,1,1,1],[1722470460000.5,1,1,1,1,1],"
                         "[1722470460000,1,null,1,1,1],[1722470460000,1,1,1,1,1,[8]]]",
                         &data),
               0);
    EXPECT_INT((int64_t)data.count, 2);
    EXPECT_INT((int64_t)data.bad_count, 5);
    EXPECT(strstr(bad_list, "2: it has fewer than six members;3: it is not an array;"
                            "4: a member of it is not a number;5: its time") == bad_list);
    csv_free(&data);
}

TEST(plain_and_gzip_read_alike_and_a_cut_gzip_is_refused)
{
    char *text = malloc(3 << 20);
    size_t len = 0;
    for (int i = 0; i < 50000; i++)
        len += (size_t)snprintf(text + len, 64, "%d,100,101,99,100.5,%d.%08d\n",
                                1722470400 + i * 60, i, i);
    const char *plain = scratch("plain.csv");
    const char *packed = scratch("packed.csv.gz");
    scratch_write(plain, text, len);
    gzFile gz = gzopen(packed, "wb");
    EXPECT(gzwrite(gz, text, (unsigned)len) == (int)len);
    gzclose(gz);

    struct csv_options options = {.bad_max = 0};
    struct csv_data a, b;
    EXPECT_INT(csv_read(plain, &options, &a, error, sizeof error), 0);
    EXPECT_INT(csv_read(packed, &options, &b, error, sizeof error), 0);
    EXPECT_INT((int64_t)a.count, 50000);
    EXPECT_INT((int64_t)b.count, 50000);
    EXPECT(memcmp(a.rows, b.rows, a.count * sizeof *a.rows) == 0);
    csv_free(&a);
    csv_free(&b);

    size_t packed_len;
    char *bytes = scratch_read(packed, &packed_len);
    scratch_write(packed, bytes, packed_len / 2);
    EXPECT_INT(csv_read(packed, &options, &b, error, sizeof error), -EIO);
    EXPECT(strstr(error, "ends early") != NULL);
    EXPECT_INT(csv_read(scratch("none.csv"), &options, &b, error, sizeof error), -ENOENT);
    EXPECT_INT(csv_read("/tmp", &options, &b, error, sizeof error), -EINVAL);
    free(bytes);
    free(text);
}

TEST(no_text_whatever_crashes_the_reader)
{
    const char alphabet[] = "0123456789,,,,..\n\n\r-eE[]{}\"tx ";
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 4000; i++) {
        char text[400];
        size_t len = prng_below(&prng, sizeof text);
        for (size_t c = 0; c < len; c++)
            text[c] = alphabet[prng_below(&prng, sizeof alphabet - 1)];
        struct csv_options options = {.bad_max = CSV_BAD_MAX};
        struct csv_data data;
        if (csv_read_text("f", text, len, &options, &data, error, sizeof error) == 0)
            csv_free(&data);
    }
}

TEST(real_candles_read_whole_and_fast)
{
    const char *path = test_shared("data/candles/BINANCE_BTCUSDT_5m.csv.gz");
    gzFile gz = gzopen(path, "rb");
    char *text = calloc(1, 32 << 20);
    int len = gzread(gz, text, 32 << 20);
    gzclose(gz);
    EXPECT(len > 0 && len < (32 << 20));
    struct csv_options options = {.bad_max = 0};
    struct csv_data data;
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    EXPECT_INT(csv_read_text(path, text, (size_t)len, &options, &data, error, sizeof error), 0);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double took = (double)((b.tv_sec - a.tv_sec) * NS_PER_S + b.tv_nsec - a.tv_nsec);
    print_message("%zu rows, %.1f ns a row\n", data.count, took / (double)data.count);
    EXPECT_INT(data.timeframe, TIMEFRAME_5M);
    EXPECT_INT((int64_t)data.count, (int64_t)data.line_count);

    /* Every row against the C library's own reading of the same text. */
    const char *at = (char *)memchr(text, '\n', 4096) + 1;
    for (size_t i = 0; i < data.count; i++) {
        char line[256];
        char *end;
        size_t line_len = (size_t)((char *)memchr(at, '\n', 4096) - at);
        EXPECT(line_len < sizeof line);
        memcpy(line, at, line_len);
        line[line_len] = '\0';
        const struct candle *row = &data.rows[i];
        EXPECT(strtoll(line, &end, 10) * NS_PER_S == row->time_ns);
        const double fields[] = {row->open, row->high, row->low, row->close, row->volume};
        for (int f = 0; f < 5; f++)
            EXPECT(strtod(end + 1, &end) == fields[f]);
        at += line_len + 1;
    }
    csv_free(&data);
    free(text);
}
