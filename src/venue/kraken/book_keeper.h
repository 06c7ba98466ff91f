/* SPDX-License-Identifier: MIT */
/*
 * One pair's book, verified: what passes has the venue's checksum and is not crossed. Anything else
 * makes the book unknown until the next snapshot, which the caller must ask for.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/book.h"
#include "venue/kraken/messages.h"

enum kraken_verdict {
    KRAKEN_BOOK_GOOD,
    KRAKEN_BOOK_WAITING,  /* an update without a snapshot: nothing to apply it to */
    KRAKEN_BOOK_CHECKSUM, /* does not match, or none was sent */
    KRAKEN_BOOK_CROSSED,
};

struct kraken_keeper {
    bool live;
    struct book book;
};

void kraken_keeper_init(struct kraken_keeper *keeper, uint32_t depth);

/* Forgets the book. */
void kraken_keeper_drop(struct kraken_keeper *keeper);

/* After any verdict but GOOD the book is unknown. */
enum kraken_verdict kraken_keeper_apply(struct kraken_keeper *keeper, bool snapshot,
                                        const struct kraken_book *row);

const char *kraken_verdict_text(enum kraken_verdict verdict);
