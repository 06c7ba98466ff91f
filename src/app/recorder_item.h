/* SPDX-License-Identifier: MIT */
/*
 * What stands in the recorder's queue for the journal, and the kinds of the journal's records.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum recorder_entry_kind {
    ENTRY_EVENT = 1,    /* an event from outside: event_encode */
    ENTRY_STEP = 2,     /* a step that did something: the report that caused it, if one, and
                           actions_encode */
    ENTRY_SNAPSHOT = 3, /* in the queue only */
    ENTRY_REQUEST = 4,  /* what a venue was asked: request_encode */
};

struct recorder_snapshot {
    uint8_t *
        bytes; /* the engine, the matching or the broker, the estate; the store thread frees them */
    size_t len;
    int64_t time_ns, wall_ns;
    uint64_t rows_before; /* of the ledger, put in before it was taken */
};

struct recorder_entry {
    uint32_t kind;
    int64_t time_ns;
    union {
        struct recorder_snapshot snapshot;
        uint8_t bytes[sizeof(struct recorder_snapshot)]; /* goes on behind the struct */
    };
};
