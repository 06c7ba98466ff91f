/* SPDX-License-Identifier: MIT */
/*
 * One WebSocket kept alive: opened, watched, dropped when it falls silent, opened again after a
 * delay that Kraken's limits allow. A heartbeat comes each second, so ten silent seconds make us
 * ask and fifteen make us leave. Wall time throughout (the monotonic clock).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/seam.h"
#include "venue/kraken/backoff.h"

struct kraken_link_events {
    void (*on_up)(void *context);
    void (*on_text)(void *context, const char *text, size_t len);
    /* Down, or not come up; the next attempt follows after delay_ns. */
    void (*on_down)(void *context, bool was_up, const char *reason, int64_t delay_ns);
    void (*on_gone)(void *context); /* a socket's last call: see pending_count */
};

struct kraken_link {
    const struct transport *transport;
    const struct clock *clock;
    const char *url;
    const struct kraken_link_events *events;
    void *context;
    connection_id id; /* 0: none */
    bool up;
    bool maintenance; /* the venue said so; a reconnect then keeps 5 s distance */
    bool patient;     /* lock-step: silence means nothing, and a ping moves time */
    int64_t keep_ns;  /* between our own pings */
    int64_t opened_ns, up_ns, heard_ns, pinged_ns;
    struct kraken_backoff backoff;
    uint32_t pending_count; /* sockets whose last call has not come yet */
};

void kraken_link_init(struct kraken_link *link, const struct transport *transport,
                      const struct clock *clock, const char *url, uint64_t seed,
                      const struct kraken_link_events *events, void *context);

void kraken_link_tick(struct kraken_link *link);

/* 0, or a negative errno when it is down or its queue is full. */
int kraken_link_send(struct kraken_link *link, const char *text, size_t len);
int kraken_link_ping(struct kraken_link *link);

/* Leaves this connection and starts over after the usual delay. */
void kraken_link_drop(struct kraken_link *link, const char *reason);

/* Leaves without coming back; on_gone follows when a socket was open. */
void kraken_link_close(struct kraken_link *link);
