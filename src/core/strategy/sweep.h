/* SPDX-License-Identifier: MIT */
/*
 * A sweep: one strategy with many parameter sets over one pair's closed candles, in one pass.
 *
 * A strategy that declares a kernel says, block by block, where each set's signals are; what is the
 * same for several sets is worked out once. The account is the same for all kernels: long only, all
 * cash in every entry (SIZING_ALL), at market, at the next candle's fill price, no other exit than
 * a signal against it. It reckons in doubles with fractions of a lot, where the engine has whole
 * lots and money of 1e-8: `rounding` bounds what that may make of the equity.
 *
 *     candles --> learn --> signals of set 0 --> account 0
 *                       `-> signals of set 1 --> account 1 ...
 *
 * Money in 1e-8 of the currency, as everywhere, but in doubles. The caller owns all memory.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWEEP_BLOCK 512 /* candles a block has at most: rows of it stay in a processor's cache */

/* Closed candles in time order. */
struct sweep_block {
    uint32_t count; /* 1..SWEEP_BLOCK */
    const int64_t *times_ns;
    const double *close;      /* > 0 */
    const double *buy, *sell; /* what a market order that waited for the candle is filled at */
};

/* One after the other, `stride` bytes apart; each is the strategy's own parameter struct, checked
 * as strategy->check does. */
struct sweep_sets {
    const void *params;
    size_t stride;
    uint32_t count;
};

static inline const void *sweep_params(const struct sweep_sets *sets, uint32_t index)
{
    return (const char *)sets->params + (size_t)index * sets->stride;
}

struct sweep_signal {
    uint32_t bar; /* in the block: the candle at whose close it is given */
    int32_t direction;
};

/* A strategy's part. `work` is the caller's, for doubles and pointers aligned. */
struct sweep_kernel {
    size_t (*size)(const struct sweep_sets *sets); /* bytes of `work` */
    void (*init)(void *work, const struct sweep_sets *sets);

    /* The next candles, of the past too: those teach, and nobody asks for their signals. */
    void (*learn)(void *work, const struct sweep_block *block);

    /* The signals of one set in the block learned last, as strategy->step gives them, in order of
     * time; returns how many. `out` has room for SWEEP_BLOCK. */
    uint32_t (*signals)(const void *work, uint32_t set, struct sweep_signal *out);
};

struct sweep_trade {
    int64_t opened_ns, closed_ns; /* the candles that filled it */
    double cost;                  /* of what was bought, before the fee */
    double pnl;                   /* net of both fees */
};

typedef void sweep_on_trade(void *context, uint32_t set, const struct sweep_trade *trade);

struct sweep_config {
    double capital;
    double fee;   /* of either side, of the cost */
    double lot;   /* what the engine counts quantities in, of the base: for `rounding` alone */
    double money; /* money of one unit of the currency */
    sweep_on_trade *on_trade; /* each closed trade, set after set; NULL nobody */
    void *context;
};

/* What one set came to so far. */
struct sweep_account {
    double cash;  /* when flat; what the position cost, fee included, while there is one */
    double qty;   /* money for a price of 1; 0 flat */
    double entry; /* the price it was bought at */
    int64_t opened_ns;
    int32_t wanted;  /* +1, -1: an order waits for the next candle */
    uint64_t closed; /* round trips */
    uint64_t bars_held;
    double sum, squares, below; /* of the bars' returns, of their squares, of the losses' squares */
    double peak, drawdown; /* the highest equity at a bar's end, and the deepest fall below it */
    double rounding;       /* part of the equity that whole lots and money of 1e-8 may make of it */
};

struct sweep {
    const struct sweep_kernel *kernel;
    void *work;
    struct sweep_config config;
    struct sweep_account *accounts; /* by set */
    uint32_t set_count;
    uint64_t bar_count;           /* decided on */
    double close_last;            /* of the bars before the block */
    double low, high;             /* of the block's closes */
    double sums[SWEEP_BLOCK + 1]; /* of the market's own returns, up to each bar of the block */
    double squares[SWEEP_BLOCK + 1], below[SWEEP_BLOCK + 1];
    struct sweep_signal signals[SWEEP_BLOCK];
};

/* `work` has kernel->size(sets) bytes, `accounts` sets->count elements. */
void sweep_init(struct sweep *sweep, const struct sweep_kernel *kernel,
                const struct sweep_sets *sets, const struct sweep_config *config, void *work,
                struct sweep_account *accounts);

/* Candles before the first that is decided on. */
void sweep_warm(struct sweep *sweep, const struct sweep_block *block);

void sweep_feed(struct sweep *sweep, const struct sweep_block *block);

/* At the newest bar's end: cash, or what is held at its close. */
double sweep_equity(const struct sweep *sweep, uint32_t set);

/* The bars' returns, of which there is one less than bars: their mean, and the sum of their squared
 * distances from it. */
struct sweep_returns {
    uint64_t count;
    double mean, squares, below;
};
struct sweep_returns sweep_returns(const struct sweep *sweep, uint32_t set);
