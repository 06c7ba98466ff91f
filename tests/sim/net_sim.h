/* SPDX-License-Identifier: MIT */
/*
 * A network in memory behind the transport and clock seams, on a virtual clock: connections with
 * latency, refused, cut, stalled or silent; HTTP replies answered by a handler, late, truncated or
 * lost. Everything follows from the seed. Messages of one connection keep their order, as TCP
 * does; different connections overtake each other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/prng.h"
#include "platform/seam.h"

#define NET_SIM_BODY_MAX (1 << 20)

struct net_sim;

struct net_sim_answer {
    int status;      /* negative: no whole reply comes */
    int64_t wait_ns; /* beside the latency */
    size_t len;
    char *body; /* NET_SIM_BODY_MAX bytes to write into */
};

struct net_sim_server {
    void (*on_request)(void *context, const char *url, struct net_sim_answer *answer);
    void (*on_open)(void *context, connection_id id);
    void (*on_text)(void *context, connection_id id, const char *text, size_t len);
    void (*on_closed)(void *context, connection_id id);
};

struct net_sim *net_sim_new(uint64_t seed, int64_t wall_ns, const struct net_sim_server *server,
                            void *context);
void net_sim_free(struct net_sim *net);

struct transport net_sim_transport(struct net_sim *net);
struct clock net_sim_clock(struct net_sim *net);

/* The machine's wall clock is wrong by so much from now on. */
void net_sim_skew(struct net_sim *net, int64_t skew_ns);

/* Latency of a message is uniform in [min, max]. */
void net_sim_latency(struct net_sim *net, int64_t min_ns, int64_t max_ns);

/* Offline: every connection is cut, new ones and requests are refused. */
void net_sim_online(struct net_sim *net, bool online);

/* Requests alone fail so. */
void net_sim_http_online(struct net_sim *net, bool online);

/* Nothing is delivered to clients for so long; then all of it, in order. */
void net_sim_stall(struct net_sim *net, int64_t for_ns);

/* What servers send on open sockets is lost, and nobody is told. */
void net_sim_silence(struct net_sim *net, bool silent);

/* The server's side: sends, or ends one or every connection (what is under way is lost). */
void net_sim_send(struct net_sim *net, connection_id id, const char *text, size_t len);
void net_sim_cut(struct net_sim *net, connection_id id, uint32_t code, const char *reason);
void net_sim_cut_all(struct net_sim *net, uint32_t code, const char *reason);

int64_t net_sim_now(const struct net_sim *net); /* since the start */
uint32_t net_sim_attempts(const struct net_sim *net);

/* Runs for so long, calling `tick` every tick_ns. */
void net_sim_run(struct net_sim *net, int64_t for_ns, int64_t tick_ns, void (*tick)(void *context),
                 void *context);
