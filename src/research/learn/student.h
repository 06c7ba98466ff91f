/* SPDX-License-Identifier: MIT */
/*
 * Student's t distribution, by the incomplete beta function: its continued fraction (Lentz's
 * method; Abramowitz and Stegun, 26.5.8 and 26.7.1). Relative error about 1e-13, in the far tail
 * too.
 */
#pragma once

/* The probability of more than t; freedom above 0. NAN of a NAN. */
double student_tail(double t, double freedom);

/* The t that is exceeded with probability p, 0 < p < 1. */
double student_critical(double p, double freedom);
