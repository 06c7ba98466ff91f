/* SPDX-License-Identifier: MIT */
/* cuttle data: the candle store: what comes into it, what is in it, how sound it is, what leaves.
 */
#include "app/data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "core/base/timestamp.h"
#include "store/csv.h"

static const char help[] =
    "cuttle data: the candle store, one NumPy file a venue, pair and timeframe.\n"
    "\n"
    "  cuttle data import FILE...   adds candles from Kraken's OHLCVT zip as downloaded, CSV "
    "(with\n"
    "                               or without a header) or freqtrade's JSON, plain or gzip\n"
    "  cuttle data download --pairs \"BTC/USD ETH/USD\" --timeframe 1h --from 2024-01-01\n"
    "                               fetches Kraken's history: the last 720 candles as they are,\n"
    "                               all before from its trades. Ended in the middle, the same\n"
    "                               command goes on from there\n"
    "  cuttle data list             what the store holds\n"
    "  cuttle data check            gaps, outliers, duplicates, wicks, empty candles, each with "
    "its\n"
    "                               first places; how much of which time is there, drawn; and\n"
    "                               whether each file is sound\n"
    "  cuttle data export PAIR TF   as CSV: time,open,high,low,close,volume\n"
    "  cuttle data resample PAIR FROM TO    makes larger candles of smaller ones: 5m 1h\n"
    "\n"
    "  --store DIR        default ./data\n"
    "  --as VENUE:PAIR    import: whose candles these are, where the file's name does not say it\n"
    "                     (KRAKEN_BTCUSD_5m.csv.gz, XBTUSD_60.csv, kraken/BTC_USD-5m.json), or\n"
    "                     for which others they stand in: `list` repeats it\n"
    "  --timeframe TF     1m 5m 15m 1h 4h 1d. Import: default from the name, else from the times;\n"
    "                     of a zip these alone\n"
    "  --pairs \"A B\"      download: these; import: of a zip these pairs alone\n"
    "  --from T --to T    download: candles that begin from T on, and before T; default: to now\n"
    "  --set venue.A=B    download: an option of the venue: rest_url, rest_gap, ca_file;\n"
    "                     also --config FILE\n"
    "  --replace          where the store has another candle, the new one stands\n"
    "  --bad N            import: refuse a file with more than N bad rows; default 100\n"
    "  --pair PAIR        check: this pair alone\n"
    "  --limit X          check: a wick or jump beyond this share of the price is an outlier;\n"
    "                     default 0.25\n"
    "  --picture FILE     check: also as a page for the browser, FILE.html or FILE.svg\n"
    "  --start T --end T  export: candles that begin from T on, and before T\n"
    "  --out FILE         export: instead of standard output\n"
    "\n"
    "PAIR is Kraken's; another venue's is written BINANCE:BTC/USDT. T is 2024-08-01 or RFC 3339.\n"
    "\n"
    "Exit status: 0 all is well; 1 something could not be read or written; 2 done, but rows were\n"
    "refused or a file needs repair. Missing candles are reported and are no error: where nobody\n"
    "traded there is none.\n";

enum {
    IMPORT = 1 << 0,
    LIST = 1 << 1,
    CHECKS = 1 << 2,
    EXPORT = 1 << 3,
    RESAMPLE = 1 << 4,
    DOWNLOAD = 1 << 5,
    ALL = IMPORT | LIST | CHECKS | EXPORT | RESAMPLE | DOWNLOAD,
};

static const struct verb {
    const char *name;
    unsigned bit;
    int words_min, words_max; /* INT32_MAX: any number */
    const char *wants;
    int (*run)(const struct data_options *options);
} verbs[] = {
    {"import", IMPORT, 1, INT32_MAX, "name the files to import", data_import},
    {"list", LIST, 0, 0, "takes no files", data_list},
    {"check", CHECKS, 0, 0, "takes no files", data_check},
    {"export", EXPORT, 2, 2, "say a pair and a timeframe: export BTC/USD 1h", data_export},
    {"download", DOWNLOAD, 0, INT32_MAX, "", data_download},
    {"resample", RESAMPLE, 3, 3, "say a pair and two timeframes: resample BTC/USD 5m 1h",
     data_resample},
};

static bool set_store(struct data_options *options, const char *value)
{
    options->store = value;
    return value[0] != '\0';
}

static bool set_as(struct data_options *options, const char *value)
{
    options->as = value;
    return true;
}

static bool set_pair(struct data_options *options, const char *value)
{
    options->pair = value;
    return true;
}

static bool set_pairs(struct data_options *options, const char *value)
{
    const char *at = value;
    char symbol[SYMBOL_MAX];
    options->pairs = value;
    while (data_next_pair(&at, symbol))
        continue;
    return at > value && *at == '\0';
}

static bool set_out(struct data_options *options, const char *value)
{
    options->out = value;
    return value[0] != '\0';
}

static bool set_picture(struct data_options *options, const char *value)
{
    options->picture = value;
    return value[0] != '\0';
}

static bool set_timeframe(struct data_options *options, const char *value)
{
    options->timeframe_known = timeframe_parse(value, strlen(value), &options->timeframe);
    return options->timeframe_known;
}

static bool set_start(struct data_options *options, const char *value)
{
    return timestamp_parse(value, strlen(value), &options->start_ns);
}

static bool set_end(struct data_options *options, const char *value)
{
    return timestamp_parse(value, strlen(value), &options->end_ns);
}

static bool set_bad(struct data_options *options, const char *value)
{
    char *end = NULL;
    errno = 0;
    options->bad_max = strtoull(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && !*end && !errno;
}

static bool set_limit(struct data_options *options, const char *value)
{
    char *end = NULL;
    options->limit = strtod(value, &end);
    return end != value && !*end && options->limit > 0;
}

static const struct flag {
    const char *name;
    unsigned verbs;
    bool (*set)(struct data_options *options, const char *value);
    const char *right; /* what its value must be */
} flags[] = {
    {"--store", ALL, set_store, "a directory"},
    {"--as", IMPORT, set_as, "VENUE:PAIR"},
    {"--timeframe", IMPORT | DOWNLOAD, set_timeframe, "one of 1m 5m 15m 1h 4h 1d"},
    {"--bad", IMPORT, set_bad, "a whole number"},
    {"--pair", CHECKS, set_pair, "a pair"},
    {"--pairs", IMPORT | DOWNLOAD, set_pairs, "pairs such as \"BTC/USD ETH/USD\""},
    {"--limit", IMPORT | CHECKS, set_limit, "a number above 0, such as 0.25"},
    {"--start", EXPORT, set_start, "a time such as 2024-08-01 or 2024-08-01T12:00Z"},
    {"--end", EXPORT, set_end, "a time such as 2024-08-01 or 2024-08-01T12:00Z"},
    {"--from", DOWNLOAD, set_start, "a time such as 2024-08-01 or 2024-08-01T12:00Z"},
    {"--to", DOWNLOAD, set_end, "a time such as 2024-08-01 or 2024-08-01T12:00Z"},
    {"--picture", CHECKS, set_picture, "a file"},
    {"--out", EXPORT, set_out, "a file"},
};

static const struct flag *find_flag(const struct verb *verb, const char *name)
{
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (strcmp(flags[i].name, name) == 0 && (flags[i].verbs & verb->bit))
            return &flags[i];
    return NULL;
}

/* Flags into options; what is no flag stays, in order, in options->words. */
static int read_flags(const struct verb *verb, int argc, char **argv, struct data_options *options)
{
    for (int i = 2; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            options->words[options->word_count++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--replace") == 0 && (verb->bit & (IMPORT | RESAMPLE | DOWNLOAD))) {
            options->replace = true;
            continue;
        }
        const char *name = argv[i];
        const struct flag *flag = find_flag(verb, name);
        if (!flag && (verb->bit & DOWNLOAD)) { /* an option, which the venue's reader knows */
            options->words[options->word_count++] = argv[i];
            if (i + 1 < argc)
                options->words[options->word_count++] = argv[++i];
            continue;
        }
        if (!flag)
            return data_complain("unknown flag %s of %s; see cuttle data --help", name, verb->name);
        if (i + 1 == argc)
            return data_complain("%s needs a value", name);
        if (!flag->set(options, argv[++i]))
            return data_complain("%s %s: must be %s", name, argv[i], flag->right);
    }
    return DATA_DONE;
}

int command_data(int argc, char **argv)
{
    struct data_options options = {.store = "data",
                                   .start_ns = INT64_MIN,
                                   .end_ns = INT64_MAX,
                                   .bad_max = CSV_BAD_MAX,
                                   .limit = QUALITY_LIMIT_DEFAULT,
                                   .words = argv + 2};
    const struct verb *verb = NULL;
    if (flags_have_help(argc, argv)) {
        fputs(help, stdout);
        return DATA_DONE;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0] && argc > 1; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            verb = &verbs[i];
    if (!verb)
        return data_complain(
            "say import, download, list, check, export or resample; see cuttle data --help");
    if (read_flags(verb, argc, argv, &options) != DATA_DONE)
        return DATA_FAILED;
    if (options.word_count < verb->words_min || options.word_count > verb->words_max)
        return data_complain("%s: %s; see cuttle data --help", verb->name, verb->wants);
    return verb->run(&options);
}
