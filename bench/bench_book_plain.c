/* SPDX-License-Identifier: MIT */
/* The floor of `book.score`. */
#include "bench_book.h"

static int64_t depth_at(const struct bare_book *book, int side, int i)
{
    const int64_t price = book->levels[side][i].price_ticks;
    return side == SIDE_BUY ? -price : price;
}

static double plain_change(const struct bare_book *old, const struct bare_book *new, int side)
{
    const int last = BOOK_LEVELS - 1;
    const int64_t old_end = depth_at(old, side, last), new_end = depth_at(new, side, last);
    const int64_t end = old_end < new_end ? old_end : new_end;
    double net = 0;
    for (int i = 0; i < BOOK_LEVELS && depth_at(old, side, i) <= end; i++)
        net -= (double)old->levels[side][i].qty_lots;
    for (int i = 0; i < BOOK_LEVELS && depth_at(new, side, i) <= end; i++)
        net += (double)new->levels[side][i].qty_lots;
    return net;
}

/* The least quantity of a whale, of at most two. */
static double plain_whale(const struct level *levels)
{
    double sum = 0, first = 0, second = 0;
    for (int i = 0; i < BOOK_LEVELS; i++) {
        const double lots = (double)levels[i].qty_lots;
        sum += lots;
        second = lots > first ? first : lots > second ? lots : second;
        first = lots > first ? lots : first;
    }
    if (second >= PLAIN_WHALE_TIMES * ((sum - first - second) / (BOOK_LEVELS - 2)))
        return second;
    if (first >= PLAIN_WHALE_TIMES * ((sum - first) / (BOOK_LEVELS - 1)))
        return first;
    return 1e300;
}

static double plain_void(const struct bare_book *book, int side, double span)
{
    double weight = 1;
    for (int i = 0; i + 1 < BOOK_LEVELS; i++) {
        const double gap = (double)(depth_at(book, side, i + 1) - depth_at(book, side, i));
        const double price = (double)book->levels[side][i].price_ticks;
        if (gap >= PLAIN_VOID_TIMES * ((span - gap) / (2 * BOOK_LEVELS - 3)) &&
            gap >= PLAIN_VOID_MIN * price)
            return weight;
        weight *= PLAIN_DECAY;
    }
    return 0;
}

double plain_book_figures(const struct bare_book *books, uint32_t count)
{
    double nets[BOOK_COUNT], net = 0, total = 0;
    uint32_t oldest = 1;
    for (uint32_t b = 0; b < count; b++) {
        const struct bare_book *book = &books[b];
        double lots = 0, weighted[2] = {0}, whales[2] = {0}, span = 0;
        for (int side = 0; side < 2; side++) {
            const double least = plain_whale(book->levels[side]);
            double weight = 1;
            for (int i = 0; i < BOOK_LEVELS; i++) {
                const double qty = (double)book->levels[side][i].qty_lots;
                lots += qty;
                weighted[side] += weight * qty;
                whales[side] += qty >= least ? weight * qty : 0;
                weight *= PLAIN_DECAY;
            }
            span += (double)(depth_at(book, side, BOOK_LEVELS - 1) - depth_at(book, side, 0));
        }
        nets[b] = b == 0 ? 0
                         : plain_change(book - 1, book, SIDE_BUY) -
                               plain_change(book - 1, book, SIDE_SELL);
        net += nets[b];
        for (; books[oldest].time_ns / PLAIN_PART_NS <=
               book->time_ns / PLAIN_PART_NS - PLAIN_WINDOW_PARTS;
             oldest++)
            net -= nets[oldest];
        const double delta = net / lots, both = weighted[0] + weighted[1];
        total += (weighted[SIDE_BUY] - weighted[SIDE_SELL]) / both;
        total += delta > 1 ? 1 : delta < -1 ? -1 : delta;
        total += (whales[SIDE_BUY] - whales[SIDE_SELL]) / both;
        total += plain_void(book, SIDE_SELL, span) - plain_void(book, SIDE_BUY, span);
    }
    return total;
}
