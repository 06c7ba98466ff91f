/* SPDX-License-Identifier: MIT */
/* A backtest for a terminal: figures in columns, and the curves as a line of bars. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/backtest.h"
#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"

#define CELL 32
#define SPARK_WIDTH 64
#define PAIRS_SHOWN 24

/* Texts of figures; "-" where there is none. */
static const char *percent(char text[CELL], double part)
{
    snprintf(text, CELL, isfinite(part) ? "%+.2f %%" : "-", part * 100);
    return text;
}

static const char *share(char text[CELL], double part)
{
    snprintf(text, CELL, isfinite(part) ? "%.1f %%" : "-", part * 100);
    return text;
}

static const char *figure(char text[CELL], double value)
{
    snprintf(text, CELL, isfinite(value) ? "%.2f" : "-", value);
    return text;
}

static const char *money(char text[CELL], double value)
{
    if (isfinite(value)) {
        /* Cents are enough for a page that is read. */
        sentence_money(text, CELL, (int64_t)round(value / 1e6) * 1000000);
    } else {
        snprintf(text, CELL, "-");
    }
    return text;
}

static const char *length_of(char text[CELL], int64_t ns)
{
    if (ns > 0) {
        sentence_duration(text, CELL, ns);
    } else {
        snprintf(text, CELL, "-");
    }
    return text;
}

static const char *date(char text[TIMESTAMP_TEXT_MAX], int64_t time_ns)
{
    timestamp_format(text, time_ns, 0);
    text[16] = '\0';
    text[10] = ' ';
    return text;
}

static void row(FILE *out, const char *what, const char *ours, const char *held)
{
    fprintf(out, "  %-22s %18s  %18s\n", what, ours, held);
}

static void print_head(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    const struct engine_config *engine = report->config->engine;
    char from[TIMESTAMP_TEXT_MAX], until[TIMESTAMP_TEXT_MAX], length[CELL], text[256];
    fprintf(out, "%s to %s: %s, %zu bars of %s", date(from, run->start_ns),
            date(until, run->end_ns), length_of(length, run->end_ns - run->start_ns),
            run->bar_count, timeframe_names[engine->base]);
    if (report->decided != (enum timeframe)engine->base) {
        fprintf(out, " inside candles of %s", timeframe_names[report->decided]);
    }
    fputs("\nstrategies:", out);
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        const struct strategy_params *params = (const void *)engine->strategies[i].params;
        fprintf(out, " %s %s%s", report_strategies(report, 1u << i, text, sizeof text),
                timeframe_names[params->timeframe], i + 1 < engine->strategy_count ? "," : "");
    }
    report_fills(report, text, sizeof text);
    fprintf(out, "\nfills %s\n", text);
    report_fees(report, text, sizeof text);
    fprintf(out, "fees: %s\n", text);
    if (run->stopped) {
        fputs("stopped before its end\n", out);
    }
}

static void print_curves(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    const struct curve_metrics *a = &run->ours, *b = &run->held;
    const size_t last = run->bar_count - 1;
    char x[CELL], y[CELL];
    row(out, "", "this", "buy and hold");
    fprintf(out, "  %-22s %18s  %18s  %s\n", "equity at the end",
            money(x, (double)run->equity[last]), money(y, (double)run->hold[last]),
            report->currency);
    row(out, "total return", percent(x, a->total_return), percent(y, b->total_return));
    row(out, "a year (CAGR)", percent(x, a->cagr), percent(y, b->cagr));
    row(out, "volatility a year", share(x, a->volatility), share(y, b->volatility));
    row(out, "Sharpe ratio", figure(x, a->sharpe), figure(y, b->sharpe));
    row(out, "Sortino ratio", figure(x, a->sortino), figure(y, b->sortino));
    row(out, "Calmar ratio", figure(x, a->calmar), figure(y, b->calmar));
    row(out, "worst drawdown", percent(x, -a->drawdown), percent(y, -b->drawdown));
    row(out, "  from its peak until", length_of(x, a->drawdown_ns), length_of(y, b->drawdown_ns));
    row(out, "  regained",
        a->drawdown == 0 ? "-"
        : a->recovered   ? "yes"
                         : "not yet",
        b->drawdown == 0 ? "-"
        : b->recovered   ? "yes"
                         : "not yet");
    row(out, "longest below a peak", length_of(x, a->under_ns), length_of(y, b->under_ns));
}

static void print_trades(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    const struct account *account = &run->account;
    const struct trade_metrics *m = &run->trades;
    char x[CELL], y[CELL];
    snprintf(x, sizeof x, "%" PRIu64, account->all.count);
    row(out, "closed trades", x, "");
    if (run->engine->portfolio.open_count > 0) {
        snprintf(x, sizeof x, "%u", run->engine->portfolio.open_count);
        row(out, "still open", x, "");
    }
    row(out, "win rate", share(x, m->win_rate), "");
    row(out, "average win", money(x, m->average_win), percent(y, m->average_win_return));
    row(out, "average loss", money(x, m->average_loss), percent(y, m->average_loss_return));
    row(out, "profit factor", figure(x, m->profit_factor), "");
    row(out, "expectancy a trade", money(x, m->expectancy), "");
    row(out, "best, worst trade", money(x, m->best), money(y, m->worst));
    row(out, "held on average",
        length_of(x, isfinite(m->average_held_s) ? (int64_t)m->average_held_s * NS_PER_S : 0), "");
    row(out, "time in the market", share(x, run->exposure), "");
    snprintf(x, sizeof x, isfinite(run->turnover) ? "%.1f x equity" : "-", run->turnover);
    row(out, "turnover", x, "");
    row(out, "fees paid", money(x, (double)run->engine->portfolio.fees), "");
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
    fprintf(out, "  %-8s from %s to %s %s\n", "", money(x, (double)low), money(y, (double)high),
            report->currency);
}

static void print_tally(FILE *out, const char *name, const struct trade_tally *tally,
                        const char *behind)
{
    struct trade_metrics m;
    char a[CELL], b[CELL], c[CELL], d[CELL];
    trade_tally_measure(tally, &m);
    fprintf(out, "  %-24s %7" PRIu64 "  %8s  %14s  %12s  %7s  %s\n", name, tally->count,
            share(a, m.win_rate), money(b, tally->gained - tally->given), money(c, m.expectancy),
            figure(d, m.profit_factor), behind);
}

static void print_tables(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    const struct engine_config *engine = report->config->engine;
    static const char header[] = "  %-24s %7s  %8s  %14s  %12s  %7s  %s\n";
    char name[512], behind[128];
    fprintf(out, header, "strategy", "trades", "won", "profit", "a trade", "factor", "");
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        print_tally(out, report_strategies(report, 1u << i, name, sizeof name),
                    &account->by_strategy[i], "");
    }
    fputc('\n', out);
    fprintf(out, header, "pair", "trades", "won", "profit", "a trade", "factor", "candles");
    for (uint32_t i = 0; i < engine->pair_count && i < PAIRS_SHOWN; i++) {
        const struct backtest_pair *pair = &report->run->pairs[i];
        snprintf(name, sizeof name, "%s%s%s", report->venues[i],
                 report->venues[i][0] != '\0' ? ":" : "", report->config->terms[i].symbol);
        snprintf(behind, sizeof behind, "%" PRIu64 " of %s, %" PRIu64 " flat, %" PRIu64 " gaps",
                 pair->candle_count, timeframe_names[report->files[i]], pair->flat_count,
                 pair->gap_count);
        print_tally(out, name, &account->by_pair[i], behind);
    }
    if (engine->pair_count > PAIRS_SHOWN) {
        fprintf(out, "  and %u more pairs: pairs.csv has them\n", engine->pair_count - PAIRS_SHOWN);
    }
    fputs("\n  ended by: ", out);
    for (uint32_t i = 0, any = 0; i < TRADE_END_COUNT; i++) {
        if (account->by_end[i] > 0) {
            fprintf(out, "%s%s %" PRIu64, any++ > 0 ? ", " : "", trade_end_names[i],
                    account->by_end[i]);
        }
    }
    fputs(account->all.count == 0 ? "nothing: there was no trade\n" : "\n", out);
}

/* Why so few trades, or so many: what became of each decision; and what stopped them all. */
static void print_decisions(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    char text[TIMESTAMP_TEXT_MAX];
    fprintf(out, "  decisions: %" PRIu64, account->decision_count);
    for (uint32_t i = 1; i < VERDICT_COUNT; i++) {
        if (account->verdicts[i] > 0) {
            fprintf(out, ", %s %" PRIu64, sentence_verdict_word((enum verdict)i),
                    account->verdicts[i]);
        }
    }
    fputc('\n', out);
    if (account->loss_limit_count > 0) {
        fprintf(out, "  days whose loss limit stopped entries: %" PRIu64 "\n",
                account->loss_limit_count);
    }
    if (account->halted_ns != 0) {
        fprintf(out,
                "  risk.max_drawdown paused trading at %s; in a backtest nobody resumes it\n"
                "  (--set risk.max_drawdown=0 goes on)\n",
                date(text, account->halted_ns));
    }
}

void backtest_summary(const struct run_report *report, FILE *out)
{
    print_head(report, out);
    fputc('\n', out);
    print_curves(report, out);
    fputc('\n', out);
    print_trades(report, out);
    fputc('\n', out);
    print_sparks(report, out);
    fputc('\n', out);
    print_tables(report, out);
    print_decisions(report, out);
}
