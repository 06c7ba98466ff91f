/* SPDX-License-Identifier: MIT */
#include "research/learn/fit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "research/learn/calibration.h"
#include "research/learn/logistic.h"
#include "research/learn/scores.h"
#include "research/learn/uniqueness.h"

_Static_assert(FEATURE_COUNT <= LINEAR_FEATURE_MAX, "the logistic model takes every feature");

struct fit_terms fit_terms_usual(void)
{
    return (struct fit_terms){
        .trees = booster_supported(),
        .rounds = 60,
        .depth = 3,
        .eta = 0.08,
        .subsample = 0.7,
        .colsample = 0.7,
        .lambda = 2,
        .bins = 32,
        .leaf = 30,
        .l2 = 30,
        .half_life_days = 730,
        .own = UNIQUENESS_OWN,
        .seed = 1,
    };
}

double fit_weight(const struct fit_terms *terms, const struct example *example, int64_t now_ns,
                  bool pooled)
{
    const double unique = pooled ? example->uniqueness_pooled : example->uniqueness;
    const double days = (double)(now_ns - example->known_ns) / (double)NS_PER_DAY;
    const double age =
        terms->half_life_days > 0 && days > 0 ? exp2(-days / terms->half_life_days) : 1;
    return unique * age * (example->own ? terms->own : 1);
}

/* The examples as the trainers want them, and room for those that train while a block is held out.
 */
struct table {
    const struct fit_data *data;
    const struct fit_terms *terms;
    size_t count;
    double *weights;
    bool *won;
    /* What was picked for one training. */
    size_t picked;
    float *rows, *labels, *row_weights;
    double *figures, *figure_weights;
    bool *figure_won;
    /* What is held out. */
    double *forest, *logistic;
    struct calibration_step *steps;
    char *error;
    size_t error_size;
};

static void table_free(struct table *table)
{
    free(table->weights), free(table->won);
    free(table->rows), free(table->labels), free(table->row_weights);
    free(table->figures), free(table->figure_weights), free(table->figure_won);
    free(table->steps);
}

static bool table_make(struct table *table, struct fit *fit)
{
    const size_t count = table->count;
    table->weights = calloc(count, sizeof *table->weights);
    table->won = malloc(count * sizeof *table->won);
    table->rows = malloc(count * FEATURE_COUNT * sizeof *table->rows);
    table->labels = malloc(count * sizeof *table->labels);
    table->row_weights = malloc(count * sizeof *table->row_weights);
    table->figures = malloc(count * FEATURE_COUNT * sizeof *table->figures);
    table->figure_weights = malloc(count * sizeof *table->figure_weights);
    table->figure_won = malloc(count * sizeof *table->figure_won);
    table->steps = malloc(count * sizeof *table->steps);
    fit->held_forest = table->forest = malloc(count * sizeof *table->forest);
    fit->held_logistic = table->logistic = malloc(count * sizeof *table->logistic);
    return table->weights != NULL && table->won != NULL && table->rows != NULL &&
           table->labels != NULL && table->row_weights != NULL && table->figures != NULL &&
           table->figure_weights != NULL && table->figure_won != NULL && table->steps != NULL &&
           table->forest != NULL && table->logistic != NULL;
}

/* Weights that come to more than their examples are worth are brought down to it. */
static void weigh(struct table *table, struct fit *fit)
{
    double sum = 0, won = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct example *example = &table->data->examples->list[table->data->rows[i]];
        CHECK(example->known_ns <= table->data->now_ns);
        table->won[i] = example->won;
        table->weights[i] =
            fit_weight(table->terms, example, table->data->now_ns, table->data->pooled);
        sum += table->weights[i];
        won += example->won ? table->weights[i] : 0;
        table->forest[i] = table->logistic[i] = (double)NAN;
    }
    fit->effective = scores_effective(table->weights, table->count);
    fit->base_rate = won / sum;
    for (size_t i = 0; i < table->count; i++) {
        table->weights[i] *= fmin(1, fit->effective / sum);
    }
}

static const float *features_of(const struct table *table, size_t i)
{
    return examples_features(table->data->examples, table->data->rows[i]);
}

static void pick(struct table *table, size_t i)
{
    const size_t at = table->picked++;
    memcpy(&table->rows[at * FEATURE_COUNT], features_of(table, i),
           FEATURE_COUNT * sizeof *table->rows);
    examples_figures(table->data->examples, table->data->rows[i],
                     &table->figures[at * FEATURE_COUNT]);
    table->labels[at] = table->won[i] ? 1 : 0;
    table->figure_won[at] = table->won[i];
    table->figure_weights[at] = table->weights[i];
    table->row_weights[at] = (float)table->weights[i];
}

/* All but those that were open while rows first..last-1 ran; first == last: all. */
static void pick_beside(struct table *table, size_t first, size_t last)
{
    const struct example *list = table->data->examples->list;
    const size_t *rows = table->data->rows;
    int64_t begin_ns = INT64_MAX, end_ns = INT64_MIN;
    for (size_t i = first; i < last; i++) {
        begin_ns = list[rows[i]].time_ns < begin_ns ? list[rows[i]].time_ns : begin_ns;
        end_ns = list[rows[i]].known_ns > end_ns ? list[rows[i]].known_ns : end_ns;
    }
    table->picked = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct example *example = &list[rows[i]];
        if (example->known_ns <= begin_ns || example->time_ns >= end_ns) {
            pick(table, i);
        }
    }
}

static bool both_outcomes(const struct table *table)
{
    size_t won = 0;
    for (size_t i = 0; i < table->picked; i++) {
        won += table->figure_won[i];
    }
    return won > 0 && won < table->picked;
}

/* *ret stays NULL where there is to be no forest. */
static int grow(const struct table *table, struct booster **ret)
{
    const struct fit_terms *terms = table->terms;
    double sum = 0, won = 0;
    for (size_t i = 0; i < table->picked; i++) {
        sum += table->figure_weights[i];
        won += table->figure_won[i] ? table->figure_weights[i] : 0;
    }
    if (!terms->trees || !(won > 0 && won < sum)) {
        return 0;
    }
    const struct booster_data data = {.rows = table->rows,
                                      .labels = table->labels,
                                      .weights = table->row_weights,
                                      .row_count = table->picked,
                                      .column_count = FEATURE_COUNT};
    const struct booster_terms booster = {
        .objective = BOOSTER_LOGISTIC,
        .rounds = terms->rounds,
        .depth = terms->depth,
        .eta = terms->eta,
        .lambda = terms->lambda,
        .min_child_weight = terms->leaf * won / sum * (1 - won / sum),
        .subsample = terms->subsample,
        .colsample = terms->colsample,
        .bins = terms->bins,
        .seed = terms->seed,
    };
    return booster_train(&data, &booster, NULL, ret, table->error, table->error_size);
}

static bool regress(const struct table *table, struct linear *ret)
{
    return logistic_fit(&(struct logistic_config){.figures = table->figures,
                                                  .won = table->figure_won,
                                                  .weights = table->figure_weights,
                                                  .count = table->picked,
                                                  .features = FEATURE_COUNT,
                                                  .l2 = table->terms->l2},
                        ret);
}

static double logistic_margin(const struct table *table, const struct linear *linear, size_t i)
{
    double figures[FEATURE_COUNT];
    examples_figures(table->data->examples, table->data->rows[i], figures);
    return linear_margin(linear, figures, NULL);
}

/* The margins of one block by models that know nothing of it. */
static int hold_out(struct table *table, size_t first, size_t last)
{
    struct booster *forest = NULL;
    struct linear linear;
    pick_beside(table, first, last);
    if (!both_outcomes(table)) {
        return 0;
    }
    const int code = grow(table, &forest);
    const bool regressed = code == 0 && regress(table, &linear);
    for (size_t i = first; i < last && code == 0; i++) {
        if (forest != NULL) {
            table->forest[i] = (double)forest_margin(booster_forest(forest), features_of(table, i));
        }
        if (regressed) {
            table->logistic[i] = logistic_margin(table, &linear, i);
        }
    }
    booster_free(forest);
    return code;
}

/* From held-out margins to a calibration, and from them to probabilities. */
static void calibrate(const struct table *table, double *margins, struct calibration *ret)
{
    struct calibration_choice choice;
    const struct calibration_config config = {margins, table->won, table->weights, table->count};
    *ret = (struct calibration){0};
    if (calibration_choose(&config, table->steps, &choice)) {
        *ret = choice.chosen;
    }
    for (size_t i = 0; i < table->count; i++) {
        double probability = (double)NAN;
        calibration_apply(ret, margins[i], &probability);
        margins[i] = probability;
    }
}

static int make(struct table *table, struct fit *fit)
{
    for (size_t block = 0; block < FIT_BLOCKS; block++) {
        const int code = hold_out(table, table->count * block / FIT_BLOCKS,
                                  table->count * (block + 1) / FIT_BLOCKS);
        if (code != 0) {
            return code;
        }
    }
    pick_beside(table, 0, 0);
    if (!both_outcomes(table) || !regress(table, &fit->logistic)) {
        return 0;
    }
    const int code = grow(table, &fit->forest);
    if (code != 0) {
        return code;
    }
    calibrate(table, table->forest, &fit->forest_calibration);
    calibrate(table, table->logistic, &fit->logistic_calibration);
    fit->known = true;
    return 0;
}

int fit_make(const struct fit_data *data, const struct fit_terms *terms, struct fit *ret,
             char *error, size_t error_size)
{
    struct table table = {.data = data,
                          .terms = terms,
                          .count = data->count,
                          .error = error,
                          .error_size = error_size};
    *ret = (struct fit){.count = data->count, .base_rate = (double)NAN};
    if (data->count == 0) {
        return 0;
    }
    int code = 0;
    if (!table_make(&table, ret)) {
        snprintf(error, error_size, "out of memory for %zu examples", data->count);
        code = -ENOMEM;
    } else {
        weigh(&table, ret);
        code = ret->effective >= FIT_LEAST ? make(&table, ret) : 0;
    }
    table_free(&table);
    return code;
}

void fit_free(struct fit *fit)
{
    booster_free(fit->forest);
    free(fit->held_forest);
    free(fit->held_logistic);
    *fit = (struct fit){0};
}

double fit_ask_logistic(const struct fit *fit, const float *features)
{
    double figures[FEATURE_COUNT], probability = (double)NAN;
    for (uint32_t i = 0; i < FEATURE_COUNT && fit->known; i++) {
        figures[i] = (double)features[i];
    }
    if (fit->known) {
        calibration_apply(&fit->logistic_calibration, linear_margin(&fit->logistic, figures, NULL),
                          &probability);
    }
    return probability;
}

void fit_ask(const struct fit *fit, const float *features, struct fit_answer *ret)
{
    *ret = (struct fit_answer){(double)NAN, (double)NAN};
    if (!fit->known) {
        return;
    }
    if (fit->forest != NULL) {
        calibration_apply(&fit->forest_calibration,
                          (double)forest_margin(booster_forest(fit->forest), features),
                          &ret->forest);
    }
    ret->logistic = fit_ask_logistic(fit, features);
}
