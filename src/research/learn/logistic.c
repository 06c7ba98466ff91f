/* SPDX-License-Identifier: MIT */
#include "research/learn/logistic.h"

#include <math.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

#define SIZE (LINEAR_FEATURE_MAX + 1) /* the intercept stands behind the features */
#define ROUNDS_MAX 50
#define NEAR 1e-10 /* what Newton's next step would gain, of the whole loss */

/* Where the objective stands at a model: how it falls, and how it bends. */
struct newton {
    uint32_t count; /* features and the intercept */
    double gradient[SIZE];
    double hessian[SIZE][SIZE]; /* the lower triangle; then its Cholesky factor */
};

static double weight_of(const struct logistic_config *config, size_t row)
{
    return config->weights != NULL ? config->weights[row] : 1;
}

static const double *figures_of(const struct logistic_config *config, size_t row)
{
    return config->figures + row * config->features;
}

static void standardise(const struct logistic_config *config, uint32_t i, struct linear *linear)
{
    double weight = 0, mean = 0, squares = 0;
    for (size_t row = 0; row < config->count; row++) {
        const double figure = figures_of(config, row)[i], w = weight_of(config, row);
        if (isfinite(figure) && w > 0) { /* B. P. Welford's sums (1962), weighted */
            const double off = figure - mean;
            weight += w;
            mean += off * w / weight;
            squares += w * off * (figure - mean);
        }
    }
    const double deviation = weight > 0 ? sqrt(squares / weight) : 0;
    linear->means[i] = mean;
    /* What rounding leaves of a figure that is always the same is no deviation. */
    linear->scales[i] = deviation > 1e-12 * fabs(mean) ? deviation : INFINITY;
}

static double objective(const struct logistic_config *config, const struct linear *linear)
{
    double loss = 0, held = 0;
    for (size_t row = 0; row < config->count; row++) {
        const double margin = linear_margin(linear, figures_of(config, row), NULL);
        const double against = config->won[row] ? -margin : margin;
        loss += weight_of(config, row) * (fmax(against, 0) + log1p(exp(-fabs(margin))));
    }
    for (uint32_t i = 0; i < linear->count; i++) {
        held += linear->weights[i] * linear->weights[i];
    }
    return loss + config->l2 / 2 * held;
}

static void add_row(struct newton *newton, const double *inputs, double off, double curve)
{
    for (uint32_t i = 0; i < newton->count; i++) {
        newton->gradient[i] += off * inputs[i];
        for (uint32_t j = 0; j <= i; j++) {
            newton->hessian[i][j] += curve * inputs[i] * inputs[j];
        }
    }
}

static void look(const struct logistic_config *config, const struct linear *linear,
                 struct newton *newton)
{
    double inputs[SIZE];
    *newton = (struct newton){.count = linear->count + 1};
    inputs[linear->count] = 1;
    for (size_t row = 0; row < config->count; row++) {
        const double *figures = figures_of(config, row), weight = weight_of(config, row);
        const double p = sigmoid(linear_margin(linear, figures, NULL));
        for (uint32_t i = 0; i < linear->count; i++) {
            inputs[i] = linear_input(linear, i, figures[i]);
        }
        add_row(newton, inputs, weight * (p - config->won[row]), weight * p * (1 - p));
    }
    for (uint32_t i = 0; i < linear->count; i++) {
        newton->gradient[i] += config->l2 * linear->weights[i];
        newton->hessian[i][i] += config->l2;
    }
    /* An intercept whose every example is certain bends nothing: it is then left where it is. */
    newton->hessian[linear->count][linear->count] += 1e-12;
}

/* hessian * step = -gradient, by Cholesky: with l2 above 0 the Hessian is positive definite. */
static void solve(struct newton *newton, double *step)
{
    const uint32_t n = newton->count;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            double sum = newton->hessian[i][j];
            for (uint32_t k = 0; k < j; k++) {
                sum -= newton->hessian[i][k] * newton->hessian[j][k];
            }
            newton->hessian[i][j] = i == j ? sqrt(fmax(sum, 1e-300)) : sum / newton->hessian[j][j];
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        double sum = -newton->gradient[i];
        for (uint32_t k = 0; k < i; k++) {
            sum -= newton->hessian[i][k] * step[k];
        }
        step[i] = sum / newton->hessian[i][i];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++) {
            step[i] -= newton->hessian[k][i] * step[k];
        }
        step[i] /= newton->hessian[i][i];
    }
}

static struct linear moved(const struct linear *from, const double *step, double by)
{
    struct linear to = *from;
    for (uint32_t i = 0; i < to.count; i++) {
        to.weights[i] += by * step[i];
    }
    to.intercept += by * step[to.count];
    return to;
}

static void descend(const struct logistic_config *config, struct linear *linear)
{
    struct newton newton;
    double step[SIZE], loss = objective(config, linear);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        look(config, linear, &newton);
        solve(&newton, step);
        double slope = 0;
        for (uint32_t i = 0; i < newton.count; i++) {
            slope += newton.gradient[i] * step[i];
        }
        struct linear next = moved(linear, step, 1);
        if (!(-slope > NEAR * loss)) {
            /* So near that the digits double with this step and the loss could not tell. */
            *linear = isfinite(slope) ? next : *linear;
            return;
        }
        double there = objective(config, &next);
        for (double by = 0.5; !(there < loss) && by > 1e-10; by /= 2) {
            next = moved(linear, step, by);
            there = objective(config, &next);
        }
        if (!(there < loss)) {
            return; /* as low as rounding lets it be */
        }
        *linear = next;
        loss = there;
    }
}

bool logistic_fit(const struct logistic_config *config, struct linear *ret)
{
    CHECK(config->features <= LINEAR_FEATURE_MAX && config->l2 > 0);
    double weight = 0, won = 0;
    for (size_t row = 0; row < config->count; row++) {
        CHECK(weight_of(config, row) >= 0);
        weight += weight_of(config, row);
        won += weight_of(config, row) * config->won[row];
    }
    if (!(won > 0 && won < weight)) {
        return false;
    }
    struct linear linear = {.count = config->features, .intercept = log(won / (weight - won))};
    for (uint32_t i = 0; i < config->features; i++) {
        standardise(config, i, &linear);
    }
    descend(config, &linear);
    for (uint32_t i = 0; i < config->features; i++) {
        if (isinf(linear.scales[i])) { /* it never moved: it moves nothing */
            linear.scales[i] = 1;
            linear.weights[i] = 0;
        }
    }
    *ret = linear;
    return true;
}
