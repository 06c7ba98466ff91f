/* SPDX-License-Identifier: MIT */
/*
 * How right a strategy's model has been since it came into force, live or a shadow, and beside it
 * the heuristic of the same candidates: every candidate that it was asked about, taken or not, once
 * it is known what became of it (core/matching/virtual_trade.h). An outcome counts as its
 * uniqueness, the bot's own trade instead of the one that was followed.
 *
 * Sums, of which the accessors make means; NaN where there is nothing to make one from. `recent`
 * forgets: each outcome makes what was there before it weigh a MODEL_SCORES_MEMORY-th less. The
 * state has no pointers.
 *
 *     yes       where the probability given makes it worth more than nothing at its own stop and
 *               target, fees counted in (core/decision/value.h)
 *     right     p >= 0.5 and it won, or p < 0.5 and it lost
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MODEL_SCORES_MEMORY 100

struct model_sums {
    double weight; /* of what was predicted */
    double won;    /* and won */
    double log_loss, brier, right;
    double reward;     /* of all, a part of what each cost, after fees */
    double yes_weight; /* of what it says yes to */
    double yes_won, yes_reward;
};

struct model_score {
    uint64_t count, yes_count;
    struct model_sums all, recent;
};

/* Of a strategy. */
struct model_scores {
    uint64_t asked;       /* candidates that the model was asked about */
    uint64_t known;       /* of which it is known what became of them */
    uint64_t own;         /* of those, the bot's own trades */
    uint64_t passed_over; /* for want of room, because they are ladders, or no ticks count them */
    uint64_t lost;        /* whose candles were missed, or whose pair is no more */
    struct model_score model, heuristic;
};

/* What is known of a candidate once it is over. */
struct model_outcome {
    double probability; /* that it was given; NaN: none, and nothing is counted */
    bool yes;
    bool won;
    double reward; /* after fees, a part of what it cost */
    double weight; /* above 0 */
};

void model_score_add(struct model_score *score, const struct model_outcome *outcome);

/* `sum` a member of sums, as in model_mean(&score->all, score->all.log_loss). */
double model_mean(const struct model_sums *sums, double sum);

/* The mean reward of what it says yes to. */
double model_yes_reward(const struct model_sums *sums);
