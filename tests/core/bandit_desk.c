/* SPDX-License-Identifier: MIT */
/* Entries that a bandit sizes, by story. The heuristic says how likely they are. */
#include "chain_fixture.h"

struct exits_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

/* sma_cross, which places a stop and a target; a crossing up at a base close of a minute. */
static struct engine_config crossing(bool bandit)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_cross", &(struct exits_params){TIMEFRAME_1M, 3, 3, 2, 3},
                     sizeof(struct exits_params));
    config.decision.agree = 1;
    config.decision.actionable = config.decision.alone = config.decision.confidence = 0;
    config.risk.max_daily_loss = 0;
    config.risk.risk_per_trade = 0.002; /* no other bound is near */
    config.risk.scale.least = 0.5;
    config.risk.scale.most = 1.5;
    config.chain = chain_defaults();
    config.chain.model.enabled = true;
    config.chain.model.bandit = bandit;
    return config;
}

/* Falls, and then rises far enough to cross. */
static const struct record *cross(struct fixture *fixture)
{
    fixture->record_count = 0;
    for (uint32_t i = 0; i < 12; i++) {
        const double close = 100 - i;
        fixture_candle(fixture, close + 1, close + 1.5, close - 0.5, close);
    }
    fixture_candle(fixture, 89, 95, 88.5, 94);
    return decision(fixture);
}

/* So many trades came to `outcome`, whatever the entry was. */
static void taught(struct fixture *fixture, uint32_t count, double outcome)
{
    const struct bandit_context any = {.inputs = {[BANDIT_BIAS] = 1}};
    struct bandit *bandit = &fixture->engine->learning.bandit;
    bandit_init(bandit, 1);
    for (uint32_t i = 0; i < count; i++)
        bandit_learn(bandit, &any, outcome);
}

static const struct record *crossed(struct fixture **ret, bool bandit, uint32_t count,
                                    double outcome)
{
    const struct engine_config config = crossing(bandit);
    *ret = fixture_new(&config, &by_candles);
    if (count > 0)
        taught(*ret, count, outcome);
    return cross(*ret);
}

TEST(what_gained_is_sized_up_within_what_risk_allows_and_what_lost_is_skipped)
{
    struct fixture *plain, *large, *none;
    const struct record *usual = crossed(&plain, false, 0, 0);
    const struct record *more = crossed(&large, true, 400, 3);
    const struct record *less = crossed(&none, true, 400, -1);
    EXPECT_INT(usual->verdict, VERDICT_ENTER);
    EXPECT(!usual->findings.bandit.asked);
    EXPECT_INT(more->verdict, VERDICT_ENTER);
    EXPECT(more->findings.bandit.asked && more->findings.bandit.worth > 1);
    EXPECT_NEAR(more->findings.bandit.size, 1.5, 0);
    EXPECT_NEAR(more->factors[SIZE_MODEL], 1.5, 0);
    EXPECT_NEAR((double)more->risk, 1.5 * (double)usual->risk, 0.01 * (double)usual->risk);
    EXPECT_INT(less->verdict, VERDICT_BANDIT);
    EXPECT(less->findings.bandit.worth < 0);
    EXPECT_INT(none->place_count, 0);
    fixture_free(plain), fixture_free(large), fixture_free(none);
}

TEST(what_bounds_a_size_bounds_the_bandits_too)
{
    struct engine_config config = crossing(true);
    config.risk.max_position = 0.01;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    taught(fixture, 400, 3);
    const struct record *record = cross(fixture);
    EXPECT_INT(record->verdict, VERDICT_ENTER);
    EXPECT_NEAR(record->findings.bandit.size, 1.5, 0);
    EXPECT((double)record->cost <= 0.01 * (double)record->equity);
    fixture_free(fixture);
}

TEST(until_it_has_seen_enough_nothing_is_sized_by_it_and_closed_trades_teach_it)
{
    struct fixture *plain, *fixture;
    const struct record *usual = crossed(&plain, false, 0, 0);
    const struct record *record = crossed(&fixture, true, 0, 0);
    struct bandit *bandit = &fixture->engine->learning.bandit;
    EXPECT_INT(record->verdict, VERDICT_ENTER);
    EXPECT(!record->findings.bandit.asked);
    EXPECT_INT(record->qty_lots, usual->qty_lots);
    EXPECT(fixture->engine->pairs[0].sized);
    /* Bought, then sold below its stop. */
    fixture_candle(fixture, 94, 94, 93, 93);
    EXPECT_INT((int64_t)bandit->seen, 0);
    fixture_candle(fixture, 90, 90, 60, 60);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    EXPECT(exit != NULL && exit->pnl < 0);
    EXPECT_INT((int64_t)bandit->seen, 1);
    EXPECT(!fixture->engine->pairs[0].sized);
    /* About what the stop risked was lost, at the bias: f = s u - 0.1 (s u)^2. */
    const double worth = bandit->f[BANDIT_WHOLE][BANDIT_BIAS];
    EXPECT(worth < -0.8 && worth >= bandit_worth(-BANDIT_LOSS_MAX, 1));
    EXPECT_NEAR(bandit->f[BANDIT_SKIP][BANDIT_BIAS], 0, 0);
    EXPECT_INT((int64_t)plain->engine->learning.bandit.seen, 0);
    fixture_free(plain), fixture_free(fixture);
}

TEST(the_same_story_twice_ends_in_the_same_bandit)
{
    struct fixture *one, *other;
    crossed(&one, true, 60, 0.2);
    crossed(&other, true, 60, 0.2);
    EXPECT(memcmp(&one->engine->learning.bandit, &other->engine->learning.bandit,
                  sizeof(struct bandit)) == 0);
    EXPECT_NEAR(decision(one)->findings.bandit.worth, decision(other)->findings.bandit.worth, 0);
    fixture_free(one), fixture_free(other);
}

TEST(a_session_that_goes_on_has_the_bandit_of_the_one_before_it)
{
    struct fixture *first;
    EXPECT_INT(crossed(&first, true, 400, 3)->verdict, VERDICT_ENTER);
    fixture_candle(first, 94, 94, 93, 93);
    const struct engine_config config = crossing(true);
    struct fixture *second = fixture_new(&config, &by_candles);
    EXPECT(engine_adopt(second->engine, first->engine, (const uint32_t[]){0}));
    EXPECT(memcmp(&second->engine->learning.bandit, &first->engine->learning.bandit,
                  sizeof(struct bandit)) == 0);
    EXPECT(second->engine->pairs[0].sized);
    EXPECT(memcmp(&second->engine->pairs[0].sizing, &first->engine->pairs[0].sizing,
                  sizeof(struct bandit_context)) == 0);
    fixture_free(first), fixture_free(second);
}
