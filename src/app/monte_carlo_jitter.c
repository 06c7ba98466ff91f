/* SPDX-License-Identifier: MIT */
/* The same backtest with parameters moved a little, many times, on all cores. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/monte_carlo.h"

#define WAIT_MS 100
#define TASKS 64 /* settled and not run yet, or running */

/* Sets in a row that the configuration refuses, after which no more is looked for. */
#define DRAWS_MAX 200

struct task {
    struct engine_config engine;
    struct matching_config matching;
    char fault[256];
};

struct crowd {
    struct monte_carlo_job *job;
    struct options present;
    struct task *tasks; /* run i in i % TASKS */
};

static void gather(struct monte_carlo_job *job)
{
    const struct options *options = &job->setup.options;
    char key[256];
    for (size_t s = 0; s < options->section_count; s++) {
        const struct config_section *section = &options->sections[s];
        for (uint32_t i = 0;
             i < section->option_count && backtest_setup_votes(&job->setup, section->name); i++) {
            snprintf(key, sizeof key, "%s.%s", section->name, section->options[i].name);
            jitter_add(job->jitter, section, i, config_text(job->setup.config, key),
                       job->flags.jitter_by);
        }
    }
}

/* What one draw comes to for the engine; false when the configuration refuses it. */
static bool settle_draw(struct crowd *crowd, struct prng *prng, char error[BACKTEST_ERROR_MAX])
{
    struct backtest_setup *setup = &crowd->job->setup;
    const struct jitter *jitter = crowd->job->jitter;
    double values[JITTER_AXIS_MAX];
    char text[64];
    jitter_draw(jitter, prng, values);
    setup->options = crowd->present;
    for (uint32_t i = 0; i < jitter->count; i++) {
        const struct axis *axis = &jitter->axes[i];
        if (config_set(setup->config, axis->name, axis_text(axis, values[i], text, sizeof text),
                       "--jitter") != 0) {
            snprintf(error, BACKTEST_ERROR_MAX, "%s", config_error(setup->config));
            return false;
        }
    }
    options_raise(&setup->options);
    return backtest_setup_engine(setup, error) == 0;
}

/* Run `index` is drawn from the seed and its index: the same whatever their number. */
static bool settle(struct crowd *crowd, size_t index, char error[BACKTEST_ERROR_MAX])
{
    struct task *task = &crowd->tasks[index % TASKS];
    struct prng prng;
    char why[BACKTEST_ERROR_MAX] = "";
    prng_init(&prng, prng_mix(crowd->job->flags.seed, index));
    for (int i = 0; i < DRAWS_MAX; i++) {
        if (settle_draw(crowd, &prng, why)) {
            task->engine = crowd->job->setup.engine;
            task->matching = crowd->job->setup.matching;
            task->fault[0] = '\0';
            return true;
        }
    }
    snprintf(error, BACKTEST_ERROR_MAX,
             "--jitter: moved by %g hardly a set is left that is taken: %s",
             crowd->job->flags.jitter_by, why);
    return false;
}

/* On a worker's thread. */
static void work(void *context, size_t index)
{
    const struct crowd *crowd = context;
    struct task *task = &crowd->tasks[index % TASKS];
    struct backtest_config config = crowd->job->setup.run;
    struct backtest run;
    config.engine = &task->engine;
    config.matching = &task->matching;
    if (backtest_run(&config, &run, task->fault, sizeof task->fault) == 0) {
        crowd->job->jittered[index] =
            (struct jittered){run.ours.total_return, run.ours.drawdown, run.ours.sharpe};
    }
    backtest_free(&run);
}

/* A script is one piece of memory: one worker runs it, and none while a draw is settled, which asks
 * it. */
static bool is_scripted(const struct engine_config *engine)
{
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        if (engine->strategies[i].type >= strategy_built_in) {
            return true;
        }
    }
    return false;
}

/* A place is given again when all of its round are back: they come in any order. */
static bool give(struct crowd *crowd, struct crew *crew, size_t taken, size_t *given,
                 char error[BACKTEST_ERROR_MAX])
{
    const size_t end = taken / TASKS * TASKS + TASKS;
    for (; *given < crowd->job->flags.jitter && *given < end; (*given)++) {
        if (!settle(crowd, *given, error)) {
            return false;
        }
        crew_give(crew, *given);
    }
    return true;
}

/* False when the run could not be made, or a script failed in it. */
static bool judge(const struct crowd *crowd, size_t index, char error[BACKTEST_ERROR_MAX])
{
    const struct task *task = &crowd->tasks[index % TASKS];
    const char *fault =
        task->fault[0] != '\0' ? task->fault : options_fault(&crowd->present, &task->engine);
    if (fault != NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "--jitter: %s", fault);
    }
    return fault == NULL;
}

static bool run_all(struct crowd *crowd, struct crew *crew, char error[BACKTEST_ERROR_MAX])
{
    struct monte_carlo_job *job = crowd->job;
    const size_t count = job->flags.jitter;
    const bool scripted = is_scripted(&job->setup.engine);
    bool good = true, back = false;
    size_t index = 0;
    for (size_t given = 0, taken = 0; good && taken < count;) {
        if (scripted) {
            crew_hold(crew);
        }
        good = (!back || judge(crowd, index, error)) && give(crowd, crew, taken, &given, error);
        crew_go_on(crew);
        progress_show(&job->progress, (double)taken / (double)count);
        back = good && crew_take(crew, WAIT_MS, &index);
        taken += back;
    }
    return good && judge(crowd, index, error);
}

static void measure(struct monte_carlo_job *job, double *values)
{
    const size_t count = job->flags.jitter;
    const double present = job->result.ours.total_return;
    for (size_t i = 0; i < count; i++) {
        values[i] = job->jittered[i].total_return;
        job->jitter_won += values[i] > 0;
        job->jitter_beat += values[i] > present;
    }
    bands_measure(values, count, &job->jitter_return);
    for (size_t i = 0; i < count; i++) {
        values[i] = job->jittered[i].drawdown;
    }
    bands_measure(values, count, &job->jitter_drawdown);
    for (size_t i = 0; i < count; i++) {
        values[i] = job->jittered[i].sharpe;
    }
    bands_measure(values, count, &job->jitter_sharpe);
}

static uint32_t worker_count(const struct engine_config *engine)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 || is_scripted(engine) ? 1 : cores > TASKS ? TASKS : (uint32_t)cores;
}

bool monte_carlo_jitter(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (job->flags.jitter == 0) {
        return true;
    }
    struct crowd *crowd = calloc(1, sizeof *crowd);
    double *values = calloc(job->flags.jitter, sizeof *values);
    struct task *tasks = calloc(TASKS, sizeof *tasks);
    struct crew *crew = NULL;
    bool good = false;
    job->jitter = calloc(1, sizeof *job->jitter);
    job->jittered = calloc(job->flags.jitter, sizeof *job->jittered);
    if (crowd == NULL || values == NULL || tasks == NULL || job->jitter == NULL ||
        job->jittered == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory; a smaller --jitter needs less");
        goto done;
    }
    *crowd = (struct crowd){.job = job, .present = job->setup.options, .tasks = tasks};
    gather(job);
    if (job->jitter->count == 0) {
        snprintf(error, BACKTEST_ERROR_MAX, "--jitter: no strategy here has a number to move");
        goto done;
    }
    crew = crew_new(worker_count(&job->setup.engine), work, crowd);
    if (crew == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "no thread can be started");
        goto done;
    }
    progress_begin(&job->progress);
    good = run_all(crowd, crew, error);
    progress_end(&job->progress);
    job->setup.options = crowd->present;
    if (good) {
        measure(job, values);
    }
done:
    crew_free(crew);
    free(tasks);
    free(values);
    free(crowd);
    return good;
}
