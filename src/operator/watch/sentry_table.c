/* SPDX-License-Identifier: MIT */
#include "operator/watch/sentry_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

/* Each judge writes its words whenever it is not calm. */
#define SAY(words, ...) snprintf((words)->message, (words)->size, __VA_ARGS__)

static double seconds(int64_t duration_ns)
{
    return (double)duration_ns / (double)NS_PER_S;
}

/* Clears at four fifths of what raises. */
static enum sentry_level above(double figure, double limit)
{
    return figure >= limit ? SENTRY_HIGH : figure < 0.8 * limit ? SENTRY_CALM : SENTRY_BETWEEN;
}

/* "1 order was" or "3 orders were": the noun with its verb. */
static const char *with(uint64_t count, const char *one, const char *more)
{
    return count == 1 ? one : more;
}

/* "2026-11-22 12:34:56 UTC", of the market's time. */
static void put_until(char text[TIMESTAMP_TEXT_MAX], int64_t until_ns)
{
    char stamp[TIMESTAMP_TEXT_MAX];
    timestamp_format(stamp, until_ns, 0);
    snprintf(text, TIMESTAMP_TEXT_MAX, "%.10s %.8s UTC", stamp, stamp + 11);
}

static enum sentry_level judge_watchdog(const struct sentry *sentry,
                                        const struct sentry_sight *sight, uint64_t growth,
                                        struct sentry_words *words)
{
    (void)growth;
    const int64_t since_ns = sight->view->number == 0 ? sentry->begun_ns : sight->view->mono_ns;
    const int64_t silent_ns = sight->now->mono_ns - since_ns;
    SAY(words, "the trading thread has said nothing for %.0f s", seconds(silent_ns));
    json_put_real(words->metadata, "silent_seconds", seconds(silent_ns));
    return silent_ns > sentry->config.silence_ns ? SENTRY_HIGH : SENTRY_CALM;
}

static enum sentry_level judge_feed(const struct sentry *sentry, const struct sentry_sight *sight,
                                    uint64_t growth, struct sentry_words *words)
{
    (void)sentry, (void)growth;
    const struct view_feed *feed = &sight->view->feed;
    SAY(words, "the market feed is not connected: %s",
        feed->reason[0] != '\0' ? feed->reason : "no connection yet");
    json_put_uint(words->metadata, "reconnects", feed->reconnect_count);
    return feed->connected ? SENTRY_CALM : SENTRY_HIGH;
}

static enum sentry_level judge_stale(const struct sentry *sentry, const struct sentry_sight *sight,
                                     uint64_t growth, struct sentry_words *words)
{
    (void)growth;
    const struct view *view = sight->view;
    uint32_t stale = 0, listed = 0;
    json_begin_array(words->metadata, "pairs");
    for (uint32_t i = 0; i < view->pair_count; i++) {
        const bool silent = view->pairs[i].health == VIEW_STALE;
        listed += view->pairs[i].health != VIEW_UNLISTED;
        stale += silent;
        if (silent && stale <= 10)
            json_put_string(words->metadata, NULL, view->pairs[i].terms.symbol);
    }
    json_end_array(words->metadata);
    json_put_uint(words->metadata, "stale", stale);
    json_put_uint(words->metadata, "listed", listed);
    words->figure = stale;
    SAY(words, "%u of %u pairs are silent and not traded", stale, listed);
    return stale == 0 ? SENTRY_CALM : above((double)stale / listed, sentry->config.stale_share);
}

static uint64_t count_faults(const struct view *view)
{
    return view->feed.checksum_fault_count + view->feed.malformed_count +
           view->at_venue.malformed_count + view->at_venue.gap_count;
}

static enum sentry_level judge_data(const struct sentry *sentry, const struct sentry_sight *sight,
                                    uint64_t growth, struct sentry_words *words)
{
    const struct view_feed *feed = &sight->view->feed;
    SAY(words, "%llu broken messages or books came within ten minutes", (unsigned long long)growth);
    words->figure = (double)growth;
    json_put_uint(words->metadata, "checksum_faults", feed->checksum_fault_count);
    json_put_uint(words->metadata, "malformed", feed->malformed_count);
    json_put_uint(words->metadata, "account_malformed", sight->view->at_venue.malformed_count);
    json_put_uint(words->metadata, "account_gaps", sight->view->at_venue.gap_count);
    return growth >= (uint64_t)sentry->config.faults ? SENTRY_HIGH
           : growth == 0                             ? SENTRY_CALM
                                                     : SENTRY_BETWEEN;
}

static enum sentry_level judge_clock(const struct sentry *sentry, const struct sentry_sight *sight,
                                     uint64_t growth, struct sentry_words *words)
{
    (void)growth;
    const int64_t skew_ns = sight->view->skew_ns;
    const double size = seconds(llabs(skew_ns));
    SAY(words, "this machine's clock is %.1f s %s the venue's", size,
        skew_ns < 0 ? "behind" : "ahead of");
    json_put_real(words->metadata, "skew_seconds", seconds(skew_ns));
    return sight->view->timed ? above(size, seconds(sentry->config.skew_ns)) : SENTRY_CALM;
}

static enum sentry_level judge_disk(const struct sentry *sentry, const struct sentry_sight *sight,
                                    uint64_t growth, struct sentry_words *words)
{
    (void)growth;
    const uint64_t limit = sentry->config.disk_bytes;
    SAY(words, "the disk of the state directory has %llu MB left",
        (unsigned long long)(sight->disk_free / 1000000));
    json_put_uint(words->metadata, "free_mb", sight->disk_free / 1000000);
    json_put_uint(words->metadata, "limit_mb", limit / 1000000);
    if (!sight->disk_known || sight->disk_free >= limit + limit / 4)
        return SENTRY_CALM;
    return sight->disk_free < limit ? SENTRY_HIGH : SENTRY_BETWEEN;
}

static enum sentry_level judge_storage(const struct sentry *sentry,
                                       const struct sentry_sight *sight, uint64_t growth,
                                       struct sentry_words *words)
{
    (void)sentry, (void)growth;
    if (sight->view->room_lacks)
        SAY(words,
            "the state directory's disk is nearly full: entries are stopped, what happens is "
            "still written");
    else
        SAY(words, "what happens cannot be written to the disk: entries are stopped");
    words->figure = sight->view->room_lacks ? 1 : 2; /* the worse of the two is told at once */
    json_put_bool(words->metadata, "written", sight->view->room_lacks);
    json_put_uint(words->metadata, "waiting_bytes", sight->view->load.money_waiting);
    return sight->view->held ? SENTRY_HIGH : SENTRY_CALM;
}

/* Where the whole recording is held up, `storage` says so already. */
static enum sentry_level judge_events(const struct sentry *sentry, const struct sentry_sight *sight,
                                      uint64_t growth, struct sentry_words *words)
{
    (void)sentry, (void)growth;
    SAY(words, "monitoring events are not written to the ledger; %llu are lost to it",
        (unsigned long long)sight->lost_count);
    json_put_uint(words->metadata, "lost", sight->lost_count);
    return !sight->unkept ? SENTRY_CALM : sight->view->held ? SENTRY_BETWEEN : SENTRY_HIGH;
}

static enum sentry_level judge_loss(const struct sentry *sentry, const struct sentry_sight *sight,
                                    uint64_t growth, struct sentry_words *words)
{
    (void)sentry, (void)growth;
    const struct view_risk *risk = &sight->view->risk;
    SAY(words,
        "the day's loss limit of %.2f %% was reached, the loss is %.2f %% now: "
        "no entries until the next UTC day",
        100 * risk->day_loss_max, 100 * risk->day_loss);
    json_put_real(words->metadata, "day_loss", risk->day_loss);
    json_put_real(words->metadata, "limit", risk->day_loss_max);
    return risk->loss_limit_hit ? SENTRY_HIGH : SENTRY_CALM;
}

/* It stands until the operator resumes, however equity moves. */
static enum sentry_level judge_guard(const struct sentry *sentry, const struct sentry_sight *sight,
                                     uint64_t growth, struct sentry_words *words)
{
    (void)sentry, (void)growth;
    const struct view_risk *risk = &sight->view->risk;
    SAY(words,
        "the drawdown guard has paused trading until you resume: equity is %.2f %% below its peak, "
        "of %.2f %% allowed",
        100 * risk->guard_drawdown, 100 * risk->guard_max);
    words->figure = risk->guard_drawdown;
    json_put_real(words->metadata, "drawdown", risk->guard_drawdown);
    json_put_real(words->metadata, "limit", risk->guard_max);
    return risk->halted ? SENTRY_HIGH : SENTRY_CALM;
}

static enum sentry_level judge_cooling(const struct sentry *sentry,
                                       const struct sentry_sight *sight, uint64_t growth,
                                       struct sentry_words *words)
{
    (void)sentry, (void)growth;
    const struct view_risk *risk = &sight->view->risk;
    char until[TIMESTAMP_TEXT_MAX];
    put_until(until, risk->cool_until_ns);
    SAY(words, "after %llu losses in a row trading cools off: no entries until %s",
        (unsigned long long)risk->loss_streak, until);
    json_put_uint(words->metadata, "losses", risk->loss_streak);
    json_put_time_or_null(words->metadata, "until", risk->cool_until_ns, 0);
    words->from_ns = risk->cool_from_ns;
    words->until_ns = risk->cool_until_ns;
    return risk->loss_streak > 0 ? SENTRY_HIGH : SENTRY_CALM;
}

static enum sentry_level judge_drawdown(const struct sentry *sentry,
                                        const struct sentry_sight *sight, uint64_t growth,
                                        struct sentry_words *words)
{
    (void)growth;
    const struct view_account *account = &sight->view->account;
    SAY(words, "equity is %.2f %% below its peak", 100 * account->drawdown);
    words->figure = account->drawdown;
    json_put_real(words->metadata, "drawdown", account->drawdown);
    json_put_real(words->metadata, "limit", sentry->config.drawdown);
    json_put_decimal_string(words->metadata, "equity", account->equity, MONEY_DECIMALS);
    return above(account->drawdown, sentry->config.drawdown);
}

static enum sentry_level judge_breaker(const struct sentry *sentry,
                                       const struct sentry_sight *sight, uint64_t growth,
                                       struct sentry_words *words)
{
    (void)sentry, (void)growth;
    const bool crashed = sight->view->risk.crashed, tripped = sight->view->at_venue.tripped;
    const int64_t until_ns =
        crashed ? sight->view->risk.crash_until_ns : sight->view->at_venue.tripped_until_ns;
    const char *what = crashed ? "the market has crashed" : "too many entries failed";
    char until[TIMESTAMP_TEXT_MAX];
    put_until(until, until_ns);
    if (until_ns != 0)
        SAY(words, "%s: no entries until %s, then one is tried", what, until);
    else
        SAY(words, "%s: one entry is tried", what);
    json_put_time_or_null(words->metadata, "until", until_ns, 0);
    json_put_bool(words->metadata, "crashed", crashed);
    json_put_bool(words->metadata, "entries_failed", tripped);
    return crashed || tripped ? SENTRY_HIGH : SENTRY_CALM;
}

static uint64_t count_bare(const struct view *view)
{
    return view->at_venue.bare_long_count;
}

/* What stands bare now, and what stood so between two looks or at a market that runs faster. */
static enum sentry_level judge_bare(const struct sentry *sentry, const struct sentry_sight *sight,
                                    uint64_t growth, struct sentry_words *words)
{
    const struct view_venue *venue = &sight->view->at_venue;
    const bool now = venue->bare_ns >= sentry->config.bare_ns;
    if (now || growth == 0)
        SAY(words, "held coins have stood without a stop for %.1f s", seconds(venue->bare_ns));
    else
        SAY(words, "held coins stood without a stop for %.1f s or longer, %llu %s in ten minutes",
            seconds(sentry->config.bare_ns), (unsigned long long)growth,
            with(growth, "time", "times"));
    words->figure = (double)growth + now;
    json_put_real(words->metadata, "bare_seconds", seconds(venue->bare_ns));
    json_put_real(words->metadata, "longest_seconds", seconds(venue->bare_longest_ns));
    json_put_uint(words->metadata, "times", venue->bare_count);
    json_put_uint(words->metadata, "long_times", venue->bare_long_count);
    return now || growth > 0 ? SENTRY_HIGH : venue->bare_ns == 0 ? SENTRY_CALM : SENTRY_BETWEEN;
}

static uint64_t count_emergencies(const struct view *view)
{
    return view->at_venue.emergency_count;
}

static enum sentry_level judge_emergency(const struct sentry *sentry,
                                         const struct sentry_sight *sight, uint64_t growth,
                                         struct sentry_words *words)
{
    (void)sentry, (void)sight;
    SAY(words, "%llu %s sold at market within ten minutes for want of a stop",
        (unsigned long long)growth, with(growth, "position was", "positions were"));
    words->figure = (double)growth;
    json_put_uint(words->metadata, "positions", growth);
    return growth > 0 ? SENTRY_HIGH : SENTRY_CALM;
}

static uint64_t count_rejects(const struct view *view)
{
    return view->counters.reject_count;
}

static enum sentry_level judge_rejects(const struct sentry *sentry,
                                       const struct sentry_sight *sight, uint64_t growth,
                                       struct sentry_words *words)
{
    (void)sentry;
    SAY(words, "the venue refused %llu %s within ten minutes", (unsigned long long)growth,
        with(growth, "order", "orders"));
    words->figure = (double)growth;
    json_put_uint(words->metadata, "orders", growth);
    json_put_uint(words->metadata, "requests_refused", sight->view->at_venue.refused_count);
    return growth > 0 ? SENTRY_HIGH : SENTRY_CALM;
}

/* What the venue has and we do not, or we sent and it never had. */
static uint64_t count_differences(const struct view *view)
{
    return view->at_venue.stray_count + view->at_venue.absent_count;
}

static enum sentry_level judge_differences(const struct sentry *sentry,
                                           const struct sentry_sight *sight, uint64_t growth,
                                           struct sentry_words *words)
{
    (void)sentry;
    const struct view_venue *venue = &sight->view->at_venue;
    SAY(words, "our books and the venue's differed %llu %s within ten minutes",
        (unsigned long long)growth, with(growth, "time", "times"));
    words->figure = (double)growth;
    json_put_uint(words->metadata, "differences", growth);
    json_put_uint(words->metadata, "strays", venue->stray_count);
    json_put_uint(words->metadata, "absent", venue->absent_count);
    return growth > 0 ? SENTRY_HIGH : SENTRY_CALM;
}

/* Also a start whose differences are not resolved: entries wait for that. */
static enum sentry_level judge_account(const struct sentry *sentry,
                                       const struct sentry_sight *sight, uint64_t growth,
                                       struct sentry_words *words)
{
    (void)sentry, (void)growth;
    const struct view_venue *venue = &sight->view->at_venue;
    SAY(words, "%s",
        venue->trouble[0] != '\0'  ? venue->trouble
        : !sight->view->reconciled ? "the differences with the venue's books are not resolved"
                                   : "the venue takes no entries now");
    json_put_bool(words->metadata, "reconciled", sight->view->reconciled);
    return venue->trades && (venue->trouble[0] != '\0' || !venue->open || !sight->view->reconciled)
               ? SENTRY_HIGH
               : SENTRY_CALM;
}

#define S NS_PER_S
#define M NS_PER_MIN

/* clear_after_ns of a state that the engine enters and leaves once and not by a figure near a
 * limit: it is over when it is, and the next is another event. */
#define AT_ONCE 0

const struct sentry_kind sentry_table[SENTRY_KINDS] = {
    {"watchdog", SENTRY_CRITICAL, true, 0, 5 * S,
     "Look at the log's last lines. As a service it is started anew by itself; else end it and "
     "start "
     "it again: at a venue positions stand under their stops meanwhile.",
     NULL, judge_watchdog},
    {"disconnected", SENTRY_WARNING, false, SENTRY_AS_CONFIGURED, 10 * S,
     "It reconnects by itself. If it lasts: `cuttle doctor` says whether the network or the venue "
     "is "
     "to blame; stops stand at the venue.",
     NULL, judge_feed},
    {"stale_pairs", SENTRY_WARNING, false, 30 * S, 60 * S,
     "They are asked for anew by themselves. If it lasts, look at the venue's status page and at "
     "session.stale_after.",
     NULL, judge_stale},
    {"data_health", SENTRY_WARNING, false, 0, 60 * S,
     "Books are asked for anew by themselves. If it lasts, the network drops or alters data, or "
     "the "
     "venue changed its protocol: look for feed.* in the log.",
     count_faults, judge_data},
    {"clock_skew", SENTRY_WARNING, false, 30 * S, 60 * S,
     "Have this machine's clock kept by NTP (timedatectl). Trading goes by the venue's time, but "
     "logs "
     "and signatures go by this one.",
     NULL, judge_clock},
    {"disk_space", SENTRY_CRITICAL, true, 0, 30 * S,
     "Make room, or lower journal.max_mb and journal.keep_days. Below 256 MB entries stop.", NULL,
     judge_disk},
    {"storage", SENTRY_CRITICAL, false, 2 * S, 10 * S,
     "Make room on the disk and look for recorder.* in the log. Entries begin again by themselves, "
     "exits and stops go on.",
     NULL, judge_storage},
    {"events_unkept", SENTRY_WARNING, true, 10 * S, 10 * S,
     "Look for recorder.events and alarm.past in the log, and make room on the disk. What waits is "
     "then written; alarms get out all the same.",
     NULL, judge_events},
    {"loss_limit", SENTRY_CRITICAL, false, 0, AT_ONCE,
     "Nothing to do: entries begin again with the next UTC day. `cuttle explain` and `cuttle "
     "analyse` "
     "say what lost.",
     NULL, judge_loss},
    {"drawdown_guard", SENTRY_CRITICAL, false, 0, AT_ONCE,
     "`cuttle ctl resume` lets entries go on, and measures from there; look first whether the "
     "strategies still fit the market (`cuttle analyse`, `cuttle drift`). Stops and exits go on.",
     NULL, judge_guard},
    {"cool_off", SENTRY_WARNING, false, 0, AT_ONCE,
     "Nothing to do: entries begin again then (risk.cool_off). `cuttle explain` and `cuttle "
     "analyse` say what lost.",
     NULL, judge_cooling},
    {"drawdown", SENTRY_CRITICAL, false, 0, 60 * S,
     "Look whether the strategies still fit the market (`cuttle analyse`, `cuttle drift`). `cuttle "
     "ctl pause` stops entries.",
     NULL, judge_drawdown},
    {"breaker", SENTRY_WARNING, false, 0, AT_ONCE,
     "Nothing to do: entries are tried again after a pause. What is held stands under its "
     "stops.",
     NULL, judge_breaker},
    {"unprotected", SENTRY_CRITICAL, false, 0, 10 * S,
     "It is sold at market after broker.bare_limit. Look at the orders at the venue now.",
     count_bare, judge_bare},
    {"emergency_sale", SENTRY_CRITICAL, false, 0, 60 * S,
     "The thought feed and the log's `note` lines name the pair; gateway.* in the log says whether "
     "the venue refused the stop or was away. Look at the orders at the venue.",
     count_emergencies, judge_emergency},
    {"rejection", SENTRY_WARNING, false, 0, 60 * S,
     "The thought feed names each order and the venue's reason. Often: too small, no funds, a pair "
     "that is only cancelled in.",
     count_rejects, judge_rejects},
    {"reconciliation", SENTRY_WARNING, false, 0, 60 * S,
     "The differences were settled by the venue's word. Orders that nobody asked for mean that "
     "another program uses the account: give each its own key.",
     count_differences, judge_differences},
    {"account", SENTRY_CRITICAL, false, 60 * S, 30 * S,
     "`cuttle doctor` looks at the key, its rights and the account. Entries wait, stops stand.",
     NULL, judge_account},
};
