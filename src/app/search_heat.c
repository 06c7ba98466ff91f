/* SPDX-License-Identifier: MIT */
#include "app/search_heat.h"

#include <math.h>

uint32_t heat_bins(const struct axis *axis, uint32_t most)
{
    const bool every = axis->spacing != SPACING_FREE && axis->count <= most;
    return every ? axis->count : axis->spacing == SPACING_FREE && most > 12 ? 12 : most;
}

uint32_t heat_bin(const struct axis *axis, double value, uint32_t bins)
{
    const uint32_t bin = (uint32_t)(axis_place(axis, value) * bins);
    return bin < bins ? bin : bins - 1;
}

const char *heat_label(const struct axis *axis, uint32_t bin, uint32_t bins, char *text,
                       size_t size)
{
    const double value = axis_at(axis, (bin + 0.5) / bins);
    if (axis->option->type == OPTION_REAL) {
        snprintf(text, size, "%.4g", value);
        return text;
    }
    return axis_text(axis, value, text, size);
}

void heat_measure(const struct search_job *job, uint32_t across, uint32_t down, uint32_t columns,
                  uint32_t rows, struct heat *ret)
{
    const struct axis *x = &job->space.axes[across], *y = &job->space.axes[down];
    uint32_t counts[HEAT_MAX][HEAT_MAX] = {{0}};
    *ret = (struct heat){.across = across,
                         .down = down,
                         .columns = heat_bins(x, columns),
                         .rows = heat_bins(y, rows),
                         .low = (double)NAN,
                         .high = (double)NAN};
    const size_t sets = search_alike(&job->search);
    for (size_t i = 0; i < sets; i++) {
        const double score = job->search.scores[i];
        if (isfinite(score)) {
            const double *at = job->search.trials[i].point.at;
            const uint32_t column = heat_bin(x, at[across], ret->columns);
            const uint32_t row = heat_bin(y, at[down], ret->rows);
            ret->mean[row][column] += score;
            counts[row][column]++;
        }
    }
    for (uint32_t r = 0; r < ret->rows; r++) {
        for (uint32_t c = 0; c < ret->columns; c++) {
            double *mean = &ret->mean[r][c];
            *mean = counts[r][c] > 0 ? *mean / counts[r][c] : (double)NAN;
            ret->low = fmin(ret->low, *mean);
            ret->high = fmax(ret->high, *mean);
        }
    }
}
