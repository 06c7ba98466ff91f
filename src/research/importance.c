/* SPDX-License-Identifier: MIT */
#include "research/importance.h"

#include <math.h>

/* Words have a bin each. */
#define BINS_MAX AXIS_LEVEL_MAX

struct cell {
    size_t count;
    double sum;
};

/* The scores' own mean and sum of squares round it. */
struct total {
    size_t count;
    double mean, squares;
};

static struct total measure_total(const struct scored *trials)
{
    struct total total = {0};
    for (size_t i = 0; i < trials->count; i++) {
        if (isfinite(trials->scores[i])) {
            const double off = trials->scores[i] - total.mean;
            total.mean += off / (double)++total.count;
            total.squares += off * (trials->scores[i] - total.mean);
        }
    }
    return total;
}

static uint32_t bins_of(const struct axis *axis, double wanted)
{
    const uint32_t most = wanted < 2                     ? 2
                          : wanted > IMPORTANCE_BINS_MAX ? IMPORTANCE_BINS_MAX
                                                         : (uint32_t)wanted;
    const bool few = axis->spacing != SPACING_FREE && axis->count < most;
    return few || axis->kind == AXIS_CHOICE ? axis->count : most;
}

static uint32_t bin_of(const struct axis *axis, uint32_t bins, double value)
{
    const uint32_t bin = (uint32_t)(axis_place(axis, value) * bins);
    return bin < bins ? bin : bins - 1;
}

/* Epsilon squared of the cells. */
static double explained(const struct cell *cells, size_t cell_count, const struct total *total)
{
    double between = 0, used = 0;
    for (size_t i = 0; i < cell_count; i++) {
        if (cells[i].count > 0) {
            const double off = cells[i].sum / (double)cells[i].count - total->mean;
            between += (double)cells[i].count * off * off;
            used++;
        }
    }
    const double within = fmax(total->squares - between, 0), left = (double)total->count - used;
    if (left <= 0 || !(total->squares > 0)) {
        return NAN;
    }
    return fmax((between - (used - 1) * within / left) / total->squares, 0);
}

/* Of axes a and b together; b the same as a: of a alone. */
static double measure(const struct space *space, const struct scored *trials,
                      const struct total *total, uint32_t a, uint32_t b)
{
    struct cell cells[BINS_MAX * BINS_MAX];
    const struct axis *one = &space->axes[a], *two = &space->axes[b];
    const double n = (double)total->count, wanted = a == b ? n / 10 : sqrt(n / 5);
    const uint32_t bins = bins_of(one, wanted), across = a == b ? 1 : bins_of(two, wanted);
    for (uint32_t i = 0; i < bins * across; i++) {
        cells[i] = (struct cell){0};
    }
    for (size_t i = 0; i < trials->count; i++) {
        const double *at = trials->points[i].at;
        if (isfinite(trials->scores[i])) {
            struct cell *cell =
                &cells[bin_of(one, bins, at[a]) * across + bin_of(two, across, at[b])];
            cell->count++;
            cell->sum += trials->scores[i];
        }
    }
    return explained(cells, bins * across, total);
}

void importance_measure(const struct space *space, const struct scored *trials,
                        struct importance *ret)
{
    const struct total total = measure_total(trials);
    double most = -1;
    *ret = (struct importance){.count = total.count, .second = space->axis_count > 1};
    for (uint32_t a = 0; a < space->axis_count; a++) {
        for (uint32_t b = a; b < space->axis_count; b++) {
            const double share = measure(space, trials, &total, a, b);
            ret->pair[a][b] = ret->pair[b][a] = share;
            if (a != b && share > most) {
                most = share;
                ret->first = a;
                ret->second = b;
            }
        }
        ret->share[a] = ret->pair[a][a];
    }
}
