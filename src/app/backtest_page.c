/* SPDX-License-Identifier: MIT */
/* A backtest as the dashboard shows it: one JSON text, bounded whatever the run was. */
#include <stdlib.h>
#include <string.h>

#include "app/backtest.h"
#include "app/backtest_chart.h"
#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

/* A point has about 110 bytes, a trade 400; the summary is what report_json makes. */
#define PAGE_ROOM (512u << 10)

static bool put_curve(const struct run_report *report, struct json_writer *json)
{
    struct chart_point *points = malloc(PAGE_POINT_MAX * sizeof *points);
    if (points == NULL) {
        return false;
    }
    const size_t count = chart_sample(report, points, PAGE_POINT_MAX);
    json_begin_array(json, "curve");
    for (size_t i = 0; i < count; i++) {
        json_begin_object(json, NULL);
        json_put_time(json, "time", points[i].time_ns, 0);
        json_put_decimal_string(json, "equity", points[i].ours, MONEY_DECIMALS);
        json_put_decimal_string(json, "buy_and_hold", points[i].held, MONEY_DECIMALS);
        json_put_real(json, "drawdown", points[i].fall);
        json_end_object(json);
    }
    json_end_array(json);
    free(points);
    return true;
}

/* An average price with as many digits as the pair's prices have. */
static void put_price(struct json_writer *json, const char *key, double price,
                      const struct pair *terms)
{
    int64_t ticks = 0;
    if (decimal_from_double(price, terms->price_decimals, ROUND_NEAREST, &ticks)) {
        json_put_decimal_string(json, key, ticks, terms->price_decimals);
    } else {
        json_put_null(json, key);
    }
}

static void put_trade(const struct run_report *report, size_t index, struct json_writer *json)
{
    const struct closed_trade *trade = &report->run->account.trades[index];
    const struct pair *terms = &report->config->terms[trade->pair];
    char names[512];
    json_begin_object(json, NULL);
    json_put_uint(json, "number", index + 1);
    json_put_string(json, "pair", terms->symbol);
    json_put_string(json, "strategies",
                    report_strategies(report, trade->strategies, names, sizeof names));
    json_put_time(json, "opened", trade->opened_ns, 0);
    json_put_time(json, "closed", trade->closed_ns, 0);
    json_put_decimal_string(json, "quantity", trade->qty_lots, terms->qty_decimals);
    put_price(json, "entry", trade->entry_price, terms);
    put_price(json, "exit", trade->exit_price, terms);
    json_put_decimal_string(json, "cost", trade->cost, MONEY_DECIMALS);
    json_put_decimal_string(json, "fee", trade->fee, MONEY_DECIMALS);
    json_put_decimal_string(json, "pnl", trade->pnl, MONEY_DECIMALS);
    json_put_real(json, "return", metrics_ratio((double)trade->pnl, (double)trade->cost));
    json_put_string(json, "end", trade_end_names[trade->end]);
    json_end_object(json);
}

static void put_trades(const struct run_report *report, struct json_writer *json)
{
    const size_t count = report->run->account.trade_count;
    const size_t shown = count < PAGE_TRADE_MAX ? count : PAGE_TRADE_MAX;
    json_begin_array(json, "trades");
    for (size_t i = 0; i < shown; i++) {
        put_trade(report, count - 1 - i, json);
    }
    json_end_array(json);
    json_put_uint(json, "trades_total", count);
    json_put_uint(json, "trades_left_out", count - shown);
}

char *backtest_page(const struct run_report *report)
{
    char *summary = report_json(report);
    const size_t size = summary == NULL ? 0 : strlen(summary) + PAGE_ROOM;
    char *text = summary == NULL ? NULL : malloc(size);
    bool good = text != NULL;
    if (good) {
        struct json_writer json;
        json_writer_init(&json, text, size);
        json_begin_object(&json, NULL);
        json_put_raw(&json, "summary", summary, strlen(summary));
        good = put_curve(report, &json);
        put_trades(report, &json);
        json_end_object(&json);
        CHECK(json_writer_ok(&json));
    }
    free(summary);
    if (!good) {
        free(text);
        text = NULL;
    }
    return text;
}
