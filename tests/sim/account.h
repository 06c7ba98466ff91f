/* SPDX-License-Identifier: MIT */
/*
 * The account at the local Kraken, seen from inside: what is there, not what is said of it. Apart
 * from truth.c because the exchange and the session each have a struct view and a struct request.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/pair.h"

struct exchange;

/* Few things happen of themselves: a book stirs rarely, and quotes are told together. */
void account_make_sparse(struct exchange *exchange, int64_t stir_ns);

/* When the exchange has next something to do that nobody asks it for, by its monotonic clock; a
 * second from now at most. `exchange` is untyped for struct lan_pace. */
int64_t account_next_ns(void *exchange);

/* Its faults are over; what they held back still comes. */
void account_make_faultless(struct exchange *exchange);

const struct pair *account_terms(const struct exchange *exchange, uint32_t pair);
int64_t account_coins(const struct exchange *exchange, uint32_t pair);

/* Lots that open stop-loss orders stand for. */
int64_t account_covered(const struct exchange *exchange, uint32_t pair);

/* What the trades of the orders under this tag, and of their children, have made of a sum of
 * money; *ret_count: how many there are. */
int64_t account_money(const struct exchange *exchange, uint32_t tag, int64_t money,
                      uint64_t *ret_count);

/* The open orders of ours on a pair: stops, the lots they stand for, and others. */
struct account_open {
    uint32_t stop_count, other_count;
    int64_t stop_lots;
};
struct account_open account_open(const struct exchange *exchange, uint32_t tag, uint32_t pair);

/* What was paid into the account after a time less what was taken out of it, in money. */
int64_t account_paid(const struct exchange *exchange, int64_t since_ns);

/* What another client of the account has bought of a pair and not sold. */
int64_t account_foreign(const struct exchange *exchange, uint32_t pair);

/* All kinds of orders are taken just now. */
bool account_online(const struct exchange *exchange);
