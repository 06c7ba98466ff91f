/* SPDX-License-Identifier: MIT */
/*
 * Figures that limit something, made safe: whatever they are, NaN and the infinite included, what
 * comes out lies between its bounds, and what is no number allows nothing.
 */
#pragma once

/* 0..1. */
static inline double fraction(double x)
{
    return x > 0 ? (x < 1 ? x : 1) : 0;
}

/* low..high, low where x is no number; low <= high. */
static inline double between(double x, double low, double high)
{
    return x > low ? (x < high ? x : high) : low;
}
