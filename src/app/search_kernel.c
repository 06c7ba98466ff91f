/* SPDX-License-Identifier: MIT */
/* Sets by the sweep kernel of their strategy, where it does what the engine does. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/search.h"
#include "core/base/timestamp.h"
#include "research/sweep_run.h"

/* What a kernel may be off by, of the equity, before the engine is asked instead. Finalists are run
 * by the engine in any case; and of a set that has lost nearly everything, whose last lots make the
 * difference, nobody wants to know more. */
#define ROUNDING_MAX 1e-3
#define LOST -0.9

/* A kernel tells the equity at the end of each day alone. */
#define DAYS_LEAST 20

/* What a pass over the candles needs beside its tasks. */
struct pass {
    char (*params)[STRATEGY_PARAMS_SIZE];
    struct sweep_outcome *outcomes;
    double *daily; /* equity */
    size_t day_room;
};

/* Only parameters of the one strategy may differ from set to set. */
static bool axes_are_its_own(const struct search_job *job)
{
    char key[AXIS_NAME_MAX + STRATEGY_NAME_MAX];
    const struct strategy *strategy = strategy_table[job->setup.engine.strategies[0].type];
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        bool own = false;
        for (uint32_t k = 0; k < strategy->option_count; k++) {
            snprintf(key, sizeof key, "strategy.%s.%s", strategy->name, strategy->options[k].name);
            own |= strcmp(key, job->space.axes[i].name) == 0;
        }
        if (!own) {
            return false;
        }
    }
    return true;
}

/* The UTC days that have a bar, for a kernel names none. */
static bool list_days(struct search_job *job)
{
    struct boundaries *boundaries = malloc(sizeof *boundaries);
    const enum timeframe base = (enum timeframe)job->setup.engine.base;
    const size_t room = (size_t)((job->cut_ns - job->from_ns) / NS_PER_DAY) + 2;
    struct batch_entry entry;
    int64_t boundary_ns = 0;
    job->days = malloc(room * sizeof *job->days);
    if (boundaries == NULL || job->days == NULL) {
        free(boundaries);
        return false;
    }
    boundaries_init(boundaries, base, 1, job->setup.run.rows, boundary_from(base, job->from_ns),
                    job->cut_ns);
    while (boundaries_next(boundaries, &boundary_ns, &entry) > 0) {
        const int64_t day = boundary_ns / NS_PER_DAY;
        if (job->day_count == 0 || job->days[job->day_count - 1] != day) {
            job->days[job->day_count++] = day;
        }
    }
    free(boundaries);
    return true;
}

void search_choose_path(struct search_job *job)
{
    /* Of a fold nothing is run again: what its winner came to is to be the engine's. */
    const char *refusal = job->flags.fold != NULL    ? "it is a fold of a walk"
                          : job->flags.board != NULL ? "workers of a board share it"
                                                     : sweep_refusal(&job->setup.run);
    if (refusal == NULL && !axes_are_its_own(job)) {
        refusal = "what is searched is more than the strategy's own parameters";
    }
    if (refusal == NULL && job->cut_ns - job->from_ns < DAYS_LEAST * NS_PER_DAY) {
        refusal = "of so few days there are too few returns by the day";
    }
    if (refusal == NULL && !list_days(job)) {
        refusal = "out of memory";
    }
    job->no_kernel = refusal;
}

static bool open_pass(struct pass *pass, const struct backtest_config *config, size_t count)
{
    pass->day_room = sweep_days(config);
    pass->params = malloc(count * sizeof *pass->params);
    pass->outcomes = malloc(count * sizeof *pass->outcomes);
    pass->daily = malloc(count * (pass->day_room + 1) * sizeof *pass->daily);
    return pass->params != NULL && pass->outcomes != NULL && pass->daily != NULL;
}

static void close_pass(struct pass *pass)
{
    free(pass->params), free(pass->outcomes), free(pass->daily);
}

/* The first of the days with a bar at that time or after it. */
static size_t first_day(const struct search_job *job, int64_t time_ns)
{
    size_t at = 0;
    while (at < job->day_count && job->days[at] < time_ns / NS_PER_DAY) {
        at++;
    }
    return at;
}

/* A period's return from the equity at the end of its last day. */
static void keep_returns(const struct search_job *job, const double *daily, size_t count,
                         size_t day, double capital, float *returns)
{
    const int64_t days_each = job->period_ns / NS_PER_DAY;
    const int64_t first = job->from_ns / job->period_ns;
    double before = capital;
    size_t at = 0;
    for (uint32_t p = 0; p < job->periods; p++) {
        const int64_t end_day = (first + p + 1) * days_each;
        double after = before;
        for (; at < count && job->days[day + at] < end_day; at++) {
            after = daily[at];
        }
        returns[p] = before > 0 ? (float)(after / before - 1) : 0;
        before = after;
    }
}

static void take_outcome(const struct sweep_outcome *from, struct outcome *ret)
{
    struct trade_metrics trades;
    trade_tally_measure(&from->trades, &trades);
    *ret = (struct outcome){
        .sharpe = from->curve.sharpe,
        .sortino = from->curve.sortino,
        .calmar = from->curve.calmar,
        .profit = from->curve.total_return,
        .win_rate = trades.win_rate,
        .drawdown = from->curve.drawdown,
        .trades = from->trades.count,
    };
}

static bool is_sound(const struct sweep_outcome *outcome)
{
    return outcome->rounding <= ROUNDING_MAX || outcome->curve.total_return <= LOST;
}

void search_run_kernel(const struct search_job *job, struct search_task *const *tasks, size_t count,
                       const struct backtest_config *config)
{
    struct pass pass = {0};
    struct sweep_span span = {0};
    const bool opened = open_pass(&pass, config, count);
    for (size_t i = 0; opened && i < count; i++) {
        memcpy(pass.params[i], tasks[i]->engine.strategies[0].params, sizeof pass.params[i]);
    }
    const struct sweep_run_config sweep = {
        .backtest = config,
        .sets = {pass.params, sizeof pass.params[0], (uint32_t)count},
        .daily = pass.daily,
        .day_room = pass.day_room,
    };
    const int code =
        opened ? sweep_run(&sweep, pass.outcomes, &span, tasks[0]->fault, sizeof tasks[0]->fault)
               : -ENOMEM;
    const size_t day = first_day(job, span.start_ns);
    const bool good = code == 0 && !span.stopped && day + span.day_count <= job->day_count;
    for (size_t i = 0; i < count; i++) {
        struct search_task *task = tasks[i];
        task->stopped = span.stopped;
        task->path = good && is_sound(&pass.outcomes[i]) ? TRIAL_KERNEL : TRIAL_ENGINE;
        if (task->path == TRIAL_KERNEL) {
            take_outcome(&pass.outcomes[i], &task->outcome);
            keep_returns(job, pass.daily + i * pass.day_room, span.day_count, day,
                         (double)task->engine.capital, task->returns);
        }
    }
    tasks[0]->fault[0] = '\0'; /* what a kernel cannot do the engine will do, or say why not */
    close_pass(&pass);
}
