/* SPDX-License-Identifier: MIT */
#include "research/learn/gate_scores.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

const char *const gate_predictor_names[GATE_PREDICTOR_COUNT] = {
    [GATE_ENSEMBLE] = "ensemble", [GATE_FOREST] = "forest", [GATE_LOGISTIC] = "logistic",
    [GATE_ONLINE] = "online",     [GATE_POOLED] = "pooled", [GATE_HEURISTIC] = "heuristic",
    [GATE_ALWAYS] = "always",
};

const char *const gate_policy_names[GATE_POLICY_COUNT] = {
    [GATE_EVERY] = "every signal",
    [GATE_BY_HEURISTIC] = "by the heuristic",
    [GATE_BY_MODEL] = "by the model",
};

int gate_rows_make(const struct forward *forward, const struct examples *examples,
                   uint32_t strategy, struct gate_rows *ret)
{
    *ret = (struct gate_rows){.examples = examples};
    ret->list = malloc((forward->count + 1) * sizeof *ret->list);
    if (ret->list == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < forward->count; i++) {
        if (examples->list[forward->rows[i].example].strategy == strategy) {
            ret->list[ret->count++] = i;
        }
    }
    return 0;
}

void gate_rows_free(struct gate_rows *rows)
{
    free(rows->list);
}

static double said(const struct forward_row *row, enum gate_predictor predictor)
{
    switch (predictor) {
    case GATE_ENSEMBLE:
        return row->ensemble;
    case GATE_FOREST:
        return row->members[FORWARD_FOREST];
    case GATE_LOGISTIC:
        return row->members[FORWARD_LOGISTIC];
    case GATE_ONLINE:
        return row->members[FORWARD_ONLINE];
    case GATE_POOLED:
        return row->pooled;
    case GATE_HEURISTIC:
        return row->heuristic;
    default:
        return row->members[FORWARD_BASE];
    }
}

/* Columns of predictions, for so many rows. */
struct columns {
    double *probabilities, *weights, *rewards;
    bool *won;
    struct scores_row *scratch;
    size_t count;
};

static bool columns_make(struct columns *columns, size_t room)
{
    *columns = (struct columns){
        .probabilities = malloc((room + 1) * sizeof *columns->probabilities),
        .weights = malloc((room + 1) * sizeof *columns->weights),
        .rewards = malloc((room + 1) * sizeof *columns->rewards),
        .won = malloc((room + 1) * sizeof *columns->won),
        .scratch = malloc((room + 1) * sizeof *columns->scratch),
    };
    return columns->probabilities != NULL && columns->weights != NULL && columns->rewards != NULL &&
           columns->won != NULL && columns->scratch != NULL;
}

static void columns_free(struct columns *columns)
{
    free(columns->probabilities), free(columns->weights), free(columns->rewards);
    free(columns->won), free(columns->scratch);
}

static void columns_add(struct columns *columns, const struct example *example, double probability)
{
    const size_t at = columns->count++;
    columns->probabilities[at] = probability;
    columns->weights[at] = example->uniqueness;
    columns->rewards[at] = example->reward;
    columns->won[at] = example->won;
}

static void columns_score(const struct columns *columns, double threshold, struct scores *ret)
{
    scores_measure(&(struct predictions){.probabilities = columns->probabilities,
                                         .won = columns->won,
                                         .weights = columns->weights,
                                         .rewards = columns->rewards,
                                         .count = columns->count},
                   threshold, GATE_BINS, columns->scratch, ret);
}

#define EVERY_PAIR UINT32_MAX

static void score(const struct gate_config *config, const struct forward *forward,
                  const struct gate_rows *rows, uint32_t pair, enum gate_predictor predictor,
                  struct columns *columns, struct scores *ret)
{
    columns->count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct forward_row *row = &forward->rows[rows->list[i]];
        const struct example *example = &rows->examples->list[row->example];
        if (pair == EVERY_PAIR || example->pair == pair) {
            columns_add(columns, example, said(row, predictor));
        }
    }
    columns_score(columns, config->threshold, ret);
}

static int by_time(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static size_t count_below(const int64_t *sorted, size_t count, int64_t bound_ns)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] < bound_ns) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Of each how many began before it ended, less those that had ended when it began. */
static int measure_overlap(const struct forward *forward, const struct gate_rows *rows,
                           double *ret_overlap)
{
    const size_t count = rows->count;
    int64_t *times = malloc((2 * count + 1) * sizeof *times);
    if (times == NULL) {
        return -ENOMEM;
    }
    int64_t *const ends = &times[count];
    for (size_t i = 0; i < count; i++) {
        const struct forward_row *row = &forward->rows[rows->list[i]];
        times[i] = rows->examples->list[row->example].time_ns;
        ends[i] = rows->examples->list[row->example].known_ns;
    }
    qsort(ends, count, sizeof *ends, by_time);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct example *example = &rows->examples->list[forward->rows[rows->list[i]].example];
        sum += (double)(count_below(times, count, example->known_ns) -
                        count_below(ends, count, example->time_ns + 1));
    }
    *ret_overlap = count > 0 ? sum / (double)count : 0;
    free(times);
    return 0;
}

static bool takes(const struct forward_row *row, enum gate_policy policy)
{
    switch (policy) {
    case GATE_BY_HEURISTIC:
        return row->heuristic_taken;
    case GATE_BY_MODEL:
        return row->taken;
    default:
        return true;
    }
}

/* The interval of the mean of the rewards that the rows brought. */
static int measure_within(uint64_t seed, const struct forward *forward,
                          const struct gate_rows *rows, const double *rewards, struct interval *ret)
{
    struct paired paired;
    double overlap, *scratch = malloc(paired_scratch(rows->count) * sizeof *scratch);
    *ret = (struct interval){(double)NAN, (double)NAN};
    const int code = scratch != NULL ? measure_overlap(forward, rows, &overlap) : -ENOMEM;
    if (code == 0 && paired_test(&(struct paired_config){.differences = rewards,
                                                         .count = rows->count,
                                                         .overlap = overlap,
                                                         .confidence = GATE_CONFIDENCE,
                                                         .seed = seed,
                                                         .draws_max = PAIRED_DRAWS_MIN,
                                                         .scratch = scratch},
                                 &paired)) {
        *ret = paired.within;
    }
    free(scratch);
    return code;
}

/* What the policy takes of a pair's rows, and what that brought. */
static int measure_reward(const struct gate_config *config, const struct forward *forward,
                          const struct gate_rows *rows, uint32_t pair, enum gate_policy policy,
                          struct gate_reward *ret)
{
    struct gate_rows taken = {.examples = rows->examples};
    double *rewards = malloc((rows->count + 1) * sizeof *rewards);
    double sum = 0, won = 0;
    int code = -ENOMEM;
    taken.list = malloc((rows->count + 1) * sizeof *taken.list);
    for (size_t i = 0; i < rows->count && rewards != NULL && taken.list != NULL; i++) {
        const struct forward_row *row = &forward->rows[rows->list[i]];
        const struct example *example = &rows->examples->list[row->example];
        if ((pair == EVERY_PAIR || example->pair == pair) && takes(row, policy)) {
            sum += example->reward;
            won += example->won;
            rewards[taken.count] = example->reward;
            taken.list[taken.count++] = rows->list[i];
        }
    }
    const double count = taken.count > 0 ? (double)taken.count : (double)NAN;
    *ret = (struct gate_reward){.count = taken.count, .won = won / count, .mean = sum / count};
    if (rewards != NULL && taken.list != NULL) {
        code = measure_within(config->seed, forward, &taken, rewards, &ret->within);
    }
    free(rewards);
    gate_rows_free(&taken);
    return code;
}

static int measure_rewards(const struct gate_config *config, const struct forward *forward,
                           const struct gate_rows *rows, uint32_t pair,
                           struct gate_reward ret[GATE_POLICY_COUNT])
{
    int code = 0;
    for (int i = 0; i < GATE_POLICY_COUNT && code == 0; i++) {
        code = measure_reward(config, forward, rows, pair, (enum gate_policy)i, &ret[i]);
    }
    return code;
}

static int measure_pairs(const struct gate_config *config, const struct forward *forward,
                         const struct gate_rows *rows, struct columns *columns,
                         struct gate_report *ret)
{
    bool seen[PAIR_MAX] = {0};
    uint32_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const uint32_t pair = rows->examples->list[forward->rows[rows->list[i]].example].pair;
        count += !seen[pair];
        seen[pair] = true;
    }
    ret->pairs = calloc(count + 1, sizeof *ret->pairs);
    if (ret->pairs == NULL) {
        return -ENOMEM;
    }
    int code = 0;
    for (uint32_t pair = 0; pair < PAIR_MAX && code == 0; pair++) {
        if (seen[pair]) {
            struct gate_pair *one = &ret->pairs[ret->pair_count++];
            one->pair = pair;
            score(config, forward, rows, pair, GATE_ENSEMBLE, columns, &one->scores);
            code = measure_rewards(config, forward, rows, pair, one->rewards);
        }
    }
    return code;
}

int gate_measure(const struct gate_config *config, const struct forward *forward,
                 const struct gate_rows *rows, struct gate_report *ret)
{
    struct columns columns;
    int code = columns_make(&columns, rows->count) ? 0 : -ENOMEM;
    for (int i = 0; i < GATE_PREDICTOR_COUNT && code == 0; i++) {
        score(config, forward, rows, EVERY_PAIR, (enum gate_predictor)i, &columns, &ret->scores[i]);
    }
    if (code == 0) {
        code = measure_rewards(config, forward, rows, EVERY_PAIR, ret->rewards);
    }
    if (code == 0) {
        code = measure_overlap(forward, rows, &ret->overlap);
    }
    if (code == 0) {
        code = measure_pairs(config, forward, rows, &columns, ret);
    }
    columns_free(&columns);
    return code;
}

bool gate_believes(const struct scores *scores)
{
    const double fewer = fmin(scores->base_rate, 1 - scores->base_rate);
    return fewer * (double)scores->count >= GATE_LEAK_LEAST;
}

int gate_find_leak(const struct examples *examples, uint32_t strategy, struct gate_report *ret)
{
    struct columns columns;
    const int code = columns_make(&columns, examples->count) ? 0 : -ENOMEM;
    ret->leak_auc = 0.5;
    for (uint32_t feature = 0; feature < FEATURE_COUNT && code == 0; feature++) {
        struct scores scores;
        columns.count = 0;
        for (size_t i = 0; i < examples->count; i++) {
            if (examples->list[i].strategy == strategy) {
                /* Any order-keeping way into 0..1 has the same AUC. */
                const double figure = (double)examples_features(examples, i)[feature];
                columns_add(&columns, &examples->list[i], 0.5 + figure / (2 + 2 * fabs(figure)));
            }
        }
        columns_score(&columns, 0, &scores);
        const double auc = fmax(scores.auc, 1 - scores.auc);
        if (gate_believes(&scores) && auc > ret->leak_auc) {
            ret->leak_auc = auc;
            ret->leak_feature = feature;
        }
    }
    columns_free(&columns);
    return code;
}
