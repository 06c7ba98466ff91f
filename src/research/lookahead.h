/* SPDX-License-Identifier: MIT */
/*
 * Does a run know more than it could have known? It is run once on all candles, and again and again
 * on candles that end earlier. What was decided before a cut cannot hang on what came after it: the
 * trails must be the same up to each cut, to the last figure. A strategy that peeks, a figure
 * worked out from the whole file, a larger candle that is known before it is closed: each shows as
 * a decision that changes.
 *
 * A run knows one thing that a session does not: that a silence will end within the hour
 * (research/boundary.h). No cut is made inside of one.
 */
#pragma once

#include "research/trail.h"

struct lookahead_config {
    const struct backtest_config *run;
    uint32_t cut_count; /* evenly spread over the run; at least 1 */

    /* What is worked out from the candles before a run is worked out here, from those that the run
     * has; NULL: nothing. Told before each run. */
    void (*prepare)(void *context, const struct candle_rows *rows);

    /* With the part done, 0..1; false ends it. NULL: nobody asks. */
    bool (*on_progress)(void *context, double done);
    void *context;
};

struct lookahead {
    size_t boundary_count; /* of the whole run */
    uint32_t cuts_made;
    uint64_t boundaries_compared;
    bool stopped; /* by on_progress */

    bool found;
    int64_t cut_ns;      /* where the candles ended that gave another decision */
    int64_t boundary_ns; /* of the decision */
    /* What was done there with all candles, and with those up to the cut; NULL: nothing. In
     * `with` and `without`. */
    const struct trail_item *item_with, *item_without;
    struct trail with, without;
};

/* 0, or -errno with the reason in `error`. `ret` is to be given to lookahead_free either way. */
int lookahead_check(const struct lookahead_config *config, struct lookahead *ret, char *error,
                    size_t error_size);
void lookahead_free(struct lookahead *lookahead);
