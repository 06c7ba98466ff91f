/* SPDX-License-Identifier: MIT */
/*
 * A recorded session run again: the snapshot that opens a segment, then every event through the
 * desk, each step held against what was recorded. It serves `cuttle replay`, and the restart, which
 * is a replay of the last segment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/desk.h"

struct playback;

struct playback_result {
    uint64_t event_count, step_count, order_count, record_count;
    uint32_t segment_first, segment_last;
    bool torn;              /* the newest segment ends in half a block: a crash, not a fault */
    uint32_t foreign_count; /* segments of another version of cuttle: their chain was held, their
                               events were not run */
    uint64_t foreign_after; /* of the newest segment, when foreign: records behind its snapshot */
    char foreign[80];       /* why what a foreign snapshot owned cannot be read; "" it can */
    bool damaged;           /* the chain does not hold */
    bool diverged;          /* a step was not what was recorded */
    char note[1024];        /* any of these in words: segment, event number, what differs */
};

/* NULL when memory is short. `on_step` and `on_request`, when given, see every step and every
 * request once it was made. */
struct playback *playback_new(desk_on_step *on_step, desk_on_request *on_request, void *context);
void playback_free(struct playback *playback);

/*
 * What else may be seen of a run. `on_segment`: a segment opens with `next`, and playback_engine is
 * still what came before; `follows` says that the two are the same, as when a session begins a new
 * segment by the hour; `next` NULL: another version of cuttle recorded it. `on_event`: an event is
 * to be given to the desk. Either ends the run with false; playback_run then returns -ECANCELED.
 */
struct playback_watch {
    bool (*on_segment)(void *context, uint32_t segment, bool follows, const struct engine *next);
    bool (*on_event)(void *context, const struct event *event);
};
void playback_watch(struct playback *playback, const struct playback_watch *watch);

/* Where a session is recorded: a state directory, its journal/, or one segment in it. The directory
 * of the journal, and the segments asked for. False: there is nothing there. */
bool playback_find(const char *path, char *dir, size_t size, uint32_t *ret_first,
                   uint32_t *ret_last);

/*
 * Plays DIR from one segment (0: the first) to another (UINT32_MAX: the newest), stopping at the
 * first divergence or damage. 0, -ENOENT when there is no segment, or another -errno, with the
 * reason in the note.
 */
int playback_run(struct playback *playback, const char *dir, uint32_t from_segment,
                 uint32_t to_segment, struct playback_result *ret);

/* The state at the end; NULL before a snapshot was loaded. Still the playback's. A session had a
 * matching or a broker; the other one is NULL. Of a segment that another version recorded it is
 * what its snapshot owned (store/estate.h), good to be adopted and for nothing else. */
const struct engine *playback_engine(const struct playback *playback);
const struct matching *playback_matching(const struct playback *playback);
const struct broker *playback_broker(const struct playback *playback);

/* True when the newest segment was recorded by another version. */
bool playback_foreign(const struct playback *playback);
