/* SPDX-License-Identifier: MIT */
/*
 * A session's side that trades: the gateway to the venue's account, the intents that wait for the
 * disk, and what the account is said to hold. On paper there is none.
 *
 *     desk --requests--> recorder --disk--> here --> gateway
 *     desk <---- news (and time) ---------- here <--'
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/execution/broker.h"
#include "platform/seam.h"
#include "venue/gateway.h"
#include "venue/kraken/nonce.h"
#include "venue/kraken/sign.h"

struct session;

/* The broker has at most PENDING_MAX orders under way, and a listing and a timer besides. */
#define SESSION_WAITING_MAX (PENDING_MAX + REQUEST_MAX)

/* What the account lacks of what our books count on. */
struct session_funds {
    int64_t since_mono_ns; /* 0: nothing */
    char text[320];        /* once it has lasted, and was said; "" */
};

struct session_orders {
    struct gateway gateway; /* self NULL: not opened yet */
    struct kraken_signer *signer;
    struct kraken_nonce nonce;
    uint64_t nonce_kept;
    int64_t time_told_ns;
    bool pumping;
    bool refused; /* the account cannot be used: the reason is in `trouble` */
    char trouble[256];
    uint32_t waiting_count;
    struct request waiting[SESSION_WAITING_MAX];
    uint32_t balance_count;
    struct gateway_balance balances[GATEWAY_BALANCE_MAX];
    struct session_funds funds;
};

/* Whose orders they are, and where they go. The texts are needed during the call alone, but for
 * `key`, which stays the caller's until the session ends. */
struct session_account {
    const char *rest_url, *ws_url;
    const char *key, *secret;
};

/* After session_attach, when session->broker is there. False with the reason in `error`. */
bool session_trade(struct session *session, const struct session_account *account,
                   const struct transport *transport, char *error, size_t error_size);

void session_orders_tick(struct session *session);

/* Sends what may be sent by now; called after every event. */
void session_orders_pump(struct session *session);
void session_orders_close(struct session *session);

/* Has the venue look at an order that is matched on paper; nothing is placed. */
void session_validate(struct session *session, const struct order *order);

/* With every tick: compares books and balances, and says what is missing. */
void session_funds(struct session *session);

void session_on_durable(void *context);
void session_on_request(void *context, const struct request *request);
