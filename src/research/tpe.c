/* SPDX-License-Identifier: MIT */
#include "research/tpe.h"

#include <math.h>

#include "research/normal.h"

/* Draws of a point that was not tried, before every value is looked through. */
#define DRAWS 100

/* The good trials, the best of which are found without a list of all: indices, ascending. */
struct good {
    size_t count;
    size_t at[TPE_GOOD_MAX];
};

/* How wide the bells of a lot are. */
struct width {
    double number; /* on an axis with an order, in parts of it, before its steps are looked at */
    double word;   /* weight on the other words of a choice */
};

struct candidates {
    struct point points[TPE_CANDIDATES];
    double places[TPE_CANDIDATES][SPACE_AXIS_MAX];
    double l[TPE_CANDIDATES], g[TPE_CANDIDATES];
};

/* The best by score, of equals the earlier; then put in the order of their indices. */
static void split(const struct scored *history, struct good *good)
{
    const size_t tenth = (history->count + 9) / 10;
    const size_t most = tenth < TPE_GOOD_MAX ? tenth : TPE_GOOD_MAX;
    *good = (struct good){0};
    for (size_t i = 0; i < history->count; i++) {
        size_t at = good->count;
        for (; at > 0 && history->scores[i] > history->scores[good->at[at - 1]]; at--) {
            if (at < most) {
                good->at[at] = good->at[at - 1];
            }
        }
        if (at < most && !isnan(history->scores[i])) {
            good->at[at] = i;
            good->count += good->count < most;
        }
    }
    for (size_t i = 1; i < good->count; i++) {
        for (size_t k = i; k > 0 && good->at[k] < good->at[k - 1]; k--) {
            const size_t swapped = good->at[k];
            good->at[k] = good->at[k - 1];
            good->at[k - 1] = swapped;
        }
    }
}

/* Narrower with more trials, as D. W. Scott's rule has it, and never so narrow that a lot of a few
 * thinks of nothing else. */
static struct width width_of(const struct space *space, size_t count)
{
    const double n = (double)count + 1;
    const double scott = 0.2 * pow(n, -1 / (space->axis_count + 4.0));
    return (struct width){fmax(scott, 1 / fmin(100, n + 1)), 1 / (n + 1)};
}

/* Between neighbours of a stepped axis a bell reaches at least from one to the other. */
static double width_on(const struct axis *axis, const struct width *width)
{
    return axis->spacing == SPACING_FREE ? width->number : fmax(width->number, 0.5 / axis->count);
}

/* Multiplies by the density round a trial at `middle`, along one axis: of numbers a bell that is
 * cut off at 0 and 1, of words a probability. */
static void multiply(const struct axis *axis, const struct width *width, double middle, uint32_t k,
                     const struct candidates *candidates, double *products)
{
    if (axis->kind == AXIS_CHOICE) {
        const double other = width->word / axis->count, own = 1 - width->word + other;
        for (int c = 0; c < TPE_CANDIDATES; c++) {
            const double off = fabs(candidates->places[c][k] - middle);
            products[c] *= off * axis->count < 0.5 ? own : other;
        }
        return;
    }
    const double wide = width_on(axis, width);
    const double inside = normal_cdf((1 - middle) / wide) - normal_cdf(-middle / wide);
    for (int c = 0; c < TPE_CANDIDATES; c++) {
        products[c] *= normal_density((candidates->places[c][k] - middle) / wide) / (wide * inside);
    }
}

/* What a flat density has there. */
static double flat(const struct space *space)
{
    double all = 1;
    for (uint32_t k = 0; k < space->axis_count; k++) {
        all *= space->axes[k].kind == AXIS_CHOICE ? 1.0 / space->axes[k].count : 1;
    }
    return all;
}

/* Adds a trial's bell to the densities, at each candidate. */
static void add_bell(const struct space *space, const struct point *trial,
                     const struct width *width, const struct candidates *candidates,
                     double *densities)
{
    double products[TPE_CANDIDATES];
    for (int c = 0; c < TPE_CANDIDATES; c++) {
        products[c] = 1;
    }
    for (uint32_t k = 0; k < space->axis_count; k++) {
        const struct axis *axis = &space->axes[k];
        multiply(axis, width, axis_place(axis, trial->at[k]), k, candidates, products);
    }
    for (int c = 0; c < TPE_CANDIDATES; c++) {
        densities[c] += products[c];
    }
}

/* A value near the trial's, as its bell has it. */
static double draw_near(const struct axis *axis, const struct width *width, double value,
                        struct prng *prng)
{
    if (axis->kind == AXIS_CHOICE) {
        return prng_real(prng) < width->word ? axis_at(axis, prng_real(prng)) : value;
    }
    const double middle = axis_place(axis, value), wide = width_on(axis, width);
    const double low = normal_cdf(-middle / wide), high = normal_cdf((1 - middle) / wide);
    const double x = normal_quantile(low + prng_real(prng) * (high - low));
    return axis_at(axis, isfinite(x) ? middle + wide * x : middle);
}

static void draw_candidates(const struct space *space, const struct scored *history,
                            const struct good *good, const struct width *width, struct prng *prng,
                            struct candidates *ret)
{
    for (int c = 0; c < TPE_CANDIDATES; c++) {
        struct point *point = &ret->points[c];
        const size_t chosen = prng_below(prng, good->count + 1);
        space_draw(space, prng, point);
        for (uint32_t k = 0; chosen < good->count && k < space->axis_count; k++) {
            point->at[k] =
                draw_near(&space->axes[k], width, history->points[good->at[chosen]].at[k], prng);
        }
        for (uint32_t k = 0; k < space->axis_count; k++) {
            ret->places[c][k] = axis_place(&space->axes[k], point->at[k]);
        }
        ret->l[c] = ret->g[c] = flat(space);
    }
}

static bool is_tried(const struct space *space, const struct scored *history,
                     const struct point *point)
{
    for (size_t i = 0; i < history->count; i++) {
        if (space_same(space, &history->points[i], point)) {
            return true;
        }
    }
    return false;
}

/* How many values an axis may take; 0: more than can be counted. */
static uint64_t value_count(const struct axis *axis)
{
    if (axis->spacing != SPACING_FREE) {
        return axis->count;
    }
    return axis->kind == AXIS_INT ? (uint64_t)(floor(axis->max) - ceil(axis->min)) + 1 : 0;
}

static double value_at(const struct axis *axis, uint64_t index)
{
    return axis->spacing != SPACING_FREE ? axis_level(axis, (uint32_t)index)
                                         : ceil(axis->min) + (double)index;
}

/* Looks through all points, from one drawn on. */
static bool find_untried(const struct space *space, const struct scored *history, struct prng *prng,
                         struct point *ret)
{
    uint64_t count = 1;
    for (uint32_t k = 0; k < space->axis_count; k++) {
        const uint64_t values = value_count(&space->axes[k]);
        if (values == 0 || __builtin_mul_overflow(count, values, &count)) {
            return false;
        }
    }
    const uint64_t first = prng_below(prng, count);
    /* Of one point more than there are trials, one at least is not among them. */
    for (uint64_t i = 0; i < count && i <= history->count; i++) {
        struct point point = {0};
        uint64_t rest = (first + i) % count;
        for (uint32_t k = space->axis_count; k-- > 0;) {
            const uint64_t values = value_count(&space->axes[k]);
            point.at[k] = value_at(&space->axes[k], rest % values);
            rest /= values;
        }
        if (!is_tried(space, history, &point)) {
            *ret = point;
            return true;
        }
    }
    return false;
}

static bool draw_untried(const struct space *space, const struct scored *history, struct prng *prng,
                         struct point *ret)
{
    for (int i = 0; i < DRAWS; i++) {
        struct point point;
        space_draw(space, prng, &point);
        if (!is_tried(space, history, &point)) {
            *ret = point;
            return true;
        }
    }
    return find_untried(space, history, prng, ret);
}

bool tpe_propose(const struct space *space, const struct scored *history, uint64_t seed,
                 uint64_t index, struct point *ret)
{
    struct prng prng;
    struct good good;
    struct candidates candidates;
    prng_init(&prng, prng_mix(seed, index));
    split(history, &good);
    if (history->count < TPE_RANDOM || good.count == 0) {
        return draw_untried(space, history, &prng, ret);
    }
    const size_t bad = history->count - good.count;
    const struct width near = width_of(space, good.count), wide = width_of(space, bad);
    draw_candidates(space, history, &good, &near, &prng, &candidates);
    size_t next = 0;
    for (size_t i = 0; i < history->count; i++) {
        const bool is_good = next < good.count && good.at[next] == i;
        next += is_good;
        add_bell(space, &history->points[i], is_good ? &near : &wide, &candidates,
                 is_good ? candidates.l : candidates.g);
    }
    int best = -1;
    double best_ratio = 0;
    for (int c = 0; c < TPE_CANDIDATES; c++) {
        const double ratio = candidates.l[c] / candidates.g[c];
        if (ratio > best_ratio && !is_tried(space, history, &candidates.points[c])) {
            best = c;
            best_ratio = ratio;
        }
    }
    if (best < 0) {
        return draw_untried(space, history, &prng, ret);
    }
    *ret = candidates.points[best];
    return true;
}
