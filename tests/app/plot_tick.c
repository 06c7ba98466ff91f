/* SPDX-License-Identifier: MIT */
#include "app/plot_tick.h"

#include "core/base/timestamp.h"
#include "test.h"

static void expect_ticks(const struct tick *ticks, size_t count, const char *want)
{
    char text[1024] = "";
    for (size_t i = 0; i < count; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? "; " : "",
                 ticks[i].text);
    }
    EXPECT_TEXT(text, want);
}

static void expect_values(double low, double high, enum plot_unit unit, const char *want)
{
    struct tick ticks[TICK_MAX];
    expect_ticks(ticks, ticks_of_values(low, high, unit, 5, ticks), want);
}

TEST(values_stand_at_round_figures)
{
    expect_values(9613e8, 12840e8, PLOT_MONEY, "10,000; 11,000; 12,000");
    expect_values(9999.2e8, 10000.9e8, PLOT_MONEY, "9,999.5; 10,000.0; 10,000.5");
    expect_values(0, 1.2e6 * 1e8, PLOT_MONEY, "0; 250,000; 500,000; 750,000; 1,000,000");
    expect_values(-0.21, 0.001, PLOT_PART, "-20 %; -15 %; -10 %; -5 %; 0 %");
    expect_values(-0.012, 0, PLOT_PART, "-1.00 %; -0.75 %; -0.50 %; -0.25 %; 0.00 %");
    expect_values(5, 5, PLOT_PART, "");
}

TEST(a_tick_stands_where_its_text_says)
{
    struct tick ticks[TICK_MAX];
    EXPECT_INT((int64_t)ticks_of_values(9613e8, 12840e8, PLOT_MONEY, 5, ticks), 3);
    EXPECT_NEAR(ticks[1].at, 11000e8, 1e-3);
    EXPECT_INT((int64_t)ticks_of_values(-0.21, 0, PLOT_PART, 5, ticks), 5);
    EXPECT_NEAR(ticks[0].at, -0.2, 1e-12);
}

TEST(what_is_counted_stands_at_whole_numbers)
{
    struct tick ticks[TICK_MAX];
    expect_ticks(ticks, ticks_of_things(730, 9, ticks), "0; 100; 200; 300; 400; 500; 600; 700");
    expect_ticks(ticks, ticks_of_things(3, 9, ticks), "0; 1; 2; 3");
    expect_ticks(ticks, ticks_of_things(0, 9, ticks), "");
}

static void expect_times(const char *from, const char *until, const char *want)
{
    struct tick ticks[TICK_MAX];
    int64_t from_ns, until_ns;
    EXPECT(timestamp_parse(from, strlen(from), &from_ns));
    EXPECT(timestamp_parse(until, strlen(until), &until_ns));
    const size_t count = ticks_of_times(from_ns, until_ns, 6, ticks);
    expect_ticks(ticks, count, want);
    for (size_t i = 0; i < count; i++) {
        EXPECT(ticks[i].at >= (double)from_ns && ticks[i].at <= (double)until_ns);
    }
}

TEST(times_stand_at_beginnings_of_the_calendar)
{
    expect_times("2024-02-28T22:10Z", "2024-02-29T03:00Z",
                 "28 Feb 23:00; 29 Feb 00:00; 29 Feb 01:00; 29 Feb 02:00; 29 Feb 03:00");
    expect_times("2024-02-27", "2024-03-02",
                 "27 Feb 2024; 28 Feb 2024; 29 Feb 2024; 1 Mar 2024; 2 Mar 2024");
    expect_times("2021-11-02", "2022-04-20", "Dec 2021; Jan 2022; Feb 2022; Mar 2022; Apr 2022");
    expect_times("2020-01-01", "2022-12-31",
                 "Jan 2020; Jul 2020; Jan 2021; Jul 2021; Jan 2022; Jul 2022");
    expect_times("2013-10-06", "2023-03-31", "2014; 2016; 2018; 2020; 2022");
}
