/* SPDX-License-Identifier: MIT */
/*
 * Who asks, and what they may. From this machine everything can be looked at; a command, and any
 * look from elsewhere, needs a key: one of STATE/api-keys (store/key_ring.h), or on this machine
 * the session's own token. What is shown is compared by its digest with every key there is, in the
 * same time wherever a difference lies.
 *
 * Wrong keys are few an address (429 beyond), and so are requests; both are counted in tables that
 * never grow. Requests from elsewhere with a right key are counted by the key, so that strangers
 * behind the same proxy take nothing from it. It is never refused for the wrong ones that others
 * showed from the same address, and its command not for too many requests either: nobody can keep
 * the operator out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"

/* Requests a second that an address of this machine may make: a load test, not a flood. */
#define ACCESS_LOCAL_RATE 5000

/* Wrong keys: so many at once, then one each ten seconds. */
#define ACCESS_WRONG_BURST 10
#define ACCESS_WRONG_PER_S 0.1

struct access;

struct access_config {
    const char *token;     /* NULL: none. Copied */
    const char *keys_file; /* NULL: none. Copied */
    bool read_only;        /* nobody commands */
    bool key_always;       /* looking from this machine needs a key too */
    double rate;           /* requests a second of an address elsewhere, and of a key from there;
                              four times that at once */
    uint64_t seed;         /* of chance */
};

/* NULL: out of memory. A file of keys that is not sound is logged, and holds none. */
struct access *access_new(const struct access_config *config);
void access_free(struct access *access);

struct access_asked {
    const char *remote; /* the client's address */
    const char *key;    /* as shown; NULL: none was */
    bool forwarded;     /* through a proxy, from who knows where */
    bool open;          /* of what tells nothing of the session: needs no key */
    bool command;       /* asks for more than a look */
    bool beside;        /* by the port that is this machine's alone: key_always is not for it */
};

struct access_answer {
    int status;               /* 0: it may; else the HTTP status to refuse with */
    const char *detail;       /* what would be right; static */
    int64_t wait_s;           /* of 429: the Retry-After */
    uint64_t id;              /* of the key that was needed and right, large; 0: none was needed */
    char origin[ORIGIN_SIZE]; /* "key NAME from ADDRESS", "token from ADDRESS", or "ADDRESS" */
};

/* `mono_ns` is above 0. */
struct access_answer access_judge(struct access *access, const struct access_asked *asked,
                                  int64_t mono_ns);

/* Whether somebody could command at all. */
bool access_commands(const struct access *access);

/* Whether the key of that answer is still one. */
bool access_valid(const struct access *access, uint64_t id);

/* Once a second or so: takes up a changed file of keys, and tells of wrong ones. True when the keys
 * are others than before. */
bool access_tick(struct access *access, int64_t mono_ns);

/* Something was refused before a key was asked for: a Host or an Origin that is not ours. Told
 * with the wrong keys. */
void access_note_stranger(struct access *access, const char *remote, int64_t mono_ns);
