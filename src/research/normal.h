/* SPDX-License-Identifier: MIT */
/*
 * The standard normal distribution.
 *
 *   cdf       erfc, exact to the last digits in both tails
 *   quantile  AS 241, PPND16 (M. J. Wichura, 1988): relative error about 1e-16
 */
#pragma once

double normal_density(double x);
double normal_cdf(double x);

/* The x whose cdf is p, 0 < p < 1; NAN for any other p. */
double normal_quantile(double p);
