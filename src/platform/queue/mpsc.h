/* SPDX-License-Identifier: MIT */
/*
 * A bounded queue of byte records from many threads to one: no lock, no heap after mpsc_new. A
 * writer takes its place by one compare-and-swap and fills it in its own time; writers never wait
 * for each other or for the reader. What is half written hides what stands behind it until it is
 * whole, so the reader sees all records in the order of their places.
 *
 *        head (reader)                            tail (writers)
 *          v                                        v
 *   ......[len|record][0  being written][len|record]......    what is not in use is all zero
 *
 * When full, mpsc_put gives false; what that means is the caller's decision. From one thread to one
 * other, queue.h is simpler and hands out its memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct mpsc;

/* capacity in bytes, rounded up to a power of two of at least 64. NULL when memory is short. */
struct mpsc *mpsc_new(size_t capacity);
void mpsc_free(struct mpsc *mpsc);

/* Any thread: a copy of the record goes in; false when there is no room for it. */
bool mpsc_put(struct mpsc *mpsc, const void *record, size_t len);

/* The reader: the oldest record, aligned to 8 bytes, NULL when there is no whole one. It stays
 * valid until mpsc_pop. */
const void *mpsc_peek(struct mpsc *mpsc, size_t *ret_len);

/* The reader: gives the record last peeked at back. */
void mpsc_pop(struct mpsc *mpsc);

/* Any thread: everything that was put has been popped. */
bool mpsc_is_empty(const struct mpsc *mpsc);
