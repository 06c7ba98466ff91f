/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "app/analyse.h"

void analyse_book_init(struct analyse_book *book)
{
    memset(book, 0, sizeof *book);
}

void analyse_book_free(struct analyse_book *book)
{
    free(book->trades);
    book->trades = NULL;
}

bool analyse_book_add(struct analyse_book *book, const struct analyse_trade *trade)
{
    if (book->count == book->room) {
        const size_t room = book->room == 0 ? 256 : book->room * 2;
        struct analyse_trade *trades = realloc(book->trades, room * sizeof *trades);
        if (trades == NULL) {
            return false;
        }
        book->trades = trades;
        book->room = room;
    }
    book->trades[book->count++] = *trade;
    return true;
}

/* Where the name stands among names of `size` bytes each; it is put behind them if it is new. The
 * index is `max` when there is no room, or it is too long. */
static uint32_t place(char *names, size_t size, uint32_t *count, uint32_t max, const char *name,
                      size_t len)
{
    for (uint32_t i = 0; i < *count; i++) {
        const char *known = names + i * size;
        if (strlen(known) == len && memcmp(known, name, len) == 0) {
            return i;
        }
    }
    if (*count == max || len >= size) {
        return max;
    }
    memcpy(names + *count * size, name, len);
    names[*count * size + len] = '\0';
    return (*count)++;
}

uint32_t analyse_book_pair(struct analyse_book *book, const char *name, size_t len)
{
    return place(book->pairs[0], sizeof book->pairs[0], &book->pair_count, ANALYSE_PAIR_MAX, name,
                 len);
}

uint64_t analyse_book_strategy(struct analyse_book *book, const char *name, size_t len)
{
    const uint32_t at = place(book->strategies[0], sizeof book->strategies[0],
                              &book->strategy_count, ANALYSE_STRATEGY_MAX, name, len);
    return at < ANALYSE_STRATEGY_MAX ? UINT64_C(1) << at : 0;
}

int analyse_book_judge(const struct analyse_book *book, double fdr, uint32_t support,
                       struct analysis *ret)
{
    const struct analyse_config config = {
        .fdr = fdr,
        .support = support,
        .pair_count = book->pair_count,
        .strategy_count = book->strategy_count,
    };
    return analyse(&config, book->trades, book->count, ret);
}
