/* SPDX-License-Identifier: MIT */
/* What an earlier session owned finds its strategies by name, whatever list this one has. */
#include "command_fixture.h"

static const struct matching_config by_candles = {.fills = FILLS_CANDLES};
static const uint32_t same[] = {0, 1};

/* One that trades, and one that stays silent: its averages are longer than any test. */
static void add_averages(struct engine_config *config)
{
    fixture_strategy(config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 2, 3},
                     sizeof(struct fixture_averages));
}

static void add_silent(struct engine_config *config)
{
    const struct {
        struct strategy_params base;
        int64_t sma_period, atr_period;
        double stop_atr, target_atr;
    } params = {{.timeframe = TIMEFRAME_1M}, 400, 400, 1, 1};
    fixture_strategy(config, "sma_cross", &params, sizeof params);
}

/* Two pairs, a tenth of equity each, cooldowns on. */
static struct engine_config listed(void (*const *add)(struct engine_config *), uint32_t count)
{
    struct engine_config config = fixture_config();
    config.pair_count = 2;
    config.risk.sizing = SIZING_STAKE;
    config.risk.risk_per_trade = 0.1;
    config.risk.stop_required = false;
    config.chain.cooldown = (struct cooldown_config){.enabled = true, .win = 30, .loss = 30};
    for (uint32_t i = 0; i < count; i++) {
        add[i](&config);
    }
    return config;
}

#define LISTED(...)                                                                                \
    listed((void (*const[])(struct engine_config *)){__VA_ARGS__},                                 \
           sizeof((void (*const[])(struct engine_config *)){__VA_ARGS__}) / sizeof(void *))

/* Of both pairs, or INT64_MIN for a pair that stays at 100. */
static void closes(struct fixture *fixture, const double *first, const double *second, int count)
{
    for (int i = 0; i < count; i++) {
        const double a = first == NULL ? 100 : first[i], b = second == NULL ? 100 : second[i];
        const struct candle candles[] = {{0, a, a, a, a, 1}, {0, b, b, b, b, 1}};
        fixture_batch(fixture, candles, 2);
    }
}

static const double turn[] = {100, 100, 100, 98, 97, 100, 100};

/* The averages hold the first pair. */
static struct fixture *holding_by(const struct engine_config *config)
{
    struct fixture *fixture = fixture_new(config, &by_candles);
    closes(fixture, turn, NULL, 7);
    EXPECT_INT(fixture->engine->portfolio.open_count, 1);
    return fixture;
}

static struct fixture *holding(void)
{
    const struct engine_config config = LISTED(add_silent, add_averages);
    return holding_by(&config);
}

/* Goes on where `before` stopped, its owner gone. */
static struct fixture *next_of(struct fixture *before, const struct engine_config *config)
{
    struct fixture *next = fixture_new(config, &by_candles);
    EXPECT(engine_adopt(next->engine, before->engine, same));
    matching_adopt(next->matching, before->matching, same);
    next->now_ns = before->now_ns;
    fixture_free(before);
    return next;
}

static enum verdict second_pair(struct fixture *fixture)
{
    closes(fixture, NULL, turn, 7);
    const struct record *record = fixture_last(fixture, RECORD_DECISION);
    EXPECT(record != NULL && record->pair == 1);
    return record->verdict;
}

TEST(the_limits_of_a_strategy_follow_its_name_into_another_list)
{
    const struct {
        const char *limits;
        enum verdict verdict;
    } rows[] = {{"sma_pair 1 1", VERDICT_STRATEGY_FULL}, {"sma_cross 1 1", VERDICT_ENTER}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct engine_config config = LISTED(add_averages, add_silent);
        snprintf(config.risk.limits.strategies, LIST_SIZE, "%s", rows[i].limits);
        struct fixture *fixture = next_of(holding(), &config);
        EXPECT_INT(second_pair(fixture), rows[i].verdict);
        fixture_free(fixture);
    }
}

TEST(who_has_not_bought_it_does_not_own_it_because_of_a_place_in_the_list)
{
    struct fixture *before = holding();
    before->engine->portfolio.positions[0].strategies = 1u << 0; /* the silent one's */
    struct engine_config config = LISTED(add_averages, add_silent);
    snprintf(config.risk.limits.strategies, LIST_SIZE, "sma_pair 1 1");
    struct fixture *fixture = next_of(before, &config);
    EXPECT_INT(second_pair(fixture), VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(a_trade_that_ends_cools_who_bought_it_wherever_it_stands_in_the_list)
{
    const struct engine_config config = LISTED(add_averages, add_silent);
    struct fixture *fixture = next_of(holding(), &config);
    const double fall[] = {100, 100, 100, 95, 94, 94, 97};
    closes(fixture, fall, NULL, 7);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_COOLDOWN);
    fixture_free(fixture);
}

TEST(an_entry_that_still_rests_keeps_whose_it_is)
{
    struct fixture *before = holding();
    const struct order resting = {.pair = 1,
                                  .purpose = PURPOSE_ENTRY,
                                  .kind = ORDER_LIMIT,
                                  .side = SIDE_BUY,
                                  .qty_lots = 10000,
                                  .limit_ticks = 5000,
                                  .cash = USD(51),
                                  .strategies = 1u << 1};
    portfolio_add_order(&before->engine->portfolio, &resting);
    const struct engine_config config = LISTED(add_averages, add_silent);
    struct fixture *fixture = next_of(before, &config);
    EXPECT_INT(fixture->engine->portfolio.orders[0].strategies, 1u << 0);
    fixture_free(fixture);
}

/* Its position is nobody's meanwhile: no limit counts it, and it ends as any other. */
TEST(what_a_strategy_left_is_its_own_again_when_it_comes_back)
{
    struct engine_config without = LISTED(add_silent), with = LISTED(add_averages, add_silent);
    snprintf(without.risk.limits.strategies, LIST_SIZE, "sma_cross 1 1");
    snprintf(with.risk.limits.strategies, LIST_SIZE, "sma_pair 1 1");
    struct fixture *fixture = next_of(next_of(holding(), &without), &with);
    EXPECT_INT(fixture->engine->portfolio.positions[0].strategies, 1u << 0);
    EXPECT_INT(second_pair(fixture), VERDICT_STRATEGY_FULL);
    fixture_free(fixture);
}

TEST(what_nobody_here_bought_cools_nobody_here)
{
    const struct engine_config alone = LISTED(add_averages), without = LISTED(add_silent);
    struct fixture *fixture = next_of(holding_by(&alone), &without);
    fixture->engine->portfolio.positions[0].exit_wanted = true;
    closes(fixture, (const double[]){99, 99}, NULL, 2);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(fixture->engine->pairs[0].cooldowns[0][0].until_ns, 0);
    fixture_free(fixture);
}

static enum verdict cast(struct fixture *fixture, const char *name, enum strategy_part part)
{
    struct instruction asked = {.command = COMMAND_STRATEGY, .part = part};
    EXPECT(strategy_find(name, &asked.strategy) != NULL);
    return verdict_of(fixture, &asked);
}

TEST(the_part_of_a_strategy_outlives_a_session_without_it)
{
    const struct engine_config with = LISTED(add_averages, add_silent),
                               without = LISTED(add_silent);
    struct fixture *fixture = fixture_new(&with, &by_candles);
    EXPECT_INT(cast(fixture, "sma_pair", PART_OFF), VERDICT_DONE);
    fixture = next_of(fixture, &without);
    EXPECT_INT(fixture->engine->off, 0);
    fixture = next_of(fixture, &with);
    EXPECT_INT(fixture->engine->off, 1u << 0);
    fixture_free(fixture);
}

TEST(who_has_left_nothing_takes_no_seat)
{
    const struct engine_config with = LISTED(add_silent, add_averages),
                               without = LISTED(add_silent);
    struct fixture *fixture = fixture_new(&with, &by_candles);
    fixture = next_of(fixture, &without);
    EXPECT_TEXT(fixture->engine->seats[0].name, "sma_cross");
    EXPECT_TEXT(fixture->engine->seats[1].name, "");
    fixture_free(fixture);
}

/* More that left something than there are seats: the last ones' trades are nobody's, and end as
 * any other. */
TEST(who_finds_no_seat_free_leaves_trades_that_are_nobodys)
{
    const struct engine_config config = LISTED(add_averages), silent = LISTED(add_silent);
    struct fixture *before = fixture_new(&config, &by_candles);
    for (uint32_t s = 1; s < STRATEGY_SEAT_MAX; s++) {
        struct strategy_seat *seat = &before->engine->seats[s];
        snprintf(seat->name, sizeof seat->name, "gone_%u", s);
        seat->part = PART_OFF;
    }
    before->engine->portfolio.positions[0] =
        (struct position){.qty_lots = 1, .strategies = UINT32_MAX};
    struct fixture *fixture = next_of(before, &silent);
    EXPECT_TEXT(fixture->engine->seats[0].name, "sma_cross");
    EXPECT_TEXT(fixture->engine->seats[1].name, "sma_pair");
    EXPECT_TEXT(fixture->engine->seats[31].name, "gone_30");
    EXPECT_INT(fixture->engine->portfolio.positions[0].strategies, UINT32_MAX - 1);
    fixture_free(fixture);
}
