/* SPDX-License-Identifier: MIT */
/*
 * The inside of a kraken_feed, shared by the files that make it:
 *
 *     feed.c       opens, ticks, closes
 *     calls.c      REST: system status, pairs, history and repair, one at a time, paced
 *     stream.c     the WebSocket's messages, and what follows from each
 *     subscriber.c which channel of which pair is subscribed, and what to send next
 *     flow.c       the feed's time, candles given out in order, health
 *
 * Everything runs on the loop's thread. All memory is taken when the feed opens, but for the table
 * of names, which lives while AssetPairs is read.
 */
#pragma once

#include "platform/seam.h"
#include "venue/kraken/book_keeper.h"
#include "venue/kraken/candle_join.h"
#include "venue/kraken/kraken_feed.h"
#include "venue/kraken/link.h"
#include "venue/kraken/market_clock.h"
#include "venue/kraken/messages.h"
#include "venue/kraken/names.h"
#include "venue/kraken/replies.h"

#define KRAKEN_URL_MAX 256

/* The channels with a subscription a pair: TICKER to BOOK of enum kraken_channel. */
#define KRAKEN_STREAMS (KRAKEN_BOOK + 1)

enum kraken_sub_state {
    KRAKEN_SUB_OFF,    /* the pair is not listed */
    KRAKEN_SUB_WANTED, /* to be subscribed, once due */
    KRAKEN_SUB_ASKED,
    KRAKEN_SUB_ON,
    KRAKEN_SUB_RESET,   /* to be unsubscribed first */
    KRAKEN_SUB_LEAVING, /* unsubscribe sent */
};

struct kraken_sub {
    enum kraken_sub_state state;
    bool alone; /* asked in a message of its own, so that a nameless error tells whom it means */
    uint32_t failure_count;
    uint64_t req_id;
    int64_t due_ns; /* monotonic: not before; of a sent one, when the answer is given up */
};

struct kraken_side {    /* a pair, as the feed sees it */
    const char *wanted; /* as the operator wrote it */
    bool listed;
    bool unlisted; /* told the session so */
    char key[KRAKEN_KEY_MAX];
    struct pair terms;

    struct kraken_sub subs[KRAKEN_STREAMS];

    struct kraken_keeper keeper;
    int64_t resync_ns; /* monotonic: when the book last failed */
    uint32_t resync_failures;

    bool history_done;
    struct kraken_join join;
    bool doubted;   /* the ohlc channel was silent although acknowledged: a row must prove it */
    int64_t gap_ns; /* monotonic: since when a closed candle is missing; 0 none is */
    int64_t call_due_ns; /* monotonic: no REST call for this pair before */
    uint32_t call_failures;

    bool has_health;
    enum feed_health health;
    bool news;            /* in lock-step: something came in this step */
    int64_t news_ns;      /* market time of the last message about it */
    int64_t news_mono_ns; /* the same on the wall */
    struct kraken_ticker ticker;
};

enum kraken_stage { KRAKEN_SYSTEM_UNKNOWN, KRAKEN_PAIRS_UNKNOWN, KRAKEN_READY };

enum kraken_call { KRAKEN_CALL_NONE, KRAKEN_CALL_SYSTEM, KRAKEN_CALL_PAIRS, KRAKEN_CALL_OHLC };

struct kraken_feed {
    char rest_url[KRAKEN_URL_MAX];
    char ws_url[KRAKEN_URL_MAX];
    struct kraken_feed_config config; /* its texts are our copies */
    char *symbols;                    /* the copies' memory */
    struct transport transport;
    struct clock clock;
    struct feed_events events;
    void *context;
    struct feed_stats stats;
    enum kraken_stage stage;
    bool closing;
    bool was_connected; /* once up, ever */
    bool releasing;     /* candles are being given out: the session may call back */
    bool link_noted;    /* the log and the session know of this outage */
    bool call_noted;    /* the same of REST */

    struct kraken_link link;
    struct kraken_clock market;
    bool status_seen;  /* on this connection */
    bool market_known; /* the market's clock was told once */
    bool time_told;    /* on this connection: the clock is what the venue says */
    int64_t calm_ns;   /* monotonic: before it our clock says nothing of what is still under way */
    int64_t heard_ns;  /* monotonic: the last message */
    bool local;        /* the venue is a local Kraken: its status has a market */
    char system[24];

    /* REST. */
    enum kraken_call call;
    uint32_t call_pair;
    int64_t call_clock_ns; /* the market's clock when it was sent */
    bool call_told;        /* and that is what the venue says */
    int64_t call_next_ns;  /* monotonic: the pace */
    struct kraken_backoff call_backoff;
    struct kraken_rows rows;

    /* Subscriptions. */
    bool instrument_on;
    int64_t send_next_ns;
    uint64_t req_id;

    /* Time. */
    int64_t time_ns;      /* nothing older than this will come, but for the grace */
    int64_t boundary_ns;  /* the end of the interval that time has not passed yet */
    bool untimed_told;    /* that nobody has told the market's time */
    int64_t published_ns; /* on_time's last; INT64_MIN before */
    bool step_wanted;     /* lock-step: the session has decided */
    bool step_sent;       /* the ping is under way */
    bool step_due;        /* the step is whole: on_time says so once its candles are given out */
    bool step_ready;      /* on this connection: everything is subscribed */

    struct kraken_markets markets;
    struct kraken_book book; /* the message being read */
    bool closed;             /* it closed a candle */
    uint32_t side_count;
    struct kraken_side sides[];
};

static inline int64_t kraken_mono(const struct kraken_feed *feed)
{
    return feed->clock.mono_ns(feed->clock.self);
}

static inline int64_t kraken_span(const struct kraken_feed *feed)
{
    return timeframe_ns[feed->config.timeframe];
}

/* Where the interval begins that time_ns lies in. */
static inline int64_t kraken_floor(const struct kraken_feed *feed, int64_t time_ns)
{
    return timeframe_floor(feed->config.timeframe, time_ns);
}

/* feed.c: frees a closed feed once nothing will call it back. */
void kraken_feed_gone(struct kraken_feed *feed);

/* calls.c */
void kraken_calls_pump(struct kraken_feed *feed);

/* stream.c */
void kraken_stream_text(struct kraken_feed *feed, const char *text, size_t len);
void kraken_stream_terms(struct kraken_feed *feed, uint32_t index, const struct pair *terms);
/* The book is unknown from now on, until the snapshot that is asked for here. */
void kraken_stream_resync(struct kraken_feed *feed, uint32_t index, bool was_live);

/* subscriber.c */
void kraken_subs_start(struct kraken_feed *feed); /* of a new connection */
void kraken_subs_stop(struct kraken_feed *feed);
void kraken_subs_pump(struct kraken_feed *feed);
void kraken_subs_reset(struct kraken_feed *feed, uint32_t index, enum kraken_channel channel,
                       int64_t delay_ns);
void kraken_subs_reply(struct kraken_feed *feed, const struct kraken_frame *frame);
bool kraken_subs_all_on(const struct kraken_feed *feed);

/* flow.c */
void kraken_flow_start(struct kraken_feed *feed);                  /* the market's clock is known */
void kraken_flow_time(struct kraken_feed *feed, int64_t venue_ns); /* a message's own time */
void kraken_flow_pong(struct kraken_feed *feed, int64_t venue_ns);
int64_t kraken_flow_told(const struct kraken_feed *feed); /* market time as told, or 0 */
void kraken_flow_heard(struct kraken_feed *feed);         /* any message arrived */
void kraken_flow_release(struct kraken_feed *feed);
void kraken_flow_news(struct kraken_feed *feed, uint32_t index);
void kraken_flow_health(struct kraken_feed *feed);
void kraken_flow_unlist(struct kraken_feed *feed, uint32_t index, const char *why);
int64_t kraken_flow_sure(const struct kraken_feed *feed);                 /* time less the grace */
bool kraken_flow_passed(const struct kraken_feed *feed, int64_t open_ns); /* that candle is late */
bool kraken_flow_gap(const struct kraken_feed *feed, const struct kraken_side *side);
