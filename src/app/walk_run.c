/* SPDX-License-Identifier: MIT */
/* The folds of a walk forward: a search on each training, and the set it chose on the test. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/walk.h"
#include "core/base/timestamp.h"

/* What a fold adds to the name. */
#define FOLD_NAME (sizeof "studies//fold-999")

#define YEAR_NS (365 * NS_PER_DAY)

static bool grow(struct walk_track *track, size_t more)
{
    if (track->count + more <= track->room) {
        return true;
    }
    const size_t room = 2 * track->room + more;
    int64_t *times_ns = realloc(track->times_ns, room * sizeof *times_ns);
    track->times_ns = times_ns != NULL ? times_ns : track->times_ns;
    int64_t *money = realloc(track->money, room * sizeof *money);
    track->money = money != NULL ? money : track->money;
    track->room = times_ns != NULL && money != NULL ? room : track->room;
    return times_ns != NULL && money != NULL;
}

/* A test's equity behind what there is, which it goes on from. */
static bool append(struct walk_track *track, const struct backtest *run, const int64_t *money,
                   int64_t capital)
{
    if (run->bar_count == 0) {
        return true;
    }
    if (!grow(track, run->bar_count)) {
        return false;
    }
    for (size_t i = 0; i < run->bar_count; i++) {
        track->times_ns[track->count] = run->times_ns[i];
        track->money[track->count++] = llround((double)money[i] * track->factor);
    }
    track->factor *= (double)money[run->bar_count - 1] / (double)capital;
    return true;
}

/* One test, with a point or with the present settings; buy and hold goes into `held`, or NULL. */
static bool test(struct search_job *search, const struct walk_fold *fold, const struct point *point,
                 struct walk_track *track, struct walk_track *held, struct outcome *ret,
                 double *ret_held, char error[BACKTEST_ERROR_MAX])
{
    struct engine_config engine;
    struct matching_config matching;
    struct backtest run;
    if (!search_settle(search, point, &engine, &matching)) {
        snprintf(error, BACKTEST_ERROR_MAX, "%s", search->impossible);
        return false;
    }
    struct backtest_config config = search->setup.run;
    config.engine = &engine;
    config.matching = &matching;
    config.start_ns = fold->test_from_ns;
    config.end_ns = fold->test_until_ns;
    const int code = backtest_run(&config, &run, error, BACKTEST_ERROR_MAX);
    bool good = code == 0;
    if (good) {
        outcome_of(&run, ret);
        good = append(track, &run, run.equity, engine.capital);
        if (held != NULL) {
            *ret_held = run.held.total_return;
            good = good && append(held, &run, run.hold, engine.capital);
        }
        if (!good) {
            snprintf(error, BACKTEST_ERROR_MAX, "out of memory: take a shorter span");
        }
    }
    backtest_free(&run);
    return good;
}

static bool test_fold(struct walk_job *job, struct search_job *search, size_t index,
                      char error[BACKTEST_ERROR_MAX])
{
    struct walk_result *result = &job->results[index];
    size_t best = 0;
    result->fold = job->folds[index];
    result->chosen = search_best(&search->search, &best, 1) > 0;
    const struct trial *trial = result->chosen ? &search->search.trials[best] : NULL;
    snprintf(result->set, sizeof result->set, "as it is now");
    if (trial != NULL) {
        result->inside = trial->outcome;
        search_set(search, &trial->point, result->set);
    }
    return test(search, &result->fold, trial != NULL ? &trial->point : NULL, &job->ours, &job->held,
                &result->outside, &result->held, error) &&
           test(search, &result->fold, NULL, &job->present, NULL, &result->present, NULL, error);
}

/* Reads the search's words into a job of its own. */
static struct search_job *open_search(const struct walk_job *job, const char *study,
                                      char error[BACKTEST_ERROR_MAX])
{
    struct search_job *search = calloc(1, sizeof *search);
    char **words = calloc((size_t)job->flags.argc + 3, sizeof *words);
    if (search == NULL || words == NULL) {
        free(search), free(words);
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return NULL;
    }
    memcpy(words, job->flags.argv, (size_t)job->flags.argc * sizeof *words);
    words[job->flags.argc] = (char *)(uintptr_t) "--study";
    words[job->flags.argc + 1] = (char *)(uintptr_t)study;
    if (search_flags_read(&search->flags, job->flags.argc + 2, words) != 0 ||
        backtest_flags_read(&search->setup.flags, search->flags.argc, search->flags.argv) != 0) {
        search_flags_free(&search->flags);
        free(search);
        search = NULL;
    }
    free(words);
    return search;
}

static bool run_fold(struct walk_job *job, size_t index, char error[BACKTEST_ERROR_MAX])
{
    char study[DISK_PATH_MAX + 16], from[TIMESTAMP_TEXT_MAX], until[TIMESTAMP_TEXT_MAX];
    const struct walk_fold *fold = &job->folds[index];
    snprintf(study, sizeof study, "%s/fold-%02zu", job->folder, index + 1);
    timestamp_format(from, fold->train_from_ns, 0);
    timestamp_format(until, fold->train_until_ns, 0);
    fprintf(stderr, "fold %zu of %zu: trained on %.10s to %.10s\n", index + 1, job->fold_count,
            from, until);
    struct search_job *search = open_search(job, study, error);
    if (search == NULL) {
        return false;
    }
    search->flags.fold = fold;
    bool good = search_prepare(search, error) && search_run(search, error);
    job->interrupted = search->interrupted;
    if (good && !job->interrupted) {
        good = test_fold(job, search, index, error);
        job->done += good;
    }
    search_close(search);
    return good;
}

static bool plan(struct walk_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct search_job *probe = open_search(job, "studies/none", error);
    bool good = probe != NULL && search_open(probe, error);
    if (good) {
        job->flags.plan.from_ns = probe->from_ns;
        job->flags.plan.until_ns = probe->until_ns;
        job->fold_count = walk_plan(&job->flags.plan, job->folds);
        job->objective_kind = probe->flags.objective.kind;
        job->objective = objective_names[job->objective_kind];
        job->capital = probe->setup.engine.capital;
        snprintf(job->currency, sizeof job->currency, "%s", probe->setup.options.session.currency);
        good = search_name(&probe->setup, job->flags.study, "-walk", sizeof job->name - FOLD_NAME,
                           job->name, job->folder, error);
        if (good && job->fold_count < 2) {
            snprintf(error, BACKTEST_ERROR_MAX,
                     "the candles are enough for %zu fold%s of --train and --test; two are the "
                     "least: take shorter ones, or a longer span",
                     job->fold_count, job->fold_count == 1 ? "" : "s");
            good = false;
        }
    }
    search_close(probe);
    return good;
}

bool walk_run(struct walk_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    if (!plan(job, error)) {
        return false;
    }
    job->ours.factor = job->present.factor = job->held.factor = 1;
    job->results = calloc(job->fold_count, sizeof *job->results);
    if (job->results == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
        return false;
    }
    for (size_t i = 0; i < job->fold_count && !job->interrupted; i++) {
        if (!run_fold(job, i, error)) {
            return false;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    job->seconds =
        (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
    return true;
}

static bool measure_track(const struct walk_job *job, const struct walk_track *track,
                          struct walk_measure *ret)
{
    const struct curve curve = {.start_ns = job->folds[0].test_from_ns,
                                .start = job->capital,
                                .count = track->count,
                                .times_ns = track->times_ns,
                                .money = track->money};
    curve_measure(&curve, &ret->curve);
    double *returns = malloc((track->count + 1) * sizeof *returns);
    struct monte_carlo_config config = {.returns = returns,
                                        .resampling = RESAMPLE_BLOCKS,
                                        .runs = job->flags.runs,
                                        .seed = 1,
                                        .ruin = 0.5};
    bool good = returns != NULL;
    if (good) {
        struct moments moments;
        config.count = returns_of_curve(&curve, NS_PER_DAY, returns, track->count);
        moments_measure(returns, config.count, &moments);
        ret->psr = overfit_psr(&moments, 0);
        config.scratch = malloc(monte_carlo_scratch(&config) * sizeof *config.scratch);
        good = config.scratch != NULL;
    }
    if (good) {
        monte_carlo_measure(&config, &ret->bands);
    }
    free(returns), free(config.scratch);
    return good;
}

/* A year's growth of what grew so much in so long. */
static double a_year(double growth, int64_t span_ns)
{
    return growth > 0 && span_ns > 0 ? pow(growth, (double)YEAR_NS / (double)span_ns) - 1 : NAN;
}

bool walk_measure(struct walk_job *job)
{
    double inside = 1, outside = 1;
    int64_t inside_ns = 0, outside_ns = 0;
    for (size_t i = 0; i < job->done; i++) {
        const struct walk_result *result = &job->results[i];
        job->won += result->outside.profit > 0;
        outside *= 1 + result->outside.profit;
        outside_ns += result->fold.test_until_ns - result->fold.test_from_ns;
        if (result->chosen) {
            inside *= 1 + result->inside.profit;
            inside_ns += result->fold.train_until_ns - result->fold.train_from_ns;
        }
    }
    /* Of a training that lost there is no part to keep. */
    const double found = a_year(inside, inside_ns);
    job->efficiency = found > 0 ? a_year(outside, outside_ns) / found : NAN;
    return measure_track(job, &job->ours, &job->measured_ours) &&
           measure_track(job, &job->present, &job->measured_present) &&
           measure_track(job, &job->held, &job->measured_held);
}

void walk_free(struct walk_job *job)
{
    struct walk_track *const tracks[] = {&job->ours, &job->present, &job->held};
    for (int i = 0; i < 3; i++) {
        free(tracks[i]->times_ns), free(tracks[i]->money);
    }
    free(job->results);
    walk_flags_free(&job->flags);
}
