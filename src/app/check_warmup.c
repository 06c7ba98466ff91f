/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "operator/sentence/catalog.h"
#include "platform/json/json_writer.h"
#include "research/warmup.h"

#define JSON_SIZE (64u << 10)
#define WHO_MAX 256

/* Who asks for it, by name. */
static const char *who(const struct check *check, const struct warmup_row *row, char *text)
{
    size_t len = 0;
    snprintf(text, WHO_MAX, "decision");
    for (uint32_t i = 0; i < check->setup.engine.strategy_count && len < WHO_MAX; i++) {
        if ((row->strategies >> i & 1) != 0) {
            len += (size_t)snprintf(text + len, WHO_MAX - len, "%s%s", len > 0 ? " " : "",
                                    strategy_table[check->setup.engine.strategies[i].type]->name);
        }
    }
    return text;
}

static void tell_json(const struct check *check, const struct warmup *seen)
{
    char *text = malloc(JSON_SIZE), name[CATALOG_TEXT_MAX], asked_by[WHO_MAX];
    struct json_writer json;
    if (text == NULL) {
        return;
    }
    json_writer_init(&json, text, JSON_SIZE);
    json_begin_object(&json, NULL);
    json_put_string(&json, "check", "warmup");
    json_put_real(&json, "tolerance", check->tolerance);
    json_begin_array(&json, "indicators");
    for (uint32_t i = 0; i < seen->count; i++) {
        const struct warmup_row *row = &seen->rows[i];
        catalog_ask_name(&row->ask, name, sizeof name);
        json_begin_object(&json, NULL);
        json_put_string(&json, "indicator", name);
        json_put_string(&json, "timeframe", timeframe_names[row->ask.timeframe]);
        json_put_string(&json, "asked_by", who(check, row, asked_by));
        json_put_uint(&json, "needs", row->needs);
        if (row->settles > 0) {
            json_put_uint(&json, "settles", row->settles);
        } else {
            json_put_null(&json, "settles");
        }
        json_put_uint(&json, "tried", row->tried);
        json_put_uint(&json, "session_has", row->has);
        json_put_real(&json, "off", row->off);
        json_put_bool(&json, "holds", warmup_row_holds(row, check->tolerance));
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
    puts(json_writer_ok(&json) ? text : "{}");
    free(text);
}

/* "settles" and "off by" as a reader wants them. */
static void tell_row(const struct check *check, const struct warmup_row *row)
{
    char name[CATALOG_TEXT_MAX], asked_by[WHO_MAX], settles[32], off[32];
    catalog_ask_name(&row->ask, name, sizeof name);
    snprintf(settles, sizeof settles, "%u", row->settles);
    if (row->tried == 0) {
        snprintf(settles, sizeof settles, "too few");
    } else if (row->settles == 0) {
        snprintf(settles, sizeof settles, "> %u", row->tried);
    }
    if (row->tried == 0) {
        snprintf(off, sizeof off, "-");
    } else if (isnan(row->off)) {
        snprintf(off, sizeof off, "silent");
    } else {
        /* What rounding leaves is nothing. */
        snprintf(off, sizeof off, "%.2g %%", row->off < 1e-9 ? 0 : row->off * 100);
    }
    printf("%-20s %-4s %7u %9s %9u %9s %s  %s\n", name, timeframe_names[row->ask.timeframe],
           row->needs, settles, row->has, off,
           row->tried > 0 && !warmup_row_holds(row, check->tolerance) ? "!" : " ",
           who(check, row, asked_by));
}

static void tell(const struct check *check, const struct warmup *seen, uint32_t short_count,
                 uint32_t unknown_count)
{
    printf("%-20s %-4s %7s %9s %9s %9s    %s\n", "indicator", "tf", "needs", "settles", "a session",
           "is off by", "asked for by");
    for (uint32_t i = 0; i < seen->count; i++) {
        tell_row(check, &seen->rows[i]);
    }
    printf("\nCandles of each timeframe: those it needs to say anything, those after which it is "
           "off by\nless than %g %% of what it moves about, and those that a session begins "
           "with.\n",
           check->tolerance * 100);
    if (unknown_count > 0) {
        printf("Of %u there are too few candles here to say: give a longer history.\n",
               unknown_count);
    }
    if (short_count > 0) {
        printf("%u begin a session with too little (!): a silent one says nothing until its own "
               "candles have\ncome; one that is off may decide otherwise than a backtest does. A "
               "coarser session.timeframe\nbegins with more, and a running session settles by "
               "itself.\n",
               short_count);
    } else if (unknown_count == 0) {
        printf("Each begins a session with enough.\n");
    }
}

/* What a session begins with: so many candles of session.timeframe, which on Kraken are of a minute
 * unless it says otherwise. */
static int64_t session_history(const struct check *check)
{
    const char *said = config_text(check->setup.config, "session.timeframe");
    enum timeframe base = TIMEFRAME_1M;
    timeframe_parse(said, strlen(said), &base);
    return (int64_t)check->session_history * timeframe_ns[base];
}

int check_warmup(struct check *check, char error[BACKTEST_ERROR_MAX])
{
    const struct warmup_config config = {.engine = &check->setup.engine,
                                         .rows = check->setup.sources.rows,
                                         .history_ns = session_history(check),
                                         .tolerance = check->tolerance,
                                         .on_progress = check_progress,
                                         .context = check};
    static struct warmup seen;
    const int code = warmup_check(&config, &seen, error, BACKTEST_ERROR_MAX);
    progress_end(&check->progress);
    uint32_t short_count = 0, unknown_count = 0;
    for (uint32_t i = 0; i < seen.count; i++) {
        const struct warmup_row *row = &seen.rows[i];
        unknown_count += row->tried == 0;
        short_count += row->tried > 0 && !warmup_row_holds(row, check->tolerance);
    }
    if (code == 0 && check->setup.flags.json) {
        tell_json(check, &seen);
    } else if (code == 0) {
        tell(check, &seen, short_count, unknown_count);
    }
    return code == 0 && short_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
