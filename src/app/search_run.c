/* SPDX-License-Identifier: MIT */
/* The sets of a search, worked out by threads, and written in the order they were proposed. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/search_board.h"
#include "research/sweep_run.h"

#define WAIT_MS 100
#define WAIT_SHARED_MS 20 /* where the board is looked at now and then */
#define BATCH_MAX 256     /* sets of a kernel's pass */

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

static bool on_progress(void *context, double done)
{
    (void)context, (void)done;
    return interrupted == 0;
}

double search_seconds(const struct search_job *job)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - job->began.tv_sec) +
           (double)(now.tv_nsec - job->began.tv_nsec) / 1e9;
}

static double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* What each period brought; nothing where there was no bar. */
static void keep_returns(const struct search_job *job, const struct backtest *run, double capital,
                         float *returns)
{
    double before = capital;
    size_t at = 0;
    const int64_t first = job->from_ns / job->period_ns;
    for (uint32_t p = 0; p < job->periods; p++) {
        const int64_t end_ns = (first + p + 1) * job->period_ns;
        double after = before;
        for (; at < run->bar_count && run->times_ns[at] <= end_ns; at++) {
            after = (double)run->equity[at];
        }
        returns[p] = before > 0 ? (float)(after / before - 1) : 0;
        before = after;
    }
}

/* The candles in [from, until) with one configuration. */
static bool run_span(const struct search_job *job, struct search_task *task, int64_t from_ns,
                     int64_t until_ns, struct outcome *ret, float *returns)
{
    struct backtest_config config = job->setup.run;
    struct backtest run;
    config.engine = &task->engine;
    config.matching = &task->matching;
    config.start_ns = from_ns;
    config.end_ns = until_ns;
    config.on_progress = on_progress;
    const int code = backtest_run(&config, &run, task->fault, sizeof task->fault);
    task->stopped = run.stopped;
    if (code == 0 && !run.stopped) {
        outcome_of(&run, ret);
        if (returns != NULL) {
            keep_returns(job, &run, (double)task->engine.capital, returns);
        }
    }
    backtest_free(&run);
    return code == 0;
}

static struct search_task *task_of(const struct search_job *job, size_t index)
{
    return &job->tasks[index % SEARCH_WINDOW];
}

/* When the end of the span begins that a set is run on. */
static int64_t start_of(const struct search_job *job, const struct search_task *task)
{
    const double span_ns = (double)(job->cut_ns - job->from_ns);
    return task->part < 1 ? job->cut_ns - (int64_t)(task->part * span_ns) : job->from_ns;
}

static void work_kernel(const struct search_job *job, size_t index)
{
    struct search_task *tasks[BATCH_MAX];
    const size_t count = task_of(job, index)->batch;
    for (size_t i = 0; i < count; i++) {
        tasks[i] = task_of(job, index + i);
    }
    struct backtest_config config = job->setup.run;
    config.engine = &tasks[0]->engine;
    config.matching = &tasks[0]->matching;
    config.start_ns = start_of(job, tasks[0]);
    config.end_ns = job->cut_ns;
    config.on_progress = on_progress;
    search_run_kernel(job, tasks, count, &config);
}

static void work(void *context, size_t index)
{
    const struct search_job *job = context;
    const uint32_t batch = task_of(job, index)->batch;
    if (batch > 0 && interrupted == 0) {
        work_kernel(job, index);
    }
    for (size_t i = index; i < index + (batch > 0 ? batch : 1); i++) {
        struct search_task *task = task_of(job, i);
        if (interrupted != 0) {
            task->stopped = true;
        } else if (task->path == TRIAL_ENGINE) {
            run_span(job, task, start_of(job, task), job->cut_ns, &task->outcome, task->returns);
        }
    }
}

/* A set that the study has is not run again: it must be the one that is proposed now. */
static bool recall(struct search_job *job, size_t index, char error[BACKTEST_ERROR_MAX])
{
    const struct trial *trial = study_trial(job->study, index);
    char then[SEARCH_SET_MAX], now[SEARCH_SET_MAX];
    if (!space_same(&job->space, &trial->point, &job->search.trials[index].point)) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "%s: set %zu is %.300s there, and would be %.300s now: another version of cuttle "
                 "made it",
                 job->folder, index, search_set(job, &trial->point, then),
                 search_set(job, &job->search.trials[index].point, now));
        return false;
    }
    search_tell(&job->search, index, trial->path, &trial->outcome);
    job->written++;
    return true;
}

/* So many of `count` new sets that each worker has a batch, and while there are many, two. */
static size_t batch_most(const struct search_job *job, size_t count)
{
    const size_t whole = SEARCH_WINDOW / (2 * job->workers);
    const size_t share = (count + job->workers - 1) / job->workers;
    const size_t most = share < whole ? share : whole;
    return most < 1 ? 1 : most > BATCH_MAX ? BATCH_MAX : most;
}

static bool suits_kernel(const struct search_job *job, const struct search_task *task)
{
    struct backtest_config config = job->setup.run;
    config.engine = &task->engine;
    config.matching = &task->matching;
    return job->no_kernel == NULL && sweep_refusal(&config) == NULL;
}

/* Gives out the new sets [first, end): those for a kernel together, if they may be. */
static void give_out(struct search_job *job, struct crew *crew, size_t first, size_t end)
{
    const size_t most = batch_most(job, end - first);
    for (size_t i = first; i < end;) {
        struct search_task *task = task_of(job, i);
        size_t next = i;
        while (next < end && next - i < most && suits_kernel(job, task_of(job, next)) &&
               task_of(job, next)->part == task->part) {
            next++;
        }
        task->batch = (uint32_t)(next - i);
        crew_give(crew, i);
        i = next > i ? next : i + 1;
    }
}

/* Proposes what may be proposed, and gives out what the study has not. */
static bool propose(struct search_job *job, struct crew *crew, char error[BACKTEST_ERROR_MAX])
{
    for (size_t count; (count = search_more(&job->search)) > 0;) {
        size_t first = job->search.count - count;
        for (; first < job->search.count && first < job->resumed; first++) {
            if (!recall(job, first, error)) {
                return false;
            }
        }
        for (size_t i = first; i < job->search.count; i++) {
            struct search_task *task = task_of(job, i);
            task->part = job->search.trials[i].part;
            task->path = TRIAL_ENGINE;
            task->stopped = false;
            task->batch = 0;
            task->fault[0] = '\0';
            search_settle(job, &job->search.trials[i].point, &task->engine, &task->matching);
        }
        if (job->share == NULL) {
            give_out(job, crew, first, job->search.count);
        }
    }
    if (job->search.out_of_memory) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory after %zu sets", job->search.count);
    }
    return !job->search.out_of_memory;
}

static bool write_settled(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    for (; job->written < job->search.settled; job->written++) {
        const struct search_task *task = task_of(job, job->written);
        if (study_append(job->study, &job->search.trials[job->written], task->returns, error,
                         BACKTEST_ERROR_MAX) != 0) {
            return false;
        }
    }
    return true;
}

/* A set that came back; false when it could not be run. */
static bool settle(struct search_job *job, size_t index, char error[BACKTEST_ERROR_MAX])
{
    const struct search_task *task = task_of(job, index);
    if (task->stopped) {
        return true;
    }
    const char *fault = task->fault[0] != '\0' ? task->fault
                        : job->scripted        ? options_fault(&job->setup.options, &task->engine)
                                               : NULL;
    if (fault != NULL) {
        char set[SEARCH_SET_MAX];
        snprintf(error, BACKTEST_ERROR_MAX, "%.500s: %.900s",
                 search_set(job, &job->search.trials[index].point, set), fault);
        return false;
    }
    if (job->share != NULL) {
        search_board_done(job, index, task->path);
    } else {
        search_tell(&job->search, index, task->path, &task->outcome);
    }
    return true;
}

/* What a worker gave back: one set, or a batch. */
static bool settle_batch(struct search_job *job, size_t index, char error[BACKTEST_ERROR_MAX])
{
    const uint32_t batch = task_of(job, index)->batch;
    for (size_t i = index; i < index + (batch > 0 ? batch : 1); i++) {
        if (!settle(job, i, error)) {
            return false;
        }
    }
    return true;
}

static bool settle_all(struct search_job *job, struct crew *crew, bool taken, size_t index,
                       char error[BACKTEST_ERROR_MAX])
{
    for (; taken; taken = crew_take(crew, 0, &index)) {
        if (!settle_batch(job, index, error)) {
            return false;
        }
    }
    return true;
}

/* A script is one piece of memory: while a set is settled, which asks it, nobody may run one. */
static void hold(const struct search_job *job, struct crew *crew)
{
    if (job->scripted) {
        crew_hold(crew);
    }
}

static bool run_all(struct search_job *job, struct crew *crew, char error[BACKTEST_ERROR_MAX])
{
    const uint32_t wait_ms = job->share != NULL ? WAIT_SHARED_MS : WAIT_MS;
    size_t index = 0;
    for (bool taken = false;; taken = crew_take(crew, wait_ms, &index)) {
        hold(job, crew);
        /* Written before their places are taken by new ones. */
        const bool good = settle_all(job, crew, taken, index, error) && write_settled(job, error) &&
                          propose(job, crew, error);
        crew_go_on(crew);
        if (!good) {
            return false;
        }
        if (interrupted != 0 || (job->search.ended && job->search.settled == job->search.count)) {
            break;
        }
        if (job->share != NULL && !search_board_step(job, crew, error)) {
            return false;
        }
        search_watch(job, false);
    }
    job->interrupted = interrupted != 0;
    return true;
}

/* The best sets, then the present settings, in and out of sample. */
static void work_final(void *context, size_t index)
{
    struct search_job *job = context;
    struct search_task *task = &job->tasks[index];
    struct finalist *finalist = &job->finalists[index];
    finalist->outside = (struct outcome){0};
    if (run_span(job, task, job->from_ns, job->cut_ns, &finalist->inside, NULL) && !task->stopped &&
        job->cut_ns < job->until_ns) {
        run_span(job, task, job->cut_ns, job->until_ns, &finalist->outside, NULL);
    }
}

static bool run_finalists(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    size_t best[SEARCH_TOP_MAX];
    const size_t count = search_best(&job->search, best, job->flags.top);
    struct crew *crew = crew_new(job->workers, work_final, job);
    if (crew == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "no thread can be started");
        return false;
    }
    job->finalist_count = (uint32_t)count;
    size_t given = 0;
    hold(job, crew);
    for (size_t i = 0; i <= count; i++) {
        struct finalist *finalist = &job->finalists[i];
        struct search_task *task = &job->tasks[i];
        finalist->trial = i < count ? best[i] : SIZE_MAX;
        *task = (struct search_task){.stopped = false};
        const struct point *point = i < count ? &job->search.trials[finalist->trial].point : NULL;
        search_settle(job, point, &task->engine, &task->matching);
        crew_give(crew, i), given++;
    }
    crew_go_on(crew);
    bool good = true;
    for (size_t index; given > 0;) {
        if (!crew_take(crew, WAIT_MS, &index)) {
            search_watch(job, false);
            continue;
        }
        given--;
        if (job->tasks[index].fault[0] != '\0' && good) {
            snprintf(error, BACKTEST_ERROR_MAX, "%s", job->tasks[index].fault);
            good = false;
        }
    }
    crew_free(crew);
    job->interrupted |= interrupted != 0;
    return good;
}

bool search_run(struct search_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    clock_gettime(CLOCK_MONOTONIC, &job->began);
    const double cpu_before = cpu_seconds();
    job->resumed = study_count(job->study);
    job->tasks = calloc(SEARCH_WINDOW, sizeof *job->tasks);
    struct crew *crew = job->tasks == NULL ? NULL : crew_new(job->workers, work, job);
    if (crew == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "out of memory, or of threads");
        return false;
    }
    bool good = run_all(job, crew, error);
    job->busy = 1 - crew_waited(crew) / (search_seconds(job) * job->workers);
    if (!good) {
        interrupted = 1; /* what is under way is not waited for */
    }
    crew_free(crew);
    if (job->share != NULL) {
        search_board_leave(job);
    }
    if (good && !job->interrupted && job->flags.fold == NULL) {
        good = run_finalists(job, error);
    }
    if (good && !job->interrupted) {
        search_measure_doubt(job);
    }
    job->seconds = search_seconds(job);
    job->cpu_seconds = cpu_seconds() - cpu_before;
    search_watch(job, true);
    return good;
}
