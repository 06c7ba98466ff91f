/* SPDX-License-Identifier: MIT */
#include "venue/local/trading/trading_variant.h"

#include "core/base/prng.h"

struct trading_variant trading_variant_of(uint64_t number)
{
    static const enum rounding roundings[] = {ROUND_NEAREST, ROUND_UP, ROUND_DOWN};
    if (number == 0)
        return (struct trading_variant){.fee_rounding = ROUND_NEAREST};
    struct prng prng;
    prng_init(&prng, prng_mix(number, UINT64_C(0x7ade)));
    return (struct trading_variant){
        .post_refused = prng_below(&prng, 2),
        .ioc_expires = prng_below(&prng, 2),
        .crossed_refused = prng_below(&prng, 2),
        .small_close_dropped = prng_below(&prng, 2),
        .fee_by_side = prng_below(&prng, 2),
        .cancel_unlimited = prng_below(&prng, 2),
        .batch_whole_cost = prng_below(&prng, 2),
        .end_penalised = prng_below(&prng, 2),
        .batch_strict = prng_below(&prng, 2),
        .fee_rounding = roundings[prng_below(&prng, 3)],
        .words = (uint32_t)prng_below(&prng, TRADING_WORDS_COUNT),
    };
}
