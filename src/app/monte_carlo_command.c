/* SPDX-License-Identifier: MIT */
/* cuttle montecarlo: what else could have come of a backtest. */
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/monte_carlo.h"
#include "app/plot.h"
#include "app/report_folder.h"
#include "platform/log/log.h"

static const char help[] =
    "cuttle montecarlo [options]    what else could have come of a backtest\n"
    "\n"
    "Runs the backtest, then draws its trades in other orders, and its days anew in blocks: how\n"
    "deep it might have fallen, what it might have come to, and how often it had been ruined.\n"
    "\n"
    "  --runs N        draws of each kind; default 1000\n"
    "  --seed N        of the draws; the same seed gives the same ones; default 1\n"
    "  --ruin F        ruined is an equity below this part of the capital; default 0.5\n"
    "  --block N       mean length of a block, in days or, of short spans, in candles; default\n"
    "                  the cube root of how many there are\n"
    "  --jitter N      runs the backtest N times more, each number among the strategies'\n"
    "                  parameters moved a little at random, on all cores; default 0\n"
    "  --jitter-by F   how far: 0.1 (default) is up to 10 % either way, whole numbers by one at\n"
    "                  least, none beyond what its option takes\n"
    "  --out DIR       montecarlo.html with the fans, montecarlo.json, and fan.png where\n"
    "                  cuttle was built with cairo; default reports/NAME-montecarlo-TIME\n"
    "  --no-files      none is written\n"
    "  --json          the result as JSON on standard output\n"
    "\n"
    "and as of `cuttle backtest`: --pair --start --end --timeframe --detail --fee --slippage-bps\n"
    "--store --candles --strategy --stake --capital --config --set.\n"
    "\n"
    "docs/overfitting.md says what to make of it. Exit status: 0; 1 it could not be run, or its\n"
    "report not be written, and why was said.\n";

static int complain(const char *what)
{
    fprintf(stderr, "cuttle montecarlo: %s\n", what);
    return EXIT_FAILURE;
}

static bool write_files(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX])
{
    char name[BACKTEST_NAME_MAX + 16];
    snprintf(name, sizeof name, "%s-montecarlo", job->name);
    return report_folder_make(job->folder, job->setup.flags.out, name, error, BACKTEST_ERROR_MAX) &&
           report_folder_write(job->folder, "montecarlo.html", monte_carlo_html, job, error,
                               BACKTEST_ERROR_MAX) &&
           report_folder_write(job->folder, "montecarlo.json", monte_carlo_json, job, error,
                               BACKTEST_ERROR_MAX) &&
           (!plot_is_built || report_folder_write(job->folder, "fan.png", monte_carlo_png, job,
                                                  error, BACKTEST_ERROR_MAX));
}

static bool do_all(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (!backtest_setup_open(&job->setup, error) || !monte_carlo_run(job, error) ||
        !monte_carlo_jitter(job, error)) {
        return false;
    }
    if (job->setup.flags.json) {
        monte_carlo_json(job, stdout);
    } else {
        monte_carlo_summary(job, stdout);
    }
    if (job->setup.flags.no_files) {
        return true;
    }
    if (!write_files(job, error)) {
        return false;
    }
    fprintf(job->setup.flags.json ? stderr : stdout, "report: %s\n", job->folder);
    return true;
}

int command_montecarlo(int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX] = "";
    struct monte_carlo_job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
    int status = EXIT_FAILURE;
    if (monte_carlo_flags_read(&job->flags, argc, argv) == 0 &&
        backtest_flags_read(&job->setup.flags, job->flags.argc, job->flags.argv) == 0) {
        if (job->setup.flags.help) {
            fputs(help, stdout);
            status = EXIT_SUCCESS;
        } else if (do_all(job, error)) {
            status = fflush(stdout) == 0 ? EXIT_SUCCESS : complain("the output was not taken");
        } else if (error[0] != '\0') {
            complain(error);
        }
    }
    free(job->shuffle.returns);
    free(job->bootstrap.returns);
    free(job->jitter);
    free(job->jittered);
    backtest_free(&job->result);
    backtest_setup_close(&job->setup);
    monte_carlo_flags_free(&job->flags);
    free(job);
    log_close();
    return status;
}
