/* SPDX-License-Identifier: MIT */
/* The row of the book's score: the state of a book told, and every figure read. */
#include "bench_book.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "core/base/prng.h"
#include "core/market/book_score.h"

#define SEED 42
#define ROUNDS 8

static const struct book_score_config config = {
    .levels = BOOK_LEVELS,
    .decay = PLAIN_DECAY,
    .window_ns = PLAIN_WINDOW_PARTS * PLAIN_PART_NS,
    .whale_times = PLAIN_WHALE_TIMES,
    .void_times = PLAIN_VOID_TIMES,
    .void_min = PLAIN_VOID_MIN,
    .spoof_life_ns = INT64_C(30000000000),
    .spoof_near = 0.001,
    .spoof_memory_ns = INT64_C(60000000000),
    .spoof_full = 3,
    .imbalance_weight = 0.4,
    .delta_weight = 0.25,
    .whales_weight = 0.15,
    .voids_weight = 0.1,
    .spoofing_weight = 0.1,
};

struct book_run {
    struct bare_book books[BOOK_COUNT];
    struct book book;
    struct book_score score;
    double sum, plain_sum;
    uint64_t spoofed;
};

/* Most levels are small, one in twelve is not; prices lie within 60 ticks of the middle. */
static struct level_change any_change(struct prng *prng)
{
    const enum side side = prng_below(prng, 2) == 0 ? SIDE_BUY : SIDE_SELL;
    const double skew = prng_real(prng);
    const int64_t away = 1 + (int64_t)(skew * skew * 60);
    const int64_t large = prng_below(prng, 12) == 0 ? 40 : 1;
    const int64_t lots = prng_below(prng, 3) == 0 ? 0 : large * (1 + (int64_t)prng_below(prng, 50));
    return (struct level_change){
        side, {side == SIDE_BUY ? 600000 - away : 600000 + away, lots * 1000000}};
}

static void make_books(struct bare_book *books)
{
    struct prng prng;
    struct book book;
    int64_t time_ns = INT64_C(1700000000000000000);
    prng_init(&prng, SEED);
    book_init(&book, 100);
    for (uint32_t b = 0; b < BOOK_COUNT;) {
        const struct level_change changes[] = {any_change(&prng), any_change(&prng)};
        book_apply(&book, changes, 1 + (uint32_t)prng_below(&prng, 2));
        if (book.bids.count < BOOK_LEVELS || book.asks.count < BOOK_LEVELS) {
            continue;
        }
        time_ns += (int64_t)prng_below(&prng, 20000000);
        books[b].time_ns = time_ns;
        memcpy(books[b].levels[SIDE_BUY], book.bids.levels, sizeof books[b].levels[0]);
        memcpy(books[b].levels[SIDE_SELL], book.asks.levels, sizeof books[b].levels[1]);
        b++;
    }
}

static void score_run(void *context)
{
    struct book_run *run = context;
    run->sum = 0;
    run->spoofed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        run->score = (struct book_score){0};
        for (uint32_t b = 0; b < BOOK_COUNT; b++) {
            const struct bare_book *bare = &run->books[b];
            struct book_figures f;
            memcpy(run->book.bids.levels, bare->levels[SIDE_BUY], sizeof bare->levels[0]);
            memcpy(run->book.asks.levels, bare->levels[SIDE_SELL], sizeof bare->levels[1]);
            book_score_update(&run->score, &config, &run->book, bare->time_ns);
            book_score_read(&run->score, &config, bare->time_ns, &f);
            run->sum += f.imbalance + f.delta + f.whales + f.voids;
            run->spoofed += f.spoofing != 0;
        }
    }
}

static void score_floor(void *context)
{
    struct book_run *run = context;
    run->plain_sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        run->plain_sum += plain_book_figures(run->books, BOOK_COUNT);
    }
}

bool bench_book_score(struct bench_row *row)
{
    row->unit = "book";
    struct book_run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        return false;
    }
    make_books(run->books);
    book_init(&run->book, BOOK_LEVELS);
    run->book.bids.count = run->book.asks.count = BOOK_LEVELS;
    bench_time(row, &(struct bench_work){score_run, score_floor, run, ROUNDS * BOOK_COUNT});
    const bool right = fabs(run->sum - run->plain_sum) < 1e-6 && run->spoofed > 0;
    if (!right) {
        snprintf(row->note, sizeof row->note, "figures %.9f, plain %.9f; spoofed %llu", run->sum,
                 run->plain_sum, (unsigned long long)run->spoofed);
    }
    free(run);
    return right;
}
