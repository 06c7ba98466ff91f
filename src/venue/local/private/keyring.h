/* SPDX-License-Identifier: MIT */
/*
 * The API keys of the local Kraken and what Kraken checks of each private call: the key, the
 * signature
 *
 *     API-Sign = base64(HMAC-SHA512(secret, path || SHA256(nonce || body)))
 *
 * over the very bytes of the body, the nonce, the one-time password, the permission and the REST
 * counter. Each refusal is Kraken's error string. These keys guard made-up money: they are kept in
 * plain memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/execution/rate_counter.h"
#include "platform/crypto/digest.h"
#include "platform/seam.h"
#include "venue/local/private/fields.h"

#define KEYRING_MAX 16
#define KEY_TEXT_MAX 64     /* a key is 56 characters of base64 */
#define SECRET_TEXT_MAX 128 /* 88 characters for 64 bytes */
#define OTP_TEXT_MAX 64

/* What a key may do, as GetApiKeyInfo names it; one bit each. */
enum permission {
    PERMIT_QUERY_FUNDS = 1 << 0,
    PERMIT_QUERY_OPEN = 1 << 1,
    PERMIT_QUERY_CLOSED = 1 << 2,
    PERMIT_MODIFY = 1 << 3,
    PERMIT_CLOSE = 1 << 4,
    PERMIT_QUERY_LEDGER = 1 << 5,
    PERMIT_TOKEN = 1 << 6,
    PERMIT_WITHDRAW = 1 << 7, /* guards no call here; a client may refuse a key that has it */
    PERMIT_COUNT = 8,
    PERMIT_USUAL = (1 << 7) - 1,
};

/* "query-funds" for PERMIT_QUERY_FUNDS; by number of the bit. */
const char *permission_name(uint32_t bit);

/* A list of names by commas, "all" or "none"; false for an unknown name. */
bool permission_parse(const char *names, uint32_t *ret_permissions);

struct key {
    char text[KEY_TEXT_MAX];
    char secret_text[SECRET_TEXT_MAX];
    struct hmac_sha512 secret;
    char otp[OTP_TEXT_MAX]; /* "" none is asked for */
    uint32_t permissions;
    uint32_t account;
    enum rate_tier tier;
    uint64_t nonce_last;
    uint64_t nonce_window; /* so far below the highest a nonce may be, and may come again */
    struct rate_counter calls;
    int64_t made_ns, used_ns;
};

struct keyring {
    uint32_t count;
    struct key keys[KEYRING_MAX];
};

/* What an operator says of a key; NULL or "" where he leaves it open. */
struct key_config {
    const char *text, *secret; /* both, or neither: then a pair is made */
    const char *otp;
    uint32_t permissions;
    uint64_t nonce_window;
    enum rate_tier tier;
};

/* The new key, or NULL with the reason in `error`. */
struct key *keyring_add(struct keyring *keyring, const struct key_config *config,
                        const struct entropy *entropy, char *error, size_t error_size);

const struct key *keyring_find(const struct keyring *keyring, const char *text);

/* The signature's text, as a client computes it: for tests and for the checking. */
#define SIGNATURE_TEXT_MAX 89
void key_sign(const struct key *key, const char *path, const char *nonce, const char *body,
              size_t body_len, char ret_signature[SIGNATURE_TEXT_MAX]);

struct call_proof {
    const char *path;      /* "/0/private/Balance" */
    const char *key;       /* header API-Key; "" absent */
    const char *signature; /* header API-Sign */
    const char *body;      /* as received */
    size_t body_len;
    const struct fields *fields; /* the same, read */
};

/* Key, signature, nonce and password, in this order. NULL and the key, or the error. A nonce counts
 * as used only when the signature was right. */
const char *keyring_admit(struct keyring *keyring, const struct call_proof *proof,
                          struct key **ret_key);

/* The REST counter: NULL, or the error. Counts in either case, as Kraken does. */
const char *key_count_call(struct key *key, uint32_t calls, int64_t now_ns);
