/* SPDX-License-Identifier: MIT */
#include "core/decision/cooldown.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "options_fixture.h"

#define CLOSED_NS (INT64_C(1700000000) * NS_PER_S)

static struct cooldown_config defaults(void)
{
    struct cooldown_config config;
    options_default(cooldown_options, cooldown_option_count, &config);
    EXPECT(!config.enabled);
    config.enabled = true;
    return config;
}

TEST(a_loss_cools_longer_than_a_gain_in_candles_of_the_strategy)
{
    const struct cooldown_config config = defaults();
    struct cooldown won = {0}, lost = {0};
    cooldown_begin(&won, &config, true, TIMEFRAME_5M, CLOSED_NS);
    cooldown_begin(&lost, &config, false, TIMEFRAME_5M, CLOSED_NS);
    EXPECT(!won.lost && lost.lost);
    EXPECT_INT(cooldown_left(&won, CLOSED_NS), 15 * NS_PER_MIN);
    EXPECT_INT(cooldown_left(&lost, CLOSED_NS), 60 * NS_PER_MIN);
}

TEST(it_is_over_at_its_end_and_not_a_moment_before)
{
    struct cooldown_config config = defaults();
    config.unit = COOLDOWN_MINUTES;
    struct cooldown cooldown = {0};
    EXPECT(!cooldown_active(&cooldown, CLOSED_NS));
    cooldown_begin(&cooldown, &config, true, TIMEFRAME_1D, CLOSED_NS); /* minutes all the same */
    const int64_t end_ns = CLOSED_NS + 3 * NS_PER_MIN;
    EXPECT(cooldown_active(&cooldown, end_ns - 1));
    EXPECT_INT(cooldown_left(&cooldown, end_ns - 1), 1);
    EXPECT(!cooldown_active(&cooldown, end_ns));
    EXPECT_INT(cooldown_left(&cooldown, end_ns), 0);
    EXPECT_INT(cooldown_left(&cooldown, end_ns + NS_PER_DAY), 0);
}

TEST(a_shorter_one_does_not_end_a_longer_one)
{
    const struct cooldown_config config = defaults();
    struct cooldown cooldown = {0};
    cooldown_begin(&cooldown, &config, false, TIMEFRAME_1M, CLOSED_NS);
    cooldown_begin(&cooldown, &config, true, TIMEFRAME_1M, CLOSED_NS + NS_PER_MIN);
    EXPECT(cooldown.lost && cooldown.until_ns == CLOSED_NS + 12 * NS_PER_MIN);
    cooldown_begin(&cooldown, &config, true, TIMEFRAME_1M, CLOSED_NS + 10 * NS_PER_MIN);
    EXPECT(!cooldown.lost && cooldown.until_ns == CLOSED_NS + 13 * NS_PER_MIN);
}

TEST(a_length_of_nothing_and_a_switch_that_is_off_cool_nobody)
{
    struct cooldown_config config = defaults();
    struct cooldown cooldown = {0};
    config.win = 0;
    cooldown_begin(&cooldown, &config, true, TIMEFRAME_1M, CLOSED_NS);
    EXPECT_INT(cooldown.until_ns, 0);
    config.enabled = false;
    cooldown_begin(&cooldown, &config, false, TIMEFRAME_1M, CLOSED_NS);
    EXPECT_INT(cooldown.until_ns, 0);
}

TEST(the_two_directions_have_a_side_each)
{
    EXPECT_INT(cooldown_side(1), 0);
    EXPECT_INT(cooldown_side(-1), 1);
}

TEST(n_candles_silence_exactly_n_closes_whenever_the_trade_ended)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t i = 0; i < 5000; i++) {
        struct cooldown_config config = defaults();
        config.loss = (int64_t)prng_below(&prng, 50);
        const enum timeframe timeframe = (enum timeframe)prng_below(&prng, TIMEFRAME_COUNT);
        const int64_t length_ns = timeframe_ns[timeframe];
        const int64_t closed_ns =
            CLOSED_NS +
            (i % 3 == 0 ? -CLOSED_NS % length_ns : (int64_t)prng_below(&prng, (uint64_t)length_ns));
        struct cooldown cooldown = {0};
        cooldown_begin(&cooldown, &config, false, timeframe, closed_ns);
        int64_t silenced = 0;
        int64_t close_ns = timeframe_floor(timeframe, closed_ns + length_ns - 1);
        for (; cooldown_active(&cooldown, close_ns); close_ns += length_ns) {
            silenced++;
        }
        EXPECT_INT(silenced, config.loss);
    }
}
