/* SPDX-License-Identifier: MIT */
/* What the decision asks beside the vote, by story: who is refused, by whom, and with what figures;
 * and that no exit ever is. */
#include "core/decision/chain.h"

#include "desk_fixture.h"
#include "options_fixture.h"

static const struct matching_config by_candles = {.fills = FILLS_CANDLES};

/* Every part at its defaults, which are off, and on candles of a minute. */
static struct chain_config chain_defaults(void)
{
    struct chain_config chain;
    memset(&chain, 0, sizeof chain);
    options_default(cooldown_options, cooldown_option_count, &chain.cooldown);
    options_default(regime_options, regime_option_count, &chain.regime);
    options_default(filters_options, filters_option_count, &chain.filters);
    options_default(mood_options, mood_option_count, &chain.mood);
    options_default(agreement_options, agreement_option_count, &chain.agreement);
    chain.regime.timeframe = chain.filters.timeframe = chain.mood.timeframe = TIMEFRAME_1M;
    return chain;
}

static struct engine_config averages(void)
{
    struct engine_config config = fixture_averages_config();
    config.chain = chain_defaults();
    return config;
}

/* One filter alone: RSI(2) up to `high`. */
static void filter_rsi(struct chain_config *chain, double high)
{
    chain->filters = (struct filters_config){
        .enabled = true, .timeframe = TIMEFRAME_1M, .rsi = true, .rsi_period = 2, .rsi_high = high};
}

static const struct record *decision(const struct fixture *fixture)
{
    return fixture_last(fixture, RECORD_DECISION);
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

/* Bought at 100, sold at a loss; then the averages cross again. */
static void lose_and_turn_up(struct fixture *fixture)
{
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 95, 94}, 3);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->pnl < 0);
    fixture_closes(fixture, (const double[]){94, 97}, 2);
}

TEST(after_a_loss_a_strategy_is_not_listened_to_for_its_candles)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    config.chain.cooldown.loss = 8;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    lose_and_turn_up(fixture);
    const struct record *record = decision(fixture);
    EXPECT_INT(record->verdict, VERDICT_COOLDOWN);
    EXPECT(record->votes[0].cooling && !record->votes[0].actionable);
    EXPECT(record->findings.cooling == 1 && record->findings.cooling_lost);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    const int64_t until_ns = exit->time_ns + 8 * NS_PER_MIN;
    EXPECT_INT(record->findings.cooling_left_ns, until_ns - record->time_ns);
    EXPECT_INT(fixture->place_count, 2); /* one entry, one exit */
    /* It crosses down, which a cooldown of longs does not silence, and up again when it is over. */
    fixture_closes(fixture, (const double[]){94, 93}, 2);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_NO_SHORT);
    while (fixture->now_ns < until_ns) {
        fixture_closes(fixture, (const double[]){93}, 1);
    }
    fixture_closes(fixture, (const double[]){97}, 1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(a_gain_cools_by_its_own_length_and_another_strategy_may_enter_meanwhile)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    config.chain.cooldown.win = 30;
    config.chain.cooldown.loss = 0;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 110, 120, 115, 112, 111, 118}, 7);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->pnl > 0);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_COOLDOWN);
    EXPECT(!decision(fixture)->findings.cooling_lost);
    fixture_free(fixture);
    config.chain.cooldown.win = 0;
    config.chain.cooldown.loss = 30;
    fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 110, 120, 115, 112, 111, 118}, 7);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

/* The same candles, each heard so much after its end. */
static int64_t cooled_until(int64_t heard_after_ns)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double closes[] = {100, 100, 100, 98, 97, 100, 100, 95, 94, 94, 97};
    for (uint32_t i = 0; i < sizeof closes / sizeof closes[0]; i++) {
        const double close = closes[i];
        const struct batch_entry entry = {
            .candle = {fixture->now_ns, close, close, close, close, 1}};
        const struct event event = {
            .kind = EVENT_BATCH,
            .time_ns = fixture->now_ns + NS_PER_MIN + heard_after_ns,
            .batch = {.boundary_ns = fixture->now_ns, .count = 1, .entries = &entry}};
        desk_step(&fixture->desk, &event);
        fixture->now_ns += NS_PER_MIN;
    }
    EXPECT_INT(decision(fixture)->verdict, VERDICT_COOLDOWN);
    const uint32_t type = config.strategies[0].type;
    const int64_t until_ns = fixture->engine->pairs[0].cooldowns[type][0].until_ns;
    EXPECT_INT(decision(fixture)->findings.cooling_left_ns, until_ns - fixture->now_ns);
    fixture_free(fixture);
    return until_ns;
}

TEST(a_cooldown_is_the_same_however_late_the_candles_are_heard)
{
    EXPECT_INT(cooled_until(0), cooled_until(200 * NS_PER_MS));
    EXPECT_INT(cooled_until(0), cooled_until(1900 * NS_PER_MS));
}

TEST(a_trade_that_ends_while_no_candle_comes_cools_from_when_it_ended)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    const struct order sale = {.pair = 0,
                               .purpose = PURPOSE_EXIT,
                               .side = SIDE_SELL,
                               .qty_lots = fixture->engine->portfolio.positions[0].qty_lots};
    const struct order *order = portfolio_add_order(&fixture->engine->portfolio, &sale);
    const int64_t hour_ns = fixture->now_ns + NS_PER_HOUR;
    const struct event fill = {.kind = EVENT_REPORT,
                               .time_ns = hour_ns + 30 * NS_PER_S,
                               .report = {.order_id = order->id,
                                          .kind = REPORT_FILL,
                                          .side = SIDE_SELL,
                                          .trade_id = 1,
                                          .price_ticks = 9900,
                                          .qty_lots = sale.qty_lots}};
    static struct actions actions;
    engine_step(fixture->engine, &fill, &actions);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    const uint32_t type = config.strategies[0].type;
    EXPECT_INT(fixture->engine->pairs[0].cooldowns[type][0].until_ns, hour_ns + 12 * NS_PER_MIN);
    fixture_free(fixture);
}

TEST(a_cooldown_is_of_one_pair_and_goes_on_in_the_next_session)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *before = fixture_new(&config, &by_candles);
    lose_and_turn_up(before);
    struct engine_config wider = config;
    wider.pair_count = 2;
    struct fixture *after = fixture_new(&wider, &by_candles);
    EXPECT(engine_adopt(after->engine, before->engine, (const uint32_t[]){1}));
    after->now_ns = before->now_ns;
    const double list[] = {100, 100, 100, 98, 97, 100};
    for (int i = 0; i < 6; i++) {
        const struct candle candle = {0, list[i], list[i], list[i], list[i], 1};
        fixture_batch(after, (const struct candle[]){candle, candle}, 2);
    }
    const struct record *second = decision(after);
    EXPECT(second->pair == 1 && second->verdict == VERDICT_COOLDOWN);
    const struct record *first = second - 1;
    while (first->kind != RECORD_DECISION) {
        first--;
    }
    EXPECT(first->pair == 0 && first->verdict == VERDICT_ENTER);
    fixture_free(before);
    fixture_free(after);
}

TEST(an_operators_trade_cools_nobody)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    fixture->engine->portfolio.positions[0].strategies = 0; /* as if bought by hand */
    fixture_closes(fixture, (const double[]){95, 94, 94, 97}, 4);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(panic_stops_entries_and_says_so_when_it_comes_and_when_it_goes)
{
    struct engine_config config = averages();
    config.chain.mood.enabled = true;
    config.chain.mood.period = 5;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){120, 120, 120, 98, 97, 100}, 6);
    const struct record *mood = fixture_last(fixture, RECORD_MOOD);
    EXPECT(mood != NULL && mood->chained && mood->pair == UINT32_MAX);
    EXPECT_INT(mood->findings.mood.kind, MOOD_PANIC);
    EXPECT_NEAR(mood->findings.mood.leader, 100.0 / 120 - 1, 1e-12);
    EXPECT_INT(mood->findings.mood.span_ns, 5 * NS_PER_MIN);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_MOOD);
    EXPECT_INT(decision(fixture)->findings.mood.kind, MOOD_PANIC);
    EXPECT_INT(fixture->place_count, 0);
    fixture_closes(fixture, (const double[]){99, 98, 98, 98}, 4);
    EXPECT_INT(fixture_last(fixture, RECORD_MOOD)->findings.mood.kind, MOOD_NORMAL);
    fixture_closes(fixture, (const double[]){100}, 1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    EXPECT_INT(fixture_count(fixture, RECORD_MOOD), 2);
    fixture_free(fixture);
}

TEST(a_market_that_was_never_anything_but_normal_is_no_news)
{
    struct engine_config config = averages();
    config.chain.mood.enabled = true;
    config.chain.mood.period = 5;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){100, 100, 100, 98, 97, 100, 101, 102}, 8);
    EXPECT_INT(fixture->engine->mood.kind, MOOD_NORMAL);
    EXPECT_INT(fixture_count(fixture, RECORD_MOOD), 0);
    fixture_free(fixture);
}

TEST(caution_halves_an_entry_in_every_way_of_sizing)
{
    const enum sizing ways[] = {SIZING_STAKE, SIZING_ALL};
    for (uint32_t i = 0; i < 2; i++) {
        struct engine_config config = averages();
        config.risk.sizing = ways[i];
        config.chain.mood.enabled = true;
        config.chain.mood.period = 5;
        struct fixture *half = fixture_new(&config, &by_candles);
        config.chain.mood.enabled = false;
        struct fixture *whole = fixture_new(&config, &by_candles);
        const double closes[] = {106, 106, 106, 98, 97, 100}; /* 5.7 % below */
        fixture_closes(half, closes, 6);
        fixture_closes(whole, closes, 6);
        EXPECT_INT(half->engine->mood.kind, MOOD_CAUTION);
        EXPECT_INT(decision(half)->verdict, VERDICT_ENTER);
        EXPECT_INT(decision(half)->cost * 2, decision(whole)->cost);
        EXPECT_NEAR(decision(half)->gate, 0.55, 1e-12);
        EXPECT(2 * half->engine->portfolio.orders[0].cash <=
               whole->engine->portfolio.orders[0].cash + 1);
        fixture_free(half);
        fixture_free(whole);
    }
}

/* Two pairs; the first leads. */
static void both(struct fixture *fixture, double leader, double other)
{
    const struct candle candles[] = {{0, leader, leader, leader, leader, 1},
                                     {0, other, other, other, other, 1}};
    fixture_batch(fixture, candles, 2);
}

TEST(panic_takes_back_what_strategies_wanted_and_leaves_the_operators_order)
{
    struct engine_config config = averages();
    config.pair_count = 2;
    config.execution.entry = 1;
    config.chain.mood.enabled = true;
    config.chain.mood.period = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double others[] = {100, 100, 100, 98, 97, 100};
    for (uint32_t i = 0; i < 6; i++) {
        both(fixture, 50, others[i]);
    }
    const struct order by_hand = {.pair = 0,
                                  .kind = ORDER_LIMIT,
                                  .side = SIDE_BUY,
                                  .qty_lots = 10,
                                  .limit_ticks = 100,
                                  .cash = USD(1)};
    const uint64_t hand_id = portfolio_add_order(&fixture->engine->portfolio, &by_hand)->id;
    EXPECT_INT(fixture->engine->portfolio.order_count, 2);
    both(fixture, 40, 103);
    EXPECT_INT(fixture->engine->mood.kind, MOOD_PANIC);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    EXPECT_INT((int64_t)fixture->engine->portfolio.orders[0].id, (int64_t)hand_id);
    fixture_free(fixture);
}

TEST(a_leader_that_goes_silent_in_a_panic_does_not_end_it_and_no_silent_pair_is_counted)
{
    struct engine_config config = averages();
    config.pair_count = 2;
    config.chain.mood.enabled = true;
    config.chain.mood.period = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const struct event second = {.kind = EVENT_HEALTH, .health = {.pair = 1, .stale = true}};
    const struct event leader = {.kind = EVENT_HEALTH, .health = {.pair = 0, .stale = true}};
    for (uint32_t i = 0; i < 3; i++) {
        both(fixture, 50, 100);
    }
    EXPECT_INT(fixture->engine->mood.counted, 2);
    desk_step(&fixture->desk, &second);
    both(fixture, 40, 100);
    EXPECT(fixture->engine->mood.kind == MOOD_PANIC && fixture->engine->mood.counted == 1);
    desk_step(&fixture->desk, &leader);
    for (uint32_t i = 0; i < 5; i++) {
        both(fixture, 40, 100);
    }
    EXPECT_INT(fixture->engine->mood.kind, MOOD_PANIC);
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
