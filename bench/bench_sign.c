/* SPDX-License-Identifier: MIT */
/*
 * The row of a signed REST call. Its floor is the same arithmetic by the way OpenSSL 3 recommends:
 * one SHA-256 and one HMAC-SHA-512 through EVP, both fetched and keyed before the clock starts, and
 * nothing written as text.
 */
#include "bench.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <string.h>

#include "venue/kraken/sign.h"

#define CALLS 2000

/* Kraken's published example. */
static const char secret[] =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99H"
    "AZtuZuj6F1huXg==";
static const char expected[] =
    "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32"
    "bAb0nmbRn6H8ndwLUQ==";
static const char body[] =
    "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
static const struct kraken_call call = {
    .path = "/0/private/AddOrder",
    .nonce = "1616492376594",
    .body = body,
    .body_len = sizeof body - 1,
};

struct sign_run {
    struct kraken_signer *signer;
    char sign[KRAKEN_SIGN_SIZE];
    EVP_MD *sha256;
    EVP_MD_CTX *digest;
    EVP_MAC *hmac;
    EVP_MAC_CTX *keyed;
    uint8_t plain[SHA512_LEN];
};

static void sign_work(void *context)
{
    struct sign_run *run = context;
    for (int i = 0; i < CALLS; i++) {
        kraken_sign(run->signer, &call, run->sign);
    }
}

static void sign_floor(void *context)
{
    struct sign_run *run = context;
    uint8_t digest[SHA256_LEN];
    size_t len;
    for (int i = 0; i < CALLS; i++) {
        EVP_DigestInit_ex2(run->digest, run->sha256, NULL);
        EVP_DigestUpdate(run->digest, call.nonce, strlen(call.nonce));
        EVP_DigestUpdate(run->digest, call.body, call.body_len);
        EVP_DigestFinal_ex(run->digest, digest, NULL);
        EVP_MAC_init(run->keyed, NULL, 0, NULL);
        EVP_MAC_update(run->keyed, (const uint8_t *)call.path, strlen(call.path));
        EVP_MAC_update(run->keyed, digest, sizeof digest);
        EVP_MAC_final(run->keyed, run->plain, &len, sizeof run->plain);
    }
}

static bool prepare(struct sign_run *run)
{
    char word[] = "SHA512";
    uint8_t key[SHA512_LEN];
    size_t key_len = 0;
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, word, 0),
        OSSL_PARAM_construct_end(),
    };
    base64_decode(secret, sizeof secret - 1, key, sizeof key, &key_len);
    run->signer = kraken_signer_new(secret, sizeof secret - 1);
    run->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    run->digest = EVP_MD_CTX_new();
    run->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    run->keyed = EVP_MAC_CTX_new(run->hmac);
    return run->signer != NULL && run->sha256 != NULL && run->digest != NULL &&
           run->keyed != NULL && EVP_MAC_init(run->keyed, key, key_len, params) == 1;
}

bool bench_kraken_sign(struct bench_row *row)
{
    struct sign_run run = {0};
    char plain[KRAKEN_SIGN_SIZE];
    bool right = prepare(&run);
    row->unit = "call";
    if (right) {
        bench_time(row, &(struct bench_work){sign_work, sign_floor, &run, CALLS});
        base64_encode(run.plain, sizeof run.plain, plain);
        right = strcmp(run.sign, expected) == 0 && strcmp(plain, expected) == 0;
    }
    if (!right) {
        snprintf(row->note, sizeof row->note,
                 "not the signature that Kraken publishes, or no "
                 "memory");
    }
    kraken_signer_free(run.signer);
    EVP_MAC_CTX_free(run.keyed);
    EVP_MAC_free(run.hmac);
    EVP_MD_CTX_free(run.digest);
    EVP_MD_free(run.sha256);
    return right;
}
