/* SPDX-License-Identifier: MIT */
/*
 * Frames in Kraken's exact shape (WebSocket v2: ticker and book, BTC/USD with 1 price and 8
 * quantity decimals), made from a seed: a book of ten levels of which an update changes one or two,
 * with the venue's checksum; and the plain parsers that trust them: the keys in this order, every
 * number with all its decimals, nothing verified.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/book.h"

#define FRAME_COUNT 4096
#define FRAME_LEN_MAX 640
#define FRAME_PRICE_DECIMALS 1
#define FRAME_QTY_DECIMALS 8
#define FRAME_LEVELS 10

struct frames {
    size_t count;
    uint32_t offset[FRAME_COUNT + 1];
    struct level_change snapshot[2 * FRAME_LEVELS]; /* the book before the first update */
    struct book book;                               /* and after the last */
    int64_t sum; /* tickers: of all their integers, so that a parser can be held to them */
    char text[FRAME_COUNT * FRAME_LEN_MAX];
};

void frames_make_tickers(struct frames *frames, uint64_t seed);
void frames_make_books(struct frames *frames, uint64_t seed);

/* The plain parsers. A book without checksum and digits: bare levels, best first. */
struct plain_book {
    uint32_t count[2]; /* bids, asks */
    struct level levels[2][FRAME_LEVELS + 4];
};

int64_t plain_ticker(const char *text);
void plain_book_update(struct plain_book *book, const char *text);
