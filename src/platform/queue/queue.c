/* SPDX-License-Identifier: MIT */
#include "platform/queue/queue.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

#define CACHE_LINE 64
#define HEADER 8 /* a length, padded so that the record is aligned */
#define SKIP_TO_START                                                                              \
    UINT64_MAX /* in place of a length: the next record is at the ring's start                     \
                */

/*
 * head and tail count bytes since the beginning and never wrap in a lifetime. Each side writes one
 * of them and keeps a copy of the other, which it refreshes only when the copy says there is
 * nothing to do; so the cache lines move between the cores once a burst, not once a record.
 */
struct queue {
    _Alignas(CACHE_LINE) atomic_uint_fast64_t tail;
    uint64_t head_seen;
    uint64_t reserved_at; /* where the reserved record's header is */
    size_t reserved_len;
    bool reserved;
    atomic_uint_fast64_t drop_count;

    _Alignas(CACHE_LINE) atomic_uint_fast64_t head;
    uint64_t tail_seen;
    uint64_t pop_to; /* head after the record last peeked at; 0: none */

    _Alignas(CACHE_LINE) uint64_t capacity;
    unsigned char *ring;
};

static uint64_t footprint(size_t len)
{
    return HEADER + (((uint64_t)len + 7) & ~UINT64_C(7));
}

struct queue *queue_new(size_t capacity)
{
    uint64_t size = CACHE_LINE;
    while (size < capacity)
        size *= 2;
    struct queue *queue = aligned_alloc(CACHE_LINE, sizeof *queue);
    unsigned char *ring = aligned_alloc(CACHE_LINE, size);
    if (!queue || !ring) {
        free(queue);
        free(ring);
        return NULL;
    }
    memset(ring, 0, size); /* its pages are ours now, not one by one over the first hours */
    *queue = (struct queue){.capacity = size, .ring = ring};
    return queue;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    free(queue->ring);
    free(queue);
}

size_t queue_record_max(const struct queue *queue)
{
    return queue->capacity / 2 - HEADER;
}

static unsigned char *place(struct queue *queue, uint64_t position)
{
    return queue->ring + (position & (queue->capacity - 1));
}

/* The header at a position; every position is a multiple of 8, so a header never crosses the end.
 */
static uint64_t header_get(struct queue *queue, uint64_t position)
{
    uint64_t len;
    memcpy(&len, place(queue, position), sizeof len);
    return len;
}

static void header_set(struct queue *queue, uint64_t position, uint64_t len)
{
    memcpy(place(queue, position), &len, sizeof len);
}

static bool has_room(struct queue *queue, uint64_t end)
{
    if (end - queue->head_seen <= queue->capacity)
        return true;
    queue->head_seen = atomic_load_explicit(&queue->head, memory_order_acquire);
    return end - queue->head_seen <= queue->capacity;
}

void *queue_reserve(struct queue *queue, size_t len)
{
    uint64_t tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
    uint64_t to_end = queue->capacity - (tail & (queue->capacity - 1));
    bool fits = len <= queue_record_max(queue);
    uint64_t at = fits && footprint(len) > to_end ? tail + to_end : tail;
    queue->reserved = fits && has_room(queue, at + footprint(len));
    if (!queue->reserved) {
        atomic_fetch_add_explicit(&queue->drop_count, 1, memory_order_relaxed);
        return NULL;
    }
    if (at != tail)
        header_set(queue, tail, SKIP_TO_START);
    queue->reserved_at = at;
    queue->reserved_len = len;
    return place(queue, at) + HEADER;
}

void queue_commit(struct queue *queue, size_t len)
{
    CHECK(queue->reserved && len <= queue->reserved_len);
    header_set(queue, queue->reserved_at, len);
    queue->reserved = false;
    atomic_store_explicit(&queue->tail, queue->reserved_at + footprint(len), memory_order_release);
}

const void *queue_peek(struct queue *queue, size_t *ret_len)
{
    uint64_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);
    if (head == queue->tail_seen) {
        queue->tail_seen = atomic_load_explicit(&queue->tail, memory_order_acquire);
        if (head == queue->tail_seen)
            return NULL;
    }
    uint64_t len = header_get(queue, head);
    if (len == SKIP_TO_START) {
        head += queue->capacity - (head & (queue->capacity - 1));
        len = header_get(queue, head);
    }
    queue->pop_to = head + footprint(len);
    *ret_len = len;
    return place(queue, head) + HEADER;
}

void queue_pop(struct queue *queue)
{
    CHECK(queue->pop_to != 0);
    atomic_store_explicit(&queue->head, queue->pop_to, memory_order_release);
    queue->pop_to = 0;
}

size_t queue_waiting(const struct queue *queue)
{
    const uint64_t head = atomic_load_explicit(&queue->head, memory_order_acquire);
    return (size_t)(atomic_load_explicit(&queue->tail, memory_order_acquire) - head);
}

uint64_t queue_drop_count(const struct queue *queue)
{
    return atomic_load_explicit(&queue->drop_count, memory_order_relaxed);
}
