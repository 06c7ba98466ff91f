/* SPDX-License-Identifier: MIT */
/* A backtest for a terminal: figures in columns, and the curves as a line of bars. */
#include <inttypes.h>
#include <stdio.h>

#include "app/backtest.h"
#include "app/backtest_text.h"
#include "core/base/timestamp.h"

#define SPARK_WIDTH 64
#define PAIRS_SHOWN 24

static void print_head(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    const enum timeframe base = (enum timeframe)report->config->engine->base;
    char from[CELL], until[CELL], length[CELL], text[1024];
    fprintf(out, "%s to %s: %s, %zu bars of %s", text_date(from, run->start_ns),
            text_date(until, run->end_ns), text_length(length, run->end_ns - run->start_ns),
            run->bar_count, timeframe_names[base]);
    if (report->decided != base) {
        fprintf(out, " inside candles of %s", timeframe_names[report->decided]);
    }
    text_strategies(report, text, sizeof text);
    fprintf(out, "\nstrategies: %s\n", text);
    report_fills(report, text, sizeof text);
    fprintf(out, "fills %s\n", text);
    report_fees(report, text, sizeof text);
    fprintf(out, "fees: %s\n", text);
    report_asked(report, text, sizeof text);
    if (text[0] != '\0') {
        fprintf(out, "model: %s\n", text);
    }
    if (run->stopped) {
        fputs("stopped before its end\n", out);
    }
}

static void print_figures(const struct run_report *report, FILE *out)
{
    struct text_row rows[TEXT_ROW_MAX];
    const uint32_t count = text_rows(report, rows);
    char head[CELL];
    snprintf(head, sizeof head, "in %s", report->currency);
    fprintf(out, "  %-22s %18s  %18s\n", head, "this", "buy and hold");
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].name == NULL) {
            fputc('\n', out);
        } else if (rows[i].beside[0] == '\0') {
            fprintf(out, "  %-22s %18s\n", rows[i].name, rows[i].ours);
        } else {
            fprintf(out, "  %-22s %18s  %18s\n", rows[i].name, rows[i].ours, rows[i].beside);
        }
    }
}

/* One line of bars from the lowest to the highest of both curves. */
static void print_spark(FILE *out, const char *what, const int64_t *values, size_t count,
                        int64_t low, int64_t high)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const size_t width = count < SPARK_WIDTH ? count : SPARK_WIDTH;
    fprintf(out, "  %-8s ", what);
    for (size_t i = 0; i < width; i++) {
        const int64_t value = values[width == 1 ? 0 : i * (count - 1) / (width - 1)];
        const double place = high > low ? (double)(value - low) / (double)(high - low) : 0.5;
        fputs(bars[(int)(place * 7.999)], out);
    }
    fputc('\n', out);
}

static void print_sparks(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    int64_t low = INT64_MAX, high = INT64_MIN;
    char x[CELL], y[CELL];
    for (size_t i = 0; i < run->bar_count; i++) {
        const int64_t a = run->equity[i], b = run->hold[i];
        low = a < low ? a : low, high = a > high ? a : high;
        low = b < low ? b : low, high = b > high ? b : high;
    }
    print_spark(out, "this", run->equity, run->bar_count, low, high);
    print_spark(out, "held", run->hold, run->bar_count, low, high);
    fprintf(out, "  %-8s from %s to %s %s\n", "", text_money(x, (double)low),
            text_money(y, (double)high), report->currency);
}

static void print_tally(FILE *out, const char *name, const struct trade_tally *tally,
                        const char *behind)
{
    struct trade_metrics m;
    char a[CELL], b[CELL], c[CELL], d[CELL];
    trade_tally_measure(tally, &m);
    fprintf(out, "  %-24s %7" PRIu64 "  %8s  %14s  %12s  %7s%s%s\n", name, tally->count,
            text_share(a, m.win_rate), text_money(b, tally->gained - tally->given),
            text_money(c, m.expectancy), text_figure(d, m.profit_factor),
            behind[0] != '\0' ? "  " : "", behind);
}

static void print_tables(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    const struct engine_config *engine = report->config->engine;
    static const char header[] = "  %-24s %7s  %8s  %14s  %12s  %7s%s\n";
    char name[CELL], behind[128];
    fprintf(out, header, "strategy", "trades", "won", "profit", "a trade", "factor", "");
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        print_tally(out, report_strategies(report, 1u << i, name, sizeof name),
                    &account->by_strategy[i], "");
    }
    fputc('\n', out);
    fprintf(out, header, "pair", "trades", "won", "profit", "a trade", "factor", "  candles");
    for (uint32_t i = 0; i < engine->pair_count && i < PAIRS_SHOWN; i++) {
        const struct backtest_pair *pair = &report->run->pairs[i];
        snprintf(behind, sizeof behind, "%" PRIu64 " of %s, %" PRIu64 " flat, %" PRIu64 " gaps",
                 pair->candle_count, timeframe_names[report->files[i]], pair->flat_count,
                 pair->gap_count);
        print_tally(out, text_pair(report, i, name), &account->by_pair[i], behind);
    }
    if (engine->pair_count > PAIRS_SHOWN) {
        fprintf(out, "  and %u more pairs: pairs.csv has them\n", engine->pair_count - PAIRS_SHOWN);
    }
    for (uint32_t i = 0; i < engine->pair_count; i++) {
        if (report->origins[i] != NULL) {
            fprintf(out, "  %s: the candles are of %s\n", text_pair(report, i, name),
                    report->origins[i]);
        }
    }
}

/* Why so few trades, or so many: what became of each decision; and what stopped them all. */
static void print_decisions(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    char text[1024], date[CELL];
    text_how(report, text, sizeof text);
    if (text[0] != '\0') {
        fprintf(out, "  fills: %s\n", text);
    }
    text_ends(report, text, sizeof text);
    fprintf(out, "  ended by: %s\n", text);
    text_verdicts(report, text, sizeof text);
    fprintf(out, "  decisions: %s\n", text);
    if (account->loss_limit_count > 0) {
        fprintf(out, "  days whose loss limit stopped entries: %" PRIu64 "\n",
                account->loss_limit_count);
    }
    if (account->halted_ns != 0) {
        fprintf(out,
                "  risk.max_drawdown paused trading at %s; in a backtest nobody resumes it\n"
                "  (--set risk.max_drawdown=0 goes on)\n",
                text_date(date, account->halted_ns));
    }
}

void backtest_summary(const struct run_report *report, FILE *out)
{
    print_head(report, out);
    fputc('\n', out);
    print_figures(report, out);
    fputc('\n', out);
    print_sparks(report, out);
    fputc('\n', out);
    print_tables(report, out);
    fputc('\n', out);
    print_decisions(report, out);
}
