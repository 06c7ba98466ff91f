/* SPDX-License-Identifier: MIT */
/* Trades from a table: trades.csv of a backtest, or another with its columns. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/analyse.h"
#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "core/decision/regime.h"
#include "operator/sentence/sentence_table.h"

#define LINE_MAX 8192
#define COLUMN_MAX 64

enum column {
    PAIR,
    STRATEGIES,
    OPENED,
    CLOSED,
    COST,
    PNL,
    RETURN,
    SIDE,
    REGIME,
    VOLATILITY,
    PROBABILITY,
    COLUMN_COUNT,
};

static const char *const column_names[COLUMN_COUNT] = {
    "pair",   "strategies", "opened", "closed",     "cost",        "pnl",
    "return", "side",       "regime", "volatility", "probability",
};

struct text {
    const char *at;
    size_t len;
};

struct table {
    const char *path;
    uint64_t line;
    int place[COLUMN_COUNT]; /* -1: it is not there */
    struct text cells[COLUMN_MAX];
    int cell_count;
    struct analyse_book *book;
    char *error;
    size_t error_size;
};

static int refuse(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int refuse(struct table *table, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(table->error, table->error_size, "%s:%llu: %s", table->path,
             (unsigned long long)table->line, text);
    return -EINVAL;
}

/* Cuts the line at its commas; a name in quotes may hold one. */
static void cut(struct table *table, const char *line)
{
    table->cell_count = 0;
    for (const char *at = line; table->cell_count < COLUMN_MAX;) {
        const bool quoted = *at == '"';
        const char *begin = at + quoted;
        const size_t len = strcspn(begin, quoted ? "\"\r\n" : ",\r\n");
        table->cells[table->cell_count++] = (struct text){begin, len};
        at = begin + len;
        at += strcspn(at, ",\r\n");
        if (*at != ',') {
            return;
        }
        at++;
    }
}

static bool is(struct text cell, const char *word)
{
    return strlen(word) == cell.len && memcmp(cell.at, word, cell.len) == 0;
}

static int read_header(struct table *table, const char *line)
{
    cut(table, line);
    for (int column = 0; column < COLUMN_COUNT; column++) {
        table->place[column] = -1;
        for (int i = 0; i < table->cell_count; i++) {
            if (is(table->cells[i], column_names[column])) {
                table->place[column] = i;
            }
        }
    }
    for (int column = OPENED; column <= CLOSED; column++) {
        if (table->place[column] < 0) {
            return refuse(table,
                          "no column \"%s\": a table as `cuttle backtest` writes it, trades.csv, "
                          "has one",
                          column_names[column]);
        }
    }
    if (table->place[RETURN] < 0 && (table->place[PNL] < 0 || table->place[COST] < 0)) {
        return refuse(table, "neither a column \"return\" nor both \"pnl\" and \"cost\"");
    }
    return 0;
}

/* Empty where there is none. */
static struct text cell(const struct table *table, enum column column)
{
    const int at = table->place[column];
    return at >= 0 && at < table->cell_count ? table->cells[at] : (struct text){"", 0};
}

/* NAN where nothing is written, and where "nan" is. */
static int take_real(struct table *table, enum column column, double *ret)
{
    const struct text from = cell(table, column);
    char copy[64], *end = NULL;
    *ret = NAN;
    if (from.len == 0) {
        return 0;
    }
    snprintf(copy, sizeof copy, "%.*s", (int)from.len, from.at);
    *ret = strtod(copy, &end);
    return end != copy && *end == '\0' && from.len < sizeof copy
               ? 0
               : refuse(table, "%s: \"%.60s\" is no number", column_names[column], copy);
}

static int take_money(struct table *table, enum column column, int64_t *ret)
{
    const struct text from = cell(table, column);
    *ret = 0;
    return from.len == 0 ||
                   decimal_parse_rounded(from.at, from.len, MONEY_DECIMALS, ROUND_NEAREST, ret)
               ? 0
               : refuse(table, "%s: \"%.*s\" is no amount of money", column_names[column],
                        (int)(from.len < 60 ? from.len : 60), from.at);
}

static int take_time(struct table *table, enum column column, int64_t *ret)
{
    const struct text from = cell(table, column);
    return timestamp_parse(from.at, from.len, ret)
               ? 0
               : refuse(table, "%s: \"%.*s\" is no time; write 2024-08-01T12:30:00Z",
                        column_names[column], (int)(from.len < 60 ? from.len : 60), from.at);
}

static uint32_t take_word(struct text from, const struct sentence_row *(*row_of)(uint32_t))
{
    const struct sentence_row *row;
    for (uint32_t i = 0; (row = row_of(i)) != NULL; i++) {
        if (is(from, row->word)) {
            return i;
        }
    }
    return 0;
}

/* "trend+dca"; "-" is none that is known. */
static uint64_t take_strategies(struct table *table)
{
    const struct text from = cell(table, STRATEGIES);
    uint64_t mask = 0;
    if (is(from, "-")) {
        return 0;
    }
    for (size_t at = 0; at < from.len;) {
        size_t len = 0;
        while (at + len < from.len && from.at[at + len] != '+') {
            len++;
        }
        mask |= len > 0 ? analyse_book_strategy(table->book, from.at + at, len) : 0;
        at += len + 1;
    }
    return mask;
}

static int take_pair(struct table *table, struct analyse_trade *trade)
{
    const struct text from = cell(table, PAIR);
    trade->pair = from.len > 0 ? analyse_book_pair(table->book, from.at, from.len)
                               : analyse_book_pair(table->book, "?", 1);
    return trade->pair < ANALYSE_PAIR_MAX
               ? 0
               : refuse(table, "\"%.*s\" is no pair's name, or there are more than %d of them",
                        (int)(from.len < 60 ? from.len : 60), from.at, ANALYSE_PAIR_MAX);
}

static int take_row(struct table *table, const struct analyse_span *span)
{
    struct analyse_trade trade = {0};
    int code = take_time(table, OPENED, &trade.opened_ns);
    code = code != 0 ? code : take_time(table, CLOSED, &trade.closed_ns);
    if (code != 0 || trade.opened_ns < span->from_ns || trade.opened_ns >= span->to_ns) {
        return code;
    }
    code = code != 0 ? code : take_pair(table, &trade);
    code = code != 0 ? code : take_money(table, COST, &trade.cost);
    code = code != 0 ? code : take_money(table, PNL, &trade.pnl);
    code = code != 0 ? code : take_real(table, RETURN, &trade.earned);
    code = code != 0 ? code : take_real(table, PROBABILITY, &trade.probability);
    if (code != 0) {
        return code;
    }
    if (table->place[RETURN] < 0) {
        trade.earned = trade.cost > 0 ? (double)trade.pnl / (double)trade.cost : NAN;
    }
    if (table->place[PNL] < 0 && isfinite(trade.earned)) { /* of one unit of money */
        trade.cost = INT64_C(100000000);
        trade.pnl = llround(fmax(fmin(trade.earned, 1e6), -1e6) * 1e8);
    }
    trade.strategies = take_strategies(table);
    trade.is_short = is(cell(table, SIDE), "short");
    trade.regime = take_word(cell(table, REGIME), sentence_way_row);
    trade.volatility = take_word(cell(table, VOLATILITY), sentence_volatility_row);
    return analyse_book_add(table->book, &trade) ? 0 : -ENOMEM;
}

static int read_lines(struct table *table, FILE *in, const struct analyse_span *span)
{
    char line[LINE_MAX];
    while (fgets(line, sizeof line, in) != NULL) {
        table->line++;
        if (strlen(line) == sizeof line - 1) {
            return refuse(table, "a line of more than %d letters", LINE_MAX - 2);
        }
        if (line[strspn(line, " \t\r\n")] == '\0') {
            continue;
        }
        if (table->line > 1) {
            cut(table, line);
        }
        const int code = table->line == 1 ? read_header(table, line) : take_row(table, span);
        if (code != 0) {
            return code;
        }
    }
    table->line = table->line > 0 ? table->line : 1;
    return ferror(in) ? refuse(table, "%s", strerror(errno))
           : table->line == 1 && table->cell_count == 0
               ? refuse(table, "an empty file: a table has a header at least")
               : 0;
}

int analyse_read_csv(struct analyse_book *book, const char *path, const struct analyse_span *span,
                     char *error, size_t error_size)
{
    struct table *table = calloc(1, sizeof *table);
    FILE *in = fopen(path, "re");
    int code = -ENOMEM;
    if (in == NULL) {
        code = -errno;
        snprintf(error, error_size, "%s: %s; a backtest writes trades.csv into its report's folder",
                 path, strerror(errno));
    } else if (table == NULL) {
        snprintf(error, error_size, "out of memory");
    } else {
        table->path = path;
        table->book = book;
        table->error = error;
        table->error_size = error_size;
        code = read_lines(table, in, span);
        if (code == -ENOMEM) {
            snprintf(error, error_size, "out of memory");
        }
    }
    if (in != NULL) {
        fclose(in);
    }
    free(table);
    return code;
}
