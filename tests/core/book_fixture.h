/* SPDX-License-Identifier: MIT */
/* A book and its score, told of each change: for the tests of both. */
#pragma once

#include "core/market/book_score.h"
#include "test.h"

#define S INT64_C(1000000000)

/* Every level alike, so that the arithmetic of a test can be seen. */
static const struct book_score_config plain = {
    .levels = 10,
    .decay = 1,
    .window_ns = 10 * S,
    .whale_times = 10,
    .void_times = 5,
    .void_min = 0.001,
    .spoof_life_ns = 30 * S,
    .spoof_near = 0.01,
    .spoof_memory_ns = 60 * S,
    .spoof_full = 2,
    .imbalance_weight = 0.4,
    .delta_weight = 0.25,
    .whales_weight = 0.15,
    .voids_weight = 0.1,
    .spoofing_weight = 0.1,
};

/* A book and its score, told of each change. */
struct desk {
    struct book_score_config config;
    struct book book;
    struct book_score score;
};

static inline void desk_open(struct desk *desk)
{
    *desk = (struct desk){.config = plain};
    book_init(&desk->book, 10);
}

static inline void set(struct desk *desk, enum side side, int64_t price, int64_t qty)
{
    book_apply(&desk->book, &(struct level_change){side, {price, qty}}, 1);
}

static inline void look(struct desk *desk, int64_t time_ns)
{
    book_score_update(&desk->score, &desk->config, &desk->book, time_ns);
}

static inline void bid(struct desk *desk, int64_t price, int64_t qty)
{
    set(desk, SIDE_BUY, price, qty);
}

static inline void ask(struct desk *desk, int64_t price, int64_t qty)
{
    set(desk, SIDE_SELL, price, qty);
}

static inline struct book_figures read_at(const struct desk *desk, int64_t now_ns)
{
    struct book_figures figures;
    book_score_read(&desk->score, &desk->config, now_ns, &figures);
    return figures;
}

/* Ten levels a side, each `qty`, one tick apart round 1000. */
static inline void even_book(struct desk *desk, int64_t qty)
{
    desk_open(desk);
    for (int64_t i = 0; i < 10; i++) {
        bid(desk, 999 - i, qty);
        ask(desk, 1001 + i, qty);
    }
    look(desk, 100 * S);
}

static inline void expect_nothing(const struct desk *desk, int64_t now_ns)
{
    const struct book_figures zero = {0}, figures = read_at(desk, now_ns);
    EXPECT_INT(memcmp(&figures, &zero, sizeof zero), 0);
}

/* An ask of 100 lots that is put up at 1005 and gone when the best ask is 1003. */
static inline void spoof_ask(struct desk *desk, int64_t time_ns)
{
    ask(desk, 1001, 1);
    ask(desk, 1002, 1);
    ask(desk, 1005, 100);
    look(desk, time_ns);
    ask(desk, 1001, 0);
    ask(desk, 1002, 0);
    ask(desk, 1005, 1);
    look(desk, time_ns);
}

static inline void expect_bounded(const struct book_figures *f)
{
    const double all[] = {f->imbalance, f->delta, f->whales, f->voids, f->spoofing, f->score};
    for (int i = 0; i < 6; i++) {
        EXPECT(all[i] >= -1 && all[i] <= 1); /* false of a NaN */
    }
}
