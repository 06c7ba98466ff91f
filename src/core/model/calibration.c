/* SPDX-License-Identifier: MIT */
#include "core/model/calibration.h"

#include <math.h>

#include "core/model/sigmoid.h"

static bool are_sound(const struct calibration *calibration)
{
    if (calibration->knot_count == 0 || calibration->knot_count > CALIBRATION_KNOT_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < calibration->knot_count; i++) {
        const double margin = calibration->margins[i], p = calibration->probabilities[i];
        if (!isfinite(margin) || !(p >= 0 && p <= 1)) {
            return false;
        }
        if (i > 0 &&
            (margin <= calibration->margins[i - 1] || p < calibration->probabilities[i - 1])) {
            return false;
        }
    }
    return true;
}

bool calibration_is_sound(const struct calibration *calibration)
{
    if (calibration->kind == CALIBRATION_NONE) {
        return true;
    }
    if (!(calibration->least > 0 && calibration->least <= 0.5)) {
        return false;
    }
    if (calibration->kind == CALIBRATION_PLATT) {
        return isfinite(calibration->a) && calibration->a >= 0 && isfinite(calibration->b);
    }
    return calibration->kind == CALIBRATION_ISOTONIC && are_sound(calibration);
}

static double between_knots(const struct calibration *calibration, double margin)
{
    const double *x = calibration->margins, *p = calibration->probabilities;
    uint32_t above = 0, end = calibration->knot_count;
    if (margin >= x[end - 1]) {
        return p[end - 1];
    }
    while (above < end) {
        const uint32_t middle = above + (end - above) / 2;
        if (x[middle] <= margin) {
            above = middle + 1;
        } else {
            end = middle;
        }
    }
    if (above == 0) {
        return p[0];
    }
    const double part = (margin - x[above - 1]) / (x[above] - x[above - 1]);
    return p[above - 1] + part * (p[above] - p[above - 1]);
}

bool calibration_apply(const struct calibration *calibration, double margin,
                       double *ret_probability)
{
    if (calibration->kind == CALIBRATION_NONE || !isfinite(margin)) {
        return false;
    }
    const double p = calibration->kind == CALIBRATION_PLATT
                         ? sigmoid(calibration->a * margin + calibration->b)
                         : between_knots(calibration, margin);
    *ret_probability = fmin(fmax(p, calibration->least), 1 - calibration->least);
    return true;
}
