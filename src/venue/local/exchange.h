/* SPDX-License-Identifier: MIT */
/*
 * The local Kraken: Kraken's REST and WebSocket v2 on one port, over a market of its own. Any
 * Kraken client connects to it unchanged.
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

#include "platform/loop/loop.h"
#include "platform/seam.h"

struct exchange;

enum exchange_market {
    EXCHANGE_SYNTHETIC,
    EXCHANGE_REPLAY, /* candle or trade files */
};

enum exchange_profile {
    EXCHANGE_CCXT, /* full rows */
    EXCHANGE_REAL, /* sparse rows, as the real venue sends */
};

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
};

/* NULL with the reason in `error`. */
struct exchange *exchange_open(struct loop *loop, const struct clock *clock,
                               const struct exchange_config *config, char *error,
                               size_t error_size);
void exchange_close(struct exchange *exchange);

uint16_t exchange_port(const struct exchange *exchange);
int64_t exchange_market_time(const struct exchange *exchange);
bool exchange_ended(const struct exchange *exchange);

/* WebSocket clients cut because they did not read what they had subscribed to. */
uint64_t exchange_dropped(const struct exchange *exchange);
