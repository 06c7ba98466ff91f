/* SPDX-License-Identifier: MIT */
/*
 * How much of a found result is luck. Sharpe ratios here are those of one period (returns.h), not
 * annual ones: every formula counts periods. A figure there is none of is NAN.
 *
 *   PSR     Z((s - s0) sqrt(n - 1) / sqrt(1 - skewness s + (kurtosis - 1) / 4 s^2)): the
 *           probability that the true ratio is above s0 (D. H. Bailey and M. Lopez de Prado, "The
 *           Sharpe Ratio Efficient Frontier", 2012)
 *   MinTRL  1 + (1 - skewness s + (kurtosis - 1) / 4 s^2) (Z^-1(confidence) / (s - s0))^2: the
 *           periods after which PSR is the confidence asked for (there too)
 *   SR0     deviation of the trials' ratios * ((1 - g) Z^-1(1 - 1/N) + g Z^-1(1 - 1/(N e))), g
 *           Euler's 0.5772: the best ratio to expect of N trials none of which has an edge
 *   DSR     PSR against SR0 (the same authors, "The Deflated Sharpe Ratio", 2014)
 *
 * N counts trials that are independent; of trials much alike fewer count, so that DSR with all of
 * them errs on the careful side.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "research/returns.h"

double overfit_psr(const struct moments *moments, double benchmark);

/* variance >= 0 of the trials' ratios. One trial, or none, is no choice: 0. */
double overfit_expected_maximum(double variance, double trials);

/* The trial of these moments was chosen among `count`, itself one of them, that had these ratios;
 * one without a ratio (NAN: it never traded) is one that had 0. */
double overfit_dsr(const struct moments *moments, const double *sharpes, size_t count);

/* NAN when the ratio is not above the benchmark: no record is long enough. */
double overfit_minimum_track(const struct moments *moments, double benchmark, double confidence);

/* The same as time; INT64_MAX where there is none or it is longer than that can hold. */
int64_t overfit_track_ns(double periods, int64_t period_ns);
