/* SPDX-License-Identifier: MIT */
/*
 * What the engine said, in words: a record's reasoning with its figures, for the operator's screen,
 * the log and the ledger. The words stand in sentence_table.c, one row for each kind, verdict and
 * reason. Pure: the names come from the caller, nothing is kept, and a record that names a pair or
 * strategy we were not told of is still put into words ("pair 7", "strategy 3").
 *
 * Money and quantities are rounded for reading here; sentence_json keeps every figure exactly.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/action.h"
#include "core/market/pair.h"

struct json_writer;

/* The longest sentence: sixteen votes with four figures each. A longer one ends in "...". */
#define SENTENCE_MAX 2048

struct sentence_names {
    const char *currency; /* the account's, "USD" */
    const char *const *strategies;
    uint32_t strategy_count;
    const struct pair *pairs;
    uint32_t pair_count;
};

/* Writes the sentence, terminated and cut to size; returns its length. size >= 4. */
size_t sentence_record(char *out, size_t size, const struct record *record,
                       const struct sentence_names *names);

/* "long", "short" or "neutral", by the sign of it. */
const char *sentence_direction(int32_t direction);

/* Writes one vote: "sma_cross long: close 64,210.5 crossed above SMA 64,180.2". */
size_t sentence_vote(char *out, size_t size, const struct vote *vote, const struct record *record,
                     const struct sentence_names *names);

/* The answer's contributions as they are told, largest first; returns how many there are. */
uint32_t sentence_contributions(const struct model_answer *answer,
                                struct contribution ret[MODEL_CONTRIBUTION_MAX]);

/* What a model judged by, without the amount: "the volume ranks 12 of 100". */
size_t sentence_contribution(char *out, size_t size, const struct contribution *contribution);

/*
 * The record as one JSON object, the sentence included. Money and quantities are decimal strings
 * with all their digits; prices the core holds as doubles are numbers that read back the same.
 */
void sentence_json(struct json_writer *writer, const char *key, const struct record *record,
                   const struct sentence_names *names);

/* The stable words used in JSON and in queries: "decision", "too_few", "sma_cross_up", "funds",
 * "entry"; "unknown" for a value that has no row. */
const char *sentence_kind_word(enum record_kind kind);
const char *sentence_note_word(enum report_note note);
const char *sentence_cause_word(enum exit_cause cause);
const char *sentence_verdict_word(enum verdict verdict);
const char *sentence_command_word(enum command command);
const char *sentence_reason_word(enum signal_reason reason);
const char *sentence_reject_word(enum reject_reason reject);
const char *sentence_purpose_word(enum order_purpose purpose);

/* All kinds' words, with commas between. */
void sentence_kind_list(char *out, size_t size);

/* The kind a word names; false when none. */
bool sentence_kind_find(const char *word, size_t len, enum record_kind *ret_kind);

/* The command a word names ("buy"), of those an operator gives; false when none. */
bool sentence_command_find(const char *word, size_t len, enum command *ret_command);

/* This record is about one market; others are about the whole account. */
bool sentence_about_pair(const struct record *record);

/* A price, quantity or money for reading: digits grouped by comma, at least two decimals for money
 * and two significant digits when it is below one unit. Each returns the length. */
size_t sentence_price(char *out, size_t size, double price, uint32_t decimals);
size_t sentence_money(char *out, size_t size, int64_t money);
size_t sentence_decimal(char *out, size_t size, int64_t value, uint32_t decimals);

/* "4 h 10 min", "35 s", "3 d 2 h": the two largest units. */
size_t sentence_duration(char *out, size_t size, int64_t duration_ns);
