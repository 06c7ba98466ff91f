/* SPDX-License-Identifier: MIT */
#include "research/learn/scores.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/model/sigmoid.h"
#include "research/normal.h"

#define CONFIDENCE 0.95

static double weight_of(const double *weights, size_t i)
{
    return weights != NULL ? weights[i] : 1;
}

/* The mean of what weights count; NAN where there is nothing. */
static double part(double sum, double weight)
{
    return weight > 0 ? sum / weight : NAN;
}

double scores_effective(const double *weights, size_t count)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        const double weight = weight_of(weights, i);
        sum += weight;
        squares += weight * weight;
    }
    return sum > 0 ? fmin(sum, sum * sum / squares) : 0;
}

struct interval scores_wilson(double rate, double n, double confidence)
{
    CHECK(confidence > 0 && confidence < 1);
    if (!(n > 0)) {
        return (struct interval){0, 1};
    }
    const double z = normal_quantile((1 + confidence) / 2), share = z * z / n;
    const double middle = (rate + share / 2) / (1 + share);
    const double half = sqrt(share * (rate * (1 - rate) + share / 4)) / (1 + share);
    return (struct interval){fmax(middle - half, 0), fmin(middle + half, 1)};
}

/* Equals stay in the order they came in, so that sums are the same everywhere. */
static int by_probability(const void *a, const void *b)
{
    const struct scores_row *x = a, *y = b;
    if (x->probability != y->probability) {
        return x->probability < y->probability ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

static size_t sort_rows(const struct predictions *predictions, struct scores_row *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < predictions->count; i++) {
        const double probability = predictions->probabilities[i];
        if (!isnan(probability)) {
            const double weight = weight_of(predictions->weights, i);
            CHECK(probability >= 0 && probability <= 1 && weight >= 0);
            rows[count++] = (struct scores_row){probability, weight, i};
        }
    }
    qsort(rows, count, sizeof *rows, by_probability);
    return count;
}

static void measure_errors(const struct predictions *predictions, const struct scores_row *rows,
                           struct scores *ret)
{
    double weight = 0, squares = 0, won = 0, said = 0, loss = 0, brier = 0;
    for (size_t i = 0; i < ret->count; i++) {
        const bool outcome = predictions->won[rows[i].index];
        const double off = rows[i].probability - outcome;
        weight += rows[i].weight;
        squares += rows[i].weight * rows[i].weight;
        won += rows[i].weight * outcome;
        said += rows[i].weight * rows[i].probability;
        loss += rows[i].weight * log_loss(rows[i].probability, outcome);
        brier += rows[i].weight * off * off;
    }
    ret->effective = weight > 0 ? fmin(weight, weight * weight / squares) : 0;
    ret->base_rate = part(won, weight);
    ret->confidence = part(said, weight);
    ret->log_loss = part(loss, weight);
    ret->brier = part(brier, weight);
}

static void measure_taken(const struct predictions *predictions, const struct scores_row *rows,
                          double threshold, struct scores *ret)
{
    double weight = 0, taken = 0, right = 0, won = 0, taken_won = 0, reward = 0, taken_reward = 0;
    for (size_t i = 0; i < ret->count; i++) {
        const bool outcome = predictions->won[rows[i].index];
        const bool yes = rows[i].probability >= threshold;
        const double w = rows[i].weight;
        const double brought =
            w * (predictions->rewards != NULL ? predictions->rewards[rows[i].index] : NAN);
        weight += w;
        won += w * outcome;
        right += w * (yes == outcome);
        reward += brought;
        if (yes) {
            ret->taken++;
            taken += w;
            taken_won += w * outcome;
            taken_reward += brought;
        }
    }
    ret->accuracy = part(right, weight);
    ret->precision = part(taken_won, taken);
    ret->recall = part(taken_won, won);
    ret->reward_all = part(reward, weight);
    ret->reward_taken = part(taken_reward, taken);
}

/* Rows of one probability from `from`: where they end. */
static size_t end_of_equals(const struct scores_row *rows, size_t from, size_t count)
{
    size_t end = from + 1;
    while (end < count && rows[end].probability == rows[from].probability) {
        end++;
    }
    return end;
}

static void measure_auc(const struct predictions *predictions, const struct scores_row *rows,
                        struct scores *ret)
{
    double won = 0, lost = 0, ahead = 0;
    for (size_t i = 0; i < ret->count;) {
        const size_t end = end_of_equals(rows, i, ret->count);
        double won_here = 0, lost_here = 0;
        for (; i < end; i++) {
            *(predictions->won[rows[i].index] ? &won_here : &lost_here) += rows[i].weight;
        }
        ahead += won_here * (lost + lost_here / 2);
        won += won_here;
        lost += lost_here;
    }
    ret->auc = part(ahead, won * lost);
}

static void close_bin(struct scores *ret, struct reliability_bin *bin, double squares)
{
    if (bin->weight > 0) {
        bin->predicted /= bin->weight;
        bin->observed /= bin->weight;
        const double n = fmin(bin->weight, bin->weight * bin->weight / squares);
        bin->within = scores_wilson(bin->observed, n, CONFIDENCE);
        ret->bins[ret->bin_count++] = *bin;
    }
}

static void measure_bins(const struct predictions *predictions, const struct scores_row *rows,
                         uint32_t bins, struct scores *ret)
{
    double weight = 0, error = 0;
    size_t i = 0;
    for (uint32_t b = 0; b < bins; b++) {
        struct reliability_bin bin = {0};
        double squares = 0;
        for (const size_t wanted = (b + 1) * ret->count / bins; i < wanted;) {
            const size_t end = end_of_equals(rows, i, ret->count);
            for (; i < end; i++) {
                bin.count++;
                bin.weight += rows[i].weight;
                bin.predicted += rows[i].weight * rows[i].probability;
                bin.observed += rows[i].weight * predictions->won[rows[i].index];
                squares += rows[i].weight * rows[i].weight;
            }
        }
        close_bin(ret, &bin, squares);
    }
    for (uint32_t b = 0; b < ret->bin_count; b++) {
        weight += ret->bins[b].weight;
        error += ret->bins[b].weight * fabs(ret->bins[b].predicted - ret->bins[b].observed);
    }
    ret->calibration_error = part(error, weight);
}

void scores_measure(const struct predictions *predictions, double threshold, uint32_t bins,
                    struct scores_row *scratch, struct scores *ret)
{
    CHECK(bins >= 1 && bins <= SCORES_BIN_MAX);
    *ret = (struct scores){.count = sort_rows(predictions, scratch)};
    measure_errors(predictions, scratch, ret);
    measure_taken(predictions, scratch, threshold, ret);
    measure_auc(predictions, scratch, ret);
    measure_bins(predictions, scratch, bins, ret);
}
