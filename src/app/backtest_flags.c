/* SPDX-License-Identifier: MIT */
#include "app/backtest.h"
#include "app/flags.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Options that the command's own flags stand for come first, so that whoever names one of them
 * himself wins: two words each. */
#define MADE_MAX 48

static int complain(const struct backtest_flags *flags, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int complain(const struct backtest_flags *flags, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fprintf(stderr, "cuttle %s: ", flags->command);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    return -EINVAL;
}

/* "--set" and the text; where memory gives out the option is not said, and the read fails. */
static int make(struct backtest_flags *flags, int at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int make(struct backtest_flags *flags, int at, const char *format, ...)
{
    char *text = NULL;
    va_list values;
    va_start(values, format);
    const int len = vasprintf(&text, format, values);
    va_end(values);
    if (len < 0) {
        return complain(flags, "out of memory");
    }
    if (flags->made_count == MADE_MAX) {
        free(text);
        return complain(flags, "more than %d settings of a strategy; put them into a file",
                        MADE_MAX);
    }
    flags->made[flags->made_count++] = text;
    flags->argv[at] = (char *)(uintptr_t) "--set";
    flags->argv[at + 1] = text;
    return 0;
}

static int add_pairs(struct backtest_flags *flags, const char *value)
{
    const size_t len = strlen(flags->pairs), room = sizeof flags->pairs - len;
    const int wrote = snprintf(flags->pairs + len, room, "%s%s", len > 0 ? " " : "", value);
    return wrote >= 0 && (size_t)wrote < room ? 0
                                              : complain(flags, "--pair: that is too long a list");
}

static int read_timeframe(const struct backtest_flags *flags, const char *flag, const char *value,
                          bool *asked, enum timeframe *ret)
{
    *asked = timeframe_parse(value, strlen(value), ret);
    return *asked ? 0 : complain(flags, "%s %s: write one of 1m 5m 15m 1h 4h 1d", flag, value);
}

/* What the flags came to, until it is put in front. */
struct wishes {
    double fee, slippage;
    bool fee_said, slippage_said;
    const char *start, *end;
    const char *store; /* NULL: not said */
};

/* A flag with a value: 2 words, 0 when it is none of these. */
static int take_valued(struct backtest_flags *flags, struct wishes *wishes, const char *flag,
                       const char *value)
{
    int result = 0;
    if (strcmp(flag, "--pair") == 0) {
        result = add_pairs(flags, value);
    } else if (strcmp(flag, "--start") == 0) {
        wishes->start = value;
    } else if (strcmp(flag, "--end") == 0) {
        wishes->end = value;
    } else if (strcmp(flag, "--fee") == 0) {
        wishes->fee_said = true;
        result = flags_real(flags->command, flag, value, 0, 0.1, &wishes->fee);
    } else if (strcmp(flag, "--slippage-bps") == 0) {
        wishes->slippage_said = true;
        result = flags_real(flags->command, flag, value, 0, 1000, &wishes->slippage);
    } else if (strcmp(flag, "--candles") == 0) {
        flags->candles = value;
    } else if (strcmp(flag, "--trades") == 0) {
        flags->trades[flags->trade_count++] = value;
    } else if (strcmp(flag, "--books") == 0) {
        flags->books[flags->book_count++] = value;
    } else if (strcmp(flag, "--model") == 0) {
        flags->model = value;
    } else if (strcmp(flag, "--queue") == 0) {
        flags->queue = value;
    } else if (strcmp(flag, "--synthetic") == 0) {
        flags->synthetic = true;
        result = flags_whole(flags->command, flag, value, 0, 9000000000000000, &flags->seed);
    } else if (strcmp(flag, "--under") == 0) {
        result = flags_whole(flags->command, flag, value, 1, INT32_MAX, &flags->under);
    } else if (strcmp(flag, "--store") == 0) {
        flags->store_said = true;
        wishes->store = value;
    } else if (strcmp(flag, "--strategy") == 0) {
        flags->strategy = value;
    } else if (strcmp(flag, "--out") == 0) {
        flags->out = value;
    } else if (strcmp(flag, "--timeframe") == 0) {
        result = read_timeframe(flags, flag, value, &flags->timeframe_asked, &flags->timeframe);
    } else if (strcmp(flag, "--detail") == 0) {
        result = read_timeframe(flags, flag, value, &flags->detail_asked, &flags->detail);
    } else if (strcmp(flag, "--stake") == 0) {
        flags->stake_all = strcmp(value, "all") == 0;
        result = flags->stake_all ? 0
                                  : complain(flags,
                                             "--stake %s: only \"all\" can be said here; any other "
                                             "size is configuration: section risk",
                                             value);
    } else {
        return 0;
    }
    return result < 0 ? result : 2;
}

static int take_bare(struct backtest_flags *flags, const char *flag)
{
    bool *const places[] = {&flags->json, &flags->no_files, &flags->page, &flags->help,
                            &flags->help};
    static const char *const words[] = {"--json", "--no-files", "--page", "--help", "-h"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(flag, words[i]) == 0) {
            *places[i] = true;
            return 1;
        }
    }
    return 0;
}

/* The flags in front: what this command is, and what its own flags say. */
static int make_front(struct backtest_flags *flags, const struct wishes *wishes, int *ret_count)
{
    int at = 1, result = 0;
#define SAY(...) (result = result < 0 ? result : make(flags, at, __VA_ARGS__), at += 2)
    SAY("venue.name=files"), SAY("market.kind=synthetic"), SAY("session.mode=paper");
    SAY("market.from=%s", wishes->start), SAY("market.to=%s", wishes->end);
    if (wishes->store != NULL) {
        SAY("market.store=%s", wishes->store);
    }
    if (flags->pairs[0] != '\0') {
        SAY("session.pairs=%s", flags->pairs);
    }
    if (flags->strategy != NULL) {
        SAY("strategies.enabled=%s", flags->strategy);
        SAY("decision.agree=1"), SAY("decision.confidence=0");
    }
    if (flags->stake_all) {
        SAY("risk.sizing=all"), SAY("paper.half_spread=0"), SAY("risk.stop_required=false");
        SAY("risk.max_daily_loss=0"), SAY("risk.max_drawdown=0"), SAY("risk.crash_fall=0");
        SAY("risk.max_at_risk=0"), SAY("risk.cool_off_losses=0");
    }
    if (flags->stake_all || wishes->slippage_said) {
        SAY("paper.slippage=%.17g", wishes->slippage / 1e4);
    }
    if (wishes->fee_said) {
        SAY("paper.fees=own"), SAY("paper.maker=%.17g", wishes->fee);
        SAY("paper.taker=%.17g", wishes->fee);
    }
    if (flags->model != NULL) {
        SAY("model.enabled=true");
    }
#undef SAY
    *ret_count = at;
    return result;
}

/* "--set fast=20": a parameter of the one strategy. */
static bool is_parameter(const char *flag, const char *value)
{
    const char *equals = value == NULL ? NULL : strchr(value, '=');
    return strcmp(flag, "--set") == 0 && equals != NULL &&
           memchr(value, '.', (size_t)(equals - value)) == NULL;
}

/* The rest in its order, behind the front. */
static int copy_rest(struct backtest_flags *flags, int count, char **rest)
{
    for (int i = 0; i < count; i++) {
        const char *value = i + 1 < count ? rest[i + 1] : NULL;
        if (!is_parameter(rest[i], value)) {
            flags->argv[flags->argc++] = rest[i];
            continue;
        }
        if (flags->strategy == NULL) {
            return complain(flags,
                            "--set %s: whose is it? Say --strategy NAME, or --set "
                            "section.option=value",
                            value);
        }
        if (make(flags, flags->argc, "strategy.%s.%s", flags->strategy, value) < 0) {
            return -EINVAL;
        }
        flags->argc += 2;
        i++;
    }
    return 0;
}

/* Words that are not ours go into `rest`; a flag's value is never taken for a flag. */
static int sort_words(struct backtest_flags *flags, struct wishes *wishes, int argc, char **argv,
                      char **rest, int *ret_count)
{
    for (int i = 1; i < argc;) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        int taken = take_bare(flags, argv[i]);
        if (taken == 0 && value != NULL) {
            taken = take_valued(flags, wishes, argv[i], value);
        }
        if (taken < 0) {
            return taken;
        }
        const int left = taken > 0 ? 0 : value != NULL && argv[i][0] == '-' ? 2 : 1;
        for (int k = 0; k < left; k++) {
            rest[(*ret_count)++] = argv[i + k];
        }
        i += taken + left;
    }
    return 0;
}

/* What does not go together. */
static int check(const struct backtest_flags *flags)
{
    const bool traded = flags->trade_count > 0 || flags->book_count > 0;
    if (flags->candles != NULL && strpbrk(flags->pairs, " ,") != NULL) {
        return complain(flags, "--candles has the candles of one pair; name one with --pair");
    }
    if ((flags->model != NULL || flags->page || flags->under != 0) &&
        strcmp(flags->command, "backtest") != 0) {
        return complain(flags, "--model, --page and --under are for `cuttle backtest`");
    }
    if (flags->synthetic && (flags->candles != NULL || flags->store_said || traded)) {
        return complain(flags, "--synthetic makes its candles itself: leave --store, --candles, "
                               "--trades and --books out");
    }
    if (flags->queue != NULL && flags->trade_count == 0) {
        return complain(flags, "--queue is for --trades: nobody queues in a candle, and a book "
                               "shows its queues");
    }
    if (flags->trade_count > 0 && flags->book_count > 0) {
        return complain(flags, "--trades and --books: one of the two can fill the orders");
    }
    return 0;
}

int backtest_flags_read(struct backtest_flags *flags, int argc, char **argv)
{
    struct wishes wishes = {.start = "", .end = ""};
    int rest_count = 0, front = 0;
    *flags = (struct backtest_flags){.command = argv[0]};
    char **rest = calloc((size_t)argc + 1, sizeof *rest);
    flags->made = calloc(MADE_MAX, sizeof *flags->made);
    flags->trades = calloc((size_t)argc + 1, sizeof *flags->trades);
    flags->books = calloc((size_t)argc + 1, sizeof *flags->books);
    flags->argv = calloc((size_t)argc + 2 * MADE_MAX + 2, sizeof *flags->argv);
    int result = rest == NULL || flags->made == NULL || flags->argv == NULL ||
                         flags->trades == NULL || flags->books == NULL
                     ? complain(flags, "out of memory")
                     : sort_words(flags, &wishes, argc, argv, rest, &rest_count);
    if (result == 0) {
        flags->argv[0] = argv[0];
        result = make_front(flags, &wishes, &front);
    }
    if (result == 0) {
        flags->argc = front;
        result = copy_rest(flags, rest_count, rest);
    }
    if (result == 0) {
        result = check(flags);
    }
    free(rest);
    return result;
}

void backtest_flags_free(struct backtest_flags *flags)
{
    for (int i = 0; i < flags->made_count; i++) {
        free(flags->made[i]);
    }
    free(flags->made);
    free(flags->trades);
    free(flags->books);
    free(flags->argv);
}
