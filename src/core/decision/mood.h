/* SPDX-License-Identifier: MIT */
/*
 * The market regime: the mood of the whole market, from its leader and its breadth. The leader is
 * the first pair of the session, normally BTC; its move is the change of its close over 24 candles
 * of 1h. Breadth is the part of all pairs that stand no lower than they did then. A pair that has
 * gone silent is not counted.
 *
 *   panic      the leader fell 10 % or more; or 5 % with a breadth of at most 0.2
 *   caution    the leader fell 5 % or more; or at all, with a breadth of at most 0.2
 *   euphoria   the leader rose 10 % or more, with a breadth of at least 0.8
 *   normal     else; unknown while the leader's candles do not reach back so far
 *
 * Fewer than five pairs have no breadth: the leader's move alone decides.
 *
 * Panic stops new entries (size 0); caution halves their size, euphoria takes a quarter of it, and
 * all three ask for 0.05 more confidence. Exits go on in every one. Unknown changes nothing.
 *
 * The four regimes are the mission's; the figures are ours. A fall within an hour is the crash
 * breaker's business (core/risk/crash.h), which this is slower than.
 */
#pragma once

#include "core/decision/regime.h"

enum mood_kind {
    MOOD_UNKNOWN,
    MOOD_PANIC,
    MOOD_CAUTION,
    MOOD_NORMAL,
    MOOD_EUPHORIA,
};

#define MOOD_BREADTH_PAIRS 5

struct mood_config {
    bool enabled;
    int32_t timeframe;
    int64_t period;
    double panic_fall, caution_fall, euphoria_rise; /* fractions of the leader's close */
    double breadth_low, breadth_high;
    double panic_size, caution_size, euphoria_size;
    double caution_confidence, euphoria_confidence;
};

extern const struct option mood_options[];
extern const uint32_t mood_option_count;

/* What the pairs did. */
struct mood_count {
    bool known;    /* the leader's move is */
    double leader; /* a fraction; -0.1 is a fall of 10 % */
    uint32_t risen, counted;
};

struct mood {
    enum mood_kind kind;
    int64_t span_ns; /* what the leader's move goes back over */
    double leader;
    double breadth; /* risen of counted; 0 of none */
    uint32_t risen, counted;
};

const char *mood_check(const struct mood_config *config);
void mood_plan(const struct mood_config *config, struct panel_plan *plan, uint32_t *slot);

/* Counts one pair by its change in percent, from the plan's slot; one that is still warming up
 * counts for nothing. */
void mood_add(struct mood_count *count, const struct panel_cell *change, bool leader);

struct mood mood_judge(const struct mood_config *config, const struct mood_count *count);
struct regime_effect mood_effect(const struct mood_config *config, enum mood_kind kind);
