/* SPDX-License-Identifier: MIT */
/* What the parts of the analysis share; nobody else includes this. */
#pragma once

#include "research/learn/analyse.h"

/* Most values of one split that a trade may have. */
#define VALUES_MAX (ANALYSE_STRATEGY_MAX + 1)

/* A trade's value of each split; of sessions and strategies, which may be several, a mask. Behind
 * them stands the 0 that all trades share. */
struct analyse_place {
    uint64_t of[ANALYSE_SPLIT_COUNT + 1];
};

/* The trades in the order of their opening, and what is worked out of them once. */
struct analyse_work {
    const struct analyse_config *config;
    size_t count;
    struct analyse_trade *trades;
    double *off;     /* return less the mean of all */
    uint32_t *block; /* of days, ascending */
    struct analyse_place *places;
    uint64_t *key; /* by which sets of trades are told apart */
    bool *member;  /* of the row at hand */
    bool *said;    /* an insight has it already */
    double mean, deviation;
    uint64_t key_all;
};

void analyse_place(const struct analyse_config *config, const struct analyse_trade *trade,
                   uint32_t decile, struct analyse_place *ret);

/* The values of a split; returns how many. */
uint32_t analyse_values(const struct analyse_place *place, enum analyse_split split,
                        uint32_t values[VALUES_MAX]);

/* Fills work->member with the cell's trades. */
void analyse_mark(const struct analyse_work *work, const struct analyse_cell *cell);

/* The row of work->member, held against all others; without the trades that are said. */
void analyse_measure(const struct analyse_work *work, struct analyse_row *ret);

/* What stands out of the rows, and what is said of it. 0, or -ENOMEM. */
int analyse_find(struct analyse_work *work, struct analysis *analysis);
