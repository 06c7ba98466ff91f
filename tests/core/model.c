/* SPDX-License-Identifier: MIT */
/* A trained model, asked: its parts, their shares, and the pooled one that it leans on. */
#include "core/model/model.h"

#include "core/base/prng.h"
#include "core/model/sigmoid.h"

#include "model_fixture.h"

static struct features unknown(void)
{
    struct features features;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        features.values[i] = (double)NAN;
    }
    return features;
}

TEST(a_forest_alone_says_what_its_leaf_and_its_calibration_say)
{
    struct fixture_stump stump;
    const struct forest forest = fixture_forest(&stump, FEATURE_RSI, 10, -1, 2);
    const struct model model = {.trained_count = 1, .trained = {fixture_trained("trend", &forest)}};
    EXPECT(model_check(&model) == NULL);
    struct features features = unknown();
    struct model_said said;
    const struct {
        double rsi, margin;
    } lines[] = {{9.9, -1}, {10, 2}, {(double)NAN, -1}};
    for (uint32_t i = 0; i < 3; i++) {
        features.values[FEATURE_RSI] = lines[i].rsi;
        EXPECT(model_ask(&model, 0, MODEL_NONE_TRAINED, NULL, &features, &said));
        EXPECT_NEAR(said.probability, sigmoid(lines[i].margin), 1e-12);
        /* From the mean of both leaves to the one it came to. */
        EXPECT_NEAR(said.amounts[FEATURE_RSI], lines[i].margin - 0.5, 1e-6);
    }
}

TEST(parts_speak_by_their_shares_and_one_that_is_silent_leaves_its_own_to_the_others)
{
    struct fixture_stump stump;
    const struct forest forest = fixture_forest(&stump, FEATURE_RSI, 0, -1, 1);
    struct model model = {.trained_count = 1, .trained = {fixture_trained("trend", &forest)}};
    struct trained *trained = &model.trained[0];
    trained->logistic = fixture_linear(0.5, FEATURE_ADX, 0.1);
    trained->logistic_says = fixture_plain();
    trained->shares[MODEL_PART_FOREST] = 0.5;
    trained->shares[MODEL_PART_LOGISTIC] = 0.3;
    trained->shares[MODEL_PART_ONLINE] = 0.2;
    EXPECT(model_check(&model) == NULL);
    struct features features = unknown();
    features.values[FEATURE_RSI] = 1;
    features.values[FEATURE_ADX] = 5;
    struct model_said said;
    EXPECT(model_ask(&model, 0, MODEL_NONE_TRAINED, NULL, &features, &said));
    EXPECT_NEAR(said.probability, (0.5 * sigmoid(1) + 0.3 * sigmoid(1)) / 0.8, 1e-12);
    EXPECT_NEAR(said.amounts[FEATURE_ADX], 0.3 * 0.5 / 0.8, 1e-12);
    struct online online;
    online_init(&online, &trained->logistic);
    online.change.intercept = -3;
    online.change.weights[FEATURE_ADX] = 0.2;
    EXPECT(model_ask(&model, 0, MODEL_NONE_TRAINED, &online, &features, &said));
    EXPECT_NEAR(said.probability, 0.8 * sigmoid(1) + 0.2 * sigmoid(-1), 1e-12);
    EXPECT_NEAR(said.amounts[FEATURE_ADX], 0.5 * 0.5 + 0.2 * 1, 1e-12);
}

TEST(where_examples_are_few_the_pooled_one_is_leant_on)
{
    struct fixture_stump one, all;
    const struct forest own = fixture_forest(&one, FEATURE_RSI, 0, -1, 1);
    const struct forest pooled = fixture_forest(&all, FEATURE_ADX, 25, -2, 2);
    struct model model = {
        .trained_count = 2,
        .trained = {fixture_trained("trend", &own), fixture_trained("", &pooled)}};
    model.trained[0].own = 0.25;
    EXPECT(model_check(&model) == NULL);
    EXPECT_INT(model_find(&model, ""), 1);
    EXPECT_INT(model_find(&model, "dca"), MODEL_NONE_TRAINED);
    struct features features = unknown();
    features.values[FEATURE_RSI] = 1;
    features.values[FEATURE_ADX] = 10;
    struct model_said said;
    EXPECT(model_ask(&model, 0, 1, NULL, &features, &said));
    EXPECT_NEAR(said.probability, sigmoid(0.25 * 1 + 0.75 * -2), 1e-12);
    /* One without a forest of its own has the pooled one, and without either nothing to say. */
    model.trained[0].forest.tree_count = 0;
    EXPECT(model_ask(&model, 0, 1, NULL, &features, &said));
    EXPECT_NEAR(said.probability, sigmoid(-2), 1e-12);
    EXPECT(!model_ask(&model, 0, MODEL_NONE_TRAINED, NULL, &features, &said));
    model.trained[0].shares[MODEL_PART_FOREST] = 0.5;
    model.trained[0].shares[MODEL_PART_BASE] = 0.5;
    model.trained[0].base = 0.4;
    EXPECT(model_ask(&model, 0, MODEL_NONE_TRAINED, NULL, &features, &said));
    EXPECT_NEAR(said.probability, 0.4, 1e-12);
    EXPECT(model_ask(&model, 0, 1, NULL, &features, &said));
    EXPECT_NEAR(said.probability, (sigmoid(-2) + 0.4) / 2, 1e-12);
}

TEST(what_could_not_be_asked_is_refused)
{
    struct fixture_stump stump;
    const struct forest forest = fixture_forest(&stump, FEATURE_RSI, 0, -1, 1);
    const struct model good = {.trained_count = 1, .trained = {fixture_trained("trend", &forest)}};
    EXPECT(model_check(&good) == NULL);
    struct model model = good;
    model.trained_count = 0;
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[0].shares[MODEL_PART_FOREST] = 0.9;
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[0].own = (double)NAN;
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[0].forest.feature_count = FEATURE_COUNT - 1;
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[0].forest_says.a = -1;
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[0].forest.node_count = 2;
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[0].logistic = fixture_linear(0, FEATURE_ADX, (double)NAN);
    EXPECT(model_check(&model) != NULL);
    model = good;
    model.trained[1] = model.trained[0];
    model.trained_count = 2;
    EXPECT(model_check(&model) != NULL);
}
