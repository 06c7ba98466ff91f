/* SPDX-License-Identifier: MIT */
/*
 * Trees trained by XGBoost, in the form that the core evaluates.
 *
 *   logistic   labels 0 and 1; the margin is the logit of how likely a 1 is, and its base the logit
 *              of the labels' weighted mean
 *   quantile   the margin is the label that a part `alpha` of those like it does not exceed, in the
 *              label's own unit, and its base that of all of them. XGBoost 1.7 has no such
 *              objective: the gradients are ours. That of a quantile's loss says only which side a
 *              label is on; it is multiplied by how far labels lie apart there (the slope of their
 *              quantiles round alpha; J. W. Tukey's sparsity), which is what Newton's step would
 *              be, so that `eta` means the same whatever the unit. What deep trees learn by heart
 *              covers less of rows they have not seen (0.83 instead of 0.9 after 100 rounds of
 *              depth 4 on 5,000 rows of noise; 0.89 at depth 2 with 100 rows a leaf): hold some
 * back
 *
 * Always one thread, `hist`, and a seed: the same data and terms give the same forest, byte for
 * byte. What is not known is NaN, in rows alone.
 *
 * XGBoost is loaded when the first training begins, and not before: it and its C++ are 6 MB that a
 * session would have for nothing. One training at a time in a process.
 *
 * A forest is given out only when the core's margins of rows of the training are XGBoost's own, bit
 * for bit. Errors are negative errno values with one line that says what and where.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/forest.h"

#define BOOSTER_ERROR_MAX 512
#define BOOSTER_BIN_MAX 256        /* XGBoost's default; a bin is then a byte */
#define BOOSTER_ROW_MAX (1u << 24) /* a float counts so far */
#define BOOSTER_VALUE_MAX 1e30     /* of a row's values: cuts between them are floats too */
#define BOOSTER_LABEL_MAX 1e9      /* of labels and weights: their sums are floats */

struct booster_data {
    const float *rows;    /* row after row */
    const float *labels;  /* of each row */
    const float *weights; /* of each row, not negative; NULL: all 1 */
    size_t row_count;
    uint32_t column_count;
};

enum booster_objective {
    BOOSTER_LOGISTIC,
    BOOSTER_QUANTILE,
};

struct booster_terms {
    enum booster_objective objective;
    double alpha; /* of BOOSTER_QUANTILE, between 0 and 1 */
    uint32_t rounds;
    uint32_t depth;
    uint32_t bins;           /* that a column's values are told apart by: fewer are quicker */
    double eta;              /* how much of each tree counts, 1e-6 to 1 */
    double lambda;           /* added to each leaf's weight: leaves of few rows are drawn to 0 */
    double gamma;            /* what a split must gain */
    double min_child_weight; /* of a leaf, least; logistic: a row weighs p (1 - p) of its own */
    double subsample;        /* part of the rows that each tree sees, 1e-6 to 1 */
    double colsample;        /* part of the columns, likewise */
    uint32_t seed;
};

/* Asked after each round; false ends the training. */
struct booster_watch {
    bool (*go_on)(void *context, uint32_t rounds_done, uint32_t rounds);
    void *context;
};

struct booster;

/* False where cuttle was built without XGBoost. Where the library alone is missing, training says
 * so. */
bool booster_supported(void);

/*
 * `watch` may be NULL. 0; -EINVAL: data or terms cannot be trained on; -ECANCELED: the watch ended
 * it; -ENOSYS: built without XGBoost; -ENOENT: its library is not on this machine; -ENOMEM; -EIO:
 * XGBoost failed, or what it made is not what the core would answer.
 */
int booster_train(const struct booster_data *data, const struct booster_terms *terms,
                  const struct booster_watch *watch, struct booster **ret, char *error,
                  size_t error_size);

/* With means, and passed by forest_check; as long as the booster. */
const struct forest *booster_forest(const struct booster *booster);

/* XGBoost's own margins of so many rows. */
int booster_margins(struct booster *booster, const float *rows, size_t row_count,
                    float *ret_margins, char *error, size_t error_size);

/* Takes NULL. */
void booster_free(struct booster *booster);
