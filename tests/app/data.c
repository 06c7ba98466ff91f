/* SPDX-License-Identifier: MIT */
/* `cuttle data` as a user runs it: what it prints, what it leaves behind, how it ends. */
#include "store/candle_file.h"

#include <sys/wait.h>

#include "../store/scratch.h"
#include "core/base/timestamp.h"

static char output[16384];

/* Runs `cuttle data ARGUMENTS`, both streams into `output`; returns the exit status. */
static int run(const char *arguments)
{
    const char *program = getenv("CUTTLE_PROGRAM");
    EXPECT(program != NULL);
    char path[512];
    snprintf(path, sizeof path, "%s", scratch("output"));
    pid_t child = fork();
    if (child == 0) {
        char command[2048];
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        snprintf(command, sizeof command, "cd %s && exec %s data %s", scratch_dir, program,
                 arguments);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    size_t len;
    char *text = scratch_read(path, &len);
    snprintf(output, sizeof output, "%s", text);
    free(text);
    return WEXITSTATUS(status);
}

static void expect_says(const char *words)
{
    if (!strstr(output, words))
        print_error("\"%s\" is not in:\n%s\n", words, output);
    EXPECT(strstr(output, words) != NULL);
}

static void write_text(const char *name, const char *text)
{
    scratch_write(scratch(name), text, strlen(text));
}

static size_t stored(const char *venue, const char *symbol, enum timeframe timeframe)
{
    struct candle_key key = {.timeframe = timeframe};
    snprintf(key.venue, sizeof key.venue, "%s", venue);
    snprintf(key.symbol, sizeof key.symbol, "%s", symbol);
    struct candle_file *file = NULL;
    char error[512];
    if (candle_file_open(scratch("data"), &key, &file, error, sizeof error) != 0)
        return 0;
    size_t count;
    candle_file_rows(file, &count);
    candle_file_close(file);
    return count;
}

/* 2024-08-01T00:00Z and on: minutes 0, 1, 4; one bad row. */
static const char three[] = "1722470400,100,101,99,100,5,1\n"
                            "1722470460,100,101,99,100,5,1\n"
                            "1722470520,100,99,101,100,5,1\n"
                            "1722470640,100,101,99,100,5,1\n";

TEST(an_import_says_what_it_took_and_what_it_left)
{
    write_text("XBTUSD_1.csv", three);
    EXPECT_INT(run("import XBTUSD_1.csv"), 2);
    expect_says("XBTUSD_1.csv:3: its prices and volume are no candle");
    expect_says("KRAKEN:BTC/USD 1m, 3 candles from 2024-08-01 to 2024-08-01 00:04 (kraken csv): "
                "3 added, 0 known");
    expect_says("1 of 4 rows were refused");
    expect_says("2 candles are missing (40.00 %) in 1 gaps; the longest is 2m, from 2024-08-01 "
                "00:02");
    EXPECT_INT((int64_t)stored("KRAKEN", "BTC/USD", TIMEFRAME_1M), 3);

    EXPECT_INT(run("import XBTUSD_1.csv"), 2);
    expect_says("0 added, 3 known");
    EXPECT_INT(run("import XBTUSD_1.csv --bad 0"), 1);
    expect_says("with 1 bad rows the file is refused");

    EXPECT_INT(run("list"), 0);
    expect_says("KRAKEN:BTC/USD 1m");
    expect_says("40.00 %");
    EXPECT_INT(run("check --pair XBTUSD"), 0);
    expect_says("KRAKEN:BTC/USD 1m: 3 candles");
    EXPECT_INT(run("check --pair ETH/USD"), 1);
    expect_says("holds no candles of ETH/USD");
}

TEST(what_the_store_has_stays_unless_replace_is_said)
{
    write_text("KRAKEN_ETHUSD_1m.csv", "time,open,high,low,close,volume\n"
                                       "1722470400,10,10,10,10,1\n");
    EXPECT_INT(run("import KRAKEN_ETHUSD_1m.csv"), 0);
    write_text("KRAKEN_ETHUSD_1m.csv", "time,open,high,low,close,volume\n"
                                       "1722470400,11,11,11,11,1\n");
    EXPECT_INT(run("import KRAKEN_ETHUSD_1m.csv"), 0);
    expect_says("1 different and left as stored");
    EXPECT_INT(run("import --replace KRAKEN_ETHUSD_1m.csv"), 0);
    expect_says("1 different and replaced");
    EXPECT_INT(run("import KRAKEN_ETHUSD_1m.csv"), 0);
    expect_says("0 added, 1 known");
}

TEST(whose_candles_they_are_is_never_guessed)
{
    write_text("mine.csv", "1722470400,1,1,1,1,1\n1722470460,1,1,1,1,1\n");
    EXPECT_INT(run("import mine.csv"), 1);
    expect_says("say --as KRAKEN:BTC/USD");
    EXPECT_INT(run("import mine.csv --as BTC/USD"), 1);
    expect_says("--as BTC/USD: must be of the form KRAKEN:BTC/USD");
    EXPECT_INT(run("import mine.csv --as kraken:XDG/USD"), 0);
    EXPECT_INT((int64_t)stored("KRAKEN", "DOGE/USD", TIMEFRAME_1M), 2);

    write_text("BINANCE_LTCUSDT_1m.csv", "time,open,high,low,close,volume\n"
                                         "1722470400,1,1,1,1,1\n");
    EXPECT_INT(run("import BINANCE_LTCUSDT_1m.csv --as KRAKEN:LTC/USD"), 0);
    expect_says("by its name it is BINANCE:LTC/USDT; it is stored as KRAKEN:LTC/USD because --as "
                "says so");
}

TEST(a_check_counts_each_fault_with_its_places_and_draws_it)
{
    /* Minutes 0 to 9 without 3, 6 and 7; 1 has a wick, 2 repeats 1, 4 opens at twice the close. */
    write_text("KRAKEN_SOLUSD_1m.csv", "1722470400,100,101,99,100,5\n"
                                       "1722470460,100,150,99,100,5\n"
                                       "1722470520,100,150,99,100,5\n"
                                       "1722470640,100,101,99,100,5\n"
                                       "1722470700,200,200,200,200,5\n"
                                       "1722470880,200,200,200,200,0\n"
                                       "1722470940,200,200,200,200,5\n");
    EXPECT_INT(run("import KRAKEN_SOLUSD_1m.csv --store faults"), 0);
    EXPECT_INT(run("check --store faults --picture faults.html"), 0);
    expect_says("3 candles are missing (30.00 %) in 2 gaps; the longest is 2m, from 2024-08-01 "
                "00:06");
    expect_says("the first gap is at 2024-08-01 00:03; the longest: 2024-08-01 00:06 (2 candles), "
                "2024-08-01 00:03 (1 candles)");
    expect_says("candles without volume: 1, the first at 2024-08-01 00:08");
    expect_says(
        "1 duplicates of the candle before, volume included, the first at 2024-08-01 00:02");
    expect_says("2 wicks beyond 25 %, the first at 2024-08-01 00:01; the largest: 2024-08-01 00:01 "
                "(50 %), 2024-08-01 00:02 (50 %)");
    expect_says("1 jumps beyond 25 % from one candle to the next, the first at 2024-08-01 00:05; "
                "the largest: 2024-08-01 00:05 (100 %)");
    expect_says("  \u2588\u2588\u2588\u00b7\u2588\u2588\u00b7\u00b7\u2588\u2588  1m each\n");

    size_t len;
    char *page = scratch_read(scratch("faults.html"), &len);
    EXPECT(strstr(page, "<!doctype html>") == page);
    EXPECT(strstr(page, "KRAKEN:SOL/USD 1m") != NULL);
    EXPECT(strstr(page, "<title>2024-08-01 00:06: a gap, 2 candles</title>") != NULL);
    EXPECT(strstr(page, "<title>2024-08-01 00:01: a wick, 50 %</title>") != NULL);
    EXPECT(strstr(page, "2024-08-01 00:06 to 2024-08-01 00:08: 0 of 2 candles") != NULL);
    EXPECT(strstr(page, "nan") == NULL && strstr(page, "href") == NULL &&
           strstr(page, "src=") == NULL);
    free(page);
    EXPECT_INT(run("check --store faults --picture faults.svg"), 0);
    page = scratch_read(scratch("faults.svg"), &len);
    EXPECT(strstr(page, "<svg xmlns=") == page && strstr(page, "</svg>") != NULL);
    free(page);
    EXPECT_INT(run("check --store faults --picture none/faults.svg"), 1);
    expect_says("none/faults.svg: No such file or directory");
}

TEST(a_damaged_file_is_told_and_the_others_are_still_checked)
{
    write_text("KRAKEN_ADAUSD_1m.csv", "1722470400,1,1,1,1,1\n1722470460,1,1,1,1,1\n");
    write_text("KRAKEN_XRPUSD_1m.csv", "1722470400,1,1,1,1,1\n1722470460,1,1,1,1,1\n");
    EXPECT_INT(run("import KRAKEN_ADAUSD_1m.csv KRAKEN_XRPUSD_1m.csv --store other"), 0);
    EXPECT_INT(truncate(scratch("other/KRAKEN/ADA-USD/1m.npy"), 512 + 48), 0);
    EXPECT_INT(run("check --store other"), 2);
    expect_says("the file was cut short: 1 candles of its end are gone");
    expect_says("KRAKEN:XRP/USD 1m: 2 candles");
    EXPECT_INT(truncate(scratch("other/KRAKEN/ADA-USD/1m.npy"), 100), 0);
    EXPECT_INT(run("check --store other"), 1);
    expect_says("its header is cut short");
    expect_says("KRAKEN:XRP/USD 1m: 2 candles");
}

TEST(what_is_exported_comes_back_as_it_was)
{
    /* Prices and volumes whose shortest texts are awkward: 17 digits, an exponent, an integer. */
    write_text("KRAKEN_PEPEUSD_1m.csv",
               "1722470400,0.1,0.30000000000000004,0.00000001,0.000012345678901234567,1e-300\n"
               "1722470460,9007199254740993,9007199254740993,1,2,123456789.12345678\n"
               "1722470520,3,3,3,3,0\n");
    EXPECT_INT(run("import KRAKEN_PEPEUSD_1m.csv --store there"), 0);
    EXPECT_INT(run("export PEPE/USD 1m --store there --out KRAKEN_PEPEUSD_1m_back.csv"), 0);
    expect_says("KRAKEN_PEPEUSD_1m_back.csv: 3 candles of KRAKEN:PEPE/USD 1m, 2024-08-01 to "
                "2024-08-01 00:02");
    EXPECT_INT(run("import KRAKEN_PEPEUSD_1m_back.csv --store back"), 0);
    expect_says("3 candles");
    size_t len, back_len;
    char *bytes = scratch_read(scratch("there/KRAKEN/PEPE-USD/1m.npy"), &len);
    char *back = scratch_read(scratch("back/KRAKEN/PEPE-USD/1m.npy"), &back_len);
    EXPECT(len == back_len && memcmp(bytes, back, len) == 0);
    free(bytes);
    free(back);

    EXPECT_INT(run("export kraken:pepeusd 1m --store there --start 2024-08-01T00:01Z --end "
                   "2024-08-01T00:02Z"),
               0);
    EXPECT_TEXT(output, "time,open,high,low,close,volume\n"
                        "1722470460,9007199254740992,9007199254740992,1,2,123456789.12345678\n");
    EXPECT_INT(run("export PEPE/USD 1m --store there --start 2025-01-01"), 1);
    expect_says("no candles in that span; the store has 2024-08-01 to 2024-08-01 00:02");
    EXPECT_INT(run("export PEPE/USD 5m --store there"), 1);
    expect_says("`cuttle data list` shows what there is");
    EXPECT_INT(run("export PEPE/USD 1m --store there --out none/file.csv"), 1);
    expect_says("none/file.csv: No such file or directory");
}

/* Ten 1m candles from 00:03 to 00:12, the one of 00:06 missing, by hand. */
static const char ten[] = "1722470580,5,9,4,6,1\n"
                          "1722470640,6,8,5,7,2\n"
                          "1722470700,7,7,7,7,1\n"
                          "1722470820,8,9,8,9,2\n"
                          "1722470880,9,12,3,4,4\n"
                          "1722470940,4,5,4,5,8\n"
                          "1722471000,5,5,5,5,1\n"
                          "1722471060,5,5,5,5,1\n"
                          "1722471120,5,5,5,5,1\n";

TEST(a_larger_candle_is_made_of_a_whole_bucket_alone)
{
    write_text("KRAKEN_DOTUSD_1m.csv", ten);
    EXPECT_INT(run("import KRAKEN_DOTUSD_1m.csv --store larger"), 0);
    EXPECT_INT(run("resample DOT/USD 1m 5m --store larger"), 0);
    expect_says("KRAKEN:DOT/USD 5m: 1 candles from 2024-08-01 00:05 to 2024-08-01 00:05: 1 added");
    expect_says("the first is left out: the candles begin inside it, at 2024-08-01 00:03");
    expect_says("the last is left out: the candles end inside it; it would begin at 2024-08-01 "
                "00:10");
    expect_says("1 of them lack smaller candles");
    EXPECT_INT(run("export DOT/USD 5m --store larger"), 0);
    EXPECT_TEXT(output, "time,open,high,low,close,volume\n1722470700,7,12,3,5,15\n");

    EXPECT_INT(run("resample DOT/USD 1m 5m --store larger"), 0);
    expect_says("0 added, 1 known");
    EXPECT_INT(run("resample DOT/USD 5m 5m --store larger"), 1);
    expect_says("resample makes larger candles: 5m are not made of 5m");
    EXPECT_INT(run("resample DOT/USD 5m 1m --store larger"), 1);
    expect_says("resample makes larger candles: 1m are not made of 5m");
    EXPECT_INT(run("resample DOT/USD 1m 1h --store larger"), 1);
    expect_says("its 9 candles make no whole one of 1h");
    EXPECT_INT((int64_t)stored("KRAKEN", "DOT/USD", TIMEFRAME_1H), 0);
}

TEST(wrong_words_are_answered_with_what_would_be_right)
{
    EXPECT_INT(run("export BTC/USD"), 1);
    expect_says("say a pair and a timeframe");
    EXPECT_INT(run("export word 1h"), 1);
    expect_says("word: must be a pair such as BTC/USD or BINANCE:BTC/USDT");
    EXPECT_INT(run("resample BTC/USD 1m 7m"), 1);
    expect_says("7m: must be one of");
    EXPECT_INT(run("export BTC/USD 1h --start soon"), 1);
    expect_says("--start soon: must be a time");
    EXPECT_INT(run(""), 1);
    expect_says("say import, download, list, check, export or resample");
    EXPECT_INT(run("import"), 1);
    expect_says("name the files to import");
    EXPECT_INT(run("list file"), 1);
    expect_says("takes no files");
    EXPECT_INT(run("list --color"), 1);
    expect_says("unknown flag --color");
    EXPECT_INT(run("list --store"), 1);
    expect_says("--store needs a value");
    EXPECT_INT(run("import x --timeframe 7m"), 1);
    expect_says("--timeframe 7m: must be one of 1m 5m 15m 1h 4h 1d");
    EXPECT_INT(run("import nothing.csv"), 1);
    expect_says("nothing.csv: No such file or directory");
    EXPECT_INT(run("--help"), 0);
    expect_says("cuttle data import FILE...");
    EXPECT_INT(run("list --store nowhere"), 1);
    expect_says("nowhere holds no candles");
}
