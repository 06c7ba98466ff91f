/* SPDX-License-Identifier: MIT */
/*
 * The sentry: looks at a session's view about once a second and says what an operator has to know
 * of it. Each kind of event is a row of sentry_table.c: what is judged, how severe it is, what to
 * do.
 *
 *              lasts raise_after          lasts clear_after
 *     calm -------------------> open (told, and again each `repeat`) -------------> cleared
 *              between the two levels it stays as it is
 *
 * While it is open its words follow what is seen, once a minute; it is told again at once when the
 * figure of its kind is twice what was told.
 *
 * An event that was raised again within the hour must have been calm for twice as long each time
 * before it is cleared, so nothing flaps. A state that the engine itself enters and leaves (a
 * cool-off, a breaker, the day's loss limit) is cleared at the first look that finds it over, and
 * the next one has its own number. Events read back from an earlier session are open until
 * their condition has been calm, like any other.
 *
 * Pure: no heap, no clock, no disk. Time is the caller's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operator/server/section.h"
#include "operator/server/view.h"
#include "store/ledger.h"

enum sentry_severity {
    SENTRY_INFO,
    SENTRY_WARNING,
    SENTRY_CRITICAL,
    SENTRY_SEVERITIES,
};

/* "info", "warning", "critical". */
extern const char *const sentry_severity_names[SENTRY_SEVERITIES + 1];

enum sentry_news {
    SENTRY_RAISED,
    SENTRY_REPEATED,
    SENTRY_CHANGED, /* other words, for who reads the list: no news that somebody is called for */
    SENTRY_CLEARED,
    SENTRY_TEST,
};

/* "raised", "repeated", "changed", "cleared", "test". */
const char *sentry_news_word(enum sentry_news news);

struct sentry_config {
    int64_t silence_ns;      /* without a word from the trading thread */
    int64_t disconnected_ns; /* without a market feed */
    double stale_share;      /* of the pairs, silent */
    int64_t faults;          /* broken messages and books within ten minutes */
    int64_t skew_ns;         /* this machine's clock and the venue's apart */
    uint64_t disk_bytes;     /* left */
    double drawdown;         /* of the peak, a fraction */
    int64_t bare_ns;         /* coins without a stop, the venue's time */
    int64_t repeat_ns;       /* an open event is told again; 0: never */
};

/* What there is to be seen at a moment. */
struct sentry_sight {
    const struct view *view;
    const struct section_now *now;
    bool disk_known;
    uint64_t disk_free;  /* bytes, of the state directory's disk */
    bool unkept;         /* events wait to be written, or are not written at all, */
    uint64_t lost_count; /* and so many never will be */
};

/* One past its last row: sentry_table.c. */
#define SENTRY_KINDS 18
#define SENTRY_MARKS 10

/* What a counter was at each of the last ten minutes. */
struct sentry_growth {
    bool begun;
    int64_t minute_ns; /* when the newest mark was made */
    uint32_t newest;
    uint64_t marks[SENTRY_MARKS];
};

struct sentry_track {
    bool open;
    int64_t since_ns; /* monotonic: the present level has lasted since; 0: unknown */
    int64_t told_ns;
    int64_t kept_ns;    /* its words, as the list and the ledger have them */
    bool stale;         /* they have others */
    double told_figure; /* when it was told last; 0 none */
    int64_t until_ns;   /* market time that it ends at by itself; 0 not known */
    int64_t opened_ns;  /* the last time */
    uint32_t strikes;   /* times that it was raised again soon after */
    struct sentry_growth growth;
    struct ledger_event event;
};

/* The event is valid during the call. */
typedef void sentry_on_event(void *context, enum sentry_news news,
                             const struct ledger_event *event);

struct sentry {
    struct sentry_config config;
    sentry_on_event *on_event;
    void *context;
    uint64_t last_id;
    int64_t begun_ns; /* monotonic, the first look; 0 none yet */
    uint64_t raised[SENTRY_KINDS];
    struct sentry_track tracks[SENTRY_KINDS];
};

void sentry_init(struct sentry *sentry, const struct sentry_config *config,
                 sentry_on_event *on_event, void *context);

/* What an earlier session kept, in the order of ids, before the first look. An open event of a kind
 * that this cuttle does not know is cleared at `wall_ns`. */
void sentry_restore(struct sentry *sentry, const struct ledger_event *event, int64_t wall_ns);

void sentry_look(struct sentry *sentry, const struct sentry_sight *sight);

/* An event that is over as it begins. */
void sentry_tell(struct sentry *sentry, const char *type, enum sentry_severity severity,
                 const char *message, const char *remedy, int64_t wall_ns);

/* Why somebody should look at the session now, for /health and metrics: open events at least as
 * severe. */
uint32_t sentry_open_count(const struct sentry *sentry, enum sentry_severity severity);

/* The word of a kind, and how many times it was raised since this session began. */
const char *sentry_type(uint32_t kind);
