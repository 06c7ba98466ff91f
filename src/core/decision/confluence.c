/* SPDX-License-Identifier: MIT */
#include "core/decision/confluence.h"

#include "core/decision/value.h"

#define SURE_FIRE_AGREE 3
#define SURE_FIRE_CONFIDENCE 0.65

#define ROW(member) OPTION_FIELD(struct decision_config, member)

static const char *const rule_names[] = {"vote", "best", NULL};
static const char *const book_names[] = {"imbalance", "score", NULL};

const struct option decision_options[] = {
    {"rule", OPTION_CHOICE, "", "vote", 0, 0, rule_names, ROW(rule),
     "vote: the strategies vote. best: each signal stands for itself, and the surest is taken"},
    {"book", OPTION_CHOICE, "", "imbalance", 0, 0, book_names, ROW(book),
     "What tells how the order book leans: its imbalance, or the score of its five parts (section "
     "book)"},
    {"actionable", OPTION_REAL, "0..1", "0.3", 0, 1, NULL, ROW(actionable),
     "Strength and confidence a signal needs to be counted at all"},
    {"agree", OPTION_INT, "strategies", "2", 1, STRATEGY_MAX, NULL, ROW(agree),
     "Strategies that must agree (strict preset: 3)"},
    {"alone", OPTION_REAL, "0..1", "0.55", 0, 1, NULL, ROW(alone),
     "Confidence with which one strategy is enough by itself, where its own section says nothing; "
     "1 with agree 3 is the strict preset"},
    {"confidence", OPTION_REAL, "0..1", "0.5", 0, 1, NULL, ROW(confidence),
     "Confidence the weighed decision needs (strict preset: 0.65)"},
    {"imbalance_bonus", OPTION_REAL, "0..1", "0.05", 0, 0.5, NULL, ROW(imbalance_bonus),
     "Confidence the order book adds when it leans the same way, and takes when it opposes"},
    {"imbalance_threshold", OPTION_REAL, "0..1", "0.2", 0, 1, NULL, ROW(imbalance_threshold),
     "How far the book must lean to count"},
    {"imbalance_levels", OPTION_INT, "levels", "10", 1, BOOK_DEPTH_MAX, NULL, ROW(imbalance_levels),
     "Best levels a side that are weighed against each other"},
};
const uint32_t decision_option_count = sizeof decision_options / sizeof decision_options[0];

/* Counts the actionable votes either way; the difference is the majority. */
static int32_t majority(const struct decision_config *config, struct vote *votes, uint32_t count,
                        uint32_t *ret_actionable)
{
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct vote *vote = &votes[i];
        vote->actionable = vote->direction != 0 && !vote->cooling && !vote->shadow &&
                           vote->strength >= config->actionable &&
                           vote->confidence >= config->actionable;
        if (vote->actionable) {
            sum += vote->direction;
            (*ret_actionable)++;
        }
    }
    return sum;
}

/* Of two prices the one nearer to the market for this direction; 0 is no price. */
static double nearer(double a, double b, bool higher)
{
    if (a == 0 || b == 0) {
        return a + b;
    }
    return (a > b) == higher ? a : b;
}

void confluence_exits(struct confluence *all, const struct vote *vote)
{
    const bool is_long = all->direction > 0;
    all->stop = nearer(all->stop, vote->stop, is_long);
    all->target = nearer(all->target, vote->target, !is_long);
    all->broken = nearer(all->broken, vote->broken, is_long);
    if (vote->trail > 0 && (all->trail == 0 || vote->trail < all->trail)) {
        all->trail = vote->trail;
    }
    if (vote->hold_ns > 0 && (all->hold_ns == 0 || vote->hold_ns < all->hold_ns)) {
        all->hold_ns = vote->hold_ns;
    }
}

/* A ladder where every one of them asks for one. */
static void combine_ladders(struct confluence *all, const struct vote *vote, double *confidence)
{
    const bool first = all->agree_count == 1;
    if (vote->ladder.rungs == 0 || (!first && all->ladder.rungs == 0)) {
        all->ladder.rungs = 0;
    } else if (first || vote->confidence > *confidence) {
        all->ladder = vote->ladder;
        *confidence = vote->confidence;
    }
}

/* The surest of the actionable, of equals the one worth more, of those the first; NULL none. */
static const struct vote *best_of(const struct vote *votes, uint32_t count,
                                  const struct confluence_view *view)
{
    const struct vote *best = NULL;
    double best_value = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct vote *vote = &votes[i];
        if (!vote->actionable || (best != NULL && vote->confidence < best->confidence)) {
            continue;
        }
        const double value = expected_value(vote->confidence, view->price, vote->stop, vote->target,
                                            view->round_trip_fee);
        if (best == NULL || vote->confidence > best->confidence || value > best_value) {
            best = vote;
            best_value = value;
        }
    }
    return best;
}

/* `only`: that one alone; NULL: all that agree. True when one of them is enough by itself. */
static bool weigh_agreeing(struct confluence *all, const struct vote *votes, uint32_t count,
                           const struct voice *voices, const struct vote *only)
{
    double weight_sum = 0, ladder_confidence = 0;
    bool enough = only != NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct vote *vote = &votes[i];
        if (!vote->actionable || vote->direction != all->direction ||
            (only != NULL && vote != only)) {
            continue;
        }
        const struct voice *voice = &voices[vote->strategy];
        weight_sum += voice->weight;
        all->strength += voice->weight * vote->strength;
        all->confidence += voice->weight * vote->confidence;
        all->agree_count++;
        all->strategies |= 1u << vote->strategy;
        confluence_exits(all, vote);
        combine_ladders(all, vote, &ladder_confidence);
        enough = enough || vote->confidence >= voice->alone;
    }
    if (weight_sum > 0) {
        all->strength /= weight_sum;
        all->confidence /= weight_sum;
    }
    return enough;
}

static void lean_on_book(const struct decision_config *config, double book, struct confluence *all)
{
    const double lean = book * all->direction;
    if (lean > config->imbalance_threshold) {
        all->confidence += config->imbalance_bonus;
    } else if (lean < -config->imbalance_threshold) {
        all->confidence -= config->imbalance_bonus;
    }
    all->confidence = all->confidence > 1 ? 1 : all->confidence < 0 ? 0 : all->confidence;
    all->sure_fire = all->agree_count >= SURE_FIRE_AGREE && lean > config->imbalance_threshold &&
                     all->confidence >= SURE_FIRE_CONFIDENCE;
}

void confluence_weigh(const struct decision_config *config, struct vote *votes, uint32_t count,
                      const struct confluence_view *view, struct confluence *ret)
{
    *ret = (struct confluence){.gate = config->confidence};
    const int32_t sum = majority(config, votes, count, &ret->actionable_count);
    const struct vote *const best = config->rule == RULE_BEST ? best_of(votes, count, view) : NULL;
    ret->direction = best != NULL ? best->direction : (sum > 0) - (sum < 0);
    ret->tie = ret->direction == 0 && ret->actionable_count > 0;
    if (ret->direction == 0) {
        ret->too_few = !ret->tie;
        return;
    }
    ret->gate = ret->direction > 0 ? view->gate : config->confidence;
    const bool enough = weigh_agreeing(ret, votes, count, view->voices, best);
    lean_on_book(config, view->book, ret);
    ret->too_few = ret->agree_count < (uint32_t)config->agree && !enough;
    ret->passed = !ret->too_few && ret->confidence >= ret->gate;
}
