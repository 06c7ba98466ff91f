/* SPDX-License-Identifier: MIT */
/*
 * Parameters moved a little at random: a result that hangs on one exact value falls apart beside
 * it, one that rests on something that is there does not.
 *
 * Each number moves evenly between value * (1 - by) and value * (1 + by), within what its option
 * takes, in whole numbers and whole seconds where those are its unit, and those by one at least. A
 * parameter that is 0 is switched off by that and stays so; words and truths stay.
 */
#pragma once

#include "core/base/limits.h"
#include "core/base/prng.h"
#include "research/space.h"

/* Every parameter of every strategy that may vote. */
#define JITTER_AXIS_MAX (STRATEGY_MAX * STRATEGY_PARAM_MAX)

struct jitter {
    uint32_t count;
    struct axis axes[JITTER_AXIS_MAX]; /* from the least to the most that each moves to */
    double present[JITTER_AXIS_MAX];
};

/* Adds an option of a section with its present value as the configuration has it, if it is one that
 * moves. False when it does not. */
bool jitter_add(struct jitter *jitter, const struct config_section *section, uint32_t option,
                const char *text, double by);

/* A value for each axis; the same prng gives the same. */
void jitter_draw(const struct jitter *jitter, struct prng *prng, double values[JITTER_AXIS_MAX]);
