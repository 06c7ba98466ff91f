/* SPDX-License-Identifier: MIT */
/*
 * A request in Kraken's words: the text of a WebSocket v2 message, or the path and form of a signed
 * REST call. Amounts are written with the pair's own decimals. Nothing is allocated, and nothing is
 * decided: what is written is what was asked.
 *
 * Spot fees are asked in quote always, so that what is bought is what is then held and protected.
 * Self-trade prevention ends the older order: ours protect coins, and would else be ended unfilled
 * by whatever another client of the account has resting there.
 * Only a limit order says its time in force, or one with an end: a market order has none to choose.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/execution/request.h"
#include "core/market/pair.h"

#define KRAKEN_ORDER_BYTES 1024
#define KRAKEN_TOKEN_MAX 256

struct kraken_wording {
    uint32_t tag;             /* of this instance, in client ids */
    bool validate;            /* each add is only checked */
    const struct pair *terms; /* of the request's pair; TIMER has none */
    const char *rest_pair;    /* its name in REST */
    const char *token;        /* of the WebSocket */
};

/* The length, or 0 when the request cannot be said so: KRAKEN_ORDER_BYTES are too few, or it names
 * no order. `out` holds KRAKEN_ORDER_BYTES and ends with a terminator. */
size_t kraken_order_frame(const struct kraken_wording *wording, const struct request *request,
                          uint64_t req_id, char *out);
size_t kraken_order_body(const struct kraken_wording *wording, const struct request *request,
                         uint64_t nonce, char *out);

/* "/0/private/AddOrder" and the like; NULL for a LIST or QUERY. */
const char *kraken_order_path(enum request_kind kind);
