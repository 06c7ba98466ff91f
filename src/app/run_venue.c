/* SPDX-License-Identifier: MIT */
/* Where a run's market comes from, and where its orders go. */
#include <stdio.h>

#include "app/run_internal.h"
#include "platform/log/log.h"
#include "venue/files/file_feed.h"
#include "venue/kraken/kraken_feed.h"
#include "venue/local/exchange.h"

/* Kraken's REST gives 720 rows, the last of them still forming. Files give as many, so that both
 * warm up alike: the last digits of a running sum remember where it began. */
#define HISTORY_DEFAULT 719

void run_fail(struct run *run, const char *event, const char *sentence)
{
    log_error(event, sentence, NULL);
    run->failed = true;
    loop_stop(run->loop);
}

/* Base candles to fetch. All that Kraken gives is the default: recursive averages then have
 * forgotten where they began, and every chart has its past. */
static uint32_t history_wanted(const struct run *run)
{
    const int64_t asked = run->options.session.history;
    return asked > 0 ? (uint32_t)asked : HISTORY_DEFAULT;
}

static void attach(struct run *run, const struct feed *feed)
{
    run->feed = *feed;
    session_attach(run->session, feed);
    run->attached = true;
}

static bool open_feed(struct run *run, const char *rest_url, const char *ws_url)
{
    char error[256];
    const struct session *session = run->session;
    const struct venue_options *venue = &run->options.venue;
    const struct kraken_feed_config config = {
        .rest_url = rest_url,
        .ws_url = ws_url,
        .symbols = session->symbols,
        .symbol_count = session->pair_count,
        .timeframe = run->options.base,
        .history = history_wanted(run),
        .depth = (uint32_t)venue->depth,
        .stale_ns = run->options.session.stale_ns,
        .rest_gap_ns = venue->name == VENUE_LOCAL ? 0 : venue->rest_gap_ns,
        .seed = (uint64_t)run->clock.wall_ns(run->clock.self),
    };
    struct kraken_feed *kraken =
        kraken_feed_open(&config, &run->transport, &run->clock, &session_feed_events, run->session,
                         error, sizeof error);
    if (kraken == NULL) {
        run_fail(run, "run.feed", error);
        return false;
    }
    const struct feed feed = kraken_feed_face(kraken);
    attach(run, &feed);
    return true;
}

/* The market without sockets. */
static bool open_files(struct run *run)
{
    char error[256];
    const struct market_options *market = &run->options.market;
    const int64_t resume_ns = session_resume_time(run->session);
    const struct file_feed_config config = {
        .store = market->kind == EXCHANGE_REPLAY ? market->store : NULL,
        .seed = (uint64_t)market->seed,
        .symbols = run->session->symbols,
        .symbol_count = run->session->pair_count,
        .timeframe = run->options.base,
        .history = history_wanted(run),
        .from_ns = resume_ns != 0 ? resume_ns : market->from_ns,
        .to_ns = market->to_ns,
    };
    struct file_feed *files =
        file_feed_open(&config, &session_feed_events, run->session, error, sizeof error);
    if (files == NULL) {
        run_fail(run, "run.files", error);
        return false;
    }
    const struct feed feed = file_feed_face(files);
    attach(run, &feed);
    return true;
}

/* Orders go where the market comes from, with the account's key. */
static void open_account(struct run *run, const struct session_account *account)
{
    char error[256];
    if (!mode_has_account(run->options.session.mode) || run->trading) {
        return;
    }
    run->trading = session_trade(run->session, account, &run->transport, error, sizeof error);
    if (!run->trading) {
        run_fail(run, "run.account", error);
    }
}

static void on_local_ready(void *context, const struct local_kraken_place *place)
{
    struct run *run = context;
    if (place == NULL) {
        run_fail(run, "run.local", "the local Kraken could not start: what it said stands above");
        return;
    }
    const bool wanted = run->session != NULL && !run->attached;
    if (wanted && open_feed(run, place->rest_url, place->ws_url)) {
        const struct session_account account = {.rest_url = place->rest_url,
                                                .ws_url = place->ws_url,
                                                .key = place->key,
                                                .secret = place->secret};
        open_account(run, &account);
    }
}

/* The real venue: market data, and where the mode wants it the account. */
static bool open_kraken(struct run *run)
{
    char error[512];
    const struct venue_options *venue = &run->options.venue;
    if (mode_has_account(run->options.session.mode) && run->keys == NULL) {
        run->keys = keys_load(run->options.session.state, error, sizeof error);
        if (run->keys == NULL) {
            run_fail(run, "run.keys", error);
            return false;
        }
    }
    if (!open_feed(run, venue->rest_url, venue->ws_url)) {
        return false;
    }
    if (run->keys != NULL) {
        const struct session_account account = {.rest_url = venue->rest_url,
                                                .ws_url = venue->private_ws_url,
                                                .key = run->keys->key,
                                                .secret = run->keys->secret};
        open_account(run, &account);
    }
    return !run->failed;
}

static int64_t on_resume_time(void *context)
{
    struct run *run = context;
    return run->attached ? run->feed.time(run->feed.self) : session_resume_time(run->session);
}

static const struct local_kraken_events local_events = {
    .on_ready = on_local_ready,
    .resume_time = on_resume_time,
};

/* The network, once; a later session finds it open. */
static bool open_net(struct run *run)
{
    char error[256];
    const char *ca = run->options.venue.ca_file;
    const struct net_config config = {.user_agent = "cuttle/" CUTTLE_VERSION,
                                      .ca_file = ca[0] != '\0' ? ca : NULL};
    if (run->net != NULL) {
        return true;
    }
    run->net = net_open(run->loop, &config, error, sizeof error);
    if (run->net == NULL) {
        run_fail(run, "run.net", error);
        return false;
    }
    run->transport = net_transport(run->net);
    if (options_universe(&run->options)) {
        run->universe = universe_watch_new(&run->options, &run->transport);
    }
    return true;
}

bool run_open_venue(struct run *run)
{
    char error[256];
    if (run->options.venue.name == VENUE_FILES) {
        return open_files(run);
    }
    if (!open_net(run)) {
        return false;
    }
    if (run->options.venue.name == VENUE_KRAKEN) {
        return open_kraken(run);
    }
    run->local =
        local_kraken_start(run->loop, &run->options, run->session->symbols,
                           run->session->pair_count, &local_events, run, error, sizeof error);
    if (run->local == NULL) {
        run_fail(run, "run.local", error);
        return false;
    }
    return true;
}
