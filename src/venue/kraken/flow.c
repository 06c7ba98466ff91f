/* SPDX-License-Identifier: MIT */
/*
 * The feed's time, and what follows from it.
 *
 * Time is what the venue has said: the newest timestamp in any message, the stamp of a pong, and,
 * while messages flow, the market's clock less a quarter of a wall second for what is under way.
 * It moves only when a message arrives, so a dead connection closes no candle; after a stall it is
 * the messages alone that move it, until what was held up has drained.
 *
 * Candles are given out boundary by boundary over all pairs, with on_time between, so that a
 * repaired outage reaches the batch as if it had happened slowly. A pair whose closed candle is
 * missing holds on_time back for HOLD_NS; then it is stale, and the others go on.
 */
#include <inttypes.h>

#include "core/base/timestamp.h"
#include "core/market/batch.h"
#include "platform/log/log.h"
#include "venue/kraken/state.h"

#define UNDER_WAY_NS (NS_PER_S / 4)
/* Heartbeats come each second: a longer silence is a stall. It is shorter than the grace and what
 * is under way together, so that what a stall holds up is never late. */
#define STALL_NS (12 * NS_PER_S / 10)
#define DRAIN_NS (NS_PER_S / 2)
#define WALL_SILENCE_NS (1 * NS_PER_S)
#define HOLD_NS (10 * NS_PER_S)

/* In lock-step, and at a market's end, nothing is under way. */
static int64_t grace(const struct kraken_feed *feed)
{
    return feed->market.lockstep || feed->market.ended ? 0 : BATCH_GRACE_NS;
}

int64_t kraken_flow_sure(const struct kraken_feed *feed)
{
    return feed->time_ns - grace(feed);
}

static bool is_stale(const struct kraken_side *side)
{
    return side->has_health && side->health == FEED_STALE;
}

/* Of a silent pair the clock tells what REST should know; the feed's time may stand still. */
bool kraken_flow_gap(const struct kraken_feed *feed, const struct kraken_side *side)
{
    if (!side->listed || !side->history_done)
        return false;
    int64_t sure_ns =
        is_stale(side) ? kraken_clock_now(&feed->market) - grace(feed) : kraken_flow_sure(feed);
    return kraken_join_gap(&side->join, sure_ns);
}

static void publish(struct kraken_feed *feed, int64_t time_ns)
{
    if (time_ns <= feed->published_ns)
        return;
    feed->published_ns = time_ns;
    feed->events.on_time(feed->context, time_ns);
}

/* No candle from here on may be given out yet: a fresh pair may still deliver an earlier one. */
static int64_t hold_limit(const struct kraken_feed *feed)
{
    int64_t limit_ns = INT64_MAX;
    for (uint32_t i = 0; i < feed->side_count; i++) {
        const struct kraken_side *side = &feed->sides[i];
        if (!is_stale(side) && kraken_flow_gap(feed, side) && side->join.cursor_ns < limit_ns)
            limit_ns = side->join.cursor_ns;
    }
    return limit_ns;
}

static int64_t next_ready(const struct kraken_feed *feed)
{
    int64_t next_ns = INT64_MAX;
    for (uint32_t i = 0; i < feed->side_count; i++) {
        const struct candle *candle = kraken_join_peek(&feed->sides[i].join);
        if (candle != NULL && candle->time_ns < next_ns)
            next_ns = candle->time_ns;
    }
    return next_ns;
}

bool kraken_flow_passed(const struct kraken_feed *feed, int64_t open_ns)
{
    return open_ns + kraken_span(feed) + grace(feed) <= feed->published_ns;
}

static void give_out(struct kraken_feed *feed, int64_t open_ns)
{
    for (uint32_t i = 0; i < feed->side_count; i++) {
        struct kraken_join *join = &feed->sides[i].join;
        const struct candle *candle = kraken_join_peek(join);
        if (candle == NULL || candle->time_ns != open_ns)
            continue;
        struct candle copy = *candle;
        kraken_join_take(join);
        feed->stats.late_count += kraken_flow_passed(feed, open_ns);
        feed->events.on_candle(feed->context, i, &copy);
    }
}

static void settle(struct kraken_feed *feed)
{
    int64_t sure_ns = kraken_flow_sure(feed);
    for (uint32_t i = 0; i < feed->side_count; i++) {
        struct kraken_side *side = &feed->sides[i];
        if (side->listed && side->history_done)
            kraken_join_settle(&side->join, sure_ns);
    }
    feed->boundary_ns = kraken_floor(feed, sure_ns) + kraken_span(feed);
}

static void send_step(struct kraken_feed *feed)
{
    if (!feed->step_wanted || !feed->step_ready || feed->step_sent || feed->step_due ||
        feed->market.ended)
        return;
    if (kraken_link_ping(&feed->link) == 0) {
        feed->step_wanted = false;
        feed->step_sent = true;
    }
}

static void finish_step(struct kraken_feed *feed, int64_t end_ns)
{
    if (end_ns < feed->time_ns)
        return; /* a candle is still missing: REST is asked for it */
    feed->step_due = false;
    feed->published_ns = end_ns;
    feed->events.on_time(feed->context, end_ns);
}

void kraken_flow_release(struct kraken_feed *feed)
{
    if (!feed->market_known || feed->releasing)
        return;
    feed->releasing = true;
    settle(feed);
    int64_t span_ns = kraken_span(feed);
    int64_t limit_ns = hold_limit(feed);
    int64_t end_ns = feed->time_ns;
    if (limit_ns != INT64_MAX && limit_ns + span_ns < end_ns)
        end_ns = limit_ns + span_ns;
    int64_t open_ns = next_ready(feed);
    while (open_ns < limit_ns && open_ns != INT64_MAX) {
        give_out(feed, open_ns);
        int64_t done_ns = open_ns + span_ns + grace(feed);
        open_ns = next_ready(feed);
        if (open_ns != INT64_MAX && done_ns < end_ns)
            publish(feed, done_ns);
    }
    if (feed->market.lockstep && feed->step_due)
        finish_step(feed, end_ns);
    else if (!feed->market.lockstep)
        publish(feed, feed->market.ended ? end_ns + BATCH_GRACE_NS : end_ns);
    feed->releasing = false;
    send_step(feed);
}

static void advance(struct kraken_feed *feed, int64_t time_ns)
{
    if (time_ns > feed->time_ns)
        feed->time_ns = time_ns;
    if (kraken_flow_sure(feed) >= feed->boundary_ns)
        kraken_flow_release(feed);
}

/* Never by our own wall's time: were that ahead, the candles' boundaries would be, for as long. */
void kraken_flow_start(struct kraken_feed *feed)
{
    if (feed->market_known || !feed->market.anchored)
        return;
    int64_t now_ns = kraken_clock_now(&feed->market);
    feed->time_ns = kraken_floor(feed, now_ns);
    feed->boundary_ns = feed->time_ns + kraken_span(feed);
    for (uint32_t i = 0; i < feed->side_count; i++)
        feed->sides[i].news_ns = now_ns;
    feed->market_known = true;
}

/*
 * While nothing comes from the venue its clock may stand, or begin again where it died, and ours
 * runs on: then it may say when to ask, but not what has happened or was left out.
 */
int64_t kraken_flow_told(const struct kraken_feed *feed)
{
    bool silent = !feed->link.patient && kraken_mono(feed) - feed->heard_ns > STALL_NS;
    if (!feed->link.up || !feed->time_told || silent)
        return 0;
    return kraken_clock_now(&feed->market);
}

void kraken_flow_heard(struct kraken_feed *feed)
{
    int64_t mono_ns = kraken_mono(feed);
    if (mono_ns - feed->heard_ns > STALL_NS)
        feed->calm_ns = mono_ns + DRAIN_NS;
    feed->heard_ns = mono_ns;
    if (!feed->market_known || !feed->status_seen || feed->market.lockstep || feed->market.ended ||
        mono_ns < feed->calm_ns)
        return;
    int64_t under_way_ns = (int64_t)((double)UNDER_WAY_NS * feed->market.speed);
    advance(feed, kraken_clock_at(&feed->market, mono_ns) - under_way_ns);
}

/* A stamp from beyond the market's clock would close candles that are still being formed. */
void kraken_flow_time(struct kraken_feed *feed, int64_t venue_ns)
{
    if (venue_ns <= feed->time_ns || !feed->market_known || !feed->status_seen ||
        feed->market.lockstep)
        return;
    int64_t slack_ns = (int64_t)((10 + feed->market.speed) * (double)NS_PER_S);
    if (venue_ns <= kraken_clock_now(&feed->market) + slack_ns)
        advance(feed, venue_ns);
}

static void note_news(struct kraken_feed *feed, int64_t time_ns)
{
    for (uint32_t i = 0; i < feed->side_count; i++) {
        if (feed->sides[i].news)
            feed->sides[i].news_ns = time_ns;
        feed->sides[i].news = false;
    }
}

void kraken_flow_pong(struct kraken_feed *feed, int64_t venue_ns)
{
    if (venue_ns <= 0)
        return;
    if (feed->market.lockstep) {
        bool ended = feed->market.ended;
        kraken_clock_follow(&feed->market, venue_ns, feed->market.speed, true, ended);
        note_news(feed, venue_ns);
        feed->step_sent = false;
        feed->step_due = true;
        if (venue_ns > feed->time_ns)
            feed->time_ns = venue_ns;
        kraken_flow_release(feed);
        return;
    }
    /* A local market's stamps are compared with what its status said before they are believed. */
    int64_t off_ns = venue_ns - kraken_clock_now(&feed->market);
    int64_t slack_ns = (int64_t)((60 + 60 * feed->market.speed) * (double)NS_PER_S);
    if (feed->local && (off_ns > slack_ns || off_ns < -slack_ns))
        return;
    if (!feed->market.anchored && (off_ns > 2 * NS_PER_S || off_ns < -2 * NS_PER_S))
        log_printf(LOG_WARN, "feed.clock",
                   "this machine's clock is %.1f s %s Kraken's: set it (NTP); cuttle follows "
                   "Kraken's time until then",
                   (double)(off_ns < 0 ? -off_ns : off_ns) / 1e9,
                   off_ns < 0 ? "ahead of" : "behind");
    if (!feed->market.ended)
        kraken_clock_anchor(&feed->market, venue_ns);
    feed->time_told = true;
    kraken_flow_start(feed);
    advance(feed, venue_ns);
}

static void set_health(struct kraken_feed *feed, uint32_t index, enum feed_health health,
                       int64_t silent_ns)
{
    struct kraken_side *side = &feed->sides[index];
    if (side->has_health && side->health == health)
        return;
    bool again = side->has_health && health == FEED_FRESH;
    side->has_health = true;
    side->health = health;
    if (health == FEED_STALE)
        log_printf(LOG_WARN, "feed.stale",
                   "%s is stale: %s; it is not traded, and refreshed over REST until news comes",
                   side->terms.symbol,
                   silent_ns > feed->config.stale_ns ? "no news for longer than the bound"
                                                     : "a closed candle is missing");
    else if (again)
        log_printf(LOG_INFO, "feed.fresh", "%s is fresh again", side->terms.symbol);
    feed->events.on_health(feed->context, index, health, silent_ns);
}

void kraken_flow_news(struct kraken_feed *feed, uint32_t index)
{
    struct kraken_side *side = &feed->sides[index];
    side->news_ns = kraken_clock_now(&feed->market);
    side->news_mono_ns = kraken_mono(feed);
    side->news = true;
    if (!side->has_health)
        set_health(feed, index, FEED_FRESH, 0);
}

static void judge(struct kraken_feed *feed, uint32_t index, int64_t now_ns, int64_t mono_ns)
{
    struct kraken_side *side = &feed->sides[index];
    if (side->news_ns > now_ns)
        side->news_ns = now_ns; /* another market took the place of the one that died */
    int64_t silent_ns = now_ns - side->news_ns;
    /* In a fast market the bound is a fraction of a second: a hiccup of this machine is no silence.
     */
    bool silent =
        silent_ns > feed->config.stale_ns && mono_ns - side->news_mono_ns >= WALL_SILENCE_NS;
    bool gap = kraken_flow_gap(feed, side);
    if (!gap)
        side->gap_ns = 0;
    else if (side->gap_ns == 0)
        side->gap_ns = mono_ns;
    if (silent && !is_stale(side)) {
        /* Its silence may be the subscription's, not the market's. */
        kraken_join_uncover(&side->join);
        side->doubted = true;
    }
    if (silent || (gap && mono_ns - side->gap_ns >= HOLD_NS))
        set_health(feed, index, FEED_STALE, silent_ns);
    else if (is_stale(side) && !gap)
        set_health(feed, index, FEED_FRESH, silent_ns);
}

void kraken_flow_health(struct kraken_feed *feed)
{
    if (!feed->market_known || feed->market.ended)
        return;
    int64_t now_ns = kraken_clock_now(&feed->market);
    int64_t mono_ns = kraken_mono(feed);
    for (uint32_t i = 0; i < feed->side_count; i++) {
        if (feed->sides[i].listed)
            judge(feed, i, now_ns, mono_ns);
    }
}

void kraken_flow_unlist(struct kraken_feed *feed, uint32_t index, const char *why)
{
    struct kraken_side *side = &feed->sides[index];
    if (side->unlisted)
        return;
    side->listed = false;
    side->unlisted = true;
    for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_STREAMS; c++)
        side->subs[c].state = KRAKEN_SUB_OFF;
    kraken_join_uncover(&side->join);
    log_printf(LOG_WARN, "feed.unlisted", "%s: %s; it is skipped for this session", side->wanted,
               why);
    set_health(feed, index, FEED_UNLISTED, 0);
}
