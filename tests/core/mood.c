/* SPDX-License-Identifier: MIT */
#include "core/decision/mood.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "options_fixture.h"

static struct mood_config defaults(void)
{
    struct mood_config config;
    options_default(mood_options, mood_option_count, &config);
    EXPECT(!config.enabled);
    config.enabled = true;
    return config;
}

static enum mood_kind judge(const struct mood_config *config, double leader, uint32_t risen,
                            uint32_t counted)
{
    const struct mood_count count = {true, leader, risen, counted};
    return mood_judge(config, &count).kind;
}

TEST(the_mood_goes_by_the_leader_and_the_breadth)
{
    const struct mood_config config = defaults();
    const struct {
        double leader;
        uint32_t risen, counted;
        enum mood_kind kind;
    } lines[] = {
        {-0.1, 20, 20, MOOD_PANIC},     {-0.0999, 20, 20, MOOD_CAUTION},
        {-0.05, 4, 20, MOOD_PANIC},     {-0.05, 5, 20, MOOD_CAUTION},
        {-0.0499, 4, 20, MOOD_CAUTION}, {-0.0499, 5, 20, MOOD_NORMAL},
        {0, 0, 20, MOOD_NORMAL},        {0.0999, 20, 20, MOOD_NORMAL},
        {0.1, 16, 20, MOOD_EUPHORIA},   {0.1, 15, 20, MOOD_NORMAL},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        EXPECT_INT(judge(&config, lines[i].leader, lines[i].risen, lines[i].counted),
                   lines[i].kind);
    }
}

TEST(fewer_than_five_pairs_have_no_breadth)
{
    const struct mood_config config = defaults();
    EXPECT_INT(judge(&config, -0.05, 0, 4), MOOD_CAUTION);
    EXPECT_INT(judge(&config, -0.05, 0, 5), MOOD_PANIC);
    EXPECT_INT(judge(&config, -0.01, 0, 4), MOOD_NORMAL);
    EXPECT_INT(judge(&config, -0.01, 0, 5), MOOD_CAUTION);
    EXPECT_INT(judge(&config, 0.2, 1, 4), MOOD_EUPHORIA);
    EXPECT_INT(judge(&config, 0.2, 1, 5), MOOD_NORMAL);
    EXPECT_INT(judge(&config, -0.1, 1, 1), MOOD_PANIC);
}

TEST(a_pair_counts_once_it_is_warm_and_one_that_stands_still_has_not_fallen)
{
    struct mood_count count = {0};
    mood_add(&count, &(struct panel_cell){.ready = false, .now = {-50}}, true);
    EXPECT(!count.known && count.counted == 0);
    mood_add(&count, &(struct panel_cell){.ready = true, .now = {NAN}}, true);
    EXPECT(!count.known && count.counted == 0);
    mood_add(&count, &(struct panel_cell){.ready = true, .now = {-12}}, true);
    mood_add(&count, &(struct panel_cell){.ready = true, .now = {0}}, false);
    mood_add(&count, &(struct panel_cell){.ready = true, .now = {3}}, false);
    EXPECT(count.known && count.counted == 3 && count.risen == 2);
    EXPECT_NEAR(count.leader, -0.12, 1e-12);
    const struct mood_config config = defaults();
    const struct mood mood = mood_judge(&config, &count);
    EXPECT_INT(mood.kind, MOOD_PANIC);
    EXPECT_NEAR(mood.breadth, 2.0 / 3, 1e-12);
    EXPECT_INT(mood.span_ns, 24 * NS_PER_HOUR);
}

TEST(without_a_leader_or_switched_off_the_mood_is_unknown)
{
    struct mood_config config = defaults();
    const struct mood_count others = {false, 0, 0, 9}, all = {true, -0.5, 0, 9}, none = {0};
    EXPECT_INT(mood_judge(&config, &others).kind, MOOD_UNKNOWN);
    EXPECT_INT(mood_judge(&config, &none).kind, MOOD_UNKNOWN);
    config.enabled = false;
    EXPECT_INT(mood_judge(&config, &all).kind, MOOD_UNKNOWN);
    struct panel_plan plan;
    uint32_t slot = 9;
    panel_plan_init(&plan);
    mood_plan(&config, &plan, &slot);
    EXPECT(plan.count == 0 && slot == 0);
    config.enabled = true;
    mood_plan(&config, &plan, &slot);
    EXPECT(plan.count == 1 && plan.timeframes == 1u << TIMEFRAME_1H);
}

TEST(panic_stops_caution_halves_euphoria_takes_a_quarter)
{
    const struct mood_config config = defaults();
    const struct {
        enum mood_kind kind;
        double size, confidence;
    } lines[] = {
        {MOOD_UNKNOWN, 1, 0}, {MOOD_PANIC, 0, 0.05},       {MOOD_CAUTION, 0.5, 0.05},
        {MOOD_NORMAL, 1, 0},  {MOOD_EUPHORIA, 0.75, 0.05},
    };
    for (uint32_t i = 0; i < 5; i++) {
        const struct regime_effect effect = mood_effect(&config, lines[i].kind);
        EXPECT_NEAR(effect.size, lines[i].size, 0);
        EXPECT_NEAR(effect.confidence, lines[i].confidence, 0);
        EXPECT(effect.stop == 1 && effect.target == 1);
    }
}

TEST(a_lower_leader_or_a_smaller_breadth_never_cheers_the_market)
{
    const struct mood_config config = defaults();
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t i = 0; i < 20000; i++) {
        const uint32_t counted = 1 + (uint32_t)prng_below(&prng, 30);
        const uint32_t risen = (uint32_t)prng_below(&prng, counted + 1);
        const double leader = prng_real(&prng) - 0.5, lower = leader - 0.2 * prng_real(&prng);
        const uint32_t fewer = (uint32_t)prng_below(&prng, risen + 1);
        /* The kinds stand in the order of their cheer. */
        EXPECT(judge(&config, lower, risen, counted) <= judge(&config, leader, risen, counted));
        EXPECT(judge(&config, leader, fewer, counted) <= judge(&config, leader, risen, counted));
    }
}

TEST(figures_out_of_order_are_refused)
{
    struct mood_config config = defaults();
    EXPECT(mood_check(&config) == NULL);
    config.caution_fall = config.panic_fall;
    EXPECT(strstr(mood_check(&config), "caution_fall") != NULL);
    config = defaults();
    config.breadth_low = config.breadth_high;
    EXPECT(strstr(mood_check(&config), "breadth_low") != NULL);
}
