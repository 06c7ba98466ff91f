/* SPDX-License-Identifier: MIT */
/*
 * The orders of the account, as far as rows have told of them. Kraken's rows are sparse: what one
 * leaves out is what an earlier one said, so they are merged here by the venue's id, and only whole
 * orders leave. Open orders and those that ended last are kept; when the room is needed, the order
 * that ended longest ago makes place. Memory is fixed, and finding takes one probe or two.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "venue/kraken/own_messages.h"

/* Open orders of 200 pairs with their stops, a few of the operator's, and 1,500 that ended. */
#define KRAKEN_OWN_MAX 2048
#define KRAKEN_OWN_SLOTS 4096

#define KRAKEN_PAIR_UNSAID (UINT32_MAX - 1)
#define KRAKEN_PAIR_FOREIGN UINT32_MAX

struct kraken_own_order {
    struct news_order order; /* pair: KRAKEN_PAIR_UNSAID until a row told it */
    bool has_state, has_side, has_kind, has_qty;
    uint64_t touched; /* counts merges: who was told of last */
};

struct kraken_own_orders {
    uint32_t count;
    uint64_t touch;
    struct kraken_own_order list[KRAKEN_OWN_MAX];
    uint16_t slots[KRAKEN_OWN_SLOTS]; /* index + 1; 0 is empty */
};

void kraken_own_init(struct kraken_own_orders *orders);

struct kraken_own_order *kraken_own_find(struct kraken_own_orders *orders, struct venue_id txid);

/* The order by its id, made when it is not there. */
struct kraken_own_order *kraken_own_get(struct kraken_own_orders *orders, struct venue_id txid);

/* Everything of it is known. */
bool kraken_own_whole(const struct kraken_own_order *own);
bool kraken_own_ended(enum news_state state);

/* In which instance's name, by its cl_ord_id. */
void kraken_own_name(struct news_order *order, struct json_text client, uint32_t tag);

/*
 * Adds what a row says. `pair` is the row's, or KRAKEN_PAIR_UNSAID; `terms` those of the pair that
 * is then known, or NULL for one we do not watch, whose amounts stay 0. An end is final, what was
 * filled only grows, and of amounts the newer row's count. False when a number is none of the
 * pair's: then nothing has changed.
 */
bool kraken_own_merge(struct kraken_own_order *own, const struct kraken_own_row *row, uint32_t pair,
                      const struct pair *terms, uint32_t tag);

/* The pair counts otherwise from now on: its orders are moved into the new terms. */
void kraken_own_move(struct kraken_own_orders *orders, uint32_t pair, const struct pair *from,
                     const struct pair *to);

/* A fill out of a row whose order's pair is known. False when it is malformed. */
bool kraken_own_trade(const struct kraken_own_row *row, const struct news_order *order,
                      const struct pair *terms, struct news_trade *ret);
