/* SPDX-License-Identifier: MIT */
#include "research/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

/* Enough for 200 pairs, 16 strategies and the rest. */
#define JSON_SIZE (512u << 10)

#define UNIT 1e8 /* of money */

static const char *strategy_name(const struct run_report *report, uint32_t index)
{
    return strategy_table[report->config->engine->strategies[index].type]->name;
}

const char *report_strategies(const struct run_report *report, uint32_t mask, char *text,
                              size_t size)
{
    size_t len = 0;
    snprintf(text, size, "-");
    for (uint32_t i = 0; i < report->config->engine->strategy_count; i++) {
        if ((mask >> i & 1) != 0 && len < size) {
            len += (size_t)snprintf(text + len, size - len, "%s%s", len > 0 ? "+" : "",
                                    strategy_name(report, i));
        }
    }
    return text;
}

static size_t tell_spread(const struct matching_config *matching, char *text, size_t size)
{
    const double half = (double)matching->half_spread_ppm / 100,
                 slippage = (double)matching->slippage_ppm / 100;
    if (half + slippage == 0) {
        return (size_t)snprintf(text, size, ", no spread, no slippage");
    }
    return (size_t)snprintf(text, size, " + %g bp for half the spread + %g bp of slippage", half,
                            slippage);
}

/* What is taken to stand ahead of a limit. */
static void tell_queue(const struct run_report *report, char *text, size_t size)
{
    const struct tape *tape = &report->config->flow->queues[0];
    char figure[TIMESTAMP_TEXT_MAX];
    if (tape->queue_ns > 0) {
        duration_format(figure, tape->queue_ns);
        snprintf(text, size, "as much as was traded there in the %s before", figure);
    } else {
        decimal_format(figure, tape->queue_lots, report->config->terms[0].qty_decimals);
        snprintf(text, size, "%s of the base", figure);
    }
}

void report_fills(const struct run_report *report, char *text, size_t size)
{
    const struct matching_config *matching = report->config->matching;
    char spread[96], queue[96];
    tell_spread(matching, spread, sizeof spread);
    switch ((enum fill_model)matching->fills) {
    case FILLS_TRADES:
        tell_queue(report, queue, sizeof queue);
        snprintf(text, size,
                 "by recorded trades: at market the next ones, each up to its size%s; limits "
                 "when traded through, or at their price after the queue ahead, %s; a stop sells "
                 "into the trades after the one that touched it",
                 spread, queue);
        return;
    case FILLS_BOOK:
        snprintf(text, size,
                 "by recorded books and trades, as on paper: at market through the levels, less "
                 "what was taken there; limits when traded through, or at their price after the "
                 "queue that stood ahead; stops by trades");
        return;
    case FILLS_CANDLES:
    case FILLS_SIMPLE:
        snprintf(text, size,
                 "by candles: the next open%s; limits when traded through; a stop "
                 "before a target",
                 spread);
        return;
    }
}

void report_fees(const struct run_report *report, char *text, size_t size)
{
    const struct fee_rates *fees = &report->config->matching->fees;
    snprintf(text, size, "%g %% maker, %g %% taker, on every fill", (double)fees->maker_ppm / 1e4,
             (double)fees->taker_ppm / 1e4);
}

enum report_sample report_sample(const struct run_report *report)
{
    const struct report_model *model = &report->model;
    if (model->from_ns == 0 || model->until_ns == 0) {
        return SAMPLE_UNKNOWN;
    }
    return model->from_ns < report->run->end_ns && report->run->start_ns < model->until_ns
               ? SAMPLE_SEEN
               : SAMPLE_UNSEEN;
}

void report_asked(const struct run_report *report, char *text, size_t size)
{
    const struct report_model *model = &report->model;
    static const char *const samples[] = {
        [SAMPLE_SEEN] = ("IN SAMPLE: it has seen how some of these trades end, so this result "
                         "says nothing of the future"),
        [SAMPLE_UNSEEN] = "this span it has not seen",
        [SAMPLE_UNKNOWN] = "it does not say from which candles it learned: it may have seen these",
    };
    char from[TIMESTAMP_TEXT_MAX] = "", until[TIMESTAMP_TEXT_MAX] = "";
    if (model->hash == NULL) {
        snprintf(text, size, "%s", "");
        return;
    }
    const enum report_sample sample = report_sample(report);
    if (sample != SAMPLE_UNKNOWN) {
        timestamp_format(from, model->from_ns, 0);
        timestamp_format(until, model->until_ns, 0);
    }
    snprintf(text, size, "%.12s, live for %u of %u strategies%s%.10s%s%.10s; %s", model->hash,
             model->live, model->strategies, sample != SAMPLE_UNKNOWN ? ", trained on " : "", from,
             sample != SAMPLE_UNKNOWN ? " to " : "", until, samples[sample]);
}

static void put_model(const struct run_report *report, struct json_writer *json)
{
    const struct report_model *model = &report->model;
    if (model->hash == NULL) {
        json_put_null(json, "model");
        return;
    }
    json_begin_object(json, "model");
    json_put_string(json, "model", model->hash);
    json_put_uint(json, "strategies", model->strategies);
    json_put_uint(json, "live", model->live);
    json_put_time_or_null(json, "trained_from", model->from_ns, 0);
    json_put_time_or_null(json, "trained_until", model->until_ns, 0);
    if (report_sample(report) == SAMPLE_UNKNOWN) {
        json_put_null(json, "in_sample");
    } else {
        json_put_bool(json, "in_sample", report_sample(report) == SAMPLE_SEEN);
    }
    json_end_object(json);
}

static void put_money(struct json_writer *json, const char *key, double money)
{
    json_put_real(json, key, round(money) / UNIT);
}

static void put_curve(struct json_writer *json, const struct curve_metrics *m, int64_t money)
{
    json_put_decimal(json, "equity", money, MONEY_DECIMALS);
    json_put_real(json, "total_return", m->total_return);
    json_put_real(json, "cagr", m->cagr);
    json_put_real(json, "volatility", m->volatility);
    json_put_real(json, "sharpe", m->sharpe);
    json_put_real(json, "sortino", m->sortino);
    json_put_real(json, "calmar", m->calmar);
    json_put_real(json, "drawdown_max", m->drawdown);
    json_put_int(json, "drawdown_max_seconds", m->drawdown_ns / NS_PER_S);
    if (m->drawdown > 0) {
        json_put_time(json, "drawdown_max_from", m->drawdown_from_ns, 0);
        json_put_time(json, "drawdown_max_low", m->drawdown_low_ns, 0);
    }
    json_put_bool(json, "drawdown_max_recovered", m->recovered);
    json_put_int(json, "drawdown_longest_seconds", m->under_ns / NS_PER_S);
}

static void put_tally(struct json_writer *json, const struct trade_tally *tally)
{
    struct trade_metrics m;
    trade_tally_measure(tally, &m);
    json_put_uint(json, "closed_trades", tally->count);
    json_put_uint(json, "won", tally->won);
    json_put_uint(json, "lost", tally->lost);
    json_put_real(json, "win_rate", m.win_rate);
    put_money(json, "profit", tally->gained - tally->given);
    put_money(json, "average_win", m.average_win);
    put_money(json, "average_loss", m.average_loss);
    json_put_real(json, "average_win_return", m.average_win_return);
    json_put_real(json, "average_loss_return", m.average_loss_return);
    json_put_real(json, "profit_factor", m.profit_factor);
    put_money(json, "expectancy", m.expectancy);
    put_money(json, "best_trade", m.best);
    put_money(json, "worst_trade", m.worst);
    json_put_real(json, "average_held_seconds", m.average_held_s);
}

static const char *const fill_model_names[] = {
    [FILLS_BOOK] = "book",
    [FILLS_CANDLES] = "candles",
    [FILLS_SIMPLE] = "simple",
    [FILLS_TRADES] = "trades",
};

static void put_fills(const struct run_report *report, struct json_writer *json)
{
    const struct matching_config *matching = report->config->matching;
    const struct fill_tally *how = &report->run->account.how;
    char text[512];
    json_begin_object(json, "fills");
    json_put_string(json, "model", fill_model_names[matching->fills]);
    report_fills(report, text, sizeof text);
    json_put_string(json, "sentence", text);
    json_put_real(json, "half_spread", (double)matching->half_spread_ppm / 1e6);
    json_put_real(json, "slippage", (double)matching->slippage_ppm / 1e6);
    json_put_real(json, "maker_fee", (double)matching->fees.maker_ppm / 1e6);
    json_put_real(json, "taker_fee", (double)matching->fees.taker_ppm / 1e6);
    for (uint32_t i = 0; report->config->flow != NULL && i < FILL_WAY_COUNT; i++) {
        json_put_uint(json, fill_way_names[i], how->by_way[i]);
    }
    if (report->config->flow != NULL) {
        json_put_uint(json, "orders_in_parts", how->parted);
        json_put_uint(json, "orders_unfinished", how->unfinished);
    }
    if (report->books.count > 0) {
        json_put_uint(json, "books", report->books.count);
        json_put_uint(json, "book_faults", report->books.fault_count);
        json_put_uint(json, "malformed_lines", report->books.malformed_count);
    }
    json_end_object(json);
}

static void put_account(const struct run_report *report, struct json_writer *json)
{
    const struct backtest *run = report->run;
    put_tally(json, &run->account.all);
    json_put_uint(json, "open_positions", run->engine->portfolio.open_count);
    json_put_uint(json, "fills_count", run->account.fill_count);
    json_put_uint(json, "orders", run->account.order_count);
    json_put_uint(json, "orders_refused", run->account.reject_count);
    json_put_uint(json, "votes", run->account.signal_count);
    json_put_uint(json, "decisions", run->account.decision_count);
    json_put_decimal(json, "fees", run->engine->portfolio.fees, MONEY_DECIMALS);
    json_put_real(json, "exposure", run->exposure);
    json_put_real(json, "turnover", run->turnover);
    json_begin_object(json, "ends");
    for (uint32_t i = 0; i < TRADE_END_COUNT; i++) {
        json_put_uint(json, trade_end_names[i], run->account.by_end[i]);
    }
    json_end_object(json);
    json_begin_object(json, "verdicts");
    for (uint32_t i = 1; i < VERDICT_COUNT; i++) {
        if (run->account.verdicts[i] > 0) {
            json_put_uint(json, report->verdict_word((enum verdict)i), run->account.verdicts[i]);
        }
    }
    json_end_object(json);
    json_put_uint(json, "loss_limit_days", run->account.loss_limit_count);
    json_put_uint(json, "crashes", run->account.crash_count);
    if (run->account.halted_ns != 0) {
        json_put_time(json, "drawdown_guard", run->account.halted_ns, 0);
    }
}

static void put_tables(const struct run_report *report, struct json_writer *json)
{
    const struct backtest *run = report->run;
    const struct engine_config *engine = report->config->engine;
    json_begin_array(json, "by_strategy");
    for (uint32_t i = 0; i < engine->strategy_count; i++) {
        const struct strategy_params *params = (const void *)engine->strategies[i].params;
        json_begin_object(json, NULL);
        json_put_string(json, "strategy", strategy_name(report, i));
        json_put_string(json, "timeframe", timeframe_names[params->timeframe]);
        put_tally(json, &run->account.by_strategy[i]);
        json_end_object(json);
    }
    json_end_array(json);
    json_begin_array(json, "by_pair");
    for (uint32_t i = 0; i < engine->pair_count; i++) {
        const struct backtest_pair *pair = &run->pairs[i];
        json_begin_object(json, NULL);
        json_put_string(json, "pair", report->config->terms[i].symbol);
        json_put_string(json, "venue", report->venues[i]);
        if (report->origins[i] != NULL) {
            json_put_string(json, "origin", report->origins[i]);
        } else {
            json_put_null(json, "origin");
        }
        json_put_string(json, "candles_of", timeframe_names[report->files[i]]);
        json_put_uint(json, "candles", pair->candle_count);
        json_put_uint(json, "flat", pair->flat_count);
        json_put_uint(json, "gaps", pair->gap_count);
        json_put_uint(json, "warmed", pair->warmed);
        if (report->tapes[i].count > 0) {
            json_put_uint(json, "trades", report->tapes[i].count);
            json_put_int(json, "trades_silence_seconds", report->tapes[i].silence_ns / NS_PER_S);
            json_put_bool(json, "trades_sided", report->tapes[i].sided);
        }
        if (pair->candle_count > 0) {
            json_put_time(json, "first", pair->first_ns, 0);
            json_put_time(json, "last", pair->last_ns, 0);
        }
        put_tally(json, &run->account.by_pair[i]);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_report(const struct run_report *report, struct json_writer *json)
{
    const struct backtest *run = report->run;
    const size_t last = run->bar_count - 1;
    json_begin_object(json, NULL);
    json_put_string(json, "name", report->name);
    json_put_string(json, "version", report->version);
    json_put_time(json, "start", run->start_ns, 0);
    json_put_time(json, "end", run->end_ns, 0);
    json_put_string(json, "timeframe", timeframe_names[report->decided]);
    json_put_string(json, "filled_on", timeframe_names[report->config->engine->base]);
    json_put_uint(json, "bars", run->bar_count);
    json_put_string(json, "currency", report->currency);
    json_put_decimal(json, "capital", report->config->engine->capital, MONEY_DECIMALS);
    put_fills(report, json);
    put_model(report, json);
    put_curve(json, &run->ours, run->equity[last]);
    put_account(report, json);
    json_begin_object(json, "buy_and_hold");
    put_curve(json, &run->held, run->hold[last]);
    json_end_object(json);
    put_tables(report, json);
    json_put_real(json, "seconds", report->seconds);
    json_end_object(json);
}

char *report_json(const struct run_report *report)
{
    char *text = malloc(JSON_SIZE);
    if (text == NULL) {
        return NULL;
    }
    struct json_writer json;
    json_writer_init(&json, text, JSON_SIZE);
    put_report(report, &json);
    CHECK(json_writer_ok(&json));
    return text;
}
