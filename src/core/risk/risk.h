/* SPDX-License-Identifier: MIT */
/*
 * How much, and whether at all: sizing by a fraction of equity (share.h says which), and the limits
 * every entry must pass. Doubles inform; the quantity becomes an integer in risk_size, rounded
 * down. A fraction that is no number is 0: it allows nothing. docs/risk.md works an example.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/market/pair.h"
#include "core/portfolio/portfolio.h"
#include "core/risk/crash.h"
#include "core/risk/kelly.h"
#include "core/risk/limits.h"
#include "core/risk/ruin.h"
#include "core/risk/scale.h"

enum sizing {
    SIZING_RISK,  /* the loss at the stop, fees included, is risk_per_trade of equity */
    SIZING_STAKE, /* the cost is risk_per_trade of equity */
    SIZING_ALL,   /* all free cash, whatever else is said here of size: for comparisons */
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
    struct kelly_config kelly;
    struct ruin_config ruin;
    struct scale_config scale;
    struct limit_config limits;
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

/* The limit that a size came to: the tightest of them. */
enum size_rule {
    RULE_NONE,     /* the size was given */
    RULE_SHARE,    /* risk_per_trade, scaled */
    RULE_POSITION, /* max_position */
    RULE_EXPOSURE, /* max_exposure */
    RULE_CASH,     /* what is free */
    RULE_BESIDE,   /* risk_ask.cost_most */
    RULE_AT_RISK,  /* the engine says which of those beside it was */
    RULE_PAIR,
    RULE_STRATEGY,
};

struct risk_size {
    int64_t qty_lots; /* 0: by cash alone */
    int64_t cash;     /* the most the buy may spend, fee included */
    int64_t cost;     /* expected, before the fee */
    int64_t risk; /* money lost at the stop, both fees included; the whole cash without a stop */
    enum size_rule rule;
};

enum risk_verdict {
    RISK_OK,
    RISK_NO_STOP,
    RISK_TOO_SMALL,
    RISK_NO_FUNDS,
    RISK_TOO_LARGE, /* risk_fit: more than the limits allow */
};

/* A fraction of money, rounded down: the road from a risk figure to an integer. */
int64_t money_share(int64_t money, double share);

/* What a cost of 1 loses when the stop is hit, both fees included; without a stop (0) all of it. */
double risk_loss_ratio(const struct fee_rates *fees, int64_t price_ticks, int64_t stop_ticks);

/* The loss of so much paid when the stop is hit, both fees included; without a stop (0) all of it.
 */
int64_t risk_loss(const struct fee_rates *fees, int64_t cost, int64_t price_ticks,
                  int64_t stop_ticks);

/* What a buy may spend for each unit of money at the decided price, in ppm: slack and fee. */
int64_t risk_cash_rate(const struct fee_rates *fees, int64_t slack_ppm);

/* The cost whose loss at the stop is `loss`. */
int64_t risk_cost_for_loss(const struct fee_rates *fees, int64_t loss, int64_t price_ticks,
                           int64_t stop_ticks);

/* A buy that is to be sized. */
struct risk_ask {
    int64_t price_ticks;
    int64_t stop_ticks; /* 0: none */
    int64_t slack_ppm;  /* how far above the price it may still fill: `cash` covers it */
    double share;       /* of equity, in the place of risk_per_trade: share_of */
    double part;        /* of max_position, or of all free cash, that the market leaves */
    int64_t cost_most;  /* money that limits beside these leave; INT64_MAX: all */
};

enum risk_verdict risk_size(const struct risk_config *config, const struct pair *pair,
                            const struct fee_rates *fees, const struct portfolio *portfolio,
                            const struct risk_ask *ask, struct risk_size *ret);

/*
 * The same for a buy whose size is given: `qty_lots`, or where that is 0 what `cash` buys with its
 * fee. It may be no larger than every limit allows; RISK_TOO_LARGE leaves in ret->qty_lots what
 * does. Without a stop, where none is required, all that it costs is at risk, and max_position
 * bounds it in the place of the share.
 */
struct risk_wish {
    int64_t qty_lots;
    int64_t cash;
};
enum risk_verdict risk_fit(const struct risk_config *config, const struct pair *pair,
                           const struct fee_rates *fees, const struct portfolio *portfolio,
                           const struct risk_ask *ask, const struct risk_wish *wish,
                           struct risk_size *ret);
