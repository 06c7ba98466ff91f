/* SPDX-License-Identifier: MIT */
#include "research/jitter.h"

#include "test.h"

struct values {
    int64_t fast, few;
    double stop, tight;
    int64_t hold_ns;
    int64_t floor;
    int32_t colour;
    bool on;
};

static const char *const colours[] = {"red", "green", NULL};

static const struct option rows[] = {
    {"fast", OPTION_INT, "candles", "20", 1, 510, NULL, OPTION_FIELD(struct values, fast), "a"},
    {"few", OPTION_INT, "", "2", 1, 3, NULL, OPTION_FIELD(struct values, few), "b"},
    {"stop", OPTION_REAL, "", "2", 0.5, 10, NULL, OPTION_FIELD(struct values, stop), "c"},
    {"tight", OPTION_REAL, "", "0.98", 0, 1, NULL, OPTION_FIELD(struct values, tight), "d"},
    {"hold", OPTION_DURATION, "", "1h", 60, 86400, NULL, OPTION_FIELD(struct values, hold_ns), "e"},
    {"floor", OPTION_MONEY, "USD", "10", 1, 1e6, NULL, OPTION_FIELD(struct values, floor), "f"},
    {"colour", OPTION_CHOICE, "", "red", 0, 0, colours, OPTION_FIELD(struct values, colour), "g"},
    {"on", OPTION_BOOL, "", "true", 0, 0, NULL, OPTION_FIELD(struct values, on), "h"},
};

enum { FAST, FEW, STOP, TIGHT, HOLD, FLOOR, COLOUR, ON };

static const struct config_section section = {
    "strategy.trend", rows, sizeof rows / sizeof rows[0], NULL, "a strategy", false};

static struct jitter jitter;

static bool add(uint32_t option, const char *text, double by)
{
    jitter.count = 0;
    return jitter_add(&jitter, &section, option, text, by);
}

/* The least and the most of two thousand draws. */
static void expect_range(double least, double most, double tolerance)
{
    struct prng prng;
    double values[JITTER_AXIS_MAX], low = INFINITY, high = -INFINITY;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 2000; i++) {
        jitter_draw(&jitter, &prng, values);
        low = fmin(low, values[0]);
        high = fmax(high, values[0]);
    }
    EXPECT_NEAR(low, least, tolerance);
    EXPECT_NEAR(high, most, tolerance);
}

TEST(a_number_moves_by_its_part_and_a_whole_one_in_whole_steps)
{
    EXPECT(add(STOP, "2.5", 0.1));
    EXPECT_NEAR(jitter.present[0], 2.5, 0);
    expect_range(2.25, 2.75, 0.002);
    EXPECT(add(FAST, "40", 0.1));
    EXPECT_NEAR(jitter.present[0], 40, 0);
    expect_range(36, 44, 0);
    struct prng prng;
    double values[JITTER_AXIS_MAX];
    prng_init(&prng, 1);
    for (int i = 0; i < 100; i++) {
        jitter_draw(&jitter, &prng, values);
        EXPECT_NEAR(values[0], round(values[0]), 0);
    }
}

TEST(a_whole_number_too_small_for_its_part_moves_by_one)
{
    EXPECT(add(FAST, "5", 0.1));
    expect_range(4, 6, 0);
}

TEST(nothing_moves_beyond_what_its_option_takes)
{
    EXPECT(add(FEW, "3", 0.1));
    expect_range(2, 3, 0);
    EXPECT(add(FEW, "1", 0.1));
    expect_range(1, 2, 0);
    EXPECT(add(TIGHT, "0.98", 0.1));
    expect_range(0.882, 1, 0.001);
}

TEST(durations_and_money_move_in_their_units)
{
    EXPECT(add(HOLD, "1h", 0.1));
    expect_range(3600 - 360, 3600 + 360, 3);
    EXPECT(add(FLOOR, "100", 0.2));
    expect_range(80, 120, 0.1);
}

TEST(words_truths_and_what_is_switched_off_stay)
{
    EXPECT(!add(COLOUR, "red", 0.1));
    EXPECT(!add(ON, "true", 0.1));
    EXPECT(!add(TIGHT, "0", 0.1));
    EXPECT_INT(jitter.count, 0);
}

TEST(moved_by_nothing_a_number_between_others_is_not_moved)
{
    EXPECT(!add(STOP, "2", 0));
    EXPECT_INT(jitter.count, 0);
}
