/* SPDX-License-Identifier: MIT */
/*
 * The words. A template is text with figures in braces, which sentence.c fills:
 *
 *   in a record's row    {pair} {price} {qty} {cost} {fee} {stop} {exits} {votes} ... by name
 *   in a reason's row    {0p} the vote's figure 0 as a price, {2n} figure 2 as a plain number,
 *                          {3r} figure 3 as a ratio, with two decimals, {0c} figure 0 as a candle
 *                          pattern, by its name
 *
 * A row's word is what JSON and queries use: it is an interface and never changes.
 */
#pragma once

#include <stdint.h>

struct sentence_row {
    const char *word;
    const char *text;
};

/* A table's row of that index; NULL for one that it leaves out. */
#define SENTENCE_ROW(table, index)                                                                 \
    ((index) < sizeof(table) / sizeof(table)[0] && (table)[index].word ? &(table)[index] : NULL)

/* Each returns NULL for a value that has no row. */
const struct sentence_row *sentence_kind_row(uint32_t kind);     /* RECORD_DECISION's text is "" */
const struct sentence_row *sentence_note_row(uint32_t note);     /* of a RECORD_NOTE */
const struct sentence_row *sentence_cause_row(uint32_t cause);   /* of a RECORD_STOP, _PLANNED */
const struct sentence_row *sentence_factor_row(uint32_t factor); /* of an entry's size */
const struct sentence_row *sentence_rule_row(uint32_t rule);     /* what its size came to */
const struct sentence_row *sentence_verdict_row(uint32_t verdict);
const struct sentence_row *sentence_reason_row(uint32_t reason);
const struct sentence_row *sentence_pattern_row(uint32_t pattern);
const struct sentence_row *sentence_reject_row(uint32_t reject);
const struct sentence_row *sentence_purpose_row(uint32_t purpose);

/* sentence_chain.c. A filter's text is what its failure says: {f2} its figure, {l0} and {h1} its
 * limits, each with so many decimals. */
const struct sentence_row *sentence_filter_row(uint32_t filter);
const struct sentence_row *sentence_state_row(uint32_t state);
const struct sentence_row *sentence_way_row(uint32_t way);
const struct sentence_row *sentence_volatility_row(uint32_t volatility);
const struct sentence_row *sentence_mood_row(uint32_t mood);
const struct sentence_row *sentence_model_row(uint32_t model);

/* sentence_command.c. Of a RECORD_COMMAND that was done; that was refused, without its reason; and
 * the reason. */
const struct sentence_row *sentence_command_row(uint32_t command);
const struct sentence_row *sentence_asked_row(uint32_t command);
const struct sentence_row *sentence_refusal_row(uint32_t verdict);
const struct sentence_row *sentence_part_row(uint32_t part); /* enum strategy_part */
