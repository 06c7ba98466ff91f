/* SPDX-License-Identifier: MIT */
#include "research/learn/booster_data.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "store/disk.h"

static double weight_of(const struct booster_data *data, size_t row)
{
    return data->weights == NULL ? 1 : (double)data->weights[row];
}

#define ABOVE_ZERO 1e-6 /* the least of what may not be 0 */

static int check_terms(const struct booster_terms *terms, char *error, size_t error_size)
{
    const bool quantile = terms->objective == BOOSTER_QUANTILE;
    const struct {
        const char *name;
        double value, least, most;
    } rows[] = {
        {"rounds", terms->rounds, 1, FOREST_TREE_MAX},
        {"depth", terms->depth, 1, FOREST_DEPTH_MAX},
        {"bins", terms->bins, 2, BOOSTER_BIN_MAX},
        {"eta", terms->eta, ABOVE_ZERO, 1},
        {"lambda", terms->lambda, 0, BOOSTER_LABEL_MAX},
        {"gamma", terms->gamma, 0, BOOSTER_LABEL_MAX},
        {"min_child_weight", terms->min_child_weight, 0, BOOSTER_LABEL_MAX},
        {"subsample", terms->subsample, ABOVE_ZERO, 1},
        {"colsample", terms->colsample, ABOVE_ZERO, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!(rows[i].value >= rows[i].least && rows[i].value <= rows[i].most)) {
            return disk_fail(EINVAL, error, error_size, "%s is %g: it must be %g to %g",
                             rows[i].name, rows[i].value, rows[i].least, rows[i].most);
        }
    }
    if (quantile && !(terms->alpha > 0 && terms->alpha < 1)) {
        return disk_fail(EINVAL, error, error_size,
                         "alpha is %g: it must be above 0, and less than 1", terms->alpha);
    }
    return 0;
}

static int check_counts(const struct booster_data *data, char *error, size_t error_size)
{
    if (data->row_count == 0) {
        return disk_fail(EINVAL, error, error_size, "there is not one row to train on");
    }
    if (data->row_count > BOOSTER_ROW_MAX) {
        return disk_fail(EINVAL, error, error_size, "there are %zu rows to train on: %u at most",
                         data->row_count, BOOSTER_ROW_MAX);
    }
    if (data->column_count == 0 || data->column_count > FOREST_FEATURE_MAX) {
        return disk_fail(EINVAL, error, error_size, "a row has %u columns: 1 to %d",
                         data->column_count, FOREST_FEATURE_MAX);
    }
    return 0;
}

static int check_rows(const struct booster_data *data, char *error, size_t error_size)
{
    for (size_t i = 0; i < data->row_count * data->column_count; i++) {
        if (fabs((double)data->rows[i]) > BOOSTER_VALUE_MAX) {
            return disk_fail(EINVAL, error, error_size,
                             "row %zu, column %zu (from 0) is %g: %g at most; what is not known is "
                             "NaN",
                             i / data->column_count, i % data->column_count, (double)data->rows[i],
                             BOOSTER_VALUE_MAX);
        }
    }
    return 0;
}

/* Labels and weights; of a probability both classes are to be there. */
static int check_labels(const struct booster_data *data, bool logistic, char *error,
                        size_t error_size)
{
    double total = 0, ones = 0;
    for (size_t i = 0; i < data->row_count; i++) {
        const double label = (double)data->labels[i], weight = weight_of(data, i);
        if (!(fabs(label) <= BOOSTER_LABEL_MAX)) {
            return disk_fail(EINVAL, error, error_size,
                             "the label of row %zu (from 0) is %g: it must be a number, %g at most",
                             i, label, BOOSTER_LABEL_MAX);
        }
        if (logistic && label != 0 && label != 1) {
            return disk_fail(EINVAL, error, error_size,
                             "the label of row %zu (from 0) is %g: it must be 0 or 1", i, label);
        }
        if (!(weight >= 0 && weight <= BOOSTER_LABEL_MAX)) {
            return disk_fail(EINVAL, error, error_size,
                             "the weight of row %zu (from 0) is %g: it must be 0 to %g", i, weight,
                             BOOSTER_LABEL_MAX);
        }
        total += weight;
        ones += weight * label;
    }
    if (!(total > 0)) {
        return disk_fail(EINVAL, error, error_size, "the weights of all rows are 0");
    }
    /* As XGBoost will have it: a mean that a float cannot tell from 0 or 1 is one of them. */
    const float mean = (float)(ones / total);
    if (logistic && !(mean > 0 && mean < 1)) {
        return disk_fail(EINVAL, error, error_size,
                         "all rows that weigh anything have the label %d: there is nothing to tell "
                         "apart",
                         mean > 0);
    }
    return 0;
}

int booster_check(const struct booster_data *data, const struct booster_terms *terms, char *error,
                  size_t error_size)
{
    int code = check_terms(terms, error, error_size);
    if (code == 0) {
        code = check_counts(data, error, error_size);
    }
    if (code == 0) {
        code = check_rows(data, error, error_size);
    }
    if (code == 0) {
        code = check_labels(data, terms->objective == BOOSTER_LOGISTIC, error, error_size);
    }
    return code;
}

struct weighed {
    float label;
    double weight;
};

static int by_label(const void *a, const void *b)
{
    const float x = ((const struct weighed *)a)->label, y = ((const struct weighed *)b)->label;
    return (x > y) - (x < y);
}

/* The least label that a part `alpha` of the weight does not exceed; labels ascend. */
static float quantile_of(const struct weighed *labels, size_t count, double total, double alpha)
{
    double sum = 0;
    size_t i = 0;
    for (; i + 1 < count; i++) {
        sum += labels[i].weight;
        if (sum >= alpha * total) {
            break;
        }
    }
    return labels[i].label;
}

static int begin_quantile(const struct booster_data *data, double alpha, struct booster_start *ret,
                          char *error, size_t error_size)
{
    struct weighed *labels = malloc(data->row_count * sizeof *labels);
    double total = 0;
    size_t count = 0;
    if (labels == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    for (size_t i = 0; i < data->row_count; i++) {
        const double weight = weight_of(data, i);
        if (weight > 0) {
            labels[count++] = (struct weighed){data->labels[i], weight};
            total += weight;
        }
    }
    CHECK(count > 0);
    qsort(labels, count, sizeof *labels, by_label);
    const double reach = (alpha < 0.5 ? alpha : 1 - alpha) / 2;
    const double low = (double)quantile_of(labels, count, total, alpha - reach);
    const double high = (double)quantile_of(labels, count, total, alpha + reach);
    const double range = (double)labels[count - 1].label - (double)labels[0].label;
    ret->base = quantile_of(labels, count, total, alpha);
    /* Where so many labels are equal that there is no slope, they still have a width. */
    ret->slope = high > low ? (high - low) / (2 * reach) : range;
    free(labels);
    return 0;
}

int booster_begin(const struct booster_data *data, const struct booster_terms *terms,
                  struct booster_start *ret, char *error, size_t error_size)
{
    if (terms->objective == BOOSTER_QUANTILE) {
        return begin_quantile(data, terms->alpha, ret, error, error_size);
    }
    double total = 0, ones = 0;
    for (size_t i = 0; i < data->row_count; i++) {
        total += weight_of(data, i);
        ones += weight_of(data, i) * (double)data->labels[i];
    }
    *ret = (struct booster_start){.base = (float)(ones / total)};
    return 0;
}

void booster_gradients(const struct booster_data *data, const struct booster_terms *terms,
                       const struct booster_start *start, const float *margins,
                       float *ret_gradients, float *ret_hessians)
{
    for (size_t i = 0; i < data->row_count; i++) {
        const double weight = weight_of(data, i);
        const bool enough = margins[i] >= data->labels[i];
        const double side = enough ? 1 - terms->alpha : -terms->alpha;
        ret_gradients[i] = (float)(weight * start->slope * side);
        ret_hessians[i] = (float)weight;
    }
}
