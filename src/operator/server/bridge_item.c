/* SPDX-License-Identifier: MIT */
#include "operator/server/bridge_item.h"

#include <stddef.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/queue/queue.h"

#define HEAD_SIZE offsetof(struct bridge_item, candles)

/* What the union takes of a thought with so much JSON. */
static size_t thought_size(size_t json_len)
{
    return offsetof(struct bridge_thought, json) + json_len;
}

/* Room for the head and `size` bytes of the union; NULL when the queue is full or nobody looks. */
static struct bridge_item *reserve(struct queue *queue, enum bridge_item_kind kind, size_t size)
{
    struct bridge_item *item = queue ? queue_reserve(queue, HEAD_SIZE + size) : NULL;
    if (item) {
        item->kind = kind;
        item->pair = 0;
        item->base = TIMEFRAME_1M;
        item->count = 0;
    }
    return item;
}

static bool put_candles(struct queue *queue, enum bridge_item_kind kind, uint32_t pair,
                        enum timeframe base, const struct candle *candles, uint32_t count)
{
    struct bridge_item *item = reserve(queue, kind, count * sizeof candles[0]);
    if (!item)
        return false;
    item->pair = pair;
    item->base = base;
    item->count = count;
    memcpy(item->candles, candles, count * sizeof candles[0]);
    queue_commit(queue, HEAD_SIZE + count * sizeof candles[0]);
    return true;
}

bool bridge_put_candles(struct queue *queue, uint32_t pair, enum timeframe base,
                        const struct candle *candles, uint32_t count)
{
    for (uint32_t done = 0; done < count;) {
        uint32_t rest = count - done;
        uint32_t now = rest < BRIDGE_CANDLES_MAX ? rest : BRIDGE_CANDLES_MAX;
        if (!put_candles(queue, BRIDGE_CANDLES, pair, base, candles + done, now))
            return false;
        done += now;
    }
    return true;
}

bool bridge_put_forming(struct queue *queue, uint32_t pair, enum timeframe base,
                        const struct candle *candle)
{
    return put_candles(queue, BRIDGE_FORMING, pair, base, candle, 1);
}

bool bridge_put_record(struct queue *queue, const struct record *record)
{
    struct bridge_item *item = reserve(queue, BRIDGE_RECORD, sizeof *record);
    if (!item)
        return false;
    item->record = *record;
    queue_commit(queue, HEAD_SIZE + sizeof *record);
    return true;
}

bool bridge_put_thought(struct queue *queue, enum record_kind kind, const char *symbol,
                        const char *json, size_t len)
{
    if (len > BRIDGE_THOUGHT_MAX)
        return false;
    struct bridge_item *item = reserve(queue, BRIDGE_THOUGHT, thought_size(len));
    if (!item)
        return false;
    item->count = (uint32_t)len;
    item->thought.kind = kind;
    memset(item->thought.symbol, 0, sizeof item->thought.symbol);
    memcpy(item->thought.symbol, symbol, strnlen(symbol, sizeof item->thought.symbol - 1));
    memcpy(item->thought.json, json, len);
    queue_commit(queue, HEAD_SIZE + thought_size(len));
    return true;
}

bool bridge_put_trade(struct queue *queue, const struct bridge_trade *trade)
{
    struct bridge_item *item = reserve(queue, BRIDGE_TRADE, sizeof *trade);
    if (!item)
        return false;
    item->trade = *trade;
    queue_commit(queue, HEAD_SIZE + sizeof *trade);
    return true;
}

struct bridge_trade bridge_trade_of(const struct record *record, const struct pair *pair)
{
    CHECK(record->kind == RECORD_EXIT);
    struct bridge_trade trade = {
        .qty_decimals = pair->qty_decimals,
        .direction = record->direction,
        .number = record->number,
        .opened_ns = record->opened_ns,
        .closed_ns = record->time_ns,
        .qty_lots = record->qty_lots,
        .exit_price = record->price,
        .cost = record->cost,
        .fee = record->fee,
        .pnl = record->pnl,
        .stop_hit = record->stop_hit,
        .purpose = record->purpose,
        .by_hand = record->by_hand,
    };
    memcpy(trade.symbol, pair->symbol, sizeof trade.symbol);
    if (record->qty_lots > 0)
        trade.entry_price = decimal_to_double(record->cost, MONEY_DECIMALS) /
                            pair_qty_to_double(pair, record->qty_lots);
    return trade;
}

const struct bridge_item *bridge_item_peek(struct queue *queue)
{
    size_t len;
    return queue_peek(queue, &len);
}

void bridge_item_pop(struct queue *queue)
{
    queue_pop(queue);
}
