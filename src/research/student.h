/* SPDX-License-Identifier: MIT */
/*
 * Student's distribution ("The probable error of a mean", 1908), of any degrees of freedom > 0,
 * whole or not.
 *
 *   two_sided   the chance of a t at least as far from 0: the incomplete beta function
 *               I(df / (df + t^2); df / 2, 1/2), by W. J. Lentz's continued fraction (1976);
 *               relative error about 1e-10
 *   tail        the chance of more than t
 *   quantile    by I. Newton's steps on the logarithms of both
 */
#pragma once

/* NAN where t is none or df is not above 0. */
double student_two_sided(double t, double df);

double student_tail(double t, double df);

/* The t > 0 that is passed, to either side, with that chance; 0 < chance < 1, else NAN. */
double student_quantile(double chance, double df);
