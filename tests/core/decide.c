/* SPDX-License-Identifier: MIT */
/* What several pairs want at one boundary, and whose word counts. */
#include "chain_fixture.h"
#include "command_fixture.h"

#define PAIRS 6

static struct engine_config crossing(uint32_t pair_count, int64_t max_positions)
{
    struct engine_config config = fixture_config();
    uint32_t type = 0;
    const struct strategy *strategy = strategy_find("sma_cross", &type);
    _Alignas(8) uint8_t params[STRATEGY_PARAMS_SIZE];
    options_default(strategy->options, strategy->option_count, params);
    ((struct strategy_params *)(void *)params)->timeframe = TIMEFRAME_1M;
    fixture_strategy(&config, "sma_cross", params, sizeof params);
    config.pair_count = pair_count;
    config.decision.agree = 1;
    config.decision.confidence = 0.1;
    config.risk.max_positions = max_positions;
    config.risk.max_exposure = 1;
    return config;
}

/* Each pair is as restless as its number. */
static void walk(struct fixture *fixture, struct prng *prng, double *prices)
{
    struct candle candles[PAIRS];
    for (uint32_t p = 0; p < PAIRS; p++) {
        const double open = prices[p], swing = 0.01 * (p + 1);
        prices[p] = open * (1 + swing * (prng_real(prng) - 0.5));
        const double high = open > prices[p] ? open : prices[p];
        const double low = open < prices[p] ? open : prices[p];
        candles[p] = (struct candle){0, open, high * 1.001, low * 0.999, prices[p], 1};
    }
    fixture->record_count = 0;
    fixture_batch(fixture, candles, PAIRS);
}

/* Of the entries wanted at one boundary the least expected of one that was made, and the most of
 * one that found no place. */
static bool fought(const struct fixture *fixture, double *ret_made, double *ret_refused)
{
    uint32_t made = 0, refused = 0;
    *ret_made = INFINITY;
    *ret_refused = -INFINITY;
    for (uint32_t i = 0; i < fixture->record_count; i++) {
        const struct record *record = &fixture->records[i];
        if (record->kind == RECORD_DECISION && record->verdict == VERDICT_ENTER) {
            *ret_made = fmin(*ret_made, record->value);
            made++;
        } else if (record->kind == RECORD_DECISION && record->verdict == VERDICT_FULL &&
                   record->value != 0) {
            *ret_refused = fmax(*ret_refused, record->value);
            refused++;
        }
    }
    return made > 0 && refused > 0;
}

TEST(the_last_places_go_to_the_entries_that_more_is_expected_of)
{
    const struct engine_config config = crossing(PAIRS, 2);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct prng prng;
    double prices[PAIRS] = {100, 100, 100, 100, 100, 100}, made, refused;
    uint32_t fights = 0;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        walk(fixture, &prng, prices);
        if (fought(fixture, &made, &refused)) {
            EXPECT(made >= refused);
            fights++;
        }
        EXPECT(fixture->engine->portfolio.open_count <= 2);
    }
    EXPECT(fights > 20);
    fixture_free(fixture);
}

TEST(after_a_crash_one_try_is_made_however_many_want_it)
{
    struct engine_config config = averages();
    config.pair_count = 3;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double closes[] = {100, 100, 100, 98, 97, 100};
    for (int i = 0; i < 6; i++) {
        const double c = closes[i];
        const struct candle candle = {0, c, c, c, c, 1};
        if (i == 5) {
            fixture->engine->crash.state = BREAKER_TRIAL;
        }
        fixture_batch(fixture, (struct candle[]){candle, candle, candle}, 3);
    }
    uint32_t entered = 0, barred = 0;
    for (uint32_t i = 0; i < fixture->record_count; i++) {
        const struct record *record = &fixture->records[i];
        entered += record->kind == RECORD_DECISION && record->verdict == VERDICT_ENTER;
        barred += record->kind == RECORD_DECISION && record->verdict == VERDICT_CRASH;
    }
    EXPECT_INT(entered, 1);
    EXPECT_INT(barred, 2);
    fixture_free(fixture);
}

static enum verdict cast(struct fixture *fixture, const char *name, enum strategy_part part)
{
    struct instruction asked = {.command = COMMAND_STRATEGY, .part = part};
    EXPECT(strategy_find(name, &asked.strategy) != NULL);
    return verdict_of(fixture, &asked);
}

TEST(a_strategy_that_is_only_watched_is_recorded_and_moves_nothing)
{
    struct engine_config config = averages();
    config.strategies[0].shadow = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_TOO_FEW);
    EXPECT(decision(fixture)->votes[0].shadow && !decision(fixture)->votes[0].actionable);
    EXPECT_INT(decision(fixture)->votes[0].direction, 1);
    EXPECT_INT(cast(fixture, "sma_pair", PART_ON), VERDICT_DONE);
    fixture_closes(fixture, (const double[]){97, 96, 100}, 3);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(a_strategy_switched_off_is_not_asked_until_it_is_switched_on)
{
    const struct engine_config config = averages();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    EXPECT_INT(cast(fixture, "sma_pair", PART_OFF), VERDICT_DONE);
    fixture_turn_up(fixture);
    EXPECT(decision(fixture) == NULL);
    EXPECT_INT(cast(fixture, "sma_pair", PART_CONFIGURED), VERDICT_DONE);
    fixture_closes(fixture, (const double[]){97, 96, 100}, 3);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    EXPECT_INT(cast(fixture, "trend", PART_OFF), VERDICT_NO_STRATEGY);
    fixture_free(fixture);
}

TEST(the_part_that_the_operator_gave_survives_a_restart)
{
    const struct engine_config config = averages();
    struct fixture *before = fixture_new(&config, &by_candles);
    cast(before, "sma_pair", PART_SHADOW);
    struct fixture *after = fixture_new(&config, &by_candles);
    EXPECT(engine_adopt(after->engine, before->engine, (const uint32_t[]){0}));
    fixture_turn_up(after);
    EXPECT(decision(after)->votes[0].shadow);
    fixture_free(before);
    fixture_free(after);
}

TEST(a_strategy_risks_what_it_was_given_and_of_several_the_least)
{
    struct engine_config config = averages();
    config.strategies[0].risk_per_trade = 0.03; /* a stake: a cost of 300 */
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_NEAR((double)decision(fixture)->cost / 1e8, 300, 1);
    fixture_free(fixture);
    config.strategies[1] = config.strategies[0];
    config.strategies[1].risk_per_trade = 0.01;
    config.strategy_count = 2;
    fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_NEAR((double)decision(fixture)->cost / 1e8, 100, 1);
    fixture_free(fixture);
}

/* The last candle of a turn upwards, told ahead of its batch; then the operator speaks. */
static enum verdict switched_between(enum strategy_part part)
{
    const struct engine_config config = averages();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){100, 100, 100, 98, 97}, 5);
    struct event ahead = {.kind = EVENT_CANDLE,
                          .time_ns = fixture->now_ns,
                          .candle = {.candle = {fixture->now_ns, 100, 100, 100, 100, 1}}};
    desk_step(&fixture->desk, &ahead);
    EXPECT_INT((int64_t)fixture->engine->pairs[0].vote_count, 1);
    cast(fixture, "sma_pair", part);
    fixture->record_count = 0;
    fixture_closes(fixture, (const double[]){100}, 1);
    const enum verdict verdict = decision(fixture) != NULL ? decision(fixture)->verdict : 0;
    fixture_free(fixture);
    return verdict;
}

TEST(a_strategy_switched_between_its_candle_and_the_batch_is_heeded)
{
    EXPECT_INT(switched_between(PART_ON), VERDICT_ENTER);
    EXPECT_INT(switched_between(PART_SHADOW), VERDICT_TOO_FEW);
    EXPECT_INT(switched_between(PART_OFF), 0);
}

/* Two that want the same, what each may risk, and a record of trades: all of it at random. */
static struct engine_config configured_at_random(struct prng *prng, struct tally *ret_tally)
{
    struct engine_config config = crossing(PAIRS, 4);
    struct risk_config *risk = &config.risk;
    config.strategies[config.strategy_count] = config.strategies[0];
    config.strategy_count++;
    for (uint32_t i = 0; i < 2; i++) {
        config.strategies[i].risk_per_trade = prng_below(prng, 2) == 0 ? 0 : 0.03 * prng_real(prng);
    }
    risk->sizing = (int32_t)prng_below(prng, 2);
    risk->risk_per_trade = 0.03 * prng_real(prng);
    risk->max_position = prng_real(prng);
    risk->max_daily_loss = 0;
    risk->kelly = (struct kelly_config){(int32_t)prng_below(prng, 3), 1, 50, 0.25};
    risk->scale = (struct scale_config){.confidence = true,
                                        .confidence_full = 0.3 + 0.7 * prng_real(prng),
                                        .least = prng_real(prng),
                                        .most = 0.1 + 2.15 * prng_real(prng)};
    risk->limits.max_at_risk = prng_below(prng, 2) == 0 ? 0 : 0.05 * prng_real(prng);
    snprintf(risk->limits.pairs, LIST_SIZE, "BBA 0.03 | DDA/USD 0.07");
    snprintf(risk->limits.strategies, LIST_SIZE, "sma_cross 0.4 3");
    const int64_t won = (int64_t)prng_below(prng, 101);
    *ret_tally = (struct tally){100, (uint64_t)won, won * 2000000, (100 - won) * 1000000, 0, 0};
    return config;
}

/* The most of equity that one entry may lose, or cost: nothing is said of it where Kelly takes the
 * place of risk_per_trade and no strategy was given a part of its own. */
static double most_of(const struct engine_config *config, uint32_t strategies)
{
    double base = INFINITY;
    bool given = false;
    for (uint32_t i = 0; i < 2; i++) {
        const double own = config->strategies[i].risk_per_trade;
        if ((strategies >> i & 1) != 0) {
            given |= own > 0;
            base =
                fmin(base, own > 0                                 ? own
                           : config->risk.kelly.mode == KELLY_FULL ? INFINITY
                                                                   : config->risk.risk_per_trade);
        }
    }
    return base * config->risk.scale.most;
}

static void expect_within_limits(const struct fixture *fixture, const struct record *record)
{
    const struct engine_config *config = &fixture->engine->config;
    const struct portfolio *portfolio = &fixture->engine->portfolio;
    const struct order *entry = NULL;
    const double equity = (double)record->equity, cent = 1e6;
    int64_t risk = 0, cost = 0;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        entry = order->id == record->order_id ? order : entry;
        if (order->purpose == PURPOSE_ENTRY) {
            risk += order->risk;
            cost += order->cash;
        }
    }
    for (uint32_t i = 0; i < PAIRS; i++) {
        risk += portfolio->positions[i].risk;
        cost += portfolio->positions[i].cost;
    }
    EXPECT(entry != NULL);
    const double most = most_of(config, entry->strategies);
    const double loses = (double)(config->risk.sizing == SIZING_RISK ? record->risk : record->cost);
    EXPECT(loses <= equity * most + cent);
    EXPECT((double)record->cost <= equity * config->risk.max_position + cent);
    EXPECT(record->pair != 1 || (double)record->cost <= equity * 0.03 + cent);
    EXPECT(record->pair != 3 || (double)record->cost <= equity * 0.07 + cent);
    EXPECT((double)cost <= equity * 0.4 * 1.01); /* slack and fee are reserved beside the cost */
    const double at_risk = config->risk.limits.max_at_risk;
    EXPECT(at_risk == 0 || (double)risk <= equity * at_risk + cent);
    EXPECT(portfolio->open_count <= 3 && portfolio_free(portfolio) >= 0);
}

TEST(no_decision_exceeds_a_limit_or_what_its_strategies_were_given_however_it_is_configured)
{
    struct prng prng;
    uint32_t entered = 0;
    prng_init(&prng, test_seed());
    for (int world = 0; world < 150; world++) {
        struct tally tally;
        const struct engine_config config = configured_at_random(&prng, &tally);
        struct fixture *fixture = fixture_new(&config, &by_candles);
        double prices[PAIRS] = {100, 100, 100, 100, 100, 100};
        for (int i = 0; i < 120; i++) {
            fixture->engine->portfolio.tally = tally;
            walk(fixture, &prng, prices);
            for (uint32_t r = 0; r < fixture->record_count; r++) {
                const struct record *record = &fixture->records[r];
                if (record->kind == RECORD_DECISION && record->verdict == VERDICT_ENTER) {
                    expect_within_limits(fixture, record);
                    entered++;
                }
            }
        }
        fixture_free(fixture);
    }
    EXPECT(entered > 500);
}
