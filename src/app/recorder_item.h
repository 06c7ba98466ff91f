/* SPDX-License-Identifier: MIT */
/*
 * What stands in the recorder's two queues, and the kinds of the journal's records.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/engine/action.h"
#include "store/ledger.h"

enum recorder_entry_kind {
    ENTRY_EVENT = 1,    /* an event from outside: event_encode */
    ENTRY_STEP = 2,     /* a step that did something: the report that caused it, if one, and
                           actions_encode */
    ENTRY_SNAPSHOT = 3, /* in the queue only */
};

struct recorder_snapshot {
    uint8_t *bytes; /* the engine, then the matching; the store thread frees them */
    size_t len;
    int64_t time_ns, wall_ns;
};

struct recorder_entry {
    uint32_t kind;
    int64_t time_ns;
    union {
        struct recorder_snapshot snapshot;
        uint8_t bytes[sizeof(struct recorder_snapshot)]; /* goes on behind the struct */
    };
};

enum recorder_row_kind {
    ROW_ORDER,
    ROW_FILL,
    ROW_RECORD,
    ROW_EQUITY,
};

struct recorder_row {
    enum recorder_row_kind kind;
    int64_t time_ns;
    union {
        struct order order;
        struct report report;
        struct record record;
        struct ledger_equity equity;
    };
};
