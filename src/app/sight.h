/* SPDX-License-Identifier: MIT */
/*
 * What is seen of a session through its interface: the sections, thoughts and trades that
 * /ws/live pushes, kept as plain values. Money, prices and quantities stay the decimal text they
 * were sent as; "" and NaN are unknown. A message that is no JSON changes nothing but `bad_count`,
 * and one of a type or with members that are not known here is passed over.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"

#define SIGHT_THOUGHT_MAX 100
#define SIGHT_TRADE_MAX 200
#define SIGHT_EVENT_MAX 50
#define SIGHT_SENTENCE_MAX 2304
#define SIGHT_AMOUNT_MAX 40
#define SIGHT_WORD_MAX 48
#define SIGHT_TIME_MAX 40

struct sight_status {
    char mode[SIGHT_WORD_MAX], venue[SIGHT_WORD_MAX], version[SIGHT_WORD_MAX];
    char market_time[SIGHT_TIME_MAX], started[SIGHT_TIME_MAX], currency[SIGHT_WORD_MAX];
    uint64_t uptime_seconds;
    double speed;
    bool degraded, paused, reconciled, entries_possible;
    char degraded_reason[512], trouble[512];
    uint64_t open_positions, open_orders;
    char equity[SIGHT_AMOUNT_MAX], cash[SIGHT_AMOUNT_MAX], day_pnl[SIGHT_AMOUNT_MAX];
    char realised[SIGHT_AMOUNT_MAX], unrealised[SIGHT_AMOUNT_MAX], fees[SIGHT_AMOUNT_MAX];
    double drawdown, drawdown_max;
    bool connected;
    char reason[512]; /* of the feed, when it is not connected */
    uint64_t warming, fresh, stale, unlisted, messages, reconnects;
    uint64_t decisions, entries, exits, orders, rejects;
};

struct sight_risk {
    bool paused, loss_limit_hit, crashed;
    double day_loss, day_loss_max, at_risk, exposure, exposure_max;
    uint64_t positions, positions_max;
};

struct sight_pair {
    char symbol[SIGHT_WORD_MAX], health[SIGHT_WORD_MAX], against[SIGHT_WORD_MAX];
    char regime[SIGHT_WORD_MAX];
    char last[SIGHT_AMOUNT_MAX], heard[SIGHT_TIME_MAX];
    double spread_bps, day_change, imbalance;
};

struct sight_position {
    char symbol[SIGHT_WORD_MAX], direction[SIGHT_WORD_MAX];
    char quantity[SIGHT_AMOUNT_MAX], entry[SIGHT_AMOUNT_MAX], last[SIGHT_AMOUNT_MAX];
    char stop[SIGHT_AMOUNT_MAX], target[SIGHT_AMOUNT_MAX], unrealised[SIGHT_AMOUNT_MAX];
    char risk[SIGHT_AMOUNT_MAX], opened[SIGHT_TIME_MAX];
};

struct sight_order {
    char number[SIGHT_WORD_MAX], symbol[SIGHT_WORD_MAX], purpose[SIGHT_WORD_MAX];
    char side[SIGHT_WORD_MAX], state[SIGHT_WORD_MAX];
    char quantity[SIGHT_AMOUNT_MAX], filled[SIGHT_AMOUNT_MAX], limit[SIGHT_AMOUNT_MAX];
    char stop[SIGHT_AMOUNT_MAX], target[SIGHT_AMOUNT_MAX];
};

struct sight_thought {
    char time[SIGHT_TIME_MAX], kind[SIGHT_WORD_MAX], symbol[SIGHT_WORD_MAX];
    char sentence[SIGHT_SENTENCE_MAX];
};

struct sight_trade {
    char number[SIGHT_WORD_MAX], symbol[SIGHT_WORD_MAX], closed[SIGHT_TIME_MAX];
    char closed_by[SIGHT_WORD_MAX], strategy[SIGHT_WORD_MAX];
    char quantity[SIGHT_AMOUNT_MAX], entry[SIGHT_AMOUNT_MAX], exit[SIGHT_AMOUNT_MAX];
    char pnl[SIGHT_AMOUNT_MAX];
};

/* A monitoring event; where the session has none, none is ever pushed. */
struct sight_event {
    char id[SIGHT_WORD_MAX], time[SIGHT_TIME_MAX], kind[SIGHT_WORD_MAX], severity[SIGHT_WORD_MAX];
    char message[1024], remedy[1024], cleared[SIGHT_TIME_MAX];
};

struct sight {
    uint64_t message_count, bad_count;
    struct sight_status status;
    struct sight_risk risk;
    uint32_t pair_count, position_count, order_count, thought_count, trade_count, event_count;
    struct sight_pair pairs[PAIR_MAX];
    struct sight_position positions[POSITION_MAX];
    struct sight_order orders[ORDER_MAX];
    struct sight_thought thoughts[SIGHT_THOUGHT_MAX]; /* the newest first, as are the next two */
    struct sight_trade trades[SIGHT_TRADE_MAX];
    struct sight_event events[SIGHT_EVENT_MAX];
    uint64_t warning_count, critical_count; /* events that came while we looked */
};

/* One message of /ws/live. False when it could not be read. */
bool sight_apply(struct sight *sight, const char *text, size_t len);

/* What /api/v1/status answers; false, and *ret as it was, when it cannot be read. */
bool sight_read_status(struct sight_status *ret, const char *text, size_t len);
