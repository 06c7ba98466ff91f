/* SPDX-License-Identifier: MIT */
#include "store/event_codec.h"

#include <string.h>

#include "core/risk/dial.h"
#include "core/strategy/strategy.h"
#include "store/news_codec.h"
#include "store/varint.h"

/* Doubles go as their bytes: a replay must see the very same bits. */
static void put_real(struct varint_out *out, double value)
{
    varint_put_bytes(out, &value, sizeof value);
}

static double get_real(struct varint_in *in)
{
    double value = 0;
    const void *bytes = varint_get_bytes(in, sizeof value);
    if (bytes != NULL) {
        memcpy(&value, bytes, sizeof value);
    }
    return value;
}

static void put_candle(struct varint_out *out, const struct candle *candle)
{
    varint_put_signed(out, candle->time_ns);
    put_real(out, candle->open);
    put_real(out, candle->high);
    put_real(out, candle->low);
    put_real(out, candle->close);
    put_real(out, candle->volume);
}

static bool get_candle(struct varint_in *in, struct candle *ret)
{
    ret->time_ns = varint_get_signed(in);
    ret->open = get_real(in);
    ret->high = get_real(in);
    ret->low = get_real(in);
    ret->close = get_real(in);
    ret->volume = get_real(in);
    return candle_valid(ret);
}

static void put_batch(struct varint_out *out, const struct event *event)
{
    varint_put_signed(out, event->batch.boundary_ns);
    varint_put(out, event->batch.count);
    for (uint32_t i = 0; i < event->batch.count; i++) {
        varint_put(out, event->batch.entries[i].pair);
        varint_put(out, event->batch.entries[i].flags);
        put_candle(out, &event->batch.entries[i].candle);
    }
}

static bool get_batch(struct varint_in *in, uint32_t pair_count, struct event *ret,
                      struct event_buffer *buffer)
{
    ret->batch.boundary_ns = varint_get_signed(in);
    const uint64_t count = varint_get(in);
    if (count > pair_count) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t pair = varint_get(in), flags = varint_get(in);
        buffer->entries[i].pair = (uint32_t)pair;
        buffer->entries[i].flags = (uint32_t)flags;
        if (pair >= pair_count || flags > UINT32_MAX ||
            !get_candle(in, &buffer->entries[i].candle)) {
            return false;
        }
    }
    ret->batch.count = (uint32_t)count;
    ret->batch.entries = buffer->entries;
    return true;
}

static void put_warm(struct varint_out *out, const struct event *event)
{
    varint_put(out, event->warm.pair);
    varint_put(out, event->warm.count);
    for (uint32_t i = 0; i < event->warm.count; i++) {
        put_candle(out, &event->warm.candles[i]);
    }
}

static bool get_warm(struct varint_in *in, uint32_t pair_count, struct event *ret,
                     struct event_buffer *buffer)
{
    const uint64_t pair = varint_get(in), count = varint_get(in);
    if (pair >= pair_count || count > EVENT_CANDLES_MAX) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (!get_candle(in, &buffer->candles[i])) {
            return false;
        }
    }
    ret->warm.pair = (uint32_t)pair;
    ret->warm.count = (uint32_t)count;
    ret->warm.candles = buffer->candles;
    return true;
}

static void put_book(struct varint_out *out, const struct event *event)
{
    varint_put(out, event->book.pair);
    varint_put_byte(out, event->book.snapshot);
    varint_put(out, event->book.depth);
    varint_put(out, event->book.count);
    int64_t price = 0;
    for (uint32_t i = 0; i < event->book.count; i++) {
        const struct level_change *change = &event->book.changes[i];
        /* The side rides in the lowest bit of the price's difference. */
        varint_put_signed(out, (change->level.price_ticks - price) * 2 + change->side);
        varint_put(out, (uint64_t)change->level.qty_lots);
        price = change->level.price_ticks;
    }
}

static bool get_book(struct varint_in *in, uint32_t pair_count, struct event *ret,
                     struct event_buffer *buffer)
{
    const uint64_t pair = varint_get(in), snapshot = varint_get_byte(in);
    const uint64_t depth = varint_get(in), count = varint_get(in);
    if (pair >= pair_count || snapshot > 1 || count > EVENT_CHANGES_MAX ||
        (depth != 10 && depth != 25 && depth != 100)) {
        return false;
    }
    int64_t price = 0;
    for (uint64_t i = 0; i < count; i++) {
        const int64_t folded = varint_get_signed(in);
        struct level_change *change = &buffer->changes[i];
        change->side = (folded & 1) ? SIDE_SELL : SIDE_BUY;
        if (__builtin_add_overflow(price, (folded - (folded & 1)) / 2, &price)) {
            return false;
        }
        const uint64_t qty = varint_get(in);
        if (price <= 0 || qty > INT64_MAX) {
            return false;
        }
        change->level = (struct level){price, (int64_t)qty};
    }
    ret->book.pair = (uint32_t)pair;
    ret->book.snapshot = snapshot != 0;
    ret->book.depth = (uint32_t)depth;
    ret->book.count = (uint32_t)count;
    ret->book.changes = buffer->changes;
    return true;
}

static void put_trade(struct varint_out *out, const struct event *event)
{
    const struct trade *trade = &event->trade.trade;
    varint_put(out, event->trade.pair);
    varint_put_delta(out, event->time_ns, trade->time_ns);
    varint_put(out, (uint64_t)trade->price_ticks);
    varint_put(out, (uint64_t)trade->qty_lots);
    varint_put(out, trade->id);
    varint_put_byte(out, (uint8_t)trade->taker);
}

static bool get_trade(struct varint_in *in, uint32_t pair_count, struct event *ret)
{
    const uint64_t pair = varint_get(in);
    const int64_t time_ns = varint_get_delta(in, ret->time_ns);
    const uint64_t price = varint_get(in), qty = varint_get(in), id = varint_get(in);
    const uint8_t taker = varint_get_byte(in);
    if (pair >= pair_count || price == 0 || price > INT64_MAX || qty > INT64_MAX || taker > 1) {
        return false;
    }
    ret->trade.pair = (uint32_t)pair;
    ret->trade.trade = (struct trade){.time_ns = time_ns,
                                      .price_ticks = (int64_t)price,
                                      .qty_lots = (int64_t)qty,
                                      .id = id,
                                      .taker = (enum side)taker};
    return true;
}

static void put_report(struct varint_out *out, const struct report *report)
{
    varint_put(out, report->order_id);
    varint_put(out, report->pair);
    const uint8_t bytes[] = {(uint8_t)report->kind, (uint8_t)report->reject, (uint8_t)report->side,
                             (uint8_t)(report->maker | report->stop_hit << 1)};
    varint_put_bytes(out, bytes, sizeof bytes);
    varint_put(out, report->trade_id);
    varint_put_signed(out, report->price_ticks);
    varint_put_signed(out, report->qty_lots);
    varint_put_signed(out, report->before_lots);
    varint_put_signed(out, report->fee);
    varint_put_signed(out, report->target_ticks);
    varint_put_byte(out, (uint8_t)report->note);
    varint_put(out, report->exec.hi);
    varint_put(out, report->exec.lo);
}

static bool get_report(struct varint_in *in, uint32_t pair_count, struct report *ret)
{
    *ret = (struct report){.order_id = varint_get(in)};
    const uint64_t pair = varint_get(in);
    const uint8_t *bytes = varint_get_bytes(in, 4);
    if (bytes == NULL || pair >= pair_count || bytes[0] > REPORT_NOTE || bytes[1] > REJECT_STRAY ||
        bytes[2] > SIDE_SELL || bytes[3] > 3) {
        return false;
    }
    ret->pair = (uint32_t)pair;
    ret->kind = (enum report_kind)bytes[0];
    ret->reject = (enum reject_reason)bytes[1];
    ret->side = (enum side)bytes[2];
    ret->maker = bytes[3] & 1;
    ret->stop_hit = bytes[3] >> 1;
    ret->trade_id = varint_get(in);
    ret->price_ticks = varint_get_signed(in);
    ret->qty_lots = varint_get_signed(in);
    ret->before_lots = varint_get_signed(in);
    ret->fee = varint_get_signed(in);
    ret->target_ticks = varint_get_signed(in);
    ret->note = (enum report_note)varint_get_byte(in);
    ret->exec.hi = varint_get(in), ret->exec.lo = varint_get(in);
    return ret->note <= NOTE_WIDE;
}

static void put_terms(struct varint_out *out, const struct event *event)
{
    const struct pair *terms = &event->pair.terms;
    varint_put(out, event->pair.pair);
    varint_put_text(out, terms->symbol);
    varint_put_text(out, terms->base);
    varint_put_text(out, terms->quote);
    varint_put(out, terms->status);
    varint_put(out, terms->price_decimals);
    varint_put(out, terms->qty_decimals);
    varint_put_signed(out, terms->tick_step);
    varint_put_signed(out, terms->qty_min_lots);
    varint_put_signed(out, terms->cost_min);
}

static bool get_terms(struct varint_in *in, uint32_t pair_count, struct event *ret)
{
    struct pair *terms = &ret->pair.terms;
    *terms = (struct pair){0};
    const uint64_t pair = varint_get(in);
    if (pair >= pair_count || !varint_get_text(in, terms->symbol, sizeof terms->symbol) ||
        !varint_get_text(in, terms->base, sizeof terms->base) ||
        !varint_get_text(in, terms->quote, sizeof terms->quote)) {
        return false;
    }
    const uint64_t status = varint_get(in), price = varint_get(in), qty = varint_get(in);
    if (status > PAIR_OFFLINE || price > DECIMAL_PLACES_MAX || qty > DECIMAL_PLACES_MAX) {
        return false;
    }
    ret->pair.pair = (uint32_t)pair;
    terms->status = (enum pair_status)status;
    terms->price_decimals = (uint32_t)price;
    terms->qty_decimals = (uint32_t)qty;
    terms->tick_step = varint_get_signed(in);
    terms->qty_min_lots = varint_get_signed(in);
    terms->cost_min = varint_get_signed(in);
    return pair_usable(terms);
}

static void put_instruction(struct varint_out *out, const struct instruction *asked)
{
    varint_put_byte(out, (uint8_t)asked->command);
    varint_put(out, asked->pair);
    varint_put(out, asked->ask);
    varint_put(out, asked->order_id);
    varint_put_signed(out, asked->qty_lots);
    varint_put_signed(out, asked->cash);
    varint_put_signed(out, asked->limit_ticks);
    varint_put_signed(out, asked->stop_ticks);
    varint_put_signed(out, asked->target_ticks);
    if (asked->command == COMMAND_STRATEGY) {
        varint_put(out, asked->strategy);
        varint_put(out, asked->part);
    }
    if (asked->command == COMMAND_LIMIT) {
        varint_put(out, asked->dial << 1 | asked->configured);
        put_real(out, asked->value);
    }
    if (asked->origin[0] != '\0') { /* journals from before there were origins end here */
        varint_put_text(out, asked->origin);
    }
}

static void put_strategy(struct varint_out *out, const struct event *event)
{
    varint_put(out, event->strategy.type);
    varint_put_byte(out, (uint8_t)(event->strategy.fresh | event->strategy.stopped << 1));
    varint_put_text(out, event->strategy.name);
    varint_put_text(out, event->strategy.text);
}

enum event_kind event_encoded_kind(const void *bytes)
{
    return (enum event_kind) * (const uint8_t *)bytes;
}

size_t event_encode(const struct event *event, void *bytes, size_t size)
{
    struct varint_out out = {.bytes = bytes, .size = size};
    varint_put_byte(&out, (uint8_t)event->kind);
    varint_put_signed(&out, event->time_ns);
    switch (event->kind) {
    case EVENT_WARM:
        put_warm(&out, event);
        break;
    case EVENT_BATCH:
        put_batch(&out, event);
        break;
    case EVENT_BOOK:
        put_book(&out, event);
        break;
    case EVENT_TRADE:
        put_trade(&out, event);
        break;
    case EVENT_REPORT:
        put_report(&out, &event->report);
        break;
    case EVENT_HEALTH:
        varint_put(&out, event->health.pair);
        varint_put_byte(&out, event->health.stale);
        break;
    case EVENT_COMMAND:
        put_instruction(&out, &event->command);
        break;
    case EVENT_PAIR:
        put_terms(&out, event);
        break;
    case EVENT_NEWS:
        news_put(&out, &event->news);
        break;
    case EVENT_CANDLE:
        varint_put(&out, event->candle.pair);
        put_candle(&out, &event->candle.candle);
        break;
    case EVENT_STRATEGY:
        put_strategy(&out, event);
        break;
    case EVENT_MODEL:
        varint_put_bytes(&out, event->model.hash, MODEL_HASH_SIZE);
        varint_put(&out, event->model.unfit);
        varint_put(&out, event->model.turn);
        varint_put(&out, event->model.demoted);
        break;
    case EVENT_START:
    case EVENT_TIME:
        break;
    }
    return out.full ? 0 : out.len;
}

static bool get_early(struct varint_in *in, uint32_t pair_count, struct event *ret)
{
    const uint64_t pair = varint_get(in);
    ret->candle.pair = (uint32_t)pair;
    return get_candle(in, &ret->candle.candle) && pair < pair_count;
}

static bool get_health(struct varint_in *in, uint32_t pair_count, struct event *ret)
{
    const uint64_t pair = varint_get(in);
    const uint8_t stale = varint_get_byte(in);
    ret->health.pair = (uint32_t)pair;
    ret->health.stale = stale != 0;
    return pair < pair_count && stale <= 1;
}

/* What an order may hold; the engine reckons with it as it stands. */
static bool sound_instruction(const struct instruction *asked)
{
    return asked->command >= COMMAND_PAUSE && asked->command <= COMMAND_LIMIT &&
           asked->qty_lots >= 0 && asked->cash >= 0 && asked->limit_ticks >= 0 &&
           asked->stop_ticks >= 0 && asked->target_ticks >= 0 &&
           asked->strategy < STRATEGY_TABLE_MAX && asked->part <= PART_OFF &&
           asked->dial < DIAL_COUNT;
}

static bool get_instruction(struct varint_in *in, uint32_t pair_count, struct instruction *ret)
{
    ret->command = (enum command)varint_get_byte(in);
    const uint64_t pair = varint_get(in);
    ret->pair = (uint32_t)pair;
    ret->ask = varint_get(in);
    ret->order_id = varint_get(in);
    ret->qty_lots = varint_get_signed(in);
    ret->cash = varint_get_signed(in);
    ret->limit_ticks = varint_get_signed(in);
    ret->stop_ticks = varint_get_signed(in);
    ret->target_ticks = varint_get_signed(in);
    if (ret->command == COMMAND_STRATEGY) {
        ret->strategy = (uint32_t)varint_get(in);
        ret->part = (uint32_t)varint_get(in);
    }
    if (ret->command == COMMAND_LIMIT) {
        const uint64_t which = varint_get(in);
        ret->dial = which >> 1 < DIAL_COUNT ? (uint32_t)(which >> 1) : DIAL_COUNT;
        ret->configured = which & 1;
        ret->value = get_real(in);
    }
    if (in->at < in->end && !varint_get_text(in, ret->origin, sizeof ret->origin)) {
        return false;
    }
    return pair < pair_count && sound_instruction(ret);
}

static bool get_strategy(struct varint_in *in, struct event *ret, struct event_buffer *buffer)
{
    const uint64_t type = varint_get(in);
    const uint8_t flags = varint_get_byte(in);
    if (type < strategy_built_in || type >= STRATEGY_TABLE_MAX || flags > 3 ||
        !varint_get_text(in, buffer->name, sizeof buffer->name) ||
        !varint_get_text(in, buffer->text, sizeof buffer->text)) {
        return false;
    }
    ret->strategy.type = (uint32_t)type;
    ret->strategy.fresh = flags & 1;
    ret->strategy.stopped = flags >> 1;
    ret->strategy.name = buffer->name;
    ret->strategy.text = buffer->text;
    return true;
}

static bool get_model(struct varint_in *in, struct event *ret)
{
    const void *hash = varint_get_bytes(in, MODEL_HASH_SIZE);
    const uint64_t unfit = varint_get(in);
    if (hash != NULL) {
        memcpy(ret->model.hash, hash, MODEL_HASH_SIZE);
    }
    ret->model.unfit = (uint32_t)unfit;
    ret->model.turn = varint_get(in);
    const uint64_t demoted = varint_get(in);
    ret->model.demoted = (uint32_t)demoted;
    return hash != NULL && unfit <= UINT32_MAX && demoted >> STRATEGY_MAX == 0;
}

static bool get_body(struct varint_in *in, uint32_t pair_count, struct event *ret,
                     struct event_buffer *buffer)
{
    switch (ret->kind) {
    case EVENT_WARM:
        return get_warm(in, pair_count, ret, buffer);
    case EVENT_BATCH:
        return get_batch(in, pair_count, ret, buffer);
    case EVENT_BOOK:
        return get_book(in, pair_count, ret, buffer);
    case EVENT_TRADE:
        return get_trade(in, pair_count, ret);
    case EVENT_REPORT:
        return get_report(in, pair_count, &ret->report);
    case EVENT_HEALTH:
        return get_health(in, pair_count, ret);
    case EVENT_COMMAND:
        return get_instruction(in, pair_count, &ret->command);
    case EVENT_PAIR:
        return get_terms(in, pair_count, ret);
    case EVENT_NEWS:
        return news_get(in, pair_count, &ret->news);
    case EVENT_CANDLE:
        return get_early(in, pair_count, ret);
    case EVENT_STRATEGY:
        return get_strategy(in, ret, buffer);
    case EVENT_MODEL:
        return get_model(in, ret);
    case EVENT_START:
    case EVENT_TIME:
        return true;
    }
    return false;
}

bool event_decode(const void *bytes, size_t len, uint32_t pair_count, struct event *ret,
                  struct event_buffer *buffer)
{
    struct varint_in in = {.at = bytes, .end = (const uint8_t *)bytes + len};
    const uint8_t kind = varint_get_byte(&in);
    *ret = (struct event){.kind = (enum event_kind)kind, .time_ns = varint_get_signed(&in)};
    return get_body(&in, pair_count, ret, buffer) && !in.bad && in.at == in.end;
}
