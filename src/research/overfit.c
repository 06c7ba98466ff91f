/* SPDX-License-Identifier: MIT */
#include "research/overfit.h"

#include <math.h>

#include "research/normal.h"

#define EULER_GAMMA 0.57721566490153286061

/* The variance of an estimated ratio, times n - 1; NAN where the moments are none. It is not below
 * 0: kurtosis is at least 1 + skewness^2. */
static double spread(const struct moments *moments)
{
    const double s = moments->sharpe;
    return 1 - moments->skewness * s + (moments->kurtosis - 1) / 4 * s * s;
}

double overfit_psr(const struct moments *moments, double benchmark)
{
    const double by = sqrt(fmax(spread(moments), 0));
    const double above = moments->sharpe - benchmark;
    if (isnan(above) || isnan(spread(moments)) || moments->count < 2) {
        return NAN;
    }
    if (by == 0) {
        return above > 0 ? 1 : above < 0 ? 0 : 0.5;
    }
    return normal_cdf(above * sqrt((double)moments->count - 1) / by);
}

double overfit_expected_maximum(double variance, double trials)
{
    if (!(trials > 1) || !(variance > 0)) {
        return 0;
    }
    return sqrt(variance) * ((1 - EULER_GAMMA) * normal_quantile(1 - 1 / trials) +
                             EULER_GAMMA * normal_quantile(1 - exp(-1) / trials));
}

double overfit_dsr(const struct moments *moments, const double *sharpes, size_t count)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        const double sharpe = isnan(sharpes[i]) ? 0 : sharpes[i], off = sharpe - mean;
        mean += off / (double)(i + 1);
        squares += off * (sharpe - mean);
    }
    const double variance = count > 1 ? squares / (double)(count - 1) : 0;
    return overfit_psr(moments, overfit_expected_maximum(variance, (double)count));
}

double overfit_minimum_track(const struct moments *moments, double benchmark, double confidence)
{
    const double above = moments->sharpe - benchmark;
    if (!(above > 0)) {
        return NAN;
    }
    const double part = normal_quantile(confidence) / above;
    return 1 + fmax(spread(moments), 0) * part * part;
}

int64_t overfit_track_ns(double periods, int64_t period_ns)
{
    const double ns = ceil(periods) * (double)period_ns;
    return ns >= 0 && ns < 0x1p63 ? (int64_t)ns : INT64_MAX;
}
