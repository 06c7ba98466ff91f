/* SPDX-License-Identifier: MIT */
/* cuttle learn: what history teaches of the strategies' signals, and whether it holds. */
#include <stdlib.h>
#include <string.h>

#include "app/background.h"
#include "app/commands.h"
#include "app/learn.h"
#include "app/plot.h"
#include "app/report_folder.h"
#include "platform/log/log.h"

static const char help[] =
    "cuttle learn [options]              models of which signals win, proved forward in time\n"
    "cuttle learn report [--report DIR]  the last report again; --json: as JSON\n"
    "cuttle learn --features             what the models are told of a signal: the table\n"
    "cuttle learn --examples [options]   each signal, and what became of it, as CSV\n"
    "\n"
    "Runs the strategies over recorded candles, follows each of their signals to its own stop,\n"
    "target or time, fees included, and fits models of how likely one is to win: trees, a\n"
    "logistic model and one that learns from each outcome. Each test is judged by models of what\n"
    "was known before it; a strategy's models are live only when they beat always taking, the\n"
    "heuristic and the logistic model by more than noise, and what they take pays no less.\n"
    "\n"
    "  --from T --to T     2024-01-01 or RFC 3339; default: all the candles there are\n"
    "  --pairs PAIRS       \"BTC/USD ETH/USD\"; default: all that the store has\n"
    "  --strategies NAMES  \"sma_cross trend\"; default: as configured\n"
    "  --timeframe TF      no strategy looks at candles finer than these (1m 5m 15m 1h 4h 1d)\n"
    "  --store DIR         the candle store (`cuttle data import`); default ./data\n"
    "  --shorts            short signals teach too; spot cannot take them\n"
    "  --horizon LENGTH    a signal that names no time of its own ends after it; default 3d\n"
    "  --tests N           tests forward in time; default 6\n"
    "  --first F           part of the time before the first test; default 0.4\n"
    "  --rolling           each training is as long as the first; else all that was before\n"
    "  --embargo-hours H   between what trains and what is tested; default 1\n"
    "  --half-life DAYS    an example counts half when it is so old; 0: always whole; default 730\n"
    "  --threshold P       probability from which accuracy and precision count a yes; default 0.5\n"
    "  --no-trees          the logistic and the online model alone\n"
    "  --seed N            of the trees; the same seed and candles make the same models; default "
    "1\n"
    "  --keep              keep what was learned as a model of --state DIR (default ./state), and "
    "put\n"
    "                      it in force (docs/models.md): for each strategy that passed, and what "
    "is in\n"
    "                      force stays for the others; spends of the week's allowance of luck\n"
    "  --under PID         at the lowest priority, and ended with that process, which starts it "
    "so\n"
    "  --report DIR        learn.html with pictures, learn.json and learn.txt, and "
    "calibration.png\n"
    "                      and importance.png where cuttle was built with cairo; default\n"
    "                      reports/NAME-learn-TIME\n"
    "  --no-files          none is written\n"
    "  --json              the result as JSON on standard output\n"
    "\n"
    "and as of `cuttle backtest`: --detail --fee --slippage-bps --candles --strategy --capital\n"
    "--config --set.\n"
    "\n"
    "docs/learning.md says what each figure is. Exit status: 0, whatever the verdicts; 1 it could\n"
    "not be run, or its report not be written, and why was said.\n";

static int complain(const char *what)
{
    fprintf(stderr, "cuttle learn: %s\n", what);
    return EXIT_FAILURE;
}

static bool write_files(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    static const struct {
        const char *name;
        report_writer *writer;
        bool picture;
    } files[] = {
        {"learn.html", learn_html, false},
        {"learn.json", learn_json, false},
        {"learn.txt", learn_summary, false},
        {"calibration.png", learn_calibration_png, true},
        {"importance.png", learn_importance_png, true},
    };
    char name[BACKTEST_NAME_MAX + 16];
    snprintf(name, sizeof name, "%s-learn", job->name);
    if (!report_folder_make(job->folder, job->setup.flags.out, name, error, BACKTEST_ERROR_MAX)) {
        return false;
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if ((plot_is_built || !files[i].picture) &&
            !report_folder_write(job->folder, files[i].name, files[i].writer, job, error,
                                 BACKTEST_ERROR_MAX)) {
            return false;
        }
    }
    return true;
}

/* False with the reason in `error`; "" when it stands on standard error already. */
static bool do_all(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    if (!learn_run(job, error)) {
        return false;
    }
    if (job->flags.examples) {
        learn_examples(job, stdout);
        return true;
    }
    if (job->flags.keep && !learn_keep(job, error)) {
        return false;
    }
    if (job->setup.flags.json) {
        learn_json(job, stdout);
    } else {
        learn_summary(job, stdout);
    }
    if (job->flags.keep) {
        fprintf(job->setup.flags.json ? stderr : stdout, "model: %.12s%s%s\n", job->kept,
                job->kept[0] != '\0' ? "; " : "", job->kept_why);
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

static int answer(struct learn_job *job, int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX] = "";
    if (learn_flags_read(&job->flags, argc, argv) != 0) {
        return EXIT_FAILURE;
    }
    if (job->flags.under != 0 && !background_become((pid_t)job->flags.under)) {
        return complain("the process that it is to end with is not the one that started it");
    }
    if (job->flags.features) {
        learn_features(stdout);
        return EXIT_SUCCESS;
    }
    if (backtest_flags_read(&job->setup.flags, job->flags.argc, job->flags.argv) != 0) {
        return EXIT_FAILURE;
    }
    if (job->setup.flags.help) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    if (do_all(job, error)) {
        return fflush(stdout) == 0 ? EXIT_SUCCESS : complain("the output was not taken");
    }
    return error[0] != '\0' ? complain(error) : EXIT_FAILURE;
}

int command_learn(int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX] = "";
    if (argc > 1 && strcmp(argv[1], "report") == 0) {
        return learn_report(argc - 1, argv + 1);
    }
    struct learn_job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
    const int status = answer(job, argc, argv);
    learn_free(job);
    free(job);
    log_close();
    return status;
}
