/* SPDX-License-Identifier: MIT */
#include "platform/crypto/seal.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/crypto/secret.h"
#include "platform/loop/loop.h"

#define MARK_LEN 6
#define COST_AT 6
#define SALT_AT 8
#define SALT_LEN 16
#define NONCE_AT 24
#define NONCE_LEN 12
#define KEY_LEN 32

static const char mark[MARK_LEN + 1] = "cseal1";

/* OpenSSL's own bound on scrypt is 32 MiB; the most we ask for is N = 2^20, which takes 1 GiB. */
#define SCRYPT_MEMORY_MAX (UINT64_C(1100) << 20)

static int derive(const char *passphrase, size_t passphrase_len, const uint8_t *head,
                  uint8_t *ret_key)
{
    const uint64_t n = UINT64_C(1) << head[COST_AT];
    return EVP_PBE_scrypt(passphrase, passphrase_len, head + SALT_AT, SALT_LEN, n, 8, 1,
                          SCRYPT_MEMORY_MAX, ret_key, KEY_LEN) == 1
               ? 0
               : -ENOMEM;
}

static int encrypt(const uint8_t *key, const void *bytes, size_t len, uint8_t *sealed)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    uint8_t *out = sealed + SEAL_HEAD_LEN;
    int wrote;
    const bool fine =
        cipher &&
        EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, sealed + NONCE_AT) == 1 &&
        EVP_EncryptUpdate(cipher, NULL, &wrote, sealed, SEAL_HEAD_LEN) == 1 &&
        EVP_EncryptUpdate(cipher, out, &wrote, bytes, (int)len) == 1 &&
        EVP_EncryptFinal_ex(cipher, out + len, &wrote) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_LEN, out + len) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return fine ? 0 : -ENOMEM;
}

static int decrypt(const uint8_t *key, const uint8_t *sealed, size_t len, uint8_t *ret_bytes)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    const uint8_t *in = sealed + SEAL_HEAD_LEN;
    uint8_t tag[SEAL_TAG_LEN], none[1];
    int wrote;
    memcpy(tag, in + len, sizeof tag);
    const bool ready =
        cipher &&
        EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, sealed + NONCE_AT) == 1 &&
        EVP_DecryptUpdate(cipher, NULL, &wrote, sealed, SEAL_HEAD_LEN) == 1 &&
        EVP_DecryptUpdate(cipher, ret_bytes, &wrote, in, (int)len) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_LEN, tag) == 1;
    const bool genuine = ready && EVP_DecryptFinal_ex(cipher, none, &wrote) == 1;
    EVP_CIPHER_CTX_free(cipher);
    return genuine ? 0 : ready ? -EKEYREJECTED : -ENOMEM;
}

int seal_close(const char *passphrase, size_t passphrase_len, uint32_t cost, const void *bytes,
               size_t len, uint8_t *ret_sealed)
{
    CHECK(cost >= SEAL_COST_LEAST && cost <= SEAL_COST_MOST);
    CHECK(len <= INT_MAX);
    uint8_t *key = secret_new(KEY_LEN);
    if (!key)
        return -errno;
    const struct entropy entropy = entropy_system();
    memcpy(ret_sealed, mark, MARK_LEN);
    ret_sealed[COST_AT] = (uint8_t)cost;
    ret_sealed[COST_AT + 1] = 0;
    entropy.fill(entropy.self, ret_sealed + SALT_AT, SALT_LEN + NONCE_LEN);
    int code = derive(passphrase, passphrase_len, ret_sealed, key);
    if (code == 0)
        code = encrypt(key, bytes, len, ret_sealed);
    secret_free(key);
    return code;
}

int seal_open(const char *passphrase, size_t passphrase_len, const uint8_t *sealed,
              size_t sealed_len, void *ret_bytes)
{
    if (sealed_len < SEAL_ADDED_LEN || sealed_len > INT_MAX ||
        memcmp(sealed, mark, MARK_LEN) != 0 || sealed[COST_AT] < SEAL_COST_LEAST ||
        sealed[COST_AT] > SEAL_COST_MOST || sealed[COST_AT + 1] != 0)
        return -EBADMSG;
    const size_t len = sealed_len - SEAL_ADDED_LEN;
    uint8_t *key = secret_new(KEY_LEN);
    if (!key)
        return -errno;
    int code = derive(passphrase, passphrase_len, sealed, key);
    if (code == 0)
        code = decrypt(key, sealed, len, ret_bytes);
    if (code != 0)
        secret_wipe(ret_bytes, len);
    secret_free(key);
    return code;
}
