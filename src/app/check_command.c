/* SPDX-License-Identifier: MIT */
/* cuttle check: does a backtest of this configuration deceive whoever reads it? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "app/commands.h"
#include "app/flags.h"
#include "platform/log/log.h"

static const char help[] =
    "cuttle check lookahead|warmup|repeat [options]    does a backtest deceive?\n"
    "\n"
    "lookahead   runs on all candles, and again and again on candles that end earlier: what was\n"
    "            decided before a cut may not hang on what came after it. Any decision that\n"
    "            changes is named\n"
    "warmup      how many candles each indicator of the configuration needs until its value no\n"
    "            longer shows where it began, beside how many a session begins with\n"
    "repeat      runs twice: the same candles must give the same decisions, to the last figure.\n"
    "            Prints a digest of them, which one build gives everywhere\n"
    "\n"
    "  --cuts N            lookahead: so many, evenly spread (20)\n"
    "  --tolerance F       warmup: settled when it is off by no more than this part of what the\n"
    "                      figure itself moves about (0.01)\n"
    "  --session-history N warmup: candles of session.timeframe (auto: 1m) that a session begins\n"
    "                      with (719, what Kraken gives)\n"
    "  --json              one JSON object on standard output\n"
    "\n"
    "and the options of `cuttle backtest`: --pair, --start, --end, --timeframe, --store, "
    "--candles,\n"
    "--strategy, --config, --set ...\n"
    "\n"
    "Exit status: 0 nothing was found; 1 something was, or it could not be run.\n";

static const struct {
    const char *name;
    check_run *run;
} checks[] = {
    {"lookahead", check_lookahead},
    {"warmup", check_warmup},
    {"repeat", check_repeat},
};

static int complain(const char *what)
{
    fprintf(stderr, "cuttle check: %s\n", what);
    return EXIT_FAILURE;
}

bool check_progress(void *context, double done)
{
    struct check *check = context;
    progress_show(&check->progress, done);
    return true;
}

/* A number of a flag of our own; false when it is none. */
static bool read_number(const char *text, double least, double most, double *ret)
{
    char *end = NULL;
    *ret = strtod(text, &end);
    return end != text && *end == '\0' && *ret >= least && *ret <= most;
}

/* Takes our own flags out of the words; the rest is the backtest's. False after saying why. */
static bool take_flags(struct check *check, int *argc, char **argv)
{
    static const struct {
        const char *name;
        double least, most;
        size_t offset;
    } flags[] = {
        {"--cuts", 1, 10000, offsetof(struct check, cuts)},
        {"--tolerance", 1e-12, 1, offsetof(struct check, tolerance)},
        {"--session-history", 1, 1e6, offsetof(struct check, session_history)},
    };
    int kept = 1;
    for (int i = 1; i < *argc; i++) {
        size_t which = 0;
        while (which < sizeof flags / sizeof flags[0] && strcmp(argv[i], flags[which].name) != 0) {
            which++;
        }
        if (which == sizeof flags / sizeof flags[0]) {
            argv[kept++] = argv[i];
            continue;
        }
        double *figure = (double *)(void *)((char *)check + flags[which].offset);
        if (i + 1 == *argc ||
            !read_number(argv[++i], flags[which].least, flags[which].most, figure)) {
            fprintf(stderr, "cuttle check: %s: write a number from %g to %g\n", flags[which].name,
                    flags[which].least, flags[which].most);
            return false;
        }
    }
    *argc = kept;
    return true;
}

static int run(struct check *check, check_run *what, int argc, char **argv)
{
    char error[BACKTEST_ERROR_MAX] = "";
    struct backtest_setup *setup = &check->setup;
    int status = EXIT_FAILURE;
    log_open(&(struct log_config){.level = LOG_WARN}, error, sizeof error);
    if (take_flags(check, &argc, argv) && backtest_flags_read(&setup->flags, argc, argv) == 0) {
        if (setup->flags.help) {
            fputs(help, stdout);
            status = EXIT_SUCCESS;
        } else if (backtest_setup_open(setup, error)) {
            progress_begin(&check->progress);
            status = what(check, error);
        }
    }
    if (error[0] != '\0') {
        complain(error);
    }
    backtest_setup_close(setup);
    log_close();
    return fflush(stdout) == 0 ? status : complain("the output was not taken");
}

int command_check(int argc, char **argv)
{
    if (argc >= 2 && flags_is_help(argv[1])) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    for (size_t i = 0; argc >= 2 && i < sizeof checks / sizeof checks[0]; i++) {
        if (strcmp(argv[1], checks[i].name) == 0) {
            struct check *check = calloc(1, sizeof *check);
            if (check == NULL) {
                return complain("out of memory");
            }
            check->cuts = 20;
            check->tolerance = 0.01;
            check->session_history = 719;
            argv[1] = argv[0];
            const int status = run(check, checks[i].run, argc - 1, argv + 1);
            free(check);
            return status;
        }
    }
    return complain("say what: lookahead, warmup or repeat; `cuttle help check` tells of each");
}
