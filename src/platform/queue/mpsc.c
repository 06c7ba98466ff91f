/* SPDX-License-Identifier: MIT */
#include "platform/queue/mpsc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

#define CACHE_LINE 64

/* A record's header is 0 until the record is whole, then its length and WHOLE. */
#define HEADER sizeof(uint64_t)
#define WHOLE UINT64_C(1)
#define SKIP_TO_START UINT64_C(2) /* the record that did not fit here is at the ring's start */
#define LEN_SHIFT 2

/* head and tail count bytes since the beginning and never wrap in a lifetime. */
struct mpsc {
    _Alignas(CACHE_LINE) atomic_uint_fast64_t tail;

    _Alignas(CACHE_LINE) atomic_uint_fast64_t head;
    uint64_t pop_len; /* of the record last peeked at, with its header; 0: none */

    _Alignas(CACHE_LINE) uint64_t capacity;
    unsigned char *ring;
};

static uint64_t footprint(size_t len)
{
    return HEADER + (((uint64_t)len + 7) & ~UINT64_C(7));
}

struct mpsc *mpsc_new(size_t capacity)
{
    uint64_t size = CACHE_LINE;
    while (size < capacity)
        size *= 2;
    struct mpsc *mpsc = aligned_alloc(CACHE_LINE, sizeof *mpsc);
    unsigned char *ring = aligned_alloc(CACHE_LINE, size);
    if (!mpsc || !ring) {
        free(mpsc);
        free(ring);
        return NULL;
    }
    memset(ring, 0, size);
    *mpsc = (struct mpsc){.capacity = size, .ring = ring};
    return mpsc;
}

void mpsc_free(struct mpsc *mpsc)
{
    if (!mpsc)
        return;
    free(mpsc->ring);
    free(mpsc);
}

static unsigned char *place(const struct mpsc *mpsc, uint64_t position)
{
    return mpsc->ring + (position & (mpsc->capacity - 1));
}

/* Every position is a multiple of 8, so a header never crosses the end. */
static atomic_uint_fast64_t *header(const struct mpsc *mpsc, uint64_t position)
{
    return (atomic_uint_fast64_t *)(void *)place(mpsc, position);
}

static uint64_t to_end(const struct mpsc *mpsc, uint64_t position)
{
    return mpsc->capacity - (position & (mpsc->capacity - 1));
}

bool mpsc_put(struct mpsc *mpsc, const void *record, size_t len)
{
    if (len > mpsc->capacity / 2 - HEADER)
        return false;
    uint64_t at, end;
    uint64_t tail = atomic_load_explicit(&mpsc->tail, memory_order_relaxed);
    do {
        at = footprint(len) > to_end(mpsc, tail) ? tail + to_end(mpsc, tail) : tail;
        end = at + footprint(len);
        /* Signed: the tail may be an old one, which the head has passed; the exchange then fails.
         * Acquire: the reader has cleared what lies before its head. */
        uint64_t head = atomic_load_explicit(&mpsc->head, memory_order_acquire);
        if ((int64_t)(end - head) > (int64_t)mpsc->capacity)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(&mpsc->tail, &tail, end, memory_order_relaxed,
                                                    memory_order_relaxed));
    if (at != tail)
        atomic_store_explicit(header(mpsc, tail), SKIP_TO_START, memory_order_release);
    memcpy(place(mpsc, at) + HEADER, record, len);
    atomic_store_explicit(header(mpsc, at), (uint64_t)len << LEN_SHIFT | WHOLE,
                          memory_order_release);
    return true;
}

/* Leaves the bytes zero for whoever takes the place next, in whatever lengths. */
static void clear(struct mpsc *mpsc, uint64_t head, uint64_t used, uint64_t len)
{
    memset(place(mpsc, head), 0, used);
    atomic_store_explicit(&mpsc->head, head + len, memory_order_release);
}

const void *mpsc_peek(struct mpsc *mpsc, size_t *ret_len)
{
    uint64_t head = atomic_load_explicit(&mpsc->head, memory_order_relaxed);
    uint64_t word = atomic_load_explicit(header(mpsc, head), memory_order_acquire);
    if (word == SKIP_TO_START) {
        uint64_t rest = to_end(mpsc, head);
        clear(mpsc, head, HEADER, rest);
        head += rest;
        word = atomic_load_explicit(header(mpsc, head), memory_order_acquire);
    }
    if (word == 0)
        return NULL;
    *ret_len = word >> LEN_SHIFT;
    mpsc->pop_len = footprint(*ret_len);
    return place(mpsc, head) + HEADER;
}

void mpsc_pop(struct mpsc *mpsc)
{
    CHECK(mpsc->pop_len != 0);
    uint64_t head = atomic_load_explicit(&mpsc->head, memory_order_relaxed);
    clear(mpsc, head, mpsc->pop_len, mpsc->pop_len);
    mpsc->pop_len = 0;
}

bool mpsc_is_empty(const struct mpsc *mpsc)
{
    uint64_t head = atomic_load_explicit(&mpsc->head, memory_order_acquire);
    return head == atomic_load_explicit(&mpsc->tail, memory_order_acquire);
}
