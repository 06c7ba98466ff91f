/* SPDX-License-Identifier: MIT */
/*
 * The rows of Kraken's messages: from the text of a frame to the state behind it, by the very
 * functions that the feed calls; for a book the checksum of each update is verified.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_frames.h"
#include "venue/kraken/book_keeper.h"
#include "venue/kraken/messages.h"

#define SEED 42
#define ROUNDS 8

struct kraken_run {
    struct kraken_markets markets;
    struct kraken_keeper keeper;
    struct kraken_book row;
    struct plain_book plain;
    uint64_t good;
    int64_t sum, plain_sum;
    struct frames frames;
};

static const char *frame_text(const struct kraken_run *run, size_t i)
{
    return run->frames.text + run->frames.offset[i];
}

static size_t frame_len(const struct kraken_run *run, size_t i)
{
    return run->frames.offset[i + 1] - run->frames.offset[i];
}

static bool read_ticker(const struct kraken_markets *markets, const char *text, size_t len,
                        struct kraken_ticker *ret)
{
    struct kraken_frame frame;
    return kraken_parse_frame(text, len, &frame) && frame.channel == KRAKEN_TICKER &&
           kraken_parse_rows(&frame) && kraken_parse_row(&frame) &&
           kraken_parse_ticker(&frame, markets, ret) && !kraken_parse_row(&frame) &&
           kraken_parse_end(&frame);
}

static void ticker_run(void *context)
{
    struct kraken_run *run = context;
    run->good = 0;
    run->sum = 0;
    for (size_t i = 0; i < ROUNDS * FRAME_COUNT; i++) {
        const size_t at = i % FRAME_COUNT;
        struct kraken_ticker t;
        if (!read_ticker(&run->markets, frame_text(run, at), frame_len(run, at), &t)) {
            continue;
        }
        run->good += t.pair == 0;
        run->sum += t.bid_ticks + t.bid_lots + t.ask_ticks + t.ask_lots + t.last_ticks;
    }
}

static void ticker_floor(void *context)
{
    struct kraken_run *run = context;
    run->plain_sum = 0;
    for (size_t i = 0; i < ROUNDS * FRAME_COUNT; i++) {
        run->plain_sum += plain_ticker(frame_text(run, i % FRAME_COUNT));
    }
}

static bool read_update(struct kraken_run *run, const char *text, size_t len)
{
    struct kraken_frame frame;
    return kraken_parse_frame(text, len, &frame) && frame.channel == KRAKEN_BOOK &&
           kraken_parse_rows(&frame) && kraken_parse_row(&frame) &&
           kraken_parse_book(&frame, &run->markets, &run->row) &&
           kraken_keeper_apply(&run->keeper, frame.snapshot, &run->row) == KRAKEN_BOOK_GOOD &&
           !kraken_parse_row(&frame) && kraken_parse_end(&frame);
}

/* The book before the first update; a snapshot that came through the parser would do the same. */
static void book_begin(struct kraken_run *run)
{
    kraken_keeper_init(&run->keeper, FRAME_LEVELS);
    book_init(&run->keeper.book, FRAME_LEVELS);
    book_apply(&run->keeper.book, run->frames.snapshot, 2 * FRAME_LEVELS);
    run->keeper.live = true;
}

static void book_run(void *context)
{
    struct kraken_run *run = context;
    run->good = 0;
    for (int round = 0; round < ROUNDS; round++) {
        book_begin(run);
        for (size_t i = 0; i < FRAME_COUNT; i++) {
            run->good += read_update(run, frame_text(run, i), frame_len(run, i));
        }
    }
}

static void book_floor(void *context)
{
    struct kraken_run *run = context;
    for (int round = 0; round < ROUNDS; round++) {
        run->plain.count[0] = run->plain.count[1] = FRAME_LEVELS;
        for (int i = 0; i < 2 * FRAME_LEVELS; i++) {
            const struct level_change *change = &run->frames.snapshot[i];
            run->plain.levels[change->side == SIDE_SELL][i / 2] = change->level;
        }
        for (size_t i = 0; i < FRAME_COUNT; i++) {
            plain_book_update(&run->plain, frame_text(run, i));
        }
    }
}

static bool same_side(const struct book_side *half, const struct plain_book *plain, int side)
{
    return half->count == plain->count[side] &&
           memcmp(half->levels, plain->levels[side], half->count * sizeof half->levels[0]) == 0;
}

static bool book_right(struct kraken_run *run)
{
    struct book *made = &run->frames.book;
    return book_checksum(&run->keeper.book) == book_checksum(made) &&
           same_side(&run->keeper.book.bids, &run->plain, 0) &&
           same_side(&run->keeper.book.asks, &run->plain, 1);
}

static struct kraken_run *kraken_run_new(struct bench_row *row)
{
    row->unit = "message";
    struct kraken_run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        return NULL;
    }
    const struct pair pair = {.symbol = "BTC/USD",
                              .base = "BTC",
                              .quote = "USD",
                              .price_decimals = FRAME_PRICE_DECIMALS,
                              .qty_decimals = FRAME_QTY_DECIMALS,
                              .tick_step = 1};
    kraken_markets_init(&run->markets);
    kraken_markets_put(&run->markets, 0, &pair);
    return run;
}

bool bench_kraken_ticker(struct bench_row *row)
{
    struct kraken_run *run = kraken_run_new(row);
    if (run == NULL) {
        return false;
    }
    frames_make_tickers(&run->frames, SEED);
    bench_time(row, &(struct bench_work){ticker_run, ticker_floor, run, ROUNDS * FRAME_COUNT});
    const bool right = run->good == ROUNDS * FRAME_COUNT && run->sum == ROUNDS * run->frames.sum &&
                       run->plain_sum == run->sum;
    if (!right) {
        snprintf(row->note, sizeof row->note, "%llu of %d tickers read, sum %lld, plain %lld",
                 (unsigned long long)run->good, ROUNDS * FRAME_COUNT, (long long)run->sum,
                 (long long)run->plain_sum);
    }
    free(run);
    return right;
}

bool bench_kraken_book(struct bench_row *row)
{
    struct kraken_run *run = kraken_run_new(row);
    if (run == NULL) {
        return false;
    }
    frames_make_books(&run->frames, SEED);
    bench_time(row, &(struct bench_work){book_run, book_floor, run, ROUNDS * FRAME_COUNT});
    const bool right = run->good == ROUNDS * FRAME_COUNT && book_right(run);
    if (!right) {
        snprintf(row->note, sizeof row->note, "%llu of %d updates verified, or another book",
                 (unsigned long long)run->good, ROUNDS * FRAME_COUNT);
    }
    free(run);
    return right;
}
