/* SPDX-License-Identifier: MIT */
/* cuttle indicator: the indicators of a file of candles, beside them, as CSV. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "core/base/timestamp.h"
#include "operator/sentence/catalog.h"
#include "store/csv.h"
#include "store/disk.h"

static const char help[] =
    "cuttle indicator: what the engine's indicators say of a file of candles, beside the candles,\n"
    "as CSV on the standard output, to be held against any other program.\n"
    "\n"
    "  cuttle indicator INDICATOR... FILE\n"
    "\n"
    "  FILE        candles as `cuttle data import` takes them: CSV or freqtrade's JSON, plain or\n"
    "              gzip; it is read as it is, nothing is filled in or kept\n"
    "  INDICATOR   rsi:14, ema:20, bb:20:2, macd:12:26:9, obv, ... with all of its columns, or a\n"
    "              single one of them: plus_di:14, highest:20, cdl_doji. The columns are named\n"
    "              rsi_14, bb_20_2_upper, macd_12_26_9_signal; empty until there is a value.\n"
    "\n";

struct table {
    struct panel_plan plan;
    struct panel panel;
    struct series series;
    uint32_t count;
    struct catalog_choice choices[PANEL_SLOT_MAX];
    uint32_t slots[PANEL_SLOT_MAX];
};

static void print_help(void)
{
    fputs(help, stdout);
    for (uint32_t i = 0; i < INDICATOR_COUNT; i++) {
        char usage[CATALOG_TEXT_MAX];
        catalog_usage((enum indicator)i, usage, sizeof usage);
        printf("  %-36s %s\n", usage, catalog_help((enum indicator)i));
    }
    printf("\ndocs/indicators.md says what each is and when its first value arrives.\n");
}

/* The words before the file, as slots of the panel; the same word twice is two columns of one. */
static bool plan_table(struct table *table, char **words, int count, enum timeframe timeframe)
{
    panel_plan_init(&table->plan);
    for (int i = 0; i < count; i++) {
        struct catalog_choice *choice = &table->choices[i];
        const char *fault = i < PANEL_SLOT_MAX ? catalog_parse(words[i], timeframe, choice)
                                               : "that is one too many";
        if (fault == NULL && !panel_plan_room(&table->plan, &choice->ask))
            fault = "the panel has no room for it: ask for fewer at once, or shorter periods";
        if (fault != NULL) {
            fprintf(stderr, "cuttle indicator: %s: %s; `cuttle help indicator` lists them\n",
                    words[i], fault);
            return false;
        }
        table->slots[i] = panel_plan_ask(&table->plan, &choice->ask);
    }
    table->count = (uint32_t)count;
    return true;
}

static void print_names(const struct table *table)
{
    printf("time,open,high,low,close,volume");
    for (uint32_t i = 0; i < table->count; i++) {
        const struct catalog_choice *choice = &table->choices[i];
        for (uint32_t k = choice->first; k < choice->first + choice->count; k++) {
            char name[CATALOG_TEXT_MAX];
            catalog_column_name(&choice->ask, k, name, sizeof name);
            printf(",%s", name);
        }
    }
    printf("\n");
}

static void print_row(const struct table *table, const struct candle *candle, size_t candles)
{
    printf("%" PRId64 ",%.17g,%.17g,%.17g,%.17g,%.17g", candle->time_ns / NS_PER_S, candle->open,
           candle->high, candle->low, candle->close, candle->volume);
    for (uint32_t i = 0; i < table->count; i++) {
        const struct catalog_choice *choice = &table->choices[i];
        const struct panel_cell *cell = &table->panel.cells[table->slots[i]];
        for (uint32_t k = choice->first; k < choice->first + choice->count; k++) {
            if (catalog_column_ready(&choice->ask, cell, k, candles))
                printf(",%.17g", catalog_column_value(&choice->ask, cell, k));
            else
                printf(",");
        }
    }
    printf("\n");
}

static void print_table(struct table *table, const struct csv_data *data)
{
    series_init(&table->series, data->timeframe, table->plan.timeframes);
    panel_init(&table->panel, &table->plan);
    print_names(table);
    for (size_t i = 0; i < data->count; i++) {
        const uint32_t closed = series_push(&table->series, &data->rows[i]);
        panel_update(&table->panel, &table->plan, &table->series, closed);
        print_row(table, &data->rows[i], i + 1);
    }
}

static void on_bad(void *context, uint64_t line, const char *reason)
{
    fprintf(stderr, "cuttle indicator: %s: line %" PRIu64 ": %s\n", (const char *)context, line,
            reason);
}

int command_indicator(int argc, char **argv)
{
    if (argc > 1 && flags_is_help(argv[1])) {
        print_help();
        return EXIT_SUCCESS;
    }
    if (argc < 3) {
        fprintf(stderr, "cuttle indicator: name indicators and then a file of candles; `cuttle "
                        "help indicator` says how\n");
        return EXIT_FAILURE;
    }
    char *path = argv[argc - 1];
    char error[DISK_ERROR_MAX];
    struct csv_data data = {0};
    const struct csv_options options = {.bad_max = CSV_BAD_MAX, .on_bad = on_bad, .context = path};
    if (csv_read(path, &options, &data, error, sizeof error) < 0) {
        fprintf(stderr, "cuttle indicator: %s\n", error);
        return EXIT_FAILURE;
    }
    struct table *table = calloc(1, sizeof *table);
    const bool done = table != NULL && plan_table(table, argv + 1, argc - 2, data.timeframe);
    if (done)
        print_table(table, &data);
    else if (table == NULL)
        fprintf(stderr, "cuttle indicator: out of memory\n");
    free(table);
    csv_free(&data);
    return done && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
