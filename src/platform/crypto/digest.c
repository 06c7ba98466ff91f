/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL 3 recommends EVP. Its contexts are allocated anew by every EVP_DigestInit, and EVP_MAC
 * keeps the key in the library's ordinary heap, from where a core dump takes it. The functions
 * below, deprecated but part of every release, work on a struct of ours.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "platform/crypto/digest.h"

#include <openssl/sha.h>
#include <string.h>

#include "platform/crypto/secret.h"

#define BLOCK_LEN SHA512_CBLOCK

_Static_assert(sizeof(SHA512_CTX) <= sizeof((struct hmac_sha512){0}.inner),
               "OpenSSL's SHA-512 state fits into ours");

void sha256(const struct span *spans, size_t span_count, uint8_t ret[SHA256_LEN])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    for (size_t i = 0; i < span_count; i++)
        SHA256_Update(&state, spans[i].bytes, spans[i].len);
    SHA256_Final(ret, &state);
}

static void hmac_sha256_half(const uint8_t key[SHA256_CBLOCK], uint8_t mask,
                             const struct span *spans, size_t span_count, uint8_t ret[SHA256_LEN])
{
    uint8_t block[SHA256_CBLOCK];
    SHA256_CTX state;
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = key[i] ^ mask;
    SHA256_Init(&state);
    SHA256_Update(&state, block, sizeof block);
    for (size_t i = 0; i < span_count; i++)
        SHA256_Update(&state, spans[i].bytes, spans[i].len);
    SHA256_Final(ret, &state);
    secret_wipe(block, sizeof block);
    secret_wipe(&state, sizeof state);
}

void hmac_sha256(const void *key, size_t key_len, const struct span *spans, size_t span_count,
                 uint8_t ret[SHA256_LEN])
{
    uint8_t block[SHA256_CBLOCK] = {0};
    if (key_len > sizeof block)
        sha256(&(struct span){key, key_len}, 1, block);
    else if (key_len > 0)
        memcpy(block, key, key_len);
    hmac_sha256_half(block, 0x36, spans, span_count, ret);
    hmac_sha256_half(block, 0x5C, &(struct span){ret, SHA256_LEN}, 1, ret);
    secret_wipe(block, sizeof block);
}

static void start_with(uint64_t *ret_state, const uint8_t key[BLOCK_LEN], uint8_t mask)
{
    uint8_t block[BLOCK_LEN];
    SHA512_CTX state;
    for (size_t i = 0; i < BLOCK_LEN; i++)
        block[i] = key[i] ^ mask;
    SHA512_Init(&state);
    SHA512_Update(&state, block, sizeof block);
    memcpy(ret_state, &state, sizeof state);
    secret_wipe(block, sizeof block);
    secret_wipe(&state, sizeof state);
}

void hmac_sha512_init(struct hmac_sha512 *hmac, const void *key, size_t key_len)
{
    uint8_t block[BLOCK_LEN] = {0};
    *hmac = (struct hmac_sha512){0};
    if (key_len > sizeof block) {
        SHA512_CTX state;
        SHA512_Init(&state);
        SHA512_Update(&state, key, key_len);
        SHA512_Final(block, &state);
        secret_wipe(&state, sizeof state);
    } else if (key_len > 0) {
        memcpy(block, key, key_len);
    }
    start_with(hmac->inner, block, 0x36);
    start_with(hmac->outer, block, 0x5C);
    secret_wipe(block, sizeof block);
}

void hmac_sha512_deinit(struct hmac_sha512 *hmac)
{
    secret_wipe(hmac, sizeof *hmac);
}

void hmac_sha512(const struct hmac_sha512 *hmac, const struct span *spans, size_t span_count,
                 uint8_t ret[SHA512_LEN])
{
    SHA512_CTX state;
    memcpy(&state, hmac->inner, sizeof state);
    for (size_t i = 0; i < span_count; i++)
        SHA512_Update(&state, spans[i].bytes, spans[i].len);
    SHA512_Final(ret, &state);
    memcpy(&state, hmac->outer, sizeof state);
    SHA512_Update(&state, ret, SHA512_LEN);
    SHA512_Final(ret, &state);
    secret_wipe(&state, sizeof state);
}
