/* SPDX-License-Identifier: MIT */
/*
 * What stands in the queue between the trading thread and the bridge: plain bytes, no pointer.
 * Only as much of the union is queued as the kind needs.
 */
#pragma once

#include <stdint.h>

#include "operator/server/bridge.h"

struct bridge_thought {
    enum record_kind kind;
    char symbol[SYMBOL_MAX]; /* "" when about the whole account */
    char json[BRIDGE_THOUGHT_MAX];
};

struct bridge_item {
    enum bridge_item_kind kind;
    uint32_t pair;
    enum timeframe base;
    uint32_t count; /* of candles; of a thought's bytes */
    union {
        struct candle candles[BRIDGE_CANDLES_MAX];
        struct record record;
        struct bridge_trade trade;
        struct bridge_thought thought;
    };
};

/* The oldest item, or NULL when the queue is empty; it stays until popped. */
const struct bridge_item *bridge_item_peek(struct queue *queue);
void bridge_item_pop(struct queue *queue);
