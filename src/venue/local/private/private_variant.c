/* SPDX-License-Identifier: MIT */
#include "venue/local/private/private_variant.h"

#include "core/base/prng.h"

struct private_variant private_variant_of(uint64_t number)
{
    if (number == 0)
        return (struct private_variant){0};
    struct prng prng;
    prng_init(&prng, prng_mix(number, UINT64_C(0x5ec4e7)));
    return (struct private_variant){
        .rows_first = prng_below(&prng, 2),
        .batch_rows = prng_below(&prng, 2),
        .count_at_top = prng_below(&prng, 2),
        .camel_case = prng_below(&prng, 2),
        .stop_price_late = prng_below(&prng, 2),
        .zero_balances = prng_below(&prng, 2),
        .plain_balances = prng_below(&prng, 2),
        .extra_fields = prng_below(&prng, 2),
        .pending_cancels = prng_below(&prng, 2),
        .window_in_ms = prng_below(&prng, 2),
    };
}
