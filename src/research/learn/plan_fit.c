/* SPDX-License-Identifier: MIT */
#include "research/learn/plan_fit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "research/learn/scores.h"

/* A quantile's trees learn by heart more easily than a probability's (booster.h). */
#define DEPTH 2
#define LEAF 50.0 /* independent examples in a leaf, or a tenth of all where they are few */
#define LEAF_PART 0.1

const struct plan_choice plan_choices[PLAN_CHOICES] = {
    {PLAN_TARGET, 0.3}, {PLAN_TARGET, 0.5}, {PLAN_TARGET, 0.7},
    {PLAN_STOP, 0.6},   {PLAN_STOP, 0.85},  {PLAN_HOLD, 0.5},
};

void plan_row_make(const struct examples *examples, size_t index, struct plan_row *ret)
{
    const struct example *example = &examples->list[index];
    const double price = example->price;
    const double to_target = example->target > 0 ? fabs(example->target - price) / price : 0;
    const double to_stop = example->stop > 0 ? fabs(example->stop - price) / price : 0;
    *ret = (struct plan_row){
        .example = index,
        .own = {to_target, to_stop, 1},
        .labels = {to_target > 0 ? example->favourable / to_target : (double)NAN,
                   to_stop > 0 ? example->adverse / to_stop : (double)NAN,
                   (double)example->hold_ns / (double)NS_PER_HOUR},
        .came = to_target > 0 ? example->favourable >= to_target : example->won,
    };
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        if (!(ret->labels[i] >= 0 && ret->labels[i] <= BOOSTER_LABEL_MAX)) {
            ret->labels[i] = (double)NAN;
        }
    }
}

bool plan_row_counts(const struct plan_row *row, uint32_t choice)
{
    const enum plan_part part = plan_choices[choice].part;
    return !isnan(row->labels[part]) && (part != PLAN_STOP || row->came);
}

static int by_value(const void *a, const void *b)
{
    const double x = ((const struct plan_weighed *)a)->value;
    const double y = ((const struct plan_weighed *)b)->value;
    return x < y ? -1 : x > y;
}

double plan_quantile(struct plan_weighed *values, size_t count, double alpha)
{
    double sum = 0, below = 0;
    qsort(values, count, sizeof *values, by_value);
    for (size_t i = 0; i < count; i++) {
        sum += values[i].weight;
    }
    for (size_t i = 0; i < count; i++) {
        below += values[i].weight;
        if (below >= alpha * sum) {
            return values[i].value;
        }
    }
    return count > 0 ? values[count - 1].value : (double)NAN;
}

/* What was picked for one forest. */
struct table {
    const struct plan_data *data;
    size_t count;
    float *rows, *labels, *row_weights;
    double *weights;
    struct plan_weighed *values;
};

static bool table_make(struct table *table)
{
    const size_t room = table->data->count + 1;
    table->rows = malloc(room * FEATURE_COUNT * sizeof *table->rows);
    table->labels = malloc(room * sizeof *table->labels);
    table->row_weights = malloc(room * sizeof *table->row_weights);
    table->weights = malloc(room * sizeof *table->weights);
    table->values = malloc(room * sizeof *table->values);
    return table->rows != NULL && table->labels != NULL && table->row_weights != NULL &&
           table->weights != NULL && table->values != NULL;
}

static void table_free(struct table *table)
{
    free(table->rows), free(table->labels), free(table->row_weights);
    free(table->weights), free(table->values);
}

/* The rows that one forest learns from; how many independent ones they are. */
static double pick(struct table *table, const struct fit_terms *terms, uint32_t choice)
{
    const struct plan_data *data = table->data;
    double sum = 0;
    table->count = 0;
    for (size_t i = 0; i < data->count; i++) {
        const struct plan_row *row = &data->rows[i];
        const struct example *example = &data->examples->list[row->example];
        if (row->known_ns > data->now_ns || example->time_ns < data->from_ns ||
            !plan_row_counts(row, choice)) {
            continue;
        }
        const size_t at = table->count++;
        const double label = row->labels[plan_choices[choice].part];
        memcpy(&table->rows[at * FEATURE_COUNT], examples_features(data->examples, row->example),
               FEATURE_COUNT * sizeof *table->rows);
        table->weights[at] = fit_weight(terms, example, data->now_ns, false);
        table->labels[at] = (float)label;
        table->values[at] = (struct plan_weighed){label, table->weights[at]};
        sum += table->weights[at];
    }
    const double effective = scores_effective(table->weights, table->count);
    for (size_t i = 0; i < table->count; i++) {
        table->row_weights[i] = (float)(table->weights[i] * fmin(1, effective / sum));
    }
    return effective;
}

/* Labels that are all the same have no quantile that a feature could tell. */
static bool differ(const struct table *table)
{
    for (size_t i = 1; i < table->count; i++) {
        if (table->labels[i] != table->labels[0]) {
            return true;
        }
    }
    return false;
}

int plan_fit_make(const struct plan_data *data, const struct fit_terms *terms, struct plan_fit *ret,
                  char *error, size_t error_size)
{
    struct table table = {.data = data};
    int code = 0;
    *ret = (struct plan_fit){0};
    if (!table_make(&table)) {
        snprintf(error, error_size, "out of memory for %zu examples", data->count);
        code = -ENOMEM;
    }
    for (uint32_t i = 0; i < PLAN_CHOICES && code == 0; i++) {
        const double effective = pick(&table, terms, i);
        ret->effective = i == 0 ? effective : ret->effective;
        if (terms->trees && effective >= FIT_LEAST && differ(&table)) {
            const struct booster_terms booster = {
                .objective = BOOSTER_QUANTILE,
                .alpha = plan_choices[i].alpha,
                .rounds = terms->rounds,
                .depth = DEPTH,
                .eta = terms->eta,
                .lambda = terms->lambda,
                .min_child_weight = fmin(LEAF, LEAF_PART * effective),
                .subsample = terms->subsample,
                .colsample = terms->colsample,
                .bins = terms->bins,
                .seed = terms->seed,
            };
            code = booster_train(&(struct booster_data){.rows = table.rows,
                                                        .labels = table.labels,
                                                        .weights = table.row_weights,
                                                        .row_count = table.count,
                                                        .column_count = FEATURE_COUNT},
                                 &booster, NULL, &ret->forests[i], error, error_size);
        }
        ret->constants[i] = plan_quantile(table.values, table.count, plan_choices[i].alpha);
    }
    table_free(&table);
    return code;
}

void plan_fit_free(struct plan_fit *fit)
{
    for (uint32_t i = 0; i < PLAN_CHOICES; i++) {
        booster_free(fit->forests[i]);
    }
    *fit = (struct plan_fit){0};
}

double plan_fit_tell(const struct plan_fit *fit, uint32_t choice, const float *features)
{
    return fit->forests[choice] != NULL
               ? (double)forest_margin(booster_forest(fit->forests[choice]), features)
               : (double)NAN;
}
