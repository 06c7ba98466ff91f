/* SPDX-License-Identifier: MIT */
/* A sentry that looks at a scripted session, and what it told. */
#pragma once

#include "operator/watch/sentry.h"
#include "platform/json/json.h"
#include "script.h"
#include "test.h"

static struct view view;
static struct section_now now;
static struct sentry sentry;
static struct sentry_sight sight;
static char told[4096];
static bool changes; /* are heard too */
static struct ledger_event last;

static const struct sentry_config usual = {
    .silence_ns = 60 * NS_PER_S,
    .disconnected_ns = 30 * NS_PER_S,
    .stale_share = 0.5,
    .faults = 20,
    .skew_ns = 2 * NS_PER_S,
    .disk_bytes = 1000 * UINT64_C(1000000),
    .drawdown = 0.1,
    .bare_ns = 3 * NS_PER_S,
    .repeat_ns = NS_PER_HOUR,
};

static inline void hear(void *context, enum sentry_news news, const struct ledger_event *event)
{
    (void)context;
    struct json json;
    const size_t len = strlen(told);
    if (news == SENTRY_CHANGED && !changes)
        return;
    snprintf(told + len, sizeof told - len, "%s %s; ", event->type, sentry_news_word(news));
    last = *event;
    EXPECT(event->message[0] != '\0' && event->remedy[0] != '\0');
    json_init(&json, event->metadata, strlen(event->metadata));
    json_skip(&json);
    EXPECT(json_done(&json));
}

static inline void begin(void)
{
    now = (struct section_now){
        .wall_ns = SCRIPT_START, .mono_ns = 100 * NS_PER_S, .watchdog_ns = 60 * NS_PER_S};
    script_view(&view, now.mono_ns, now.wall_ns);
    view.number = 1;
    view.pairs[1].health = VIEW_FRESH;
    sight = (struct sentry_sight){
        .view = &view, .now = &now, .disk_known = true, .disk_free = UINT64_C(100000) * 1000000};
    told[0] = '\0';
    changes = false;
    sentry_init(&sentry, &usual, hear, NULL);
}

/* Looks once a second for so long; the session reports all the while. */
static inline void pass(int seconds)
{
    for (int i = 0; i < seconds; i++) {
        now.mono_ns += NS_PER_S;
        now.wall_ns += NS_PER_S;
        view.mono_ns = now.mono_ns;
        sentry_look(&sentry, &sight);
    }
}

/* What was told since the last time. */
static inline void expect(const char *want)
{
    EXPECT_TEXT(told, want);
    told[0] = '\0';
}
