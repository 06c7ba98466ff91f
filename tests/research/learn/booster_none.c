/* SPDX-License-Identifier: MIT */
/* A cuttle that was built without XGBoost. */
#include <errno.h>

#include "research/learn/booster.h"
#include "test.h"

TEST(without_xgboost_it_says_what_is_missing)
{
    const float values[] = {0, 1};
    const struct booster_data data = {values, values, NULL, 2, 1};
    const struct booster_terms terms = {
        .rounds = 1, .depth = 1, .eta = 1, .subsample = 1, .colsample = 1};
    struct booster *booster = NULL;
    char error[BOOSTER_ERROR_MAX] = "";
    EXPECT(!booster_supported());
    EXPECT_INT(booster_train(&data, &terms, NULL, &booster, error, sizeof error), -ENOSYS);
    EXPECT(booster == NULL);
    EXPECT(strstr(error, "built without XGBoost: install libxgboost-dev") != NULL);
    booster_free(booster);
}
