/* SPDX-License-Identifier: MIT */
#include "research/trail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "store/action_codec.h"
#include "store/event_codec.h"

#define ROOM_FIRST 65536

static bool grow(struct trail *trail)
{
    const size_t room = trail->room == 0 ? ROOM_FIRST : 2 * trail->room;
    void *columns[] = {realloc(trail->boundaries_ns, room * sizeof *trail->boundaries_ns), NULL,
                       NULL};
    if (columns[0] != NULL) {
        trail->boundaries_ns = columns[0];
        columns[1] = realloc(trail->digests, room * sizeof *trail->digests);
    }
    if (columns[1] != NULL) {
        trail->digests = columns[1];
        columns[2] = realloc(trail->flat, room * sizeof *trail->flat);
    }
    if (columns[2] == NULL) {
        return false;
    }
    trail->flat = columns[2];
    trail->room = room;
    return true;
}

static void keep(struct trail *trail, const struct actions *actions, uint32_t index)
{
    if (trail->item_count == trail->item_room) {
        const size_t room = trail->item_room == 0 ? 64 : 2 * trail->item_room;
        struct trail_item *items = realloc(trail->items, room * sizeof *items);
        if (items == NULL) {
            trail->out_of_memory = true;
            return;
        }
        trail->items = items;
        trail->item_room = room;
    }
    struct trail_item *item = &trail->items[trail->item_count++];
    item->action = actions->list[index];
    if (item->action.kind == ACTION_RECORD) {
        item->record = actions->records[item->action.record];
    }
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct trail *trail = context;
    if (event->kind == EVENT_BATCH) {
        for (uint32_t i = 0; i < event->batch.count; i++) {
            trail->flat_now = trail->flat_now || event->batch.entries[i].flags != 0;
        }
    }
    if (actions->count == 0) {
        return;
    }
    const size_t len = actions_encode(actions, trail->bytes, EVENT_CODE_MAX);
    CHECK(len > 0);
    trail->digest = crc32_update(trail->digest, trail->bytes, len);
    /* Which boundary this step belongs to is known at its end. */
    for (uint32_t i = 0; trail->keep_ns != INT64_MIN && i < actions->count; i++) {
        keep(trail, actions, i);
    }
}

/* A boundary that the other run does not have is a difference too. */
static bool parts(const struct trail *trail, size_t index)
{
    const struct trail *other = trail->against;
    return other != NULL &&
           (index >= other->count || other->boundaries_ns[index] != trail->boundaries_ns[index] ||
            other->digests[index] != trail->digests[index]);
}

static bool on_boundary(void *context, int64_t boundary_ns)
{
    struct trail *trail = context;
    if (trail->count == trail->room && !grow(trail)) {
        trail->out_of_memory = true;
    }
    if (trail->out_of_memory) {
        return false;
    }
    const size_t index = trail->count++;
    trail->boundaries_ns[index] = boundary_ns;
    trail->digests[index] = trail->digest;
    trail->flat[index] = trail->flat_now;
    trail->digest = 0;
    trail->flat_now = false;
    trail->parted = parts(trail, index);
    if (trail->keep_ns != INT64_MIN && boundary_ns < trail->keep_ns) {
        trail->item_count = 0;
    }
    return !trail->parted && (trail->keep_ns == INT64_MIN || boundary_ns < trail->keep_ns);
}

int trail_init(struct trail *trail)
{
    *trail = (struct trail){.keep_ns = INT64_MIN};
    trail->watch =
        (struct backtest_watch){.on_step = on_step, .on_boundary = on_boundary, .context = trail};
    trail->bytes = malloc(EVENT_CODE_MAX);
    trail->one = malloc(sizeof *trail->one);
    return trail->bytes != NULL && trail->one != NULL ? 0 : -ENOMEM;
}

void trail_deinit(struct trail *trail)
{
    free(trail->boundaries_ns), free(trail->digests), free(trail->flat);
    free(trail->items), free(trail->bytes), free(trail->one);
    *trail = (struct trail){0};
}

/* One action's code: orders in full, records as a hash over their figures. */
static size_t encode(const struct trail_item *item, struct actions *one, uint8_t *bytes)
{
    one->count = 1;
    one->list[0] = item->action;
    one->record_count = item->action.kind == ACTION_RECORD;
    if (one->record_count == 1) {
        one->list[0].record = 0;
        one->records[0] = item->record;
    }
    return actions_encode(one, bytes, EVENT_CODE_MAX);
}

size_t trail_parts_at(const struct trail *trail, const struct trail *other)
{
    size_t at = 0;
    for (; at < trail->item_count && at < other->item_count; at++) {
        const size_t len = encode(&trail->items[at], trail->one, trail->bytes);
        if (len != encode(&other->items[at], other->one, other->bytes) ||
            memcmp(trail->bytes, other->bytes, len) != 0) {
            break;
        }
    }
    return at;
}
