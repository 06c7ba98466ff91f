/* SPDX-License-Identifier: MIT */
#include "research/learn/bandit_walk.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/decision/value.h"

#define CONFIDENCE 0.95

/* A signal that is sized. */
struct step {
    int64_t time_ns, known_ns;
    double outcome; /* in units of risk */
    enum bandit_arm arm;
    struct bandit_context context; /* all but the drawdown, until it is decided */
};

/* The sum of what was brought, and how far it fell. */
struct curve_of {
    double sum, peak, fall;
};

static void push(struct curve_of *curve, double brought)
{
    curve->sum += brought;
    curve->peak = fmax(curve->peak, curve->sum);
    curve->fall = fmax(curve->fall, curve->peak - curve->sum);
}

/* False: the signal is none to be sized. */
static bool make_step(const struct bandit_walk_config *config, const struct forward_row *row,
                      const struct examples *examples, struct step *ret)
{
    const struct example *example = &examples->list[row->example];
    const bool live = (config->live >> example->strategy & 1) != 0;
    const double probability = live ? row->ensemble : row->heuristic;
    const double risk =
        fabs(example->price - example->stop) / example->price + config->round_trip_fee;
    if ((live && !row->taken) || isnan(probability) || !(example->stop > 0) || !(risk > 0)) {
        return false;
    }
    struct bandit_view view = {.probability = probability};
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        view.features.values[i] = (double)examples_features(examples, row->example)[i];
    }
    view.value = expected_value(probability, example->price, example->stop, example->target,
                                config->round_trip_fee) /
                 risk;
    *ret = (struct step){.time_ns = example->time_ns,
                         .known_ns = example->known_ns,
                         .outcome = example->reward / risk};
    bandit_context_of(&view, &ret->context);
    return true;
}

static int by_known(const void *a, const void *b)
{
    const struct step *const *x = a, *const *y = b;
    if ((*x)->known_ns != (*y)->known_ns) {
        return (*x)->known_ns < (*y)->known_ns ? -1 : 1;
    }
    return *x < *y ? -1 : *x > *y;
}

/* Each as it came; `ends` are the steps in the order in which their outcomes are known. */
static void go(uint64_t seed, struct step *steps, struct step *const *ends, double *differences,
               struct bandit_walk *ret)
{
    struct bandit bandit;
    struct curve_of account = {0}, whole = {0}, sized = {0};
    size_t known = 0;
    double open = 0, worth_whole = 0, worth_sized = 0;
    bandit_init(&bandit, seed);
    for (size_t i = 0; i < ret->count; i++) {
        struct step *step = &steps[i];
        for (; known < i && ends[known]->known_ns <= step->time_ns; known++) {
            const struct step *ended = ends[known];
            push(&account, bandit_sizes[ended->arm] * ended->outcome);
            if (ended->arm != BANDIT_SKIP) {
                bandit_learn(&bandit, &ended->context, ended->outcome);
            }
        }
        bandit_tell_drawdown(&step->context, BANDIT_WALK_AT_RISK * (account.peak - account.sum));
        step->arm = bandit_choose(&bandit, &step->context, NULL);
        const double size = bandit_sizes[step->arm];
        ret->arms[step->arm]++;
        open += (double)(i - known + 1);
        differences[i] = bandit_worth(step->outcome, size) - bandit_worth(step->outcome, 1);
        worth_whole += bandit_worth(step->outcome, 1);
        worth_sized += bandit_worth(step->outcome, size);
        push(&whole, step->outcome);
        push(&sized, size * step->outcome);
    }
    const double count = ret->count > 0 ? (double)ret->count : (double)NAN;
    ret->whole = worth_whole / count;
    ret->sized = worth_sized / count;
    ret->reward_whole = whole.sum / count;
    ret->reward_sized = sized.sum / count;
    ret->drawdown_whole = whole.fall;
    ret->drawdown_sized = sized.fall;
    ret->overlap = open / count;
}

int bandit_walk(const struct bandit_walk_config *config, const struct forward *forward,
                const struct examples *examples, struct bandit_walk *ret)
{
    *ret = (struct bandit_walk){0};
    const size_t room = forward->count + 1;
    struct step *steps = malloc(room * sizeof *steps);
    struct step **ends = malloc(room * sizeof(struct step *));
    double *differences = malloc(room * sizeof *differences);
    double *scratch = malloc((paired_scratch(forward->count) + 1) * sizeof *scratch);
    const bool good = steps != NULL && ends != NULL && differences != NULL && scratch != NULL;
    for (size_t i = 0; good && i < forward->count; i++) {
        ret->count += make_step(config, &forward->rows[i], examples, &steps[ret->count]);
    }
    for (size_t i = 0; good && i < ret->count; i++) {
        ends[i] = &steps[i];
    }
    if (good) {
        qsort(ends, ret->count, sizeof *ends, by_known);
        go(config->seed, steps, ends, differences, ret);
        ret->shown =
            ret->count > 0 && paired_test(&(struct paired_config){.differences = differences,
                                                                  .count = ret->count,
                                                                  .overlap = ret->overlap,
                                                                  .confidence = CONFIDENCE,
                                                                  .seed = config->seed,
                                                                  .scratch = scratch},
                                          &ret->paired);
    }
    free(steps);
    free(ends);
    free(differences);
    free(scratch);
    return good ? 0 : -ENOMEM;
}

const char *bandit_walk_verdict(const struct bandit_walk *walk)
{
    if (!walk->shown) {
        return "too few signals";
    }
    if (walk->paired.within.low > 0 && walk->sized <= 0) {
        return "it loses less than taking all, and more than taking none";
    }
    return walk->paired.within.low > 0    ? "shown to help"
           : walk->paired.within.high < 0 ? "shown to hurt"
                                          : "not shown to be more than noise";
}
