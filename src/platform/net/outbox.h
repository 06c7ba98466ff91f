/* SPDX-License-Identifier: MIT */
/*
 * Messages waiting to be sent over one connection: a bounded queue in one block of memory, which
 * grows to its limit by doubling and is kept, so that a connection in its stride allocates nothing.
 *
 *     | ... sent ... | len | room | payload | len | room | payload |    free    |
 *                    ^ head                                        ^ tail       ^ capacity
 *
 * The room before each payload is what libwebsockets asks for (LWS_PRE): it writes the frame's
 * header there. The bound counts it with the payload: a flood of short messages, or empty ones, is
 * held to the same memory as a few long ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct outbox {
    char *bytes;
    size_t head, tail, capacity;
    size_t limit; /* of outbox_bytes */
};

/* A first capacity that is enough for most connections for ever; false when out of memory. */
bool outbox_init(struct outbox *box, size_t capacity, size_t limit);
void outbox_deinit(struct outbox *box);

/* 0, or -ENOBUFS when the limit would be passed or memory is short; then nothing was queued. */
int outbox_push(struct outbox *box, const char *text, size_t len);

/* Gives memory beyond `capacity` back, where nothing waits. */
void outbox_trim(struct outbox *box, size_t capacity);

/* What the messages waiting take, the room before each included. */
size_t outbox_bytes(const struct outbox *box);

/* The oldest message, LWS_PRE writable bytes before it; NULL when empty. */
char *outbox_front(struct outbox *box, size_t *ret_len);
void outbox_pop(struct outbox *box);
