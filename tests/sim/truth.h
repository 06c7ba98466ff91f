/* SPDX-License-Identifier: MIT */
/*
 * What is true at the venue, and the rules that our side is held to. It reads the exchange's own
 * accounts, not what it said of them, and every byte that our side sent.
 *
 *   always         no order is sent twice; "EOrder:Rate limit exceeded" is never heard; engine and
 *                  broker hold the same; equity is cash and positions, to the last integer; nothing
 *                  strays; coins stand without a stop no longer than the bound
 *   once quiet     cash is what the venue's trades of our orders make of the capital, each once, to
 *                  the last integer; coins are what is held; what is open is one stop a position,
 *                  for all of it, and nothing else; a replay of the journal comes to the same state
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct request;
struct world;

#define TRUTH_SENT_MAX 4096

struct truth {
    char error[256]; /* the first rule broken; "" none */
    uint32_t sent_count;
    uint64_t sent[TRUTH_SENT_MAX]; /* hashes of client ids of orders sent */
    int64_t bare_ns[4];            /* since when, by pair; 0 covered */
    int64_t bare_longest_ns;
    bool dusty; /* a remainder too small for an order was written off */
};

void truth_watch(struct world *world);

/* The broker asks for it. */
void truth_request(struct world *world, const struct request *request);

/* After every step; the books are looked at after every message too. */
void truth_step(struct world *world);

/* When nothing is under way any more. */
void truth_quiet(struct world *world);

/* The first one broken is kept. */
void truth_broken(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
