/* SPDX-License-Identifier: MIT */
#include "core/strategy/strategy.h"

#include "core/base/prng.h"
#include "core/strategy/rule.h"
#include "story.h"

TEST(every_strategy_is_found_by_its_name)
{
    EXPECT(strategy_table_count >= 8 && strategy_table_count <= STRATEGY_MAX);
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        uint32_t index = 99;
        EXPECT(strategy_find(strategy_table[i]->name, &index) == strategy_table[i]);
        EXPECT_INT(index, i);
    }
    uint32_t index = 99;
    EXPECT(strategy_find("sma", &index) == NULL);
    EXPECT(strategy_find("", NULL) == NULL);
    EXPECT_INT(index, 99);
}

/* Journals and snapshots of months ago hold these numbers. */
TEST(a_strategy_keeps_its_index_for_ever)
{
    static const char *const names[] = {
        "sma_cross", "trend",    "mean_reversion", "sma_pair", "channel", "swing",
        "dca",       "momentum", "breakout",       "reversal", "keltner"};
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++)
        EXPECT_TEXT(strategy_table[i]->name, names[i]);
}

TEST(every_strategy_declares_itself_soundly)
{
    for (uint32_t s = 0; s < strategy_table_count; s++) {
        const struct strategy *strategy = strategy_table[s];
        EXPECT(strategy->params_size <= STRATEGY_PARAMS_SIZE);
        EXPECT(strategy->option_count <= STRATEGY_PARAM_MAX);
        EXPECT(strlen(strategy->help) > 0);
        EXPECT_TEXT(strategy->options[0].name, "timeframe");
        EXPECT_INT(strategy->options[0].type, OPTION_CHOICE);
        EXPECT(strategy->options[0].choices == timeframe_names);
        EXPECT_INT(strategy->options[0].offset, offsetof(struct strategy_params, timeframe));
        for (uint32_t i = 0; i < strategy->option_count; i++) {
            const struct option *option = &strategy->options[i];
            EXPECT(option->offset + option->size <= strategy->params_size);
            EXPECT(option->type == OPTION_CHOICE || option->min < option->max);
            EXPECT(strlen(option->help) > 0);
            for (uint32_t k = 0; k < i; k++) {
                EXPECT(strcmp(strategy->options[k].name, option->name) != 0);
                EXPECT(strategy->options[k].offset != option->offset);
            }
        }
    }
}

/* A strategy's section of docs/strategies.md, in `text`, terminated. */
static const char *section_of(char *text, const char *name)
{
    char head[64];
    snprintf(head, sizeof head, "\n## %s\n", name);
    char *section = strstr(text, head);
    assert_non_null(section);
    char *next = strstr(section + strlen(head), "\n## ");
    assert_non_null(next);
    *next = '\0';
    return section;
}

TEST(the_page_of_strategies_gives_every_parameter_with_its_default_and_range)
{
    static char page[65536], text[65536];
    char path[4096];
    const char *source = getenv("CUTTLE_SOURCE");
    snprintf(path, sizeof path, "%s/docs/strategies.md", source ? source : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);

    for (uint32_t s = 0; s < strategy_table_count; s++) {
        memcpy(text, page, sizeof text);
        const char *section = section_of(text, strategy_table[s]->name);
        for (uint32_t i = 0; i < strategy_table[s]->option_count; i++) {
            const struct option *option = &strategy_table[s]->options[i];
            char row[200], range[80] = "";
            if (option->type == OPTION_DURATION)
                snprintf(range, sizeof range, "%gh..%gh ", option->min / 3600, option->max / 3600);
            else if (option->type != OPTION_CHOICE)
                snprintf(range, sizeof range, "%g..%g ", option->min, option->max);
            snprintf(row, sizeof row, "| `%s` | %s%s%s | %s|", option->name, option->initial,
                     option->unit[0] ? " " : "", option->unit, range);
            if (strstr(section, row) == NULL)
                fail_msg("docs/strategies.md, %s, lacks: %s", strategy_table[s]->name, row);
        }
    }
}

TEST(every_parameter_may_stand_at_either_end_of_its_range)
{
    static struct story story;
    for (uint32_t s = 0; s < strategy_table_count; s++) {
        for (uint32_t i = 0; i < strategy_table[s]->option_count; i++) {
            const struct option *option = &strategy_table[s]->options[i];
            for (int end = 0; end < 2 && option->type != OPTION_CHOICE; end++) {
                char text[40];
                snprintf(text, sizeof text, "%.17g%s", end ? option->max : option->min,
                         option->type == OPTION_DURATION ? "s" : "");
                story_init(&story, strategy_table[s]->name);
                story_set(&story, option->name, text);
                /* What contradicts another parameter is refused by words, never by a CHECK. */
                if (story.strategy->check(story.params) == NULL)
                    story_plan(&story);
            }
        }
    }
}

/* Each on another timeframe than the one before, so that little is shared. */
TEST(all_strategies_at_once_find_room_in_one_panel)
{
    static struct story story;
    static struct panel_plan plan;
    uint32_t slots[STRATEGY_SLOT_MAX];
    panel_plan_init(&plan);
    for (uint32_t s = 0; s < strategy_table_count; s++) {
        story_init(&story, strategy_table[s]->name);
        story_set(&story, "timeframe", timeframe_names[s % TIMEFRAME_COUNT]);
        EXPECT(story.strategy->plan(story.params, &plan, slots) <= STRATEGY_SLOT_MAX);
    }
    EXPECT(!plan.refused);
}

/* Trades for a while, then stands at a price for 600 candles: the windows hold nothing else, but
 * the sums that were moved along still hold the rounding of what came before. */
static void stand_still(struct story *story, struct prng *prng)
{
    /* When as many candles have passed as the longest window has, it holds one price alone.
     * Smoothed averages only come nearer and nearer to it, and may still cross until rounding stops
     * them. */
    int64_t window = panel_plan_warmup(&story->plan, story_timeframe(story));
    int64_t settled = story->strategy == strategy_find("trend", NULL) ? 800 : 300 + window;
    int64_t length = timeframe_ns[story_timeframe(story)];
    double price = (double)prng_below(prng, 1000000) / 100 + 1;
    for (int64_t i = 0; i < 900; i++) {
        double moved = i < 300 ? price + (double)prng_below(prng, 100) / 100 : price;
        struct candle candle = {i * length, moved, moved, moved, moved, 1};
        struct signal signal = story_candle(story, &candle);
        story_expect_sound(&signal, moved);
        EXPECT(i < settled || signal.direction == 0);
    }
}

TEST(every_strategy_says_nothing_in_a_market_that_stands_still)
{
    static struct story story;
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t round = 0; round < 50; round++) {
        for (uint32_t s = 0; s < strategy_table_count; s++) {
            story_init(&story, strategy_table[s]->name);
            story_plan(&story);
            stand_still(&story, &prng);
        }
    }
}

TEST(every_strategy_says_nothing_in_a_market_that_never_moved_or_traded)
{
    static struct story story;
    for (uint32_t s = 0; s < strategy_table_count; s++) {
        story_init(&story, strategy_table[s]->name);
        story_plan(&story);
        int64_t length = timeframe_ns[story_timeframe(&story)];
        for (int64_t i = 0; i < 600; i++) {
            struct candle candle = {i * length, 0.1, 0.1, 0.1, 0.1, 0};
            struct signal signal = story_candle(&story, &candle);
            story_expect_sound(&signal, 0.1);
            EXPECT(signal.reason == REASON_NONE || (signal.reason == REASON_WARMING_UP && i < 500));
        }
    }
}

TEST(a_crossing_needs_both_sides)
{
    EXPECT_INT(rule_cross(9, 10, 11, 10), 1);
    EXPECT_INT(rule_cross(10, 10, 11, 10), 1);
    EXPECT_INT(rule_cross(11, 10, 12, 10), 0);
    EXPECT_INT(rule_cross(9, 10, 10, 10), 0);
    EXPECT_INT(rule_cross(11, 10, 9, 10), -1);
    EXPECT_INT(rule_cross(10, 10, 9, 10), -1);
    EXPECT_INT(rule_cross(9, 10, 8, 10), 0);
    EXPECT_INT(rule_cross(11, 10, 10, 10), 0);
    EXPECT_INT(rule_cross(10, 10, 10, 10), 0);
}

TEST(a_distance_of_rounding_alone_is_a_touch)
{
    double p = 512.37, above = p * (1 + 4e-13), below = p * (1 - 4e-13);
    EXPECT_INT(rule_cross(below, p, above, p), 0);
    EXPECT_INT(rule_cross(above, p, below, p), 0);
    /* Having touched from above by rounding, a real rise is still a crossing. */
    EXPECT_INT(rule_cross(above, p, p * (1 + 1e-11), p), 1);
    EXPECT_INT(rule_cross(below, p, p * (1 - 1e-11), p), -1);
}

TEST(a_distance_without_a_range_to_measure_by_is_zero)
{
    EXPECT_NEAR(rule_in_atr(3, 2), 1.5, 0);
    EXPECT_NEAR(rule_in_atr(3, 0), 0, 0);
    EXPECT_NEAR(rule_clamp(-2, 0, 1), 0, 0);
    EXPECT_NEAR(rule_clamp(0.5, 0, 1), 0.5, 0);
    EXPECT_NEAR(rule_clamp(7, 0, 1), 1, 0);
}

TEST(a_way_is_measured_from_where_it_begins_and_is_never_more_than_gone)
{
    EXPECT_NEAR(rule_way(24, 30, 0), 0.2, 1e-15);
    EXPECT_NEAR(rule_way(76, 70, 100), 0.2, 1e-15);
    EXPECT_NEAR(rule_way(70, 70, 100), 0, 0);
    EXPECT_NEAR(rule_way(31, 30, 0), 0, 0);
    EXPECT_NEAR(rule_way(101, 70, 100), 1, 0);
}

TEST(a_sum_of_parts_is_enough_when_only_its_rounding_falls_short)
{
    EXPECT(0.3 + 0.15 + 0.2 < 0.65);
    EXPECT(rule_enough(0.3 + 0.15 + 0.2, 0.65));
    EXPECT(rule_enough(0.66, 0.65));
    EXPECT(!rule_enough(0.6499999999, 0.65));
}

TEST(a_price_that_cannot_be_is_none)
{
    EXPECT_NEAR(rule_price(1e-9), 1e-9, 0);
    EXPECT_NEAR(rule_price(0), 0, 0);
    EXPECT_NEAR(rule_price(-3), 0, 0);
}

TEST(exits_are_placed_net_of_fees)
{
    const struct {
        int32_t direction;
        double price, atr, stop_atr, target_atr, fee;
        double stop, target;
    } story[] = {
        /* No fee: two ATR down, three up. */
        {1, 1000, 10, 2, 3, 0, 980, 1030},
        /* 0.8 % of 1000 is 8: the stop comes in by it, the target goes out by it. */
        {1, 1000, 10, 2, 3, 0.008, 988, 1038},
        {-1, 1000, 10, 2, 3, 0.008, 1012, 962},
        /* 20 - 10 is exactly the fees themselves: the nearest a stop may be. */
        {1, 1000, 10, 2, 3, 0.010, 990, 1040},
        {1, 1000, 10, 2, 3, 0.018, 982, 1048},
        {-1, 1000, 10, 2, 3, 0.030, 1030, 940},
        /* Below zero there is no price: none. */
        {1, 10, 10, 2, 3, 0, 0, 40},
        {-1, 10, 10, 2, 3, 0, 30, 0},
        /* Nothing to measure by. */
        {1, 1000, 0, 2, 3, 0.008, 0, 0},
    };
    for (uint32_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        struct signal signal = {.direction = story[i].direction};
        strategy_place_exits(&signal, story[i].price, story[i].atr, story[i].stop_atr,
                             story[i].target_atr, story[i].fee);
        EXPECT_NEAR(signal.stop, story[i].stop, 1e-9);
        EXPECT_NEAR(signal.target, story[i].target, 1e-9);
    }
}

TEST(a_stop_is_drawn_in_to_what_refutes_the_signal_but_not_into_the_fees)
{
    const struct {
        int32_t direction;
        double stop, refuted, fee;
        double drawn;
    } story[] = {
        /* From 20 below 1000 to 12 below it; what lies further out changes nothing. */
        {1, 980, 988, 0, 988},
        {1, 980, 980, 0, 980},
        {1, 980, 975, 0, 980},
        {-1, 1020, 1012, 0, 1012},
        {-1, 1020, 1025, 0, 1020},
        /* A round trip costs 15: no nearer. Where the stop stands there already, it stays. */
        {1, 980, 988, 0.015, 985},
        {-1, 1020, 1012, 0.015, 1015},
        {1, 985, 999, 0.015, 985},
        /* On the wrong side of the price it is still the fees that are kept. */
        {1, 980, 1001, 0.010, 990},
        /* None stays none. */
        {1, 0, 988, 0, 0},
        {-1, 0, 1012, 0, 0},
    };
    for (uint32_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        struct signal signal = {.direction = story[i].direction, .stop = story[i].stop};
        strategy_draw_stop(&signal, 1000, story[i].refuted, story[i].fee);
        EXPECT_NEAR(signal.stop, story[i].drawn, 1e-9);
    }
}

TEST(a_stop_hit_loses_its_atrs_and_a_target_hit_gains_them_after_fees)
{
    double price = 500, atr = 7, fee = 0.004;
    for (int32_t direction = -1; direction <= 1; direction += 2) {
        struct signal signal = {.direction = direction};
        strategy_place_exits(&signal, price, atr, 2, 3, fee);
        EXPECT_NEAR(direction * (price - signal.stop) + price * fee, 2 * atr, 1e-9);
        EXPECT_NEAR(direction * (signal.target - price) - price * fee, 3 * atr, 1e-9);
    }
}
