/* SPDX-License-Identifier: MIT */
/* Random books, and recorded ones. */
#include <zlib.h>

#include "book_fixture.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "frames.h"
#include "options_fixture.h"
#include "test.h"

/* A random change of a book round 1000; now and then of any size, an emptied side, or a cross. */
static void disturb(struct prng *prng, struct book *book)
{
    const uint64_t kind = prng_below(prng, 200);
    if (kind == 0) {
        book_clear(book);
    }
    const enum side side = prng_below(prng, 2) == 0 ? SIDE_BUY : SIDE_SELL;
    const int64_t away = (int64_t)prng_below(prng, 25) + (kind == 1 ? -5 : 1);
    const int64_t price = side == SIDE_BUY ? 1000 - away : 1000 + away;
    int64_t qty = (int64_t)prng_below(prng, 5);
    qty = prng_below(prng, 10) == 0 ? qty * 50 : qty;
    qty = kind == 2 ? (int64_t)(prng_next(prng) >> 1) : qty;
    book_apply(book, &(struct level_change){side, {price, qty}}, 1);
    while (kind != 1 && book->bids.count > 0 && book->asks.count > 0 && !book_sound(book)) {
        const struct level best = book->asks.levels[0];
        book_apply(book, &(struct level_change){SIDE_SELL, {best.price_ticks, 0}}, 1);
    }
}

/* The same book with buyers and sellers changed over. */
static void mirror(const struct book *book, struct book *ret)
{
    book_init(ret, book->depth);
    for (uint32_t i = 0; i < book->asks.count; i++) {
        const struct level *level = &book->asks.levels[i];
        book_apply(
            ret, &(struct level_change){SIDE_BUY, {2000 - level->price_ticks, level->qty_lots}}, 1);
    }
    for (uint32_t i = 0; i < book->bids.count; i++) {
        const struct level *level = &book->bids.levels[i];
        book_apply(ret,
                   &(struct level_change){SIDE_SELL, {2000 - level->price_ticks, level->qty_lots}},
                   1);
    }
}

static struct trade any_trade(struct prng *prng, int64_t time_ns)
{
    return (struct trade){.time_ns = time_ns,
                          .price_ticks = 990 + (int64_t)prng_below(prng, 20),
                          .qty_lots = (int64_t)prng_below(prng, 200),
                          .taker = prng_below(prng, 2) == 0 ? SIDE_BUY : SIDE_SELL};
}

/* One sequence of books, told to a score and, changed over, to another. */
struct walk {
    struct prng prng;
    struct book_score_config config;
    struct book book;
    struct book_score score, mirrored;
    int64_t time_ns;
    int fired[5];
};

static void walk_step(struct walk *walk)
{
    struct book other;
    walk->time_ns += (int64_t)prng_below(&walk->prng, 400) * 1000000;
    disturb(&walk->prng, &walk->book);
    if (prng_below(&walk->prng, 500) == 0) {
        book_score_forget(&walk->score);
        book_score_forget(&walk->mirrored);
    }
    mirror(&walk->book, &other);
    book_score_update(&walk->score, &walk->config, &walk->book, walk->time_ns);
    book_score_update(&walk->mirrored, &walk->config, &other, walk->time_ns);
    if (prng_below(&walk->prng, 3) == 0) {
        struct trade trade = any_trade(&walk->prng, walk->time_ns);
        book_score_trade(&walk->score, &trade);
        trade.price_ticks = 2000 - trade.price_ticks;
        trade.taker = trade.taker == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
        book_score_trade(&walk->mirrored, &trade);
    }
}

static void walk_open(struct walk *walk, uint64_t seed)
{
    static const uint32_t depths[] = {10, 25, 100};
    *walk = (struct walk){.config = plain, .time_ns = 1000 * S};
    prng_init(&walk->prng, seed);
    book_init(&walk->book, depths[seed % 3]);
    walk->config.levels = 1 + (int64_t)prng_below(&walk->prng, BOOK_SCORE_LEVELS_MAX);
    walk->config.decay = 0.5 + prng_real(&walk->prng) / 2;
    walk->config.whale_times = 2 + 10 * prng_real(&walk->prng);
    walk->config.void_times = 2 + 3 * prng_real(&walk->prng);
    walk->config.void_min = 0; /* fractions of a price are not the same in the mirror */
    walk->config.spoof_near = 1;
}

static void walk_check(struct walk *walk)
{
    struct book_figures f, m;
    book_score_read(&walk->score, &walk->config, walk->time_ns, &f);
    book_score_read(&walk->mirrored, &walk->config, walk->time_ns, &m);
    expect_bounded(&f);
    const double pairs[][2] = {{f.imbalance, m.imbalance},
                               {f.delta, m.delta},
                               {f.whales, m.whales},
                               {f.voids, m.voids},
                               {f.spoofing, m.spoofing}};
    for (int i = 0; i < 5; i++) {
        EXPECT_NEAR(pairs[i][0], -pairs[i][1], 0);
        walk->fired[i] += pairs[i][0] != 0;
    }
    EXPECT_NEAR(f.score, -m.score, 0);
}

TEST(whatever_the_book_does_the_figures_are_bounded_and_the_mirror_reads_their_negatives)
{
    const uint64_t seed = test_seed();
    int fired[5] = {0};
    for (uint64_t round = 0; round < 30; round++) {
        static struct walk walk;
        walk_open(&walk, seed + round);
        for (int i = 0; i < 2000; i++) {
            walk_step(&walk);
            walk_check(&walk);
        }
        for (int i = 0; i < 5; i++) {
            fired[i] += walk.fired[i];
        }
    }
    for (int i = 0; i < 5; i++) {
        EXPECT(fired[i] > 1000); /* of 60,000: no part slept through it */
    }
}

TEST(the_same_sequence_leaves_the_same_bytes)
{
    const uint64_t seed = test_seed();
    static struct walk first, second;
    walk_open(&first, seed);
    walk_open(&second, seed);
    for (int i = 0; i < 5000; i++) {
        walk_step(&first);
        walk_step(&second);
    }
    EXPECT_INT(memcmp(&first.score, &second.score, sizeof first.score), 0);
}

TEST(while_nothing_is_out_of_view_the_delta_is_what_came_less_what_went)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 200; round++) {
        struct desk desk;
        desk_open(&desk);
        double sums[2] = {0};
        bid(&desk, 999, 1000);
        ask(&desk, 1001, 1000);
        look(&desk, 100 * S);
        for (int i = 0; i < 100; i++) {
            const enum side side = prng_below(&prng, 2) == 0 ? SIDE_BUY : SIDE_SELL;
            const int64_t away = 2 + (int64_t)prng_below(&prng, 8);
            set(&desk, side, side == SIDE_BUY ? 1000 - away : 1000 + away,
                (int64_t)prng_below(&prng, 3));
            look(&desk, 100 * S + i * S / 20);
        }
        for (uint32_t i = 0; i < desk.book.bids.count; i++) {
            sums[SIDE_BUY] += (double)desk.book.bids.levels[i].qty_lots;
        }
        for (uint32_t i = 0; i < desk.book.asks.count; i++) {
            sums[SIDE_SELL] += (double)desk.book.asks.levels[i].qty_lots;
        }
        EXPECT_NEAR(read_at(&desk, 105 * S).delta,
                    (sums[SIDE_BUY] - sums[SIDE_SELL]) / (sums[SIDE_BUY] + sums[SIDE_SELL]), 1e-15);
    }
}

TEST(a_score_is_a_few_kilobytes_a_pair)
{
    EXPECT(sizeof(struct book_score) <= 4096);
}

static int64_t frame_time(const char *frame)
{
    int64_t time_ns = 0;
    const char *text = strstr(frame, "\"timestamp\":\"");
    if (text != NULL) {
        text += strlen("\"timestamp\":\"");
        EXPECT(timestamp_parse(text, strcspn(text, "\""), &time_ns));
    }
    return time_ns;
}

/* Each trade of a frame, to the score of its pair. */
static void hear_trades(const char *frame, struct book_score *score)
{
    const uint32_t decimals = frame_decimals(frame);
    while ((frame = strstr(frame, "\"side\":\"")) != NULL) {
        struct trade trade = {.taker = frame[8] == 'b' ? SIDE_BUY : SIDE_SELL};
        size_t len;
        const char *text = frame_number(frame, "\"price\":", &len);
        EXPECT(decimal_parse(text, len, decimals, &trade.price_ticks));
        text = frame_number(frame, "\"qty\":", &len);
        EXPECT(decimal_parse(text, len, 8, &trade.qty_lots));
        book_score_trade(score, &trade);
        frame++;
    }
}

/* What the recording has of each part: in how many of the books it says something. */
struct tally {
    int books, whales, voids, spoofing, delta;
    double least, most, sum;
};

static void count(struct tally *tally, const struct book_figures *f)
{
    expect_bounded(f);
    tally->books++;
    tally->whales += f->whales != 0;
    tally->voids += f->voids != 0;
    tally->delta += f->delta != 0;
    tally->spoofing += f->spoofing != 0;
    tally->least = f->score < tally->least ? f->score : tally->least;
    tally->most = f->score > tally->most ? f->score : tally->most;
    tally->sum += f->score;
}

TEST(on_krakens_recorded_books_every_part_speaks_and_none_always)
{
    gzFile file = gzopen(test_shared(FRAMES_FILE), "rb");
    EXPECT(file != NULL);
    struct book_score_config config = {0};
    options_default(book_score_options, book_score_option_count, &config);
    struct book books[2];
    struct book_score scores[2] = {0};
    struct tally tallies[2] = {0};
    book_init(&books[0], 10);
    book_init(&books[1], 10);
    static char frame[1 << 16];
    while (gzgets(file, frame, sizeof frame)) {
        if (strncmp(frame, "{\"channel\":\"trade\"", 18) == 0) {
            hear_trades(frame, &scores[frame_pair(frame)]);
        } else if (strncmp(frame, "{\"channel\":\"book\"", 17) == 0) {
            const int pair = frame_pair(frame);
            struct book_figures figures;
            frame_apply(frame, &books[pair]);
            book_score_update(&scores[pair], &config, &books[pair], frame_time(frame));
            book_score_read(&scores[pair], &config, 0, &figures);
            count(&tallies[pair], &figures);
        }
    }
    gzclose(file);
    for (int i = 0; i < 2; i++) {
        const struct tally *t = &tallies[i];
        print_message("%s: %d books; whales in %d, voids in %d, spoofs %u of bids, %u of asks; "
                      "score %.3f to %.3f, mean %.3f\n",
                      i == 0 ? "BTC/USD" : "ETH/USD", t->books, t->whales, t->voids,
                      scores[i].walls[SIDE_BUY].spoof_count, scores[i].walls[SIDE_SELL].spoof_count,
                      t->least, t->most, t->sum / t->books);
        EXPECT(t->delta > t->books / 2);
        EXPECT(t->whales > 0 && t->whales < t->books);
        EXPECT(t->voids > 0 && t->voids < t->books);
        EXPECT(t->least < -0.2 && t->most > 0.2);
    }
    EXPECT_INT(tallies[0].books + tallies[1].books, 2962);
}
