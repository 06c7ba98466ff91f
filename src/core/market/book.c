/* SPDX-License-Identifier: MIT */
#include "core/market/book.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "core/base/decimal.h"

/* Kraken's checksum always covers this many levels a side, whatever the subscribed depth. */
#define CHECKSUM_LEVELS 10

_Static_assert(BOOK_DEPTH_MAX < BOOK_LEVELS_MAX, "a level may come in before the cut");
_Static_assert(sizeof(struct book) <= 16 * 1024, "a quarter of a pair's 64 KB");

void book_init(struct book *book, uint32_t depth)
{
    *book = (struct book){0};
    book_restart(book, depth);
}

void book_clear(struct book *book)
{
    book->bids.count = 0;
    book->asks.count = 0;
}

void book_restart(struct book *book, uint32_t depth)
{
    CHECK(depth == 10 || depth == 25 || depth == 100);
    book_clear(book);
    book->depth = depth;
}

/* Where a price stands, or would: the first level that is not better. Most changes are near the
 * top, so a walk from there beats halving. */
static inline uint32_t place_of(const struct book_side *half, int64_t price_ticks, bool descending)
{
    uint32_t i = 0;
    if (descending)
        while (i < half->count && half->levels[i].price_ticks > price_ticks)
            i++;
    else
        while (i < half->count && half->levels[i].price_ticks < price_ticks)
            i++;
    return i;
}

static void set_level(struct book_side *half, uint32_t place, const struct level *level)
{
    half->levels[place] = *level;
    half->texts[place].len = 0;
}

static void move_levels(struct book_side *half, uint32_t to, uint32_t from, uint32_t count)
{
    memmove(&half->levels[to], &half->levels[from], count * sizeof half->levels[0]);
    memmove(&half->texts[to], &half->texts[from], count * sizeof half->texts[0]);
}

static void remove_at(struct book_side *half, uint32_t place)
{
    half->count--;
    move_levels(half, place, place + 1, half->count - place);
}

static void insert_at(struct book_side *half, uint32_t place, const struct level *level)
{
    if (place == BOOK_LEVELS_MAX)
        return;
    if (half->count == BOOK_LEVELS_MAX)
        half->count--;       /* the worst level falls off */
    if (place < half->count) /* a snapshot's come in order: each behind the last */
        move_levels(half, place + 1, place, half->count - place);
    set_level(half, place, level);
    half->count++;
}

static void apply_change(struct book_side *half, const struct level *level, bool descending)
{
    uint32_t place = place_of(half, level->price_ticks, descending);
    bool present = place < half->count && half->levels[place].price_ticks == level->price_ticks;
    if (level->qty_lots > 0 && present)
        set_level(half, place, level);
    else if (level->qty_lots > 0)
        insert_at(half, place, level);
    else if (present)
        remove_at(half, place);
}

void book_apply(struct book *book, const struct level_change *changes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct level *level = &changes[i].level;
        CHECK(level->price_ticks > 0 && level->qty_lots >= 0);
        if (changes[i].side == SIDE_BUY)
            apply_change(&book->bids, level, true);
        else
            apply_change(&book->asks, level, false);
    }
    if (book->bids.count > book->depth)
        book->bids.count = book->depth;
    if (book->asks.count > book->depth)
        book->asks.count = book->depth;
}

static void write_text(struct level_text *text, const struct level *level)
{
    /* Ticks and lots are the digits without dot and leading zeros that Kraken asks for. */
    char digits[2 * DECIMAL_TEXT_MAX] = {0}; /* whole, so that equal levels are equal bytes */
    size_t len = decimal_digits(digits, (uint64_t)level->price_ticks);
    len += decimal_digits(digits + len, (uint64_t)level->qty_lots);
    memcpy(text->digits, digits, sizeof text->digits);
    text->len = (uint8_t)len;
}

static char *put_levels(char *at, struct book_side *half)
{
    uint32_t count = half->count < CHECKSUM_LEVELS ? half->count : CHECKSUM_LEVELS;
    for (uint32_t i = 0; i < count; i++) {
        struct level_text *text = &half->texts[i];
        if (text->len == 0)
            write_text(text, &half->levels[i]);
        /* Whole texts are copied, each over the unused end of the one before. */
        memcpy(at, text->digits, sizeof text->digits);
        at += text->len;
    }
    return at;
}

uint32_t book_checksum(struct book *book)
{
    char text[2 * CHECKSUM_LEVELS * sizeof(struct level_text)];
    char *end = put_levels(put_levels(text, &book->asks), &book->bids);
    return crc32_update(0, text, (size_t)(end - text));
}

bool book_sound(const struct book *book)
{
    return book->bids.count > 0 && book->asks.count > 0 &&
           book->bids.levels[0].price_ticks < book->asks.levels[0].price_ticks;
}

/* As a double, because a hundred levels of lots may exceed an int64. */
static double qty_sum(const struct book_side *half, uint32_t levels)
{
    double sum = 0;
    for (uint32_t i = 0; i < half->count && i < levels; i++)
        sum += (double)half->levels[i].qty_lots;
    return sum;
}

double book_imbalance(const struct book *book, uint32_t levels)
{
    double bid = qty_sum(&book->bids, levels);
    double ask = qty_sum(&book->asks, levels);
    return bid + ask > 0 ? (bid - ask) / (bid + ask) : 0;
}
