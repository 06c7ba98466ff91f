/* SPDX-License-Identifier: MIT */
/* What a finished walk of exits and sizes comes to: the choice, the pairs, the errors, the trials.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/decision/planned.h"
#include "research/learn/plan_walk_internal.h"
#include "research/learn/scores.h"

static const struct example *example_of(const struct plan_walker *walker,
                                        const struct plan_said_row *said)
{
    return &walker->examples->list[walker->rows[said->row].example];
}

uint32_t plan_choose(const struct plan_walker *walker, int64_t known_ns)
{
    double sums[PLAN_COMBINATIONS] = {0};
    size_t count = 0;
    uint32_t best = 0;
    for (size_t i = 0; i < walker->said_count; i++) {
        const struct plan_said_row *said = &walker->said[i];
        if (!said->whole || said->known_ns > known_ns) {
            continue;
        }
        const double weight = example_of(walker, said)->uniqueness;
        walker->weights[count++] = weight;
        for (uint32_t c = 0; c < PLAN_COMBINATIONS; c++) {
            sums[c] += weight * said->rewards[c];
        }
    }
    for (uint32_t c = 1; c < PLAN_COMBINATIONS; c++) {
        best = sums[c] > sums[best] ? c : best;
    }
    return count > 0 && scores_effective(walker->weights, count) >= FIT_LEAST ? best : 0;
}

/* The row's error is known by then, and counts. */
static bool erred(const struct plan_walker *walker, const struct plan_said_row *said,
                  int64_t known_ns, uint32_t choice)
{
    const struct plan_row *row = &walker->rows[said->row];
    return row->known_ns <= known_ns && plan_row_counts(row, choice) && !isnan(said->told[choice]);
}

void plan_offsets(const struct plan_walker *walker, int64_t known_ns, uint32_t choice,
                  double *ret_offsets, double *ret_weights)
{
    const struct plan_choice *of = &plan_choices[choice];
    for (uint32_t pair = 0; pair < walker->config->pair_count; pair++) {
        size_t count = 0;
        for (size_t i = 0; i < walker->said_count; i++) {
            const struct plan_said_row *said = &walker->said[i];
            const struct example *example = example_of(walker, said);
            if (example->pair == pair && erred(walker, said, known_ns, choice)) {
                const double label = walker->rows[said->row].labels[of->part];
                walker->values[count] =
                    (struct plan_weighed){label - said->told[choice], example->uniqueness};
                walker->weights[count++] = example->uniqueness;
            }
        }
        const double known = count > 0 ? scores_effective(walker->weights, count) : 0;
        const double weight = shrink_weight(known, PLAN_PAIR_K);
        ret_weights[pair] = count > 0 ? weight : 0;
        ret_offsets[pair] =
            count > 0 ? weight * plan_quantile(walker->values, count, of->alpha) : 0;
    }
}

static double pinball(double label, double said, double alpha)
{
    return label > said ? alpha * (label - said) : (1 - alpha) * (said - label);
}

static void measure_error(const struct plan_walker *walker, uint32_t choice, struct plan_error *ret)
{
    const struct plan_choice *of = &plan_choices[choice];
    double weights = 0;
    *ret = (struct plan_error){.alpha = of->alpha};
    for (size_t i = 0; i < walker->said_count; i++) {
        const struct plan_said_row *said = &walker->said[i];
        const struct plan_row *row = &walker->rows[said->row];
        if (!erred(walker, said, INT64_MAX, choice)) {
            continue;
        }
        const double weight = example_of(walker, said)->uniqueness, scale = row->own[of->part];
        const double label = row->labels[of->part];
        const double told = said->told[choice] + said->offsets[choice];
        const double constant = said->constants[choice];
        ret->count++;
        weights += weight;
        ret->mean += weight * scale * fabs(label - told);
        ret->mean_constant += weight * scale * fabs(label - constant);
        ret->pinball += weight * scale * pinball(label, told, of->alpha);
        ret->pinball_constant += weight * scale * pinball(label, constant, of->alpha);
        ret->covered += weight * (label <= told);
    }
    if (ret->count > 0) {
        ret->mean /= weights, ret->mean_constant /= weights;
        ret->pinball /= weights, ret->pinball_constant /= weights;
        ret->covered /= weights;
    }
}

/* What was brought one way and the other, example by example. */
struct column {
    double *differences, *weights, *scratch;
    size_t count;
    double weight, with, without;
};

static bool column_make(struct column *column, size_t room)
{
    *column = (struct column){
        .differences = malloc((room + 1) * sizeof *column->differences),
        .weights = malloc((room + 1) * sizeof *column->weights),
        .scratch = malloc((paired_scratch(room) + 1) * sizeof *column->scratch),
    };
    return column->differences != NULL && column->weights != NULL && column->scratch != NULL;
}

static void column_free(struct column *column)
{
    free(column->differences), free(column->weights), free(column->scratch);
}

static void add(struct column *column, double weight, double with, double without)
{
    column->differences[column->count] = weight * (with - without);
    column->count++;
    column->weight += weight;
    column->with += weight * with;
    column->without += weight * without;
}

static void try_column(const struct plan_walker *walker, struct column *column, uint64_t salt,
                       struct plan_trial *ret)
{
    ret->count = column->count;
    ret->p = ret->with = ret->without = (double)NAN;
    if (!(column->weight > 0)) {
        return;
    }
    ret->with = column->with / column->weight;
    ret->without = column->without / column->weight;
    for (size_t i = 0; i < column->count; i++) {
        column->differences[i] *= (double)column->count / column->weight;
    }
    ret->shown = paired_test(&(struct paired_config){.differences = column->differences,
                                                     .count = column->count,
                                                     .overlap = walker->config->overlap,
                                                     .confidence = GATE_CONFIDENCE,
                                                     .seed = walker->config->seed + salt,
                                                     .scratch = column->scratch},
                             &ret->paired);
    ret->p = ret->shown ? ret->paired.p : (double)NAN;
}

/* What the model takes in a test behind the first, and of which all ended. */
static const struct forward_row *traded(const struct plan_walker *walker,
                                        const struct plan_said_row *said)
{
    const struct forward_row *row = &walker->forward->rows[said->forward];
    return said->whole && said->fold > 0 && row->taken ? row : NULL;
}

static void try_exits(const struct plan_walker *walker, struct column *column,
                      struct plan_trial *ret)
{
    column->count = 0;
    column->weight = column->with = column->without = 0;
    for (size_t i = 0; i < walker->said_count; i++) {
        const struct plan_said_row *said = &walker->said[i];
        if (traded(walker, said) != NULL) {
            add(column, example_of(walker, said)->uniqueness,
                said->rewards[walker->chosen[said->fold]], said->rewards[0]);
        }
    }
    try_column(walker, column, 101, ret);
}

static double stake_of(const struct plan_walker *walker, const struct plan_said_row *said)
{
    const struct example *example = example_of(walker, said);
    const struct candidate signal = {.direction = example->direction,
                                     .price = example->price,
                                     .stop = example->stop,
                                     .target = example->target,
                                     .round_trip_fee = walker->config->round_trip_fee};
    return planned_edge(walker->forward->rows[said->forward].ensemble, &signal);
}

/* The mean over what is taken in tests before `fold`; NAN of none, or where it is not above 0. */
static double usual_edge(const struct plan_walker *walker, uint32_t fold)
{
    double sum = 0, weights = 0;
    for (size_t i = 0; i < walker->said_count; i++) {
        const struct plan_said_row *said = &walker->said[i];
        if (said->fold < fold && walker->forward->rows[said->forward].taken) {
            const double weight = example_of(walker, said)->uniqueness;
            sum += weight * stake_of(walker, said);
            weights += weight;
        }
    }
    return sum > 0 && weights > 0 ? fmin(sum / weights, 1) : (double)NAN;
}

/* With sizes that are 1 on average, so that only who gets more of it counts. */
static void try_sizes(const struct plan_walker *walker, struct column *column,
                      struct plan_trial *ret)
{
    double usual[WALK_FOLD_MAX], mean = 0, weights = 0;
    column->count = 0;
    column->weight = column->with = column->without = 0;
    for (uint32_t fold = 0; fold < walker->forward->fold_count; fold++) {
        usual[fold] = usual_edge(walker, fold);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < walker->said_count; i++) {
            const struct plan_said_row *said = &walker->said[i];
            if (traded(walker, said) == NULL || isnan(usual[said->fold])) {
                continue;
            }
            const double times = planned_times(stake_of(walker, said), usual[said->fold]);
            const double weight = example_of(walker, said)->uniqueness;
            if (pass == 0) {
                mean += weight * times;
                weights += weight;
            } else {
                add(column, weight, said->rewards[0] * times * weights / mean, said->rewards[0]);
            }
        }
    }
    try_column(walker, column, 102, ret);
}

int plan_measure(const struct plan_walker *walker, struct plan_report *ret)
{
    struct column column;
    const bool good = column_make(&column, walker->said_count);
    for (uint32_t part = 0; part < PLAN_PART_COUNT; part++) {
        measure_error(walker, ret->choices[part], &ret->errors[part]);
    }
    if (good) {
        try_exits(walker, &column, &ret->exits);
        try_sizes(walker, &column, &ret->sizes);
        ret->usual_edge = usual_edge(walker, UINT32_MAX);
    }
    column_free(&column);
    return good ? 0 : -ENOMEM;
}
