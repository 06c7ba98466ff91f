/* SPDX-License-Identifier: MIT */
/* cuttle data: the candle store: what is in it, what comes into it, and how sound it is. */
#include "app/data.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "core/base/timestamp.h"
#include "core/market/alias.h"
#include "store/csv.h"
#include "store/disk.h"

static const char help[] =
    "cuttle data: the candle store, one NumPy file a venue, pair and timeframe.\n"
    "\n"
    "  cuttle data import FILE...   adds candles from CSV (with or without a header, or Kraken's\n"
    "                               OHLCVT downloads) or freqtrade's JSON, plain or gzip\n"
    "  cuttle data list             what the store holds\n"
    "  cuttle data check            gaps, outliers, empty candles, and whether each file is sound\n"
    "\n"
    "  --store DIR        default ./data\n"
    "  --as VENUE:PAIR    import: whose candles these are, where the file's name does not say it\n"
    "                     (KRAKEN_BTCUSD_5m.csv.gz, XBTUSD_60.csv, kraken/BTC_USD-5m.json)\n"
    "  --timeframe TF     import: 1m 5m 15m 1h 4h 1d; default: from the name, else from the times\n"
    "  --replace          import: where the store has another candle, the file's stands\n"
    "  --bad N            import: refuse a file with more than N bad rows; default 100\n"
    "  --pair PAIR        check: this pair alone\n"
    "  --limit X          check: a wick or jump beyond this share of the price is an outlier;\n"
    "                     default 0.25\n"
    "\n"
    "Exit status: 0 all is well; 1 something could not be read or written; 2 done, but rows were\n"
    "refused or a file needs repair. Missing candles are reported and are no error: where nobody\n"
    "traded there is none.\n";

#define TEXT_RING 8

const char *data_date(int64_t time_ns)
{
    static char texts[TEXT_RING][TIMESTAMP_TEXT_MAX];
    static unsigned turn;
    char *text = texts[turn++ % TEXT_RING];
    timestamp_format(text, time_ns, 0);
    text[time_ns % NS_PER_DAY == 0 ? 10 : 16] = '\0';
    if (text[10] == 'T')
        text[10] = ' ';
    return text;
}

const char *data_name(const struct candle_key *key)
{
    static char texts[TEXT_RING][sizeof key->venue + sizeof key->symbol + 8];
    static unsigned turn;
    char *text = texts[turn++ % TEXT_RING];
    snprintf(text, sizeof texts[0], "%s:%s %s", key->venue, key->symbol,
             timeframe_names[key->timeframe]);
    return text;
}

void data_print_gaps(const struct quality *quality)
{
    if (quality->missing == 0) {
        printf("  no candle is missing\n");
        return;
    }
    char length[TIMESTAMP_TEXT_MAX];
    duration_format(length, quality->gap_longest_ns);
    printf("  %" PRIu64 " candles are missing (%.2f %%) in %" PRIu64
           " gaps; the longest is %s, from %s\n",
           quality->missing, quality_missing_share(quality) * 100, quality->gap_count, length,
           data_date(quality->gap_longest_from_ns));
}

/* A walk over the store that goes on after a file that fails. */
struct walk {
    const struct data_options *options;
    const char *symbol; /* only this one, or NULL */
    uint64_t file_count;
    int status;
};

static int list_one(void *context, const struct candle_key *key)
{
    struct walk *walk = context;
    struct candle_file *file = NULL;
    char error[DISK_ERROR_MAX];
    walk->file_count++;
    if (candle_file_open(walk->options->store, key, &file, error, sizeof error) < 0) {
        printf("%-30s %s\n", data_name(key), error);
        walk->status = DATA_FAILED;
        return 0;
    }
    size_t count;
    const struct candle *rows = candle_file_rows(file, &count);
    if (count == 0) {
        printf("%-30s empty\n", data_name(key));
    } else {
        int64_t span_ns = rows[count - 1].time_ns - rows[0].time_ns;
        double expected = (double)(span_ns / timeframe_ns[key->timeframe] + 1);
        printf("%-30s %9zu  %-16s  %-16s  %6.2f %%\n", data_name(key), count,
               data_date(rows[0].time_ns), data_date(rows[count - 1].time_ns),
               100.0 * (1.0 - (double)count / expected));
    }
    candle_file_close(file);
    return 0;
}

static void print_worst(const char *what, uint64_t count, const struct quality_worst *worst,
                        uint32_t worst_count)
{
    if (count == 0)
        return;
    printf("  %" PRIu64 " %s; the largest:", count, what);
    for (uint32_t i = 0; i < worst_count; i++)
        printf("%s %s (%.0f %%)", i ? "," : "", data_date(worst[i].time_ns), worst[i].size * 100);
    printf("\n");
}

static void print_quality(const struct quality *quality, double limit)
{
    char wicks[64], jumps[64];
    data_print_gaps(quality);
    if (quality->zero_volume_count > 0)
        printf("  candles without volume: %" PRIu64 ", the first at %s\n",
               quality->zero_volume_count, data_date(quality->zero_volume_first_ns));
    snprintf(wicks, sizeof wicks, "wicks beyond %g %%", limit * 100);
    snprintf(jumps, sizeof jumps, "jumps beyond %g %% from one candle to the next", limit * 100);
    print_worst(wicks, quality->wick_count, quality->worst_wicks, quality->worst_wick_count);
    print_worst(jumps, quality->jump_count, quality->worst_jumps, quality->worst_jump_count);
}

static int check_one(void *context, const struct candle_key *key)
{
    struct walk *walk = context;
    struct candle_file *file = NULL;
    struct quality quality;
    char error[DISK_ERROR_MAX];
    if (walk->symbol && strcmp(walk->symbol, key->symbol) != 0)
        return 0;
    walk->file_count++;
    int code = candle_file_open(walk->options->store, key, &file, error, sizeof error);
    if (code == 0)
        code = candle_file_verify(file, error, sizeof error);
    if (code < 0) {
        printf("%s\n  %s\n", data_name(key), error);
        walk->status = DATA_FAILED;
        candle_file_close(file);
        return 0;
    }
    size_t count;
    const struct candle *rows = candle_file_rows(file, &count);
    quality_measure(rows, count, key->timeframe, walk->options->limit, &quality);
    printf("%s: %zu candles, %s to %s\n", data_name(key), count, data_date(quality.first_ns),
           data_date(quality.last_ns));
    print_quality(&quality, walk->options->limit);
    if (candle_file_torn(file) > 0) {
        printf("  the file was cut short: %zu candles of its end are gone; import them again\n",
               candle_file_torn(file));
        walk->status = walk->status == DATA_FAILED ? DATA_FAILED : DATA_REFUSED;
    }
    candle_file_close(file);
    return 0;
}

static int walk_store(const struct data_options *options, const char *symbol,
                      int (*visit)(void *context, const struct candle_key *key))
{
    struct walk walk = {.options = options, .symbol = symbol, .status = DATA_DONE};
    char error[DISK_ERROR_MAX];
    if (candle_store_each(options->store, visit, &walk, error, sizeof error) < 0) {
        fprintf(stderr, "cuttle data: %s\n", error);
        return DATA_FAILED;
    }
    if (walk.file_count == 0) {
        fprintf(stderr, "cuttle data: %s holds no candles%s%s; `cuttle data import` adds some\n",
                options->store, symbol ? " of " : "", symbol ? symbol : "");
        return DATA_FAILED;
    }
    return walk.status;
}

static int data_list(const struct data_options *options)
{
    printf("%-30s %9s  %-16s  %-16s  %8s\n", "candles", "count", "first", "last", "missing");
    return walk_store(options, NULL, list_one);
}

static int data_check(const struct data_options *options)
{
    char symbol[SYMBOL_MAX];
    if (options->pair && !alias_symbol(options->pair, strlen(options->pair), symbol)) {
        fprintf(stderr, "cuttle data: --pair %s: must be a pair such as BTC/USD\n", options->pair);
        return DATA_FAILED;
    }
    return walk_store(options, options->pair ? symbol : NULL, check_one);
}

/* What a flag's value must be when `value` is not; "" when it is; NULL for an unknown flag. */
static const char *set_flag(struct data_options *options, const char *flag, const char *value)
{
    char *end = NULL;
    if (strcmp(flag, "--store") == 0) {
        options->store = value;
        return value[0] ? "" : "a directory";
    }
    if (strcmp(flag, "--as") == 0) {
        options->as = value;
        return "";
    }
    if (strcmp(flag, "--pair") == 0) {
        options->pair = value;
        return "";
    }
    if (strcmp(flag, "--timeframe") == 0) {
        options->timeframe_known = timeframe_parse(value, strlen(value), &options->timeframe);
        return options->timeframe_known ? "" : "one of 1m 5m 15m 1h 4h 1d";
    }
    if (strcmp(flag, "--bad") == 0) {
        errno = 0;
        options->bad_max = strtoull(value, &end, 10);
        return value[0] >= '0' && value[0] <= '9' && !*end && !errno ? "" : "a whole number";
    }
    if (strcmp(flag, "--limit") == 0) {
        options->limit = strtod(value, &end);
        return end != value && !*end && options->limit > 0 ? "" : "a number above 0, such as 0.25";
    }
    return NULL;
}

/* Flags into options; what is no flag stays, in order, in options->files. */
static int read_flags(int argc, char **argv, struct data_options *options)
{
    for (int i = 2; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            options->files[options->file_count++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--replace") == 0) {
            options->replace = true;
            continue;
        }
        const char *flag = argv[i];
        const char *value = i + 1 < argc ? argv[++i] : NULL;
        const char *right = set_flag(options, flag, value ? value : "");
        if (!right)
            fprintf(stderr, "cuttle data: unknown flag %s; see cuttle data --help\n", flag);
        else if (!value)
            fprintf(stderr, "cuttle data: %s needs a value\n", flag);
        else if (right[0])
            fprintf(stderr, "cuttle data: %s %s: must be %s\n", flag, value, right);
        else
            continue;
        return -1;
    }
    return 0;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int command_data(int argc, char **argv)
{
    struct data_options options = {
        .store = "data", .bad_max = CSV_BAD_MAX, .limit = QUALITY_LIMIT_DEFAULT, .files = argv + 2};
    if (asks_for_help(argc, argv)) {
        fputs(help, stdout);
        return DATA_DONE;
    }
    const char *what = argc > 1 ? argv[1] : "";
    bool imports = strcmp(what, "import") == 0;
    bool lists = strcmp(what, "list") == 0;
    if (!imports && !lists && strcmp(what, "check") != 0) {
        fprintf(stderr, "cuttle data: say import, list or check; see cuttle data --help\n");
        return DATA_FAILED;
    }
    if (read_flags(argc, argv, &options) < 0)
        return DATA_FAILED;
    if (imports != (options.file_count > 0)) {
        fprintf(stderr,
                imports ? "cuttle data import: name the files to import\n"
                        : "cuttle data %s: takes no files; see cuttle data --help\n",
                what);
        return DATA_FAILED;
    }
    return imports ? data_import(&options) : lists ? data_list(&options) : data_check(&options);
}
