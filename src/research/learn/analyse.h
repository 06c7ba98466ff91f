/* SPDX-License-Identifier: MIT */
/*
 * What closed trades have in common: figures of all of them, the same by hour, weekday, session,
 * pair, strategy and so on, and which of those splits stand out by more than luck.
 *
 * A trade's return is what it brought, net of both fees, as a part of what was bought for. A
 * split's row is held against all the trades it does not have:
 *
 *   mean       with an interval by Student's t. Trades that were opened in one block of days (one
 *              day; more where a tenth of the trades is held for longer) may have moved together,
 * so the variance is the larger of the plain one and the one of the blocks' sums (K.-Y. Liang and
 * S. L. Zeger, 1986), its degrees of freedom the blocks it is worth less one won        E. B.
 * Wilson's interval (1927) p          that both have one mean, two-sided: Student's t of the
 * difference. Its variance is the larger of that of a permutation (all trades' variance, which
 * twenty losses alike cannot make small) and that by blocks; its degrees of freedom are B. L.
 * Welch's (1947), counted by blocks asked      a row with `support` trades on each side asks a
 * question, once: a row that has the trades of another, or exactly those the other has not, asks
 * nothing new stands out by Y. Benjamini and Y. Hochberg's step-up (1995) over all that was asked:
 * of the rows that stand out a part of at most `fdr` is luck
 *
 * Of those that stand out the one of the smallest p is an insight. Then everything is asked anew of
 * the trades that no insight has told of, until nothing stands out. How long trades were held is
 * known at their end alone, and is asked behind all that, as a family of its own. docs/analyse.md
 * has it in words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "research/metrics.h"

#define ANALYSE_STRATEGY_MAX 63 /* a bit of their mask is kept for those not known */
#define ANALYSE_PAIR_MAX 256
#define ANALYSE_INSIGHT_MAX 12
#define ANALYSE_DECILES 10

enum analyse_split {
    ANALYSE_HOUR,       /* of the opening, UTC, as all that follows */
    ANALYSE_WEEKDAY,    /* 0 is Monday */
    ANALYSE_WEEKEND,    /* 0 Monday to Friday, 1 Saturday and Sunday */
    ANALYSE_SESSION,    /* enum analyse_session; one trade may lie in two */
    ANALYSE_PAIR,       /* the caller's index */
    ANALYSE_STRATEGY,   /* the caller's index, one trade may have several; behind them: not known */
    ANALYSE_SIDE,       /* 0 long, 1 short */
    ANALYSE_REGIME,     /* enum regime_way */
    ANALYSE_VOLATILITY, /* enum volatility */
    ANALYSE_HOLD,       /* analyse_hold_ns[i - 1] to analyse_hold_ns[i] */
    ANALYSE_DECILE,     /* of the model's probability, lowest first; behind them: none recorded */
    ANALYSE_SPLIT_COUNT,
};

enum analyse_session {
    ANALYSE_ASIA,    /* 00-08 UTC */
    ANALYSE_EUROPE,  /* 07-16 */
    ANALYSE_US,      /* 13-22 */
    ANALYSE_BETWEEN, /* 22-24 */
    ANALYSE_SESSION_COUNT,
};

#define ANALYSE_HOLD_COUNT 7
extern const int64_t analyse_hold_ns[ANALYSE_HOLD_COUNT - 1];

struct analyse_trade {
    int64_t opened_ns, closed_ns;
    int64_t ordered_ns; /* when its entry was decided on; 0: not known, as the price is then */
    double price;       /* of its entry */
    uint32_t pair;
    uint64_t strategies; /* mask; 0: not known */
    bool is_short;
    uint32_t regime, volatility; /* 0: not known */
    int64_t cost, pnl;           /* money */
    double earned;               /* the return; what is not finite is left out, and counted */
    double probability;          /* the model's; NAN: none was recorded */
};

struct analyse_config {
    double fdr;       /* 0..1 */
    uint32_t support; /* 2 or more */
    uint32_t pair_count, strategy_count;
};

/* Which trades: one value of a split, or of two at once. */
struct analyse_cell {
    enum analyse_split splits[2]; /* the second ANALYSE_SPLIT_COUNT: of one alone */
    uint32_t values[2];
};

struct analyse_row {
    struct analyse_cell cell;
    uint32_t count, won;
    double mean, low, high; /* of the return; the 95 % interval NAN where there is none */
    double error, error_df; /* of the mean: standard error, degrees of freedom */
    double win_rate, win_low, win_high; /* 95 % */
    double rest;                        /* mean return of all others; NAN: there are none */
    double t, df, p;                    /* NAN where nothing can be said */
    bool asked, stands_out;
};

struct analyse_insight {
    struct analyse_row row; /* without the trades of the insights before it */
    bool of_rest;           /* there were such */
    uint32_t asked;         /* the questions that it was chosen from */
    double low, high;       /* of the mean, wide enough for that: see analyse_find.c */
};

struct analyse_whole {
    struct trade_metrics money;
    struct analyse_row all;           /* of every trade; its cell is none */
    double deviation;                 /* of the return */
    double sharpe;                    /* mean / deviation, a trade */
    double average_win, average_loss; /* of the return */
    int64_t profit, drawdown; /* money: the sum, and the deepest fall of the sum below its peak */
    uint32_t losing_run;
    int64_t first_ns, last_ns; /* openings */
};

struct analysis {
    struct analyse_config config;
    size_t count, left_out;
    struct analyse_whole whole;
    uint32_t row_count;
    struct analyse_row *rows; /* one split after another; those of two have `support` trades */
    uint32_t asked, stands_out;
    uint32_t insight_count;
    struct analyse_insight insights[ANALYSE_INSIGHT_MAX];
    uint32_t largest; /* the row of the smallest p, where anything was asked */
    double more;      /* trades that it would take to see that one, were it so; 0: it is seen */
    uint32_t block_days;
    double deciles[ANALYSE_DECILES + 1]; /* bounds; NAN where nothing was recorded */
};

/* 0, or -ENOMEM. analysis_free either way. */
int analyse(const struct analyse_config *config, const struct analyse_trade *trades, size_t count,
            struct analysis *ret);
void analysis_free(struct analysis *analysis);

/* How many values a split has; whether one of them says that nothing is known. */
uint32_t analyse_value_count(const struct analyse_config *config, enum analyse_split split);
bool analyse_unknown(const struct analyse_config *config, enum analyse_split split, uint32_t value);
