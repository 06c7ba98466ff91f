/* SPDX-License-Identifier: MIT */
/*
 * Higher timeframes must agree with an entry. Each that is asked for (5m, 15m, 1h, 4h, 1d; none by
 * default) is held against its own average of 20 closes, at its newest closed candle:
 *
 *   sma    its close stands beyond SMA(20), above it for a long, below it for a short
 *   ema    EMA(20) moved that way on that candle
 *   both   both
 *
 * The figure is the distance in percent, counted in the entry's direction, and must be above 0: a
 * market that stands still agrees with nobody. One that is still warming up does not agree.
 *
 * The mission's "1m + 5m with 1m confidence above a threshold" can be read two ways, and the
 * configuration has both: `confidence` is what a decision needs while any timeframe is asked (0:
 * no more than otherwise), and one of at least `alone` needs no agreement (1.01: there is none).
 */
#pragma once

#include "core/base/option.h"
#include "core/decision/finding.h"
#include "core/indicator/panel.h"

enum agreement_method {
    AGREEMENT_SMA,
    AGREEMENT_EMA,
    AGREEMENT_BOTH,
};

struct agreement_config {
    bool asked[TIMEFRAME_COUNT];
    int32_t method;
    int64_t period;
    double confidence;
    double alone;
};

extern const struct option agreement_options[];
extern const uint32_t agreement_option_count;

struct agreement_slots {
    uint32_t sma[TIMEFRAME_COUNT];
    uint32_t ema[TIMEFRAME_COUNT];
};

/* Whether any timeframe is asked. */
bool agreement_any(const struct agreement_config *config);

void agreement_plan(const struct agreement_config *config, struct panel_plan *plan,
                    struct agreement_slots *slots);

/* Fills every finding; returns the finest timeframe that stops an entry, TIMEFRAME_COUNT where none
 * does. `direction` is +1 or -1; `confidence` is the decision's. */
enum timeframe agreement_ask(const struct agreement_config *config, const struct series *series,
                             const struct panel_cell *cells, const struct agreement_slots *slots,
                             int32_t direction, double confidence,
                             struct finding findings[TIMEFRAME_COUNT]);
