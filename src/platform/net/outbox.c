/* SPDX-License-Identifier: MIT */
#include "platform/net/outbox.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

#define OUTBOX_ROOM (sizeof(size_t) + LWS_PRE)

bool outbox_init(struct outbox *box, size_t capacity, size_t limit)
{
    *box = (struct outbox){.bytes = malloc(capacity), .capacity = capacity, .limit = limit};
    return box->bytes;
}

void outbox_deinit(struct outbox *box)
{
    free(box->bytes);
    *box = (struct outbox){0};
}

/* Makes `need` bytes free at the tail: by moving what waits to the front when at least half of the
 * block is behind the head (so each byte moves once at most on average), or by growing. */
static bool outbox_make_room(struct outbox *box, size_t need)
{
    size_t used = box->tail - box->head;
    if (box->head >= box->capacity / 2 && box->capacity - used >= need) {
        memmove(box->bytes, box->bytes + box->head, used);
        box->head = 0;
        box->tail = used;
        return true;
    }
    size_t capacity = box->capacity;
    while (capacity - box->tail < need)
        capacity *= 2;
    char *bytes = realloc(box->bytes, capacity);
    if (!bytes)
        return false;
    box->bytes = bytes;
    box->capacity = capacity;
    return true;
}

int outbox_push(struct outbox *box, const char *text, size_t len)
{
    size_t need = OUTBOX_ROOM + len;
    if (len > box->limit || need > box->limit - outbox_bytes(box))
        return -ENOBUFS;
    if (box->capacity - box->tail < need && !outbox_make_room(box, need))
        return -ENOBUFS;
    memcpy(box->bytes + box->tail, &len, sizeof len);
    memcpy(box->bytes + box->tail + OUTBOX_ROOM, text, len);
    box->tail += need;
    return 0;
}

void outbox_trim(struct outbox *box, size_t capacity)
{
    char *bytes =
        box->capacity > capacity && box->head == box->tail ? realloc(box->bytes, capacity) : NULL;
    if (bytes) {
        box->bytes = bytes;
        box->capacity = capacity;
    }
}

size_t outbox_bytes(const struct outbox *box)
{
    return box->tail - box->head;
}

char *outbox_front(struct outbox *box, size_t *ret_len)
{
    if (box->head == box->tail)
        return NULL;
    memcpy(ret_len, box->bytes + box->head, sizeof *ret_len);
    return box->bytes + box->head + OUTBOX_ROOM;
}

void outbox_pop(struct outbox *box)
{
    size_t len;
    char *front = outbox_front(box, &len);
    CHECK(front);
    box->head += OUTBOX_ROOM + len;
    if (box->head == box->tail)
        box->head = box->tail = 0;
}
