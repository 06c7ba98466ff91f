/* SPDX-License-Identifier: MIT */
/*
 * How much, and whether at all: sizing by a fixed fraction of equity, and the limits every entry
 * must pass. Doubles inform; the quantity becomes an integer in risk_size, rounded down.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/market/pair.h"
#include "core/portfolio/portfolio.h"
#include "core/risk/crash.h"

enum sizing {
    SIZING_RISK,  /* the loss at the stop, fees included, is risk_per_trade of equity */
    SIZING_STAKE, /* the cost is risk_per_trade of equity */
    SIZING_ALL,   /* all free cash */
};

struct risk_config {
    int32_t sizing;
    double risk_per_trade; /* fraction of equity */
    double max_position;   /* one position's cost, fraction of equity */
    double max_exposure;   /* all positions' cost, fraction of equity */
    int64_t max_positions;
    double max_daily_loss; /* fraction of the day's first equity; 0 none */
    bool stop_required;
    struct crash_config crash;
};

extern const struct option risk_options[];
extern const uint32_t risk_option_count;

#define PPM INT64_C(1000000)

/* The road from a part, 0..1 (CHECKed), to an integer: to the nearest millionth. */
int64_t ppm_of(double part);

/* Fee rates in parts per million of the cost. */
struct fee_rates {
    int64_t maker_ppm;
    int64_t taker_ppm;
};

/* Money for a fee, rounded to the nearest 1e-8. */
int64_t fee_of(int64_t cost, int64_t rate_ppm);

struct risk_size {
    int64_t qty_lots; /* 0: by cash alone */
    int64_t cash;     /* the most the buy may spend, fee included */
    int64_t cost;     /* expected, before the fee */
    int64_t risk; /* money lost at the stop, both fees included; the whole cash without a stop */
};

enum risk_verdict {
    RISK_OK,
    RISK_NO_STOP,
    RISK_TOO_SMALL,
    RISK_NO_FUNDS,
    RISK_TOO_LARGE, /* risk_fit: more than the limits allow */
};

/*
 * Sizes a buy at price_ticks with its stop (0: none). `slack_ppm` is how far above price_ticks the
 * order may still fill: it is in `cash`, so that the reserve covers it.
 */
enum risk_verdict risk_size(const struct risk_config *config, const struct pair *pair,
                            const struct fee_rates *fees, const struct portfolio *portfolio,
                            int64_t price_ticks, int64_t stop_ticks, int64_t slack_ppm,
                            struct risk_size *ret);

/*
 * The same for a buy whose size is given: `qty_lots`, or where that is 0 what `cash` buys with its
 * fee. It may be no larger than every limit allows; RISK_TOO_LARGE leaves in ret->qty_lots what
 * does. Without a stop, where none is required, all that it costs is at risk.
 */
struct risk_wish {
    int64_t qty_lots;
    int64_t cash;
};
enum risk_verdict risk_fit(const struct risk_config *config, const struct pair *pair,
                           const struct fee_rates *fees, const struct portfolio *portfolio,
                           int64_t price_ticks, int64_t stop_ticks, int64_t slack_ppm,
                           const struct risk_wish *wish, struct risk_size *ret);
