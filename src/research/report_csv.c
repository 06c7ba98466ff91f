/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "research/report.h"

static const char *money(char *text, int64_t value)
{
    decimal_format(text, value, MONEY_DECIMALS);
    return text;
}

static const char *when(char *text, int64_t time_ns)
{
    timestamp_format(text, time_ns, time_ns % NS_PER_S == 0 ? 0 : 9);
    return text;
}

/* Empty where there is no figure. */
static void put_real(FILE *out, double value)
{
    if (isfinite(value)) {
        fprintf(out, ",%.12g", value);
    } else {
        fputc(',', out);
    }
}

void report_trades_csv(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    fputs("number,pair,strategies,opened,closed,quantity,entry_price,exit_price,cost,proceeds,fee,"
          "pnl,return,end,equity\n",
          out);
    for (size_t i = 0; i < account->trade_count; i++) {
        const struct closed_trade *trade = &account->trades[i];
        const struct pair *terms = &report->config->terms[trade->pair];
        char names[512], times[2][TIMESTAMP_TEXT_MAX], texts[6][DECIMAL_TEXT_MAX];
        decimal_format(texts[0], trade->qty_lots, terms->qty_decimals);
        fprintf(out, "%zu,%s,%s,%s,%s,%s,%.12g,%.12g,%s,%s,%s,%s", i + 1, terms->symbol,
                report_strategies(report, trade->strategies, names, sizeof names),
                when(times[0], trade->opened_ns), when(times[1], trade->closed_ns), texts[0],
                trade->entry_price, trade->exit_price, money(texts[1], trade->cost),
                money(texts[2], trade->proceeds), money(texts[3], trade->fee),
                money(texts[4], trade->pnl));
        put_real(out, metrics_ratio((double)trade->pnl, (double)trade->cost));
        fprintf(out, ",%s,%s\n", trade_end_names[trade->end], money(texts[5], trade->equity));
    }
}

void report_fills_csv(const struct run_report *report, FILE *out)
{
    const struct account *account = &report->run->account;
    fputs("time,pair,order,side,price,quantity,fee,way,stop\n", out);
    for (size_t i = 0; account->by_flow && i < account->fill_count; i++) {
        const struct fill_row *row = &account->fills[i];
        const struct pair *terms = &report->config->terms[row->pair];
        char time[TIMESTAMP_TEXT_MAX], texts[3][DECIMAL_TEXT_MAX];
        decimal_format(texts[0], row->price_ticks, terms->price_decimals);
        decimal_format(texts[1], row->qty_lots, terms->qty_decimals);
        fprintf(out, "%s,%s,%" PRIu64 ",%s,%s,%s,%s,%s,%s\n", when(time, row->time_ns),
                terms->symbol, row->order_id, row->side == SIDE_BUY ? "buy" : "sell", texts[0],
                texts[1], money(texts[2], row->fee), fill_way_names[row->way],
                row->stop_hit ? "stop" : "");
    }
}

void report_equity_csv(const struct run_report *report, FILE *out)
{
    const struct backtest *run = report->run;
    fputs("time,equity,buy_and_hold\n", out);
    for (size_t i = 0; i < run->bar_count; i++) {
        char time[TIMESTAMP_TEXT_MAX], texts[2][DECIMAL_TEXT_MAX];
        fprintf(out, "%s,%s,%s\n", when(time, run->times_ns[i]), money(texts[0], run->equity[i]),
                money(texts[1], run->hold[i]));
    }
}

#define TALLY_HEADER                                                                               \
    "trades,won,lost,win_rate,profit,average_win,average_loss,profit_factor,expectancy,best,"      \
    "worst\n"

static void put_tally(FILE *out, const struct trade_tally *tally)
{
    struct trade_metrics m;
    trade_tally_measure(tally, &m);
    fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, tally->count, tally->won, tally->lost);
    put_real(out, m.win_rate);
    put_real(out, (tally->gained - tally->given) / 1e8);
    put_real(out, m.average_win / 1e8);
    put_real(out, m.average_loss / 1e8);
    put_real(out, m.profit_factor);
    put_real(out, m.expectancy / 1e8);
    put_real(out, m.best / 1e8);
    put_real(out, m.worst / 1e8);
    fputc('\n', out);
}

void report_strategies_csv(const struct run_report *report, FILE *out)
{
    const struct engine_config *engine = report->config->engine;
    fputs("strategy,timeframe," TALLY_HEADER, out);
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        const struct strategy_params *params = (const void *)engine->strategies[i].params;
        char name[64];
        fprintf(out, "%s,%s", report_strategies(report, 1u << i, name, sizeof name),
                timeframe_names[params->timeframe]);
        put_tally(out, &report->run->account.by_strategy[i]);
    }
}

void report_pairs_csv(const struct run_report *report, FILE *out)
{
    fputs("pair,venue,origin,candles_of,first,last,candles,flat,gaps," TALLY_HEADER, out);
    for (uint32_t i = 0; i < report->config->engine->pair_count; i++) {
        const struct backtest_pair *pair = &report->run->pairs[i];
        char first[TIMESTAMP_TEXT_MAX] = "", last[TIMESTAMP_TEXT_MAX] = "";
        if (pair->candle_count > 0) {
            when(first, pair->first_ns);
            when(last, pair->last_ns);
        }
        const char *origin = report->origins[i] != NULL ? report->origins[i] : "";
        fprintf(out, "%s,%s,\"%s\",%s,%s,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64,
                report->config->terms[i].symbol, report->venues[i], origin,
                timeframe_names[report->files[i]], first, last, pair->candle_count,
                pair->flat_count, pair->gap_count);
        put_tally(out, &report->run->account.by_pair[i]);
    }
}
