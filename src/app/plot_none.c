/* SPDX-License-Identifier: MIT */
/* Built without cairo. */
#include "app/plot.h"

const bool plot_is_built = false;

bool plot_png(const struct plot *plot, FILE *out)
{
    (void)plot, (void)out;
    return false;
}

bool plot_bars_png(const struct plot_bars *bars, FILE *out)
{
    (void)bars, (void)out;
    return false;
}
