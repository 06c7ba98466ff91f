/* SPDX-License-Identifier: MIT */
/*
 * From votes to one direction. The actionable signals (not neutral, of no shadow, not cooling down,
 * strength and confidence at least `actionable`) vote; the majority gives the direction, a tie
 * gives none. Strength and confidence are the weighted means of those that agree; the order book,
 * by its imbalance or its score as `book` says, adds or takes `imbalance_bonus` of confidence.
 * Stop, target and the price that ends the trade are the nearest of the agreeing: for a long the
 * highest stop and the lowest target. The stop follows as closely as the closest would, and the
 * trade lasts as long as the shortest. It is bought by a ladder where all that agree ask for one,
 * by that of the most confident of them (the first of equals): who wants it now, under a near stop,
 * is not made to wait for a deeper price.
 *
 * Gate: `agree` of them, or any alone with confidence >= its own `alone`; then confidence >=
 * `confidence`.
 *
 * With `rule: best` nobody votes. Each signal stands for itself, and the one of highest confidence
 * (then expected value, then the first) is taken alone, if it passes `confidence`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/option.h"
#include "core/decision/vote.h"

enum decision_book {
    DECISION_BOOK_IMBALANCE,
    DECISION_BOOK_SCORE, /* core/market/book_score.h */
};

enum decision_rule {
    RULE_VOTE, /* all that is said above */
    RULE_BEST, /* one signal alone: the surest, of equals the one worth more */
};

struct decision_config {
    int32_t rule; /* enum decision_rule */
    int32_t book; /* enum decision_book */
    double actionable;
    int64_t agree;
    double alone;
    double confidence;
    double imbalance_bonus;
    double imbalance_threshold; /* the book agrees beyond this, opposes beyond its negative */
    int64_t imbalance_levels;
};

extern const struct option decision_options[];
extern const uint32_t decision_option_count;

struct confluence {
    int32_t direction; /* 0: none */
    bool tie;
    bool passed;    /* the gate */
    bool too_few;   /* failed for want of agreement */
    bool sure_fire; /* three agree, the book too, confidence >= 0.65 */
    uint32_t agree_count, actionable_count;
    uint32_t strategies; /* mask of the agreeing */
    double strength, confidence, gate;
    double stop, target; /* 0 none */
    double trail;        /* these four as in struct signal */
    double broken;
    int64_t hold_ns;
    struct ladder_terms ladder;
};

/* How a strategy's vote counts. */
struct voice {
    double weight;
    double alone; /* confidence with which it is enough by itself */
};

struct confluence_view {
    const struct voice *voices; /* by vote.strategy */
    double book;                /* how the order book leans, -1..1 */
    double price;
    double round_trip_fee;
    double
        gate; /* what an entry needs on this pair now; a close needs decision_config.confidence */
};

/* One more that agrees: of each thing that ends the trade the one that ends it soonest. */
void confluence_exits(struct confluence *all, const struct vote *vote);

/* Marks which votes are actionable and weighs them. */
void confluence_weigh(const struct decision_config *config, struct vote *votes, uint32_t count,
                      const struct confluence_view *view, struct confluence *ret);
