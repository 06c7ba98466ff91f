/* SPDX-License-Identifier: MIT */
/*
 * What the venue takes at all just now, and what others do on the same account. Nothing is sent
 * that would surely be refused: entries are, with a reason; stops and sales wait, and come with
 * the next look at the lane once the venue takes them.
 */
#include "core/execution/broker_internal.h"

static bool state_takes(enum pair_status state, enum request_kind kind, enum request_order order)
{
    const bool makes = kind == REQUEST_ADD || kind == REQUEST_AMEND;
    switch (state) {
    case PAIR_ONLINE:
    case PAIR_REDUCE_ONLY:
        return true;
    case PAIR_CANCEL_ONLY:
    case PAIR_POST_ONLY: /* none of our orders is post-only */
        return !makes;
    case PAIR_LIMIT_ONLY:
        return !makes || order == VENUE_LIMIT;
    case PAIR_OFFLINE:
        return false;
    }
    return true;
}

/* A pair's state may be a word we do not know, and then trying is better than leaving coins bare;
 * the system's is maintenance. */
bool broker_takes(const struct broker *broker, uint32_t pair, enum request_kind kind,
                  enum request_order order)
{
    const enum pair_status status = broker->lanes[pair].status;
    return state_takes(broker->system, kind, order) &&
           (status == PAIR_OFFLINE || state_takes(status, kind, order));
}

void broker_set_system(struct broker *broker, enum pair_status system, struct broker_out *out)
{
    if (system == broker->system) {
        return;
    }
    if (broker->system == PAIR_ONLINE) {
        broker_note(out, NOTE_CLOSED, 0, (int64_t)system);
    } else if (system == PAIR_ONLINE) {
        broker_note(out, NOTE_REOPENED, 0, 0);
    }
    if (broker->system == PAIR_OFFLINE) {
        broker_want_list(broker, 0); /* timers may have fired, orders expired */
    }
    broker->system = system;
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        broker->lanes[p].stir = true;
    }
}

bool broker_foreign_known(const struct broker *broker, struct venue_id txid)
{
    for (uint32_t i = 0; i < FOREIGN_MAX; i++) {
        if (venue_id_known(txid) && venue_id_same(broker->foreign[i], txid)) {
            return true;
        }
    }
    return false;
}

/* An order with neither our name nor an entry of ours behind it. It is remembered, so that its
 * fills are not taken for some of ours whose order is still to come, and said once. */
void broker_foreign_row(struct broker *broker, const struct news_order *row, struct broker_out *out)
{
    const bool nobodys = row->client == 0 && !venue_id_known(row->parent);
    if ((!nobodys && !row->other_instance) || broker_foreign_known(broker, row->txid)) {
        return;
    }
    broker->foreign[broker->foreign_next] = row->txid;
    broker->foreign_next = (broker->foreign_next + 1) % FOREIGN_MAX;
    if (!broker->foreign_told) {
        broker->foreign_told = true;
        broker_note(out, NOTE_FOREIGN, row->pair < broker->pair_count ? row->pair : 0, 0);
    }
}
