/* SPDX-License-Identifier: MIT */
#include "venue/local/private/keyring.h"

#include <stdio.h>
#include <string.h>

#include "platform/crypto/base64.h"
#include "platform/crypto/secret.h"

#define SECRET_LEN 64
#define KEY_LEN 42 /* 56 characters of base64 */

static const char *const names[PERMIT_COUNT] = {
    "query-funds",  "query-open-trades", "query-closed-trades", "modify-trades",
    "close-trades", "query-ledger",      "create-ws-token",     "withdraw-funds",
};

const char *permission_name(uint32_t bit)
{
    return bit < PERMIT_COUNT ? names[bit] : NULL;
}

static bool add_permission(const char *name, size_t len, uint32_t *permissions)
{
    for (uint32_t i = 0; i < PERMIT_COUNT; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0) {
            *permissions |= 1u << i;
            return true;
        }
    return false;
}

bool permission_parse(const char *text, uint32_t *ret_permissions)
{
    uint32_t permissions = 0;
    if (strcmp(text, "all") == 0)
        permissions = PERMIT_USUAL;
    else if (strcmp(text, "none") != 0)
        for (;;) {
            size_t len = strcspn(text, ",");
            if (!add_permission(text, len, &permissions))
                return false;
            if (text[len] == '\0')
                break;
            text += len + 1;
        }
    *ret_permissions = permissions;
    return true;
}

static bool make(const struct entropy *entropy, size_t len, char *ret_text)
{
    uint8_t bytes[SECRET_LEN];
    entropy->fill(entropy->self, bytes, len);
    base64_encode(bytes, len, ret_text);
    return true;
}

static bool set_texts(struct key *key, const struct key_config *config,
                      const struct entropy *entropy, char *error, size_t error_size)
{
    bool named = config->text && config->text[0], secret = config->secret && config->secret[0];
    if (named != secret) {
        snprintf(error, error_size, "an API key and its secret come together, or neither");
        return false;
    }
    if (!named)
        return make(entropy, KEY_LEN, key->text) && make(entropy, SECRET_LEN, key->secret_text);
    if (strlen(config->text) >= KEY_TEXT_MAX || strlen(config->secret) >= SECRET_TEXT_MAX) {
        snprintf(error, error_size, "the API key or its secret is too long: at most %d and %d",
                 KEY_TEXT_MAX - 1, SECRET_TEXT_MAX - 1);
        return false;
    }
    snprintf(key->text, sizeof key->text, "%s", config->text);
    snprintf(key->secret_text, sizeof key->secret_text, "%s", config->secret);
    return true;
}

struct key *keyring_add(struct keyring *keyring, const struct key_config *config,
                        const struct entropy *entropy, char *error, size_t error_size)
{
    struct key key = {.permissions = config->permissions,
                      .nonce_window = config->nonce_window,
                      .tier = config->tier};
    uint8_t secret[SECRET_TEXT_MAX];
    size_t secret_len;
    if (keyring->count == KEYRING_MAX) {
        snprintf(error, error_size, "more than %d API keys", KEYRING_MAX);
        return NULL;
    }
    if (!set_texts(&key, config, entropy, error, error_size))
        return NULL;
    if (keyring_find(keyring, key.text)) {
        snprintf(error, error_size, "the API key %s is given twice", key.text);
        return NULL;
    }
    if (base64_decode(key.secret_text, strlen(key.secret_text), secret, sizeof secret,
                      &secret_len) != 0) {
        snprintf(error, error_size, "the secret of the API key %s is not base64", key.text);
        return NULL;
    }
    hmac_sha512_init(&key.secret, secret, secret_len);
    snprintf(key.otp, sizeof key.otp, "%s", config->otp ? config->otp : "");
    keyring->keys[keyring->count] = key;
    return &keyring->keys[keyring->count++];
}

const struct key *keyring_find(const struct keyring *keyring, const char *text)
{
    for (uint32_t i = 0; i < keyring->count; i++)
        if (strcmp(keyring->keys[i].text, text) == 0)
            return &keyring->keys[i];
    return NULL;
}

void key_sign(const struct key *key, const char *path, const char *nonce, const char *body,
              size_t body_len, char ret_signature[SIGNATURE_TEXT_MAX])
{
    uint8_t digest[SHA256_LEN], mac[SHA512_LEN];
    const struct span said[] = {{nonce, strlen(nonce)}, {body, body_len}};
    sha256(said, 2, digest);
    const struct span signed_text[] = {{path, strlen(path)}, {digest, sizeof digest}};
    hmac_sha512(&key->secret, signed_text, 2, mac);
    base64_encode(mac, sizeof mac, ret_signature);
}

/* Digits alone, and not more than 64 bits hold. */
static bool read_nonce(const char *text, uint64_t *ret)
{
    uint64_t value = 0;
    if (text[0] == '\0')
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return false;
    }
    *ret = value;
    return true;
}

static bool nonce_follows(const struct key *key, uint64_t nonce)
{
    return nonce > key->nonce_last ||
           (key->nonce_window > 0 && key->nonce_last - nonce <= key->nonce_window);
}

const char *keyring_admit(struct keyring *keyring, const struct call_proof *proof,
                          struct key **ret_key)
{
    const struct fields_view view = fields_whole(proof->fields);
    const char *nonce_text = fields_text(&view, "nonce");
    char signature[SIGNATURE_TEXT_MAX];
    uint64_t nonce;
    struct key *key = NULL;
    for (uint32_t i = 0; i < keyring->count; i++)
        if (strcmp(keyring->keys[i].text, proof->key) == 0)
            key = &keyring->keys[i];
    if (!key)
        return "EAPI:Invalid key";
    if (!read_nonce(nonce_text, &nonce))
        return "EAPI:Invalid nonce";
    key_sign(key, proof->path, nonce_text, proof->body, proof->body_len, signature);
    if (strlen(proof->signature) != strlen(signature) ||
        !secret_equal(proof->signature, signature, strlen(signature)))
        return "EAPI:Invalid signature";
    if (!nonce_follows(key, nonce))
        return "EAPI:Invalid nonce";
    if (nonce > key->nonce_last)
        key->nonce_last = nonce;
    /* Kraken has no word of its own for a missing or wrong password. */
    if (key->otp[0] && strcmp(fields_text(&view, "otp"), key->otp) != 0)
        return "EAPI:Invalid signature";
    *ret_key = key;
    return NULL;
}

const char *key_count_call(struct key *key, uint32_t calls, int64_t now_ns)
{
    const struct rate_limit limit = rate_limit_rest(key->tier);
    const int64_t cost = (int64_t)calls * RATE_COUNT;
    bool admitted = rate_counter_admits(&key->calls, &limit, cost, now_ns);
    if (cost > 0)
        rate_counter_add(&key->calls, &limit, cost, now_ns);
    return admitted || cost == 0 ? NULL : "EAPI:Rate limit exceeded";
}
