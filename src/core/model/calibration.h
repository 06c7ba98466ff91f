/* SPDX-License-Identifier: MIT */
/*
 * What a model's margin comes to as a probability: the second half of a trained model, fitted on
 * examples that the first half has not seen (research/learn/calibration.h).
 *
 *   platt     1 / (1 + exp(-(a * margin + b))), a >= 0 (J. Platt, 1999)
 *   isotonic  straight lines between knots, level before the first and after the last
 *
 * Both never fall as the margin rises, and hold what they say within least .. 1 - least: n examples
 * cannot know that something happens less often than once in n + 2.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CALIBRATION_KNOT_MAX 32 /* more than a few thousand examples can tell apart */

enum calibration_kind {
    CALIBRATION_NONE, /* answers nothing */
    CALIBRATION_PLATT,
    CALIBRATION_ISOTONIC,
};

struct calibration {
    enum calibration_kind kind;
    uint32_t knot_count;                        /* isotonic; 1 .. CALIBRATION_KNOT_MAX */
    double least;                               /* above 0, at most 0.5 */
    double a, b;                                /* platt */
    double margins[CALIBRATION_KNOT_MAX];       /* rising */
    double probabilities[CALIBRATION_KNOT_MAX]; /* never falling */
};

/* Whether one that was read from outside keeps what this header promises. */
bool calibration_is_sound(const struct calibration *calibration);

/* False, *ret untouched, for a margin that is not a finite number. */
bool calibration_apply(const struct calibration *calibration, double margin,
                       double *ret_probability);
