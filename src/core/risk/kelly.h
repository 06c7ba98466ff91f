/* SPDX-License-Identifier: MIT */
/*
 * How much of equity the account's own record lets one trade lose (J. L. Kelly, "A New
 * Interpretation of Information Rate", 1956; E. O. Thorp for trading).
 *
 *     R    a closed trade's profit or loss, net of fees, over what it risked as sized
 *     p    part of the trades that won          W, L  their mean win, the others' mean loss, in R
 *     b    W / L                                f*    p - (1 - p) / b
 *
 * f* is the part of equity that a mean loss should cost. Where stops slip and L is more than 1, the
 * part risked is f* / L; where losses are cut short and L is less than 1 it stays f*: the record is
 * not taken for a reason to risk more. Of that a `fraction` is taken, a quarter by default: f* is
 * known badly, and beyond it growth falls as risk rises.
 *
 * Before `trades` closed trades Kelly has no word. When f* is not positive, or very small, `floor`
 * times the risk asked for is what remains: small trades go on, so that the record can recover and
 * Kelly with it. A floor of 0 stops entries then, for good.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/portfolio/portfolio.h"

enum kelly_mode {
    KELLY_OFF,
    KELLY_CAP,  /* an upper bound of risk_per_trade */
    KELLY_FULL, /* in its place */
};

struct kelly_config {
    int32_t mode;
    double fraction; /* of Kelly */
    int64_t trades;
    double floor; /* of risk_per_trade */
};

/* What closed trades were worth, in R. */
struct edge {
    uint64_t trades;
    double win_rate;
    double win;  /* mean of those that won; 0: none did */
    double loss; /* mean of the others, >= 0 */
};

struct edge edge_of(const struct tally *tally);

/* f*, at most 1; -1 at least: an account that has never won. */
double kelly_optimum(const struct edge *edge);

/* The part of equity that one trade may lose, where `base` is what it would be without Kelly.
 * False, nothing written, where Kelly has no word. */
bool kelly_share(const struct kelly_config *config, const struct edge *edge, double base,
                 double *ret_share);
