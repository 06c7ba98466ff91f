/* SPDX-License-Identifier: MIT */
/*
 * A whole network in one process, on a virtual clock: the client's transport and clock on one side,
 * platform/net/server.h and the loop's timers on the other, so that the adapter and the local
 * Kraken, both as they are, meet here as over sockets. Real JSON text crosses it, in order on each
 * connection, late by what the seed says; a line is cut, silent or slow, a call gets lost on the
 * way there or on the way back. Everything follows from the seed.
 *
 * There is one network at a time: the server's calls have no other way to find it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/prng.h"
#include "platform/seam.h"

struct lan;

/* Of a line: chances per message, and times. */
struct lan_faults {
    int64_t latency_min_ns, latency_max_ns;
    double slow; /* a message takes up to slow_ns more, and all behind it on its line */
    int64_t slow_ns;
    double cut;        /* the line breaks instead of carrying it, and what was under way is lost */
    double call_lost;  /* a REST call does not arrive */
    double reply_lost; /* its reply does not */
};

struct lan *lan_new(uint64_t seed, int64_t wall_ns);
void lan_free(struct lan *lan);

struct lan_faults *lan_faults(struct lan *lan);

struct transport lan_transport(struct lan *lan);
struct clock lan_clock(struct lan *lan);        /* the client's machine: its wall clock is wrong */
struct clock lan_server_clock(struct lan *lan); /* right */
void lan_skew(struct lan *lan, int64_t skew_ns);

/* Unplugged: every line breaks, and no new one or call comes through. */
void lan_plug(struct lan *lan, bool plugged);

/* Nothing reaches the client for so long; then all of it. */
void lan_stall(struct lan *lan, int64_t for_ns);

/* The client's process dies: whatever its transport is asked from here does nothing. Then
 * lan_bury, once its parts are closed, makes the last calls they are owed; what the process had
 * sent still arrives. Afterwards another process may live. */
void lan_kill(struct lan *lan);
void lan_kill_after(struct lan *lan, uint32_t sends); /* in the middle of whatever it does then */
bool lan_killed(const struct lan *lan);
void lan_bury(struct lan *lan);

/* Every text and body a client sends, before it is on its way, every one it will be told, and the
 * moment after it was. */
struct lan_watch {
    void (*on_sent)(void *context, const char *text, size_t len);
    void (*on_told)(void *context, const char *text, size_t len);
    void (*on_taken)(void *context);
    void *context;
};
void lan_watch(struct lan *lan, const struct lan_watch *watch);

int64_t lan_now(const struct lan *lan); /* since the start */

/*
 * Carries what is due up to this time, which is now afterwards. Less when the process dies; and
 * soon_ns after the client heard of something other than a heartbeat, for its own timer is due then
 * and may have something to do about it.
 */
void lan_run(struct lan *lan, int64_t until_ns, int64_t soon_ns);

/* The server's timer is turned a moment after each thing that reaches it, and when it says so
 * itself: `next` is asked after each turn. */
struct lan_pace {
    int64_t (*next_ns)(void *context); /* by the clocks' mono_ns */
    void *context;
};
void lan_pace(struct lan *lan, const struct lan_pace *pace);

/* Calls `callback` at that time, from lan_run. */
void lan_at(struct lan *lan, int64_t at_ns, void (*callback)(void *context), void *context);
