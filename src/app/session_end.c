/* SPDX-License-Identifier: MIT */
/*
 * A session that is to end decides nothing more, and waits until what is held stands under a stop
 * at the venue again: a sale under way ends in one, or in coins sold.
 */
#include <stdio.h>

#include "app/session.h"
#include "platform/log/log.h"

/* Three tries at a limit, bare_limit, and the market order that ends both. */
#define PATIENCE_NS (20 * NS_PER_S)

void session_end(struct session *session)
{
    if (session != NULL && session->ending_mono_ns == 0) {
        session->ending_mono_ns = session->clock.mono_ns(session->clock.self);
    }
}

static void tell_bare(const struct session *session)
{
    for (uint32_t i = 0; i < session->pair_count; i++) {
        if (session->broker->lanes[i].bare_since_ns != 0) {
            char text[160];
            snprintf(text, sizeof text,
                     "ends while what is held of %s stands without a stop: start again, or look at "
                     "the venue",
                     session->terms[i].symbol);
            log_error("session.bare", text, NULL);
        }
    }
}

bool session_may_end(const struct session *session)
{
    if (session->ending_mono_ns == 0) {
        return false;
    }
    if (session->broker == NULL || session->orders->gateway.self == NULL ||
        broker_settled(session->broker)) {
        return true;
    }
    const int64_t now_ns = session->clock.mono_ns(session->clock.self);
    if (now_ns - session->ending_mono_ns < PATIENCE_NS) {
        return false;
    }
    tell_bare(session);
    return true;
}
