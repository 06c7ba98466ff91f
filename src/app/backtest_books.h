/* SPDX-License-Identifier: MIT */
/*
 * Recorded frames of Kraken's books and trades (`cuttle backtest --books`), as a source of events:
 * a run on them is filled as a paper session on that market is.
 */
#pragma once

#include "app/backtest.h"
#include "research/flow.h"
#include "research/report.h"
#include "store/trade_csv.h"

/* A pair of which the frames have books: its trades, and the terms by which both are counted. */
struct book_pair {
    struct pair terms;
    uint64_t book_count;
    struct trade_data heard;
};

struct backtest_books {
    const char **paths; /* in the order of their time; the flags' */
    int path_count;
    uint32_t pair_count;
    struct book_pair *pairs;
    struct pair *terms; /* of the run, in its order */
    uint32_t run_count;
    int64_t first_ns, last_ns; /* of all events */
    struct report_books figures;
};

/* Reads all of it once. 0, or -errno with the reason in `error`; backtest_books_free either way. */
int backtest_books_read(struct backtest_books **ret, const struct backtest_flags *flags,
                        char *error);
void backtest_books_free(struct backtest_books *books);

/* The events of the run's pairs: their terms are copied. False when memory gives out. */
bool backtest_books_source(struct backtest_books *books, const struct pair *terms, uint32_t count,
                           struct flow_source *ret);
