/* SPDX-License-Identifier: MIT */
/* Small models made by hand: a stump on one feature, or a logistic part of one weight. */
#pragma once

#include "core/model/model.h"

#include "test.h"

/* Probability is the sigmoid of the margin. */
static inline struct calibration fixture_plain(void)
{
    return (struct calibration){.kind = CALIBRATION_PLATT, .least = 1e-6, .a = 1};
}

struct fixture_stump {
    struct forest_node nodes[3];
    float means[3];
    uint32_t roots[1];
};

/* Below `split` the margin is `low`, else `high`; what is not known goes low. */
static inline struct forest fixture_forest(struct fixture_stump *stump, enum feature feature,
                                           float split, float low, float high)
{
    *stump = (struct fixture_stump){
        .nodes = {{split, FOREST_TEST(feature, true), 1},
                  {low, FOREST_LEAF, 0},
                  {high, FOREST_LEAF, 0}},
        .means = {(low + high) / 2, low, high},
    };
    return (struct forest){.nodes = stump->nodes,
                           .means = stump->means,
                           .roots = stump->roots,
                           .node_count = 3,
                           .tree_count = 1,
                           .feature_count = FEATURE_COUNT,
                           .depth = 1};
}

static inline struct linear fixture_linear(double intercept, enum feature feature, double weight)
{
    struct linear linear = {.count = FEATURE_COUNT, .intercept = intercept};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        linear.scales[i] = 1;
    }
    linear.weights[feature] = weight;
    return linear;
}

/* Of a strategy, with a forest alone. */
static inline struct trained fixture_trained(const char *strategy, const struct forest *forest)
{
    struct trained trained = {.live = true,
                              .own = 1,
                              .base = (double)NAN,
                              .shares = {[MODEL_PART_FOREST] = 1},
                              .forest = *forest,
                              .forest_says = fixture_plain()};
    snprintf(trained.strategy, sizeof trained.strategy, "%s", strategy);
    return trained;
}
