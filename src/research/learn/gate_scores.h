/* SPDX-License-Identifier: MIT */
/*
 * What the gate looks at: of one strategy's rows in a walk forward the scores of each that
 * predicted, over all pairs and of each, and whether a feature knows too much.
 */
#pragma once

#include "research/learn/gate.h"

struct gate_rows {
    const struct examples *examples;
    size_t count;
    size_t *list; /* of forward->rows, ascending in time */
};

/* 0, -ENOMEM; to be given to gate_rows_free either way. */
int gate_rows_make(const struct forward *forward, const struct examples *examples,
                   uint32_t strategy, struct gate_rows *ret);
void gate_rows_free(struct gate_rows *rows);

/* Scores, rewards, pairs and overlap into `ret`. 0, -ENOMEM. */
int gate_measure(const struct gate_config *config, const struct forward *forward,
                 const struct gate_rows *rows, struct gate_report *ret);

/* The feature that alone tells most, by all of the strategy's examples. 0, -ENOMEM. */
int gate_find_leak(const struct examples *examples, uint32_t strategy, struct gate_report *ret);

/* Whether an AUC is one of enough examples. */
bool gate_believes(const struct scores *scores);
