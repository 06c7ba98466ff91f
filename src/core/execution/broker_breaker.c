/* SPDX-License-Identifier: MIT */
/* What becomes of entries at the venue's door tells whether more should be sent. Its door is passed
 * by the venue's word, whichever comes first: the answer, or a row of the order itself. */
#include "core/execution/broker_internal.h"

void broker_entry_taken(struct broker *broker, const struct ticket *entry, struct broker_out *out)
{
    if (breaker_succeed(&broker->breaker)) {
        broker_note(out, NOTE_BREAKER_CLOSED, entry->pair, 0);
    }
}

/* The rungs of a ladder go out together, and are one try. */
void broker_entry_failed(struct broker *broker, const struct ticket *entry, struct broker_out *out)
{
    struct lane *lane = ticket_lane(broker, entry);
    const struct lane_entry *kept = lane_entry_of(lane, entry);
    const uint64_t ladder = kept != NULL ? kept->order.ladder : 0;
    if (ladder != 0 && ladder == lane->failed) {
        return;
    }
    lane->failed = ladder;
    if (breaker_fail(&broker->breaker, (uint32_t)broker->config.failure_limit,
                     broker->config.failure_pause_ns, broker->time_ns)) {
        broker_note(out, NOTE_BREAKER_OPEN, entry->pair, 0);
    }
}

void broker_entry_unmade(struct broker *broker)
{
    breaker_fail(&broker->breaker, 0, broker->config.failure_pause_ns, broker->time_ns);
}
