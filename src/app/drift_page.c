/* SPDX-License-Identifier: MIT */
/* What `cuttle drift` found: the page for a terminal, and the same as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "app/drift.h"
#include "core/base/timestamp.h"

#define JSON_SIZE (128u << 10)
#define TEXT_SIZE (3 * SENTENCE_MAX)
#define CELL 40
#define WIDTH 96

static const char *const part_words[DRIFT_PART_COUNT] = {
    [DRIFT_PART_PRICE] = "fill price",
    [DRIFT_PART_LATENCY] = "latency",
    [DRIFT_PART_FEES] = "fees",
    [DRIFT_PART_SIZE] = "size",
    [DRIFT_PART_SESSION] = "only in the session",
    [DRIFT_PART_RERUN] = "only in the re-run",
    [DRIFT_PART_OPEN] = "still open",
    [DRIFT_PART_OTHER] = "other",
};

static const char *const part_help[DRIFT_PART_COUNT] = {
    [DRIFT_PART_PRICE] = "price gap x quantity, filled in the same candle",
    [DRIFT_PART_LATENCY] = "price gap x quantity, filled in another candle",
    [DRIFT_PART_FEES] = "of trades that both made",
    [DRIFT_PART_SIZE] = "other quantities: filled in part, or equity had become another",
    [DRIFT_PART_SESSION] = "trades that the re-run did not make",
    [DRIFT_PART_RERUN] = "trades that the session did not make",
    [DRIFT_PART_OPEN] = "trades that were not closed on both sides",
    [DRIFT_PART_OTHER] = "none of these",
};

static const char *put_time(char text[CELL], int64_t time_ns)
{
    timestamp_format(text, time_ns, 0);
    text[10] = ' ';
    text[16] = '\0';
    return text;
}

/* Cents are enough for a page that is read; less than one shows as it is. */
static const char *put_money(char text[CELL], int64_t money)
{
    sentence_money(text, CELL,
                   llabs(money) >= 1000000 ? llround((double)money / 1e6) * 1000000 : money);
    return text;
}

static double mean(const struct drift_spread *spread)
{
    return spread->count > 0 ? spread->sum / (double)spread->count : 0;
}

static int64_t gap_of(const struct drift_page *page)
{
    const struct drift_totals *totals = &page->drift->totals;
    return totals->equity[DRIFT_SESSION] - totals->equity[DRIFT_RERUN];
}

/* A paragraph, folded at spaces and set in. */
static void print_folded(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text != '\0') {
        size_t len = 0;
        while (text[len] != ' ' && text[len] != '\0') {
            len++;
        }
        if (column > 0 && column + 1 + len > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%.*s", column == 0 ? "  " : " ", (int)len, text);
        column += len + (column == 0 ? 2 : 1);
        text += len + (text[len] == ' ');
    }
    fputc('\n', out);
}

static void print_head(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *totals = &page->drift->totals;
    const struct matching_config *matching = page->matching;
    char from[CELL], until[CELL];
    fprintf(out, "%s: ", page->journal);
    if (totals->boundary_count == 0) {
        fprintf(out, "nothing was decided yet\n");
    } else {
        fprintf(out, "%s to %s UTC, %" PRIu64 " candles of %s, from segment %u on\n",
                put_time(from, totals->first_ns),
                put_time(until, totals->last_ns + timeframe_ns[page->base]), totals->boundary_count,
                timeframe_names[page->base], page->segment_first);
    }
    fprintf(out, "the session: %s\n", page->session_fills);
    fprintf(out,
            "the re-run:  a backtest on %s: filled by candles, the next open + %g bp for half the\n"
            "             spread + %g bp of slippage; %g %% maker, %g %% taker\n",
            page->store != NULL ? "the store's candles" : "the same candles",
            (double)matching->half_spread_ppm / 100, (double)matching->slippage_ppm / 100,
            (double)matching->fees.maker_ppm / 1e4, (double)matching->fees.taker_ppm / 1e4);
}

static void print_difference(const struct drift_page *page, const char *head,
                             const struct drift_difference *difference, FILE *out)
{
    static char text[TEXT_SIZE];
    char time[CELL];
    drift_sentence(text, sizeof text, difference, page);
    fprintf(out, "\n%s: %s", head, drift_cause_names[difference->cause]);
    if (difference->time_ns > 0) {
        fprintf(out, ", %s", put_time(time, difference->time_ns));
    }
    fprintf(out, "%s%s\n", difference->pair != UINT32_MAX ? ", " : "",
            difference->pair != UINT32_MAX ? difference->terms.symbol : "");
    print_folded(out, text);
}

static void print_first(const struct drift_page *page, FILE *out)
{
    const struct drift *drift = page->drift;
    if (drift->first.cause == DRIFT_NONE) {
        fprintf(out, "\nno difference: the session did what a backtest does\n");
        return;
    }
    print_difference(page, "first difference", &drift->first, out);
    const bool circumstance =
        drift->first.cause == DRIFT_DATA || drift->first.cause == DRIFT_CONFIGURATION;
    if (circumstance && drift->shows.cause == DRIFT_NONE) {
        fprintf(out, "\nnothing that was decided or filled differs by it\n");
    } else if (circumstance) {
        print_difference(page, "where it first shows", &drift->shows, out);
    }
    if (!circumstance || drift->shows.cause != DRIFT_NONE) {
        fprintf(out, "\nWhat differs after that follows from it, at least in part.\n");
    }
}

static void print_pair(FILE *out, const char *what, uint64_t session, uint64_t rerun)
{
    fprintf(out, "  %-24s %16" PRIu64 "  %16" PRIu64 "\n", what, session, rerun);
}

static void print_moneys(FILE *out, const char *what, const int64_t money[DRIFT_SIDES])
{
    char a[CELL], b[CELL], gap[CELL];
    fprintf(out, "  %-24s %16s  %16s  %14s\n", what, put_money(a, money[0]), put_money(b, money[1]),
            put_money(gap, money[0] - money[1]));
}

static const char *put_delay(char text[CELL], double seconds)
{
    char length[CELL];
    const double size = fabs(seconds);
    if (size < 0.0005) {
        snprintf(text, CELL, "at the same time");
        return text;
    }
    if (size < 10) {
        snprintf(length, sizeof length, "%.3f s", size);
    } else {
        sentence_duration(length, sizeof length, (int64_t)(size * 1e9));
    }
    snprintf(text, CELL, "%.20s %s", length, seconds < 0 ? "earlier" : "later");
    return text;
}

static void print_table(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *t = &page->drift->totals;
    char head[CELL];
    snprintf(head, sizeof head, "in %s", page->names->currency);
    fprintf(out, "\n  %-24s %16s  %16s  %14s\n", head, "session", "re-run", "gap");
    print_moneys(out, "equity at the end", t->equity);
    print_moneys(out, "profit of closed trades", t->pnl);
    print_moneys(out, "fees paid", t->fee);
    print_pair(out, "closed trades", t->closed_count[0], t->closed_count[1]);
    print_pair(out, "open at the end", t->open_count[0], t->open_count[1]);
    print_pair(out, "fills", t->fill_count[0], t->fill_count[1]);
    print_pair(out, "decisions", t->decision_count[0], t->decision_count[1]);
    print_pair(out, "trades of this one only", t->only_count[0], t->only_count[1]);
    if (t->waiting_count[0] + t->waiting_count[1] > 0) {
        print_pair(out, "ordered, not yet filled", t->waiting_count[0], t->waiting_count[1]);
    }
    fprintf(out, "  trades in both %" PRIu64, t->both_count);
    if (t->gap_bps.count > 0) {
        char delay[CELL];
        fprintf(out,
                ": of their %" PRIu64 " buys and sales the session's prices were %+.2f bps on\n"
                "  average and %+.2f at worst (+ is worse for it), and it was filled %s\n",
                t->gap_bps.count, mean(&t->gap_bps), t->gap_bps.worst,
                put_delay(delay, mean(&t->delay_s)));
        return;
    }
    fputc('\n', out);
}

static void print_parts(const struct drift_page *page, FILE *out)
{
    char text[CELL];
    const int64_t *parts = page->drift->totals.parts;
    bool any = false;
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        any |= parts[i] != 0;
    }
    if (!any) {
        return;
    }
    fprintf(out, "\n  where the gap of %s comes from\n", put_money(text, gap_of(page)));
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        if (parts[i] != 0) {
            fprintf(out, "  %-24s %16s  %s\n", part_words[i], put_money(text, parts[i]),
                    part_help[i]);
        }
    }
}

static void print_foot(const struct drift_page *page, FILE *out)
{
    const struct drift_totals *t = &page->drift->totals;
    char text[CELL];
    if (page->store != NULL) {
        fprintf(out,
                "\n%" PRIu64 " candles held against %s: %" PRIu64 " differ; %" PRIu64
                " are outside its span, and were the session's own\n",
                t->candle_count, page->store, t->candle_differ_count, t->candle_beyond_count);
    }
    if (t->flow_count > 0) {
        fprintf(out, "\n%" PRIu64 " flows of money, %s together, were told to both\n",
                t->flow_count, put_money(text, t->flow));
    }
    if (page->torn) {
        fprintf(out,
                "\nthe newest segment ends in half a block: a crash; what was whole was run\n");
    }
    if (page->stopped[0] != '\0') {
        fprintf(out, "\nheld side by side up to there: %s\n", page->stopped);
    }
}

void drift_page_print(const struct drift_page *page, FILE *out)
{
    print_head(page, out);
    print_first(page, out);
    print_table(page, out);
    print_parts(page, out);
    print_foot(page, out);
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
    static char text[TEXT_SIZE];
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

static void put_totals(struct json_writer *json, const struct drift_page *page)
{
    const struct drift_totals *t = &page->drift->totals;
    put_side(json, "session", t, DRIFT_SESSION);
    put_side(json, "rerun", t, DRIFT_RERUN);
    json_put_uint(json, "trades_in_both", t->both_count);
    json_begin_object(json, "fills_in_both");
    json_put_uint(json, "count", t->gap_bps.count);
    json_put_real(json, "gap_bps_mean", mean(&t->gap_bps));
    json_put_real(json, "gap_bps_worst", t->gap_bps.worst);
    json_put_real(json, "delay_seconds_mean", mean(&t->delay_s));
    json_end_object(json);
    json_begin_object(json, "gap");
    json_put_decimal_string(json, "equity", gap_of(page), MONEY_DECIMALS);
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        json_put_decimal_string(json, part_words[i], t->parts[i], MONEY_DECIMALS);
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
    json_put_string(&json, "stopped", page->stopped);
    json_end_object(&json);
    CHECK(json_writer_ok(&json));
    return text;
}
