/* SPDX-License-Identifier: MIT */
/*
 * What a training is given, looked through before XGBoost sees it; and what the labels alone say:
 * the base of the margins, and the gradients of a quantile.
 */
#pragma once

#include "research/learn/booster.h"

/* 0, or -EINVAL with the first thing that is wrong. */
int booster_check(const struct booster_data *data, const struct booster_terms *terms, char *error,
                  size_t error_size);

struct booster_start {
    float base;   /* as XGBoost's base_score: a probability, or a label */
    double slope; /* quantile: of the labels' quantiles round alpha */
};

/* Of data that were looked through. 0, or -ENOMEM. */
int booster_begin(const struct booster_data *data, const struct booster_terms *terms,
                  struct booster_start *ret, char *error, size_t error_size);

/* Where the margins stand, by row; `ret_hessians` is the weights. */
void booster_gradients(const struct booster_data *data, const struct booster_terms *terms,
                       const struct booster_start *start, const float *margins,
                       float *ret_gradients, float *ret_hessians);
