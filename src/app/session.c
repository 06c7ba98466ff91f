/* SPDX-License-Identifier: MIT */
#include "app/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/alarms.h"
#include "app/books.h"
#include "app/insights.h"
#include "app/jobs.h"
#include "app/ml_metrics.h"
#include "app/playback.h"
#include "operator/server/guard.h"
#include "platform/log/log.h"
#include "platform/queue/queue.h"

/* Room for a few thousand items: the dashboard's thread empties it many times a second. */
#define BRIDGE_QUEUE_SIZE (4u << 20)

#define PUBLISH_EVERY_NS (250 * NS_PER_MS)

static bool allocate(struct session *session, uint32_t pair_count)
{
    session->engine = calloc(1, engine_size(pair_count));
    if (mode_trades(session->options->session.mode)) {
        session->broker = calloc(1, sizeof *session->broker);
    } else {
        session->matching = calloc(1, sizeof *session->matching);
    }
    const bool account = mode_has_account(session->options->session.mode);
    session->orders = account ? calloc(1, sizeof *session->orders) : NULL;
    session->desk = calloc(1, sizeof *session->desk);
    session->batch = calloc(1, sizeof *session->batch);
    session->view = calloc(1, sizeof *session->view);
    session->box = calloc(1, sizeof *session->box);
    const bool shown = session->options->server.enabled;
    session->bridge_queue = shown ? queue_new(BRIDGE_QUEUE_SIZE) : NULL;
    const bool sided = (session->matching != NULL || session->broker != NULL) &&
                       (session->orders != NULL || !account);
    return session->engine != NULL && sided && session->desk != NULL && session->batch != NULL &&
           session->view != NULL && session->box != NULL &&
           (session->bridge_queue != NULL || !shown);
}

static void name_everything(struct session *session, const struct engine_config *config)
{
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const struct strategy *strategy = strategy_table[config->strategies[i].type];
        session->strategy_names[i] = strategy->name;
        session->pulse[i].enabled = true; /* until its script is stopped */
        session->pulse[i].timeframe =
            ((const struct strategy_params *)(const void *)config->strategies[i].params)->timeframe;
        snprintf(session->pulse[i].name, sizeof session->pulse[i].name, "%s", strategy->name);
    }
    session->names = (struct sentence_names){
        .currency = session->options->session.currency,
        .strategies = session->strategy_names,
        .strategy_count = config->strategy_count,
        .pairs = session->terms,
        .pair_count = session->pair_count,
    };
    snprintf(session->view->venue, sizeof session->view->venue, "%s",
             session->options->venue.name == VENUE_KRAKEN ? "kraken" : "local");
    snprintf(session->view->version, sizeof session->view->version, "%s", CUTTLE_VERSION);
}

static void start_desk(struct session *session)
{
    desk_init(session->desk, session->engine, session->matching, session_on_step, session);
    if (session->broker != NULL) {
        struct broker_config config;
        options_broker(session->options, &config);
        broker_init(session->broker, &config, session->pair_count);
        desk_trade(session->desk, session->broker, session_on_request);
    } else {
        struct matching_config config;
        options_matching(session->options, &config);
        matching_init(session->matching, &config);
    }
}

static void take_snapshot(struct session *session)
{
    const struct recorder_books books = {.matching = session->matching, .broker = session->broker};
    recorder_snapshot(session->recorder, session->engine, &books);
}

static bool start_engine(struct session *session, char *error, size_t error_size)
{
    struct engine_config config;
    if (options_engine(session->options, session->pair_count, &config, error, error_size) != 0) {
        return false;
    }
    engine_init(session->engine, &config);
    batch_init(session->batch, (enum timeframe)config.base, session->pair_count);
    start_desk(session);
    view_box_init(session->box);
    name_everything(session, &config);
    for (uint32_t i = 0; i < session->pair_count; i++) {
        session->pairs[i].history_last_ns = INT64_MIN;
        snprintf(session->terms[i].symbol, SYMBOL_MAX, "%s", session->symbols[i]);
    }
    return true;
}

static bool start_alarms(struct session *session, char *error, size_t error_size)
{
    session->alarms = alarms_new(session->options, error, error_size);
    return session->alarms != NULL;
}

static bool start_recorder(struct session *session, char *error, size_t error_size)
{
    const struct options *options = session->options;
    const struct recorder_config config = {
        .state = options->session.state,
        .journal = options->journal.enabled,
        .keep_days = options->journal.keep_days,
        .max_bytes = options->journal.max_mb * 1000000,
        .keep_ns = options->session.keep_ns,
        .free_min = DISK_FREE_MIN,
        .names = &session->names,
        .clock = session->clock,
        .events = alarms_rows(session->alarms),
        .on_durable = session_on_durable,
        .on_kept = session_on_kept,
        .context = session,
    };
    session->recorder = recorder_open(&config, error, error_size);
    if (session->recorder == NULL) {
        return false;
    }
    alarms_remember(session->alarms);
    take_snapshot(session);
    session->snapshot_mono_ns = session->clock.mono_ns(session->clock.self);
    return true;
}

/* Without a port: alarms still leave the machine, and are kept. */
static bool start_watch(struct session *session, char *error, size_t error_size)
{
    const struct bridge_config config = {
        .watchdog_ns = session->options->alarm.silence_ns,
        .alarm = alarms_config(session->alarms),
    };
    session->bridge = bridge_start(&config, session->box, NULL, error, error_size);
    return session->bridge != NULL;
}

static bool start_bridge(struct session *session, char *error, size_t error_size)
{
    const struct server_options *server = &session->options->server;
    handle_remove(session->options->session.state); /* of one that ended without a word */
    if (!server->enabled) {
        return start_watch(session, error, error_size);
    }
    if (!session_check_door(session->options, session->keys_file, error, error_size)) {
        return false;
    }
    if (!session_open_control(session, error, error_size)) {
        return false;
    }
    session->insights = insights_new(session->options->session.state);
    session->ml_metrics = ml_metrics_new(session->options->session.state,
                                         session->engine->config.chain.model.enabled);
    const struct config *given = session->options->config;
    session->configuration = given == NULL ? NULL : config_json(given);
    session->books = books_new(session->options->session.state, session->options->session.currency);
    if (session->insights == NULL || session->ml_metrics == NULL || session->books == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    session->jobs = jobs_new(session->options, error, error_size);
    if (session->jobs == NULL) {
        return false;
    }
    const struct bridge_config config = {
        .address = server->address,
        .port = (uint16_t)server->port,
        .max_clients = (uint32_t)server->max_clients,
        .watchdog_ns = session->options->alarm.silence_ns,
        .commands = session->commands,
        .token = session->token,
        .keys_file = session->keys_file,
        .cert_file = server->cert_file[0] != '\0' ? server->cert_file : NULL,
        .key_file = server->key_file[0] != '\0' ? server->key_file : NULL,
        .names = server->names,
        .max_rate = (double)server->max_rate,
        .read_only = server->read_only,
        .key_always = server->key_always,
        .insights = insights_source(session->insights),
        .models = ml_metrics_source(session->ml_metrics),
        .configuration = session->configuration,
        .books = books_source(session->books),
        .jobs = jobs_source(session->jobs),
        .alarm = alarms_config(session->alarms),
    };
    session_show_past(session);
    session->bridge = bridge_start(&config, session->box, session->bridge_queue, error, error_size);
    if (session->bridge != NULL) {
        session_announce(session);
        return true;
    }
    if (session->options->session.mode != MODE_LIVE) {
        return false;
    }
    /* What is held with real money must not wait for a port that another program has. */
    log_error("session.dashboard", error, "instead", "trading without a dashboard", NULL);
    queue_free(session->bridge_queue);
    session->bridge_queue = NULL;
    if (!start_watch(session, error, error_size)) {
        log_error("session.alarms", error, "instead", "trading without alarms", NULL);
    }
    return true;
}

static bool open_all(struct session *session, char *error, size_t error_size)
{
    return session_bind(session, error, error_size) &&
           session_find_state(session, error, error_size) &&
           (allocate(session, session->pair_count) ||
            (snprintf(error, error_size, "out of memory"), false)) &&
           start_engine(session, error, error_size) && session_adopt(session, error, error_size) &&
           start_alarms(session, error, error_size) && start_recorder(session, error, error_size) &&
           session_open_scripts(session, error, error_size) &&
           session_open_models(session, error, error_size) &&
           session_open_retrain(session, error, error_size) &&
           start_bridge(session, error, error_size) && (session_heed_file(session), true);
}

struct session *session_open(const struct options *options, struct loop *loop, char *error,
                             size_t error_size)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    session->options = options;
    session->loop = loop;
    session->clock = clock_system();
    session->opened_wall_ns = session->clock.wall_ns(session->clock.self);
    if (!open_all(session, error, error_size)) {
        session_close(session);
        return NULL;
    }
    /* Not before: the venue may have been asked for its pairs, and what patience there is with it
     * is for the candles. */
    session->opened_mono_ns = session->clock.mono_ns(session->clock.self);
    return session;
}

void session_attach(struct session *session, const struct feed *feed)
{
    session->feed = *feed;
}

/* A new journal segment, and the day's worth of view, now and then. */
static void keep_house(struct session *session, int64_t mono_ns)
{
    const bool due =
        mono_ns - session->snapshot_mono_ns >= session->options->journal.rotate_ns ||
        (recorder_lagging(session->recorder) && mono_ns - session->snapshot_mono_ns > NS_PER_S);
    if (due) {
        take_snapshot(session);
        session_tell_scripts(session);
        session_tell_models(session);
        session->snapshot_mono_ns = mono_ns;
    }
    const int64_t market_ns = session->engine->time_ns;
    if (market_ns - session->told_minute_ns >= NS_PER_MIN) {
        session->told_minute_ns = market_ns;
        recorder_equity(session->recorder, market_ns, &session->engine->portfolio);
    }
}

/* What could not be kept must not be begun. An event like any other, so that a replay holds too. */
static void heed_recorder(struct session *session)
{
    const bool well = recorder_well(session->recorder);
    if (session->engine->held == !well) {
        return;
    }
    const struct event event = {
        .kind = EVENT_COMMAND,
        .time_ns = session->engine->time_ns,
        .command = {.command = well ? COMMAND_RELEASE : COMMAND_HOLD},
    };
    session_give(session, &event);
}

void session_tick(struct session *session)
{
    heed_recorder(session);
    session->feed.tick(session->feed.self);
    session_obey(session);
    session_mind_scripts(session);
    session_mind_models(session);
    session_mind_retrain(session);
    session_orders_tick(session);
    const int64_t mono_ns = session->clock.mono_ns(session->clock.self);
    if (mono_ns - session->view->mono_ns >= PUBLISH_EVERY_NS) {
        session_publish(session);
        keep_house(session, mono_ns);
    }
}

void session_address(const struct session *session, char *out, size_t size)
{
    if (session->bridge == NULL || bridge_port(session->bridge) == 0) {
        snprintf(out, size, "%s", "");
        return;
    }
    char authority[160];
    guard_authority(authority, sizeof authority, session->options->server.address,
                    bridge_port(session->bridge));
    snprintf(out, size, "%s://%s", session->options->server.cert_file[0] != '\0' ? "https" : "http",
             authority);
}

uint64_t session_dropped(const struct session *session)
{
    return session->bridge_queue == NULL ? 0 : queue_drop_count(session->bridge_queue);
}

/* What was traded is on the disk first. The watch then has some seconds for alarms on their way,
 * and what it raised until its end is written by the recorder that ends last. */
static void close_recording(struct session *session)
{
    if (session->recorder != NULL) {
        recorder_flush(session->recorder); /* a snapshot that waits would stand in its way */
        take_snapshot(session);
    }
    bridge_stop(session->bridge);
    if (session->recorder != NULL) {
        recorder_close(session->recorder);
        loop_on_wake(session->loop, NULL, NULL); /* its last words find nobody to wake */
    }
}

void session_close(struct session *session)
{
    if (session == NULL) {
        return;
    }
    session_orders_close(session);
    session_close_scripts(session);
    session_close_retrain(session);
    session_close_models(session);
    if (session->feed.self != NULL) {
        session->feed.close(session->feed.self);
    }
    close_recording(session);
    jobs_free(session->jobs);
    alarms_free(session->alarms);
    insights_free(session->insights);
    books_free(session->books);
    ml_metrics_free(session->ml_metrics);
    free(session->configuration);
    session_close_control(session);
    queue_free(session->bridge_queue);
    playback_free(session->before);
    free(session->box);
    free(session->view);
    free(session->batch);
    free(session->desk);
    free(session->matching);
    free(session->broker);
    free(session->orders);
    free(session->engine);
    free(session);
}
