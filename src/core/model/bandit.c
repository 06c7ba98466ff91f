/* SPDX-License-Identifier: MIT */
#include "core/model/bandit.h"

#include <math.h>
#include <stddef.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

#define COUNT BANDIT_INPUT_COUNT

const double bandit_sizes[BANDIT_ARM_COUNT] = {0, 0.5, 1, 1.5};

static double hold(double value, double low, double high)
{
    return isnan(value) ? 0 : fmin(fmax(value, low), high);
}

static void inputs_of(const struct bandit_context *context, double ret[COUNT])
{
    for (int i = 0; i < COUNT; i++) {
        ret[i] = hold(context->inputs[i], -BANDIT_INPUT_MAX, BANDIT_INPUT_MAX);
    }
}

/* A figure that is not known is 0: neither good nor bad. */
static double known(double value)
{
    return hold(value, -BANDIT_INPUT_MAX, BANDIT_INPUT_MAX);
}

void bandit_tell_drawdown(struct bandit_context *context, double drawdown)
{
    context->inputs[BANDIT_DRAWN] = known(10 * drawdown);
}

void bandit_context_of(const struct bandit_view *view, struct bandit_context *ret)
{
    const double *features = view->features.values;
    *ret = (struct bandit_context){
        .inputs = {
            [BANDIT_BIAS] = 1,
            [BANDIT_PROBABILITY] = known(log_odds(view->probability)),
            [BANDIT_CONFIDENCE] = known(2 * features[FEATURE_CONFIDENCE] - 1),
            [BANDIT_VOLATILITY] = known(features[FEATURE_ATR_RANK] / 50 - 1),
            [BANDIT_TREND] = known(features[FEATURE_REGIME]),
            [BANDIT_AGREEMENT] = known((features[FEATURE_MAJORITY] - 1) / 3),
            [BANDIT_VALUE] = known(view->value),
        }};
    bandit_tell_drawdown(ret, view->drawdown);
}

void bandit_init(struct bandit *bandit, uint64_t seed)
{
    *bandit = (struct bandit){.seen = 0};
    prng_init(&bandit->prng, seed);
    for (int i = 0; i < COUNT; i++) {
        bandit->b.at[i][i] = 1;
    }
}

double bandit_worth(double outcome, double size)
{
    const double brought = size * hold(outcome, -BANDIT_LOSS_MAX, BANDIT_GAIN_MAX);
    const double lost = fmin(brought, 0);
    return brought - BANDIT_DRAWDOWN * lost * lost;
}

/* B = L L'. B is symmetric and at least I, so every pivot is 1 or more. */
static void factor(const struct bandit_matrix *b, struct bandit_matrix *ret_l)
{
    for (int i = 0; i < COUNT; i++) {
        for (int k = 0; k <= i; k++) {
            double sum = b->at[i][k];
            for (int j = 0; j < k; j++) {
                sum -= ret_l->at[i][j] * ret_l->at[k][j];
            }
            if (i == k) {
                CHECK(sum > 0.5);
                ret_l->at[i][i] = sqrt(sum);
            } else {
                ret_l->at[i][k] = sum / ret_l->at[k][k];
            }
        }
    }
}

/* L y = x. */
static void descend(const struct bandit_matrix *l, const double x[COUNT], double ret_y[COUNT])
{
    for (int i = 0; i < COUNT; i++) {
        double sum = x[i];
        for (int k = 0; k < i; k++) {
            sum -= l->at[i][k] * ret_y[k];
        }
        ret_y[i] = sum / l->at[i][i];
    }
}

/* L' z = y. */
static void ascend(const struct bandit_matrix *l, const double y[COUNT], double ret_z[COUNT])
{
    for (int i = COUNT - 1; i >= 0; i--) {
        double sum = y[i];
        for (int k = i + 1; k < COUNT; k++) {
            sum -= l->at[k][i] * ret_z[k];
        }
        ret_z[i] = sum / l->at[i][i];
    }
}

enum bandit_arm bandit_choose(struct bandit *bandit, const struct bandit_context *context,
                              double ret_worths[BANDIT_ARM_COUNT])
{
    double x[COUNT], y[COUNT], z[COUNT], spread = 0, worths[BANDIT_ARM_COUNT];
    struct bandit_matrix l = {0};
    inputs_of(context, x);
    factor(&bandit->b, &l);
    descend(&l, x, y);
    ascend(&l, y, z); /* B^-1 x */
    for (int i = 0; i < COUNT; i++) {
        spread += y[i] * y[i];
    }
    const double draw = BANDIT_DOUBT * sqrt(spread) * prng_normal(&bandit->prng);
    enum bandit_arm best = BANDIT_SKIP;
    for (int arm = 0; arm < BANDIT_ARM_COUNT; arm++) {
        worths[arm] = bandit_sizes[arm] * draw;
        for (int i = 0; i < COUNT; i++) {
            worths[arm] += z[i] * bandit->f[arm][i];
        }
        best = worths[arm] > worths[best] ? (enum bandit_arm)arm : best;
        if (ret_worths != NULL) {
            ret_worths[arm] = worths[arm];
        }
    }
    return bandit->seen < BANDIT_LEAST ? BANDIT_WHOLE : best;
}

void bandit_learn(struct bandit *bandit, const struct bandit_context *context, double outcome)
{
    double x[COUNT];
    if (isnan(outcome)) {
        return;
    }
    inputs_of(context, x);
    for (int i = 0; i < COUNT; i++) {
        for (int k = 0; k < COUNT; k++) {
            const double start = i == k ? 1 - BANDIT_FORGET : 0;
            bandit->b.at[i][k] = BANDIT_FORGET * bandit->b.at[i][k] + start + x[i] * x[k];
        }
        for (int arm = 0; arm < BANDIT_ARM_COUNT; arm++) {
            bandit->f[arm][i] =
                BANDIT_FORGET * bandit->f[arm][i] + bandit_worth(outcome, bandit_sizes[arm]) * x[i];
        }
    }
    bandit->seen++;
}
