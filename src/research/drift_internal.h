/* SPDX-License-Identifier: MIT */
/* What drift's files share among themselves; nobody else includes this. */
#pragma once

#include "research/drift.h"

/* True while a difference of what is done is still looked for. */
bool drift_looking(const struct drift *drift);

/* The first one is kept; behind one of data or configuration the first of what is done. */
void drift_note(struct drift *drift, const struct drift_difference *difference);

/* Holds the fills of a trade's two sides against each other, as far as they have come. */
void drift_judge(struct drift *drift, uint32_t pair, struct drift_deal *deal,
                 const struct pair *terms);

/* The trade is over on both sides, or the runs are: it is counted. `sides` as at the end. */
void drift_tally(struct drift *drift, const struct drift_deal *deal, const struct pair *terms);

/* How much worse the session's price was, in bps of the re-run's. */
double drift_gap_bps(const struct drift_deal *deal, bool exit, const struct pair *terms);

/* By how much the session's fill was the later one. */
int64_t drift_delay_ns(const struct drift_deal *deal, bool exit);

/* Counts the pair's trades that are over on both sides. */
void drift_end_deals(struct drift *drift, struct drift_pair *state, const struct pair *terms);
