/* SPDX-License-Identifier: MIT */
#include "research/learn/booster.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "research/learn/booster_data.h"
#include "research/learn/booster_library.h"
#include "research/learn/booster_model.h"
#include "store/disk.h"

/* Rows of the training, evenly apart, on which the core must answer as XGBoost does. */
#define PROOF_ROWS 256

struct booster {
    const struct booster_library *library;
    BoosterHandle handle;
    struct forest_owned owned;
};

/* One training, while it runs. */
struct training {
    const struct booster_library *xgb;
    const struct booster_data *data;
    const struct booster_terms *terms;
    struct booster *booster;
    DMatrixHandle matrix;
    struct booster_start start;
    float *gradients, *hessians; /* of a quantile */
    char *error;
    size_t error_size;
};

bool booster_supported(void)
{
    return true;
}

/* Of all trees there are. The margins are the booster's, until the next call. */
static int ask_margins(const struct booster *booster, DMatrixHandle matrix, const float **ret,
                       char *error, size_t error_size)
{
    static const char config[] = "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, "
                                 "\"iteration_end\": 0, \"strict_shape\": false}";
    const bst_ulong *shape;
    bst_ulong dimensions;
    if (booster->library->XGBoosterPredictFromDMatrix(booster->handle, matrix, config, &shape,
                                                      &dimensions, ret) != 0) {
        return booster_library_fail(booster->library, "margins", error, error_size);
    }
    return 0;
}

int booster_margins(struct booster *booster, const float *rows, size_t row_count,
                    float *ret_margins, char *error, size_t error_size)
{
    const struct booster_library *xgb = booster->library;
    const float *margins;
    DMatrixHandle matrix;
    if (row_count == 0) {
        return 0;
    }
    if (xgb->XGDMatrixCreateFromMat(rows, row_count, booster->owned.forest.feature_count, NAN,
                                    &matrix) != 0) {
        return booster_library_fail(xgb, "rows", error, error_size);
    }
    const int code = ask_margins(booster, matrix, &margins, error, error_size);
    if (code == 0) {
        memcpy(ret_margins, margins, row_count * sizeof margins[0]);
    }
    xgb->XGDMatrixFree(matrix);
    return code;
}

static int fail(const struct training *training, const char *what)
{
    return booster_library_fail(training->xgb, what, training->error, training->error_size);
}

/* What is not named here is XGBoost's default. Most of it is looked at when the first tree is made,
 * and only then refused. */
static int set_terms(const struct training *training)
{
    const struct booster_terms *terms = training->terms;
    const bool quantile = terms->objective == BOOSTER_QUANTILE;
    /* What a quantile's split gains is in the slope's square; gamma is in no unit. */
    const double unit = quantile ? training->start.slope * training->start.slope : 1;
    const struct {
        const char *name;
        const char *word; /* NULL: a number */
        double number;
    } rows[] = {
        {"nthread", NULL, 1},
        {"verbosity", NULL, 0},
        {"tree_method", "hist", 0},
        {"max_bin", NULL, terms->bins},
        {"objective", quantile ? "reg:squarederror" : "binary:logistic", 0},
        {"base_score", NULL, (double)training->start.base},
        {"seed", NULL, terms->seed},
        {"max_depth", NULL, terms->depth},
        {"eta", NULL, terms->eta},
        {"lambda", NULL, terms->lambda},
        {"gamma", NULL, terms->gamma * unit},
        {"min_child_weight", NULL, terms->min_child_weight},
        {"subsample", NULL, terms->subsample},
        {"colsample_bytree", NULL, terms->colsample},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char number[32];
        snprintf(number, sizeof number, "%.10g", rows[i].number); /* a seed has ten digits */
        const char *text = rows[i].word != NULL ? rows[i].word : number;
        if (training->xgb->XGBoosterSetParam(training->booster->handle, rows[i].name, text) != 0) {
            return fail(training, rows[i].name);
        }
    }
    return 0;
}

/* Rows, labels and weights as XGBoost keeps them, and a booster without trees. */
static int open_training(struct training *training)
{
    const struct booster_library *xgb = training->xgb;
    const struct booster_data *data = training->data;
    /* Of this thread: else a warning goes to the terminal. */
    if (xgb->XGBSetGlobalConfig("{\"verbosity\": 0}") != 0 ||
        xgb->XGDMatrixCreateFromMat(data->rows, data->row_count, data->column_count, NAN,
                                    &training->matrix) != 0) {
        return fail(training, "rows");
    }
    if (xgb->XGDMatrixSetFloatInfo(training->matrix, "label", data->labels, data->row_count) != 0 ||
        (data->weights != NULL &&
         xgb->XGDMatrixSetFloatInfo(training->matrix, "weight", data->weights, data->row_count) !=
             0)) {
        return fail(training, "labels and weights");
    }
    if (xgb->XGBoosterCreate(&training->matrix, 1, &training->booster->handle) != 0) {
        return fail(training, "a booster");
    }
    return set_terms(training);
}

static int train_round(struct training *training, uint32_t round)
{
    const struct booster_library *xgb = training->xgb;
    const float *margins;
    BoosterHandle handle = training->booster->handle;
    if (training->terms->objective == BOOSTER_LOGISTIC) {
        return xgb->XGBoosterUpdateOneIter(handle, (int)round, training->matrix) == 0
                   ? 0
                   : fail(training, "a round of training");
    }
    const int code = ask_margins(training->booster, training->matrix, &margins, training->error,
                                 training->error_size);
    if (code != 0) {
        return code;
    }
    booster_gradients(training->data, training->terms, &training->start, margins,
                      training->gradients, training->hessians);
    return xgb->XGBoosterBoostOneIter(handle, training->matrix, training->gradients,
                                      training->hessians, training->data->row_count) == 0
               ? 0
               : fail(training, "a round of training");
}

static int train_rounds(struct training *training, const struct booster_watch *watch)
{
    const uint32_t rounds = training->terms->rounds;
    for (uint32_t i = 0; i < rounds; i++) {
        const int code = train_round(training, i);
        if (code != 0) {
            return code;
        }
        if (watch != NULL && !watch->go_on(watch->context, i + 1, rounds)) {
            return disk_fail(ECANCELED, training->error, training->error_size,
                             "the training was ended after %u of %u rounds", i + 1, rounds);
        }
    }
    return 0;
}

/* The base is what XGBoost answers without a tree, so that no formula of its is written twice. */
static int read_forest(struct training *training, float base)
{
    bst_ulong len;
    const char *text;
    if (training->xgb->XGBoosterSaveModelToBuffer(training->booster->handle,
                                                  "{\"format\": \"json\"}", &len, &text) != 0) {
        return fail(training, "the model");
    }
    return booster_model_read(text, len, training->data->column_count, base,
                              &training->booster->owned, training->error, training->error_size);
}

/* Rows of the training, in a matrix of their own: of its own one XGBoost keeps the margins. */
static int prove_forest(struct training *training)
{
    const struct booster_data *data = training->data;
    const size_t count = data->row_count < PROOF_ROWS ? data->row_count : PROOF_ROWS;
    float *rows = calloc(count * data->column_count, sizeof *rows);
    float margins[PROOF_ROWS];
    if (rows == NULL) {
        return disk_fail(ENOMEM, training->error, training->error_size, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(rows + i * data->column_count,
               data->rows + i * data->row_count / count * data->column_count,
               data->column_count * sizeof *rows);
    }
    int code = booster_margins(training->booster, rows, count, margins, training->error,
                               training->error_size);
    for (size_t i = 0; i < count && code == 0; i++) {
        const float ours =
            forest_margin(&training->booster->owned.forest, rows + i * data->column_count);
        if (memcmp(&ours, &margins[i], sizeof ours) != 0) {
            code = disk_fail(EIO, training->error, training->error_size,
                             "the core would answer %.9g where XGBoost answers %.9g: its model is "
                             "not understood",
                             (double)ours, (double)margins[i]);
        }
    }
    free(rows);
    return code;
}

static int run(struct training *training, const struct booster_watch *watch)
{
    const float *margins;
    int code = open_training(training);
    if (code != 0) {
        return code;
    }
    code = ask_margins(training->booster, training->matrix, &margins, training->error,
                       training->error_size);
    if (code != 0) {
        return code;
    }
    const float base = margins[0];
    code = train_rounds(training, watch);
    if (code == 0) {
        code = read_forest(training, base);
    }
    return code == 0 ? prove_forest(training) : code;
}

int booster_train(const struct booster_data *data, const struct booster_terms *terms,
                  const struct booster_watch *watch, struct booster **ret, char *error,
                  size_t error_size)
{
    struct training training = {
        .data = data, .terms = terms, .error = error, .error_size = error_size};
    int code = booster_check(data, terms, error, error_size);
    if (code == 0) {
        code = booster_begin(data, terms, &training.start, error, error_size);
    }
    if (code == 0) {
        code = booster_library_find(&training.xgb, error, error_size);
    }
    if (code != 0) {
        return code;
    }
    training.booster = calloc(1, sizeof *training.booster);
    training.gradients = malloc(data->row_count * sizeof *training.gradients);
    training.hessians = malloc(data->row_count * sizeof *training.hessians);
    if (training.booster == NULL || training.gradients == NULL || training.hessians == NULL) {
        code = disk_fail(ENOMEM, error, error_size, "out of memory");
    } else {
        training.booster->library = training.xgb;
        code = run(&training, watch);
    }
    if (training.matrix != NULL) {
        training.xgb->XGDMatrixFree(training.matrix);
    }
    free(training.gradients);
    free(training.hessians);
    if (code != 0) {
        booster_free(training.booster);
        return code;
    }
    *ret = training.booster;
    return 0;
}

const struct forest *booster_forest(const struct booster *booster)
{
    return &booster->owned.forest;
}

void booster_free(struct booster *booster)
{
    if (booster == NULL) {
        return;
    }
    if (booster->handle != NULL) {
        booster->library->XGBoosterFree(booster->handle);
    }
    forest_owned_free(&booster->owned);
    free(booster);
}
