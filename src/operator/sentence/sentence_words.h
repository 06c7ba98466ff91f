/* SPDX-License-Identifier: MIT */
/* What the sentence's files share: a text that grows, and what is told of. */
#pragma once

#include "operator/sentence/sentence.h"

#define FIGURE_MAX 480 /* the longest double in %.18f */

/* A text that grows to its size and then ends in "...", never inside a word of ours it began. */
struct words {
    char *text;
    size_t size;
    size_t len;
    bool full;
};

struct context {
    struct words *words;
    const struct record *record;
    const struct sentence_names *names;
};

void put_bytes(struct words *words, const char *bytes, size_t len);
void put(struct words *words, const char *text);
__attribute__((format(printf, 2, 3))) void putf(struct words *words, const char *format, ...);

/* Ends the text; its length. */
size_t words_finish(struct words *words);

/* NULL: the record is of none. */
const struct pair *pair_of(const struct context *c);

/* With the decimals of the record's pair. */
void put_price(const struct context *c, double price);

/* sentence_votes.c: who said what, and why. */
void put_strategy_name(const struct context *c, uint32_t strategy);
void put_vote(const struct context *c, const struct vote *vote, bool with_direction);
void put_votes(const struct context *c);

/* After the verdict, because it did not make it. */
void put_weak(const struct context *c);
void put_agreement(const struct context *c);

/* ": 1 long (trend: ...)", of those that cool down. */
void put_cooling_votes(const struct context *c);

/* sentence_chain.c: what the decision asked beside the vote. The last four before the model are
 * whole sentences, or nothing where there is nothing to say. */
void put_filter(const struct context *c);
void put_timeframe(const struct context *c);
void put_mood(const struct context *c);
void put_scaled(const struct context *c);
void put_contribution(const struct context *c, const struct contribution *contribution);
void put_regime(const struct context *c);
void put_blend(const struct context *c);
void put_shadow(const struct context *c);
void put_planned(const struct context *c); /* sentence_plan.c, with the next two */
void put_bandit(const struct context *c);
void put_skipped(const struct context *c);
void put_cooling(const struct context *c);

/* Why a model refuses, after "but"; and which one is in force, a whole sentence. */
void put_model(const struct context *c);
void put_in_force(const struct context *c);
void put_drifted(const struct context *c);
void put_failed(const struct context *c);
