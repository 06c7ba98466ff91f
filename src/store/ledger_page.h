/* SPDX-License-Identifier: MIT */
/*
 * The ledger in pages: what an operator asks of its whole length, newest first, filtered and
 * counted. No query reads a record's text that is not on the page: indexes answer the rest. Calls
 * give 0 or -errno, the reason in ledger_error.
 */
#pragma once

#include "store/ledger.h"

struct ledger_filter {
    const char *symbol;     /* "": any */
    const char *strategy;   /* of trades: among those that wanted it; "": any */
    int32_t kind;           /* of records: enum record_kind; 0: any */
    int64_t from_ns, to_ns; /* from_ns <= the record, or the trade's end, < to_ns */
};

struct ledger_span {
    uint32_t limit, offset;
};

int ledger_count_trades(struct ledger *ledger, const struct ledger_filter *filter,
                        uint64_t *ret_count);
int ledger_page_trades(struct ledger *ledger, const struct ledger_filter *filter,
                       struct ledger_span span,
                       void (*visit)(void *context, const struct ledger_trade *trade),
                       void *context);

/* The number of the newest, 0 when there is none. */
int ledger_last_trade(struct ledger *ledger, uint64_t *ret_number);

int ledger_count_records(struct ledger *ledger, const struct ledger_filter *filter,
                         uint64_t *ret_count);
int ledger_page_records(struct ledger *ledger, const struct ledger_filter *filter,
                        struct ledger_span span,
                        void (*visit)(void *context, const struct ledger_record *record),
                        void *context);

/* Oldest first. */
int ledger_each_equity(struct ledger *ledger, int64_t from_ns, int64_t to_ns,
                       void (*visit)(void *context, const struct ledger_equity *row),
                       void *context);

/* The first and the last row of that span; -ENOENT: there is none. */
int ledger_equity_ends(struct ledger *ledger, int64_t from_ns, int64_t to_ns, int64_t *ret_first_ns,
                       int64_t *ret_last_ns);
