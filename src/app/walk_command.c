/* SPDX-License-Identifier: MIT */
/* cuttle walkforward: what would have come of searching again and again, as time went on? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/walk.h"
#include "platform/log/log.h"
#include "store/disk.h"

static const char help[] =
    "cuttle walkforward --space OPTION=VALUES [options]    what a search is worth as time goes on\n"
    "\n"
    "The best set of one span of candles is tried on the span behind it, again and again to the\n"
    "end. Only the tests count: they are put one behind the other, beside the present settings\n"
    "and buy-and-hold, with a confidence band.\n"
    "\n"
    "  --train LENGTH      what each search looks at; default 365d\n"
    "  --test LENGTH       what its winner is tried on; default 90d\n"
    "  --anchored          every training begins at the beginning and grows; else it rolls\n"
    "  --purge LENGTH      left out between a training and its test; as long as a position is\n"
    "                      held; default 1d\n"
    "  --embargo LENGTH    left out between one test and the next; default 0h\n"
    "  --study NAME        the folder below studies/: a search's study for each fold, walk.json,\n"
    "                      walk.csv. The same command with the same name goes on where it was\n"
    "                      interrupted; default STRATEGY-TIME-walk\n"
    "  --runs N            bootstraps of the confidence band; default 1000\n"
    "  --json              the result as JSON on standard output\n"
    "\n"
    "and as of `cuttle search`: --space --method --trials --seed --objective --max-drawdown\n"
    "--min-trades --workers; as of `cuttle backtest`: --pair --start --end --timeframe --fee\n"
    "--strategy --stake --store --candles --config --set ...\n"
    "\n"
    "Exit status: 0; 1 it could not be run, and why was said; 130 interrupted.\n";

static int complain(const char *what)
{
    fprintf(stderr, "cuttle walkforward: %s\n", what);
    return EXIT_FAILURE;
}

static bool write_file(const struct walk_job *job, const char *name, char error[BACKTEST_ERROR_MAX])
{
    char path[DISK_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/%s", job->folder, name);
    FILE *out = fopen(path, "we");
    bool good = out != NULL;
    if (good && strcmp(name, "walk.csv") == 0) {
        walk_csv(job, out);
    } else if (good) {
        good = walk_json(job, out);
    }
    good = out != NULL && ferror(out) == 0 && fclose(out) == 0 && good;
    if (!good) {
        snprintf(error, BACKTEST_ERROR_MAX, "%s cannot be written: %s", path, strerror(errno));
    }
    return good;
}

static int show(struct walk_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (!job->interrupted && !walk_measure(job)) {
        return complain("out of memory: take a shorter span");
    }
    if (job->flags.json) {
        walk_json(job, stdout);
    } else {
        walk_summary(job, stdout);
    }
    if (!job->interrupted &&
        (!write_file(job, "walk.csv", error) || !write_file(job, "walk.json", error))) {
        return complain(error);
    }
    return fflush(stdout) != 0 ? complain("the output was not taken")
           : job->interrupted  ? 128 + SIGINT
                               : EXIT_SUCCESS;
}

int command_walkforward(int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX] = "";
    if (flags_have_help(argc, argv)) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    struct walk_job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
    int status = EXIT_FAILURE;
    if (walk_flags_read(&job->flags, argc, argv) == 0) {
        status = walk_run(job, error) ? show(job, error) : EXIT_FAILURE;
        if (error[0] != '\0') {
            complain(error);
        }
    }
    walk_free(job);
    free(job);
    log_close();
    return status;
}
