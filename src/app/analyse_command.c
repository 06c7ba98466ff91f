/* SPDX-License-Identifier: MIT */
/* cuttle analyse: what closed trades have in common, and what of it is more than luck. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/analyse.h"
#include "app/commands.h"
#include "app/flags.h"
#include "app/options.h"
#include "core/base/timestamp.h"
#include "store/disk.h"

static const char help[] =
    "cuttle analyse [STATE | --trades FILE.csv]    what closed trades have in common\n"
    "\n"
    "  STATE          the state directory of which ledger the trades are; or --state DIR "
    "(./state)\n"
    "  --trades FILE  those of a backtest: the trades.csv in its report's folder\n"
    "  --from T       opened at T or later: 2024-08-01 or RFC 3339\n"
    "  --to T         opened before T\n"
    "  --by NAME      this split alone: hour, weekday, weekend, session, pair, strategy, side,\n"
    "                 regime, volatility, hold, decile (of the model's probability), or two at\n"
    "                 once: weekend-side, weekend-pair, weekend-strategy, session-pair,\n"
    "                 session-strategy, pair-strategy, regime-strategy. All are asked all the "
    "same\n"
    "  --fdr F        of what stands out at most this part is luck (0.1)\n"
    "  --support N    trades that a row, and all others, must have to be asked about (20)\n"
    "  --json         all of it as one JSON object\n"
    "  --html DIR     also as a page: DIR/analysis.html\n"
    "\n"
    "It tells the figures of all trades, the same of each split, and what stands out by more than\n"
    "luck, with its evidence, or that nothing does. docs/analyse.md says how it is judged.\n"
    "Exit status: 0 told; 1 not, and said why.\n";

#define HTML_NAME "analysis.html"

struct job {
    struct options options;
    struct config *config;
    const char *state, *csv, *html;
    bool json, wants_help;
    int only;
    double fdr;
    uint64_t support;
    struct analyse_span span;
    struct analyse_book book;
    char source[OPTION_PATH_MAX + 16];
};

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("cuttle analyse: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return EXIT_FAILURE;
}

static int take_time(const char *flag, const char *value, int64_t *ret)
{
    if (timestamp_parse(value, strlen(value), ret)) {
        return 2;
    }
    complain("%s %s: write a day, 2024-08-01, or 2024-08-01T12:30:00Z", flag, value);
    return -EINVAL;
}

static int take_split(struct job *job, const char *value)
{
    if (analyse_ask_find(value, &job->only)) {
        return 2;
    }
    complain("--by %s: no such split; `cuttle help analyse` lists them", value);
    return -EINVAL;
}

static int take_text(const char **into, const char *value)
{
    *into = value;
    return 2;
}

static int take_flag(void *context, const char *flag, const char *value)
{
    struct job *job = context;
    if (value == NULL) {
        return 0;
    }
    if (strcmp(flag, "--trades") == 0) {
        return take_text(&job->csv, value);
    }
    if (strcmp(flag, "--html") == 0) {
        return take_text(&job->html, value);
    }
    if (strcmp(flag, "--from") == 0) {
        return take_time(flag, value, &job->span.from_ns);
    }
    if (strcmp(flag, "--to") == 0) {
        return take_time(flag, value, &job->span.to_ns);
    }
    if (strcmp(flag, "--by") == 0) {
        return take_split(job, value);
    }
    if (strcmp(flag, "--fdr") == 0) {
        const int code = flags_real("analyse", flag, value, 1e-9, 0.5, &job->fdr);
        return code != 0 ? code : 2;
    }
    if (strcmp(flag, "--support") == 0) {
        const int code = flags_whole("analyse", flag, value, 2, 1000000, &job->support);
        return code != 0 ? code : 2;
    }
    return 0;
}

/* What is neither a flag of ours nor an option. */
static int take_rest(void *context, int argc, char **argv)
{
    struct job *job = context;
    (void)argc;
    if (strcmp(argv[0], "--json") == 0) {
        job->json = true;
    } else if (flags_is_help(argv[0])) {
        job->wants_help = true;
    } else if (argv[0][0] == '-') {
        return 0;
    } else if (job->state == NULL) {
        job->state = argv[0];
    } else {
        complain("%s: one state directory at a time", argv[0]);
        return -EINVAL;
    }
    return 1;
}

static int read_state(struct job *job)
{
    struct ledger *ledger = NULL;
    char error[512];
    const char *state = job->state != NULL ? job->state : job->options.session.state;
    snprintf(job->source, sizeof job->source, "%s/ledger.db", state);
    int code = ledger_open_reader(job->source, &ledger, error, sizeof error);
    if (code == -ENOENT) {
        return complain("there is no ledger in the state directory %s: name a session's own, or a "
                        "backtest's trades with --trades FILE",
                        state);
    }
    if (code != 0) {
        return complain("%s", error);
    }
    code = analyse_read_ledger(&job->book, ledger, UINT32_MAX, &job->span);
    if (code != 0) {
        complain("%s", code == -ENOMEM ? "out of memory" : ledger_error(ledger));
    }
    ledger_close(ledger);
    return code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int read_trades(struct job *job)
{
    char error[1536];
    if (job->csv == NULL) {
        return read_state(job);
    }
    snprintf(job->source, sizeof job->source, "%s", job->csv);
    return analyse_read_csv(&job->book, job->csv, &job->span, error, sizeof error) == 0
               ? EXIT_SUCCESS
               : complain("%s", error);
}

static int write_html(const struct job *job, const struct analyse_page *page)
{
    char path[DISK_PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", job->html, HTML_NAME) >= sizeof path) {
        return complain("--html %s: the name is too long", job->html);
    }
    FILE *out = disk_make_dirs(job->html) == 0 ? fopen(path, "we") : NULL;
    if (out != NULL) {
        analyse_html(page, out);
    }
    const bool bad = out == NULL || ferror(out) != 0;
    if ((out != NULL && fclose(out) != 0) || bad) {
        return complain("%s cannot be written: %s; name another folder with --html", path,
                        strerror(errno));
    }
    if (!job->json) {
        printf("\n%s\n", path);
    }
    return EXIT_SUCCESS;
}

static int print_json(const struct analyse_page *page)
{
    struct json_writer json;
    const size_t room = analyse_json_room(page);
    char *text = malloc(room);
    if (text == NULL) {
        return complain("out of memory");
    }
    json_writer_init(&json, text, room);
    analyse_json(page, &json);
    CHECK(json_writer_ok(&json));
    puts(text);
    free(text);
    return EXIT_SUCCESS;
}

static int tell(struct job *job)
{
    struct analysis analysis;
    const struct analyse_page page = {&job->book, &analysis, job->source, job->only};
    int status = EXIT_SUCCESS;
    if (analyse_book_judge(&job->book, job->fdr, (uint32_t)job->support, &analysis) != 0) {
        status = complain("out of memory");
    } else if (job->json) {
        status = print_json(&page);
    } else {
        analyse_print(&page, stdout);
    }
    if (status == EXIT_SUCCESS && job->html != NULL) {
        status = write_html(job, &page);
    }
    analysis_free(&analysis);
    return status;
}

static int run(struct job *job, int argc, char **argv)
{
    char **rest = calloc((size_t)argc + 1, sizeof *rest);
    int count = 0;
    int status = EXIT_FAILURE;
    if (rest == NULL) {
        return complain("out of memory");
    }
    if (flags_sift(argc, argv, take_flag, job, rest, &count) == 0 &&
        options_load(&job->options, &job->config, count - 1, rest + 1, take_rest, job) == 0) {
        if (job->wants_help) {
            fputs(help, stdout);
            status = EXIT_SUCCESS;
        } else if (job->csv != NULL && job->state != NULL) {
            complain("%s: either a state directory or --trades FILE, not both", job->state);
        } else {
            status = read_trades(job) == EXIT_SUCCESS ? tell(job) : EXIT_FAILURE;
        }
    }
    free(rest);
    return status;
}

int command_analyse(int argc, char **argv)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return complain("out of memory");
    }
    job->only = ANALYSE_ASK_ALL;
    job->fdr = ANALYSE_FDR;
    job->support = ANALYSE_SUPPORT;
    job->span = (struct analyse_span){INT64_MIN, INT64_MAX};
    analyse_book_init(&job->book);
    const int status = run(job, argc, argv);
    analyse_book_free(&job->book);
    config_free(job->config);
    free(job);
    return status;
}
