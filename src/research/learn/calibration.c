/* SPDX-License-Identifier: MIT */
#include "research/learn/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"

#define ROUNDS_MAX 100
#define STEP_LEAST 1e-10
#define NEAR 1e-10 /* what Newton's next step would gain, of one example's loss */

/* The examples without those that are held out. */
struct sample {
    const struct calibration_config *config;
    size_t held_from, held_until;
    double weight;    /* their sum */
    double effective; /* what they are worth */
    double rate;      /* part that won */
};

static double full_weight(const struct calibration_config *config, size_t i)
{
    const double weight = config->weights != NULL ? config->weights[i] : 1;
    CHECK(weight >= 0);
    return isfinite(config->margins[i]) ? weight : 0;
}

static double weight_of(const struct sample *sample, size_t i)
{
    return i >= sample->held_from && i < sample->held_until ? 0 : full_weight(sample->config, i);
}

static struct sample take(const struct calibration_config *config, size_t held_from,
                          size_t held_until)
{
    struct sample sample = {.config = config, .held_from = held_from, .held_until = held_until};
    double squares = 0, won = 0;
    for (size_t i = 0; i < config->count; i++) {
        const double weight = weight_of(&sample, i);
        sample.weight += weight;
        squares += weight * weight;
        won += weight * config->won[i];
    }
    if (sample.weight > 0) {
        sample.effective = fmin(sample.weight, sample.weight * sample.weight / squares);
        sample.rate = won / sample.weight;
    }
    return sample;
}

/* Platt's targets, and what his objective comes to at (a, b). */
struct platt {
    const struct sample *sample;
    double target_won, target_lost;
};

static double platt_loss(const struct platt *platt, double a, double b)
{
    const struct calibration_config *config = platt->sample->config;
    double loss = 0;
    for (size_t i = 0; i < config->count; i++) {
        const double weight = weight_of(platt->sample, i);
        if (weight > 0) {
            const double x = a * config->margins[i] + b;
            const double target = config->won[i] ? platt->target_won : platt->target_lost;
            /* -t ln p - (1 - t) ln(1 - p), without taking the logarithm of what may be 0. */
            loss += weight * ((1 - target) * x + fmax(-x, 0) + log1p(exp(-fabs(x))));
        }
    }
    return loss;
}

/* Gradient and Hessian at (a, b). */
struct bend {
    double to_a, to_b, aa, ab, bb;
};

static struct bend platt_bend(const struct platt *platt, double a, double b)
{
    const struct calibration_config *config = platt->sample->config;
    struct bend bend = {.aa = 1e-12, .bb = 1e-12};
    for (size_t i = 0; i < config->count; i++) {
        const double weight = weight_of(platt->sample, i);
        if (weight > 0) {
            const double x = config->margins[i], p = sigmoid(a * x + b);
            const double off =
                weight * (p - (config->won[i] ? platt->target_won : platt->target_lost));
            const double curve = weight * p * (1 - p);
            bend.to_a += off * x;
            bend.to_b += off;
            bend.aa += curve * x * x;
            bend.ab += curve * x;
            bend.bb += curve;
        }
    }
    return bend;
}

static void descend(const struct platt *platt, double *a, double *b)
{
    double loss = platt_loss(platt, *a, *b);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        const struct bend bend = platt_bend(platt, *a, *b);
        const double area = bend.aa * bend.bb - bend.ab * bend.ab;
        const double da = -(bend.bb * bend.to_a - bend.ab * bend.to_b) / area;
        const double db = -(bend.aa * bend.to_b - bend.ab * bend.to_a) / area;
        const double slope = bend.to_a * da + bend.to_b * db;
        if (!(-slope > NEAR * platt->sample->weight)) {
            /* So near that the digits double with this step and the loss could not tell. */
            *a += isfinite(da) ? da : 0;
            *b += isfinite(db) ? db : 0;
            return;
        }
        double by = 1;
        for (; by >= STEP_LEAST; by /= 2) {
            const double there = platt_loss(platt, *a + by * da, *b + by * db);
            if (there < loss + 1e-4 * by * slope) {
                *a += by * da;
                *b += by * db;
                loss = there;
                break;
            }
        }
        if (!(by >= STEP_LEAST)) {
            return; /* nothing lower is to be found */
        }
    }
}

static void fit_platt(const struct sample *sample, struct calibration *ret)
{
    const double won = sample->effective * sample->rate, lost = sample->effective - won;
    const struct platt platt = {sample, (won + 1) / (won + 2), 1 / (lost + 2)};
    double a = 0, b = log((won + 1) / (lost + 1));
    descend(&platt, &a, &b);
    if (!(a >= 0)) {
        a = 0;
        b = log_odds(sample->rate * platt.target_won + (1 - sample->rate) * platt.target_lost);
    }
    *ret = (struct calibration){
        .kind = CALIBRATION_PLATT, .least = 1 / (sample->effective + 2), .a = a, .b = b};
}

/* By margin; of equals, by what does not leave their order to the sort. */
static int by_margin(const void *a, const void *b)
{
    const struct calibration_step *x = a, *y = b;
    if (x->margin != y->margin) {
        return x->margin < y->margin ? -1 : 1;
    }
    if (x->rate != y->rate) {
        return x->rate < y->rate ? -1 : 1;
    }
    return x->weight < y->weight ? -1 : x->weight > y->weight;
}

/* The one above joins the one below. Its margin stays between the two, whatever rounding does. */
static void join(struct calibration_step *below, const struct calibration_step *above)
{
    const double part = above->weight / (below->weight + above->weight);
    below->margin = fmin(below->margin + (above->margin - below->margin) * part, above->margin);
    below->rate += (above->rate - below->rate) * part;
    below->weight += above->weight;
}

static size_t sort_steps(const struct sample *sample, struct calibration_step *steps)
{
    const struct calibration_config *config = sample->config;
    size_t rows = 0, count = 0;
    for (size_t i = 0; i < config->count; i++) {
        const double weight = weight_of(sample, i);
        if (weight > 0) {
            steps[rows++] =
                (struct calibration_step){config->margins[i], config->won[i] ? 1 : 0, weight};
        }
    }
    qsort(steps, rows, sizeof *steps, by_margin);
    for (size_t i = 0; i < rows; i++) {
        if (count > 0 && steps[count - 1].margin == steps[i].margin) {
            join(&steps[count - 1], &steps[i]);
        } else {
            steps[count++] = steps[i];
        }
    }
    return count;
}

static size_t pool_violators(struct calibration_step *steps, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        steps[kept++] = steps[i];
        for (; kept > 1 && steps[kept - 2].rate >= steps[kept - 1].rate; kept--) {
            join(&steps[kept - 2], &steps[kept - 1]);
        }
    }
    return kept;
}

static size_t join_at(struct calibration_step *steps, size_t count, size_t below)
{
    join(&steps[below], &steps[below + 1]);
    for (size_t i = below + 1; i + 1 < count; i++) {
        steps[i] = steps[i + 1];
    }
    return count - 1;
}

static size_t join_light(struct calibration_step *steps, size_t count, double least)
{
    while (count > 1) {
        size_t at = 0;
        for (size_t i = 1; i < count; i++) {
            at = steps[i].weight < steps[at].weight ? i : at;
        }
        if (steps[at].weight >= least) {
            break;
        }
        const double under = at > 0 ? steps[at].rate - steps[at - 1].rate : INFINITY;
        const double over = at + 1 < count ? steps[at + 1].rate - steps[at].rate : INFINITY;
        count = join_at(steps, count, under <= over ? at - 1 : at);
    }
    return count;
}

/* What joining two steps adds to the squared error (J. H. Ward, 1963). */
static double cost_of(const struct calibration_step *below, const struct calibration_step *above)
{
    const double apart = above->rate - below->rate;
    return below->weight * above->weight / (below->weight + above->weight) * apart * apart;
}

static size_t thin(struct calibration_step *steps, size_t count)
{
    while (count > CALIBRATION_KNOT_MAX) {
        size_t at = 0;
        for (size_t i = 1; i + 1 < count; i++) {
            if (cost_of(&steps[i], &steps[i + 1]) < cost_of(&steps[at], &steps[at + 1])) {
                at = i;
            }
        }
        count = join_at(steps, count, at);
    }
    return count;
}

static void fit_isotonic(const struct sample *sample, struct calibration_step *steps,
                         struct calibration *ret)
{
    size_t count = pool_violators(steps, sort_steps(sample, steps));
    count = join_light(steps, count, CALIBRATION_STEP * sample->weight / sample->effective);
    count = thin(steps, count);
    *ret = (struct calibration){.kind = CALIBRATION_ISOTONIC,
                                .knot_count = (uint32_t)count,
                                .least = 1 / (sample->effective + 2)};
    for (size_t i = 0; i < count; i++) {
        ret->margins[i] = steps[i].margin;
        ret->probabilities[i] = fmin(fmax(steps[i].rate, 0), 1);
    }
}

bool calibration_fit_platt(const struct calibration_config *config, struct calibration *ret)
{
    const struct sample all = take(config, 0, 0);
    if (!(all.weight > 0)) {
        return false;
    }
    fit_platt(&all, ret);
    return true;
}

bool calibration_fit_isotonic(const struct calibration_config *config,
                              struct calibration_step *scratch, struct calibration *ret)
{
    const struct sample all = take(config, 0, 0);
    if (!(all.weight > 0)) {
        return false;
    }
    fit_isotonic(&all, scratch, ret);
    return true;
}

/* The sum over what the sample holds out. */
static double held_loss(const struct sample *sample, const struct calibration *calibration)
{
    double loss = 0;
    for (size_t i = sample->held_from; i < sample->held_until; i++) {
        const double weight = full_weight(sample->config, i);
        double probability;
        if (weight > 0 &&
            calibration_apply(calibration, sample->config->margins[i], &probability)) {
            loss += weight * log_loss(probability, sample->config->won[i]);
        }
    }
    return loss;
}

bool calibration_choose(const struct calibration_config *config, struct calibration_step *scratch,
                        struct calibration_choice *ret)
{
    const struct sample all = take(config, 0, 0);
    if (!(all.weight > 0)) {
        return false;
    }
    *ret = (struct calibration_choice){
        .effective = all.effective, .platt_loss = NAN, .isotonic_loss = NAN};
    fit_platt(&all, &ret->chosen);
    if (all.effective < CALIBRATION_FEW) {
        return true;
    }
    double platt = 0, isotonic = 0;
    for (size_t fold = 0; fold < CALIBRATION_FOLDS; fold++) {
        struct calibration fitted;
        const struct sample part = take(config, fold * config->count / CALIBRATION_FOLDS,
                                        (fold + 1) * config->count / CALIBRATION_FOLDS);
        if (part.weight > 0) {
            fit_platt(&part, &fitted);
            platt += held_loss(&part, &fitted);
            fit_isotonic(&part, scratch, &fitted);
            isotonic += held_loss(&part, &fitted);
        }
    }
    ret->platt_loss = platt / all.weight;
    ret->isotonic_loss = isotonic / all.weight;
    if (isotonic < platt) {
        fit_isotonic(&all, scratch, &ret->chosen);
    }
    return true;
}
