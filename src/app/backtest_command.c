/* SPDX-License-Identifier: MIT */
/* cuttle backtest: candle files through the engine, and what came of it. */
#include <stdio.h>
#include <stdlib.h>

#include "app/background.h"
#include "app/backtest.h"
#include "app/backtest_chart.h"
#include "app/commands.h"
#include "app/plot.h"
#include "app/progress.h"
#include "app/report_folder.h"
#include "operator/sentence/sentence.h"
#include "platform/log/log.h"

static const char help[] =
    "cuttle backtest [options]    recorded candles through the engine, and what came of it\n"
    "\n"
    "Any number of pairs is one portfolio on one clock. Decisions, sizes, fills and fees are the\n"
    "engine's own: what trades here is what trades on paper and live. Nothing is sent anywhere.\n"
    "\n"
    "  --pair PAIR         a pair, \"BTC/USD ETH/USD\", or with its venue KRAKEN:BTC/USD; again "
    "for\n"
    "                      more. Default: all that the store has in the account's currency\n"
    "  --start T --end T   2024-01-01 or RFC 3339; the end is not in it. Candles before the start\n"
    "                      warm the indicators up. Default: all there is\n"
    "  --timeframe TF      no strategy looks at candles finer than these (1m 5m 15m 1h 4h 1d).\n"
    "                      Default: as configured, and no finer than what all pairs have\n"
    "  --detail TF         finer candles decide what happened inside those of --timeframe: the\n"
    "                      finest there are, or these; the same as --timeframe: none\n"
    "  --fee F             maker and taker fee, of the cost: 0.0026 is 0.26 %\n"
    "  --slippage-bps N    slippage of a market order, beside paper.half_spread\n"
    "  --store DIR         the candle store (`cuttle data import`); default ./data\n"
    "  --candles FILE      one pair from a file instead: CSV or freqtrade's JSON, plain or gzip\n"
    "  --synthetic SEED    the local Kraken's synthetic market instead, of --pair from --start to\n"
    "                      --end: the candles that a session on it sees\n"
    "  --trades PATH       a file of trades, or a folder of them, for the fills; again for more: "
    "a\n"
    "                      header with time, price, volume and perhaps side, or Kraken's time and\n"
    "                      sales. Without --candles or --store they make the candles too\n"
    "  --books FILE        recorded frames of Kraken's WebSocket v2, books and trades, one a "
    "line,\n"
    "                      plain or gzip; again for more, in the order of their time: orders are\n"
    "                      filled as on paper\n"
    "  --queue Q           what stands ahead of a limit at its price: 60s, what was traded there\n"
    "                      in so long before it (the default), or a quantity such as 0.5\n"
    "  --strategy NAME     this strategy alone, and each of its signals is enough; its parameters\n"
    "                      then need no section: --set fast=20\n"
    "  --stake all         all cash into each entry, lots of 1e-8, no minimums, no limits of "
    "loss,\n"
    "                      no spread and no slippage unless said: as other backtesters reckon\n"
    "  --model MODEL       asks a trained model of --state DIR (default ./state) about entries: "
    "the\n"
    "                      beginning of its hash, or current; what it was trained on it has seen,\n"
    "                      and the report says so. Without it none is asked\n"
    "  --out DIR           the report: report.html with charts, summary.json, trades.csv,\n"
    "                      equity.csv, strategies.csv, pairs.csv, and equity.png where cuttle was\n"
    "                      built with cairo; default reports/NAME-TIME\n"
    "  --no-files          no report is written\n"
    "  --json              the summary as JSON on standard output\n"
    "  --page              the same with the curve and the trades: what the dashboard shows\n"
    "  --under PID         at the lowest priority, and ended with that process, which starts it "
    "and\n"
    "                      reads how far it is from standard error\n"
    "  --capital USD       session.capital\n"
    "  --config FILE       read this file instead of cuttle.yaml\n"
    "  --set a.b=c         any option; --a-b c is the same\n"
    "\n"
    "docs/backtest.md says how orders are filled and what each figure is. Exit status: 0; 1 it\n"
    "could not be run, or its report not be written, and why was said.\n";

struct job {
    struct backtest_setup setup;
    struct backtest result;
    struct run_report report;
    struct backtest_asked asked;
    char name[BACKTEST_NAME_MAX];
    char folder[DISK_PATH_MAX];
    struct progress progress;
};

static int complain(const char *what)
{
    fprintf(stderr, "cuttle backtest: %s\n", what);
    return EXIT_FAILURE;
}

static bool on_progress(void *context, double done)
{
    struct job *job = context;
    progress_show(&job->progress, done);
    return true;
}

static void name_run(struct job *job)
{
    const struct backtest_setup *setup = &job->setup;
    struct run_report *report = &job->report;
    backtest_setup_name(setup, job->name);
    *report = (struct run_report){.run = &job->result,
                                  .config = &setup->run,
                                  .name = job->name,
                                  .currency = setup->options.session.currency,
                                  .decided = setup->sources.decided,
                                  .verdict_word = sentence_verdict_word,
                                  .version = CUTTLE_VERSION};
    for (uint32_t i = 0; i < setup->sources.count; i++) {
        report->venues[i] = setup->sources.list[i].key.venue;
        report->origins[i] = setup->sources.list[i].origin;
        report->files[i] = setup->sources.rows[i].timeframe;
    }
    if (setup->sources.tape != NULL) {
        backtest_tape_tell(setup->sources.tape, report);
    }
    backtest_asked_tell(&job->asked, report);
}

static bool run(struct job *job, char error[BACKTEST_ERROR_MAX])
{
    job->setup.run.on_progress = on_progress;
    job->setup.run.context = job;
    name_run(job);
    progress_begin(&job->progress);
    if (job->setup.flags.under != 0) {
        progress_lines(&job->progress);
    }
    const int code = backtest_run(&job->setup.run, &job->result, error, BACKTEST_ERROR_MAX);
    job->report.seconds = progress_end(&job->progress);
    return code == 0;
}

static void put_page(const struct run_report *report, FILE *out)
{
    char *text = backtest_page(report);
    fputs(text != NULL ? text : "", out);
    fputc('\n', out);
    free(text);
}

typedef void put_table(const struct run_report *report, FILE *out);

static void put_summary(const struct run_report *report, FILE *out)
{
    char *text = report_json(report);
    fputs(text != NULL ? text : "", out);
    fputc('\n', out);
    free(text);
}

static const struct {
    const char *name;
    put_table *put;
} report_files[] = {
    {"report.html", backtest_html},
    {"summary.json", put_summary},
    {"trades.csv", report_trades_csv},
    {"fills.csv", report_fills_csv}, /* of a flow alone */
    {"equity.csv", report_equity_csv},
    {"strategies.csv", report_strategies_csv},
    {"pairs.csv", report_pairs_csv},
    {"equity.png", chart_png}, /* the last: some builds have no pictures */
};

/* One of them under way. */
struct table {
    const struct run_report *report;
    put_table *put;
};

static void put_one(const void *context, FILE *out)
{
    const struct table *table = context;
    table->put(table->report, out);
}

static bool write_files(struct job *job, char error[BACKTEST_ERROR_MAX])
{
    if (!report_folder_make(job->folder, job->setup.flags.out, job->name, error,
                            BACKTEST_ERROR_MAX)) {
        return false;
    }
    const size_t count = sizeof report_files / sizeof report_files[0] - !plot_is_built;
    for (size_t i = 0; i < count; i++) {
        const struct table table = {&job->report, report_files[i].put};
        const bool idle = report_files[i].put == report_fills_csv && job->setup.run.flow == NULL;
        if (!idle && !report_folder_write(job->folder, report_files[i].name, put_one, &table, error,
                                          BACKTEST_ERROR_MAX)) {
            return false;
        }
    }
    return true;
}

/* False with the reason in `error`; "" when it stands on standard error already. */
static bool do_all(struct job *job, char error[BACKTEST_ERROR_MAX])
{
    if (job->setup.flags.under != 0 && !background_become((pid_t)job->setup.flags.under)) {
        snprintf(error, BACKTEST_ERROR_MAX, "the process that started it is gone");
        return false;
    }
    if (!backtest_setup_open(&job->setup, error) ||
        !backtest_asked_open(&job->asked, &job->setup, error) || !run(job, error)) {
        return false;
    }
    if (job->setup.flags.page) {
        put_page(&job->report, stdout);
    } else if (job->setup.flags.json) {
        put_summary(&job->report, stdout);
    } else {
        backtest_summary(&job->report, stdout);
    }
    if (job->setup.flags.no_files) {
        return true;
    }
    if (!write_files(job, error)) {
        return false;
    }
    fprintf(job->setup.flags.json || job->setup.flags.page ? stderr : stdout, "report: %s\n",
            job->folder);
    return true;
}

int command_backtest(int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX] = "";
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
    int status = EXIT_FAILURE;
    if (backtest_flags_read(&job->setup.flags, argc, argv) == 0) {
        if (job->setup.flags.help) {
            fputs(help, stdout);
            status = EXIT_SUCCESS;
        } else if (do_all(job, error)) {
            status = fflush(stdout) == 0 ? EXIT_SUCCESS : complain("the output was not taken");
        } else if (error[0] != '\0') {
            complain(error);
        }
    }
    backtest_free(&job->result);
    backtest_asked_close(&job->asked);
    backtest_setup_close(&job->setup);
    free(job);
    log_close();
    return status;
}
