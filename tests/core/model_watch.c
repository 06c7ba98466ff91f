/* SPDX-License-Identifier: MIT */
/* Models watched at work, by story: one that is wrong for long is demoted by itself, one that is
 * right is not, and what a model was not trained on is told. */
#include "core/model/sigmoid.h"

#include "chain_fixture.h"
#include "model_fixture.h"

struct exits_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

struct story {
    struct fixture_stump stump;
    struct watch_reference seen;
    struct model model;
    struct fixture *fixture;
};

/* Every crossing up is a candidate, and whoever is bought may lose as often as it likes. */
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
    config.chain.model.refuse = false;
    return config;
}

/* Training knew nothing of any feature where `blind`, and else saw whatever comes. */
static void see(struct watch_reference *ret, bool blind)
{
    *ret = (struct watch_reference){.count = FEATURE_COUNT, .base = 0.5};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        struct watch_feature *feature = &ret->features[i];
        feature->alarm = blind ? WATCH_PSI : 1e9;
        feature->shares[WATCH_BINS - 1] = 1;
    }
}

static void put_in_force(struct fixture *fixture, const struct model *model, uint64_t turn,
                         uint32_t demoted)
{
    struct event event = {.kind = EVENT_MODEL, .time_ns = fixture->now_ns};
    memcpy(event.model.hash, model->hash, MODEL_HASH_SIZE);
    event.model.turn = turn;
    event.model.demoted = demoted;
    model_use(model);
    desk_step(&fixture->desk, &event);
}

/* A model that says `margin` of whatever it is asked. */
static struct story *story_new(float margin, bool blind)
{
    struct story *story = calloc(1, sizeof *story);
    EXPECT(story != NULL);
    const struct forest forest = fixture_forest(&story->stump, FEATURE_STRENGTH, 2, margin, margin);
    see(&story->seen, blind);
    story->model = (struct model){
        .hash = {7, 1}, .trained_count = 1, .trained = {fixture_trained("sma_cross", &forest)}};
    story->model.trained[0].watch = &story->seen;
    EXPECT(model_check(&story->model) == NULL);
    const struct engine_config config = crossing();
    story->fixture = fixture_new(&config, &by_candles);
    put_in_force(story->fixture, &story->model, 1, 0);
    return story;
}

static void story_free(struct story *story)
{
    model_use(NULL);
    fixture_free(story->fixture);
    free(story);
}

/* Falls, crosses up, and falls through any stop: a candidate that loses. */
static const struct record *lose(struct fixture *fixture)
{
    fixture->record_count = 0;
    for (uint32_t i = 0; i < 12; i++) {
        const double close = 100 - i;
        fixture_candle(fixture, close + 1, close + 1.5, close - 0.5, close);
    }
    fixture_candle(fixture, 89, 95, 88.5, 94);
    const struct record *said = decision(fixture);
    fixture_candle(fixture, 94, 94, 93, 93);
    fixture_candle(fixture, 90, 90, 60, 60);
    return said;
}

static const struct learning *learning_of(const struct story *story)
{
    return &story->fixture->engine->learning;
}

TEST(a_live_model_that_is_wrong_for_long_is_demoted_by_itself)
{
    struct story *story = story_new(3, false);
    const struct record *record = NULL;
    uint32_t rounds = 0;
    EXPECT_INT(lose(story->fixture)->findings.blend.answer.kind, MODEL_TRAINED);
    for (; record == NULL && rounds < 40; rounds++) {
        lose(story->fixture);
        record = fixture_last(story->fixture, RECORD_DEMOTED);
    }
    EXPECT(record != NULL);
    EXPECT_INT(record->pair, UINT32_MAX);
    EXPECT_INT(record->vote_count, 1);
    EXPECT_INT(record->votes[0].strategy, 0);
    EXPECT(record->figure >= WATCH_ALARM && record->model == UINT64_C(0x0701000000000000));
    EXPECT(record->actionable_count >= 3); /* 10.5 to 1 each, of a fifth of half of all */
    EXPECT_INT(learning_of(story)->demoted, 1);
    /* From here on it is a shadow, and the heuristic judges. */
    const struct blend *blend = &lose(story->fixture)->findings.blend;
    EXPECT_INT(blend->answer.kind, MODEL_HEURISTIC);
    EXPECT_INT(blend->shadow.kind, MODEL_TRAINED);
    EXPECT_INT(fixture_count(story->fixture, RECORD_DEMOTED), 0); /* once */
    story_free(story);
}

static void fail_it(struct story *story)
{
    for (uint32_t i = 0; i < 40 && learning_of(story)->demoted == 0; i++) {
        lose(story->fixture);
    }
    EXPECT_INT(learning_of(story)->demoted, 1);
}

TEST(it_stays_demoted_over_a_restart_until_it_is_put_in_force_anew)
{
    struct story *story = story_new(3, false);
    const struct engine_config config = crossing();
    struct fixture *next = fixture_new(&config, &by_candles);
    fail_it(story);
    next->now_ns = story->fixture->now_ns;
    EXPECT(engine_adopt(next->engine, story->fixture->engine, (const uint32_t[]){0}));
    put_in_force(next, &story->model, 1, 0);
    EXPECT_INT(next->engine->learning.demoted, 1);
    EXPECT(next->engine->learning.watches[0].failed);
    EXPECT_INT(lose(next)->findings.blend.answer.kind, MODEL_HEURISTIC);
    put_in_force(next, &story->model, 2, 0);
    EXPECT_INT(fixture_last(next, RECORD_MODEL)->agree_count, 1);
    EXPECT_INT(next->engine->learning.demoted, 0);
    EXPECT(!next->engine->learning.watches[0].failed);
    EXPECT(next->engine->learning.scores[0].known > 0); /* what was learned stays */
    EXPECT_INT(lose(next)->findings.blend.answer.kind, MODEL_TRAINED);
    fixture_free(next);
    story_free(story);
}

TEST(what_the_history_says_holds_for_an_engine_that_knows_nothing_of_it)
{
    struct story *story = story_new(3, false);
    put_in_force(story->fixture, &story->model, 1, 1);
    EXPECT_INT(lose(story->fixture)->findings.blend.answer.kind, MODEL_HEURISTIC);
    /* Another model is live. */
    story->model.hash[0] = 8;
    put_in_force(story->fixture, &story->model, 2, 0);
    EXPECT_INT(lose(story->fixture)->findings.blend.answer.kind, MODEL_TRAINED);
    story_free(story);
}

TEST(a_model_that_says_that_all_will_lose_and_is_right_stays_live)
{
    struct story *story = story_new(-3, false);
    for (uint32_t i = 0; i < 60; i++) {
        lose(story->fixture);
    }
    const struct model_scores *scores = &learning_of(story)->scores[0];
    EXPECT(scores->known >= 60);
    EXPECT_NEAR(model_mean(&scores->model.all, scores->model.all.right), 1, 1e-12);
    EXPECT_NEAR(model_mean(&scores->model.all, scores->model.all.log_loss),
                log_loss(sigmoid(-3), false), 1e-9);
    EXPECT_INT(learning_of(story)->demoted, 0);
    EXPECT(learning_of(story)->watches[0].evidence < WATCH_ALARM);
    EXPECT_INT(lose(story->fixture)->findings.blend.answer.kind, MODEL_TRAINED);
    story_free(story);
}

TEST(a_shadow_that_is_wrong_has_nothing_to_lose)
{
    struct story *story = story_new(3, false);
    story->model.trained[0].live = false;
    for (uint32_t i = 0; i < 20; i++) {
        lose(story->fixture);
    }
    EXPECT(learning_of(story)->watches[0].failed);
    EXPECT_INT(learning_of(story)->demoted, 0);
    story_free(story);
}

TEST(what_it_was_not_trained_on_is_told_once_a_window_and_changes_nothing)
{
    struct story *story = story_new(-9, true);
    uint32_t told = 0;
    for (uint32_t i = 0; i < 3 * WATCH_WINDOW; i++) {
        lose(story->fixture);
        const struct record *record = fixture_last(story->fixture, RECORD_DRIFT);
        if (record != NULL) {
            told++;
            EXPECT((record->drifted >> FEATURE_STRENGTH & 1) != 0);
            EXPECT(record->figure > record->limit && record->votes[0].strategy == 0);
        }
    }
    EXPECT(learning_of(story)->watches[0].windows >= 2);
    EXPECT_INT(told, 1); /* the same again is no news */
    EXPECT_INT(learning_of(story)->demoted, 0);
    story_free(story);
}
