/* SPDX-License-Identifier: MIT */
#include "core/decision/confluence.h"

#define SURE_FIRE_AGREE 3
#define SURE_FIRE_CONFIDENCE 0.65

#define ROW(member) OPTION_FIELD(struct decision_config, member)

static const char *const book_names[] = {"imbalance", "score", NULL};

const struct option decision_options[] = {
    {"book", OPTION_CHOICE, "", "imbalance", 0, 0, book_names, ROW(book),
     "What tells how the order book leans: its imbalance, or the score of its five parts (section "
     "book)"},
    {"actionable", OPTION_REAL, "0..1", "0.3", 0, 1, NULL, ROW(actionable),
     "Strength and confidence a signal needs to be counted at all"},
    {"agree", OPTION_INT, "strategies", "2", 1, STRATEGY_MAX, NULL, ROW(agree),
     "Strategies that must agree (strict preset: 3)"},
    {"alone", OPTION_REAL, "0..1", "0.55", 0, 1, NULL, ROW(alone),
     "Confidence with which one strategy is enough by itself; 1 with agree 3 is the strict preset"},
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
        vote->actionable = vote->direction != 0 && !vote->cooling &&
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

/* What ends the trade: of each the one that ends it soonest. */
static void combine_exits(struct confluence *all, const struct vote *vote)
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

static void weigh_agreeing(struct confluence *all, const struct vote *votes, uint32_t count,
                           const double *weights, double *ret_best_alone)
{
    double weight_sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct vote *vote = &votes[i];
        if (!vote->actionable || vote->direction != all->direction) {
            continue;
        }
        const double weight = weights[vote->strategy];
        weight_sum += weight;
        all->strength += weight * vote->strength;
        all->confidence += weight * vote->confidence;
        all->agree_count++;
        all->strategies |= 1u << vote->strategy;
        combine_exits(all, vote);
        if (vote->confidence > *ret_best_alone) {
            *ret_best_alone = vote->confidence;
        }
    }
    if (weight_sum > 0) {
        all->strength /= weight_sum;
        all->confidence /= weight_sum;
    }
}

void confluence_weigh(const struct decision_config *config, struct vote *votes, uint32_t count,
                      const double *weights, double book, struct confluence *ret)
{
    *ret = (struct confluence){.gate = config->confidence};
    const int32_t sum = majority(config, votes, count, &ret->actionable_count);
    ret->direction = (sum > 0) - (sum < 0);
    ret->tie = sum == 0 && ret->actionable_count > 0;
    if (ret->direction == 0) {
        ret->too_few = !ret->tie;
        return;
    }
    double best_alone = 0;
    weigh_agreeing(ret, votes, count, weights, &best_alone);
    const double lean = book * ret->direction;
    if (lean > config->imbalance_threshold) {
        ret->confidence += config->imbalance_bonus;
    } else if (lean < -config->imbalance_threshold) {
        ret->confidence -= config->imbalance_bonus;
    }
    ret->confidence = ret->confidence > 1 ? 1 : ret->confidence < 0 ? 0 : ret->confidence;
    ret->sure_fire = ret->agree_count >= SURE_FIRE_AGREE && lean > config->imbalance_threshold &&
                     ret->confidence >= SURE_FIRE_CONFIDENCE;
    ret->too_few = ret->agree_count < (uint32_t)config->agree && best_alone < config->alone;
    ret->passed = !ret->too_few && ret->confidence >= config->confidence;
}
