/* SPDX-License-Identifier: MIT */
#include "venue/local/variant.h"

#include "core/base/prng.h"

struct variant variant_of(uint64_t number)
{
    static const uint32_t rows[] = {1, 12, 100, 500};
    if (number == 0)
        return (struct variant){.snapshot_rows = 100};
    struct prng prng;
    prng_init(&prng, number);
    return (struct variant){
        .quoted_numbers = prng_below(&prng, 2),
        .extra_fields = prng_below(&prng, 2),
        .symbol_last = prng_below(&prng, 2),
        .without_tick_size = prng_below(&prng, 2),
        .without_timestamp = prng_below(&prng, 2),
        .error_without_symbol = prng_below(&prng, 2),
        .snapshot_rows = rows[prng_below(&prng, 4)],
    };
}
