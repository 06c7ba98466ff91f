/* SPDX-License-Identifier: MIT */
#include "venue/local/private/accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crc32.h"
#include "platform/crypto/base64.h"
#include "store/disk.h"

#define MAGIC "CUTTLEK1"
#define FILE_MAX ((size_t)256 << 20)

/* Of one machine and one build's making: a file of another layout is refused. */
struct head {
    char magic[8];
    uint32_t key_size, key_count;
    int64_t time_ns;
    uint64_t trading_len;
    uint32_t crc; /* of the keys */
    uint32_t unused;
};

struct kept_key {
    char text[KEY_TEXT_MAX];
    char secret[SECRET_TEXT_MAX];
    char otp[OTP_TEXT_MAX];
    uint32_t permissions, account, tier, unused;
    uint64_t nonce_last, nonce_window;
    int64_t made_ns;
};

static bool refuse(char *error, size_t error_size, const char *path, const char *why)
{
    snprintf(error, error_size,
             "%s: %s; move it away to begin with new accounts, or name another --accounts", path,
             why);
    return false;
}

/* 0, or the error of reading; *ret_bytes is the caller's to free. */
static int read_head(const char *path, char **ret_bytes, size_t *ret_len, struct head *ret)
{
    int code = disk_read_file(path, FILE_MAX, ret_bytes, ret_len);
    if (code != 0)
        return code;
    if (*ret_len >= sizeof *ret)
        memcpy(ret, *ret_bytes, sizeof *ret);
    size_t keys = (size_t)ret->key_count * sizeof(struct kept_key);
    if (*ret_len < sizeof *ret || memcmp(ret->magic, MAGIC, sizeof ret->magic) != 0 ||
        ret->key_size != sizeof(struct kept_key) || ret->key_count > KEYRING_MAX ||
        ret->trading_len > FILE_MAX || *ret_len != sizeof *ret + keys + ret->trading_len ||
        ret->crc != crc32_update(0, *ret_bytes + sizeof *ret, keys)) {
        free(*ret_bytes);
        return -EBADMSG;
    }
    return 0;
}

int64_t accounts_time(const char *path)
{
    char *bytes;
    size_t len;
    struct head head = {0};
    if (read_head(path, &bytes, &len, &head) != 0)
        return 0;
    free(bytes);
    return head.time_ns;
}

uint32_t accounts_pairs(const char *path, char (*symbols)[SYMBOL_MAX], uint32_t max)
{
    char *bytes;
    size_t len;
    struct head head = {0};
    if (read_head(path, &bytes, &len, &head) != 0)
        return 0;
    const uint8_t *saved =
        (const uint8_t *)bytes + sizeof head + head.key_count * sizeof(struct kept_key);
    const uint32_t count = trading_saved_pairs(saved, head.trading_len, symbols, max);
    free(bytes);
    return count;
}

static bool take_key(struct keyring *keyring, const struct kept_key *kept,
                     const struct trading *trading, char *error, size_t error_size)
{
    const struct key_config config = {.text = kept->text,
                                      .secret = kept->secret,
                                      .otp = kept->otp,
                                      .permissions = kept->permissions,
                                      .nonce_window = kept->nonce_window,
                                      .tier = (enum rate_tier)kept->tier};
    if (kept->account >= trading_account_count(trading) || kept->tier >= RATE_TIER_COUNT) {
        snprintf(error, error_size, "a key without its account");
        return false;
    }
    struct key *key = keyring_add(keyring, &config, &(struct entropy){0}, error, error_size);
    if (!key)
        return false;
    key->account = kept->account;
    key->nonce_last = kept->nonce_last;
    key->made_ns = kept->made_ns;
    return true;
}

bool accounts_load(const char *path, struct keyring *keyring, struct trading *trading, char *error,
                   size_t error_size)
{
    char *bytes, why[256];
    size_t len;
    struct head head = {0};
    int code = read_head(path, &bytes, &len, &head);
    if (code == -ENOENT)
        return true;
    if (code != 0)
        return refuse(error, error_size, path,
                      code == -EBADMSG ? "not accounts of this version, or altered"
                                       : strerror(-code));
    size_t keys = (size_t)head.key_count * sizeof(struct kept_key);
    bool fine = trading_load(trading, (const uint8_t *)bytes + sizeof head + keys, head.trading_len,
                             why, sizeof why);
    for (uint32_t i = 0; fine && i < head.key_count; i++) {
        struct kept_key kept;
        memcpy(&kept, bytes + sizeof head + i * sizeof kept, sizeof kept);
        fine = take_key(keyring, &kept, trading, why, sizeof why);
    }
    free(bytes);
    return fine || refuse(error, error_size, path, why);
}

static void keep_key(struct kept_key *kept, const struct key *key)
{
    memset(kept, 0, sizeof *kept);
    memcpy(kept->text, key->text, sizeof kept->text);
    memcpy(kept->secret, key->secret_text, sizeof kept->secret);
    memcpy(kept->otp, key->otp, sizeof kept->otp);
    kept->permissions = key->permissions;
    kept->account = key->account;
    kept->tier = (uint32_t)key->tier;
    kept->nonce_last = key->nonce_last;
    kept->nonce_window = key->nonce_window;
    kept->made_ns = key->made_ns;
}

bool accounts_save(const char *path, const struct keyring *keyring, struct trading *trading,
                   char *error, size_t error_size)
{
    size_t keys = keyring->count * sizeof(struct kept_key), size = trading_save_max(trading);
    struct head head = {.magic = MAGIC,
                        .key_size = sizeof(struct kept_key),
                        .key_count = keyring->count,
                        .time_ns = trading_now(trading)};
    char *bytes = malloc(sizeof head + keys + size);
    if (!bytes)
        return refuse(error, error_size, path, "no memory to write it");
    for (uint32_t i = 0; i < keyring->count; i++) {
        struct kept_key kept;
        keep_key(&kept, &keyring->keys[i]);
        memcpy(bytes + sizeof head + i * sizeof kept, &kept, sizeof kept);
    }
    head.crc = crc32_update(0, bytes + sizeof head, keys);
    head.trading_len = trading_save(trading, (uint8_t *)bytes + sizeof head + keys, size);
    memcpy(bytes, &head, sizeof head);
    int code = disk_write_file(path, bytes, sizeof head + keys + head.trading_len);
    free(bytes);
    if (code != 0)
        snprintf(error, error_size, "%s: %s; the accounts are kept in memory alone", path,
                 strerror(-code));
    return code == 0;
}
