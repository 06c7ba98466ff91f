/* SPDX-License-Identifier: MIT */
/* cuttle bench: the speed table. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/commands.h"

static const char help[] =
    "cuttle bench: the speed table, each row beside a plain loop that does the same in the same\n"
    "run. Ratios hold on any machine, nanoseconds do not; docs/performance.md explains the rows.\n"
    "\n"
    "  cuttle bench [--json] [ROW ...]\n"
    "\n"
    "  ROW       a row, or the beginning of several: `kraken.`; none: all of them\n"
    "  --json    an array of {name, ns, floor_ns, ratio}, and p99_ns where single ones are timed\n"
    "  --list    the rows' names\n"
    "\n"
    "The exit status is 1 when a row computed something wrong; a budget that is missed is only\n"
    "said, because a busy machine misses it too.\n";

struct entry {
    const char *name;
    bench_function *function;
    double budget_ratio; /* 0: it is in nanoseconds */
    double budget_ns;    /* 0: none; of the p99 where the row has one */
};

static const struct entry entries[] = {
    {"engine.sma_cross.candle", bench_engine_sma_cross, 8, 0},
    {"engine.full_stack.candle", bench_engine_full, 0, 250},
    {"search.sma_pairs.candle", bench_sweep_sma_pairs, 1.2, 0},
    /* The budgets are what TA-Lib's batch functions take; docs/performance.md. */
    {"indicator.sma", bench_indicator, 0, 1.66},
    {"indicator.ema", bench_indicator, 0, 2.47},
    {"indicator.wma", bench_indicator, 0, 0},
    {"indicator.rsi", bench_indicator, 0, 7.17},
    {"indicator.true_range", bench_indicator, 0, 0},
    {"indicator.atr", bench_indicator, 0, 6.59},
    {"indicator.bb", bench_indicator, 0, 6.28},
    {"indicator.keltner", bench_indicator, 0, 0},
    {"indicator.macd", bench_indicator, 0, 16.1},
    {"indicator.adx", bench_indicator, 0, 11.1},
    {"indicator.stoch", bench_indicator, 0, 12.7},
    {"indicator.willr", bench_indicator, 0, 0},
    {"indicator.cci", bench_indicator, 0, 0},
    {"indicator.mfi", bench_indicator, 0, 0},
    {"indicator.obv", bench_indicator, 0, 0},
    {"indicator.roc", bench_indicator, 0, 0},
    {"indicator.stddev", bench_indicator, 0, 0},
    {"indicator.linreg_slope", bench_indicator, 0, 0},
    {"indicator.extremes", bench_indicator, 0, 0},
    {"indicator.percentile_rank", bench_indicator, 0, 0},
    {"indicator.volume_ratio", bench_indicator, 0, 0},
    {"indicator.vwap", bench_indicator, 0, 0},
    {"indicator.levels", bench_indicator, 0, 0},
    {"indicator.cdl", bench_indicator, 0, 0},
    {"book.score", bench_book_score, 0, 0},
    {"model.forest", bench_model_forest, 0, 1000},
    {"script.candle", bench_script, 0, 1000},
    {"kraken.ticker", bench_kraken_ticker, 0, 400},
    {"kraken.book_update", bench_kraken_book, 0, 700},
    {"kraken.sign", bench_kraken_sign, 0, 2000},
    {"order.bytes.frame", bench_order_frame, 0, 2000},
    {"order.bytes.signed", bench_order_signed, 0, 2000},
    {"order.decide", bench_order_decide, 0, 10000},
    {"order.decide_each", bench_order_decide_each, 0, 1e6},
    {"order.wire", bench_order_wire, 0, 0},
    {"csv.row", bench_csv_row, 0, 0},
    {"candles.open_1m", bench_candles_open, 0, 0},
};
static const size_t entry_count = sizeof entries / sizeof entries[0];

static double seconds_of(void (*run)(void *context), void *context)
{
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    run(context);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, BENCH_RUNS, sizeof values[0], ascending);
    return values[BENCH_RUNS / 2];
}

void bench_time(struct bench_row *row, const struct bench_work *work)
{
    double run[BENCH_RUNS], floor[BENCH_RUNS];
    work->floor(work->context);
    work->run(work->context);
    for (int i = 0; i < BENCH_RUNS; i++) {
        floor[i] = seconds_of(work->floor, work->context);
        run[i] = seconds_of(work->run, work->context);
    }
    row->floor_ns = median(floor) * 1e9 / work->units;
    row->ns = median(run) * 1e9 / work->units;
}

static double ratio_of(const struct bench_row *row)
{
    return row->floor_ns > 0 ? row->ns / row->floor_ns : 0;
}

static void print_row(const struct entry *entry, const struct bench_row *row)
{
    char budget[48] = "-";
    bool over = false;
    if (entry->budget_ratio > 0) {
        over = ratio_of(row) > entry->budget_ratio;
        snprintf(budget, sizeof budget, "ratio %g", entry->budget_ratio);
    } else if (entry->budget_ns > 0) {
        over = (row->p99_ns > 0 ? row->p99_ns : row->ns) > entry->budget_ns;
        snprintf(budget, sizeof budget, "%g ns", entry->budget_ns);
    }
    char p99[32] = "";
    if (row->p99_ns > 0) {
        snprintf(p99, sizeof p99, "p99 %.0f ns%s", row->p99_ns, over ? ", " : "");
    }
    printf("%-25s %9.1f %9.1f %7.2f  %-8s %s%s\n", entry->name, row->ns, row->floor_ns,
           ratio_of(row), budget, p99,
           row->note[0] != '\0' ? row->note
           : over               ? "over budget"
                                : "");
}

static void print_json(const struct entry *entry, const struct bench_row *row, bool first)
{
    printf("%s\n  {\"name\": \"%s\", \"ns\": %.2f, \"floor_ns\": %.2f, \"ratio\": %.3f",
           first ? "" : ",", entry->name, row->ns, row->floor_ns, ratio_of(row));
    if (row->p99_ns > 0) {
        printf(", \"p99_ns\": %.2f", row->p99_ns);
    }
    printf("}");
}

/* True when no row was named, or this one, or its beginning. */
static bool wanted(const struct entry *entry, char **names, int count)
{
    for (int i = 0; i < count; i++) {
        if (strncmp(entry->name, names[i], strlen(names[i])) == 0) {
            return true;
        }
    }
    return count == 0;
}

static bool known(const char *name)
{
    for (size_t i = 0; i < entry_count; i++) {
        if (strncmp(entries[i].name, name, strlen(name)) == 0) {
            return true;
        }
    }
    fprintf(stderr, "cuttle bench: there is no row \"%s\"; `cuttle bench --list` names them\n",
            name);
    return false;
}

static int measure(char **names, int count, bool json)
{
    int status = EXIT_SUCCESS;
    bool first = true;
    if (json) {
        printf("[");
    } else {
        printf("%-25s %9s %9s %7s  %-8s %s\n", "row", "ns", "floor ns", "ratio", "budget", "note");
    }
    for (size_t i = 0; i < entry_count; i++) {
        if (!wanted(&entries[i], names, count)) {
            continue;
        }
        struct bench_row row = {.name = entries[i].name};
        if (!entries[i].function(&row)) {
            status = EXIT_FAILURE;
            fprintf(stderr, "cuttle bench: %s: %s\n", row.name, row.note);
        }
        if (json) {
            print_json(&entries[i], &row, first);
        } else {
            print_row(&entries[i], &row);
        }
        first = false;
        fflush(stdout);
    }
    printf(json ? "\n]\n" : "");
    return status;
}

int command_bench(int argc, char **argv)
{
    bool json = false;
    int count = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--list") == 0) {
            for (size_t k = 0; k < entry_count; k++) {
                printf("%s\n", entries[k].name);
            }
            return EXIT_SUCCESS;
        }
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if (known(argv[i])) {
            argv[1 + count++] = argv[i]; /* the names, moved together */
        } else {
            return EXIT_FAILURE;
        }
    }
    return measure(argv + 1, count, json);
}
