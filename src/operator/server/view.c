/* SPDX-License-Identifier: MIT */
#include "operator/server/view.h"

#include <stdatomic.h>
#include <string.h>

#include "core/base/check.h"

#define VIEW_BOX_FRESH 4u
#define VIEW_BOX_INDEX 3u

_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "the exchange must work between processes");

void view_box_init(struct view_box *box)
{
    box->back = 0;
    atomic_init(&box->middle, 1);
    box->front = 2;
    atomic_init(&box->kept, 0);
    box->published = 0;
    for (int i = 0; i < 3; i++)
        box->slots[i].number = 0;
}

static void copy_rows(struct view *to, const struct view *from)
{
    memcpy(to->strategies, from->strategies, from->strategy_count * sizeof from->strategies[0]);
    memcpy(to->pairs, from->pairs, from->pair_count * sizeof from->pairs[0]);
    memcpy(to->books, from->books, from->pair_count * sizeof from->books[0]);
    memcpy(to->positions, from->positions, from->position_count * sizeof from->positions[0]);
    memcpy(to->orders, from->orders, from->order_count * sizeof from->orders[0]);
    memcpy(to->order_ids, from->order_ids, from->order_count * sizeof from->order_ids[0]);
}

void view_publish(struct view_box *box, const struct view *view)
{
    CHECK(view->strategy_count <= STRATEGY_MAX);
    CHECK(view->pair_count <= PAIR_MAX);
    CHECK(view->position_count <= POSITION_MAX);
    CHECK(view->order_count <= ORDER_MAX);
    struct view *slot = &box->slots[box->back];
    memcpy(slot, view, offsetof(struct view, strategies));
    copy_rows(slot, view);
    slot->number = ++box->published;
    uint32_t before =
        atomic_exchange_explicit(&box->middle, box->back | VIEW_BOX_FRESH, memory_order_acq_rel);
    box->back = before & VIEW_BOX_INDEX;
}

const struct view *view_read(struct view_box *box)
{
    if (atomic_load_explicit(&box->middle, memory_order_relaxed) & VIEW_BOX_FRESH) {
        uint32_t before = atomic_exchange_explicit(&box->middle, box->front, memory_order_acq_rel);
        box->front = before & VIEW_BOX_INDEX;
    }
    return &box->slots[box->front];
}

void view_keep(struct view_box *box, uint64_t number)
{
    atomic_store_explicit(&box->kept, number, memory_order_release);
}

uint64_t view_kept(const struct view_box *box)
{
    return atomic_load_explicit(&box->kept, memory_order_acquire);
}
