/* SPDX-License-Identifier: MIT */
/*
 * The insides of `cuttle doctor`: each part looks at one thing that a session will need, and says
 * what it found with doctor_say, one line each. Parts run in the order below and leave to the later
 * ones what these need; where that is missing a part says that it was skipped. Nothing is changed
 * at the venue: what is asked there are reads, and orders with validate=true, which are only
 * checked.
 */
#pragma once

#include "app/ask.h"
#include "app/keys.h"
#include "app/options.h"
#include "store/ledger.h"
#include "store/state_lock.h"
#include "venue/kraken/names.h"
#include "venue/kraken/nonce.h"
#include "venue/kraken/order_bytes.h"
#include "venue/kraken/replies.h"
#include "venue/kraken/sign.h"

enum doctor_verdict {
    DOCTOR_OK,
    DOCTOR_WARN, /* it will run, but somebody should know */
    DOCTOR_FAIL, /* a session would not start, or could not trade */
    DOCTOR_SKIP,
    DOCTOR_FOUND, /* of --probe: no judgement */
    DOCTOR_VERDICTS,
};

struct doctor {
    struct options options;
    struct config *config;
    bool probe, help, headless;
    uint32_t counts[DOCTOR_VERDICTS];

    struct state_lock *lock;
    bool in_use; /* by another process: its key's numbers are not to be overtaken */
    char ledger_path[OPTION_PATH_MAX + 16];
    bool has_ledger; /* one that this cuttle may write */
    uint64_t nonce_bound;

    struct ask *ask;
    struct ask_answer answer; /* the last */
    int64_t skew_ns;          /* this machine's clock less the venue's */
    struct kraken_names *names;
    const struct kraken_name *pair; /* the first of those asked for that is there */

    struct api_keys *keys;
    struct kraken_signer *signer;
    struct kraken_nonce nonce;
    char token[KRAKEN_TOKEN_MAX]; /* "" none */
    char body[2 * KRAKEN_ORDER_BYTES];
};

/* `what` is the part, a word or two; the sentence says what was found and, unless it is well, what
 * to do. */
void doctor_say(struct doctor *doctor, enum doctor_verdict verdict, const char *what,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* doctor_state.c: the directory, its lock, the ledger, the journal, the disk. */
void doctor_state(struct doctor *doctor);

/* doctor_alarm.c: whether an alarm leaves the machine. */
void doctor_alarm(struct doctor *doctor);

/* doctor_server.c: whether the dashboard opens where it is to be: port, TLS, keys. */
void doctor_server(struct doctor *doctor);

/* doctor_venue.c: reachability, time, status, pairs. False when the venue does not answer. */
bool doctor_venue(struct doctor *doctor);

/* One call and its reply into *ret, or false with the reason in `error`. */
bool doctor_ask(struct doctor *doctor, const struct http_request *request, struct kraken_reply *ret,
                char *error, size_t error_size);

/* A public read: its reply into *ret, or false with the reason in `error`. */
bool doctor_read(struct doctor *doctor, const char *name_and_query, struct kraken_reply *ret,
                 char *error, size_t error_size);

/* doctor_account.c: the key and what it may do, the balance, the account's WebSocket. False when
 * there is no key that can sign. */
bool doctor_account(struct doctor *doctor);

/* A signed call; `fields` begin with '&', or are "". As doctor_read; an error in Kraken's own words
 * stands in `error` as it came. */
bool doctor_call(struct doctor *doctor, const char *name, const char *fields,
                 struct kraken_reply *ret, char *error, size_t error_size);

/* The next nonce; false when its bound cannot be kept. */
bool doctor_nonce(struct doctor *doctor, uint64_t *ret);

/* Signs doctor->body, which begins with that nonce, and asks. */
bool doctor_post(struct doctor *doctor, const char *path, uint64_t nonce, size_t len,
                 struct kraken_reply *ret, char *error, size_t error_size);

/* doctor_probe.c: what docs/kraken-assumptions.md leaves open. */
void doctor_probe_public(struct doctor *doctor);
void doctor_probe_account(struct doctor *doctor);
