/* SPDX-License-Identifier: MIT */
/* What a training is given: what is refused, and what the labels alone say. */
#include "research/learn/booster_data.h"

#include <errno.h>

#include "test.h"

#define ROWS 4

static float rows[ROWS * 2], labels[ROWS], weights[ROWS];
static struct booster_data data;
static struct booster_terms terms;

static void begin(void)
{
    for (int i = 0; i < ROWS; i++) {
        rows[2 * i] = (float)i, rows[2 * i + 1] = (float)NAN;
        labels[i] = (float)(i % 2), weights[i] = 1;
    }
    data = (struct booster_data){rows, labels, weights, ROWS, 2};
    terms = (struct booster_terms){.objective = BOOSTER_LOGISTIC,
                                   .rounds = 10,
                                   .depth = 3,
                                   .bins = 64,
                                   .eta = 0.1,
                                   .subsample = 1,
                                   .colsample = 1};
}

#define REFUSED(change, why)                                                                       \
    do {                                                                                           \
        char error[BOOSTER_ERROR_MAX] = "";                                                        \
        begin();                                                                                   \
        EXPECT_INT(booster_check(&data, &terms, error, sizeof error), 0);                          \
        change;                                                                                    \
        EXPECT_INT(booster_check(&data, &terms, error, sizeof error), -EINVAL);                    \
        EXPECT_TEXT(error, why);                                                                   \
    } while (0)

TEST(rows_that_are_none_or_too_many_or_no_numbers_are_refused)
{
    REFUSED(data.row_count = 0, "there is not one row to train on");
    REFUSED(data.row_count = BOOSTER_ROW_MAX + 1,
            "there are 16777217 rows to train on: 16777216 at most");
    REFUSED(data.column_count = 0, "a row has 0 columns: 1 to 256");
    REFUSED(data.column_count = 257, "a row has 257 columns: 1 to 256");
    REFUSED(rows[5] = INFINITY,
            "row 2, column 1 (from 0) is inf: 1e+30 at most; what is not known is NaN");
    REFUSED(rows[0] = -2e30F,
            "row 0, column 0 (from 0) is -2e+30: 1e+30 at most; what is not known is NaN");
}

TEST(labels_and_weights_that_say_nothing_are_refused)
{
    REFUSED(labels[1] = NAN,
            "the label of row 1 (from 0) is nan: it must be a number, 1e+09 at most");
    REFUSED(labels[3] = 0.5F, "the label of row 3 (from 0) is 0.5: it must be 0 or 1");
    REFUSED(labels[1] = labels[3] = 0,
            "all rows that weigh anything have the label 0: there is nothing to tell apart");
    REFUSED(weights[0] = weights[2] = 0,
            "all rows that weigh anything have the label 1: there is nothing to tell apart");
    REFUSED(weights[2] = -1, "the weight of row 2 (from 0) is -1: it must be 0 to 1e+09");
    REFUSED(weights[2] = NAN, "the weight of row 2 (from 0) is nan: it must be 0 to 1e+09");
    REFUSED(for (int i = 0; i < ROWS; i++) weights[i] = 0, "the weights of all rows are 0");
    REFUSED(terms.objective = BOOSTER_QUANTILE; terms.alpha = 0.5;
            labels[2] = NAN, "the label of row 2 (from 0) is nan: it must be a number, "
                             "1e+09 at most");
}

TEST(terms_out_of_bounds_are_refused)
{
    REFUSED(terms.objective = BOOSTER_QUANTILE, "alpha is 0: it must be above 0, and less than 1");
    REFUSED(terms.objective = BOOSTER_QUANTILE;
            terms.alpha = 1, "alpha is 1: it must be above 0, and less than 1");
    REFUSED(terms.rounds = 0, "rounds is 0: it must be 1 to 4096");
    REFUSED(terms.rounds = 5000, "rounds is 5000: it must be 1 to 4096");
    REFUSED(terms.depth = 16, "depth is 16: it must be 1 to 15");
    REFUSED(terms.bins = 1, "bins is 1: it must be 2 to 256");
    REFUSED(terms.bins = 257, "bins is 257: it must be 2 to 256");
    REFUSED(terms.eta = NAN, "eta is nan: it must be 1e-06 to 1");
    REFUSED(terms.lambda = -1, "lambda is -1: it must be 0 to 1e+09");
    REFUSED(terms.gamma = INFINITY, "gamma is inf: it must be 0 to 1e+09");
    REFUSED(terms.min_child_weight = -0.1, "min_child_weight is -0.1: it must be 0 to 1e+09");
    REFUSED(terms.subsample = 0, "subsample is 0: it must be 1e-06 to 1");
    REFUSED(terms.colsample = 1.1, "colsample is 1.1: it must be 1e-06 to 1");
}

static struct booster_start start_of(void)
{
    struct booster_start start = {0};
    char error[BOOSTER_ERROR_MAX];
    EXPECT_INT(booster_begin(&data, &terms, &start, error, sizeof error), 0);
    return start;
}

TEST(a_probability_begins_at_the_mean_of_what_weighs)
{
    begin();
    EXPECT(start_of().base == 0.5F);
    weights[1] = weights[3] = 3;
    EXPECT(start_of().base == 0.75F);
    data.weights = NULL;
    EXPECT(start_of().base == 0.5F);
}

/* The labels 1 to 100 in some order. */
static struct booster_data hundred(float *values)
{
    for (int i = 0; i < 100; i++) {
        values[i] = (float)(i * 37 % 100 + 1);
    }
    return (struct booster_data){values, values, NULL, 100, 1};
}

TEST(a_quantile_begins_at_that_of_all_labels)
{
    float values[100], ones[100];
    begin();
    data = hundred(values);
    terms.objective = BOOSTER_QUANTILE, terms.alpha = 0.8;
    EXPECT(start_of().base == 80);
    /* The quantiles at 0.7 and 0.9 are 70 and 90: a slope of 20 by 0.2. */
    EXPECT_NEAR(start_of().slope, 100, 1e-9);
    terms.alpha = 0.5;
    EXPECT(start_of().base == 50);
    /* The half above 50 weighs nothing. */
    for (int i = 0; i < 100; i++) {
        ones[i] = values[i] <= 50;
    }
    data.weights = ones;
    EXPECT(start_of().base == 25);
    EXPECT_NEAR(start_of().slope, 50, 2.1);
}

TEST(equal_labels_have_the_slope_of_what_range_there_is)
{
    float values[100];
    begin();
    data = hundred(values);
    terms.objective = BOOSTER_QUANTILE, terms.alpha = 0.5;
    for (int i = 0; i < 90; i++) {
        values[i] = 7;
    }
    values[90] = 3, values[91] = 12;
    for (int i = 92; i < 100; i++) {
        values[i] = 7;
    }
    EXPECT(start_of().base == 7);
    EXPECT_NEAR(start_of().slope, 9, 0);
    values[90] = values[91] = 7;
    EXPECT_NEAR(start_of().slope, 0, 0);
}

TEST(gradients_say_on_which_side_a_label_is)
{
    const float margins[] = {0, 1, 0, 2};
    float gradients[ROWS], hessians[ROWS];
    begin();
    terms.objective = BOOSTER_QUANTILE, terms.alpha = 0.75;
    weights[3] = 2;
    /* Labels 0 1 0 1: reached, reached, reached, reached; then one that is not. */
    booster_gradients(&data, &terms, &(struct booster_start){.slope = 4}, margins, gradients,
                      hessians);
    EXPECT(gradients[0] == 1 && gradients[1] == 1 && gradients[2] == 1 && gradients[3] == 2);
    EXPECT(hessians[0] == 1 && hessians[3] == 2);
    labels[2] = 0.5F;
    booster_gradients(&data, &terms, &(struct booster_start){.slope = 4}, margins, gradients,
                      hessians);
    EXPECT(gradients[2] == -3);
}
