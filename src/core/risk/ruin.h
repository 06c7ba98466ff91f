/* SPDX-License-Identifier: MIT */
/*
 * The risk of ruin: how likely it is that equity ever falls by `drawdown` from where it stands,
 * when every trade risks the same part f of it and trades go on as they were.
 *
 *     mu, sigma^2   mean and variance of one trade's step of log equity: log(1 + f W) with
 *                   probability p, else log(1 - f L)                       (kelly.h: p, W, L in R)
 *     D             -log(1 - drawdown)
 *     P             exp(-2 mu D / sigma^2); 1 where mu <= 0
 *
 * That a Brownian motion with that drift ever reaches -D (D. R. Cox and H. D. Miller, "The Theory
 * of Stochastic Processes", 1965, 5.7). Trades are steps, which overshoot: with small ones P is a
 * little too high, which is the safe side; tests/core/ruin.c holds it to a simulation.
 *
 * Above `limit` sizes shrink to the f at which P is the limit, rounded down to a millionth, but not
 * below `floor` times the risk asked for. Before `trades` closed trades nothing is known, and
 * nothing shrinks.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/risk/kelly.h"

struct ruin_config {
    double limit;    /* the likelihood that is accepted; 0: any */
    double drawdown; /* what is called ruin: part of equity lost */
    int64_t trades;
    double floor; /* of risk_per_trade */
};

/* 0..1, of the part f of equity risked in each trade. */
double ruin_probability(const struct edge *edge, double f, double drawdown);

/* The most of `wanted` that one trade may lose, 0..wanted, where `base` is what the floor is taken
 * of. False, nothing written, where nothing is limited or known. */
bool ruin_share(const struct ruin_config *config, const struct edge *edge, double base,
                double wanted, double *ret_share);
