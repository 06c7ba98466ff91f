/* SPDX-License-Identifier: MIT */
/*
 * The inside of the local Kraken, shared by its rooms: exchange.c moves time, publish.c tells the
 * subscribers, channels.c answers what they send, rest.c answers HTTP, private/ has the accounts.
 * Private to this folder and those below it.
 */
#pragma once

#include "core/base/prng.h"
#include "venue/local/clients.h"
#include "venue/local/exchange.h"
#include "venue/local/listing.h"
#include "venue/local/private/private.h"
#include "venue/local/request.h"
#include "venue/local/text.h"
#include "venue/local/trading/types.h"
#include "venue/local/upsets.h"
#include "venue/local/variant.h"

#define DEPTH_COUNT 5
extern const int64_t book_depths[DEPTH_COUNT];

/* The largest message: the open orders of all accounts, 4,096 with their trades; AssetPairs or
 * instruments of 200 pairs take a quarter of it. */
#define EXCHANGE_TEXT_SIZE (8u << 20)

struct board { /* one pair */
    struct listing listing;
    struct liquidity_side shown[2];  /* its book with clients' orders in it */
    struct view *views[DEPTH_COUNT]; /* NULL until somebody subscribes */
    int64_t stir_ns;                 /* when the book next moves by itself */
    bool book_dirty, ticker_dirty;   /* above 60x: changed since the last flush */
    struct level bid_told, ask_told; /* of the ticker by bbo */
};

struct exchange {
    struct exchange_config config;
    const struct clock *clock;
    struct loop_timer *timer;
    struct server *server;
    struct market *market;
    struct variant variant;
    struct board *boards;
    struct clients clients;
    struct private *private;
    struct prng ids; /* connection ids */
    struct upsets upsets;

    int64_t start_mono_ns, start_ns; /* market time at the start, and the clock then */
    int64_t now_ns;                  /* market time that has been told */
    int64_t end_ns;
    int64_t step_ns;
    int64_t stir_gap_ns;
    bool conflate;
    int64_t save_mono_ns;  /* when the accounts were last written */
    int64_t flush_mono_ns; /* of the last flush when conflating */
    bool ended;

    struct request request;
    char text[EXCHANGE_TEXT_SIZE];
};

int64_t exchange_mono_ns(const struct exchange *exchange);

/* The time to tell a client that counts on from it by itself: two ticks back, so that whatever the
 * client's clock has come to has been told already, and no trade reaches it late. */
int64_t exchange_told_ns(const struct exchange *exchange);

/* Brings the market to time_ns and tells everything that happens on the way. */
void exchange_advance(struct exchange *exchange, int64_t time_ns);

/* publish.c: what clients' orders make of the book, and the telling to the holders of a topic. */
void board_show(struct exchange *exchange, struct board *board);
void publish_trade(struct exchange *exchange, struct board *board, const struct trade *trade);
void publish_quote(struct exchange *exchange, struct board *board, int64_t now_ns);
void publish_flush(struct exchange *exchange);
void publish_status(struct exchange *exchange, struct client *to);
void publish_book(struct exchange *exchange, struct board *board, uint32_t depth, int64_t now_ns);

/* channels.c */
void channels_on_text(struct exchange *exchange, struct client *client, const char *text,
                      size_t len);

/* Acknowledges and snapshots what waits, while the client's queue is short. */
void channels_serve(struct exchange *exchange, struct client *client);

/* rest.c */
void rest_refuse(struct exchange *exchange, struct server_reply *reply, const char *error);
uint32_t rest_fee_steps(struct trading_fee_step steps[TRADING_FEE_STEPS]);
void rest_on_request(struct exchange *exchange, struct server_reply *reply,
                     const struct server_request *request);
