/* SPDX-License-Identifier: MIT */
#include "app/backtest_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

const char *text_percent(char text[CELL], double part)
{
    snprintf(text, CELL, isfinite(part) ? "%+.2f %%" : "-", part * 100);
    return text;
}

const char *text_share(char text[CELL], double part)
{
    snprintf(text, CELL, isfinite(part) ? "%.1f %%" : "-", part * 100);
    return text;
}

const char *text_figure(char text[CELL], double value)
{
    snprintf(text, CELL, isfinite(value) ? "%.2f" : "-", value);
    return text;
}

const char *text_money(char text[CELL], double money)
{
    if (isfinite(money)) {
        /* Cents are enough for a page that is read. */
        sentence_money(text, CELL, (int64_t)round(money / 1e6) * 1000000);
    } else {
        snprintf(text, CELL, "-");
    }
    return text;
}

const char *text_length(char text[CELL], int64_t ns)
{
    if (ns > 0) {
        sentence_duration(text, CELL, ns);
    } else {
        snprintf(text, CELL, "-");
    }
    return text;
}

const char *text_date(char text[CELL], int64_t time_ns)
{
    timestamp_format(text, time_ns, 0);
    text[16] = '\0';
    text[10] = ' ';
    return text;
}

const char *text_pair(const struct run_report *report, uint32_t pair, char text[CELL])
{
    const char *venue = report->venues[pair];
    snprintf(text, CELL, "%.15s%s%s", venue, venue[0] != '\0' ? ":" : "",
             report->config->terms[pair].symbol);
    return text;
}

/* The rows so far. */
struct text_table {
    struct text_row *rows;
    uint32_t count;
};

static struct text_row *add(struct text_table *table, const char *name)
{
    struct text_row *row = &table->rows[table->count++];
    *row = (struct text_row){.name = name};
    return row;
}

typedef const char *put_part(char text[CELL], double value);

static void add_both(struct text_table *table, const char *name, put_part *put, double ours,
                     double held)
{
    struct text_row *row = add(table, name);
    put(row->ours, ours);
    put(row->beside, held);
}

static void add_one(struct text_table *table, const char *name, put_part *put, double value)
{
    put(add(table, name)->ours, value);
}

static const char *regained(const struct curve_metrics *m)
{
    return m->drawdown == 0 ? "-" : m->recovered ? "yes" : "not yet";
}

static void add_curves(const struct run_report *report, struct text_table *table)
{
    const struct backtest *run = report->run;
    const struct curve_metrics *a = &run->ours, *b = &run->held;
    const size_t last = run->bar_count - 1;
    add_both(table, "equity at the end", text_money, (double)run->equity[last],
             (double)run->hold[last]);
    add_both(table, "total return", text_percent, a->total_return, b->total_return);
    add_both(table, "a year (CAGR)", text_percent, a->cagr, b->cagr);
    add_both(table, "volatility a year", text_share, a->volatility, b->volatility);
    add_both(table, "Sharpe ratio", text_figure, a->sharpe, b->sharpe);
    add_both(table, "Sortino ratio", text_figure, a->sortino, b->sortino);
    add_both(table, "Calmar ratio", text_figure, a->calmar, b->calmar);
    add_both(table, "worst drawdown", text_percent, -a->drawdown, -b->drawdown);
    struct text_row *row = add(table, "  from its peak until");
    text_length(row->ours, a->drawdown_ns);
    text_length(row->beside, b->drawdown_ns);
    row = add(table, "  regained");
    snprintf(row->ours, CELL, "%s", regained(a));
    snprintf(row->beside, CELL, "%s", regained(b));
    row = add(table, "longest below a peak");
    text_length(row->ours, a->under_ns);
    text_length(row->beside, b->under_ns);
}

static void add_trades(const struct run_report *report, struct text_table *table)
{
    const struct backtest *run = report->run;
    const struct trade_metrics *m = &run->trades;
    const uint32_t open_count = run->engine->portfolio.open_count;
    snprintf(add(table, "closed trades")->ours, CELL, "%" PRIu64, run->account.all.count);
    if (open_count > 0) {
        snprintf(add(table, "still open")->ours, CELL, "%u", open_count);
    }
    add_one(table, "win rate", text_share, m->win_rate);
    add_one(table, "average win", text_money, m->average_win);
    text_percent(table->rows[table->count - 1].beside, m->average_win_return);
    add_one(table, "average loss", text_money, m->average_loss);
    text_percent(table->rows[table->count - 1].beside, m->average_loss_return);
    add_one(table, "profit factor", text_figure, m->profit_factor);
    add_one(table, "expectancy a trade", text_money, m->expectancy);
    add_both(table, "best, worst trade", text_money, m->best, m->worst);
    text_length(add(table, "held on average")->ours,
                isfinite(m->average_held_s) ? (int64_t)m->average_held_s * NS_PER_S : 0);
    add_one(table, "time in the market", text_share, run->exposure);
    snprintf(add(table, "turnover")->ours, CELL, isfinite(run->turnover) ? "%.1f x equity" : "-",
             run->turnover);
    add_one(table, "fees paid", text_money, (double)run->engine->portfolio.fees);
}

uint32_t text_rows(const struct run_report *report, struct text_row rows[TEXT_ROW_MAX])
{
    struct text_table table = {.rows = rows};
    add_curves(report, &table);
    add(&table, NULL);
    add_trades(report, &table);
    CHECK(table.count <= TEXT_ROW_MAX);
    return table.count;
}

/* A list in a text that is cut, never overrun. */
static void append(char *text, size_t size, size_t *len, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void append(char *text, size_t size, size_t *len, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const int wrote = *len < size ? vsnprintf(text + *len, size - *len, format, values) : 0;
    va_end(values);
    *len += wrote > 0 ? (size_t)wrote : 0;
}

void text_strategies(const struct run_report *report, char *text, size_t size)
{
    const struct engine_config *engine = report->config->engine;
    size_t len = 0;
    char name[64];
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        const struct strategy_params *params = (const void *)engine->strategies[i].params;
        append(text, size, &len, "%s%s %s", i > 0 ? ", " : "",
               report_strategies(report, 1u << i, name, sizeof name),
               timeframe_names[params->timeframe]);
    }
}

void text_verdicts(const struct run_report *report, char *text, size_t size)
{
    const struct account *account = &report->run->account;
    size_t len = 0;
    append(text, size, &len, "%" PRIu64, account->decision_count);
    for (uint32_t i = 1; i < VERDICT_COUNT; i++) {
        if (account->verdicts[i] > 0) {
            append(text, size, &len, ", %s %" PRIu64, report->verdict_word((enum verdict)i),
                   account->verdicts[i]);
        }
    }
}

void text_ends(const struct run_report *report, char *text, size_t size)
{
    const struct account *account = &report->run->account;
    size_t len = 0;
    append(text, size, &len, "%s", account->all.count == 0 ? "nothing: there was no trade" : "");
    for (uint32_t i = 0, any = 0; i < TRADE_END_COUNT; i++) {
        if (account->by_end[i] > 0) {
            append(text, size, &len, "%s%s %" PRIu64, any++ > 0 ? ", " : "", trade_end_names[i],
                   account->by_end[i]);
        }
    }
}

void text_how(const struct run_report *report, char *text, size_t size)
{
    const struct fill_tally *how = &report->run->account.how;
    text[0] = '\0';
    if (report->config->flow != NULL) {
        snprintf(text, size,
                 "%" PRIu64 " taken, %" PRIu64 " by the queue, %" PRIu64 " traded through, %" PRIu64
                 " met by the book; orders in parts %" PRIu64 ", never filled whole %" PRIu64,
                 how->by_way[FILL_TAKEN], how->by_way[FILL_QUEUED], how->by_way[FILL_THROUGH],
                 how->by_way[FILL_MET], how->parted, how->unfinished);
        if (report->books.count > 0) {
            size_t len = strlen(text);
            append(text, size, &len,
                   "; of %" PRIu64 " books %" PRIu64 " failed their checksum, %" PRIu64
                   " lines were no frame",
                   report->books.count + report->books.fault_count, report->books.fault_count,
                   report->books.malformed_count);
        }
    }
}
