/* SPDX-License-Identifier: MIT */
/*
 * The part of equity that one trade is sized by: risk_per_trade times all that makes it larger or
 * smaller, in this order.
 *
 *     scale   confidence, volatility, drawdown, the model                       (scale.h)
 *     kelly   cap: no more than Kelly's part, before and after the scale.
 *             full: Kelly's part in the place of risk_per_trade; the scale can but shrink it.
 *             What a strategy has of its own stays: it is the most that Kelly's part may be
 *     ruin    what is left may be at most so likely to ruin the account         (ruin.h)
 *     market  the part of it that the pair's regime and the market's mood leave
 *             (decision/regime.h, mood.h)
 *
 * Kelly and ruin speak of what is lost at the stop. With `sizing: stake`, where risk_per_trade is a
 * trade's cost, it is the loss at the stop of that cost that they bound.
 */
#pragma once

#include "core/risk/risk.h"

/*
 * Writes every factor and returns the share, 0..1: at most the scale's `most` times what was asked
 * for. Kelly's part in its place may be more, but never beyond `most` times what a strategy has of
 * its own. `loss_ratio` is what a cost of 1 loses at the
 * entry's stop, fees included (risk_loss_ratio).
 */
double share_of(const struct risk_config *config, const struct tally *tally,
                const struct scale_view *view, double loss_ratio,
                double factors[SIZE_FACTOR_COUNT]);
