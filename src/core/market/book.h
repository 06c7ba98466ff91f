/* SPDX-License-Identifier: MIT */
/*
 * An L2 order book as Kraken's WebSocket v2 keeps one: levels best first, a quantity replaces its
 * level, zero deletes it, and after each message each side is cut to the subscribed depth. The
 * checksum is CRC-32 over the best ten asks, then bids (reference: Kraken's book guide v2).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/pair.h"

enum side {
    SIDE_BUY,
    SIDE_SELL,
};

struct level {
    int64_t price_ticks;
    int64_t qty_lots;
};

struct level_change {
    enum side side; /* SIDE_BUY: a bid */
    struct level level;
};

/* A level as the checksum wants it: the digits of its price, then those of its quantity. Kept from
 * one checksum to the next, because a message changes one or two of the twenty levels it covers;
 * and written by the checksum, because a book that nobody checks has no use for it. */
struct level_text {
    char digits[39];
    uint8_t len; /* 0: not written since the level changed */
};

struct book_side {
    uint32_t count;
    struct level levels[BOOK_LEVELS_MAX];
    struct level_text texts[BOOK_LEVELS_MAX]; /* of the level at the same place */
};

struct book {
    uint32_t depth;
    struct book_side bids; /* descending */
    struct book_side asks; /* ascending */
};

/* depth: 10, 25 or 100. */
void book_init(struct book *book, uint32_t depth);

void book_clear(struct book *book);

/* Empty again, with another depth: the next snapshot's. What the levels before have left behind is
 * not wiped, as book_init does with 14 KB. */
void book_restart(struct book *book, uint32_t depth);

/* Applies the changes of one message in order, then cuts to depth. Prices > 0, quantities >= 0. A
 * side that grows beyond BOOK_LEVELS_MAX within one message loses its worst level at once. */
void book_apply(struct book *book, const struct level_change *changes, uint32_t count);

/* The checksum as Kraken sends it. Writes nothing but the texts. */
uint32_t book_checksum(struct book *book);

/* True while both sides have a level and the best bid is below the best ask. */
bool book_sound(const struct book *book);

/* (bid qty - ask qty) / (bid qty + ask qty) over the best `levels`, -1..1; 0 when empty. */
double book_imbalance(const struct book *book, uint32_t levels);
