/* SPDX-License-Identifier: MIT */
/*
 * Whether to take an entry, and how large: Thompson sampling with a linear payoff (S. Agrawal and
 * N. Goyal, "Thompson Sampling for Contextual Bandits with Linear Payoffs", ICML 2013, algorithm 1;
 * the ridge estimate beneath is that of L. Li and others, "A Contextual-Bandit Approach to
 * Personalized News Article Recommendation", WWW 2010). The arms are sizes, parts of what risk
 * allows: 0 (skip), 0.5, 1 and 1.5.
 *
 *     B <- g B + (1 - g) I + x x'     f_a <- g f_a + r_a x     theta_a = B^-1 f_a
 *     worth of a = x' theta_a + size_a * BANDIT_DOUBT * e * sqrt(x' B^-1 x)
 *
 * x is the context, r_a what the trade was worth at that size, e a standard normal draw. What a
 * trade would have brought at another size follows from what it brought, so each teaches every arm:
 * they share one B, and one draw says how good the trade may be, which each arm has by its size. To
 * skip is worth 0 and never learned. g forgets: a trade counts half after about BANDIT_HALF more.
 *
 * A trade's outcome u is in units of risk: what it brought after fees over what it put at stake,
 * held to BANDIT_LOSS_MAX and BANDIT_GAIN_MAX. At a size s it was worth
 *
 *     s u - BANDIT_DRAWDOWN * (s min(u, 0))^2
 *
 * because a loss twice as large is more than twice as hard to earn back. Until BANDIT_LEAST trades
 * were seen the answer is 1, as it would be without a bandit.
 *
 * Every input is held within bounds and a figure that is no number counts as 0, so B's eigenvalues
 * stay within [1, 1 + 9 d / (1 - g)] and nothing here grows without end. No pointers: it may be
 * kept, copied and hashed, and the same state and inputs give the same answers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/prng.h"
#include "core/model/features.h"

#define BANDIT_HALF 400         /* trades */
#define BANDIT_FORGET 0.9982686 /* 0.5^(1 / BANDIT_HALF) */
#define BANDIT_LEAST 50
#define BANDIT_DOUBT                                                                               \
    0.5 /* of the draw: the part of a trade's own spread, about 1, that is tried                   \
         */
#define BANDIT_DRAWDOWN 0.1
#define BANDIT_INPUT_MAX 3.0
#define BANDIT_LOSS_MAX 2.0 /* a stop may be jumped */
#define BANDIT_GAIN_MAX 4.0

enum bandit_arm {
    BANDIT_SKIP,
    BANDIT_HALF_SIZE,
    BANDIT_WHOLE,
    BANDIT_LARGE,
    BANDIT_ARM_COUNT,
};

extern const double bandit_sizes[BANDIT_ARM_COUNT];

/* What is known of an entry: each about -1..1. */
enum bandit_input {
    BANDIT_BIAS,        /* 1 */
    BANDIT_PROBABILITY, /* that it succeeds, in log-odds */
    BANDIT_CONFIDENCE,  /* the signals', less 0.5, doubled */
    BANDIT_VOLATILITY,  /* the ATR's rank, -1 the lowest, 1 the highest */
    BANDIT_TREND,       /* 1 where the regime is with the entry, -1 against it */
    BANDIT_DRAWN,       /* the account's fall from its peak, a tenth of it is 1 */
    BANDIT_AGREEMENT,   /* who agrees less who does not, less 1, over 3 */
    BANDIT_VALUE,       /* what it is expected to bring over what it risks */
    BANDIT_INPUT_COUNT,
};

/* Of which the context is made. */
struct bandit_view {
    struct features features; /* as the entry sees the market (features_aim) */
    double probability;       /* 0..1 */
    double value;             /* expected, in units of risk */
    double drawdown;          /* of the account, a part of its peak */
};

struct bandit_context {
    double inputs[BANDIT_INPUT_COUNT];
};

struct bandit_matrix {
    double at[BANDIT_INPUT_COUNT][BANDIT_INPUT_COUNT];
};

struct bandit {
    struct prng prng;
    uint64_t seen; /* trades learned from */
    struct bandit_matrix b;
    double f[BANDIT_ARM_COUNT][BANDIT_INPUT_COUNT];
};

/* What it made of an entry. */
struct bandit_said {
    bool asked;
    double size;   /* 0: it is skipped */
    double worth;  /* whole, in units of risk, as drawn */
    uint64_t seen; /* trades that it has learned from */
};

void bandit_context_of(const struct bandit_view *view, struct bandit_context *ret);

/* The drawdown alone, where it is known last. */
void bandit_tell_drawdown(struct bandit_context *context, double drawdown);

void bandit_init(struct bandit *bandit, uint64_t seed);

/* What it would do; the draw is taken from the bandit's own generator. ret_worths may be NULL. */
enum bandit_arm bandit_choose(struct bandit *bandit, const struct bandit_context *context,
                              double ret_worths[BANDIT_ARM_COUNT]);

/* A trade that has closed: its context at entry, and its outcome at size 1. An outcome that is no
 * number teaches nothing. */
void bandit_learn(struct bandit *bandit, const struct bandit_context *context, double outcome);

/* What a trade of that outcome is worth at a size. */
double bandit_worth(double outcome, double size);
