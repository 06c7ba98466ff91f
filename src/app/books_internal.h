/* SPDX-License-Identifier: MIT */
/* What the files of books share; nobody else includes this. */
#pragma once

#include "app/books.h"
#include "operator/server/query.h"
#include "platform/json/json_writer.h"
#include "store/ledger_page.h"

/* An answer that was worked out, until there is another row. */
#define BOOKS_KEPT_MAX 8

struct books_kept {
    enum bridge_book book;
    struct query query; /* what it answers */
    uint64_t number;    /* of the newest trade in it, or the time of the newest equity */
    uint64_t used;      /* when it was last given: the longest unused makes room */
    char *text;         /* NULL: the place is free */
    size_t len;
};

struct books {
    char path[1024];
    char currency[SYMBOL_MAX];
    struct ledger *ledger; /* NULL until the first request */
    uint64_t used;
    struct books_kept kept[BOOKS_KEPT_MAX];
};

struct ledger_filter books_filter(const struct query *query);

/* Each 0, -ENOMEM, or -errno with the reason in ledger_error. */
int books_performance(struct books *books, const struct query *query, struct json_writer *writer);
int books_equity(struct books *books, const struct query *query, struct json_writer *writer);

/* False: that answer is not kept, or has been overtaken. */
bool books_give_kept(struct books *books, enum bridge_book book, const struct query *query,
                     uint64_t number, struct json_writer *writer);

/* `writer` holds the answer and nothing else. */
void books_keep(struct books *books, enum bridge_book book, const struct query *query,
                uint64_t number, const struct json_writer *writer);

/* The span that a request names: null where it names no end. */
void books_put_span(struct json_writer *writer, const struct query *query);
