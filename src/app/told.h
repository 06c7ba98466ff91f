/* SPDX-License-Identifier: MIT */
/*
 * A record as it was told: sentence_json's text, read back for who explains it. What an older
 * cuttle did not write stays 0 or "". The words are the interface's own ("too_few", "sma_cross").
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/risk/scale.h"
#include "operator/sentence/sentence.h"

#define TOLD_WORD_MAX 32
#define TOLD_FINDING_MAX 8

struct told_vote {
    char strategy[TOLD_WORD_MAX];
    char direction[TOLD_WORD_MAX];
    char sentence[SENTENCE_MAX];
    bool actionable, cooling, shadow;
    double strength, confidence;
    double stop, target; /* 0 none */
};

/* Of a filter or a timeframe; `high` 0: no upper limit. */
struct told_finding {
    char name[TOLD_WORD_MAX], state[TOLD_WORD_MAX];
    double figure, low, high;
};

struct told_findings {
    uint32_t count;
    struct told_finding list[TOLD_FINDING_MAX];
};

/* What a model judged by. */
struct told_contribution {
    char sentence[SENTENCE_MAX];
    double amount;
};

struct told {
    char kind[TOLD_WORD_MAX];
    char pair[TOLD_WORD_MAX]; /* "" of the whole account */
    char verdict[TOLD_WORD_MAX];
    char command[TOLD_WORD_MAX];
    char direction[TOLD_WORD_MAX];
    char size_rule[TOLD_WORD_MAX];
    char quantity[TOLD_WORD_MAX], cost[TOLD_WORD_MAX], risk[TOLD_WORD_MAX], equity[TOLD_WORD_MAX];
    char sentence[SENTENCE_MAX];
    bool done; /* of a command */
    uint64_t order;
    double price, stop, target;
    double strength, confidence, gate, imbalance, score;
    double expected_value;
    bool sized; /* `factors` are there */
    double factors[SIZE_FACTOR_COUNT];
    uint64_t agree, actionable;
    uint32_t vote_count;
    struct told_vote votes[STRATEGY_MAX];
    bool chained; /* what follows is there */
    struct told_findings filters, timeframes;
    char way[TOLD_WORD_MAX], volatility[TOLD_WORD_MAX], mood[TOLD_WORD_MAX];
    double adx, atr_rank, leader, breadth;
    double effect_size, effect_confidence, effect_stop, effect_target;
    int64_t cooling_left_s;
    char model[TOLD_WORD_MAX]; /* "": none was asked */
    double voted, probability, share;
    uint32_t contribution_count;
    struct told_contribution contributions[MODEL_CONTRIBUTION_MAX];
};

/* False when the text is no record's. */
bool told_read(struct told *told, const char *json, size_t len);
