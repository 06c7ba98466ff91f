/* SPDX-License-Identifier: MIT */
/*
 * Bytes sealed under a passphrase: scrypt (RFC 7914) makes a key of it, AES-256-GCM seals. The
 * sealed form carries all that opening needs but the passphrase:
 *
 *     "cseal1" | log2 N | 0 | salt 16 | nonce 12 | sealed bytes | tag 16
 *
 * and its head is covered by the tag too. Salt and nonce are drawn anew each time. At the usual
 * cost (N = 2^17, r = 8, p = 1) one guess takes 128 MiB and most of a second.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SEAL_HEAD_LEN 36
#define SEAL_TAG_LEN 16
#define SEAL_ADDED_LEN (SEAL_HEAD_LEN + SEAL_TAG_LEN)

enum seal_cost {
    SEAL_COST_LEAST = 14,
    SEAL_COST_USUAL = 17,
    SEAL_COST_MOST = 20, /* a GiB; a file that asks for more is refused */
};

/* Writes len + SEAL_ADDED_LEN bytes. 0, or -ENOMEM. */
int seal_close(const char *passphrase, size_t passphrase_len, uint32_t cost, const void *bytes,
               size_t len, uint8_t *ret_sealed);

/* Writes sealed_len - SEAL_ADDED_LEN bytes. 0; -EBADMSG: not a sealed form; -EKEYREJECTED: another
 * passphrase, or a byte was changed (which of the two cannot be known); -ENOMEM. On failure
 * `ret_bytes` is zeroed. */
int seal_open(const char *passphrase, size_t passphrase_len, const uint8_t *sealed,
              size_t sealed_len, void *ret_bytes);
