/* SPDX-License-Identifier: MIT */
#include "store/news_codec.h"

/* A pair we do not watch is written as none. */
static void put_pair(struct varint_out *out, uint32_t pair)
{
    varint_put(out, pair == UINT32_MAX ? 0 : (uint64_t)pair + 1);
}

static bool get_pair(struct varint_in *in, uint32_t pair_count, uint32_t *ret)
{
    const uint64_t pair = varint_get(in);
    *ret = pair == 0 ? UINT32_MAX : (uint32_t)(pair - 1);
    return pair <= pair_count;
}

static void put_id(struct varint_out *out, struct venue_id id)
{
    varint_put(out, id.hi);
    varint_put(out, id.lo);
}

static struct venue_id get_id(struct varint_in *in)
{
    const uint64_t hi = varint_get(in);
    return (struct venue_id){.hi = hi, .lo = varint_get(in)};
}

static void put_order(struct varint_out *out, const struct news_order *order)
{
    put_id(out, order->txid);
    put_id(out, order->parent);
    varint_put(out, order->client);
    put_pair(out, order->pair);
    const uint8_t bytes[] = {(uint8_t)order->state, (uint8_t)order->side, (uint8_t)order->kind,
                             (uint8_t)(order->other_instance | order->listed << 1)};
    varint_put_bytes(out, bytes, sizeof bytes);
    varint_put_signed(out, order->qty_lots);
    varint_put_signed(out, order->filled_lots);
    varint_put_signed(out, order->limit_ticks);
    varint_put_signed(out, order->trigger_ticks);
    varint_put_signed(out, order->time_ns);
}

static bool get_order(struct varint_in *in, uint32_t pair_count, struct news_order *ret)
{
    ret->txid = get_id(in);
    ret->parent = get_id(in);
    ret->client = varint_get(in);
    const bool pair_known = get_pair(in, pair_count, &ret->pair);
    const uint8_t *bytes = varint_get_bytes(in, 4);
    if (!pair_known || bytes == NULL || bytes[0] > NEWS_EXPIRED || bytes[1] > SIDE_SELL ||
        bytes[2] > VENUE_OTHER || bytes[3] > 3) {
        return false;
    }
    ret->state = (enum news_state)bytes[0];
    ret->side = (enum side)bytes[1];
    ret->kind = (enum request_order)bytes[2];
    ret->other_instance = bytes[3] & 1;
    ret->listed = bytes[3] >> 1;
    ret->qty_lots = varint_get_signed(in);
    ret->filled_lots = varint_get_signed(in);
    ret->limit_ticks = varint_get_signed(in);
    ret->trigger_ticks = varint_get_signed(in);
    ret->time_ns = varint_get_signed(in);
    return true;
}

static void put_trade(struct varint_out *out, const struct news_trade *trade)
{
    put_id(out, trade->exec);
    put_id(out, trade->txid);
    varint_put(out, trade->client);
    put_pair(out, trade->pair);
    varint_put_byte(out, (uint8_t)((uint32_t)trade->side | trade->maker << 1 | trade->listed << 2));
    varint_put_signed(out, trade->price_ticks);
    varint_put_signed(out, trade->qty_lots);
    varint_put_signed(out, trade->fee);
    varint_put_signed(out, trade->time_ns);
}

static bool get_trade(struct varint_in *in, uint32_t pair_count, struct news_trade *ret)
{
    ret->exec = get_id(in);
    ret->txid = get_id(in);
    ret->client = varint_get(in);
    const bool pair_known = get_pair(in, pair_count, &ret->pair);
    const uint8_t flags = varint_get_byte(in);
    ret->side = (enum side)(flags & 1);
    ret->maker = flags >> 1 & 1;
    ret->listed = flags >> 2 & 1;
    ret->price_ticks = varint_get_signed(in);
    ret->qty_lots = varint_get_signed(in);
    ret->fee = varint_get_signed(in);
    ret->time_ns = varint_get_signed(in);
    return pair_known && flags < 8;
}

void news_put(struct varint_out *out, const struct news *news)
{
    const uint8_t bytes[] = {(uint8_t)news->kind, (uint8_t)news->reject,
                             (uint8_t)(news->up | news->whole << 1 | (uint32_t)news->system << 2)};
    varint_put_bytes(out, bytes, sizeof bytes);
    varint_put(out, news->sequence);
    put_id(out, news->txid);
    varint_put_signed(out, news->begun_ns);
    varint_put_signed(out, news->money);
    if (news->kind == NEWS_ORDER) {
        put_order(out, &news->order);
    } else if (news->kind == NEWS_TRADE) {
        put_trade(out, &news->trade);
    }
}

bool news_get(struct varint_in *in, uint32_t pair_count, struct news *ret)
{
    *ret = (struct news){0};
    const uint8_t *bytes = varint_get_bytes(in, 3);
    if (bytes == NULL || bytes[0] < NEWS_DURABLE || bytes[0] > NEWS_SYSTEM ||
        bytes[1] > REJECT_STRAY || bytes[2] >> 2 > PAIR_OFFLINE) {
        return false;
    }
    ret->kind = (enum news_kind)bytes[0];
    ret->reject = (enum reject_reason)bytes[1];
    ret->up = bytes[2] & 1;
    ret->whole = bytes[2] >> 1 & 1;
    ret->system = (enum pair_status)(bytes[2] >> 2);
    ret->sequence = varint_get(in);
    ret->txid = get_id(in);
    ret->begun_ns = varint_get_signed(in);
    ret->money = varint_get_signed(in);
    if (ret->kind == NEWS_ORDER) {
        return get_order(in, pair_count, &ret->order);
    }
    return ret->kind != NEWS_TRADE || get_trade(in, pair_count, &ret->trade);
}

size_t request_encode(const struct request *request, void *bytes, size_t size)
{
    struct varint_out out = {.bytes = bytes, .size = size};
    const uint8_t words[] = {(uint8_t)request->kind, (uint8_t)request->order,
                             (uint8_t)request->side, (uint8_t)request->life,
                             (uint8_t)request->post_only};
    varint_put_bytes(&out, words, sizeof words);
    varint_put(&out, request->sequence);
    put_pair(&out, request->pair);
    varint_put(&out, request->client);
    put_id(&out, request->txid);
    varint_put_signed(&out, request->qty_lots);
    varint_put_signed(&out, request->limit_ticks);
    varint_put_signed(&out, request->trigger_ticks);
    varint_put_signed(&out, request->close_ticks);
    varint_put_signed(&out, request->expire_ns);
    varint_put_signed(&out, request->deadline_ns);
    varint_put_signed(&out, request->since_ns);
    varint_put_signed(&out, request->life_ns);
    return out.full ? 0 : out.len;
}
