/* SPDX-License-Identifier: MIT */
#include "core/risk/limits.h"

#include "desk_fixture.h"

static struct limit_config config;

static struct limit_config *written(const char *groups, const char *pairs, const char *strategies)
{
    config = (struct limit_config){0};
    snprintf(config.groups, sizeof config.groups, "%s", groups);
    snprintf(config.pairs, sizeof config.pairs, "%s", pairs);
    snprintf(config.strategies, sizeof config.strategies, "%s", strategies);
    return &config;
}

static const char *fault_of(const char *groups, const char *pairs, const char *strategies)
{
    const char *option = "";
    return limits_fault(written(groups, pairs, strategies), &option) == NULL ? "" : option;
}

TEST(a_pair_is_named_by_its_base_or_its_symbol_and_by_nothing_else)
{
    const struct pair btc = fixture_pair("BTC/USD"), eth = fixture_pair("ETH/USD");
    struct limit_share share = {7, 7};
    written("", "BTC 0.1 | ETH/EUR 0.2", "");
    EXPECT(limits_of_pair(&config, &btc, &share));
    EXPECT_NEAR(share.cost, 0.1, 0);
    share.cost = 7;
    EXPECT(!limits_of_pair(&config, &eth, &share));
    EXPECT(share.cost == 7);
    written("", "BT 0.1 | BTC/US 0.1 | BTC/USDT 0.1", "");
    EXPECT(!limits_of_pair(&config, &btc, &share));
}

TEST(of_two_limits_the_tighter_holds)
{
    const struct pair btc = fixture_pair("BTC/USD");
    struct limit_share share;
    written("", "BTC 0.3 | BTC/USD 0.05", "trend 0.3 2 | trend 0.5 1");
    EXPECT(limits_of_pair(&config, &btc, &share));
    EXPECT_NEAR(share.cost, 0.05, 0);
    EXPECT(limits_of_strategy(&config, "trend", &share));
    EXPECT_NEAR(share.cost, 0.3, 0);
    EXPECT_INT(share.positions, 1);
    EXPECT(!limits_of_strategy(&config, "tren", &share));
}

TEST(a_pair_may_be_of_several_groups)
{
    const struct pair btc = fixture_pair("BTC/USD"), sol = fixture_pair("SOL/USD"),
                      ada = fixture_pair("ADA/USD");
    written("BTC ETH | SOL, AVAX | BTC SOL", "", "");
    EXPECT_INT((int64_t)limits_groups_of(&config, &btc), 5);
    EXPECT_INT((int64_t)limits_groups_of(&config, &sol), 6);
    EXPECT_INT((int64_t)limits_groups_of(&config, &ada), 0);
    written("", "", "");
    EXPECT_INT((int64_t)limits_groups_of(&config, &btc), 0);
}

TEST(a_list_that_says_nothing_sensible_is_refused_by_the_name_of_its_option)
{
    EXPECT_TEXT(fault_of("", "", ""), "");
    EXPECT_TEXT(fault_of("BTC ETH | SOL", "BTC 0.1", "trend 0.3 2 | mean_reversion 0.2"), "");
    EXPECT_TEXT(fault_of("", "| BTC 1 |", ""), "");
    EXPECT_TEXT(fault_of("", "BTC", ""), "pair_limits");
    EXPECT_TEXT(fault_of("", "BTC 0", ""), "pair_limits");
    EXPECT_TEXT(fault_of("", "BTC 1.1", ""), "pair_limits");
    EXPECT_TEXT(fault_of("", "BTC nan", ""), "pair_limits");
    EXPECT_TEXT(fault_of("", "BTC -0.1", ""), "pair_limits");
    EXPECT_TEXT(fault_of("", "BTC 0.1 2", ""), "pair_limits");
    EXPECT_TEXT(fault_of("", "", "trent 0.1"), "strategy_limits");
    EXPECT_TEXT(fault_of("", "", "trend 0.1 0"), "strategy_limits");
    EXPECT_TEXT(fault_of("", "", "trend 0.1 1.5"), "strategy_limits");
    EXPECT_TEXT(fault_of("", "", "trend 0.1 1 1"), "strategy_limits");
}

TEST(more_than_sixty_four_groups_or_names_are_refused_and_looked_at_no_further)
{
    struct pair pair = fixture_pair("A/USD");
    snprintf(pair.base, sizeof pair.base, "A");
    char text[LIST_SIZE];
    for (int i = 0; i < 130; i++) {
        text[2 * i] = 'A';
        text[2 * i + 1] = i < 65 ? '|' : ' ';
    }
    text[260] = '\0';
    EXPECT_TEXT(fault_of(text, "", ""), "groups");
    EXPECT(limits_groups_of(&config, &pair) == UINT64_MAX);
    EXPECT_TEXT(fault_of(text + 130, "", ""), "groups");
    EXPECT(limits_groups_of(&config, &pair) == 1);
    text[129] = '\0';
    text[127] = ' '; /* 64 groups */
    EXPECT_TEXT(fault_of(text, "", ""), "");
}

TEST(trading_cools_off_after_so_many_losses_and_again_after_each_further_one)
{
    const struct limit_config three = {.cool_off_losses = 3, .cool_off_ns = 30 * NS_PER_MIN};
    struct tally tally = {.streak = 2, .lost_ns = FIXTURE_START_NS};
    EXPECT(!limits_cooling(&three, &tally, FIXTURE_START_NS));
    tally.streak = 3;
    EXPECT(limits_cooling(&three, &tally, FIXTURE_START_NS + 30 * NS_PER_MIN - 1));
    EXPECT(!limits_cooling(&three, &tally, FIXTURE_START_NS + 30 * NS_PER_MIN));
    tally = (struct tally){.streak = 4, .lost_ns = FIXTURE_START_NS + 40 * NS_PER_MIN};
    EXPECT(limits_cooling(&three, &tally, FIXTURE_START_NS + 41 * NS_PER_MIN));
    const struct limit_config never = {.cool_off_ns = NS_PER_HOUR};
    EXPECT(!limits_cooling(&never, &tally, FIXTURE_START_NS));
}

TEST(any_text_at_all_is_read_to_its_end_and_gives_no_share_beyond_the_whole)
{
    static const char letters[] = "BTC/USD trend|,.0123456789-eE+\t";
    const struct pair btc = fixture_pair("BTC/USD");
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        char text[LIST_SIZE];
        const size_t len = (size_t)prng_below(&prng, sizeof text);
        for (size_t c = 0; c < len; c++) {
            text[c] = letters[prng_below(&prng, sizeof letters - 1)];
        }
        text[len] = '\0';
        struct limit_share share = {0.5, 1};
        const char *option = NULL;
        written(text, text, text);
        limits_fault(&config, &option);
        limits_groups_of(&config, &btc);
        EXPECT(!limits_of_pair(&config, &btc, &share) || (share.cost > 0 && share.cost <= 1));
        EXPECT(!limits_of_strategy(&config, "trend", &share) ||
               (share.cost > 0 && share.cost <= 1 && share.positions > 0));
    }
}
