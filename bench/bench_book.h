/* SPDX-License-Identifier: MIT */
/*
 * Books for the row of the score: ten levels a side of a seeded market, one or two of which change
 * from one to the next; and the plain loops that compute from bare levels what the score does, all
 * but the spoofing: no walls, no ring, no options, every sum anew.
 */
#pragma once

#include <stdint.h>

#include "core/market/book.h"

#define BOOK_COUNT 4096
#define BOOK_LEVELS 10

struct bare_book {
    int64_t time_ns;
    struct level levels[2][BOOK_LEVELS]; /* by enum side */
};

/* With the defaults of the options. */
#define PLAIN_DECAY 0.8
#define PLAIN_WHALE_TIMES 10
#define PLAIN_VOID_TIMES 5
#define PLAIN_VOID_MIN 0.00005
#define PLAIN_WINDOW_PARTS 20
#define PLAIN_PART_NS INT64_C(500000000)

/* Of each book the sum of imbalance, delta, whales and voids; all of them added up. */
double plain_book_figures(const struct bare_book *books, uint32_t count);
