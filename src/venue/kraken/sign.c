/* SPDX-License-Identifier: MIT */
#include "venue/kraken/sign.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "platform/crypto/secret.h"

struct kraken_signer {
    struct hmac_sha512 hmac;
    uint8_t key[KRAKEN_SECRET_MAX]; /* wiped once the hmac is made of it */
};

struct kraken_signer *kraken_signer_new(const char *secret, size_t len)
{
    struct kraken_signer *signer = secret_new(sizeof *signer);
    if (signer == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    size_t key_len = 0;
    if (base64_decode(secret, len, signer->key, sizeof signer->key, &key_len) != 0 ||
        key_len == 0) {
        secret_free(signer);
        errno = EINVAL;
        return NULL;
    }
    hmac_sha512_init(&signer->hmac, signer->key, key_len);
    secret_wipe(signer->key, sizeof signer->key);
    return signer;
}

void kraken_signer_free(struct kraken_signer *signer)
{
    secret_free(signer);
}

void kraken_sign(const struct kraken_signer *signer, const struct kraken_call *call,
                 char ret[KRAKEN_SIGN_SIZE])
{
    uint8_t digest[SHA256_LEN], code[SHA512_LEN];
    const struct span said[] = {
        {call->nonce, strlen(call->nonce)},
        {call->body, call->body_len},
    };
    sha256(said, 2, digest);
    const struct span under[] = {
        {call->path, strlen(call->path)},
        {digest, sizeof digest},
    };
    hmac_sha512(&signer->hmac, under, 2, code);
    base64_encode(code, sizeof code, ret);
}

void kraken_call_headers(const struct kraken_signer *signer, const struct kraken_call *call,
                         const char *api_key, char *ret, size_t size)
{
    char sign[KRAKEN_SIGN_SIZE];
    kraken_sign(signer, call, sign);
    snprintf(ret, size,
             "API-Key: %s\r\nAPI-Sign: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n",
             api_key, sign);
}
