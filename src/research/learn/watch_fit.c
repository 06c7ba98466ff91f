/* SPDX-License-Identifier: MIT */
#include "research/learn/watch_fit.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double figure_of(const struct watch_fit_config *config, size_t row, uint32_t i)
{
    return config->figures[row * config->features + i];
}

static void cut(const struct watch_fit_config *config, uint32_t i, struct watch_feature *ret)
{
    size_t known = 0;
    for (size_t row = 0; row < config->count; row++) {
        const double figure = figure_of(config, row, i);
        if (isfinite(figure)) {
            config->scratch[known++] = figure;
        }
    }
    qsort(config->scratch, known, sizeof *config->scratch, by_value);
    for (size_t k = 0; k < WATCH_CUTS; k++) {
        ret->cuts[k] = known > 0 ? config->scratch[(k + 1) * known / (WATCH_CUTS + 1)] : 0;
    }
    for (size_t row = 0; row < config->count; row++) {
        ret->shares[watch_bin(ret, figure_of(config, row, i))]++;
    }
    for (size_t bin = 0; bin < WATCH_BINS; bin++) {
        ret->shares[bin] /= (double)config->count; /* one bin of all is 1 to the last bit */
    }
}

static double highest_psi(const struct watch_fit_config *config, uint32_t i,
                          const struct watch_feature *feature)
{
    double highest = 0;
    for (size_t from = 0; from + WATCH_WINDOW <= config->count; from += WATCH_WINDOW) {
        uint16_t counts[WATCH_BINS] = {0};
        for (size_t row = from; row < from + WATCH_WINDOW; row++) {
            counts[watch_bin(feature, figure_of(config, row, i))]++;
        }
        highest = fmax(highest, watch_psi(feature, counts, WATCH_WINDOW));
    }
    return highest;
}

void watch_fit(const struct watch_fit_config *config, struct watch_reference *ret)
{
    CHECK(config->count > 0 && config->features <= WATCH_FEATURE_MAX);
    *ret = (struct watch_reference){.count = config->features};
    for (size_t row = 0; row < config->count; row++) {
        ret->base += config->won[row] ? 1 : 0;
    }
    ret->base /= (double)config->count;
    for (uint32_t i = 0; i < config->features; i++) {
        struct watch_feature *feature = &ret->features[i];
        cut(config, i, feature);
        feature->alarm = config->count < (size_t)WATCH_FIT_LEAST * WATCH_WINDOW
                             ? WATCH_FIT_NEVER
                             : fmax(WATCH_PSI, WATCH_FIT_ROOM * highest_psi(config, i, feature));
    }
}
