/* SPDX-License-Identifier: MIT */
/* What was found, for programs: `cuttle analyse --json` and /api/v1/insights. */
#include <math.h>

#include "app/analyse.h"
#include "core/base/decimal.h"

/* The longest row, and everything but rows. */
#define ROW_ROOM 640
#define REST_ROOM (32u << 10)

static void put_interval(struct json_writer *json, const char *key, double low, double high)
{
    if (!isfinite(low) || !isfinite(high)) {
        json_put_null(json, key);
        return;
    }
    json_begin_array(json, key);
    json_put_real(json, NULL, low);
    json_put_real(json, NULL, high);
    json_end_array(json);
}

static void put_row(struct json_writer *json, const struct analyse_row *row)
{
    json_put_uint(json, "trades", row->count);
    json_put_uint(json, "won", row->won);
    json_put_real(json, "mean", row->mean);
    put_interval(json, "interval", row->low, row->high);
    json_put_real(json, "win_rate", row->win_rate);
    put_interval(json, "win_interval", row->win_low, row->win_high);
    json_put_real(json, "others", row->rest);
    json_put_real(json, "p", row->p);
}

static void put_money(struct json_writer *json, const char *key, double money)
{
    if (isfinite(money) && fabs(money) < 9e18) {
        json_put_decimal_string(json, key, llround(money), MONEY_DECIMALS);
    } else {
        json_put_null(json, key);
    }
}

static void put_whole(struct json_writer *json, const struct analyse_whole *whole)
{
    const struct trade_metrics *money = &whole->money;
    json_begin_object(json, "whole");
    json_put_uint(json, "trades", whole->all.count);
    json_put_uint(json, "won", whole->all.won);
    json_put_real(json, "mean", whole->all.mean);
    put_interval(json, "interval", whole->all.low, whole->all.high);
    json_put_real(json, "win_rate", whole->all.win_rate);
    put_interval(json, "win_interval", whole->all.win_low, whole->all.win_high);
    json_put_real(json, "deviation", whole->deviation);
    json_put_real(json, "sharpe", whole->sharpe);
    json_put_real(json, "average_win", money->average_win_return);
    json_put_real(json, "average_loss", money->average_loss_return);
    json_put_real(json, "profit_factor", money->profit_factor);
    put_money(json, "expectancy", money->expectancy);
    put_money(json, "profit", (double)whole->profit);
    put_money(json, "drawdown", (double)whole->drawdown);
    json_put_uint(json, "losing_run", whole->losing_run);
    json_put_real(json, "held_s", money->average_held_s);
    json_end_object(json);
}

static void put_insights(struct json_writer *json, const struct analyse_page *page)
{
    const struct analysis *analysis = page->analysis;
    char text[ANALYSE_TEXT_MAX];
    json_begin_array(json, "insights");
    for (uint32_t i = 0; i < analysis->insight_count; i++) {
        const struct analyse_insight *insight = &analysis->insights[i];
        const struct analyse_row *row = &insight->row;
        json_begin_object(json, NULL);
        analyse_insight_text(text, page, i);
        json_put_string(json, "sentence", text);
        for (uint32_t ask = 0; ask < analyse_ask_count(); ask++) {
            if (analyse_ask_has(ask, &row->cell)) {
                json_put_string(json, "split", analyse_ask_word(ask));
            }
        }
        analyse_value_text(text, page, &row->cell);
        json_put_string(json, "value", text);
        put_row(json, row);
        json_put_uint(json, "asked", insight->asked);
        put_interval(json, "chosen_interval", insight->low, insight->high);
        json_end_object(json);
    }
    json_end_array(json);
    if (analysis->insight_count > 0) {
        json_put_null(json, "silence");
        return;
    }
    analyse_silence_text(text, page);
    json_put_string(json, "silence", text);
}

static void put_split(struct json_writer *json, const struct analyse_page *page, uint32_t ask)
{
    char text[ANALYSE_TEXT_MAX];
    json_begin_object(json, NULL);
    json_put_string(json, "split", analyse_ask_word(ask));
    json_begin_array(json, "rows");
    for (uint32_t i = 0; i < page->analysis->row_count; i++) {
        const struct analyse_row *row = &page->analysis->rows[i];
        if (!analyse_ask_has(ask, &row->cell)) {
            continue;
        }
        json_begin_object(json, NULL);
        analyse_value_text(text, page, &row->cell);
        json_put_string(json, "value", text);
        put_row(json, row);
        json_put_bool(json, "asked", row->asked);
        json_put_bool(json, "stands_out", row->stands_out);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

size_t analyse_json_room(const struct analyse_page *page)
{
    return REST_ROOM + (size_t)page->analysis->row_count * ROW_ROOM;
}

void analyse_json(const struct analyse_page *page, struct json_writer *json)
{
    const struct analysis *analysis = page->analysis;
    json_begin_object(json, NULL);
    json_put_string(json, "source", page->source);
    json_put_uint(json, "trades", analysis->count);
    json_put_uint(json, "left_out", analysis->left_out);
    json_put_uint(json, "bare", page->book->bare);
    json_put_time_or_null(json, "from", analysis->whole.first_ns, 0);
    json_put_time_or_null(json, "to", analysis->whole.last_ns, 0);
    json_put_real(json, "fdr", analysis->config.fdr);
    json_put_uint(json, "support", analysis->config.support);
    json_put_uint(json, "block_days", analysis->block_days);
    json_put_uint(json, "asked", analysis->asked);
    put_insights(json, page);
    json_put_real(json, "more_trades", analysis->asked > 0 ? analysis->more : NAN);
    put_whole(json, &analysis->whole);
    json_begin_array(json, "splits");
    for (uint32_t i = 0; i < analyse_ask_count(); i++) {
        if (page->only == ANALYSE_ASK_ALL || page->only == (int)i) {
            put_split(json, page, i);
        }
    }
    json_end_array(json);
    json_end_object(json);
}
