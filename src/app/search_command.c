/* SPDX-License-Identifier: MIT */
/* cuttle search: which settings would have done best, and whether to believe it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "app/search.h"
#include "platform/log/log.h"

static const char help[] =
    "cuttle search --space OPTION=VALUES [options]    which settings would have done best\n"
    "\n"
    "Each set of values is a backtest of its own, on all cores, on the first part of the candles;\n"
    "the best are then run on the last part, which no set was chosen by. Both are shown.\n"
    "\n"
    "  --space AXIS        what is searched; again for more:\n"
    "                        strategy.trend.fast=5..50:5     5, 10, .. 50\n"
    "                        strategy.trend.fast=5,10,20     these\n"
    "                        strategy.trend.stop_atr=1..4    anything between (a grid takes 10)\n"
    "                        strategy.trend.adx=10..40:log   evenly along the logarithm\n"
    "                        regime.enabled=true,false       words\n"
    "                        strategy.trend.fast             all that the option takes\n"
    "                      With --strategy NAME its own need no section: --space fast=5..50:5\n"
    "  --method M          grid (default): each level of each axis with each; random: drawn\n"
    "                      evenly, none twice; tpe: near the good ones (Bayesian); halving: many\n"
    "                      on little of the span, the better third again on three times as much\n"
    "  --trials N          sets to try, of halving in its first round; default 200; no grid's\n"
    "  --seed N            of what is drawn; the same seed gives the same sets; default 1\n"
    "  --objective O       sharpe (default), sortino, calmar, profit or win_rate\n"
    "  --max-drawdown F    a set that fell deeper is refused: 0.2 is 20 %\n"
    "  --min-trades N      a set with fewer closed trades is refused; default 30\n"
    "  --holdout F         the last part of the span, which is not searched; default 0.25\n"
    "  --last LENGTH       the span: so long, back from the newest candle: 180d\n"
    "  --top N             how many of the best are run on both parts; default 10\n"
    "  --workers N         threads; default one a core\n"
    "  --study NAME        the folder, below studies/: trials.jsonl and all else; default\n"
    "                      STRATEGY-TIME. The same command with the same name goes on where it\n"
    "                      was interrupted; one of other candles or settings is refused\n"
    "  --resume NAME       goes on with a study; more options may follow, as --workers\n"
    "  --apply FILE        writes the winner into the configuration file: its values alone, the\n"
    "                      file as it was stays as FILE.bak. Refused when the winner has no "
    "Sharpe\n"
    "                      ratio above 0 out of sample, or is worse there than the present\n"
    "                      settings; --force writes it all the same\n"
    "  --undo FILE         brings FILE.bak back; nothing is searched\n"
    "  --board DATABASE    workers on other hosts share the study, by its name, in PostgreSQL:\n"
    "                      postgresql://USER@HOST/NAME; the password in PGPASSWORD or ~/.pgpass\n"
    "  --lease LENGTH      after which a worker that says nothing is lost, and its sets are taken\n"
    "                      over; default 60s\n"
    "  --json              the result as JSON on standard output\n"
    "\n"
    "and as of `cuttle backtest`: --pair --start --end --timeframe --detail --fee --slippage-bps\n"
    "--store --candles --trades --books --queue --strategy --stake --capital --config --set.\n"
    "\n"
    "docs/search.md says how it is done, and what to believe of it. Exit status: 0; 1 it could\n"
    "not be run, and why was said; 130 interrupted, and how to go on was said.\n";

static int complain(const char *what)
{
    fprintf(stderr, "cuttle search: %s\n", what);
    return EXIT_FAILURE;
}

static int show(const struct search_job *job)
{
    if (job->flags.json) {
        search_json(job, stdout);
    } else {
        search_summary(job, stdout);
    }
    if (job->interrupted && job->flags.json) {
        fprintf(stderr, "interrupted; it goes on with: cuttle search --resume %s\n", job->name);
    }
    return fflush(stdout) != 0 ? complain("the output was not taken")
           : job->interrupted  ? 128 + SIGINT
                               : EXIT_SUCCESS;
}

static int do_all(struct search_job *job)
{
    char error[BACKTEST_ERROR_MAX] = "";
    if (backtest_flags_read(&job->setup.flags, job->flags.argc, job->flags.argv) != 0) {
        return EXIT_FAILURE;
    }
    if (!search_prepare(job, error) || !search_run(job, error)) {
        return error[0] != '\0' ? complain(error) : EXIT_FAILURE;
    }
    const int status = show(job);
    if (status != EXIT_SUCCESS || job->flags.apply == NULL) {
        return status;
    }
    return search_apply(job, job->flags.json ? stderr : stdout, error) ? EXIT_SUCCESS
                                                                       : complain(error);
}

int command_search(int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX];
    struct search_job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
    int status = EXIT_FAILURE;
    if (search_flags_read(&job->flags, argc, argv) == 0) {
        if (job->flags.help) {
            fputs(help, stdout);
            status = EXIT_SUCCESS;
        } else if (job->flags.undo != NULL) {
            status = search_undo(job->flags.undo, stdout, error) ? EXIT_SUCCESS : complain(error);
        } else {
            status = do_all(job);
        }
    }
    search_close(job);
    log_close();
    return status;
}
