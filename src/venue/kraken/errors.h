/* SPDX-License-Identifier: MIT */
/*
 * What Kraken's error strings mean for a request: whether nothing happened for certain or its fate
 * is not known, why it was refused, and what has to be done about the connection or the key. One
 * table, over the texts of Kraken's documents, for REST and WebSocket alike.
 *
 * A text that is not in the table: of a service or a database, or with "Internal" in it, it leaves
 * the fate open; so does a category never heard of. Anything else is a refusal.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/portfolio/order.h"

enum kraken_remedy {
    KRAKEN_REMEDY_NONE,
    KRAKEN_REMEDY_TOKEN,   /* a new token, and subscribe again */
    KRAKEN_REMEDY_NONCE,   /* the key's numbers have gone on without us */
    KRAKEN_REMEDY_WAIT,    /* too many requests: reads pause */
    KRAKEN_REMEDY_LOCKOUT, /* a quarter of an hour, and no attempt in it */
    KRAKEN_REMEDY_HUMAN,   /* the key, the secret or the account: trying again mends nothing */
};

struct kraken_error {
    const char *text; /* how it begins */
    bool lost;        /* what the venue did is not known; else it did nothing */
    bool passing;     /* a read may be tried again */
    enum reject_reason reject;
    enum kraken_remedy remedy;
};

extern const struct kraken_error kraken_errors[];
extern const size_t kraken_error_count;

/* Never NULL. */
const struct kraken_error *kraken_error_find(const char *text, size_t len);
