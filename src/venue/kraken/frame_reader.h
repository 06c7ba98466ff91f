/* SPDX-License-Identifier: MIT */
/*
 * Recorded frames of Kraken's WebSocket v2, one a line, plain or gzip, as the events that a session
 * on them is told: books, each verified by its checksum, and trades. Other channels are passed
 * over.
 *
 * A book whose checksum fails is unknown until the next snapshot, which is told as an empty one,
 * and counted: a recording cannot be asked again. A line that is no frame is counted and passed
 * over. Events carry the newest time that the recording has told so far, so that it never goes
 * back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/event.h"
#include "core/market/pair.h"

struct frame_reader;

struct frame_stats {
    uint64_t line_count, book_count, trade_count;
    uint64_t fault_count;     /* books that were not what their checksum says, or crossed */
    uint64_t malformed_count; /* lines that are no frame */
};

/* NULL with the reason in `error`. `terms` are of the pairs wanted, in the order of the events'. */
struct frame_reader *frame_reader_open(const char *path, const struct pair *terms, uint32_t count,
                                       char *error, size_t error_size);
void frame_reader_close(struct frame_reader *reader);

/* The next event, valid until the next call; NULL at the end, or where the file cannot be read on.
 */
const struct event *frame_reader_next(struct frame_reader *reader);

/* Why reading ended before the file did; NULL: it did not. */
const char *frame_reader_fault(const struct frame_reader *reader);
const struct frame_stats *frame_reader_stats(const struct frame_reader *reader);
