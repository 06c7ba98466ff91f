/* SPDX-License-Identifier: MIT */
/*
 * The private side of the local Kraken: keys and accounts over venue/local/trading, spoken over
 * REST (/0/private/...) and over the private channels and methods of WebSocket v2. This is what
 * the rest of the exchange sees of it.
 *
 *     REST   -> admitted by key, signature, nonce, permission, counter -> method -> trading
 *     socket -> admitted by token, permission                          -> method -> trading
 *     trading's events -> rows of executions and balances, to who holds the channel
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/trade.h"
#include "platform/net/server.h"
#include "venue/local/exchange.h"
#include "venue/local/script.h"

struct private;
struct client;

/* After the exchange has its market and boards. NULL with the reason in `error`. */
struct private *private_open(struct exchange *exchange, char *error, size_t error_size);
void private_close(struct private *private);

/* Writes the accounts to their file, if they have one and something has changed since. False with
 * the reason in `error`. */
bool private_save(struct private *private, char *error, size_t error_size);

/* The keys in the order they were configured; NULL behind the last. */
const char *private_key(const struct private *private, uint32_t index, const char **ret_secret);

/* A call to /0/private/`name`. */
void private_on_request(struct private *private, struct server_reply *reply,
                        const struct server_request *request, const char *name);

/* True when the message was of the private side, and has been answered. */
bool private_on_text(struct private *private, struct client *client, const char *text, size_t len);

/* The client goes: what it held is let go. */
void private_forget(struct private *private, struct client *client);

/* The market moves: see trading.h. */
int64_t private_next_ns(const struct private *private);
void private_advance(struct private *private, int64_t now_ns);
void private_on_book(struct private *private, uint32_t pair, int64_t now_ns);
void private_on_trade(struct private *private, uint32_t pair, const struct trade *trade);

/* What happens to the first account from outside (outside.c); a step that the venue refuses changes
 * nothing. NULL from the check, or what is wrong with the step's names and amounts. */
const char *private_outside_check(const struct private *private, const struct script_step *step);
void private_outside(struct private *private, const struct script_step *step);

/* What the other client bought of a pair and has neither sold nor offered. */
int64_t private_outside_lots(const struct private *private, uint32_t pair);

void private_set_system(struct private *private, enum trading_system system);
enum trading_system private_system(const struct private *private);

/* The levels as the public sees them: with clients' orders, and without what they took. They are
 * the market's own where no client has touched the pair. */
bool private_touched(const struct private *private, uint32_t pair);
struct liquidity_side;
void private_shown(const struct private *private, uint32_t pair, enum side side,
                   struct liquidity_side *ret);
