/* SPDX-License-Identifier: MIT */
/*
 * A bounded queue of byte records from one thread to one other: no lock, no heap after queue_new,
 * neither side ever waits. Records are contiguous and aligned to 8 bytes, so a struct can be built
 * and read in place.
 *
 *        head (consumer)            tail (producer)
 *          v                          v
 *   ......[len|record][len|record....].........    a record that would cross the end of the ring
 *                                                  starts over at its beginning
 *
 * When full, queue_reserve gives NULL and counts a drop. What that means is the caller's decision:
 * a log loses the line, a journal stops trading; each says so where it declares its queue.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

/* capacity in bytes, rounded up to a power of two of at least 64. NULL when memory is short. */
struct queue *queue_new(size_t capacity);
void queue_free(struct queue *queue);

/* The longest record that a queue takes when empty: a little under half its capacity. */
size_t queue_record_max(const struct queue *queue);

/* Producer: room for a record of `len` bytes, NULL when there is none now (or never is, beyond
 * queue_record_max). Reserving again before the commit forgets the former. */
void *queue_reserve(struct queue *queue, size_t len);

/* Producer: the reserved record, of which `len` bytes are used, is the consumer's. */
void queue_commit(struct queue *queue, size_t len);

/* Consumer: the oldest record, NULL when empty. It stays valid until queue_pop. */
const void *queue_peek(struct queue *queue, size_t *ret_len);

/* Consumer: gives the record last peeked at back. */
void queue_pop(struct queue *queue);

/* Any thread: the bytes that records not yet given back take. */
size_t queue_waiting(const struct queue *queue);

/* Any thread: the times queue_reserve gave NULL. */
uint64_t queue_drop_count(const struct queue *queue);
