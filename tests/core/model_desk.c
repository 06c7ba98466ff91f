/* SPDX-License-Identifier: MIT */
/* A model in force, by story: who listens to it, what it refuses, what closed trades teach it. */
#include "core/model/sigmoid.h"

#include "chain_fixture.h"
#include "model_fixture.h"

struct exits_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

/* sma_cross, which places a stop and a target; a crossing up at a base close of a minute. */
static struct engine_config crossing(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_cross", &(struct exits_params){TIMEFRAME_1M, 3, 3, 2, 3},
                     sizeof(struct exits_params));
    config.decision.agree = 1;
    config.decision.actionable = config.decision.alone = config.decision.confidence = 0;
    config.risk.max_daily_loss = 0;
    config.chain = chain_defaults();
    config.chain.model.enabled = true;
    config.chain.model.refuse = true;
    return config;
}

/* One that says `margin` of whatever it is asked. */
static struct model saying(struct fixture_stump *stump, float margin)
{
    const struct forest forest = fixture_forest(stump, FEATURE_STRENGTH, 2, margin, margin);
    struct model model = {
        .hash = {7, 1}, .trained_count = 1, .trained = {fixture_trained("sma_cross", &forest)}};
    EXPECT(model_check(&model) == NULL);
    return model;
}

static void put_in_force(struct fixture *fixture, const struct model *model)
{
    struct event event = {.kind = EVENT_MODEL, .time_ns = fixture->now_ns};
    if (model != NULL) {
        memcpy(event.model.hash, model->hash, MODEL_HASH_SIZE);
    }
    model_use(model);
    desk_step(&fixture->desk, &event);
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

TEST(a_live_model_moves_the_confidence_and_says_what_it_expects)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    const struct model model = saying(&stump, 3);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    put_in_force(fixture, &model);
    const struct record *record = fixture_last(fixture, RECORD_MODEL);
    EXPECT(record != NULL && record->model == UINT64_C(0x0701000000000000));
    EXPECT_INT(record->agree_count, 1);
    record = cross(fixture);
    EXPECT_INT(record->verdict, VERDICT_ENTER);
    const struct blend *blend = &record->findings.blend;
    EXPECT_INT(blend->answer.kind, MODEL_TRAINED);
    EXPECT_INT(blend->shadow.kind, MODEL_NONE);
    EXPECT_NEAR(blend->answer.probability, sigmoid(3), 1e-9);
    EXPECT_NEAR(record->confidence, 0.7 * blend->voted + 0.3 * sigmoid(3), 1e-9);
    EXPECT(blend->value > 0 && !blend->refused);
    fixture_free(fixture);
}

TEST(what_a_live_model_expects_to_lose_is_refused_unless_nobody_asks_for_that)
{
    struct fixture_stump stump;
    struct engine_config config = crossing();
    const struct model model = saying(&stump, -3);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    put_in_force(fixture, &model);
    const struct record *record = cross(fixture);
    EXPECT_INT(record->verdict, VERDICT_MODEL);
    EXPECT(record->findings.blend.value < 0 && record->findings.blend.refused);
    EXPECT_INT(fixture->place_count, 0);
    fixture_free(fixture);
    config.chain.model.refuse = false;
    fixture = fixture_new(&config, &by_candles);
    put_in_force(fixture, &model);
    EXPECT_INT(cross(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(a_shadow_is_told_and_moves_nothing)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    struct model model = saying(&stump, -3);
    model.trained[0].live = false;
    struct fixture *without = fixture_new(&config, &by_candles);
    put_in_force(without, NULL);
    const struct record alone = *cross(without);
    struct fixture *with = fixture_new(&config, &by_candles);
    put_in_force(with, &model);
    const struct record *record = cross(with);
    const struct blend *blend = &record->findings.blend;
    EXPECT_INT(blend->shadow.kind, MODEL_TRAINED);
    EXPECT_NEAR(blend->shadow.probability, sigmoid(-3), 1e-9);
    EXPECT_INT(blend->answer.kind, MODEL_HEURISTIC);
    EXPECT_INT(record->verdict, alone.verdict);
    EXPECT_NEAR(record->confidence, alone.confidence, 0);
    EXPECT_INT(record->qty_lots, alone.qty_lots);
    fixture_free(with);
    fixture_free(without);
}

TEST(by_rule_best_the_one_that_is_taken_is_asked_and_no_other)
{
    struct fixture_stump low, high;
    struct engine_config config = crossing();
    fixture_strategy(&config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 2, 3},
                     sizeof(struct fixture_averages));
    config.decision.rule = RULE_BEST;
    struct model model = saying(&low, 3);
    const struct forest other = fixture_forest(&high, FEATURE_STRENGTH, 2, -3, -3);
    model.trained[1] = fixture_trained("sma_pair", &other);
    model.trained_count = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    put_in_force(fixture, &model);
    const struct record *record = cross(fixture);
    const double said = record->findings.blend.answer.probability;
    EXPECT_INT(record->vote_count, 2);
    EXPECT(fabs(said - sigmoid(3)) < 1e-9 || fabs(said - sigmoid(-3)) < 1e-9);
    fixture_free(fixture);
}

TEST(a_strategy_that_joins_a_model_in_force_begins_to_learn)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    struct model model = saying(&stump, 3);
    model.trained[0].logistic = fixture_linear(0.5, FEATURE_ADX, 0);
    model.trained[0].logistic_says = fixture_plain();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    memcpy(fixture->engine->learning.model, model.hash, MODEL_HASH_SIZE);
    put_in_force(fixture, &model);
    EXPECT_INT(fixture->engine->learning.online[0].change.count, FEATURE_COUNT);
    fixture_free(fixture);
}

TEST(told_again_it_goes_on_and_another_one_begins_anew)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    struct model model = saying(&stump, 3), next = saying(&stump, 3);
    for (uint32_t i = 0; i < 2; i++) {
        struct trained *trained = i == 0 ? &model.trained[0] : &next.trained[0];
        trained->logistic = fixture_linear(0.5, FEATURE_ADX, 0);
        trained->logistic_says = fixture_plain();
    }
    next.trained[0].logistic.scales[FEATURE_ADX] = 2; /* it is not the same one again */
    next.hash[0] = 9;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    put_in_force(fixture, &model);
    struct online *online = &fixture->engine->learning.online[0];
    EXPECT_NEAR(online->change.intercept, 0, 0);
    /* Bought, then stopped out: a loss. */
    EXPECT_INT(cross(fixture)->verdict, VERDICT_ENTER);
    fixture_candle(fixture, 94, 94, 93, 93);
    EXPECT_INT(fixture->engine->portfolio.open_count, 1);
    EXPECT(fixture->engine->pairs[0].followed[0].taken);
    fixture_candle(fixture, 90, 90, 60, 60);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->pnl < 0);
    EXPECT_INT((int64_t)online->updates, 1);
    EXPECT(online->change.intercept < 0 && fixture->engine->pairs[0].followed_count == 0);
    const double learned = online->change.intercept;
    fixture->record_count = 0;
    put_in_force(fixture, &model);
    EXPECT_NEAR(online->change.intercept, learned, 0);
    EXPECT_INT(fixture_count(fixture, RECORD_MODEL), 0);
    put_in_force(fixture, &next);
    EXPECT_NEAR(online->change.intercept, 0, 0);
    EXPECT_INT(fixture_count(fixture, RECORD_MODEL), 1);
    put_in_force(fixture, NULL);
    EXPECT_INT(online->change.count, 0);
    EXPECT_INT(fixture_last(fixture, RECORD_MODEL)->model, 0);
    fixture_free(fixture);
}

TEST(one_that_was_trained_otherwise_for_a_strategy_is_not_asked_about_it)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    const struct model model = saying(&stump, -3);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct event event = {.kind = EVENT_MODEL, .time_ns = fixture->now_ns, .model.unfit = 1};
    memcpy(event.model.hash, model.hash, MODEL_HASH_SIZE);
    model_use(&model);
    desk_step(&fixture->desk, &event);
    EXPECT_INT(fixture_last(fixture, RECORD_MODEL)->agree_count, 0);
    const struct record *record = cross(fixture);
    EXPECT_INT(record->findings.blend.answer.kind, MODEL_HEURISTIC);
    EXPECT_INT(record->findings.blend.shadow.kind, MODEL_NONE);
    /* Told that it fits after all, it is. */
    put_in_force(fixture, &model);
    EXPECT_INT(fixture->engine->learning.trained[0], 0);
    fixture_free(fixture);
}

TEST(what_a_model_learned_online_goes_with_it_into_another_file)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    struct model model = saying(&stump, 3);
    model.trained[0].logistic = fixture_linear(0.5, FEATURE_ADX, 0);
    model.trained[0].logistic_says = fixture_plain();
    struct model next = model;
    next.hash[0] = 9;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    put_in_force(fixture, &model);
    struct online *online = &fixture->engine->learning.online[0];
    double figures[FEATURE_COUNT] = {0};
    EXPECT(online_learn(online, 0.5, figures, true, 1));
    const struct online learned = *online;
    put_in_force(fixture, &next);
    EXPECT(memcmp(online, &learned, sizeof learned) == 0);
    EXPECT_INT(fixture_last(fixture, RECORD_MODEL)->model >> 56, 9);
    fixture_free(fixture);
}

TEST(a_session_that_goes_on_has_learned_what_the_one_before_it_had)
{
    struct fixture_stump stump;
    const struct engine_config config = crossing();
    struct model model = saying(&stump, 3);
    model.trained[0].logistic = fixture_linear(0.5, FEATURE_ADX, 0);
    model.trained[0].logistic_says = fixture_plain();
    struct fixture *first = fixture_new(&config, &by_candles);
    put_in_force(first, &model);
    cross(first);
    fixture_candle(first, 94, 94, 93, 93);
    struct fixture *second = fixture_new(&config, &by_candles);
    EXPECT(engine_adopt(second->engine, first->engine, (const uint32_t[]){0}));
    put_in_force(second, &model);
    EXPECT_INT(fixture_count(second, RECORD_MODEL), 0); /* the same goes on */
    EXPECT_INT(second->engine->pairs[0].followed_count, 1);
    EXPECT(memcmp(second->engine->pairs[0].followed, first->engine->pairs[0].followed,
                  sizeof(struct followed)) == 0);
    EXPECT(memcmp(second->engine->learning.online, first->engine->learning.online,
                  sizeof first->engine->learning.online) == 0);
    fixture_free(first);
    fixture_free(second);
}
