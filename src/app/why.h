/* SPDX-License-Identifier: MIT */
/*
 * Why nothing trades now: what the running session says of itself over its interface, and the
 * newest decision on each pair, which the ledger keeps. Where no session runs the ledger alone is
 * asked, and "now" is when it ends.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/ask.h"
#include "app/told.h"
#include "core/base/timestamp.h"
#include "store/ledger.h"

/* Decisions older than that say little about now. */
#define WHY_BACK_NS (24 * NS_PER_HOUR)

struct why_pair {
    char symbol[TOLD_WORD_MAX];
    char health[TOLD_WORD_MAX];  /* "fresh", "stale" ...; "" where nobody was asked */
    char against[TOLD_WORD_MAX]; /* a verdict's word; "" nothing */
    bool decided;                /* what follows is of its newest decision */
    int64_t time_ns;
    char verdict[TOLD_WORD_MAX];
    double short_of; /* of the confidence that was needed */
    char *sentence, *json;
};

struct why_strategy {
    char name[TOLD_WORD_MAX], timeframe[TOLD_WORD_MAX];
    bool enabled, shadow;
    uint64_t signals, actionable;
};

struct why {
    bool running;
    bool mute; /* one runs that cannot be asked */
    char mode[TOLD_WORD_MAX], venue[TOLD_WORD_MAX];
    char market_time[TIMESTAMP_TEXT_MAX]; /* as it was told; "" not yet */
    int64_t market_ns;
    bool connected, reconciled, entries_possible;
    char reason[128], trouble[320];
    uint64_t positions, positions_max;
    uint32_t strategy_count;
    struct why_strategy strategies[STRATEGY_MAX];
    uint32_t pair_count;
    struct why_pair pairs[PAIR_MAX];
};

/* False with the reason in `error`: the session does not answer, or with what cannot be read. */
bool why_ask(struct why *why, struct ask *ask, const char *address, char *error, size_t error_size);

/* 0, or -errno with the reason in ledger_error. After why_ask, where there is a session. */
int why_read(struct why *why, struct ledger *ledger);

/* Nearest to a trade first. */
void why_sort(struct why *why);

const struct why_pair *why_find(const struct why *why, const char *symbol);
void why_free(struct why *why);
