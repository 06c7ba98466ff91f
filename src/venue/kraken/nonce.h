/* SPDX-License-Identifier: MIT */
/*
 * Nonces: Kraken takes each private call of a key only when its number is above all before it.
 *
 * Numbers start at the wall clock in nanoseconds and go on by one. Nanoseconds, because a key that
 * was once used with them (by Kraken's own client, say) is refused milliseconds for ever, while
 * a key used with milliseconds takes nanoseconds gladly. By one and not by the clock, so that a
 * clock set back while we run changes nothing and the disk is written once in NONCE_BLOCK calls.
 *
 * No number is given before a bound above it is on disk. The next start begins at that bound, or at
 * the clock where that is further: so a crash repeats no number, nor does a clock set back between
 * two starts; and where the disk was lost with the bound, the clock is ahead by itself, since no
 * key makes 1e9 calls a second. One source of nonces for one key.
 *
 * The bound is kept by whoever is given as store: asked early, when half a block is left, so that
 * the disk is not waited for.
 */
#pragma once

#include <stdint.h>

#define NONCE_BLOCK 4096

struct nonce_store {
    void *self;

    /* Asks that `bound` be kept durably; the answer is kraken_nonce_saved, from inside this call
     * or later. One request at a time. */
    void (*save)(void *self, uint64_t bound);
};

struct kraken_nonce {
    uint64_t next;
    uint64_t bound; /* on disk: numbers below it may be given */
    uint64_t asked; /* of the store, 0 when nothing is under way */
    struct nonce_store store;
};

/* `bound`: the one kept last, 0 when there is none. */
void kraken_nonce_init(struct kraken_nonce *nonce, const struct nonce_store *store, uint64_t bound,
                       int64_t wall_ns);

/* The answer to save: 0 when `bound` is on disk, else it is asked for anew by the next call. */
void kraken_nonce_saved(struct kraken_nonce *nonce, uint64_t bound, int code);

/* 0; or -EAGAIN when the bound is not on disk yet: it has been asked for, call again when
 * kraken_nonce_saved has been. */
int kraken_nonce_next(struct kraken_nonce *nonce, uint64_t *ret);

/* The venue calls a number too low: the key was used by somebody else. Goes on from the clock, when
 * that is ahead. */
void kraken_nonce_jump(struct kraken_nonce *nonce, int64_t wall_ns);
