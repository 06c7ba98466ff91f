/* SPDX-License-Identifier: MIT */
/*
 * A trading desk for the rows `order.decide` and `order.wire`: 24 pairs with the default options
 * and every strategy, warmed up on 719 minutes, a broker in the matching's place, and a market that
 * is told in Kraken's own words. Each pair walks its own stretch of bench_walk.
 *
 * An entry that the desk asks for comes out as an intent. bench_desk_answer then says for the venue
 * that nobody took it, so that the account is as free as before at the next minute.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "app/recorder.h"
#include "bench.h"
#include "core/engine/desk.h"
#include "venue/kraken/candle_join.h"
#include "venue/kraken/markets.h"

#define BENCH_PAIRS 24
#define BENCH_WARM 719
#define BENCH_ROW_MAX 512

struct bench_intent {
    struct request request;
    int64_t begun_ns;  /* monotonic: when the text of the last message was here */
    int64_t handed_ns; /* when the request was handed to on_request */
};

struct bench_desk {
    struct desk *desk;
    struct engine *engine;
    struct broker *broker;
    struct batch *batch;
    struct kraken_join *joins;
    struct kraken_markets markets;
    struct recorder *recorder; /* NULL: nothing is recorded */
    struct candle *candles;    /* pair by pair */
    uint32_t minutes;          /* of each pair */
    uint32_t minute;           /* the one whose candle is told next */
    struct pair terms[BENCH_PAIRS];
    char text[BENCH_PAIRS][BENCH_ROW_MAX]; /* this minute's messages */
    uint32_t asked_count;                  /* requests that wait for their answer */
    struct request asked[REQUEST_MAX];
    uint32_t intent_count; /* of this minute */
    struct bench_intent intents[BENCH_PAIRS];
    int64_t begun_ns;
    bool placed[BENCH_PAIRS]; /* what the engine wanted this minute, to hold the intents against */
    struct order orders[BENCH_PAIRS];
    uint64_t next_id;  /* of the venue's names */
    const char *wrong; /* the first thing that was not as it must be; NULL nothing */
    struct batch_entry entries[PAIR_MAX];
};

/* What the program itself would run with, but for the strategies: all of them. `adjust` may change
 * more; NULL nothing. */
bool bench_options(void (*adjust)(struct options *options), uint32_t pair_count,
                   struct engine_config *engine, struct broker_config *broker, char *error,
                   size_t error_size);

/* NULL and a note in the row when it cannot be made. */
struct bench_desk *bench_desk_new(uint32_t minutes, struct bench_row *row);
void bench_desk_free(struct bench_desk *bench);

/* Back to the beginning, warmed up, at the venue's side connected and compared. */
void bench_desk_start(struct bench_desk *bench);

/* One minute of the market; `intents` are what it came to. False at the end. */
bool bench_desk_minute(struct bench_desk *bench);

/* The disk's and the venue's word on every request; checks the intents first. */
void bench_desk_answer(struct bench_desk *bench);

void bench_desk_give(struct bench_desk *bench, const struct event *event);
int64_t bench_now_ns(void);
