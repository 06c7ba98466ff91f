/* SPDX-License-Identifier: MIT */
/*
 * The signature of a private REST call (header API-Sign):
 *
 *     base64( HMAC-SHA512( base64-decoded secret, path || SHA256( nonce || body ) ) )
 *
 * where path is that of the URL alone ("/0/private/AddOrder") and body the exact bytes sent, in
 * which the same nonce stands as a field. Signing allocates nothing and cannot fail. What can sign
 * lies in the memory of platform/crypto/secret.h; the secret itself is not kept.
 */
#pragma once

#include <stddef.h>

#include "platform/crypto/base64.h"
#include "platform/crypto/digest.h"

#define KRAKEN_SIGN_SIZE BASE64_SIZE(SHA512_LEN)

/* Kraken's secrets decode to 64 bytes; other lengths are signed with, not judged. */
#define KRAKEN_SECRET_MAX 128

struct kraken_signer;

/* NULL with errno: EINVAL when the secret is not base64 or is empty, ENOMEM when the memory cannot
 * be had or locked. The text stays the caller's to wipe. */
struct kraken_signer *kraken_signer_new(const char *secret, size_t len);
void kraken_signer_free(struct kraken_signer *signer);

struct kraken_call {
    const char *path;
    const char *nonce;
    const char *body;
    size_t body_len;
};

void kraken_sign(const struct kraken_signer *signer, const struct kraken_call *call,
                 char ret[KRAKEN_SIGN_SIZE]);

/* The lines of the call's head: key, signature, and that the body is a form. `ret` has room for the
 * key and KRAKEN_CALL_HEADERS_SIZE. */
#define KRAKEN_CALL_HEADERS_SIZE (KRAKEN_SIGN_SIZE + 100)
void kraken_call_headers(const struct kraken_signer *signer, const struct kraken_call *call,
                         const char *api_key, char *ret, size_t size);
