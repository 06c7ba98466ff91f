/* SPDX-License-Identifier: MIT */
/*
 * The local Kraken: Kraken's REST and WebSocket v2, public and private, on one port, over a market
 * of its own. Any Kraken client connects to it unchanged.
 *
 * It owns market time. Beyond Kraken's fields, the status row sent on connecting carries
 *
 *     "market":{"time":"2024-08-05T00:00:00.000000000Z","speed":60,"lockstep":false,"ended":false}
 *
 * so that cuttle can follow its clock; other clients ignore it. A change is sent as a status
 * update. In lock-step, time moves only when a client sends {"method":"ping"}: the market advances
 * one candle of its finest timeframe, everything that happened is sent, then the pong, whose
 * time_out is the new market time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/execution/rate_counter.h"
#include "platform/loop/loop.h"
#include "platform/seam.h"
#include "venue/local/faults.h"
#include "venue/local/script.h"

struct exchange;

enum exchange_market {
    EXCHANGE_SYNTHETIC,
    EXCHANGE_REPLAY, /* candle or trade files */
};

enum exchange_profile {
    EXCHANGE_CCXT, /* full rows */
    EXCHANGE_REAL, /* sparse rows, as the real venue sends */
};

/* An API key and the account behind it: NULL or 0 where it is left open. */
struct exchange_key {
    const char *key, *secret; /* neither: a pair is made */
    const char *balance;      /* "USD=100000,BTC=1.5"; NULL: EXCHANGE_BALANCE */
    const char *permissions;  /* "query-funds,modify-trades", "all" (the default) or "none" */
    const char *otp;          /* asked for with each call */
    uint64_t nonce_window;
    enum rate_tier tier;
};

#define EXCHANGE_KEYS_MAX 16
#define EXCHANGE_BALANCE "USD=100000"

struct exchange_config {
    const char *address;
    uint16_t port; /* 0: any free one */
    enum exchange_market market;
    enum exchange_profile profile;
    const char *pairs; /* "BTC/USD ETH/USD"; NULL: the default pairs, or all of the store */
    const char *store; /* EXCHANGE_REPLAY */
    int64_t from_ns;   /* market time at the start; 0: where the market begins */
    int64_t to_ns;     /* 0: to the end of the files, or for ever */
    double speed;      /* market seconds a wall second */
    bool lockstep;
    uint64_t seed;
    uint64_t variant; /* of the points Kraken leaves open: docs/kraken-assumptions.md */
    bool faulty;
    struct faults_config faults; /* with faulty */
    const struct script *script; /* what happens when; NULL: nothing. Copied */
    const char *accounts;        /* a file that keeps them; NULL: nothing is kept */
    uint32_t key_count;
    struct exchange_key keys[EXCHANGE_KEYS_MAX];
};

/* NULL with the reason in `error`. */
struct exchange *exchange_open(struct loop *loop, const struct clock *clock,
                               const struct exchange_config *config, char *error,
                               size_t error_size);
void exchange_close(struct exchange *exchange);

/* Writes the accounts to their file, if they have one and have changed: every few seconds by
 * itself, and before closing by whoever closes. False with the reason in `error`. */
bool exchange_save(struct exchange *exchange, char *error, size_t error_size);

/* The keys in the order they were given; NULL behind the last. */
const char *exchange_key(const struct exchange *exchange, uint32_t index, const char **ret_secret);

uint16_t exchange_port(const struct exchange *exchange);
int64_t exchange_market_time(const struct exchange *exchange);
bool exchange_ended(const struct exchange *exchange);

/* WebSocket clients cut because they did not read what they had subscribed to. */
uint64_t exchange_dropped(const struct exchange *exchange);
