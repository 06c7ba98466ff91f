/* SPDX-License-Identifier: MIT */
/* A decision of three strategies, and what is said of it. */
#pragma once

#include "operator/sentence/sentence.h"
#include "operator/sentence/sentence_table.h"
#include "test.h"

static const char *const strategies[] = {"sma_cross", "trend", "mean_reversion"};
static const struct pair pairs[] = {
    {.symbol = "BTC/USD", .base = "BTC", .quote = "USD", .price_decimals = 1, .qty_decimals = 8},
    {.symbol = "PEPE/USD", .base = "PEPE", .quote = "USD", .price_decimals = 9, .qty_decimals = 0},
};
static const struct sentence_names names = {
    .currency = "USD",
    .strategies = strategies,
    .strategy_count = 3,
    .pairs = pairs,
    .pair_count = 2,
};

static inline const char *say(const struct record *record)
{
    static char text[SENTENCE_MAX];
    size_t len = sentence_record(text, sizeof text, record, &names);
    EXPECT_INT(len, strlen(text));
    return text;
}

static inline struct record decision(enum verdict verdict)
{
    return (struct record){
        .kind = RECORD_DECISION,
        .verdict = verdict,
        .direction = 1,
        .price = 64210.5,
        .confidence = 0.48,
        .gate = 0.50,
        .stop = 63100,
        .target = 66900,
        .agree_count = 1,
        .actionable_count = 1,
        .vote_count = 3,
        .votes = {{.strategy = 0,
                   .direction = 1,
                   .actionable = true,
                   .reason = REASON_SMA_CROSS_UP,
                   .figures = {64210.5, 64180.2, 64100, 64170}},
                  {.strategy = 1, .reason = REASON_NONE},
                  {.strategy = 2, .reason = REASON_NONE}},
    };
}
