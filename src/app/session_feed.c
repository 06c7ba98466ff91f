/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "core/base/check.h"
#include "platform/log/log.h"

/* History that still does not come after this long is done without: the pair learns as it goes. */
#define WARM_UP_PATIENCE_NS (20 * NS_PER_S)

static bool fills_by_candles(const struct session *session)
{
    return session->matching != NULL && session->matching->config.fills == FILLS_CANDLES;
}

static void heard(struct session *session, uint32_t pair, int64_t time_ns)
{
    if (time_ns > session->pairs[pair].heard_ns) {
        session->pairs[pair].heard_ns = time_ns;
    }
}

static int64_t mono_now(const struct session *session)
{
    return session->clock.mono_ns(session->clock.self);
}

/* Every event from outside passes here: first the journal, then the desk. */
void session_give(struct session *session, const struct event *event)
{
    if (session->recorder != NULL) {
        recorder_event(session->recorder, event);
    }
    const int64_t began_ns = mono_now(session);
    desk_step(session->desk, event);
    histogram_add(&session->step_times, mono_now(session) - began_ns);
    session_orders_pump(session);
}

int64_t session_time(const struct session *session)
{
    const struct feed *feed = &session->feed;
    const struct session_orders *orders = session->orders;
    if (feed->timed(feed->self)) {
        return feed->time(feed->self);
    }
    const bool account = orders != NULL && orders->gateway.self != NULL;
    const int64_t told_ns = account ? orders->gateway.time(orders->gateway.self) : 0;
    return told_ns > session->engine->time_ns ? told_ns : session->engine->time_ns;
}

static void on_pair(void *context, uint32_t pair, const struct pair *terms)
{
    struct session *session = context;
    if (strcmp(terms->quote, session->options->session.currency) != 0) {
        log_warn("session.currency", "a pair quoted in another currency is not traded", "pair",
                 terms->symbol, "quote", terms->quote, NULL);
        session->pairs[pair].health = FEED_UNLISTED;
        session->pairs[pair].history_ended = true;
        batch_set_active(session->batch, pair, false);
        return;
    }
    if (session->engine->pairs[pair].listed &&
        !pair_same_terms(&session->engine->pairs[pair].terms, terms)) {
        log_warn("session.terms",
                 "the venue changed the precision or the minimums of a pair: what is held and "
                 "ordered there goes on in the new terms",
                 "pair", terms->symbol, NULL);
    }
    const struct event event = {
        .kind = EVENT_PAIR,
        .time_ns = session->engine->time_ns,
        .pair = {.pair = pair, .terms = *terms},
    };
    session->terms[pair] = *terms;
    if (session->orders != NULL && session->orders->gateway.self != NULL) {
        session->orders->gateway.set_terms(session->orders->gateway.self, pair, terms);
    }
    session_give(session, &event);
    session_publish(session); /* the dashboard knows its decimals before it hears of a decision */
}

/* Remembers where each hour opened. */
static void note_hour(struct session_pair *state, const struct candle *candle)
{
    const int64_t hour = candle->time_ns / NS_PER_HOUR;
    if (hour <= state->hour_last) {
        return;
    }
    if (state->hour_last == 0) {
        state->hour_first = hour;
    }
    for (int64_t h = hour - state->hour_last > 25 ? hour - 24 : state->hour_last + 1; h <= hour;
         h++) {
        state->hour_open[h % 25] = candle->open;
    }
    state->hour_last = hour;
    state->hour_first = state->hour_first < hour - 24 ? hour - 24 : state->hour_first;
}

/* Candles learned of one pair, on their way to the dashboard in runs: an item for each would spend
 * a third of the queue's room on heads. */
struct learned {
    struct session *session;
    uint32_t pair, count;
    struct candle candles[BRIDGE_CANDLES_MAX];
};

static void show(struct learned *learned)
{
    bridge_put_candles(learned->session->bridge_queue, learned->pair,
                       learned->session->batch->timeframe, learned->candles, learned->count);
    learned->count = 0;
}

static void learn(struct learned *learned, const struct candle *candle)
{
    const struct event event = {
        .kind = EVENT_WARM,
        .time_ns = learned->session->engine->time_ns,
        .warm = {.pair = learned->pair, .count = 1, .candles = candle},
    };
    session_give(learned->session, &event);
    learned->candles[learned->count++] = *candle;
    if (learned->count == BRIDGE_CANDLES_MAX) {
        show(learned);
    }
}

/* The candle, and before it a flat one for each interval since the last in which nothing was
 * traded: what a batch would have made. */
static void learn_on(struct learned *learned, const struct candle *candle)
{
    const struct session *session = learned->session;
    struct session_pair *state = &learned->session->pairs[learned->pair];
    const int64_t length = timeframe_ns[session->batch->timeframe];
    if (state->history_last_ns != INT64_MIN) {
        const int64_t oldest_ns = candle->time_ns - SERIES_CAPACITY * length;
        int64_t time_ns = state->history_last_ns + length;
        time_ns = time_ns > oldest_ns ? time_ns : oldest_ns;
        for (; time_ns < candle->time_ns; time_ns += length) {
            const struct candle flat = candle_flat(time_ns, state->close_last);
            learn(learned, &flat);
        }
    }
    learn(learned, candle);
    note_hour(state, candle);
    state->history_last_ns = candle->time_ns;
    state->close_last = candle->close;
}

static void on_history(void *context, uint32_t pair, const struct candle *candles, uint32_t count)
{
    struct session *session = context;
    if (count == 0 || session->pairs[pair].health == FEED_UNLISTED) {
        return;
    }
    struct learned learned = {.session = session, .pair = pair};
    for (uint32_t i = 0; i < count; i++) {
        learn_on(&learned, &candles[i]);
    }
    show(&learned);
}

/* A state directory that has been on a market further on decides nothing until this one has come as
 * far: said, because it looks like a strategy with nothing to say. */
static void compare_times(const struct session *session, int64_t now_ns)
{
    if (now_ns + timeframe_ns[session->batch->timeframe] < session->resume_ns) {
        char stamp[TIMESTAMP_TEXT_MAX];
        timestamp_format(stamp, session->resume_ns, 0);
        log_printf(
            LOG_WARN, "session.backwards",
            "the market's time is before %s, where the last session ended: nothing is decided "
            "until then; for another market choose another directory with --state",
            stamp);
    }
}

/*
 * The first boundary is the oldest that any pair still needs; a pair whose history reaches further
 * joins when the boundary comes to it, and not before, so nothing is learned twice.
 */
static void arm(struct session *session)
{
    const int64_t length = timeframe_ns[session->batch->timeframe];
    int64_t first_ns = INT64_MAX;
    for (uint32_t i = 0; i < session->pair_count; i++) {
        const struct session_pair *state = &session->pairs[i];
        if (state->history_last_ns != INT64_MIN && state->history_last_ns + length < first_ns) {
            first_ns = state->history_last_ns + length;
        }
    }
    if (first_ns == INT64_MAX) {
        first_ns =
            timeframe_floor(session->batch->timeframe, session->feed.time(session->feed.self));
    }
    batch_start(session->batch, first_ns);
    session->armed = true;
    session->armed_mono_ns = session->clock.mono_ns(session->clock.self);
    const struct event start = {.kind = EVENT_START,
                                .time_ns = session->feed.time(session->feed.self)};
    session_give(session, &start);
    compare_times(session, start.time_ns);
    log_printf(LOG_INFO, "session.armed", "warmed up: %u pairs, trading from here",
               session->pair_count);
}

/* Deadlines, tries and what protects are counted by the venue's time. Our own, if it ran ahead,
 * would stand still for as long once the venue's is heard: nothing is begun by it that trades. */
static bool time_known(const struct session *session)
{
    return session->broker == NULL || session->feed.timed(session->feed.self);
}

static bool warmed_up(const struct session *session)
{
    const int64_t waited = session->clock.mono_ns(session->clock.self) - session->opened_mono_ns;
    bool any = false;
    for (uint32_t i = 0; i < session->pair_count; i++) {
        const struct session_pair *state = &session->pairs[i];
        if (!state->history_ended && waited < WARM_UP_PATIENCE_NS) {
            return false;
        }
        any = any || (state->history_ended && state->health != FEED_UNLISTED);
    }
    return any && time_known(session);
}

static void on_history_end(void *context, uint32_t pair)
{
    struct session *session = context;
    session->pairs[pair].history_ended = true;
    if (!session->armed && warmed_up(session)) {
        arm(session);
    }
}

/* Pairs whose first own boundary has come now make flat candles too. */
static void start_pairs(struct session *session, int64_t boundary_ns)
{
    for (uint32_t i = 0; i < session->pair_count; i++) {
        struct session_pair *state = &session->pairs[i];
        const int64_t own_ns =
            state->history_last_ns == INT64_MIN
                ? boundary_ns
                : state->history_last_ns + timeframe_ns[session->batch->timeframe];
        if (!state->started && state->history_ended && own_ns <= boundary_ns) {
            state->started = true;
            batch_seed(session->batch, i, state->close_last);
        }
    }
}

static void count_entries(struct session *session, const struct batch_entry *entries, int count)
{
    bool there[PAIR_MAX] = {false};
    for (int i = 0; i < count; i++) {
        struct session_pair *state = &session->pairs[entries[i].pair];
        there[entries[i].pair] = true;
        state->close_last = entries[i].candle.close;
        note_hour(state, &entries[i].candle);
        if (entries[i].flags & CANDLE_FLAT) {
            state->flat_count++;
        } else {
            state->candle_count++;
        }
        bridge_put_candles(session->bridge_queue, entries[i].pair, session->batch->timeframe,
                           &entries[i].candle, 1);
    }
    for (uint32_t i = 0; i < session->pair_count; i++) {
        session->pairs[i].gap_count +=
            !there[i] && session->pairs[i].started && session->pairs[i].health != FEED_UNLISTED;
    }
}

/* Releases every boundary that is complete and has it decided. */
static void run_batches(struct session *session)
{
    if (!session->armed || session->ending_mono_ns != 0) {
        return;
    }
    start_pairs(session, session->batch->boundary_ns);
    int64_t boundary_ns = 0;
    for (int count; (count = batch_take(session->batch, &boundary_ns, session->entries)) >= 0;) {
        const int64_t began_ns = mono_now(session);
        const int64_t end_ns = boundary_ns + timeframe_ns[session->batch->timeframe];
        const int64_t now_ns = session->feed.time(session->feed.self);
        const struct event event = {
            .kind = EVENT_BATCH,
            .time_ns = now_ns > end_ns ? now_ns : end_ns,
            .batch = {.boundary_ns = boundary_ns,
                      .count = (uint32_t)count,
                      .entries = session->entries},
        };
        count_entries(session, session->entries, count);
        session->counters.batch_count++;
        session_give(session, &event);
        histogram_add(&session->decision_times, mono_now(session) - began_ns);
        start_pairs(session, session->batch->boundary_ns);
    }
}

/* The boundary still waits for other pairs: what its candle teaches need not be learned between the
 * last one's and the order. */
static void learn_ahead(struct session *session, uint32_t pair, const struct candle *candle)
{
    if (candle->time_ns == session->batch->boundary_ns && session->pairs[pair].started) {
        session_give(session, &(struct event){.kind = EVENT_CANDLE,
                                              .time_ns = session->feed.time(session->feed.self),
                                              .candle = {.pair = pair, .candle = *candle}});
    }
}

static void on_candle(void *context, uint32_t pair, const struct candle *candle)
{
    struct session *session = context;
    struct session_pair *state = &session->pairs[pair];
    if (state->health == FEED_UNLISTED || candle->time_ns <= state->history_last_ns) {
        return;
    }
    heard(session, pair, candle->time_ns);
    if (!session->armed) {
        /* Live before the others are warm: it is part of this pair's past. */
        on_history(session, pair, candle, 1);
        return;
    }
    if (!batch_add(session->batch, pair, candle, 0) &&
        candle->time_ns > session->engine->pairs[pair].series.time_last_ns) {
        struct learned learned = {.session = session, .pair = pair};
        learn(&learned, candle);
        show(&learned);
        state->learned_count++;
    }
    run_batches(session);
    learn_ahead(session, pair, candle);
}

static void on_forming(void *context, uint32_t pair, const struct candle *candle)
{
    struct session *session = context;
    bridge_put_forming(session->bridge_queue, pair, session->batch->timeframe, candle);
}

static void on_book(void *context, uint32_t pair, int64_t time_ns, bool snapshot, uint32_t depth,
                    const struct level_change *changes, uint32_t count)
{
    struct session *session = context;
    heard(session, pair, time_ns);
    if (fills_by_candles(session)) {
        return;
    }
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = time_ns,
        .book = {.pair = pair,
                 .snapshot = snapshot,
                 .depth = depth,
                 .count = count,
                 .changes = changes},
    };
    session_give(session, &event);
}

static void on_trade(void *context, uint32_t pair, const struct trade *trade)
{
    struct session *session = context;
    heard(session, pair, trade->time_ns);
    if (fills_by_candles(session)) {
        return;
    }
    const struct event event = {
        .kind = EVENT_TRADE,
        .time_ns = trade->time_ns,
        .trade = {.pair = pair, .trade = *trade},
    };
    session_give(session, &event);
}

static void on_health(void *context, uint32_t pair, enum feed_health health, int64_t silent_ns)
{
    struct session *session = context;
    struct session_pair *state = &session->pairs[pair];
    const char *symbol = session->symbols[pair];
    state->health = health;
    if (health == FEED_UNLISTED) {
        batch_set_active(session->batch, pair, false);
        on_history_end(session, pair);
        return;
    }
    const bool stale = health == FEED_STALE;
    if (stale) {
        log_printf(LOG_WARN, "feed.stale", "%s has been silent for %lld s: not traded, refreshed",
                   symbol, (long long)(silent_ns / NS_PER_S));
    }
    batch_set_stale(session->batch, pair, stale);
    const struct event event = {
        .kind = EVENT_HEALTH,
        .time_ns = session_time(session),
        .health = {.pair = pair, .stale = stale},
    };
    session_give(session, &event);
    run_batches(session);
}

static void on_time(void *context, int64_t time_ns)
{
    struct session *session = context;
    /* A step told whole needs no grace: nothing of it is still on its way. */
    const bool whole = session->feed.lockstep(session->feed.self);
    if (whole) {
        recorder_catch_up(session->recorder); /* else how fast the disk is would decide with us */
    }
    batch_clock(session->batch, whole ? time_ns + BATCH_GRACE_NS : time_ns);
    if (!session->armed && warmed_up(session)) {
        arm(session);
    }
    run_batches(session);
    if (session->armed) {
        session->feed.step_done(session->feed.self);
    }
}

static void on_connection(void *context, bool connected, const char *reason)
{
    struct session *session = context;
    session->connected = connected;
    snprintf(session->connection_reason, sizeof session->connection_reason, "%s",
             connected ? "" : reason);
    if (connected && reason != NULL && reason[0] != '\0') {
        log_printf(LOG_INFO, "feed.system", "the venue says: %s", reason);
    }
}

const struct feed_events session_feed_events = {
    .on_pair = on_pair,
    .on_history = on_history,
    .on_history_end = on_history_end,
    .on_candle = on_candle,
    .on_forming = on_forming,
    .on_book = on_book,
    .on_trade = on_trade,
    .on_health = on_health,
    .on_time = on_time,
    .on_connection = on_connection,
};
