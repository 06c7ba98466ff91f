/* SPDX-License-Identifier: MIT */
/*
 * Equity in no more points than are asked for. Time is cut into half as many buckets of one length;
 * each gives its deepest drawdown and its last row, so that no fall is smoothed away and the curve
 * ends where the account does. Every point is a row of the ledger.
 */
#include <errno.h>

#include "app/books_internal.h"

struct curve_cut {
    struct json_writer *writer;
    int64_t first_ns, width_ns;
    int64_t bucket; /* of `last`; -1: nothing was read */
    struct ledger_equity worst, last;
};

static void put_point(struct json_writer *writer, const struct ledger_equity *row)
{
    json_begin_object(writer, NULL);
    json_put_time(writer, "time", row->time_ns, 3);
    json_put_decimal_string(writer, "equity", row->equity, MONEY_DECIMALS);
    json_put_real(writer, "drawdown", row->drawdown > 0 ? row->drawdown : 0);
    json_end_object(writer);
}

static void end_bucket(struct curve_cut *cut)
{
    if (cut->bucket >= 0 && cut->worst.time_ns != cut->last.time_ns) {
        put_point(cut->writer, &cut->worst);
    }
    if (cut->bucket >= 0) {
        put_point(cut->writer, &cut->last);
    }
}

static void take_row(void *context, const struct ledger_equity *row)
{
    struct curve_cut *cut = context;
    const int64_t bucket = (row->time_ns - cut->first_ns) / cut->width_ns;
    if (bucket != cut->bucket) {
        end_bucket(cut);
        cut->bucket = bucket;
        cut->worst = *row;
    }
    /* Of one depth the last, which the bucket's own point then is. */
    cut->worst = row->drawdown >= cut->worst.drawdown ? *row : cut->worst;
    cut->last = *row;
}

int books_equity(struct books *books, const struct query *query, struct json_writer *writer)
{
    int64_t first_ns = 0, last_ns = 0;
    int code = ledger_equity_ends(books->ledger, query->from_ns, query->to_ns, &first_ns, &last_ns);
    json_begin_object(writer, NULL);
    json_put_string(writer, "currency", books->currency);
    json_begin_array(writer, "points");
    if (code == 0) {
        struct curve_cut cut = {.writer = writer, .first_ns = first_ns, .bucket = -1};
        cut.width_ns = (last_ns - first_ns) / (query->points / 2) + 1;
        code = ledger_each_equity(books->ledger, first_ns, last_ns + 1, take_row, &cut);
        end_bucket(&cut);
    }
    json_end_array(writer);
    json_end_object(writer);
    return code == -ENOENT ? 0 : code;
}
