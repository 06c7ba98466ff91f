/* SPDX-License-Identifier: MIT */
/*
 * Where Kraken's documents leave a point of trading open, a client must live with either reading.
 * Variant 0 is the one we hold likeliest; any other number throws a seeded die for each point.
 * docs/kraken-assumptions.md lists them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/decimal.h"

struct trading_variant {
    bool post_refused;    /* a crossing post-only order is an error, not accepted and canceled */
    bool ioc_expires;     /* what IOC leaves over is expired, not canceled */
    bool crossed_refused; /* a stop whose trigger is met already is an error, amended too, else it
                             fires */
    bool small_close_dropped; /* a conditional close below ordermin is not made */
    bool fee_by_side;      /* without preference a sell pays in base (OpenAPI), else all in quote */
    bool cancel_unlimited; /* a cancel is counted but never refused by the counter */
    bool batch_whole_cost; /* a batch costs n instead of n/2 */
    bool end_penalised;    /* expiry and a crossing post-only count like a cancel */
    bool batch_strict;     /* a malformed row of a batch is a row's error, else the batch's */
    enum rounding fee_rounding;
    uint32_t words; /* which set of reasons: trading_reason_text */
};

#define TRADING_WORDS_COUNT 3

struct trading_variant trading_variant_of(uint64_t number);
