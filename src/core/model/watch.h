/* SPDX-License-Identifier: MIT */
/*
 * Whether the world still is as a model was told.
 *
 * Features: the population stability index of each, over windows of WATCH_WINDOW decisions,
 *
 *     psi = sum over bins of (live share - training share) * ln(live share / training share)
 *
 * in ten bins cut at the training's deciles and one for "not known"; half a decision is added to
 * each, so that an empty bin is no infinity. What is usual differs between features (an hour of the
 * day is spread evenly within two days, a year's volatility is not), so training tells from where
 * on each is out of the ordinary (research/learn/watch_fit.h). It is a warning, not a verdict.
 *
 * Calibration: every outcome bets against the claim that it wins with the probability p it was
 * given. Five gamblers each believe otherwise: log-odds 0.5 or 1 lower, 0.5 or 1 higher, or that p
 * knows nothing and the training's base rate holds. A gambler's stake is multiplied by the
 * probability he gave to what happened over the one p gave; to the power of the trade's weight,
 * where trades overlap. Half of each one's money enters with the
 * first trade, and of the rest all but 1 / sqrt(1 + t / 100) by trade t, so that a change that
 * comes late finds fresh money. As long as p is right their mean wealth is a nonnegative martingale
 * that begins at 1: it ever reaches WATCH_ALARM with a probability of at most 1 / WATCH_ALARM,
 * however long one watches (J. Ville, 1939; A. Ramdas and others, "Game-theoretic statistics and
 * safe anytime-valid inference", 2023). A model that is off by less than 0.25 in log-odds, six
 * points of a hundred at even odds, makes the first four poorer in the long run.
 *
 * The state has no pointers, is updated once a question and once an outcome, and can be kept. The
 * engine asks it (core/engine/engine_watch.c).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define WATCH_FEATURE_MAX 64
#define WATCH_CUTS 9
#define WATCH_BINS (WATCH_CUTS + 2) /* the last: not known */
#define WATCH_WINDOW 200
#define WATCH_PSI 0.25    /* the usual line between "moved" and "another population" */
#define WATCH_ALARM 100.0 /* false alarms: 1 % */

/* What training saw: part of the model. */
struct watch_feature {
    double cuts[WATCH_CUTS]; /* never falling; a figure on a cut is above it */
    double shares[WATCH_BINS];
    double alarm; /* a psi from here on is out of the ordinary */
};

struct watch_reference {
    uint32_t count; /* features, at most WATCH_FEATURE_MAX */
    double base;    /* part of the training's examples that won */
    struct watch_feature features[WATCH_FEATURE_MAX];
};

enum watch_belief {
    WATCH_LOWER, /* fewer win than the model says */
    WATCH_MUCH_LOWER,
    WATCH_HIGHER,
    WATCH_MUCH_HIGHER,
    WATCH_KNOWS_NOTHING, /* what wins does not depend on what it says */
    WATCH_BELIEF_COUNT,
};

struct watch {
    uint32_t seen; /* decisions in the window that is open */
    uint32_t windows;
    uint64_t drifted; /* a bit for each feature that the last full window had out of the ordinary */
    double psi[WATCH_FEATURE_MAX]; /* of the last full window */
    uint16_t counts[WATCH_FEATURE_MAX][WATCH_BINS];

    uint64_t trades;
    double wealth[WATCH_BELIEF_COUNT]; /* what has entered the game */
    double evidence;                   /* their mean, and what has not entered */
    double evidence_highest;
    bool failed;               /* the alarm has gone off, and stays */
    enum watch_belief richest; /* who won most */
};

/* Whether a reference that was read from outside keeps what this header promises. */
bool watch_is_sound(const struct watch_reference *reference);

/* Begins anew: with every model that is put in charge. */
void watch_init(struct watch *watch);

/* The bin of a figure. */
uint32_t watch_bin(const struct watch_feature *feature, double figure);

/* The index between counts of `total` and the reference. */
double watch_psi(const struct watch_feature *feature, const uint16_t counts[WATCH_BINS],
                 uint32_t total);

/* True when this decision filled a window: psi and drifted are new. */
bool watch_decision(struct watch *watch, const struct watch_reference *reference,
                    const double *figures);

/* What the closed trade says of the probability it was entered with; weight 0..1, what part of an
 * independent one it is. True when the alarm goes off with it. A probability that is NaN, or a
 * weight not above 0, says nothing. */
bool watch_trade(struct watch *watch, const struct watch_reference *reference, double probability,
                 bool won, double weight);
