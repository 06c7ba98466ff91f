/* SPDX-License-Identifier: MIT */
/* When models are trained anew, and of which pairs. */
#include "app/retrain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "store/candle_file.h"
#include "test.h"

#define WEEK (7 * NS_PER_DAY)

static char folder[64];

static void begin(void)
{
    snprintf(folder, sizeof folder, "/tmp/cuttle-retrain-XXXXXX");
    EXPECT(mkdtemp(folder) != NULL);
}

static void end(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    EXPECT_INT(system(command), 0);
}

TEST(the_first_is_due_at_once_and_the_next_a_week_after_it_began)
{
    struct retrain retrain = {0};
    EXPECT_INT(retrain_next(&retrain, WEEK), 0);
    retrain_begin(&retrain, 100 * NS_PER_DAY);
    retrain_end(&retrain, true);
    EXPECT_INT(retrain_next(&retrain, WEEK), 107 * NS_PER_DAY);
}

TEST(one_that_fails_is_tried_again_a_day_later_then_two_and_at_most_a_week)
{
    struct retrain retrain = {.done_ns = 1, .begun_ns = 1};
    for (uint32_t i = 1; i <= 9; i++) {
        retrain_begin(&retrain, 100 * NS_PER_DAY);
        retrain_end(&retrain, false);
        EXPECT_INT(retrain_next(&retrain, 4 * WEEK), (100 + (i < 7 ? i : 7)) * NS_PER_DAY);
    }
    EXPECT_INT(retrain_next(&retrain, NS_PER_HOUR), 100 * NS_PER_DAY + 7 * NS_PER_HOUR);
    retrain_end(&retrain, true);
    EXPECT_INT(retrain_next(&retrain, 4 * WEEK), 128 * NS_PER_DAY);
}

TEST(one_that_never_said_how_it_ended_is_not_begun_again_at_once)
{
    struct retrain retrain = {0}, after;
    begin();
    retrain_begin(&retrain, 100 * NS_PER_DAY);
    EXPECT_INT(retrain_write(folder, &retrain), 0); /* and the machine stops */
    retrain_read(folder, &after);
    EXPECT_INT(retrain_next(&after, WEEK), 101 * NS_PER_DAY);
    end();
}

TEST(one_that_ended_with_its_session_is_as_if_it_had_not_begun)
{
    const struct retrain before = {
        .done_ns = 5 * NS_PER_DAY, .begun_ns = 6 * NS_PER_DAY, .failed = 1};
    struct retrain retrain = before;
    retrain_begin(&retrain, 100 * NS_PER_DAY);
    retrain_withdraw(&retrain, &before);
    EXPECT_INT(retrain_next(&retrain, WEEK), 7 * NS_PER_DAY);
}

TEST(what_is_kept_is_read_back_and_what_is_no_such_file_is_of_none)
{
    const struct retrain kept = {
        .done_ns = INT64_C(1706746691251573200), .begun_ns = 2, .failed = 3};
    struct retrain read = {.failed = 9};
    char path[128];
    begin();
    retrain_read(folder, &read);
    EXPECT(read.done_ns == 0 && read.begun_ns == 0 && read.failed == 0);
    EXPECT_INT(retrain_write(folder, &kept), 0);
    retrain_read(folder, &read);
    EXPECT_INT(read.done_ns, kept.done_ns);
    EXPECT_INT(read.begun_ns, 2);
    EXPECT_INT(read.failed, 3);
    snprintf(path, sizeof path, "%s/" RETRAIN_FILE, folder);
    FILE *out = fopen(path, "w");
    EXPECT(out != NULL);
    fputs("{\"done\": 7, \"begun\"", out);
    fclose(out);
    retrain_read(folder, &read);
    EXPECT_INT(read.done_ns, 0);
    end();
}

TEST(it_looks_at_the_finest_candles_that_any_strategy_or_the_model_looks_at)
{
    struct engine_config *config = calloc(1, sizeof *config);
    config->strategy_count = 2;
    ((struct strategy_params *)(void *)config->strategies[0].params)->timeframe = TIMEFRAME_4H;
    ((struct strategy_params *)(void *)config->strategies[1].params)->timeframe = TIMEFRAME_1H;
    config->chain.model.timeframe = TIMEFRAME_1D;
    EXPECT_INT(retrain_timeframe(config), TIMEFRAME_1H);
    config->chain.model.timeframe = TIMEFRAME_15M;
    EXPECT_INT(retrain_timeframe(config), TIMEFRAME_15M);
    free(config);
}

static void put_candle(const char *symbol)
{
    struct candle_key key = {.venue = "KRAKEN", .timeframe = TIMEFRAME_1H};
    const struct candle candle = {
        .time_ns = 0, .open = 1, .high = 1, .low = 1, .close = 1, .volume = 1};
    struct candle_merge_result result;
    char error[256] = "";
    snprintf(key.symbol, sizeof key.symbol, "%s", symbol);
    EXPECT_INT(candle_file_merge(folder, &key, &candle, 1, false, &result, error, sizeof error), 0);
}

TEST(it_takes_the_pairs_that_the_store_has_in_their_order_and_none_without_the_first)
{
    static const char *const symbols[] = {"BTC/USD", "ETH/USD", "SOL/USD"};
    char pairs[64], error[256] = "";
    begin();
    put_candle("SOL/USD");
    EXPECT(!retrain_pairs(folder, symbols, 3, pairs, sizeof pairs, error, sizeof error));
    EXPECT(strstr(error, "no candles of BTC/USD, the first pair") != NULL);
    put_candle("BTC/USD");
    EXPECT(retrain_pairs(folder, symbols, 3, pairs, sizeof pairs, error, sizeof error));
    EXPECT_TEXT(pairs, "BTC/USD SOL/USD");
    EXPECT(!retrain_pairs(folder, symbols, 3, pairs, 10, error, sizeof error));
    end();
}
