/* SPDX-License-Identifier: MIT */
/*
 * The download of a pair's history from Kraken: OHLC gives the last 720 candles, Trades all that
 * was before, from which the same candles are made. What has been fetched is in store/fetched.h.
 *
 * Trades come first, oldest first, so that candles are appended; the newest of OHLC last.
 */
#pragma once

#include "app/ask.h"
#include "app/data.h"
#include "app/options.h"
#include "store/fetched.h"
#include "venue/kraken/names.h"
#include "venue/kraken/replies.h"
#include "venue/kraken/trades.h"

/* Candles that wait for the disk: at most a page of trades closes as many as it has. */
#define DOWNLOAD_ROWS_MAX (8 * KRAKEN_TRADES_MAX)

enum download_end {
    DOWNLOAD_WHOLE,
    DOWNLOAD_FAILED, /* said */
    DOWNLOAD_STOPPED,
};

struct download {
    const struct data_options *options;
    const struct venue_options *venue;
    struct ask *ask;
    struct clock clock;
    int64_t next_ns; /* the next question not before */
    bool shows;      /* a terminal is watching */
    int64_t shown_ns;

    /* Of the pair at hand. */
    const char *key; /* by which Kraken is asked */
    struct pair terms;
    struct candle_key candles;
    int64_t span_ns;
    int64_t from_ns, until_ns;
    int64_t began_ns;   /* on our clock */
    int64_t missing_ns; /* of market time, when it began */
    uint64_t request_count, empty_count;
    struct candle_merge_result merged;
    struct fetched fetched;
    int64_t saved_ns, saving_ns; /* when candles were last stored, and how long it took */
    size_t row_count;
    struct candle rows[DOWNLOAD_ROWS_MAX]; /* whole, and not yet stored */
    struct kraken_rows recent;
    struct kraken_trades page;
};

/*
 * GET rest_url/0/public/`what`, when it is its turn; what fails for a while is asked again, up to
 * some two minutes. On DOWNLOAD_WHOLE the result stands in `reply` until the next question.
 */
enum download_end download_get(struct download *download, const char *what,
                               struct kraken_reply *reply);

/* All candles of [from, until) that are not there yet, from the trades. */
enum download_end download_walk(struct download *download, struct fetched_span hole);

/* The candles that wait, into the store, and that all of [from, until) has been fetched. */
enum download_end download_save(struct download *download, int64_t from_ns, int64_t until_ns);

/* Once in a while: how far it is, and how long it takes. */
void download_show(struct download *download);
