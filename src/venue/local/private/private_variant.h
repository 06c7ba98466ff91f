/* SPDX-License-Identifier: MIT */
/*
 * Where Kraken's documents leave a point of the private protocol open, a client must live with
 * either reading. Variant 0 is the one we hold likeliest; any other number throws a seeded die for
 * each point. docs/kraken-assumptions.md lists them; those of trading are in trading_variant.h.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct private_variant {
    bool rows_first;      /* executions rows before the answer to the request, else after */
    bool batch_rows;      /* a batch_add that fails in part: {"orders":[{success,...}]} */
    bool count_at_top;    /* batch_cancel: orders_cancelled beside result, else in it */
    bool camel_case;      /* GetApiKeyInfo: apiKeyName, else api_key_name */
    bool stop_price_late; /* a fresh stop order's stopprice is 0 until it has fired */
    bool zero_balances;   /* balances of 0 are listed */
    bool plain_balances;  /* BalanceEx prints numbers, as the documents' example does */
    bool extra_fields;    /* a member nobody has documented in each row */
    bool pending_cancels; /* CancelOrder adds "pending":false */
    bool window_in_ms;    /* the nonce window is milliseconds of a nanosecond nonce */
};

struct private_variant private_variant_of(uint64_t number);
