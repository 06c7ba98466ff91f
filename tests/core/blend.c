/* SPDX-License-Identifier: MIT */
/* The model's check by story: its share of an entry's confidence, what the gate then says, and that
 * a close is never asked about. */
#include "core/decision/value.h"

#include "chain_fixture.h"

/* One strategy that crosses, or two of the same; the model is on. */
static struct engine_config asked(uint32_t strategies)
{
    struct engine_config config = averages();
    for (uint32_t i = 1; i < strategies; i++) {
        fixture_strategy(&config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 2, 3},
                         sizeof(struct fixture_averages));
    }
    config.chain.model.enabled = true;
    return config;
}

/* A market that was read, and of which nothing is known. */
static struct blend unknown(void)
{
    struct blend blend = {.read = true};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        blend.market.values[i] = (double)NAN;
    }
    return blend;
}

/* Where no model is trained. */
static void ask(const struct blend_config *config, const struct candidate *candidate,
                struct confluence *all, struct blend *blend)
{
    const struct blend_models models = {.pooled = MODEL_NONE_TRAINED};
    const struct blend_entry entry = {.candidate = *candidate};
    blend_ask(config, &models, &entry, all, blend);
}

static struct record decided(const struct engine_config *config)
{
    struct fixture *fixture = fixture_new(config, &by_candles);
    fixture_turn_up(fixture);
    const struct record record = *decision(fixture);
    fixture_free(fixture);
    return record;
}

TEST(the_models_share_is_three_tenths_beside_one_signal_and_a_half_beside_several)
{
    struct blend_config config;
    options_default(blend_options, blend_option_count, &config);
    EXPECT(!config.enabled && config.timeframe == TIMEFRAME_5M);
    config.enabled = true;
    /* Volume alone is known, and ranks 20 of 100: 0.5 - 0.6 / 2. */
    const struct candidate candidate = {.direction = 1, .price = 100, .majority = (double)NAN};
    const struct {
        uint32_t agree;
        double share, confidence;
    } lines[] = {{1, 0.3, 0.7 * 0.8 + 0.3 * 0.2}, {2, 0.5, 0.5 * 0.8 + 0.5 * 0.2}, {3, 0.5, 0.5}};
    for (uint32_t i = 0; i < 3; i++) {
        struct confluence all = {.direction = 1,
                                 .agree_count = lines[i].agree,
                                 .confidence = 0.8,
                                 .gate = 0.55,
                                 .passed = true};
        struct blend blend = unknown();
        blend.market.values[FEATURE_VOLUME_RANK] = 20;
        ask(&config, &candidate, &all, &blend);
        EXPECT_NEAR(blend.answer.probability, 0.2, 1e-15);
        EXPECT_NEAR(blend.voted, 0.8, 0);
        EXPECT_NEAR(blend.share, lines[i].share, 0);
        EXPECT_NEAR(all.confidence, lines[i].confidence, 1e-15);
        EXPECT(all.passed == (i == 0));
    }
}

TEST(a_lone_signal_is_blended_before_the_gate_is_asked)
{
    struct engine_config config = asked(1);
    /* As sure as can be, on its own, everything else unknown: 0.7 * 1 + 0.3 * 0.5. */
    config.decision.confidence = 0.84;
    struct record record = decided(&config);
    EXPECT_INT(record.verdict, VERDICT_ENTER);
    EXPECT_NEAR(record.confidence, 0.85, 1e-15);
    EXPECT_NEAR(record.findings.blend.voted, 1, 0);
    EXPECT_NEAR(record.findings.blend.share, 0.3, 0);
    EXPECT_INT(record.findings.blend.answer.kind, MODEL_HEURISTIC);
    EXPECT_INT(record.findings.blend.answer.contribution_count, 1);
    EXPECT_INT(record.findings.blend.answer.contributions[0].feature, FEATURE_MAJORITY);
    config.decision.confidence = 0.86;
    record = decided(&config);
    EXPECT_INT(record.verdict, VERDICT_UNSURE);
    EXPECT_NEAR(record.confidence, 0.85, 1e-15);
    config.chain.model.enabled = false;
    record = decided(&config);
    EXPECT_INT(record.verdict, VERDICT_ENTER);
    EXPECT_NEAR(record.confidence, 1, 0);
    EXPECT(!record.chained);
}

TEST(several_that_agree_are_weighed_against_more_of_it)
{
    const struct engine_config config = asked(2);
    const struct record record = decided(&config);
    EXPECT_INT(record.agree_count, 2);
    /* The second that agrees is half a term. */
    EXPECT_NEAR(record.findings.blend.answer.probability, 0.75, 0);
    EXPECT_NEAR(record.findings.blend.share, 0.5, 0);
    EXPECT_NEAR(record.confidence, 0.875, 1e-15);
}

TEST(a_model_can_lift_an_entry_over_the_gate_but_not_make_up_for_agreement)
{
    struct engine_config config = asked(2);
    config.chain.model.several = 0.9;
    config.strategies[0].weight = config.strategies[1].weight = 1;
    struct blend blend = unknown();
    const struct candidate candidate = {.direction = 1, .price = 100, .majority = 3};
    struct confluence all = {.direction = 1, .agree_count = 2, .confidence = 0.4, .gate = 0.5};
    ask(&config.chain.model, &candidate, &all, &blend);
    EXPECT_NEAR(all.confidence, 0.1 * 0.4 + 0.9 * 1, 1e-15);
    EXPECT(all.passed);
    all = (struct confluence){
        .direction = 1, .agree_count = 1, .confidence = 0.4, .gate = 0.5, .too_few = true};
    ask(&config.chain.model, &candidate, &all, &blend);
    EXPECT(all.confidence > 0.5 && !all.passed);
}

TEST(the_surest_taken_alone_is_blended_as_a_lone_signal_and_nobody_has_voted_for_it)
{
    struct engine_config config = asked(2);
    config.decision.rule = RULE_BEST;
    struct record record = decided(&config);
    EXPECT_INT(record.findings.blend.answer.kind, MODEL_NONE); /* nothing at all is known */
    EXPECT_NEAR(record.confidence, 1, 0);
    EXPECT_NEAR(record.findings.blend.share, 0, 0);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const struct level_change changes[] = {{SIDE_BUY, {9999, 90}}, {SIDE_SELL, {10001, 10}}};
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {.snapshot = true, .depth = 10, .count = 2, .changes = changes}};
    desk_step(&fixture->desk, &event);
    fixture_turn_up(fixture);
    record = *decision(fixture);
    fixture_free(fixture);
    /* The book leans by 0.8: 0.5 + 0.8 / 2. */
    EXPECT_NEAR(record.findings.blend.answer.probability, 0.9, 1e-15);
    EXPECT_NEAR(record.findings.blend.share, 0.3, 0);
    EXPECT_NEAR(record.confidence, 0.7 + 0.3 * 0.9, 1e-15);
}

TEST(how_large_an_entry_is_follows_the_blended_confidence)
{
    struct engine_config config = asked(1);
    config.risk.scale.confidence = true;
    config.risk.scale.confidence_full = 0.9;
    config.risk.scale.least = 0.1, config.risk.scale.most = 3;
    const struct record with = decided(&config);
    config.chain.model.enabled = false;
    const struct record without = decided(&config);
    EXPECT_INT(with.verdict, VERDICT_ENTER);
    EXPECT_INT(without.verdict, VERDICT_ENTER);
    /* 0.85 of the way from 0.5 to 0.9, and all of it. */
    EXPECT_NEAR(with.factors[SIZE_CONFIDENCE], 0.5 + 0.35 / 0.4, 1e-9);
    EXPECT_NEAR(without.factors[SIZE_CONFIDENCE], 1.5, 1e-9);
}

TEST(no_model_stands_in_the_way_of_a_close)
{
    struct engine_config config = asked(1);
    config.risk.max_daily_loss = 0;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture->engine->portfolio.open_count, 1);
    /* From now on the model alone is heard, and nothing that it says is enough. */
    fixture->engine->config.chain.model.lone = 1;
    fixture->engine->config.decision.confidence = 0.9;
    fixture_closes(fixture, (const double[]){95, 94}, 2);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_CLOSE);
    EXPECT_INT(decision(fixture)->findings.blend.answer.kind, MODEL_NONE);
    EXPECT_NEAR(decision(fixture)->confidence, 1, 0);
    fixture_free(fixture);
}

struct cross_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

/* sma_cross, which places a stop and a target, beside two averages. */
static struct engine_config several(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_cross", &(struct cross_params){TIMEFRAME_1M, 3, 3, 2, 3},
                     sizeof(struct cross_params));
    fixture_strategy(&config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 2, 4},
                     sizeof(struct fixture_averages));
    config.decision.actionable = config.decision.alone = 0;
    config.decision.confidence = 0.46;
    config.risk.max_daily_loss = 0;
    config.chain = chain_defaults();
    config.chain.regime.enabled = true; /* it raises the gate after the blend */
    return config;
}

static void random_candle(struct fixture *fixture, struct prng *prng, double *price)
{
    const double open = *price, volume = 1 + prng_real(prng);
    *price *= 1 + 0.01 * prng_normal(prng);
    fixture_batch(fixture,
                  &(struct candle){0, open, fmax(open, *price) * 1.002, fmin(open, *price) * 0.998,
                                   *price, volume},
                  1);
}

/* What the model did to the confidence of a long that both heard. */
static void hold_against(const struct record *with, const struct record *without)
{
    const struct blend *blend = &with->findings.blend;
    EXPECT_INT(blend->answer.kind, MODEL_HEURISTIC);
    EXPECT_NEAR(blend->voted, without->confidence, 0);
    EXPECT_NEAR(blend->share, with->agree_count > 1 ? 0.5 : 0.6, 0);
    EXPECT_NEAR(with->confidence,
                (1 - blend->share) * blend->voted + blend->share * blend->answer.probability, 0);
    EXPECT_NEAR(with->gate, without->gate, 0);
    EXPECT((with->verdict == VERDICT_UNSURE) == (with->confidence < with->gate));
    if (with->verdict == VERDICT_ENTER) {
        EXPECT_NEAR(with->value,
                    expected_value(with->confidence, with->price, with->stop, with->target, 0.008),
                    0);
    }
}

TEST(in_any_market_the_gate_hears_the_blend_and_the_votes_are_what_they_were)
{
    struct engine_config config = several();
    struct fixture *without = fixture_new(&config, &by_candles);
    config.chain.model.enabled = true;
    config.chain.model.lone = 0.6; /* enough that both sides of the gate are met often */
    struct fixture *with = fixture_new(&config, &by_candles);
    struct prng prng, same;
    prng_init(&prng, test_seed());
    same = prng;
    double price = 100, again = 100;
    uint32_t lifted = 0, stopped = 0, full = 0;
    for (int i = 0; i < 4000; i++) {
        with->record_count = without->record_count = 0;
        random_candle(with, &prng, &price);
        random_candle(without, &same, &again);
        const struct record *a = decision(with), *b = decision(without);
        EXPECT((a == NULL) == (b == NULL));
        if (a == NULL || a->direction <= 0) {
            continue;
        }
        hold_against(a, b);
        lifted += a->verdict != VERDICT_UNSURE && b->verdict == VERDICT_UNSURE;
        stopped += a->verdict == VERDICT_UNSURE && b->verdict != VERDICT_UNSURE;
        full += a->findings.blend.answer.contribution_count == 5; /* no book */
    }
    EXPECT(lifted > 5 && stopped > 5 && full > 100);
    fixture_free(with);
    fixture_free(without);
}

TEST(a_model_without_a_share_changes_nothing_that_is_decided)
{
    struct engine_config config = several();
    struct fixture *without = fixture_new(&config, &by_candles);
    config.chain.model = (struct blend_config){.enabled = true, .timeframe = TIMEFRAME_1M};
    struct fixture *with = fixture_new(&config, &by_candles);
    struct prng prng, same;
    prng_init(&prng, test_seed());
    same = prng;
    double price = 100, again = 100;
    for (int i = 0; i < 2000; i++) {
        with->record_count = without->record_count = 0;
        random_candle(with, &prng, &price);
        random_candle(without, &same, &again);
        EXPECT_INT(with->record_count, without->record_count);
        for (uint32_t r = 0; r < with->record_count; r++) {
            EXPECT_INT(with->records[r].verdict, without->records[r].verdict);
            EXPECT_INT(with->records[r].equity, without->records[r].equity);
            EXPECT_NEAR(with->records[r].confidence, without->records[r].confidence, 0);
        }
    }
    EXPECT(with->engine->portfolio.trade_count > 20);
    fixture_free(with);
    fixture_free(without);
}
