/* SPDX-License-Identifier: MIT */
/*
 * Between log-odds, which models add up, and probabilities, which are told.
 *
 *   sigmoid(x)  1 / (1 + exp(-x)), without overflow for any x
 *   log_odds(p) ln(p / (1 - p)), its inverse; p is held within 1e-15 .. 1 - 1e-15 first
 *   log_loss    -ln of the probability that was given to what happened, p held likewise: a model
 *               that was certain and wrong loses 34.5, not everything
 */
#pragma once

#include <stdbool.h>

double sigmoid(double x);
double log_odds(double p);
double log_loss(double p, bool won);

/* `weight`, 0..1, of the way from `pooled` to `own`, in log-odds: two that agree stay where they
 * are, and one that is nearly certain is heard as such. With weight 0 `own` may be NAN. */
double probability_between(double own, double pooled, double weight);
