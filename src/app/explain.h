/* SPDX-License-Identifier: MIT */
/*
 * One trade's whole account, from what the ledger kept of it: what it made, the decision or the
 * command that began it, what followed, and why it ended.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/told.h"
#include "store/ledger.h"

struct story_row {
    uint64_t number;
    int32_t kind; /* enum record_kind */
    int64_t time_ns;
    bool about_pair;
    char *sentence, *json;
};

struct story {
    struct ledger_trade trade;
    size_t count, room;
    struct story_row *rows; /* by number */
    size_t begin;           /* the decision or command; `count`: not kept any more */
    size_t entry;           /* the first fill's record; `count`: not kept any more */
    bool short_of_memory;
};

/* 0, or -errno with the reason in ledger_error. story_end either way. */
int story_read(struct story *story, struct ledger *ledger, const struct ledger_trade *trade);
void story_end(struct story *story);

/* True of a row that tells what became of the trade, and not just what the market did. */
bool story_tells(const struct story *story, size_t row);

/* Why it ended, in words. */
void story_cause(const struct story *story, char *out, size_t size);

/* On standard output. */
void explain_trade(const struct story *story);

/* Votes, vote, filters, regime and mood, expectation, size, stop and target. */
void explain_decision(const struct told *told);

/* "won 12.50 USD (+1.2 %)". */
void explain_result(char *out, size_t size, const struct ledger_trade *trade);
