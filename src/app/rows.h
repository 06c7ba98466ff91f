/* SPDX-License-Identifier: MIT */
/*
 * The ledger's rows: which of them a step of the desk calls for, and how each is written. The
 * recorder writes them as they come; a restart writes those of the journal's last segment again,
 * because a process may die between the journal and the ledger. Writing a row twice changes
 * nothing.
 */
#pragma once

#include <stdint.h>

#include "core/engine/engine.h"
#include "operator/sentence/sentence.h"
#include "store/ledger.h"

enum row_kind {
    ROW_ORDER,
    ROW_FILL,
    ROW_RECORD,
    ROW_EQUITY,
    ROW_INTENT,
    ROW_NONCE,
};

struct row {
    enum row_kind kind;
    int64_t time_ns;
    struct pair pair; /* whose it is, as the step counted; the venue may count otherwise later */
    union {
        struct order order;
        struct report report;
        struct {
            struct record record;
            char strategies[LEDGER_NAMES_MAX]; /* of an exit: whose the trade was */
        };
        struct ledger_equity equity;
        struct request intent;
        uint64_t nonce;
    };
};

/* Bytes of the row that its kind uses. */
size_t row_size(const struct row *row);

/* Calls back for every row of one step, or of a request that is an intent, in order. */
typedef void row_visit(void *context, const struct row *row);
void rows_of_step(const struct event *event, const struct actions *actions,
                  const struct engine *engine, row_visit *visit, void *context);

/* The names of strategies by their seats, a + between; "hand" of none. What finds no room is left
 * out. */
void rows_strategies(const struct engine *engine, uint32_t mask, char *out, size_t size);

void rows_of_request(const struct request *request, const struct engine *engine, row_visit *visit,
                     void *context);

/* The ledger's state that holds the nonces' bound. */
#define STATE_NONCE "nonce"

#define ROW_JSON_MAX (32u << 10)

struct row_writer {
    struct ledger *ledger;
    struct sentence_names names;
    struct pair pairs[PAIR_MAX]; /* of the rows written so far */
    char json[ROW_JSON_MAX];
    char sentence[SENTENCE_MAX];
};

/* Of `names` it takes the currency and the strategies, whose texts stay the caller's. */
void row_writer_init(struct row_writer *writer, struct ledger *ledger,
                     const struct sentence_names *names);

/* 0, or -errno with the reason in ledger_error. */
int row_write(struct row_writer *writer, const struct row *row);
