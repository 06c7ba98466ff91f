/* SPDX-License-Identifier: MIT */
/*
 * The windows of a walk forward: what was found on one span of time is tried on the one behind it,
 * again and again, and only those trials count (R. Pardo, The Evaluation and Optimization of
 * Trading Strategies, 1992/2008).
 *
 *     rolling    [== train ==]-[test]             anchored   [== train ==]-[test]
 *                      [== train ==]-[test]                  [===== train =====]-[test]
 *
 * `purge` is left out between a training and its test: a position that training ended with would
 * else be judged by the test's first candles. `embargo` is left out between one test and the next,
 * so that what one of them ended on is not what the next begins with (M. Lopez de Prado, Advances
 * in Financial Machine Learning, 2018, chapter 7).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALK_FOLD_MAX 256

struct walk_config {
    int64_t from_ns, until_ns;    /* the whole span; the end is not in it */
    int64_t train_ns, test_ns;    /* above 0; of an anchored walk, its first training */
    int64_t purge_ns, embargo_ns; /* 0 or more */
    bool anchored;                /* every training begins at from_ns */
};

struct walk_fold {
    int64_t train_from_ns, train_until_ns; /* the ends are not in them */
    int64_t test_from_ns, test_until_ns;
};

/* The folds into out[WALK_FOLD_MAX], in order: their count, at most so many. A last test that is
 * cut short by the end counts when at least half of it is there. 0: the span is too short for one.
 */
size_t walk_plan(const struct walk_config *config, struct walk_fold *out);
