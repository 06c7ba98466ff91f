/* SPDX-License-Identifier: MIT */
/* What `cuttle drift` found, as JSON. */
#include <stdlib.h>

#include "app/drift.h"

#define JSON_SIZE (128u << 10)

const char *const drift_part_words[DRIFT_PART_COUNT] = {
    [DRIFT_PART_PRICE] = "fill price",
    [DRIFT_PART_LATENCY] = "latency",
    [DRIFT_PART_FEES] = "fees",
    [DRIFT_PART_SIZE] = "size",
    [DRIFT_PART_SESSION] = "only in the session",
    [DRIFT_PART_RERUN] = "only in the re-run",
    [DRIFT_PART_OPEN] = "still open",
    [DRIFT_PART_OTHER] = "other",
};

double drift_mean(const struct drift_spread *spread)
{
    return spread->count > 0 ? spread->sum / (double)spread->count : 0;
}

int64_t drift_gap_of(const struct drift_page *page)
{
    const struct drift_totals *totals = &page->drift->totals;
    return totals->equity[DRIFT_SESSION] - totals->equity[DRIFT_RERUN];
}

uint32_t drift_solo_count(const struct drift_totals *t)
{
    const uint64_t count = t->only_count[DRIFT_SESSION] + t->only_count[DRIFT_RERUN];
    return count < DRIFT_SOLO_MAX ? (uint32_t)count : DRIFT_SOLO_MAX;
}

static void put_fills(struct json_writer *json, const char *key, const struct drift_fills *fills,
                      const struct pair *terms)
{
    json_begin_object(json, key);
    json_put_uint(json, "fills", fills->count);
    json_put_decimal_string(json, "qty", fills->qty_lots, terms->qty_decimals);
    if (fills->count > 0) {
        json_put_real(json, "price", drift_price(fills, terms));
        json_put_time(json, "time", fills->first_ns, 9);
        json_put_time(json, "candle", fills->candle_ns, 0);
    }
    json_put_decimal_string(json, "cost", fills->cost, MONEY_DECIMALS);
    json_put_decimal_string(json, "fee", fills->fee, MONEY_DECIMALS);
    json_end_object(json);
}

static void put_candle(struct json_writer *json, const char *key, const struct candle *candle)
{
    json_begin_object(json, key);
    json_put_real(json, "open", candle->open);
    json_put_real(json, "high", candle->high);
    json_put_real(json, "low", candle->low);
    json_put_real(json, "close", candle->close);
    json_put_real(json, "volume", candle->volume);
    json_end_object(json);
}

static void put_sides(struct json_writer *json, const struct drift_difference *d,
                      const struct sentence_names *names)
{
    static const char *const keys[] = {"session", "rerun"};
    const bool filled = d->fills[0].count > 0 || d->fills[1].count > 0;
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        if (d->cause == DRIFT_DATA && d->has[side]) {
            put_candle(json, keys[side], &d->candles[side]);
        } else if (filled) {
            put_fills(json, keys[side], &d->fills[side], &d->terms);
        } else if (d->cause != DRIFT_DATA && d->has[side] && !d->ordered) {
            sentence_json(json, keys[side], &d->records[side], &names[side]);
        }
    }
    if (filled) {
        json_put_string(json, "of", d->exit ? "exit" : "entry");
        json_put_real(json, "gap_bps", d->gap_bps);
        json_put_real(json, "delay_seconds", (double)d->delay_ns / 1e9);
    }
}

static void put_difference(struct json_writer *json, const char *key,
                           const struct drift_difference *d, const struct drift_page *page)
{
    static char text[DRIFT_TEXT_MAX];
    if (d->cause == DRIFT_NONE) {
        json_put_null(json, key);
        return;
    }
    json_begin_object(json, key);
    json_put_string(json, "cause", drift_cause_names[d->cause]);
    if (d->time_ns > 0) {
        json_put_time(json, "time", d->time_ns, 3);
    }
    if (d->pair != UINT32_MAX) {
        json_put_string(json, "pair", d->terms.symbol);
    }
    if (d->cause == DRIFT_DATA) {
        json_put_string(json, "field", drift_field_names[d->field]);
    }
    drift_sentence(text, sizeof text, d, page);
    json_put_string(json, "sentence", text);
    if (d->pair != UINT32_MAX) {
        put_sides(json, d, page->names);
    }
    json_end_object(json);
}

static void put_options(struct json_writer *json, const struct drift_options *options)
{
    json_begin_array(json, "options");
    for (uint32_t i = 0; i < options->count && i < DRIFT_OPTION_MAX; i++) {
        json_begin_object(json, NULL);
        json_put_string(json, "name", options->list[i].name);
        json_put_string(json, "session", options->list[i].session);
        json_put_string(json, "rerun", options->list[i].rerun);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_side(struct json_writer *json, const char *key, const struct drift_totals *t,
                     enum drift_side side)
{
    json_begin_object(json, key);
    json_put_decimal_string(json, "equity", t->equity[side], MONEY_DECIMALS);
    json_put_decimal_string(json, "profit", t->pnl[side], MONEY_DECIMALS);
    json_put_decimal_string(json, "fees", t->fee[side], MONEY_DECIMALS);
    json_put_uint(json, "closed_trades", t->closed_count[side]);
    json_put_uint(json, "open", t->open_count[side]);
    json_put_uint(json, "fills", t->fill_count[side]);
    json_put_uint(json, "decisions", t->decision_count[side]);
    json_put_uint(json, "only_here", t->only_count[side]);
    json_put_uint(json, "not_yet_filled", t->waiting_count[side]);
    json_end_object(json);
}

static void put_solos(struct json_writer *json, const struct drift_page *page)
{
    const struct drift_totals *t = &page->drift->totals;
    json_begin_array(json, "trades_of_one_only");
    for (uint32_t i = 0; i < drift_solo_count(t); i++) {
        const struct drift_solo *solo = &t->solos[i];
        json_begin_object(json, NULL);
        json_put_string(json, "side", solo->side == DRIFT_SESSION ? "session" : "rerun");
        json_put_string(json, "pair", page->names[solo->side].pairs[solo->pair].symbol);
        json_put_time(json, "decided", solo->decided_ns, 0);
        json_put_bool(json, "open", solo->open);
        json_put_decimal_string(json, "profit", solo->pnl, MONEY_DECIMALS);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_totals(struct json_writer *json, const struct drift_page *page)
{
    const struct drift_totals *t = &page->drift->totals;
    put_side(json, "session", t, DRIFT_SESSION);
    put_side(json, "rerun", t, DRIFT_RERUN);
    json_put_uint(json, "trades_in_both", t->both_count);
    json_begin_object(json, "fills_in_both");
    json_put_uint(json, "count", t->gap_bps.count);
    json_put_real(json, "gap_bps_mean", drift_mean(&t->gap_bps));
    json_put_real(json, "gap_bps_worst", t->gap_bps.worst);
    json_put_real(json, "delay_seconds_mean", drift_mean(&t->delay_s));
    json_end_object(json);
    json_begin_object(json, "gap");
    json_put_decimal_string(json, "equity", drift_gap_of(page), MONEY_DECIMALS);
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        json_put_decimal_string(json, drift_part_words[i], t->parts[i], MONEY_DECIMALS);
    }
    json_end_object(json);
    json_put_uint(json, "candles_compared", t->candle_count);
    json_put_uint(json, "candles_differ", t->candle_differ_count);
    json_put_uint(json, "candles_outside_the_store", t->candle_beyond_count);
    json_put_uint(json, "flows", t->flow_count);
    json_put_decimal_string(json, "flow", t->flow, MONEY_DECIMALS);
}

char *drift_page_json(const struct drift_page *page)
{
    const struct drift_totals *t = &page->drift->totals;
    char *text = malloc(JSON_SIZE);
    if (text == NULL) {
        return NULL;
    }
    struct json_writer json;
    json_writer_init(&json, text, JSON_SIZE);
    json_begin_object(&json, NULL);
    json_put_string(&json, "journal", page->journal);
    json_put_uint(&json, "segment_first", page->segment_first);
    json_put_uint(&json, "segment_last", page->segment_last);
    json_put_string(&json, "timeframe", timeframe_names[page->base]);
    json_put_uint(&json, "boundaries", t->boundary_count);
    if (t->boundary_count > 0) {
        json_put_time(&json, "start", t->first_ns, 0);
        json_put_time(&json, "end", t->last_ns + timeframe_ns[page->base], 0);
    }
    json_put_string(&json, "currency", page->names->currency);
    json_put_string(&json, "session_fills", page->session_fills);
    json_put_bool(&json, "difference", page->drift->first.cause != DRIFT_NONE);
    put_difference(&json, "first", &page->drift->first, page);
    put_difference(&json, "shows", &page->drift->shows, page);
    put_options(&json, page->options);
    put_totals(&json, page);
    put_solos(&json, page);
    json_put_string(&json, "stopped", page->stopped);
    json_end_object(&json);
    CHECK(json_writer_ok(&json));
    return text;
}
