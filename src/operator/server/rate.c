/* SPDX-License-Identifier: MIT */
#include "operator/server/rate.h"

#include <string.h>

#include "core/base/prng.h"
#include "platform/net/address.h"

void rate_init(struct rate *rate, double per_s, double burst, uint64_t seed)
{
    *rate = (struct rate){.per_s = per_s, .burst = burst, .seed = seed};
}

static uint64_t hash(uint64_t seed, const uint8_t name[16])
{
    uint64_t halves[2];
    memcpy(halves, name, sizeof halves);
    return prng_mix(prng_mix(seed, halves[0]), halves[1]);
}

static double tokens_now(const struct rate *rate, const struct rate_bucket *bucket, int64_t mono_ns)
{
    const double flown = rate->per_s * (double)(mono_ns - bucket->at_ns) / 1e9;
    const double tokens = bucket->tokens + (flown > 0 ? flown : 0);
    return tokens < rate->burst ? tokens : rate->burst;
}

static struct rate_bucket *bucket_of(struct rate *rate, const uint8_t name[16], int64_t mono_ns)
{
    struct rate_bucket *set = rate->buckets[hash(rate->seed, name) % RATE_SETS];
    struct rate_bucket *place = &set[0];
    double most = -1;
    for (uint32_t i = 0; i < RATE_WAYS; i++) {
        if (set[i].at_ns != 0 && memcmp(set[i].name, name, 16) == 0) {
            return &set[i];
        }
        const double tokens =
            set[i].at_ns == 0 ? rate->burst + 1 : tokens_now(rate, &set[i], mono_ns);
        if (tokens > most) {
            most = tokens;
            place = &set[i];
        }
    }
    *place = (struct rate_bucket){.at_ns = mono_ns, .tokens = rate->burst};
    memcpy(place->name, name, 16);
    return place;
}

bool rate_take_named(struct rate *rate, const uint8_t name[16], int64_t mono_ns,
                     int64_t *ret_wait_ns)
{
    struct rate_bucket *bucket = bucket_of(rate, name, mono_ns);
    bucket->tokens = tokens_now(rate, bucket, mono_ns);
    bucket->at_ns = mono_ns;
    if (bucket->tokens >= 1) {
        bucket->tokens -= 1;
        return true;
    }
    *ret_wait_ns = (int64_t)((1 - bucket->tokens) / rate->per_s * 1e9);
    return false;
}

bool rate_take(struct rate *rate, const char *address, int64_t mono_ns, int64_t *ret_wait_ns)
{
    uint8_t name[16];
    address_read(address, name);
    if (!address_is_ipv4(name)) {
        memset(name + 8, 0, 8);
    }
    return rate_take_named(rate, name, mono_ns, ret_wait_ns);
}
