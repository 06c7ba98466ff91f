/* SPDX-License-Identifier: MIT */
#include "operator/watch/sentry.h"

#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/watch/sentry_table.h"
#include "platform/json/json_writer.h"

/* Raised again within this time counts as flapping, */
#define FLAP_NS NS_PER_HOUR
/* for which the calm must last longer, up to 64 times. */
#define STRIKES_MAX 6

const char *const sentry_severity_names[SENTRY_SEVERITIES + 1] = {"info", "warning", "critical",
                                                                  NULL};

const char *sentry_news_word(enum sentry_news news)
{
    static const char *const words[] = {"raised", "repeated", "changed", "cleared", "test"};
    return words[news];
}

const char *sentry_type(uint32_t kind)
{
    return sentry_table[kind].type;
}

void sentry_init(struct sentry *sentry, const struct sentry_config *config,
                 sentry_on_event *on_event, void *context)
{
    *sentry = (struct sentry){.config = *config, .on_event = on_event, .context = context};
}

static struct sentry_track *track_of(struct sentry *sentry, const char *type)
{
    for (uint32_t kind = 0; kind < SENTRY_KINDS; kind++)
        if (strcmp(sentry_table[kind].type, type) == 0)
            return &sentry->tracks[kind];
    return NULL;
}

void sentry_restore(struct sentry *sentry, const struct ledger_event *event, int64_t wall_ns)
{
    struct sentry_track *track = track_of(sentry, event->type);
    sentry->last_id = event->id > sentry->last_id ? event->id : sentry->last_id;
    if (event->cleared_ns != 0)
        return;
    if (track && !track->open) {
        track->open = true;
        track->event = *event;
        return;
    }
    struct ledger_event over = *event;
    over.cleared_ns = wall_ns;
    sentry->on_event(sentry->context, SENTRY_CLEARED, &over);
}

/* By how much the counter grew within the last nine to ten minutes. One that went back belongs to
 * another session and begins anew. */
static uint64_t grown(struct sentry_growth *growth, uint64_t count, int64_t mono_ns)
{
    const uint64_t oldest = growth->marks[(growth->newest + 1) % SENTRY_MARKS];
    if (!growth->begun || count < oldest) {
        *growth = (struct sentry_growth){.begun = true, .minute_ns = mono_ns};
        for (uint32_t i = 0; i < SENTRY_MARKS; i++)
            growth->marks[i] = count;
    }
    while (mono_ns - growth->minute_ns >= NS_PER_MIN) {
        growth->minute_ns += NS_PER_MIN;
        growth->newest = (growth->newest + 1) % SENTRY_MARKS;
        growth->marks[growth->newest] = count;
    }
    return count - growth->marks[(growth->newest + 1) % SENTRY_MARKS];
}

/* A look's words; the rest of an event is its track's. */
struct said {
    struct ledger_event event;
    double figure;
    int64_t from_ns, until_ns;
};

static void tell(struct sentry *sentry, struct sentry_track *track, enum sentry_news news,
                 int64_t mono_ns)
{
    track->told_ns = track->kept_ns = mono_ns;
    sentry->on_event(sentry->context, news, &track->event);
}

static void open_event(struct sentry *sentry, uint32_t kind, const struct said *said,
                       const struct section_now *now)
{
    struct sentry_track *track = &sentry->tracks[kind];
    const bool again = track->opened_ns != 0 && now->mono_ns - track->opened_ns < FLAP_NS;
    track->strikes = !again ? 0 : track->strikes < STRIKES_MAX ? track->strikes + 1 : STRIKES_MAX;
    track->open = true;
    track->opened_ns = now->mono_ns;
    track->since_ns = 0;
    track->event = said->event;
    track->told_figure = said->figure;
    track->until_ns = said->until_ns;
    track->event.id = ++sentry->last_id;
    track->event.raised_ns = now->wall_ns;
    track->event.severity = (int32_t)sentry_table[kind].severity;
    sentry->raised[kind]++;
    tell(sentry, track, SENTRY_RAISED, now->mono_ns);
}

static void clear_event(struct sentry *sentry, struct sentry_track *track,
                        const struct section_now *now)
{
    track->open = false;
    track->since_ns = 0;
    /* This machine's clock may have been set back meanwhile. */
    track->event.cleared_ns =
        now->wall_ns > track->event.raised_ns ? now->wall_ns : track->event.raised_ns;
    tell(sentry, track, SENTRY_CLEARED, now->mono_ns);
}

/* An open event gets the words of now, with the number and the time of then. */
static void follow(struct sentry *sentry, struct sentry_track *track, const struct said *said,
                   int64_t mono_ns)
{
    const int64_t repeat_ns = sentry->config.repeat_ns;
    const bool worse = track->told_figure > 0 && said->figure >= 2 * track->told_figure;
    const bool same = strcmp(track->event.message, said->event.message) == 0 &&
                      strcmp(track->event.metadata, said->event.metadata) == 0;
    memcpy(track->event.message, said->event.message, sizeof said->event.message);
    memcpy(track->event.metadata, said->event.metadata, sizeof said->event.metadata);
    track->stale = track->stale || !same;
    track->until_ns = said->until_ns;
    if (track->told_figure == 0) /* of an earlier session */
        track->told_figure = said->figure;
    if (worse || (repeat_ns > 0 && mono_ns - track->told_ns >= repeat_ns)) {
        track->told_figure = said->figure;
        track->stale = false;
        tell(sentry, track, SENTRY_REPEATED, mono_ns);
    } else if (track->stale && mono_ns - track->kept_ns >= NS_PER_MIN) {
        track->kept_ns = mono_ns;
        track->stale = false;
        sentry->on_event(sentry->context, SENTRY_CHANGED, &track->event);
    }
}

static bool lasted(struct sentry_track *track, int64_t mono_ns, int64_t duration_ns)
{
    if (track->since_ns == 0)
        track->since_ns = mono_ns;
    return mono_ns - track->since_ns >= duration_ns;
}

static int64_t raise_after(const struct sentry *sentry, uint32_t kind)
{
    const int64_t after_ns = sentry_table[kind].raise_after_ns;
    return after_ns == SENTRY_AS_CONFIGURED ? sentry->config.disconnected_ns : after_ns;
}

static bool is_another(const struct sentry_track *track, const struct said *said)
{
    return track->open && track->until_ns != 0 && said->from_ns >= track->until_ns;
}

static void heed(struct sentry *sentry, uint32_t kind, enum sentry_level level,
                 const struct said *said, const struct section_now *now)
{
    struct sentry_track *track = &sentry->tracks[kind];
    if (level == SENTRY_BETWEEN || (level == SENTRY_CALM) != track->open)
        track->since_ns = 0;
    if (level == SENTRY_HIGH && is_another(track, said))
        clear_event(sentry, track, now);
    if (!track->open) {
        if (level == SENTRY_HIGH && lasted(track, now->mono_ns, raise_after(sentry, kind)))
            open_event(sentry, kind, said, now);
    } else if (level == SENTRY_CALM) {
        if (lasted(track, now->mono_ns, sentry_table[kind].clear_after_ns << track->strikes))
            clear_event(sentry, track, now);
    } else {
        follow(sentry, track, said, now->mono_ns);
    }
}

static void look_at(struct sentry *sentry, uint32_t kind, const struct sentry_sight *sight)
{
    const struct sentry_kind *row = &sentry_table[kind];
    struct said said = {0};
    struct json_writer metadata;
    if (sight->view->number == 0 && !row->without_view)
        return;
    json_writer_init(&metadata, said.event.metadata, sizeof said.event.metadata);
    json_begin_object(&metadata, NULL);
    struct sentry_words words = {
        .message = said.event.message, .size = sizeof said.event.message, .metadata = &metadata};
    const uint64_t growth = row->count ? grown(&sentry->tracks[kind].growth,
                                               row->count(sight->view), sight->now->mono_ns)
                                       : 0;
    const enum sentry_level level = row->judge(sentry, sight, growth, &words);
    said.figure = words.figure;
    said.from_ns = words.from_ns;
    said.until_ns = words.until_ns;
    json_end_object(&metadata);
    if (!json_writer_ok(&metadata))
        snprintf(said.event.metadata, sizeof said.event.metadata, "{}");
    snprintf(said.event.type, sizeof said.event.type, "%s", row->type);
    snprintf(said.event.remedy, sizeof said.event.remedy, "%s", row->remedy);
    heed(sentry, kind, level, &said, sight->now);
}

void sentry_look(struct sentry *sentry, const struct sentry_sight *sight)
{
    if (sentry->begun_ns == 0) {
        sentry->begun_ns = sight->now->mono_ns;
        for (uint32_t kind = 0; kind < SENTRY_KINDS;
             kind++) /* an old one is told again in its time */
            sentry->tracks[kind].told_ns = sight->now->mono_ns;
    }
    for (uint32_t kind = 0; kind < SENTRY_KINDS; kind++)
        look_at(sentry, kind, sight);
}

void sentry_tell(struct sentry *sentry, const char *type, enum sentry_severity severity,
                 const char *message, const char *remedy, int64_t wall_ns)
{
    struct ledger_event event = {
        .id = ++sentry->last_id,
        .raised_ns = wall_ns,
        .cleared_ns = wall_ns,
        .severity = (int32_t)severity,
        .metadata = "{}",
    };
    snprintf(event.type, sizeof event.type, "%s", type);
    snprintf(event.message, sizeof event.message, "%s", message);
    snprintf(event.remedy, sizeof event.remedy, "%s", remedy);
    sentry->on_event(sentry->context, SENTRY_RAISED, &event);
}

uint32_t sentry_open_count(const struct sentry *sentry, enum sentry_severity severity)
{
    uint32_t count = 0;
    for (uint32_t kind = 0; kind < SENTRY_KINDS; kind++)
        count +=
            sentry->tracks[kind].open && sentry->tracks[kind].event.severity >= (int32_t)severity;
    return count;
}
