/* SPDX-License-Identifier: MIT */
#include "research/learn/paired.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/prng.h"
#include "research/student.h"

#define LAGS_QUIET 5 /* that many correlations in a row must be noise for the rest to be */

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

static double covariance(const double *values, size_t count, double mean, size_t lag)
{
    double sum = 0;
    for (size_t i = lag; i < count; i++) {
        sum += (values[i] - mean) * (values[i - lag] - mean);
    }
    return sum / (double)count;
}

/* The last lag before LAGS_QUIET in a row are noise. */
static size_t last_loud_lag(const double *values, size_t count, double mean, size_t lag_max)
{
    const double n = (double)count, noise = 2 * sqrt(log10(n) / n);
    const double variance = covariance(values, count, mean, 0);
    size_t quiet = 0, loud = 0;
    for (size_t lag = 1; lag <= lag_max && quiet < LAGS_QUIET; lag++) {
        if (fabs(covariance(values, count, mean, lag)) < noise * variance) {
            quiet++;
        } else {
            quiet = 0;
            loud = lag;
        }
    }
    return loud;
}

double paired_block_length(const double *values, size_t count)
{
    if (count < 4 * LAGS_QUIET) {
        return 1;
    }
    const double n = (double)count, mean = mean_of(values, count);
    const size_t lag_max = (size_t)ceil(sqrt(n)) + LAGS_QUIET;
    const size_t loud = last_loud_lag(values, count, mean, lag_max);
    const size_t reach = 2 * (loud > 0 ? loud : 1) < lag_max ? 2 * (loud > 0 ? loud : 1) : lag_max;
    double spectrum = covariance(values, count, mean, 0), slope = 0;
    for (size_t lag = 1; lag <= reach; lag++) {
        /* A window with a flat top, so that what is there is not made smaller. */
        const double at = (double)lag / (double)reach;
        const double by = 2 * (at <= 0.5 ? 1 : 2 * (1 - at)) * covariance(values, count, mean, lag);
        spectrum += by;
        slope += by * (double)lag;
    }
    const double length = cbrt(1.5 * slope * slope / (spectrum * spectrum) * n);
    const double most = ceil(fmin(3 * sqrt(n), n / 3));
    return isfinite(length) ? fmin(fmax(length, 1), most) : most;
}

size_t paired_scratch(size_t count)
{
    return count + PAIRED_DRAWS_MIN;
}

/* Mean and error of m block means. */
struct judged {
    double mean, error;
};

static struct judged judge(double sum, double squares, size_t blocks)
{
    const double m = (double)blocks, mean = sum / m;
    const double moved = squares - sum * mean;
    /* What rounding leaves of blocks that are all the same is no spread. */
    return (struct judged){mean, moved > 1e-13 * squares ? sqrt(moved / (m - 1) / m) : 0};
}

/* Blocks that follow each other; the oldest examples that fill none are left out. */
static struct judged judge_own(const struct paired_config *config, const struct paired *paired)
{
    const double *at = config->differences + config->count - paired->blocks * paired->block_length;
    double sum = 0, squares = 0;
    for (size_t block = 0; block < paired->blocks; block++, at += paired->block_length) {
        const double mean = mean_of(at, paired->block_length);
        sum += mean;
        squares += mean * mean;
    }
    return judge(sum, squares, paired->blocks);
}

/* Of the block that begins at each example, past the end at the beginning: its mean above the mean
 * of all. */
static void measure_circle(const struct paired_config *config, size_t length, double *ret_means)
{
    const double *at = config->differences, mean = mean_of(at, config->count);
    double sum = 0;
    for (size_t i = 0; i < length; i++) {
        sum += at[i];
    }
    for (size_t start = 0, next = length; start < config->count; start++, next++) {
        ret_means[start] = sum / (double)length - mean;
        sum += at[next < config->count ? next : next - config->count] - at[start];
    }
}

static double draw(struct prng *prng, const double *means, size_t count, size_t blocks)
{
    double sum = 0, squares = 0;
    for (size_t block = 0; block < blocks; block++) {
        const double mean = means[prng_below(prng, count)];
        sum += mean;
        squares += mean * mean;
    }
    const struct judged drawn = judge(sum, squares, blocks);
    if (drawn.error > 0) {
        return drawn.mean / drawn.error;
    }
    return drawn.mean > 0 ? INFINITY : drawn.mean < 0 ? -INFINITY : 0;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void draw_all(const struct paired_config *config, double t, struct paired *paired)
{
    double *means = config->scratch, *kept = config->scratch + config->count;
    struct prng prng;
    const uint32_t most = config->draws_max > 0 ? config->draws_max : PAIRED_DRAWS_MAX;
    uint32_t reached = 0;
    prng_init(&prng, config->seed);
    measure_circle(config, paired->block_length, means);
    while (paired->draws < PAIRED_DRAWS_MIN || (paired->draws < most && reached < PAIRED_ENOUGH)) {
        const double drawn = draw(&prng, means, config->count, paired->blocks);
        reached += drawn >= t;
        if (paired->draws < PAIRED_DRAWS_MIN) {
            kept[paired->draws] = drawn;
        }
        paired->draws++;
    }
    paired->p_drawn = (reached + 1.0) / (paired->draws + 1.0);
    qsort(kept, PAIRED_DRAWS_MIN, sizeof *kept, by_value);
}

static void conclude(const struct paired_config *config, struct paired *paired)
{
    const double *kept = config->scratch + config->count;
    const double beyond = (1 - config->confidence) / 2;
    const double critical = student_quantile(2 * beyond, (double)paired->blocks - 1);
    const size_t at = (size_t)(beyond * (PAIRED_DRAWS_MIN + 1));
    const size_t low = at > 0 ? at - 1 : 0, high = PAIRED_DRAWS_MIN - 1 - low;
    paired->within.low = paired->mean - paired->error * fmax(critical, kept[high]);
    paired->within.high = paired->mean + paired->error * fmax(critical, -kept[low]);
    paired->p = fmax(paired->p_student, paired->p_drawn);
}

bool paired_test(const struct paired_config *config, struct paired *ret)
{
    CHECK(config->confidence > 0 && config->confidence < 1);
    for (size_t i = 0; i < config->count; i++) {
        CHECK(isfinite(config->differences[i]));
    }
    const double known = PAIRED_OVERLAP * config->overlap;
    const double n = (double)config->count, longest = floor(n / PAIRED_BLOCKS_MIN);
    if (!(longest >= 1 && known <= longest)) {
        return false;
    }
    const double chosen = PAIRED_STRETCH * paired_block_length(config->differences, config->count);
    const double length = fmin(ceil(fmax(fmax(chosen, sqrt(n) / 2), known)), longest);
    struct paired paired = {.blocks = config->count / (size_t)length};
    paired.block_length = config->count / paired.blocks;
    const struct judged own = judge_own(config, &paired);
    paired.mean = own.mean;
    paired.error = own.error;
    if (!(own.error > 0)) {
        paired.within = (struct interval){own.mean, own.mean};
        paired.p = paired.p_student = paired.p_drawn = 1;
        *ret = paired;
        return true;
    }
    const double t = own.mean / own.error;
    paired.p_student = student_tail(t, (double)paired.blocks - 1);
    draw_all(config, t, &paired);
    conclude(config, &paired);
    *ret = paired;
    return true;
}
