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
