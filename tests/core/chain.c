/* SPDX-License-Identifier: MIT */
/* What the decision asks beside the vote, by story: who is refused, by whom, and with what figures;
 * and that no exit ever is. */
#include "chain_fixture.h"

/* One filter alone: RSI(2) up to `high`. */
static void filter_rsi(struct chain_config *chain, double high)
{
    chain->filters = (struct filters_config){
        .enabled = true, .timeframe = TIMEFRAME_1M, .rsi = true, .rsi_period = 2, .rsi_high = high};
}

TEST(by_default_nothing_is_asked_and_a_decision_carries_no_findings)
{
    const struct engine_config config = averages(), bare = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct fixture *without = fixture_new(&bare, &by_candles);
    EXPECT(!fixture->engine->chain.any);
    EXPECT_INT(fixture->engine->plan.count, without->engine->plan.count);
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    EXPECT(!decision(fixture)->chained);
    fixture_free(fixture);
    fixture_free(without);
}

TEST(a_filter_refuses_an_entry_and_says_by_which_figure)
{
    struct engine_config config = averages();
    filter_rsi(&config.chain, 60);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    const struct record *record = decision(fixture);
    EXPECT_INT(record->verdict, VERDICT_FILTER);
    EXPECT(record->chained && record->findings.filter_first == FILTER_RSI);
    /* Moves 0 0 -2 -1 +3, averaged over two as Wilder does: gains 1.5, losses 0.5. */
    const struct finding *rsi = &record->findings.filters[FILTER_RSI];
    EXPECT(rsi->state == FINDING_FAILED && rsi->high == 60 && rsi->low == 0);
    EXPECT_NEAR(rsi->figure, 75, 1e-9);
    EXPECT_INT(record->findings.filters[FILTER_TREND].state, FINDING_NOT_ASKED);
    EXPECT_INT(fixture->place_count, 0);
    fixture_free(fixture);
    filter_rsi(&config.chain, 100);
    fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    EXPECT_INT(decision(fixture)->findings.filters[FILTER_RSI].state, FINDING_PASSED);
    fixture_free(fixture);
}

TEST(no_part_of_the_chain_stands_in_the_way_of_an_exit)
{
    struct engine_config config = averages();
    filter_rsi(&config.chain, 100);
    config.risk.max_daily_loss = 0;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture->engine->portfolio.open_count, 1);
    struct chain_config *chain = &fixture->engine->config.chain;
    chain->filters.rsi_high = 1; /* from now on it refuses everything */
    chain->agreement.confidence = 1.5;
    fixture->engine->mood.kind = MOOD_PANIC;
    chain->mood.panic_size = 0;
    chain->mood.caution_confidence = 1;
    fixture_closes(fixture, (const double[]){95, 94}, 2);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_CLOSE);
    EXPECT_INT(decision(fixture)->findings.filters[FILTER_RSI].state, FINDING_NOT_ASKED);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    fixture_free(fixture);
}

TEST(a_higher_timeframe_that_does_not_agree_or_is_not_warm_refuses)
{
    struct engine_config config = averages();
    config.chain.agreement.asked[TIMEFRAME_5M] = true;
    config.chain.agreement.period = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture->now_ns = timeframe_floor(TIMEFRAME_1H, fixture->now_ns);
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_TIMEFRAME);
    EXPECT_INT(decision(fixture)->findings.timeframe_first, TIMEFRAME_5M);
    EXPECT_INT(decision(fixture)->findings.timeframes[TIMEFRAME_5M].state, FINDING_WARMING);
    /* 5-minute closes of 97 and 90: below their average of 93.5. */
    fixture_closes(fixture, (const double[]){96, 94, 92, 90, 95}, 5);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_TIMEFRAME);
    const struct finding *five = &decision(fixture)->findings.timeframes[TIMEFRAME_5M];
    EXPECT_INT(five->state, FINDING_FAILED);
    EXPECT_NEAR(five->figure, 100 * (90 / 93.5 - 1), 1e-9);
    /* 90, then 99: above their average. */
    fixture_closes(fixture, (const double[]){96, 98, 99, 99, 97, 96, 99}, 7);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    EXPECT(decision(fixture)->findings.timeframes[TIMEFRAME_5M].figure > 0);
    fixture_free(fixture);
}

TEST(the_gate_is_raised_by_the_regime_or_to_what_the_timeframes_ask_and_never_above_one)
{
    struct chain_config chain = chain_defaults();
    struct chain_findings findings = {.effect = {1, 0.05, 1, 1}};
    const struct {
        double confidence, effect, asked, gate;
        bool timeframe, passed;
    } lines[] = {
        {0.55, 0.05, 0, 0.55, false, true}, {0.54, 0.05, 0, 0.55, false, false},
        {0.6, 0, 0.7, 0.7, true, false},    {0.7, 0, 0.7, 0.7, true, true},
        {0.6, 0, 0.7, 0.5, false, true}, /* none is asked */
        {1, 0.6, 0, 1, false, true},        {0.99, 0.6, 0, 1, false, false},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct confluence all = {
            .direction = 1, .passed = true, .confidence = lines[i].confidence, .gate = 0.5};
        findings.effect.confidence = lines[i].effect;
        chain.agreement.confidence = lines[i].asked;
        chain.agreement.asked[TIMEFRAME_1H] = lines[i].timeframe;
        chain_raise_gate(&chain, &findings, &all);
        EXPECT_NEAR(all.gate, lines[i].gate, 1e-12);
        EXPECT(all.passed == lines[i].passed);
    }
    struct confluence failed = {.direction = 1, .passed = false, .confidence = 1, .gate = 0.5};
    chain_raise_gate(&chain, &findings, &failed);
    EXPECT(!failed.passed);
}

TEST(the_first_part_whose_options_contradict_each_other_is_named)
{
    struct chain_config chain = chain_defaults();
    const char *part = NULL;
    EXPECT(chain_check(&chain, &part) == NULL && part == NULL);
    chain.mood.caution_fall = 1;
    EXPECT(chain_check(&chain, &part) != NULL);
    EXPECT_TEXT(part, "mood");
    chain.regime.volatility_low = 100;
    EXPECT(chain_check(&chain, &part) != NULL);
    EXPECT_TEXT(part, "regime");
    chain.filters.rsi_low = 100;
    EXPECT(chain_check(&chain, &part) != NULL);
    EXPECT_TEXT(part, "filters");
}

struct cross_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

/* sma_cross with a stop and a target, everything on, nothing so strict that nothing is left. */
static struct engine_config all_on(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_cross", &(struct cross_params){TIMEFRAME_1M, 3, 3, 2, 3},
                     sizeof(struct cross_params));
    fixture_strategy(&config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 2, 4},
                     sizeof(struct fixture_averages));
    config.decision.actionable = config.decision.alone = config.decision.confidence = 0;
    config.risk.max_daily_loss = 0;
    config.chain = chain_defaults();
    filter_rsi(&config.chain, 90);
    config.chain.regime.enabled = config.chain.cooldown.enabled = config.chain.mood.enabled = true;
    config.chain.regime.adx_period = config.chain.regime.atr_period = 3;
    config.chain.regime.atr_window = 10;
    config.chain.mood.period = 10;
    config.chain.mood.caution_fall = 0.03;
    config.chain.mood.panic_fall = 0.05;
    config.chain.agreement.asked[TIMEFRAME_5M] = true;
    config.chain.agreement.period = 3;
    return config;
}

static void random_candle(struct fixture *fixture, struct prng *prng, double *price)
{
    const double open = *price;
    *price *= 1 + 0.01 * prng_normal(prng);
    fixture_candle(fixture, open, fmax(open, *price) * 1.002, fmin(open, *price) * 0.998, *price);
}

TEST(exits_stand_where_the_regime_puts_them_whatever_the_market)
{
    struct engine_config config = all_on();
    struct fixture *with = fixture_new(&config, &by_candles);
    memset(&config.chain, 0, sizeof config.chain);
    struct fixture *without = fixture_new(&config, &by_candles);
    struct prng prng, same;
    prng_init(&prng, test_seed());
    same = prng;
    double price = 100, again = 100;
    uint32_t moved = 0;
    for (int i = 0; i < 2000; i++) {
        with->record_count = without->record_count = 0;
        random_candle(with, &prng, &price);
        random_candle(without, &same, &again);
        const struct record *a = decision(with), *b = decision(without);
        if (a == NULL || b == NULL || a->direction <= 0 || b->direction <= 0 || b->stop == 0 ||
            a->findings.cooling > 0) {
            continue;
        }
        const double near =
            fmax((price - b->stop) * a->findings.effect.stop, fmin(price - b->stop, price * 0.008));
        EXPECT_NEAR(a->stop, price - near, 1e-9 * price);
        EXPECT_NEAR(a->target, price + (b->target - price) * a->findings.effect.target,
                    1e-9 * price);
        moved += a->stop != b->stop && a->target != b->target;
    }
    EXPECT(moved > 50);
    fixture_free(with);
    fixture_free(without);
}

/* The mean confidence of the votes that agree, the first strategy weighing so much. */
static double weighed(const struct record *record, double first)
{
    double sum = 0, weights = 0;
    for (uint32_t i = 0; i < record->vote_count; i++) {
        const struct vote *vote = &record->votes[i];
        const double weight = vote->strategy == 0 ? first : 1;
        if (vote->actionable && vote->direction == record->direction) {
            sum += weight * vote->confidence;
            weights += weight;
        }
    }
    return sum / weights;
}

TEST(a_strategy_weighs_more_in_the_market_that_it_was_made_for)
{
    struct engine_config config = all_on();
    config.chain.cooldown.enabled = false;
    config.chain.regime.adx_trend = 60;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    EXPECT_INT(fixture->engine->tastes[0], 0); /* sma_cross was made for none */
    fixture->engine->tastes[0] = TASTE_RANGING;
    struct prng prng;
    prng_init(&prng, test_seed());
    double price = 100;
    uint32_t leaned = 0, level = 0;
    for (int i = 0; i < 4000; i++) {
        fixture->record_count = 0;
        random_candle(fixture, &prng, &price);
        const struct record *record = decision(fixture);
        if (record == NULL || record->agree_count < 2) {
            continue;
        }
        const bool ranges = record->findings.regime.way == REGIME_RANGING;
        EXPECT_NEAR(record->confidence, weighed(record, ranges ? 1.5 : 1), 1e-12);
        leaned += ranges;
        level += !ranges;
    }
    EXPECT(leaned > 10 && level > 10);
    fixture_free(fixture);
}

TEST(the_engine_knows_from_the_start_what_its_strategies_were_made_for)
{
    struct engine_config config = fixture_config();
    const char *const strategy_names[] = {"trend", "sma_pair", "mean_reversion"};
    for (uint32_t i = 0; i < 3; i++) {
        const struct strategy *strategy = strategy_find(strategy_names[i], NULL);
        _Alignas(16) uint8_t defaults[STRATEGY_PARAMS_SIZE] = {0};
        options_default(strategy->options, strategy->option_count, defaults);
        fixture_strategy(&config, strategy_names[i], defaults, sizeof defaults);
    }
    struct fixture *fixture = fixture_new(&config, &by_candles);
    EXPECT_INT(fixture->engine->tastes[0], TASTE_RISING | TASTE_FALLING);
    EXPECT_INT(fixture->engine->tastes[1], 0);
    EXPECT_INT(fixture->engine->tastes[2], TASTE_RANGING);
    fixture_free(fixture);
}

TEST(a_copy_taken_in_the_middle_decides_everything_the_same)
{
    const struct engine_config config = all_on();
    struct fixture *one = fixture_new(&config, &by_candles);
    struct fixture *two = fixture_new(&config, &by_candles);
    struct prng prng;
    prng_init(&prng, test_seed());
    double price = 100;
    uint32_t verdicts[VERDICT_REST_SMALL] = {0};
    for (int i = 0; i < 4000; i++) {
        one->record_count = two->record_count = 0;
        struct prng same = prng;
        double again = price;
        random_candle(one, &prng, &price);
        if (i == 1000) {
            memcpy(two->engine, one->engine, engine_size(1));
            memcpy(two->matching, one->matching, sizeof *two->matching);
            two->now_ns = one->now_ns;
        } else if (i > 1000) {
            random_candle(two, &same, &again);
            EXPECT_INT(one->record_count, two->record_count);
        }
        for (uint32_t r = 0; i > 1000 && r < one->record_count; r++) {
            EXPECT_INT(one->records[r].verdict, two->records[r].verdict);
            EXPECT_INT(one->records[r].equity, two->records[r].equity);
        }
        for (uint32_t r = 0; r < one->record_count; r++) {
            verdicts[one->records[r].verdict]++;
        }
    }
    EXPECT(one->engine->portfolio.trade_count > 20);
    EXPECT_INT(portfolio_equity(&one->engine->portfolio),
               portfolio_equity(&two->engine->portfolio));
    EXPECT_INT(one->engine->mood.kind, two->engine->mood.kind);
    EXPECT(memcmp(one->engine->pairs[0].cooldowns, two->engine->pairs[0].cooldowns,
                  sizeof one->engine->pairs[0].cooldowns) == 0);
    /* Every part has had its say. */
    EXPECT(verdicts[VERDICT_ENTER] > 0 && verdicts[VERDICT_COOLDOWN] > 0 &&
           verdicts[VERDICT_FILTER] > 0 && verdicts[VERDICT_MOOD] > 0 &&
           verdicts[VERDICT_TIMEFRAME] > 0);
    fixture_free(one);
    fixture_free(two);
}
