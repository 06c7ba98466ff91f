/* SPDX-License-Identifier: MIT */
#include "app/books.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/books_internal.h"
#include "app/trade.h"
#include "core/base/timestamp.h"
#include "operator/server/api.h"

struct books *books_new(const char *state, const char *currency)
{
    struct books *books = calloc(1, sizeof *books);
    if (books != NULL) {
        snprintf(books->path, sizeof books->path, "%s/ledger.db", state);
        snprintf(books->currency, sizeof books->currency, "%s", currency);
    }
    return books;
}

void books_free(struct books *books)
{
    if (books != NULL) {
        for (size_t i = 0; i < BOOKS_KEPT_MAX; i++) {
            free(books->kept[i].text);
        }
        ledger_close(books->ledger);
        free(books);
    }
}

struct ledger_filter books_filter(const struct query *query)
{
    return (struct ledger_filter){
        .symbol = query->pair,
        .strategy = query->strategy,
        .kind = (query->given & QUERY_KIND) != 0 ? (int32_t)query->kind : 0,
        .from_ns = query->from_ns,
        .to_ns = query->to_ns,
    };
}

void books_put_span(struct json_writer *writer, const struct query *query)
{
    json_put_time_or_null(writer, "from", query->from_ns != INT64_MIN ? query->from_ns : 0, 3);
    json_put_time_or_null(writer, "to", query->to_ns != INT64_MAX ? query->to_ns : 0, 3);
}

static struct ledger_span span_of(const struct query *query)
{
    return (struct ledger_span){(uint32_t)query->limit, (uint32_t)query->offset};
}

static void put_trade(void *context, const struct ledger_trade *row)
{
    const struct bridge_trade trade = trade_of_row(row);
    api_put_trade(context, NULL, &trade);
}

static int put_trades(struct books *books, const struct query *query, struct json_writer *writer)
{
    const struct ledger_filter filter = books_filter(query);
    uint64_t total = 0;
    int code = ledger_count_trades(books->ledger, &filter, &total);
    json_begin_object(writer, NULL);
    api_put_page(writer, query, total);
    json_begin_array(writer, "trades");
    code = code != 0
               ? code
               : ledger_page_trades(books->ledger, &filter, span_of(query), put_trade, writer);
    json_end_array(writer);
    json_end_object(writer);
    return code;
}

static void put_thought(void *context, const struct ledger_record *row)
{
    json_put_raw(context, NULL, row->json, strlen(row->json));
}

static int put_thoughts(struct books *books, const struct query *query, struct json_writer *writer)
{
    const struct ledger_filter filter = books_filter(query);
    uint64_t total = 0;
    int code = ledger_count_records(books->ledger, &filter, &total);
    json_begin_object(writer, NULL);
    json_begin_array(writer, "thoughts");
    code = code != 0
               ? code
               : ledger_page_records(books->ledger, &filter, span_of(query), put_thought, writer);
    json_end_array(writer);
    api_put_page(writer, query, total);
    json_end_object(writer);
    return code;
}

/* Text in the place of JSON; what finds no room is an overflow as there. */
__attribute__((format(printf, 2, 3))) static void put_line(struct json_writer *writer,
                                                           const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const size_t room = writer->size - writer->len;
    const int len = vsnprintf(writer->text + writer->len, room, format, args);
    va_end(args);
    writer->overflow = writer->overflow || len < 0 || (size_t)len >= room;
    writer->len += writer->overflow ? 0 : (size_t)len;
    writer->started |= 1; /* json_writer_ok: there is an answer */
}

static void put_csv_row(void *context, const struct ledger_trade *row)
{
    char times[2][TIMESTAMP_TEXT_MAX], texts[4][DECIMAL_TEXT_MAX];
    const char *end = api_closed_by((enum order_purpose)row->purpose, row->stop_hit, row->by_hand);
    timestamp_format(times[0], row->opened_ns, 3);
    timestamp_format(times[1], row->closed_ns, 3);
    decimal_format(texts[0], row->qty_lots, row->qty_decimals);
    decimal_format(texts[1], row->cost, MONEY_DECIMALS);
    decimal_format(texts[2], row->fee, MONEY_DECIMALS);
    decimal_format(texts[3], row->pnl, MONEY_DECIMALS);
    put_line(context, "%" PRIu64 ",%s,%s,%s,%s,%s,%.12g,%.12g,%s,%s,%s,%s\r\n", row->number,
             row->symbol, row->strategies, times[0], times[1], texts[0], row->entry_price,
             row->exit_price, texts[1], texts[2], texts[3], end);
}

/* The columns that `cuttle backtest` writes and `cuttle analyse` reads; RFC 4180. */
static int put_csv(struct books *books, const struct query *query, struct json_writer *writer)
{
    const struct ledger_filter filter = books_filter(query);
    put_line(writer,
             "number,pair,strategies,opened,closed,quantity,entry_price,exit_price,cost,fee,"
             "pnl,end\r\n");
    return ledger_page_trades(books->ledger, &filter, span_of(query), put_csv_row, writer);
}

/* The newest row that the answer may be of. */
static int newest_of(struct books *books, enum bridge_book book, uint64_t *ret_number)
{
    int64_t first_ns = 0, last_ns = 0;
    if (book == BRIDGE_PERFORMANCE) {
        return ledger_last_trade(books->ledger, ret_number);
    }
    const int code = ledger_equity_ends(books->ledger, INT64_MIN, INT64_MAX, &first_ns, &last_ns);
    *ret_number = (uint64_t)last_ns;
    return code == -ENOENT ? 0 : code;
}

static int put_kept(struct books *books, enum bridge_book book, const struct query *query,
                    struct json_writer *writer)
{
    uint64_t number = 0;
    int code = newest_of(books, book, &number);
    if (code != 0 || books_give_kept(books, book, query, number, writer)) {
        return code;
    }
    code = book == BRIDGE_EQUITY ? books_equity(books, query, writer)
                                 : books_performance(books, query, writer);
    if (code == 0) {
        books_keep(books, book, query, number, writer);
    }
    return code;
}

static int write_book(struct books *books, enum bridge_book book, const struct query *query,
                      struct json_writer *writer)
{
    switch (book) {
    case BRIDGE_TRADES:
        return put_trades(books, query, writer);
    case BRIDGE_TRADES_CSV:
        return put_csv(books, query, writer);
    case BRIDGE_THOUGHTS:
        return put_thoughts(books, query, writer);
    case BRIDGE_PERFORMANCE:
    case BRIDGE_EQUITY:
        return put_kept(books, book, query, writer);
    }
    return -EINVAL;
}

static bool open_once(struct books *books, char *error, size_t error_size)
{
    return books->ledger != NULL ||
           ledger_open_reader(books->path, &books->ledger, error, error_size) == 0;
}

static bool write_answer(void *context, enum bridge_book book, const struct query *query,
                         struct json_writer *writer, char *error, size_t error_size)
{
    struct books *books = context;
    if (!open_once(books, error, error_size)) {
        return false;
    }
    const int code = write_book(books, book, query, writer);
    if (code != 0) {
        snprintf(error, error_size, "%s",
                 code == -ENOMEM ? "out of memory" : ledger_error(books->ledger));
        ledger_close(books->ledger); /* the next request tries anew */
        books->ledger = NULL;
    }
    return code == 0;
}

static uint64_t count_thoughts(void *context, const struct query *query)
{
    struct books *books = context;
    char error[256];
    uint64_t count = 0;
    const struct ledger_filter filter = books_filter(query);
    return open_once(books, error, sizeof error) &&
                   ledger_count_records(books->ledger, &filter, &count) == 0
               ? count
               : 0;
}

static bool knows(void *context, const char *pair, const char *strategy)
{
    struct books *books = context;
    char error[256];
    uint64_t trades = 0, records = 0;
    const struct ledger_filter filter = {
        .symbol = pair, .strategy = strategy, .from_ns = INT64_MIN, .to_ns = INT64_MAX};
    if (!open_once(books, error, sizeof error) ||
        ledger_count_trades(books->ledger, &filter, &trades) != 0) {
        return true;
    }
    if (trades > 0 || strategy[0] != '\0') {
        return trades > 0;
    }
    return ledger_count_records(books->ledger, &filter, &records) != 0 || records > 0;
}

struct bridge_books books_source(struct books *books)
{
    return (struct bridge_books){
        .write = write_answer, .count_thoughts = count_thoughts, .knows = knows, .context = books};
}
