/* SPDX-License-Identifier: MIT */
/*
 * A trading session: a feed on one side, the desk in the middle, recorder and bridge on the other,
 * all on one loop. It warms up, trades, survives what the feed survives, and ends with its state
 * kept.
 *
 *     feed --> batch --> desk --> recorder (journal, ledger)
 *       \                 \  `--> bridge (dashboard)
 *        `--(book, trade)-'
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/options.h"
#include "app/recorder.h"
#include "app/session_orders.h"
#include "core/engine/desk.h"
#include "core/market/batch.h"
#include "operator/server/bridge.h"
#include "platform/loop/loop.h"
#include "store/handle.h"
#include "venue/feed.h"

/* With less room on the disk than this, an hour of the journal and the ledger's WAL may not fit. */
#define DISK_FREE_MIN (UINT64_C(256) << 20)

struct alarms;
struct jobs;
struct playback;
struct session_models;
struct session_retrain;
struct session_scripts;

struct session_pair {
    bool history_ended;
    bool started; /* its candles go into batches */
    enum feed_health health;
    double close_last;
    int64_t history_last_ns; /* newest candle of the past; INT64_MIN none */
    int64_t heard_ns;        /* market time of the last news */
    uint64_t candle_count;   /* closed candles with trades, decided on */
    uint64_t flat_count;     /* closed without a trade */
    uint64_t gap_count;      /* boundaries it had no candle for: stale, or unknown */
    uint64_t learned_count;  /* came too late to decide on: fetched after an outage */
    double hour_open[25];    /* opens of the last hours by hour % 25, for the day's change */
    int64_t hour_first;      /* oldest hour that hour_open holds */
    int64_t hour_last;
};

/* The regime of a pair as it is shown where the engine does not ask for it. */
struct session_regime {
    struct adx adx;
    uint64_t count; /* candles of the pair's ring that it has seen */
    int32_t way;    /* enum regime_way */
};

/* Since this session began; the portfolio's own counts are of the state's whole life. */
struct session_counters {
    uint64_t batch_count;
    uint64_t decision_count; /* records of decisions */
    uint64_t entry_count, exit_count, order_count, reject_count;
};

/* What a state directory is known by at a venue; kept in its ledger. */
struct session_identity {
    uint32_t tag;   /* of its client order ids */
    uint64_t nonce; /* numbers below it may have been used */
};

struct session {
    const struct options *options;
    struct loop *loop;
    struct clock clock;
    struct feed feed;
    uint32_t pair_count;
    const char *symbols[PAIR_MAX];
    char symbol_text[OPTION_LIST_MAX + PAIR_MAX * SYMBOL_MAX];
    struct pair terms[PAIR_MAX];
    const char *strategy_names[STRATEGY_MAX];
    struct sentence_names names;
    struct engine *engine;
    struct matching *matching;     /* on paper; */
    struct broker *broker;         /* at a venue that trades; the other one is NULL */
    struct session_orders *orders; /* with the broker */
    struct session_identity identity;
    struct desk *desk;
    struct batch *batch;
    struct session_pair pairs[PAIR_MAX];
    bool armed; /* warmed up: batches decide */
    bool connected;
    char connection_reason[120];
    int64_t opened_mono_ns, opened_wall_ns;
    int64_t ending_mono_ns; /* since when it is to end; 0 not yet */
    int64_t armed_mono_ns;  /* when the first decision became possible */
    int64_t snapshot_mono_ns;
    int64_t told_minute_ns;
    struct session_counters counters;
    struct histogram decision_times, step_times;
    struct view_strategy pulse[STRATEGY_MAX];
    struct session_regime regimes[PAIR_MAX];
    struct session_models *models;   /* NULL: no model is asked */
    struct session_retrain *retrain; /* the same */
    struct session_scripts *scripts; /* the user's strategies among those that vote */
    struct playback *before;         /* what an earlier session of this state left; NULL: nothing */
    int64_t resume_ns;
    struct recorder *recorder;
    struct view *view;
    struct view_box *box;
    struct queue *bridge_queue;    /* NULL without a dashboard */
    struct insights *insights;     /* the same */
    struct books *books;           /* the same */
    struct ml_metrics *ml_metrics; /* the same */
    char *configuration;           /* the same: the options, as JSON */
    struct jobs *jobs;             /* the same */
    struct bridge *bridge;
    struct alarms *alarms;
    struct queue *commands; /* from the dashboard's server; NULL without one */
    char token[TOKEN_LEN + 1];
    char keys_file[OPTION_PATH_MAX];
    struct batch_entry entries[PAIR_MAX];
};

/*
 * Opens everything but the feed: what an earlier session left in the state directory, which the
 * caller has locked; recorder and bridge, each with a thread. NULL with one clear line in `error`.
 */
struct session *session_open(const struct options *options, struct loop *loop, char *error,
                             size_t error_size);

/* Where an earlier session of this state directory stopped, in market time; 0: there was none. */
int64_t session_resume_time(const struct session *session);

/* The feed starts to call session_feed_events with the session as context. */
extern const struct feed_events session_feed_events;
void session_attach(struct session *session, const struct feed *feed);

/* Called by a timer, often enough for the feed (venue/feed.h): ticks it, obeys the recorder's
 * health, and every quarter of a second publishes the view and keeps the journal in order. */
void session_tick(struct session *session);

/* Asked to end: nothing is decided any more. It may when what is held stands under its stops, or
 * has not for so long that waiting helps nobody; that is logged as an error. session_end takes
 * NULL.
 */
void session_end(struct session *session);
bool session_may_end(const struct session *session);

/* Ends in order: feed, then the recorder behind a last snapshot, then the bridge. Takes NULL. */
void session_close(struct session *session);

/* The dashboard's address, "" without one. */
void session_address(const struct session *session, char *out, size_t size);

/* Sells everything and pauses: what SIGUSR1 asks for. `context` is the session. */
void session_flatten(struct session *session);

/* Items the dashboard's queue did not take. */
uint64_t session_dropped(const struct session *session);

/* Writes the JSON summary to `path` (NULL: none; "-": standard output). 0 when nothing went wrong
 * in the session or the writing; else the count of what did. */
int session_report(struct session *session, const char *path);

/* Shared among the session's files. */
void session_give(struct session *session, const struct event *event);
int64_t session_time(const struct session *session); /* the market's; it stands until told */
void session_on_step(void *context, const struct event *event, const struct actions *actions);

/* Whether the dashboard may be where the configuration says: on loopback, or with TLS and a key.
 * Where the keys are stands in `keys_file` then. */
bool session_check_door(const struct options *options, char keys_file[OPTION_PATH_MAX], char *error,
                        size_t error_size);

/* The queue and the token of commands, before the bridge starts; where it is, once it has. */
bool session_open_control(struct session *session, char *error, size_t error_size);
void session_announce(struct session *session);
void session_close_control(struct session *session);

/* The user's strategies: their texts into the journal, behind each snapshot; what their files and
 * their faults say, with each tick. */
bool session_open_scripts(struct session *session, char *error, size_t error_size);
void session_tell_scripts(struct session *session);
void session_mind_scripts(struct session *session);
void session_close_scripts(struct session *session);

/* The model in force, where one is asked: as the scripts, told behind each snapshot, and with each
 * tick another one that the registry has. */
bool session_open_models(struct session *session, char *error, size_t error_size);
void session_tell_models(struct session *session);
void session_mind_models(struct session *session);
void session_close_models(struct session *session);

/* Models that are trained anew while it trades. */
bool session_open_retrain(struct session *session, char *error, size_t error_size);
void session_mind_retrain(struct session *session);
void session_close_retrain(struct session *session);

/* Gives the engine every command that waits; its record is answered to whoever asked once it is
 * on disk (recorder.h's on_kept). */
void session_obey(struct session *session);
void session_on_kept(void *context, uint64_t number);

/* Gives the dashboard the trades and thoughts of earlier sessions. */
void session_show_past(struct session *session);
void session_publish(struct session *session);

/* enum regime_way of the pair, 0 while unknown; asked once for each publication. */
int32_t session_regime(struct session *session, uint32_t pair);

/* The orders alive, and what the venue says of the account, into the view. */
void session_view_orders(struct session *session);

/* One line for the terminal; its counts are this run's, and it says so. */
void session_status_line(struct session *session, char *out, size_t size);

/* The state directory belongs to one market for good: the first session says which, in the ledger,
 * and one on another is refused, because positions and orders mean nothing there. */
bool session_bind(struct session *session, char *error, size_t error_size);

/* The pairs asked for, or the universe, chosen now: the latter asks the venue, and waits. */
bool session_choose(struct session *session, char *error, size_t error_size);

/* Reads back what an earlier session left in the state directory, and chooses the pairs; those it
 * still holds join the list. */
bool session_find_state(struct session *session, char *error, size_t error_size);

/* Positions, orders and figures of the earlier session become this one's. */
bool session_adopt(struct session *session, char *error, size_t error_size);

/* Once everything is open: a limit that the operator had set goes back to the configuration where
 * that says something else than it said then, or where it no longer fits beside the others. An
 * event like any other; what was kept and what was not is said. */
void session_heed_file(struct session *session);
