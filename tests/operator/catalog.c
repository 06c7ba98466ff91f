/* SPDX-License-Identifier: MIT */
#include "operator/sentence/catalog.h"

#include "test.h"

TEST(an_indicators_name_means_all_of_its_columns)
{
    struct catalog_choice choice;
    char name[CATALOG_TEXT_MAX];
    assert_null(catalog_parse("macd:12:26:9", TIMEFRAME_5M, &choice));
    EXPECT_INT(choice.ask.indicator, INDICATOR_MACD);
    EXPECT_INT(choice.ask.timeframe, TIMEFRAME_5M);
    EXPECT_INT(choice.ask.period, 12);
    EXPECT_INT(choice.ask.second, 26);
    EXPECT_INT(choice.ask.third, 9);
    EXPECT_INT(choice.first, 0);
    EXPECT_INT(choice.count, 3);
    catalog_column_name(&choice.ask, 1, name, sizeof name);
    EXPECT_TEXT(name, "macd_12_26_9_signal");
}

TEST(a_columns_name_means_it_alone)
{
    struct catalog_choice choice;
    char name[CATALOG_TEXT_MAX];
    assert_null(catalog_parse("bb_lower:20:2.5", TIMEFRAME_1M, &choice));
    catalog_ask_name(&choice.ask, name, sizeof name);
    EXPECT_TEXT(name, "bb:20:2.5");
    EXPECT_INT(choice.ask.indicator, INDICATOR_BOLLINGER);
    EXPECT_NEAR(choice.ask.factor, 2.5, 0);
    EXPECT_INT(choice.first, 2);
    EXPECT_INT(choice.count, 1);
    catalog_column_name(&choice.ask, 2, name, sizeof name);
    EXPECT_TEXT(name, "bb_20_2.5_lower");
    assert_null(catalog_parse("lowest:20", TIMEFRAME_1M, &choice));
    EXPECT_INT(choice.ask.indicator, INDICATOR_EXTREMES);
    EXPECT_INT(choice.first, 1);
}

TEST(a_refused_text_leaves_the_choice_as_it_was)
{
    static const char *const wrong[] = {
        "",         "rsx:14",  "rsi",      "rsi:",        "rsi:14:", "rsi:14:3",
        "rsi:fast", "rsi:-1",  "rsi:1e9",  "obv:1",       "bb:20",   "bb:20:-1",
        "rsi:0",    "rsi:512", "bb_:20:2", "levels:4:0.1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct catalog_choice choice = {.count = 77};
        if (catalog_parse(wrong[i], TIMEFRAME_1M, &choice) == NULL)
            fail_msg("\"%s\" was taken", wrong[i]);
        EXPECT_INT(choice.count, 77);
    }
}

TEST(every_indicator_can_be_asked_for_as_its_usage_says)
{
    for (uint32_t i = 0; i < INDICATOR_COUNT; i++) {
        char usage[CATALOG_TEXT_MAX], text[CATALOG_TEXT_MAX] = "";
        catalog_usage((enum indicator)i, usage, sizeof usage);
        /* Each parameter as a number: 5 6 7, and 0.25 for the last where it is not a period. */
        size_t len = strcspn(usage, ":");
        snprintf(text, sizeof text, "%.*s", (int)len, usage);
        int number = 5;
        for (const char *at = strchr(usage, ':'); at != NULL; at = strchr(at + 1, ':')) {
            const bool factor = strcmp(at, ":DEVIATIONS") == 0 || strcmp(at, ":ATRS") == 0 ||
                                strcmp(at, ":TOLERANCE") == 0;
            len = strlen(text);
            snprintf(text + len, sizeof text - len, factor ? ":0.25" : ":%d", number++);
        }
        struct catalog_choice choice;
        const char *fault = catalog_parse(text, TIMEFRAME_1M, &choice);
        if (fault != NULL)
            fail_msg("%s: %s", text, fault);
        EXPECT_INT(choice.ask.indicator, i);
        EXPECT(strlen(catalog_help((enum indicator)i)) > 5);
        for (uint32_t k = 0; k < choice.count; k++)
            EXPECT(catalog_column_warmup(&choice.ask, k) <= panel_ask_warmup(&choice.ask));
    }
}
