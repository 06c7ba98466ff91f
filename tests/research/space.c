/* SPDX-License-Identifier: MIT */
#include "research/space.h"

#include "test.h"

struct values {
    int64_t fast;
    double stop;
    int64_t hold_ns;
    int64_t floor;
    bool enabled;
    int32_t colour;
    char name[8];
    int64_t any;
};

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct option rows[] = {
    {"fast", OPTION_INT, "candles", "20", 1, 510, NULL, OPTION_FIELD(struct values, fast), "a"},
    {"stop_atr", OPTION_REAL, "", "2", 0.5, 10, NULL, OPTION_FIELD(struct values, stop), "b"},
    {"hold", OPTION_DURATION, "", "1h", 60, 86400, NULL, OPTION_FIELD(struct values, hold_ns), "c"},
    {"floor", OPTION_MONEY, "USD", "10", 1, 1e6, NULL, OPTION_FIELD(struct values, floor), "d"},
    {"enabled", OPTION_BOOL, "", "true", 0, 0, NULL, OPTION_FIELD(struct values, enabled), "e"},
    {"colour", OPTION_CHOICE, "", "red", 0, 0, colours, OPTION_FIELD(struct values, colour), "f"},
    {"name", OPTION_TEXT, "", "", 0, 0, NULL, OPTION_FIELD(struct values, name), "g"},
    {"any", OPTION_INT, "", "0", 0, 0, NULL, OPTION_FIELD(struct values, any), "h"},
};

static const struct config_section section = {
    "strategy.trend", rows, sizeof rows / sizeof rows[0], NULL, "a strategy", false};

static int add(struct space *space, const char *text, char error[256])
{
    return space_add(space, &section, 1, "trend", text, error, 256);
}

static const struct axis *must_add(struct space *space, const char *text)
{
    char error[256] = "";
    if (add(space, text, error) != 0) {
        print_error("%s: %s\n", text, error);
        EXPECT(false);
    }
    return &space->axes[space->axis_count - 1];
}

/* What a text is refused with. */
static const char *refusal(const char *text)
{
    static char error[256];
    struct space space = {0};
    EXPECT(add(&space, text, error) < 0);
    EXPECT_INT(space.axis_count, 0);
    return error;
}

TEST(a_range_with_a_step_has_its_ends_and_what_lies_between)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "fast=5..50:5");
    EXPECT_TEXT(axis->name, "strategy.trend.fast");
    EXPECT_TEXT(axis->text, "5..50:5");
    EXPECT_INT(axis->kind, AXIS_INT);
    EXPECT_INT(axis->count, 10);
    EXPECT_NEAR(axis_level(axis, 0), 5, 0);
    EXPECT_NEAR(axis_level(axis, 9), 50, 0);
    EXPECT_NEAR(axis_snap(axis, 12.4), 10, 0);
    EXPECT_NEAR(axis_snap(axis, 1000), 50, 0);
    EXPECT_NEAR(axis_snap(axis, -3), 5, 0);
}

/* 5, 12, 19 .. 47: 50 is not on the way, and the axis ends at 47. */
TEST(a_step_that_does_not_meet_the_end_stops_before_it)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "fast=5..50:7");
    EXPECT_INT(axis->count, 7);
    EXPECT_NEAR(axis->max, 47, 0);
    EXPECT_NEAR(axis_snap(axis, 50), 47, 0);
}

/* 0.1 added three times is 0.30000000000000004 in a double. */
TEST(levels_of_a_fraction_are_written_as_one_would_write_them)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "stop_atr=0.5..1.1:0.1");
    char text[32];
    EXPECT_INT(axis->count, 7);
    EXPECT_TEXT(axis_text(axis, axis_level(axis, 3), text, sizeof text), "0.8");
    EXPECT_TEXT(axis_text(axis, axis_level(axis, 6), text, sizeof text), "1.1");
}

TEST(values_named_one_by_one_are_put_into_order)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "fast=20,5,10");
    EXPECT_INT(axis->count, 3);
    EXPECT_NEAR(axis_level(axis, 0), 5, 0);
    EXPECT_NEAR(axis_level(axis, 2), 20, 0);
    EXPECT_NEAR(axis_snap(axis, 14), 10, 0);
    EXPECT_INT(axis_level_of(axis, 16), 2);
}

TEST(whole_numbers_without_a_step_are_all_of_them_and_fractions_are_free)
{
    struct space space = {0};
    EXPECT_INT(must_add(&space, "fast=1..100")->count, 100);
    EXPECT(space_is_finite(&space));
    const struct axis *axis = must_add(&space, "stop_atr=1..4");
    EXPECT_INT(axis->count, AXIS_FREE_LEVELS);
    EXPECT_INT(axis->kind, AXIS_REAL);
    EXPECT(!space_is_finite(&space));
    EXPECT_NEAR(axis_level(axis, 9), 4, 0);
    EXPECT_NEAR(axis_snap(axis, 2.7182818284), 2.71828, 0);
    EXPECT_NEAR(axis_place(axis, 2.5), 0.5, 1e-12);
    EXPECT_NEAR(axis_at(axis, 0.5), 2.5, 0);
}

/* Half way from 1 to 100 along the logarithm is 10. */
TEST(a_logarithm_gives_each_factor_the_same_room)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "fast=1..100:log");
    EXPECT_NEAR(axis_at(axis, 0.5), 10, 0);
    EXPECT_NEAR(axis_place(axis, 10), 0.5, 1e-12);
    /* 1, 1.67, 2.78, 4.64, 7.74, 12.9, 21.5, 35.9, 59.9, 100 as whole numbers. */
    const double levels[] = {1, 2, 3, 5, 8, 13, 22, 36, 60, 100};
    EXPECT_INT(axis->count, 10);
    for (uint32_t i = 0; i < 10; i++) {
        EXPECT_NEAR(axis_level(axis, i), levels[i], 0);
    }
    const struct axis *small = must_add(&space, "floor=1..4:log");
    EXPECT_NEAR(axis_at(small, 0.5), 2, 0);
}

TEST(levels_that_fall_together_are_one)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "fast=1..4:log");
    EXPECT_INT(axis->count, 4);
}

TEST(words_are_indices_of_the_option)
{
    struct space space = {0};
    const struct axis *axis = must_add(&space, "colour=blue,red");
    char text[32];
    EXPECT_INT(axis->kind, AXIS_CHOICE);
    EXPECT_INT(axis->count, 2);
    EXPECT_NEAR(axis_level(axis, 0), 2, 0);
    EXPECT_NEAR(axis_level(axis, 1), 0, 0);
    EXPECT_TEXT(axis_text(axis, 2, text, sizeof text), "blue");
    EXPECT_NEAR(axis_at(axis, 0.2), 2, 0);
    EXPECT_NEAR(axis_at(axis, 0.7), 0, 0);
    EXPECT_NEAR(axis_place(axis, 2), 0.25, 1e-12);
    const struct axis *truth = must_add(&space, "enabled=true,false");
    EXPECT_NEAR(axis_level(truth, 0), 1, 0);
    EXPECT_TEXT(axis_text(truth, 0, text, sizeof text), "false");
}

TEST(without_values_an_axis_is_all_that_the_option_takes)
{
    struct space space = {0};
    EXPECT_INT(must_add(&space, "fast")->count, 510);
    EXPECT_INT(must_add(&space, "colour")->count, 3);
    EXPECT_INT(must_add(&space, "enabled")->count, 2);
    EXPECT_NEAR(must_add(&space, "stop_atr")->max, 10, 0);
    EXPECT(strstr(refusal("any"), "say which") != NULL);
}

TEST(durations_and_money_are_in_seconds_and_whole_currency)
{
    struct space space = {0};
    char text[POINT_TEXT_MAX];
    const struct axis *hold = must_add(&space, "hold=1h..3h:30m");
    EXPECT_INT(hold->count, 5);
    EXPECT_NEAR(axis_level(hold, 1), 5400, 0);
    must_add(&space, "floor=10,25.50");
    const struct point point = {.at = {5400, 25.5}};
    EXPECT_TEXT(space_setting(&space, &point, 0, text), "strategy.trend.hold=90m");
    EXPECT_TEXT(space_setting(&space, &point, 1, text), "strategy.trend.floor=25.50000000");
}

/* 3 * 2 points; the last axis moves fastest. */
TEST(a_grid_has_each_point_once)
{
    struct space space = {0};
    must_add(&space, "fast=5,10,20");
    must_add(&space, "enabled=false,true");
    EXPECT_INT(space_grid_count(&space), 6);
    struct point points[6];
    for (uint64_t i = 0; i < 6; i++) {
        space_grid_point(&space, i, &points[i]);
        for (uint64_t k = 0; k < i; k++) {
            EXPECT(!space_same(&space, &points[i], &points[k]));
        }
    }
    EXPECT_NEAR(points[1].at[0], 5, 0);
    EXPECT_NEAR(points[1].at[1], 1, 0);
    EXPECT_NEAR(points[2].at[0], 10, 0);
    EXPECT_NEAR(points[5].at[0], 20, 0);
}

TEST(a_grid_too_large_to_count_says_so)
{
    struct space space = {.axis_count = SPACE_AXIS_MAX};
    for (uint32_t i = 0; i < SPACE_AXIS_MAX; i++) {
        space.axes[i].count = 10000;
    }
    EXPECT(space_grid_count(&space) == UINT64_MAX);
}

/* Of 3000 draws each of three values has about a thousand (deviation 26), and what is drawn is what
 * snapping leaves alone. */
TEST(draws_are_even_and_lie_on_the_axis)
{
    struct space space = {0};
    must_add(&space, "fast=5,10,400");
    must_add(&space, "stop_atr=1..4");
    struct prng prng;
    prng_init(&prng, test_seed());
    uint32_t counts[3] = {0};
    for (int i = 0; i < 3000; i++) {
        struct point point, snapped;
        space_draw(&space, &prng, &point);
        snapped = point;
        space_snap(&space, &snapped);
        EXPECT(space_same(&space, &point, &snapped));
        EXPECT(point.at[1] >= 1 && point.at[1] <= 4);
        counts[axis_level_of(&space.axes[0], point.at[0])]++;
    }
    for (int i = 0; i < 3; i++) {
        EXPECT_NEAR(counts[i], 1000, 160);
    }
}

/* The text of each level is read back as that level. */
TEST(a_point_is_its_text)
{
    const char *const texts[] = {"fast=1..500:7", "stop_atr=0.5..9.9:log", "hold=1m..1h:1m",
                                 "floor=1..1000", "colour"};
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        struct space space = {0};
        const struct axis *axis = must_add(&space, texts[t]);
        for (uint32_t i = 0; i < axis->count; i++) {
            struct space again = {0};
            const struct point point = {.at = {axis_level(axis, i)}};
            char text[POINT_TEXT_MAX];
            const struct axis *read = must_add(&again, space_setting(&space, &point, 0, text));
            EXPECT_NEAR(axis_level(read, 0), axis_level(axis, i), 0);
        }
    }
}

TEST(what_cannot_be_searched_is_refused_with_the_remedy)
{
    EXPECT_TEXT(refusal("fats=1..5"),
                "there is no option 'strategy.trend.fats' to search; near it are "
                "strategy.trend.fast, strategy.trend.name and strategy.trend.any");
    EXPECT(strstr(refusal("risk.fast=1..5"), "near it are strategy.trend.fast,") != NULL);
    EXPECT_TEXT(refusal("name=a,b"),
                "strategy.trend.name is a text: there is nothing to search in it");
    EXPECT_TEXT(refusal("fast=0..5"), "strategy.trend.fast: 0 is out of range: 1 to 510 candles");
    EXPECT(strstr(refusal("fast=50..5"), "the first must be below the second") != NULL);
    EXPECT(strstr(refusal("fast=5..50:0"), "the step must be above 0") != NULL);
    EXPECT(strstr(refusal("fast=5..50:x"), "'x' is not a whole number") != NULL);
    EXPECT(strstr(refusal("fast=5,10,5"), "5 is named twice") != NULL);
    EXPECT(strstr(refusal("floor=1..1000000:0.01"), "name a wider step") != NULL);
    EXPECT(strstr(refusal("colour=red..blue"), "one by one") != NULL);
    EXPECT(strstr(refusal("colour=purple"), "none of red, green, blue") != NULL);
    EXPECT(strstr(refusal("=1..2"), "write an option and its values") != NULL);
    EXPECT(strstr(refusal("any=-5..5:log"), "above 0") != NULL);
}

TEST(an_axis_is_named_once_and_wants_an_owner)
{
    struct space space = {0};
    char error[256];
    must_add(&space, "fast=1..5");
    EXPECT(add(&space, "strategy.trend.fast=1..5", error) < 0);
    EXPECT_TEXT(error, "strategy.trend.fast is named twice");
    EXPECT(space_add(&space, &section, 1, NULL, "fast=1..5", error, sizeof error) < 0);
    EXPECT(strstr(error, "whose is it?") != NULL);
    EXPECT_INT(space.axis_count, 1);
}
