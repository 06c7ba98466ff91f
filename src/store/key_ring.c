/* SPDX-License-Identifier: MIT */
#include "store/key_ring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/timestamp.h"
#include "platform/crypto/digest.h"
#include "store/disk.h"

#define FILE_SIZE_MAX 65536
#define LINE_SIZE 160

static const char digits[] = "0123456789abcdef";

_Static_assert(KEY_RING_DIGEST == SHA256_LEN, "a digest is a SHA-256");

bool key_ring_name_sound(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len < KEY_RING_NAME_SIZE && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

void key_ring_digest(const char *key, size_t len, uint8_t ret[KEY_RING_DIGEST])
{
    const struct span span = {.bytes = key, .len = len};
    sha256(&span, 1, ret);
}

bool key_ring_path(const char *state, char *out, size_t size)
{
    return (size_t)snprintf(out, size, "%s/api-keys", state) < size;
}

static void put_hex(char *out, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static bool get_hex(const char *text, uint8_t *ret, size_t len)
{
    if (strlen(text) != 2 * len || strspn(text, digits) != 2 * len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        const char *high = strchr(digits, text[2 * i]), *low = strchr(digits, text[2 * i + 1]);
        ret[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return true;
}

static bool read_line(const char *line, struct ring_key *ret)
{
    char name[KEY_RING_NAME_SIZE], role[8], digest[2 * KEY_RING_DIGEST + 1], made[32];
    int used = 0;
    if (sscanf(line, "%24s %7s %64s %31s%n", name, role, digest, made, &used) != 4 ||
        line[used] != '\0') {
        return false;
    }
    *ret = (struct ring_key){.may_command = strcmp(role, "command") == 0};
    memcpy(ret->name, name, sizeof ret->name);
    return key_ring_name_sound(name) && (ret->may_command || strcmp(role, "look") == 0) &&
           get_hex(digest, ret->digest, KEY_RING_DIGEST) &&
           timestamp_parse(made, strlen(made), &ret->made_ns);
}

static int read_text(const char *path, char *text, struct key_ring *ret, char *error,
                     size_t error_size)
{
    char *rest = text;
    for (int number = 1; *rest != '\0'; number++) {
        char *line = rest;
        const size_t len = strcspn(line, "\n");
        rest += len + (line[len] == '\n');
        line[len] = '\0';
        struct ring_key *key = &ret->keys[ret->count];
        if (ret->count == KEY_RING_MAX || !read_line(line, key)) {
            return disk_fail(EBADMSG, error, error_size,
                             "%s, line %d: not what `cuttle key` wrote; remove the line", path,
                             number);
        }
        if (key_ring_find(ret, key->name) != NULL) {
            return disk_fail(EBADMSG, error, error_size,
                             "%s, line %d: a second key by the name %s; remove one", path, number,
                             key->name);
        }
        ret->count++;
    }
    return 0;
}

int key_ring_read(const char *path, struct key_ring *ret, char *error, size_t error_size)
{
    struct key_ring keys = {0};
    struct stat status;
    char *text = NULL;
    size_t len = 0;
    if (stat(path, &status) != 0) {
        if (errno == ENOENT) {
            *ret = keys;
            return 0;
        }
        return disk_fail(errno, error, error_size, "%s: %s", path, strerror(errno));
    }
    if ((status.st_mode & 077) != 0) {
        return disk_fail(EPERM, error, error_size,
                         "%s: its mode lets others in, who could add a key: look what stands in "
                         "it, then chmod 600",
                         path);
    }
    int code = disk_read_file(path, FILE_SIZE_MAX, &text, &len);
    if (code != 0) {
        return disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
    }
    code = strlen(text) == len ? read_text(path, text, &keys, error, error_size)
                               : disk_fail(EBADMSG, error, error_size, "%s: no text", path);
    free(text);
    if (code == 0) {
        *ret = keys;
    }
    return code;
}

int key_ring_write(const char *path, const struct key_ring *keys, char *error, size_t error_size)
{
    char text[KEY_RING_MAX * LINE_SIZE];
    size_t len = 0;
    for (uint32_t i = 0; i < keys->count; i++) {
        const struct ring_key *key = &keys->keys[i];
        char digest[2 * KEY_RING_DIGEST + 1], made[TIMESTAMP_TEXT_MAX];
        put_hex(digest, key->digest, KEY_RING_DIGEST);
        timestamp_format(made, key->made_ns, 0);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s %s %s %s\n", key->name,
                                key->may_command ? "command" : "look", digest, made);
    }
    const int code = disk_write_file(path, text, len);
    return code == 0 ? 0 : disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
}

struct ring_key *key_ring_find(struct key_ring *keys, const char *name)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i].name, name) == 0) {
            return &keys->keys[i];
        }
    }
    return NULL;
}

int key_ring_add(struct key_ring *keys, const struct ring_key *as, const uint8_t random[32],
                 char ret_key[KEY_RING_LEN + 1], char *error, size_t error_size)
{
    if (!key_ring_name_sound(as->name)) {
        return disk_fail(EINVAL, error, error_size,
                         "\"%s\": a key's name has up to %d small letters, digits, - and _, the "
                         "first one a letter",
                         as->name, KEY_RING_NAME_SIZE - 1);
    }
    if (key_ring_find(keys, as->name) != NULL) {
        return disk_fail(EEXIST, error, error_size,
                         "%s: there is a key by that name; remove it first, or take another name",
                         as->name);
    }
    if (keys->count == KEY_RING_MAX) {
        return disk_fail(ENOSPC, error, error_size, "there are %d keys; remove one first",
                         KEY_RING_MAX);
    }
    put_hex(ret_key, random, KEY_RING_LEN / 2);
    struct ring_key *key = &keys->keys[keys->count++];
    *key = *as;
    key_ring_digest(ret_key, KEY_RING_LEN, key->digest);
    return 0;
}

bool key_ring_remove(struct key_ring *keys, const char *name)
{
    struct ring_key *key = key_ring_find(keys, name);
    if (key == NULL) {
        return false;
    }
    const size_t behind = (size_t)(keys->keys + keys->count - (key + 1));
    memmove(key, key + 1, behind * sizeof *key);
    keys->count--;
    return true;
}

uint64_t key_ring_stamp(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return 0;
    }
    const int64_t parts[] = {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, (int64_t)status.st_ino,
                             status.st_size, status.st_mode};
    uint64_t stamp = 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        stamp = stamp * UINT64_C(6364136223846793005) + (uint64_t)parts[i] + 1;
    }
    return stamp | 1;
}
