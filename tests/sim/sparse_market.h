/* SPDX-License-Identifier: MIT */
/*
 * A market for the simulator, in the place of the synthetic one: at most a few trades a minute, all
 * of a session's minutes made at once, prices that turn often and now and then jump, and a book
 * that is sometimes thin. The linker takes its market_synthetic_open.
 */
#pragma once

#include <stdint.h>

#define SPARSE_MINUTES 320
#define SPARSE_START_NS INT64_C(1722816000000000000) /* 2024-08-05T00:00:00Z */
#define SPARSE_PAST 60                               /* minutes before the session begins */

struct sparse_market {
    double sigma;     /* of a minute's price, a fraction */
    double jump;      /* chance of one in a minute */
    double jump_size; /* a fraction */
    double quiet;     /* chance of a minute without trades */
    double depth;     /* dollars of a usual day: how much a level holds */
};

/* Of the market opened next. */
extern struct sparse_market sparse_market;
