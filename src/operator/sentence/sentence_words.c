/* SPDX-License-Identifier: MIT */
#include "operator/sentence/sentence_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void put_bytes(struct words *words, const char *bytes, size_t len)
{
    if (words->full)
        return;
    size_t room = words->size - 1 - words->len;
    if (len > room) {
        words->full = true;
        memcpy(words->text + words->len, bytes, room);
        words->len += room;
        while (words->len && (words->len > words->size - 4 ||
                              ((unsigned char)words->text[words->len] & 0xC0) == 0x80))
            words->len--;
        memcpy(words->text + words->len, "...", 3);
        words->len += 3;
        return;
    }
    memcpy(words->text + words->len, bytes, len);
    words->len += len;
}

void put(struct words *words, const char *text)
{
    put_bytes(words, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) void putf(struct words *words, const char *format, ...)
{
    char text[FIGURE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put(words, text);
}

size_t words_finish(struct words *words)
{
    words->text[words->len] = '\0';
    return words->len;
}
const struct pair *pair_of(const struct context *c)
{
    return c->record->pair < c->names->pair_count ? &c->names->pairs[c->record->pair] : NULL;
}

void put_price(const struct context *c, double price)
{
    char text[FIGURE_MAX];
    const struct pair *pair = pair_of(c);
    sentence_price(text, sizeof text, price, pair ? pair->price_decimals : MONEY_DECIMALS);
    put(c->words, text);
}
