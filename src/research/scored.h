/* SPDX-License-Identifier: MIT */
/* Points of a space that were tried, and what came of each: what samplers and importance read. */
#pragma once

#include "research/space.h"

struct scored {
    const struct point *points;
    const double *scores; /* more is better; NAN: refused, failed or not known yet */
    size_t count;
};
