/* SPDX-License-Identifier: MIT */
/*
 * SHA-256, and HMAC (RFC 2104) with SHA-256 and SHA-512, over bytes that lie in several places.
 * None allocates or fails. What is made of an HMAC-SHA-512 key lives in the caller's struct and
 * nowhere else: keep that in the memory of secret.h, because whoever reads it can sign.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32
#define SHA512_LEN 64

struct span {
    const void *bytes;
    size_t len;
};

void sha256(const struct span *spans, size_t span_count, uint8_t ret[SHA256_LEN]);

/* HMAC-SHA-256, for what is signed seldom; the key is wiped from the stack. */
void hmac_sha256(const void *key, size_t key_len, const struct span *spans, size_t span_count,
                 uint8_t ret[SHA256_LEN]);

/* SHA-512 as it stands after the key's inner and outer block: signing starts from there. */
struct hmac_sha512 {
    uint64_t inner[27];
    uint64_t outer[27];
};

void hmac_sha512_init(struct hmac_sha512 *hmac, const void *key, size_t key_len);
void hmac_sha512_deinit(struct hmac_sha512 *hmac);

/* Any number of times, from any thread. */
void hmac_sha512(const struct hmac_sha512 *hmac, const struct span *spans, size_t span_count,
                 uint8_t ret[SHA512_LEN]);
