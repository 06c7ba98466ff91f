/* SPDX-License-Identifier: MIT */
/*
 * Percentile rank, 0..100: the part of the `period` values before it that the newest one exceeds;
 * equal ones count half (scipy's percentileofscore, kind "mean"), so a flat market stands at 50.
 * The first rank arrives with value number period + 1. The values are whatever the caller ranks:
 * closes, volumes, ATRs.
 *
 * The window is kept in order beside its order in time: two or three binary searches an update, and
 * one move of what lies between the value that goes and the one that comes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct percentile_rank {
    uint32_t period;
    uint32_t count; /* values held; saturates at period */
    uint32_t at;    /* where the next one goes */
};

/* Doubles that percentile_rank_update is given to keep. */
static inline uint32_t percentile_rank_store(uint32_t period)
{
    return 2 * period;
}

void percentile_rank_init(struct percentile_rank *rank, uint32_t period);

/* Returns false while warming up; *ret_value is then untouched. */
bool percentile_rank_update(struct percentile_rank *rank, double *store, double value,
                            double *ret_value);
