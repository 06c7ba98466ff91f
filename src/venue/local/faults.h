/* SPDX-License-Identifier: MIT */
/*
 * What goes wrong at a venue, on purpose: answers to orders lost, late or told twice, rows of the
 * private channels lost (their number is used up), told twice or late, REST calls answered by an
 * error page or Kraken's own errors, before or after they took effect, listings that lag, and wrong
 * checksums. Switched on by `cuttle exchange --faults`, and by the tests; all of it follows from a
 * seed. Nothing happens to the accounts that a faultless venue would not do: only what is said of
 * it is false, late or missing. How often the venue itself is upset stands here too, and upsets.h
 * does it: maintenance, cut connections, expired tokens, other clients, money that comes and goes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/prng.h"

/* Chances, each of one message or call; times in nanoseconds of the wall. */
struct faults_config {
    uint64_t seed;
    double answer_lost, answer_late, answer_twice; /* to orders, on the socket */
    double row_lost, row_late, row_twice;          /* of executions and balances */
    double http;      /* a private call gets status 500 or 520 instead */
    double http_late; /* ... and yet it was carried out */
    double http_slow; /* it is carried out, and its answer is late */
    double service;   /* EService:Busy, EService:Unavailable or EGeneral:Internal error instead */
    double limit;     /* EAPI:Rate limit exceeded instead */
    double checksum;  /* of a book message is wrong */

    /* Each minute of market time. */
    double maintenance, cancel_only, post_only, limit_only;
    double cut, token_expires;
    double deposit, withdraw; /* of the accounts' money */
    double foreign;           /* an order of another client of the account, or a cancel */
    int64_t late_ns;          /* at most */
    int64_t lag_ns;           /* listings lack what is younger; market time */
};

/* "seed=7 answer_lost=0.01 lag=30s", or a number alone: a seed that draws all of them. False with
 * what would be right in `error`. */
bool faults_parse(const char *text, struct faults_config *ret, char *error, size_t error_size);

/* What the seed draws. */
struct faults_config faults_drawn(uint64_t seed);

/* One word of it: "answer_lost" with "0.01" or "1%", "lag" with "30s". False when it is none, or
 * not its value; then nothing has changed. */
bool faults_set(struct faults_config *config, const char *name, const char *value);
bool faults_word_known(const char *name);

/* The word becomes what it is in `from`. */
void faults_copy(struct faults_config *config, const char *name, const struct faults_config *from);

#define FAULTS_KEPT_MAX 256

struct client;

struct server_reply;

/* A message on its way, late, or an answer to a call. */
struct fault_kept {
    struct client *client;
    struct server_reply *reply; /* or this */
    int64_t due_ns;
    size_t len;
    char *text;
};

struct faults {
    bool on;
    struct faults_config config;
    struct prng prng;
    uint32_t kept_count;
    struct fault_kept kept[FAULTS_KEPT_MAX];
};

void faults_init(struct faults *faults, const struct faults_config *config);
void faults_deinit(struct faults *faults);

enum fault {
    FAULT_NONE,
    FAULT_LOST,
    FAULT_TWICE,
    FAULT_LATE, /* kept: faults_due gives it back */
};

/* What happens to a message to a client. A book message with a checksum is given back later, but at
 * once, with a wrong one. */
enum fault faults_text(struct faults *faults, struct client *client, const char *text, size_t len,
                       int64_t mono_ns);

/* The next message that was kept and is due; false when there is none. ret->text is the caller's
 * to free. */
bool faults_due(struct faults *faults, int64_t mono_ns, struct fault_kept *ret);

/* The client goes, and what waits for it; calls' answers stay, and faults_deinit has them. */
void faults_forget(struct faults *faults, const struct client *client);

/* What a private call is answered with instead. */
struct fault_reply {
    int status;        /* 200: in an envelope; 0: no fault */
    const char *error; /* with 200 */
    bool after;        /* it is carried out all the same */
    bool slow;         /* it is answered as it should be, by faults_keep_reply */
};
struct fault_reply faults_call(struct faults *faults);

/* Keeps the answer to a call; false when there is no room: it has to be given now. */
bool faults_keep_reply(struct faults *faults, struct server_reply *reply, const char *text,
                       size_t len, int64_t mono_ns);
