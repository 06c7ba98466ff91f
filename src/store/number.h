/* SPDX-License-Identifier: MIT */
/*
 * The double that strtod gives for a decimal text, faster for what core/base/real.h takes: candles
 * arrive by the million.
 */
#pragma once

/*
 * Reads [-]digits[.digits][e[+-]digits]. Returns the byte after it, or NULL, *ret untouched, when
 * there is no number at `at`. The text must go on with at least one byte that belongs to no number.
 */
const char *number_parse(const char *at, double *ret);
