/* SPDX-License-Identifier: MIT */
/* Built without cairo. */
#include "app/plot.h"

const bool plot_is_built = false;

bool plot_png(const struct plot *plot, FILE *out)
{
    (void)plot, (void)out;
    return false;
}
