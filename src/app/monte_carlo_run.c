/* SPDX-License-Identifier: MIT */
/* The run that all starts from, its trades in other orders and its days anew. */
#include <math.h>
#include <stdlib.h>

#include "app/monte_carlo.h"
#include "core/base/timestamp.h"
#include "research/returns.h"

/* Of fewer days the candles are drawn. */
#define DAYS_ENOUGH 60

static bool on_progress(void *context, double done)
{
    struct monte_carlo_job *job = context;
    progress_show(&job->progress, done);
    return true;
}

static bool out_of_memory(char error[BACKTEST_ERROR_MAX])
{
    snprintf(error, BACKTEST_ERROR_MAX, "out of memory; fewer --runs need less");
    return false;
}

static void follow_own(struct drawn *drawn)
{
    double equity = 1;
    size_t i = 0;
    for (size_t point = 0; point <= FAN_POINTS; point++) {
        for (; i < point * drawn->count / FAN_POINTS; i++) {
            equity = fmax(equity * (1 + drawn->returns[i]), 0);
        }
        drawn->own[point] = equity;
    }
}

static void on_draws(void *context, double done)
{
    progress_show(context, done);
}

static bool draw(struct monte_carlo_job *job, enum resampling resampling, struct drawn *drawn,
                 char error[BACKTEST_ERROR_MAX])
{
    struct monte_carlo_config config = {.returns = drawn->returns,
                                        .count = drawn->count,
                                        .resampling = resampling,
                                        .block_length = job->flags.block,
                                        .runs = (uint32_t)job->flags.runs,
                                        .seed = prng_mix(job->flags.seed, resampling),
                                        .ruin = job->flags.ruin,
                                        .fan_points = FAN_POINTS,
                                        .fan = &drawn->fan[0][0],
                                        .on_progress = on_draws,
                                        .context = &job->progress};
    config.scratch = malloc(monte_carlo_scratch(&config) * sizeof *config.scratch);
    if (config.scratch == NULL) {
        return out_of_memory(error);
    }
    progress_begin(&job->progress);
    monte_carlo_measure(&config, &drawn->found);
    progress_end(&job->progress);
    free(config.scratch);
    follow_own(drawn);
    return true;
}

static bool collect(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX])
{
    const struct backtest *run = &job->result;
    const struct account *account = &run->account;
    const struct curve curve = {run->start_ns, job->setup.engine.capital, run->bar_count,
                                run->times_ns, run->equity};
    job->shuffle.returns = malloc((account->trade_count + 1) * sizeof(double));
    job->bootstrap.returns = malloc((run->bar_count + 1) * sizeof(double));
    if (job->shuffle.returns == NULL || job->bootstrap.returns == NULL) {
        return out_of_memory(error);
    }
    job->shuffle.count =
        returns_of_trades(account->trades, account->trade_count, &curve, job->shuffle.returns);
    const bool days = run->end_ns - run->start_ns >= DAYS_ENOUGH * NS_PER_DAY;
    job->period_ns = days ? NS_PER_DAY : timeframe_ns[job->setup.engine.base];
    job->bootstrap.count =
        returns_of_curve(&curve, job->period_ns, job->bootstrap.returns, run->bar_count);
    return true;
}

bool monte_carlo_run(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX])
{
    struct backtest_config config = job->setup.run;
    config.on_progress = on_progress;
    config.context = job;
    backtest_setup_name(&job->setup, job->name);
    progress_begin(&job->progress);
    const int code = backtest_run(&config, &job->result, error, BACKTEST_ERROR_MAX);
    progress_end(&job->progress);
    return code == 0 && collect(job, error) && draw(job, RESAMPLE_SHUFFLE, &job->shuffle, error) &&
           draw(job, RESAMPLE_BLOCKS, &job->bootstrap, error);
}
