/* SPDX-License-Identifier: MIT */
/* What the bytes alone cost: no key is compared, no order doubted, no checksum worked out. */
#include "bench_frames.h"

#include <string.h>

/* Past the next colon. */
static const char *value_of(const char *at)
{
    while (*at != ':') {
        at++;
    }
    return at + 1;
}

/* The digits of a number, the dot passed over: an integer, because all decimals are there. */
static const char *digits(const char *at, int64_t *ret)
{
    int64_t value = 0;
    for (;; at++) {
        if (*at >= '0' && *at <= '9') {
            value = value * 10 + (*at - '0');
        } else if (*at != '.') {
            break;
        }
    }
    *ret = value;
    return at;
}

int64_t plain_ticker(const char *text)
{
    const char *at = text + sizeof "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{" - 1;
    at = value_of(at); /* the symbol's */
    int64_t sum = 0;
    for (int i = 0; i < 5; i++) { /* bid, ask, their quantities, last */
        int64_t value;
        at = digits(value_of(at), &value);
        sum += value;
    }
    return sum;
}

static void put_level(struct plain_book *book, int side, int64_t price, int64_t qty)
{
    struct level *levels = book->levels[side];
    uint32_t at = 0;
    while (at < book->count[side] &&
           (side == 0 ? levels[at].price_ticks > price : levels[at].price_ticks < price)) {
        at++;
    }
    const bool there = at < book->count[side] && levels[at].price_ticks == price;
    const size_t behind = (book->count[side] - at) * sizeof levels[0];
    if (qty == 0 && there) {
        memmove(&levels[at], &levels[at + 1], behind - sizeof levels[0]);
        book->count[side]--;
    } else if (qty > 0) {
        if (!there) {
            memmove(&levels[at + 1], &levels[at], behind);
            book->count[side]++;
        }
        levels[at] = (struct level){price, qty};
    }
}

void plain_book_update(struct plain_book *book, const char *text)
{
    const char *at = text + sizeof "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{" - 1;
    at = value_of(at); /* the symbol's */
    for (int side = 0; side < 2; side++) {
        at = value_of(at) + 1; /* behind the bracket */
        while (*at == '{' || *at == ',') {
            int64_t price, qty;
            at = digits(value_of(at), &price);
            at = digits(value_of(at), &qty) + 1;
            put_level(book, side, price, qty);
        }
        if (book->count[side] > FRAME_LEVELS) {
            book->count[side] = FRAME_LEVELS;
        }
    }
}
