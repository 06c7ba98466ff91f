/* SPDX-License-Identifier: MIT */
/*
 * How often one address, or whoever 16 bytes are the name of, may do something: a token bucket each
 * (Turner, 1986), in a table that never grows. `per_s` tokens a second flow in up to `burst`, each
 * act takes one.
 *
 * An IPv6 client has a whole /64 to itself, so that is one address here; IPv4 within IPv6 is the
 * IPv4 address. A name finds its bucket among RATE_WAYS places that its hash chooses. When all
 * are taken, the fullest one is given away, because the least is forgotten with it: a bucket that
 * is full tells nothing that a new one does not.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define RATE_WAYS 8
#define RATE_SETS 256

struct rate_bucket {
    uint8_t name[16];
    int64_t at_ns; /* 0: free */
    double tokens; /* at `at_ns` */
};

struct rate {
    double per_s, burst;
    uint64_t seed; /* or an enemy could choose addresses that meet */
    struct rate_bucket buckets[RATE_SETS][RATE_WAYS];
};

void rate_init(struct rate *rate, double per_s, double burst, uint64_t seed);

/* Takes a token; false when there is none, and then after how many ns there will be. `mono_ns` is
 * above 0. What is no address has a bucket of its own, all of it together. */
bool rate_take(struct rate *rate, const char *address, int64_t mono_ns, int64_t *ret_wait_ns);
bool rate_take_named(struct rate *rate, const uint8_t name[16], int64_t mono_ns,
                     int64_t *ret_wait_ns);
