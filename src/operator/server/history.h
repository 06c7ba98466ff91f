/* SPDX-License-Identifier: MIT */
/*
 * What the bridge remembers for its clients, bounded: a chart per pair, the last thoughts
 * and the last closed trades. Only the bridge's own thread touches it. The ledger keeps the rest.
 *
 * 1.0 MB for thoughts and trades, written whole at the start, and 73 KB for each pair that has a
 * candle: nothing here grows with time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operator/server/bridge.h"
#include "operator/server/chart.h"

#define HISTORY_THOUGHT_MAX 500
#define HISTORY_TRADE_MAX 500

/* The text of all thoughts together: 1.5 KB for each, half as much again as they have on average.
 * When they are longer, fewer are held. */
#define HISTORY_TEXT_SIZE (768u << 10)

struct history_thought {
    enum record_kind kind;
    char symbol[SYMBOL_MAX]; /* "" when about the whole account */
    const char *json;        /* in the history's text, until newer ones need the room */
    size_t len;
    uint64_t begin; /* of its bytes among all that were ever written */
};

struct history {
    struct chart *charts[PAIR_MAX]; /* NULL until the first candle */
    uint64_t thought_count;         /* ever; the newest stands at (count - 1) % max */
    struct history_thought thoughts[HISTORY_THOUGHT_MAX];
    uint64_t trade_count;
    struct bridge_trade trades[HISTORY_TRADE_MAX];
    uint64_t late_count; /* candles not newer than the last, refused */
    uint64_t text_end;   /* bytes ever written; the next stands at text_end % HISTORY_TEXT_SIZE */
    char text[HISTORY_TEXT_SIZE];
};

struct history *history_new(void);
void history_free(struct history *history);

void history_add_candles(struct history *history, uint32_t pair, enum timeframe base,
                         const struct candle *candles, uint32_t count);
void history_set_forming(struct history *history, uint32_t pair, enum timeframe base,
                         const struct candle *candle);

/* Keeps a copy of the text, at most BRIDGE_THOUGHT_MAX bytes; what is longer is left out. */
void history_add_thought(struct history *history, enum record_kind kind, const char *symbol,
                         const char *json, size_t len);
void history_add_trade(struct history *history, const struct bridge_trade *trade);

/* back = 0 is the newest; NULL beyond what is held. */
const struct history_thought *history_thought_at(const struct history *history, uint64_t back);
const struct bridge_trade *history_trade_at(const struct history *history, uint64_t back);
