/* SPDX-License-Identifier: MIT */
/* The walk over an exchange that writes and reads it; the module's own: see persist.c. */
#pragma once

#include <string.h>

#include "store/varint.h"
#include "venue/local/trading/internal.h"

struct walk {
    bool saving;
    struct varint_out out;
    struct varint_in in;
    struct trading *trading;
    uint32_t asset_count, pair_count;                     /* of the file */
    uint32_t assets[PAIR_META_MAX], pairs[PAIR_META_MAX]; /* the file's numbers in ours */
};

static inline void walk_i64(struct walk *walk, int64_t *value)
{
    if (walk->saving)
        varint_put_signed(&walk->out, *value);
    else
        *value = varint_get_signed(&walk->in);
}

static inline void walk_u64(struct walk *walk, uint64_t *value)
{
    if (walk->saving)
        varint_put(&walk->out, *value);
    else
        *value = varint_get(&walk->in);
}

/* A number below `bound`; what is not ends the reading. */
static inline void walk_below(struct walk *walk, uint32_t *value, uint32_t bound)
{
    uint64_t wide_value = *value;
    walk_u64(walk, &wide_value);
    if (wide_value >= bound)
        walk->in.bad = true;
    *value = wide_value < bound ? (uint32_t)wide_value : 0;
}

#define WALK_ENUM(walk, field, bound)                                                              \
    do {                                                                                           \
        uint32_t value_ = (uint32_t)(field);                                                       \
        walk_below(walk, &value_, bound);                                                          \
        (field) = value_;                                                                          \
    } while (0)

static inline void walk_bool(struct walk *walk, bool *value)
{
    uint32_t number = *value;
    walk_below(walk, &number, 2);
    *value = number;
}

static inline void walk_text(struct walk *walk, char *text, size_t size)
{
    uint32_t len = walk->saving ? (uint32_t)strlen(text) : 0;
    walk_below(walk, &len, (uint32_t)size);
    if (walk->saving) {
        varint_put_bytes(&walk->out, text, len);
        return;
    }
    memset(text, 0, size);
    const void *bytes = varint_get_bytes(&walk->in, len);
    if (bytes != NULL)
        memcpy(text, bytes, len);
}

/* The number of an asset or a pair, by the file's tables. */
static inline void walk_index(struct walk *walk, uint32_t *index, const uint32_t *map,
                              uint32_t count)
{
    walk_below(walk, index, count);
    if (!walk->saving)
        *index = map[*index];
}

static inline void walk_asset(struct walk *walk, uint32_t *asset)
{
    walk_index(walk, asset, walk->assets, walk->asset_count);
}

static inline void walk_pair(struct walk *walk, uint32_t *pair)
{
    walk_index(walk, pair, walk->pairs, walk->pair_count);
}

static inline uint64_t min_count(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* All but the header and its tables. */
void persist_rows(struct walk *walk);
