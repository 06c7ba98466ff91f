/* SPDX-License-Identifier: MIT */
/*
 * Kraken's public WebSocket v2 messages (reference: the v2 channel guides): text to small structs.
 * Nothing is allocated; members come in any order; members and channels we do not know are passed
 * over; numbers may be bare or quoted, and keep their digits: prices become ticks and quantities
 * lots by the pair's own decimals, exactly, or the message is refused.
 *
 *     kraken_parse_frame(text, len, &frame)        what kind of message, and where its rows are
 *     kraken_parse_rows(&frame)
 *     while (kraken_parse_row(&frame))             one call a row, then one of
 *         kraken_parse_ticker(&frame, ...) ...
 *     kraken_parse_end(&frame)                     false: malformed; kraken_explain says where
 *
 * A row of a market that is not ours reads as pair -1 and nothing else of it counts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/book.h"
#include "core/market/candle.h"
#include "core/market/trade.h"
#include "platform/json/json.h"
#include "venue/kraken/markets.h"

/* Level changes in one message. A snapshot of depth 100 has 200; an update a few. */
#define KRAKEN_CHANGES_MAX 512

enum kraken_channel {
    KRAKEN_NONE,
    KRAKEN_TICKER,
    KRAKEN_TRADE,
    KRAKEN_OHLC,
    KRAKEN_BOOK,
    KRAKEN_INSTRUMENT,
    KRAKEN_STATUS,
    KRAKEN_HEARTBEAT,
    KRAKEN_CHANNEL_COUNT, /* also: one that we do not know */
};

extern const char *const kraken_channel_names[KRAKEN_CHANNEL_COUNT];

enum kraken_method {
    KRAKEN_NO_METHOD,
    KRAKEN_PONG,
    KRAKEN_SUBSCRIBED,
    KRAKEN_UNSUBSCRIBED,
    KRAKEN_OTHER_METHOD,
};

struct kraken_frame {
    enum kraken_channel channel; /* of data; of a reply: the channel it is about */
    enum kraken_method method;
    bool snapshot;
    bool success;
    bool has_data;
    bool has_type;
    bool open; /* the walk stands at the data: what follows it is not read yet */
    uint64_t req_id;
    int64_t time_ns;         /* the envelope's own, or a reply's time_out; 0 none */
    struct json_text error;  /* of a refusal, as sent */
    struct json_text symbol; /* of a reply; empty where it was not said */
    struct json data;        /* at the rows */
};

struct kraken_ticker {
    int32_t pair;
    int64_t time_ns; /* 0 none */
    int64_t bid_ticks, bid_lots;
    int64_t ask_ticks, ask_lots;
    int64_t last_ticks;
};

struct kraken_ohlc {
    int32_t pair;
    uint64_t trade_count;
    int64_t interval; /* minutes; 0 when not said */
    struct candle candle;
};

struct kraken_trade {
    int32_t pair;
    struct trade trade;
};

struct kraken_book {
    int32_t pair;
    bool has_checksum;
    uint32_t checksum;
    int64_t time_ns; /* 0 none */
    uint32_t count;
    struct level_change changes[KRAKEN_CHANGES_MAX];
};

/* The local Kraken's clock, beside what the real venue says in its status. */
struct kraken_status {
    char system[24]; /* "online", "maintenance", "cancel_only", "post_only" */
    bool has_market;
    int64_t market_ns;
    double speed;
    bool lockstep;
    bool ended;
};

/* False when the text is not JSON or its envelope is not as documented. */
bool kraken_parse_frame(const char *text, size_t len, struct kraken_frame *frame);

bool kraken_parse_rows(struct kraken_frame *frame);
bool kraken_parse_row(struct kraken_frame *frame);
bool kraken_parse_end(struct kraken_frame *frame);

/* Each reads one row. False: malformed, and the frame's walk has ended. */
bool kraken_parse_ticker(struct kraken_frame *frame, const struct kraken_markets *markets,
                         struct kraken_ticker *ret);
bool kraken_parse_trade(struct kraken_frame *frame, const struct kraken_markets *markets,
                        struct kraken_trade *ret);
bool kraken_parse_ohlc(struct kraken_frame *frame, const struct kraken_markets *markets,
                       struct kraken_ohlc *ret);
bool kraken_parse_book(struct kraken_frame *frame, const struct kraken_markets *markets,
                       struct kraken_book *ret);
bool kraken_parse_status(struct kraken_frame *frame, struct kraken_status *ret);

/* "at byte 17: ..." of a message that was refused. */
size_t kraken_explain(const struct kraken_frame *frame, char *out, size_t size);
