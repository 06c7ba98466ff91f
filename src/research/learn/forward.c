/* SPDX-License-Identifier: MIT */
#include "research/learn/forward.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/decision/value.h"
#include "core/model/heuristic.h"
#include "core/model/sigmoid.h"
#include "research/learn/scores.h"

#define NO_ROW SIZE_MAX

struct forward_config forward_config_usual(void)
{
    return (struct forward_config){
        .terms = fit_terms_usual(),
        .tests = 6,
        .first = 0.4,
        .embargo_ns = NS_PER_HOUR,
    };
}

struct walker {
    const struct forward_config *config;
    const struct examples *examples;
    struct forward *ret;
    size_t *ends;   /* examples in the order in which their outcomes are known */
    size_t learned; /* of them, how many the ensembles have learned from */
    size_t *row_of; /* by example; NO_ROW: nothing was said of it */
    size_t *picked; /* room for one training's rows */
    /* The fold's own. */
    struct fit own[STRATEGY_MAX], pooled;
    struct online online[STRATEGY_MAX];
    size_t taught; /* of `ends`, how many the online models know */
    double k;
    bool begun[STRATEGY_MAX]; /* its ensemble has learned what the first training held out */
    uint32_t fits_done, fits;
    char *error;
    size_t error_size;
};

static const struct example *example_at(const struct walker *walker, size_t index)
{
    return &walker->examples->list[index];
}

static bool several(const struct forward *forward)
{
    return (forward->strategies & (forward->strategies - 1)) != 0;
}

/* Who speaks for a strategy. */
struct voices {
    const struct fit *own, *pooled;
    const struct online *online; /* NULL: what the logistic one says */
    double k;
};

static double between(double own, double pooled, double weight)
{
    return isnan(own) ? pooled : isnan(pooled) ? own : probability_between(own, pooled, weight);
}

static double drawn(const struct fit *fit, double towards, double examples)
{
    return (fit->base_rate * fit->effective + towards * examples) / (fit->effective + examples);
}

/* The part that won: as if FORWARD_BASE_PRIOR more had come out as those of all strategies do; by
 * itself, as if one more had won and one lost: few examples are sure of nothing. */
static double base_of(const struct fit *own, const struct fit *pooled)
{
    if (!(pooled->effective > 0)) {
        return own->effective > 0 ? drawn(own, 0.5, 2) : (double)NAN;
    }
    const double of_all = drawn(pooled, 0.5, 2);
    return own->effective > 0 ? drawn(own, of_all, FORWARD_BASE_PRIOR) : of_all;
}

static void figures_of(const float *features, double ret[FEATURE_COUNT])
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        ret[i] = (double)features[i];
    }
}

static void speak(const struct voices *voices, const float *features, struct forward_row *ret)
{
    struct fit_answer own, pooled;
    fit_ask(voices->own, features, &own);
    fit_ask(voices->pooled, features, &pooled);
    const double weight = shrink_weight(voices->own->effective, voices->k);
    ret->members[FORWARD_FOREST] = between(own.forest, pooled.forest, weight);
    ret->members[FORWARD_LOGISTIC] = between(own.logistic, pooled.logistic, weight);
    ret->members[FORWARD_BASE] = base_of(voices->own, voices->pooled);
    ret->members[FORWARD_ONLINE] =
        voices->own->known ? ret->members[FORWARD_LOGISTIC] : (double)NAN;
    if (voices->online != NULL && voices->own->known) {
        double figures[FEATURE_COUNT];
        figures_of(features, figures);
        ret->members[FORWARD_ONLINE] =
            online_ask(voices->online, ret->members[FORWARD_LOGISTIC], figures, NULL);
    }
    const bool trees = !isnan(own.forest) || !isnan(pooled.forest);
    ret->own = trees ? own.forest : own.logistic;
    ret->pooled = trees ? pooled.forest : pooled.logistic;
    ret->own_examples = isnan(ret->own) ? 0 : voices->own->effective;
}

static void ask_heuristic(const float *features, double *ret)
{
    struct features asked;
    struct model_answer answer;
    figures_of(features, asked.values);
    heuristic_ask(&asked, &answer);
    *ret = answer.kind == MODEL_NONE ? (double)NAN : answer.probability;
}

/* The examples of a strategy, or of all, that began at from_ns and were known by until_ns. */
static size_t pick(const struct walker *walker, int strategy, int64_t from_ns, int64_t until_ns)
{
    size_t count = 0;
    for (size_t i = 0; i < walker->examples->count; i++) {
        const struct example *example = example_at(walker, i);
        if (example->time_ns >= from_ns && example->known_ns <= until_ns &&
            (strategy < 0 || example->strategy == strategy)) {
            walker->picked[count++] = i;
        }
    }
    return count;
}

static int fit_one(struct walker *walker, int strategy, int64_t from_ns, int64_t until_ns,
                   struct fit *ret)
{
    const struct forward_config *config = walker->config;
    const struct fit_data data = {.examples = walker->examples,
                                  .rows = walker->picked,
                                  .count = pick(walker, strategy, from_ns, until_ns),
                                  .now_ns = until_ns,
                                  .pooled = strategy < 0};
    fit_free(ret);
    const int code = fit_make(&data, &config->terms, ret, walker->error, walker->error_size);
    walker->fits_done++;
    const double done = (double)walker->fits_done / walker->fits;
    if (code == 0 && config->go_on != NULL && !config->go_on(config->context, done)) {
        snprintf(walker->error, walker->error_size, "ended before it was done");
        return -ECANCELED;
    }
    return code;
}

/* What the training held out of a strategy is the first that its ensemble learns from; the rows
 * are those that were picked last. */
static void begin_ensemble(struct walker *walker, uint32_t strategy)
{
    const struct fit *fit = &walker->own[strategy];
    struct ensemble *ensemble = &walker->ret->models[strategy].ensemble;
    if (walker->begun[strategy] || !fit->known) {
        return;
    }
    walker->begun[strategy] = true;
    for (size_t i = 0; i < fit->count; i++) {
        const struct example *example = example_at(walker, walker->picked[i]);
        const double members[FORWARD_MEMBER_COUNT] = {
            [FORWARD_FOREST] = fit->held_forest[i],
            [FORWARD_LOGISTIC] = fit->held_logistic[i],
            [FORWARD_ONLINE] = (double)NAN,
            [FORWARD_BASE] = drawn(fit, 0.5, 2),
        };
        ensemble_learn(ensemble, members, example->won, example->uniqueness);
    }
}

static int train(struct walker *walker, int64_t from_ns, int64_t until_ns)
{
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if ((walker->ret->strategies & 1u << i) == 0) {
            continue;
        }
        const int code = fit_one(walker, (int)i, from_ns, until_ns, &walker->own[i]);
        if (code != 0) {
            return code;
        }
        begin_ensemble(walker, i);
    }
    return several(walker->ret) ? fit_one(walker, -1, from_ns, until_ns, &walker->pooled) : 0;
}

/* How far own models are trusted, by the tests whose outcomes were known then. */
static void choose_k(struct walker *walker, int64_t until_ns, struct shrink *ret)
{
    const struct forward *forward = walker->ret;
    struct shrink_row *rows = malloc((forward->count + 1) * sizeof *rows);
    size_t count = 0;
    *ret = (struct shrink){.k = FORWARD_K_FIRST};
    for (size_t i = 0; i < forward->count && rows != NULL; i++) {
        const struct forward_row *row = &forward->rows[i];
        const struct example *example = example_at(walker, row->example);
        if (example->known_ns <= until_ns && !isnan(row->pooled)) {
            rows[count++] = (struct shrink_row){.own = row->own,
                                                .pooled = row->pooled,
                                                .examples = row->own_examples,
                                                .weight = example->uniqueness,
                                                .won = example->won};
        }
    }
    if (rows != NULL) {
        shrink_choose(rows, count, ret);
    }
    free(rows);
}

static void teach(struct walker *walker, size_t index, int64_t time_ns)
{
    const struct example *example = example_at(walker, index);
    const struct fit *own = &walker->own[example->strategy];
    const float *features = examples_features(walker->examples, index);
    if (own->known) {
        double figures[FEATURE_COUNT];
        examples_figures(walker->examples, index, figures);
        const double probability =
            between(fit_ask_logistic(own, features), fit_ask_logistic(&walker->pooled, features),
                    shrink_weight(own->effective, walker->k));
        online_learn(&walker->online[example->strategy], probability, figures, example->won,
                     fit_weight(&walker->config->terms, example, time_ns, false));
    }
}

/* Outcomes that are known by time_ns teach the ensembles, and the online models of their fold. */
static void learn_until(struct walker *walker, int64_t time_ns)
{
    const size_t count = walker->examples->count;
    for (; walker->taught < count; walker->taught++) {
        const size_t index = walker->ends[walker->taught];
        const struct example *example = example_at(walker, index);
        if (example->known_ns > time_ns) {
            break;
        }
        teach(walker, index, time_ns);
    }
    for (; walker->learned < count; walker->learned++) {
        const size_t index = walker->ends[walker->learned];
        const struct example *example = example_at(walker, index);
        if (example->known_ns > time_ns) {
            break;
        }
        if (walker->row_of[index] != NO_ROW) {
            ensemble_learn(&walker->ret->models[example->strategy].ensemble,
                           walker->ret->rows[walker->row_of[index]].members, example->won,
                           example->uniqueness);
        }
    }
}

/* Whether who says this probability of it says yes to it. */
static bool takes(const struct walker *walker, const struct example *example, double probability)
{
    return expected_value(probability, example->price, example->stop, example->target,
                          walker->config->round_trip_fee) > 0;
}

static void say(struct walker *walker, size_t fold, size_t index)
{
    const struct example *example = example_at(walker, index);
    const uint32_t strategy = example->strategy;
    const float *features = examples_features(walker->examples, index);
    const struct voices voices = {.own = &walker->own[strategy],
                                  .pooled = &walker->pooled,
                                  .online = &walker->online[strategy],
                                  .k = walker->k};
    struct forward_row row = {.example = index, .fold = (uint32_t)fold};
    learn_until(walker, example->time_ns);
    speak(&voices, features, &row);
    if (isnan(row.own) && isnan(row.pooled)) {
        return; /* there was no model yet */
    }
    const bool mixed =
        ensemble_mix(&walker->ret->models[strategy].ensemble, row.members, &row.ensemble, NULL);
    CHECK(mixed);
    ask_heuristic(features, &row.heuristic);
    row.taken = takes(walker, example, row.ensemble);
    row.heuristic_taken = takes(walker, example, row.heuristic);
    walker->row_of[index] = walker->ret->count;
    walker->ret->rows[walker->ret->count++] = row;
}

static int walk_one(struct walker *walker, size_t fold)
{
    const struct walk_fold *span = &walker->ret->folds[fold];
    const size_t count = walker->examples->count;
    struct shrink shrink;
    const int code = train(walker, span->train_from_ns, span->train_until_ns);
    if (code != 0) {
        return code;
    }
    choose_k(walker, span->train_until_ns, &shrink);
    walker->k = shrink.k;
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        if (walker->own[i].known) {
            online_init(&walker->online[i], &walker->own[i].logistic);
        }
    }
    walker->taught = 0;
    while (walker->taught < count &&
           example_at(walker, walker->ends[walker->taught])->known_ns <= span->train_until_ns) {
        walker->taught++; /* the training knew it */
    }
    for (size_t i = 0; i < count; i++) {
        const struct example *example = example_at(walker, i);
        walker->ret->purged += example->time_ns >= span->train_from_ns &&
                               example->time_ns < span->test_from_ns &&
                               example->known_ns > span->train_until_ns;
        if (example->time_ns >= span->test_from_ns && example->time_ns < span->test_until_ns) {
            say(walker, fold, i);
        }
    }
    return 0;
}

/* What goes on from here: everything is known. */
static int finish(struct walker *walker)
{
    struct forward *forward = walker->ret;
    const struct walk_fold *last = &forward->folds[forward->fold_count - 1];
    const int64_t now_ns = example_at(walker, walker->ends[walker->examples->count - 1])->known_ns;
    const int64_t from_ns =
        walker->config->rolling ? now_ns - (last->train_until_ns - last->train_from_ns) : INT64_MIN;
    learn_until(walker, INT64_MAX);
    const int code = train(walker, from_ns, now_ns);
    if (code != 0) {
        return code;
    }
    choose_k(walker, INT64_MAX, &forward->shrink);
    forward->pooled = walker->pooled;
    walker->pooled = (struct fit){0};
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        struct forward_model *model = &forward->models[i];
        model->own = walker->own[i];
        model->own_weight =
            forward->pooled.known ? shrink_weight(model->own.effective, forward->shrink.k) : 1;
        walker->own[i] = (struct fit){0};
    }
    return 0;
}

struct ended {
    int64_t known_ns;
    size_t example;
};

static int by_end(const void *left, const void *right)
{
    const struct ended *a = left, *b = right;
    if (a->known_ns != b->known_ns) {
        return a->known_ns < b->known_ns ? -1 : 1;
    }
    return (a->example > b->example) - (a->example < b->example);
}

static bool prepare(struct walker *walker)
{
    const size_t count = walker->examples->count;
    struct ended *ended = malloc((count + 1) * sizeof *ended);
    walker->ends = malloc((count + 1) * sizeof *walker->ends);
    walker->row_of = malloc((count + 1) * sizeof *walker->row_of);
    walker->picked = malloc((count + 1) * sizeof *walker->picked);
    walker->ret->rows = malloc((count + 1) * sizeof *walker->ret->rows);
    if (ended == NULL || walker->ends == NULL || walker->row_of == NULL || walker->picked == NULL ||
        walker->ret->rows == NULL) {
        free(ended);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        ended[i] = (struct ended){example_at(walker, i)->known_ns, i};
        walker->row_of[i] = NO_ROW;
        walker->ret->strategies |= 1u << example_at(walker, i)->strategy;
    }
    qsort(ended, count, sizeof *ended, by_end);
    for (size_t i = 0; i < count; i++) {
        walker->ends[i] = ended[i].example;
    }
    free(ended);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        ensemble_init(&walker->ret->models[i].ensemble, FORWARD_MEMBER_COUNT);
    }
    return true;
}

static bool plan(struct walker *walker)
{
    const struct forward_config *config = walker->config;
    const struct examples *examples = walker->examples;
    if (examples->count == 0) {
        return false;
    }
    const int64_t from_ns = examples->list[0].time_ns;
    const int64_t until_ns = examples->list[examples->count - 1].time_ns + 1;
    const int64_t train_ns = (int64_t)((double)(until_ns - from_ns) * config->first);
    const int64_t left_ns = until_ns - from_ns - train_ns - config->embargo_ns;
    /* A last test that rounding would leave a moment long is part of the one before. */
    const int64_t test_ns = left_ns / config->tests + 1;
    if (train_ns <= 0 || left_ns < (int64_t)config->tests) {
        return false;
    }
    walker->ret->fold_count = walk_plan(&(struct walk_config){.from_ns = from_ns,
                                                              .until_ns = until_ns,
                                                              .train_ns = train_ns,
                                                              .test_ns = test_ns,
                                                              .purge_ns = config->embargo_ns,
                                                              .anchored = !config->rolling},
                                        walker->ret->folds);
    const uint32_t each =
        (uint32_t)__builtin_popcount(walker->ret->strategies) + several(walker->ret);
    walker->fits = ((uint32_t)walker->ret->fold_count + 1) * each;
    return walker->ret->fold_count > 0;
}

static int walk(struct walker *walker)
{
    if (!prepare(walker)) {
        snprintf(walker->error, walker->error_size, "out of memory for %zu examples",
                 walker->examples->count);
        return -ENOMEM;
    }
    if (!plan(walker)) {
        snprintf(walker->error, walker->error_size,
                 "%zu examples span too little time for %u tests", walker->examples->count,
                 walker->config->tests);
        return -EINVAL;
    }
    for (size_t fold = 0; fold < walker->ret->fold_count; fold++) {
        const int code = walk_one(walker, fold);
        if (code != 0) {
            return code;
        }
    }
    return finish(walker);
}

int forward_run(const struct forward_config *config, const struct examples *examples,
                struct forward *ret, char *error, size_t error_size)
{
    CHECK(config->tests > 0 && config->tests <= FORWARD_TEST_MAX);
    CHECK(config->first > 0 && config->first < 1);
    *ret = (struct forward){0};
    struct walker *walker = calloc(1, sizeof *walker);
    if (walker == NULL) {
        snprintf(error, error_size, "out of memory");
        return -ENOMEM;
    }
    *walker = (struct walker){.config = config,
                              .examples = examples,
                              .ret = ret,
                              .k = FORWARD_K_FIRST,
                              .error = error,
                              .error_size = error_size};
    const int code = walk(walker);
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        fit_free(&walker->own[i]);
    }
    fit_free(&walker->pooled);
    free(walker->ends), free(walker->row_of), free(walker->picked);
    free(walker);
    return code;
}

void forward_free(struct forward *forward)
{
    for (uint32_t i = 0; i < STRATEGY_MAX; i++) {
        fit_free(&forward->models[i].own);
    }
    fit_free(&forward->pooled);
    free(forward->rows);
    *forward = (struct forward){0};
}

void forward_ask(const struct forward *forward, uint32_t strategy, const float *features,
                 struct forward_row *ret)
{
    const struct forward_model *model = &forward->models[strategy];
    const struct voices voices = {
        .own = &model->own, .pooled = &forward->pooled, .k = forward->shrink.k};
    *ret = (struct forward_row){.example = NO_ROW};
    speak(&voices, features, ret);
    ask_heuristic(features, &ret->heuristic);
    if (!ensemble_mix(&model->ensemble, ret->members, &ret->ensemble, NULL)) {
        ret->ensemble = (double)NAN;
    }
}
