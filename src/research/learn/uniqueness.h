/* SPDX-License-Identifier: MIT */
/*
 * How much an example counts. Outcomes that overlap in time are not independent: of c that run at
 * one moment each is there a c-th of an example (M. Lopez de Prado, Advances in Financial Machine
 * Learning, 2018, chapter 4).
 *
 *     concurrency   c(t): outcomes of the pair that span t
 *     uniqueness    the mean of 1 / c(t) over the outcome's span: 0 < u <= 1
 *     age           0.5 ^ (days since its end / half-life)
 *     weight        u * age, times `own` where the trade was the bot's own
 *
 * Spans are [begin, end). The book counts bars; where every span is made of whole bars and no bar
 * is missing, time comes to the same. The sum of the uniquenesses is about how many independent
 * examples there are. O(n log n).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/online.h"

#define UNIQUENESS_OWN ONLINE_OWN /* the usual weight of the bot's own trades */

struct outcome_span {
    int64_t begin_ns, end_ns; /* begin < end */
    uint32_t pair;            /* any number: spans of one are asked of each other alone */
    bool own;
};

struct uniqueness_config {
    int64_t now_ns;        /* ages are counted from here; what ends later has none */
    double half_life_days; /* 0: age counts for nothing */
    double own;
};

/* Either of the results may be NULL. 0, -ENOMEM. */
int uniqueness_weigh(const struct uniqueness_config *config, const struct outcome_span *spans,
                     size_t count, double *ret_uniqueness, double *ret_weights);
