/* SPDX-License-Identifier: MIT */
/*
 * The keys that let other programs and other machines at a session's interface: STATE/api-keys, a
 * line each, its owner's alone.
 *
 *     NAME look|command SHA-256-OF-THE-KEY 2024-08-05T12:00:00Z
 *
 * A key is 64 hexadecimal digits of chance, so that its digest tells nothing of it and needs no
 * salt; the key itself is kept nowhere. A file that others may read or write is refused, not used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_RING_MAX 64
#define KEY_RING_NAME_SIZE 25 /* with the zero */
#define KEY_RING_LEN 64       /* digits of a key */
#define KEY_RING_DIGEST 32

struct ring_key {
    char name[KEY_RING_NAME_SIZE];
    bool may_command; /* false: it only looks */
    uint8_t digest[KEY_RING_DIGEST];
    int64_t made_ns; /* UTC */
};

struct key_ring {
    uint32_t count;
    struct ring_key keys[KEY_RING_MAX];
};

/* Up to 24 small letters, digits, '-' and '_', the first one a letter. */
bool key_ring_name_sound(const char *name);

/* The digest of whatever is shown as a key. */
void key_ring_digest(const char *key, size_t len, uint8_t ret[KEY_RING_DIGEST]);

/* Where they are; false when the name is too long. Who changes the file holds state_lock_file of it
 * from read to write, so that of two who do none is lost. */
bool key_ring_path(const char *state, char *out, size_t size);

/* No file: no keys, and 0. Else 0 or a negative errno with the reason; *ret is untouched then. */
int key_ring_read(const char *path, struct key_ring *ret, char *error, size_t error_size);
int key_ring_write(const char *path, const struct key_ring *keys, char *error, size_t error_size);

/* Which one of that name; NULL: none. */
struct ring_key *key_ring_find(struct key_ring *keys, const char *name);

/* Makes a key of `random`'s 32 bytes and adds its digest. -EEXIST, -EINVAL (the name) or -ENOSPC,
 * with the reason. `ret_key` holds it and a zero. */
int key_ring_add(struct key_ring *keys, const struct ring_key *as, const uint8_t random[32],
                 char ret_key[KEY_RING_LEN + 1], char *error, size_t error_size);

/* False: there is none of that name. */
bool key_ring_remove(struct key_ring *keys, const char *name);

/* Changes whenever the file at `path` does; 0: there is none. */
uint64_t key_ring_stamp(const char *path);
