/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/sentence/catalog.h"
#include "operator/server/api_routes.h"
#include "platform/json/json_writer.h"

/* Lines of one answer: MACD has three, and nobody can tell more than a few apart. */
#define LINES_MAX 8
#define ERROR_MAX 320

/* As they are usually asked for, by the name that may stand alone: `bb:20` is bb:20:2. */
static const struct {
    const char *name, *whole;
} usual[] = {
    {"sma", "sma:20"},
    {"ema", "ema:20"},
    {"wma", "wma:20"},
    {"bb", "bb:20:2"},
    {"bollinger", "bb:20:2"},
    {"keltner", "keltner:20:10:2"},
    {"extremes", "extremes:20"},
    {"vwap", "vwap:20"},
    {"rsi", "rsi:14"},
    {"macd", "macd:12:26:9"},
    {"stoch", "stoch:14:3:3"},
    {"adx", "adx:14"},
    {"atr", "atr:14"},
    {"cci", "cci:20"},
    {"mfi", "mfi:14"},
    {"roc", "roc:10"},
    {"willr", "willr:14"},
    {"stddev", "stddev:20"},
    {"volume_ratio", "volume_ratio:20"},
};

struct line {
    const struct catalog_choice *choice;
    uint32_t slot, column;
    double values[SERIES_CAPACITY];
};

/* Work of one request: a panel over the pair's candles, as an engine has it. */
struct lines {
    struct panel_plan plan;
    struct panel panel;
    struct series series;
    uint32_t choice_count;
    struct catalog_choice choices[LINES_MAX];
    uint32_t count;
    struct line lines[LINES_MAX];
    uint32_t candle_count;
    int64_t times_ns[SERIES_CAPACITY];
};

/* The text behind `count` colons; the terminator where there are not so many. */
static const char *behind(const char *text, uint32_t count)
{
    while (*text && count > 0)
        count -= *text++ == ':';
    return text;
}

/* What is asked for, with the usual parameters where it names fewer. */
static void complete(const char *asked, char *out, size_t size)
{
    const size_t len = strcspn(asked, ":");
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (strlen(usual[i].name) != len || strncmp(usual[i].name, asked, len) != 0)
            continue;
        uint32_t given = 0;
        for (const char *c = asked; *c; c++)
            given += *c == ':';
        const char *whole = usual[i].whole, *rest = behind(whole, given + 1);
        snprintf(out, size, "%.*s%s%s%s", (int)strcspn(whole, ":"), whole, asked + len,
                 *rest ? ":" : "", rest);
        return;
    }
    snprintf(out, size, "%s", asked);
}

/* Adds an indicator's columns as lines; NULL, or what is wrong. */
static const char *add(struct lines *lines, const char *asked, enum timeframe timeframe)
{
    char text[QUERY_VALUE_MAX + CATALOG_TEXT_MAX];
    struct catalog_choice choice;
    complete(asked, text, sizeof text);
    const char *fault = catalog_parse(text, timeframe, &choice);
    if (fault)
        return fault;
    if (lines->count + choice.count > LINES_MAX)
        return "an answer has 8 lines at most, and each output is one";
    if (!panel_plan_room(&lines->plan, &choice.ask))
        return "there is no room for it: ask for fewer at once, or shorter periods";
    lines->choices[lines->choice_count] = choice;
    const uint32_t slot = panel_plan_ask(&lines->plan, &choice.ask);
    for (uint32_t k = choice.first; k < choice.first + choice.count; k++) {
        struct line *line = &lines->lines[lines->count++];
        line->choice = &lines->choices[lines->choice_count];
        line->slot = slot;
        line->column = k;
    }
    lines->choice_count++;
    return NULL;
}

/* False, with a sentence that says what would be right. */
static bool plan(struct lines *lines, const struct query *query, char *error, size_t error_size)
{
    panel_plan_init(&lines->plan);
    for (const char *at = query->names; *at;) {
        char asked[QUERY_VALUE_MAX];
        const size_t len = strcspn(at, ",");
        snprintf(asked, sizeof asked, "%.*s", (int)len, at);
        const char *fault = add(lines, asked, query->timeframe);
        if (fault) {
            snprintf(error, error_size,
                     "names: \"%.60s\": %s; write ema:20,bb:20:2, as `cuttle help indicator` "
                     "lists them",
                     asked, fault);
            return false;
        }
        at += len + (at[len] == ',');
    }
    return true;
}

static void work_out(struct lines *lines, const struct chart *chart, enum timeframe timeframe)
{
    series_init(&lines->series, timeframe, 0);
    panel_init(&lines->panel, &lines->plan);
    for (uint32_t back = chart ? chart_held(chart, timeframe) : 0; back-- > 0;) {
        const struct candle candle = chart_at(chart, timeframe, back);
        const uint32_t closed = series_push(&lines->series, &candle);
        const uint32_t index = lines->candle_count++;
        panel_update(&lines->panel, &lines->plan, &lines->series, closed);
        lines->times_ns[index] = candle.time_ns;
        for (uint32_t i = 0; i < lines->count; i++) {
            struct line *line = &lines->lines[i];
            const struct panel_cell *cell = &lines->panel.cells[line->slot];
            const struct panel_ask *ask = &line->choice->ask;
            const bool there = catalog_column_ready(ask, cell, line->column, index + 1);
            line->values[index] =
                there ? catalog_column_value(ask, cell, line->column) : (double)NAN;
        }
    }
}

/* Drawn over the candles: what is a price itself. */
static bool is_price(const struct line *line)
{
    switch (line->choice->ask.indicator) {
    case INDICATOR_SMA:
    case INDICATOR_EMA:
    case INDICATOR_WMA:
    case INDICATOR_BOLLINGER:
    case INDICATOR_KELTNER:
    case INDICATOR_VWAP:
    case INDICATOR_VWAP_DAY:
    case INDICATOR_EXTREMES:
        return true;
    case INDICATOR_LEVELS:
        return line->column < 2; /* the others count touches */
    default:
        return false;
    }
}

static void put_line(struct json_writer *writer, const struct lines *lines, const struct line *line)
{
    char name[CATALOG_TEXT_MAX];
    catalog_column_name(&line->choice->ask, line->column, name, sizeof name);
    json_begin_object(writer, NULL);
    json_put_string(writer, "name", name);
    json_put_string(writer, "panel", is_price(line) ? "price" : "below");
    json_begin_array(writer, "points");
    for (uint32_t i = 0; i < lines->candle_count; i++) {
        json_begin_array(writer, NULL);
        json_put_int(writer, NULL, lines->times_ns[i] / NS_PER_S);
        json_put_real(writer, NULL, line->values[i]);
        json_end_array(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

int api_get_indicators(const struct api_source *source, const struct query *query,
                       struct json_writer *writer, const char *name)
{
    (void)name;
    uint32_t pair;
    char error[ERROR_MAX];
    const int refused = api_pair_asked(source, query, writer, &pair);
    if (refused)
        return refused;
    if (!(query->given & QUERY_NAMES))
        return api_problem(writer, 400, "names is missing; write it as names=ema:20,rsi:14");
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines)
        return api_problem(writer, 503, "out of memory");
    if (!plan(lines, query, error, sizeof error)) {
        free(lines);
        return api_problem(writer, 400, error);
    }
    work_out(lines, source->history->charts[pair], query->timeframe);
    json_begin_object(writer, NULL);
    json_put_string(writer, "pair", query->pair);
    json_put_string(writer, "timeframe", timeframe_names[query->timeframe]);
    json_begin_array(writer, "lines");
    for (uint32_t i = 0; i < lines->count; i++)
        put_line(writer, lines, &lines->lines[i]);
    json_end_array(writer);
    json_end_object(writer);
    free(lines);
    return 200;
}
