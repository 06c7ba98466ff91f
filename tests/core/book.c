/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <zlib.h>

#include "core/base/decimal.h"
#include "core/base/prng.h"
#include "core/market/book.h"
#include "frames.h"

/* Reads "45285.2/0.00100000 45286.4/..." into changes of one side. */
static uint32_t read_levels(const char *text, enum side side, uint32_t price_decimals,
                            struct level_change *out)
{
    uint32_t count = 0;
    while (*text) {
        size_t price_len = strcspn(text, "/");
        size_t qty_len = strcspn(text + price_len + 1, " ");
        const char *qty = text + price_len + 1;
        out[count].side = side;
        EXPECT(decimal_parse(text, price_len, price_decimals, &out[count].level.price_ticks));
        EXPECT(decimal_parse(qty, qty_len, 8, &out[count].level.qty_lots));
        count++;
        text = qty + qty_len;
        text += strspn(text, " ");
    }
    return count;
}

static void apply_text(struct book *book, const char *bids, const char *asks,
                       uint32_t price_decimals)
{
    struct level_change changes[64];
    uint32_t count = read_levels(bids, SIDE_BUY, price_decimals, changes);
    count += read_levels(asks, SIDE_SELL, price_decimals, changes + count);
    book_apply(book, changes, count);
}

TEST(the_checksum_of_the_published_btc_book)
{
    struct book book;
    book_init(&book, 10);
    apply_text(&book,
               "45283.5/0.10000000 45283.4/1.54582015 45282.1/0.10000000 45281.0/0.10000000 "
               "45280.3/1.54592586 45279.0/0.07990000 45277.6/0.03310103 45277.5/0.30000000 "
               "45277.3/1.54602737 45276.6/0.15445238",
               "45285.2/0.00100000 45286.4/1.54571953 45286.6/1.54571109 45289.6/1.54560911 "
               "45290.2/0.15890660 45291.8/1.54553491 45294.7/0.04454749 45296.1/0.35380000 "
               "45297.5/0.09945542 45299.5/0.18772827",
               1);
    EXPECT_INT(book_checksum(&book), INT64_C(3310070434));
    EXPECT(book_sound(&book));
}

TEST(the_checksum_of_the_published_matic_book)
{
    struct book book;
    book_init(&book, 10);
    apply_text(&book,
               "0.5666/4831.75496356 0.5665/6658.22734739 0.5664/18724.91513344 "
               "0.5663/11563.92544914 0.5662/14006.65365711 0.5661/17454.85679807 "
               "0.5660/18097.15470000 0.5659/33644.89175666 0.5658/148.34640000 "
               "0.5657/606.70854372",
               "0.5668/4410.79769741 0.5669/4655.40412487 0.5670/49844.89424998 "
               "0.5671/24306.41678000 0.5672/29783.25223475 0.5673/57234.71239278 "
               "0.5674/45065.04744000 0.5675/5912.76380354 0.5676/42514.92434778 "
               "0.5677/36304.08470220",
               4);
    EXPECT_INT(book_checksum(&book), INT64_C(2439117997));
}

static struct level_change bid(int64_t price, int64_t qty)
{
    return (struct level_change){SIDE_BUY, {price, qty}};
}

static struct level_change ask(int64_t price, int64_t qty)
{
    return (struct level_change){SIDE_SELL, {price, qty}};
}

TEST(a_quantity_replaces_its_level_and_zero_deletes_it)
{
    struct book book;
    book_init(&book, 10);
    const struct level_change fill[] = {bid(100, 5), bid(101, 6), ask(103, 7), ask(102, 8)};
    book_apply(&book, fill, 4);
    EXPECT_INT(book.bids.levels[0].price_ticks, 101);
    EXPECT_INT(book.asks.levels[0].price_ticks, 102);
    const struct level_change change[] = {bid(101, 9), ask(102, 0), ask(999, 0), bid(1, 0)};
    book_apply(&book, change, 4);
    EXPECT_INT(book.bids.count, 2);
    EXPECT_INT(book.bids.levels[0].qty_lots, 9);
    EXPECT_INT(book.asks.count, 1);
    EXPECT_INT(book.asks.levels[0].price_ticks, 103);
}

TEST(changes_of_one_price_in_one_message_apply_in_order)
{
    struct book book;
    book_init(&book, 10);
    const struct level_change changes[] = {bid(100, 5), bid(100, 0), bid(100, 7), bid(99, 3),
                                           bid(99, 0)};
    book_apply(&book, changes, 5);
    EXPECT_INT(book.bids.count, 1);
    EXPECT_INT(book.bids.levels[0].qty_lots, 7);
}

TEST(the_cut_comes_after_the_whole_message)
{
    /* An insert at the top pushes the tenth out, unless the same message makes room for it. */
    struct book book;
    book_init(&book, 10);
    for (int64_t price = 1; price <= 10; price++)
        book_apply(&book, &(struct level_change){SIDE_SELL, {price * 10, 1}}, 1);
    const struct level_change swap[] = {ask(5, 1), ask(10, 0)};
    book_apply(&book, swap, 2);
    EXPECT_INT(book.asks.count, 10);
    EXPECT_INT(book.asks.levels[9].price_ticks, 100);
    const struct level_change insert[] = {ask(6, 1)};
    book_apply(&book, insert, 1);
    EXPECT_INT(book.asks.count, 10);
    EXPECT_INT(book.asks.levels[9].price_ticks, 90);
    const struct level_change beyond[] = {ask(95, 1)};
    book_apply(&book, beyond, 1);
    EXPECT_INT(book.asks.levels[9].price_ticks, 90);
}

TEST(a_side_that_overflows_within_a_message_keeps_its_best_levels)
{
    struct book book;
    book_init(&book, 100);
    struct level_change changes[2 * BOOK_LEVELS_MAX];
    for (int64_t i = 0; i < 2 * BOOK_LEVELS_MAX; i++)
        changes[i] = bid(1000 + i, 1);
    book_apply(&book, changes, 2 * BOOK_LEVELS_MAX);
    EXPECT_INT(book.bids.count, 100);
    EXPECT_INT(book.bids.levels[0].price_ticks, 1000 + 2 * BOOK_LEVELS_MAX - 1);
    EXPECT_INT(book.bids.levels[99].price_ticks, 1000 + 2 * BOOK_LEVELS_MAX - 100);
    EXPECT_INT(book.asks.count, 0);
    struct book anew;
    book_init(&anew, 100);
    book_apply(&anew, changes + 2 * BOOK_LEVELS_MAX - 100, 100);
    EXPECT_INT(memcmp(book.bids.levels, anew.bids.levels, 100 * sizeof(struct level)), 0);
    EXPECT_INT(book_checksum(&book), book_checksum(&anew));
    EXPECT_INT(memcmp(book.bids.texts, anew.bids.texts, 100 * sizeof(struct level_text)), 0);
    book_clear(&book);
    for (int64_t i = 0; i < 2 * BOOK_LEVELS_MAX; i++)
        changes[i] = bid(1000 - i, 1);
    book_apply(&book, changes, 2 * BOOK_LEVELS_MAX);
    EXPECT_INT(book.bids.count, 100);
    EXPECT_INT(book.bids.levels[99].price_ticks, 901);
}

TEST(a_book_is_sound_while_bid_is_below_ask)
{
    struct book book;
    book_init(&book, 10);
    EXPECT(!book_sound(&book));
    book_apply(&book, (struct level_change[]){bid(100, 1)}, 1);
    EXPECT(!book_sound(&book));
    book_apply(&book, (struct level_change[]){ask(101, 1)}, 1);
    EXPECT(book_sound(&book));
    book_apply(&book, (struct level_change[]){bid(101, 1)}, 1);
    EXPECT(!book_sound(&book));
    book_clear(&book);
    EXPECT(!book_sound(&book));
    EXPECT_INT(book_checksum(&book), 0);
}

TEST(imbalance_is_the_share_by_which_bids_outweigh_asks)
{
    struct book book;
    book_init(&book, 10);
    EXPECT_NEAR(book_imbalance(&book, 5), 0, 0);
    book_apply(&book, (struct level_change[]){bid(100, 3), bid(99, 100)}, 2);
    EXPECT_NEAR(book_imbalance(&book, 1), 1, 0);
    book_apply(&book, (struct level_change[]){ask(101, 1)}, 1);
    EXPECT_NEAR(book_imbalance(&book, 1), 0.5, 0);         /* (3 - 1) / 4 */
    EXPECT_NEAR(book_imbalance(&book, 10), 102 / 104., 0); /* (103 - 1) / 104 */
    book_apply(&book, (struct level_change[]){bid(100, INT64_MAX), bid(99, INT64_MAX)}, 2);
    EXPECT_NEAR(book_imbalance(&book, 10), 1, 1e-15);
}

/* The slow model: every price there is, each with its quantity. */
#define PRICE_COUNT 400

struct model {
    uint32_t depth;
    int64_t qty[2][PRICE_COUNT];
};

static void model_cut(struct model *model, enum side side)
{
    uint32_t seen = 0;
    for (int i = 0; i < PRICE_COUNT; i++) {
        int price = side == SIDE_BUY ? PRICE_COUNT - 1 - i : i;
        if (model->qty[side][price] > 0 && ++seen > model->depth)
            model->qty[side][price] = 0;
    }
}

static void expect_same(const struct book_side *half, const struct model *model, enum side side)
{
    uint32_t seen = 0;
    for (int i = 0; i < PRICE_COUNT; i++) {
        int price = side == SIDE_BUY ? PRICE_COUNT - 1 - i : i;
        if (model->qty[side][price] == 0)
            continue;
        EXPECT(seen < half->count);
        EXPECT_INT(half->levels[seen].price_ticks, price + 1);
        EXPECT_INT(half->levels[seen].qty_lots, model->qty[side][price]);
        seen++;
    }
    EXPECT_INT(half->count, seen);
}

static uint32_t model_checksum(const struct model *model)
{
    char text[2048] = "";
    size_t len = 0;
    for (int s = 1; s >= 0; s--) { /* SIDE_SELL first */
        int seen = 0;
        for (int i = 0; i < PRICE_COUNT && seen < 10; i++) {
            int price = s == SIDE_BUY ? PRICE_COUNT - 1 - i : i;
            if (model->qty[s][price] == 0)
                continue;
            len += (size_t)snprintf(text + len, sizeof text - len, "%d%lld", price + 1,
                                    (long long)model->qty[s][price]);
            seen++;
        }
    }
    return (uint32_t)crc32(0, (const Bytef *)text, (uInt)len);
}

static struct level_change any_change(struct prng *prng)
{
    int64_t qty = 0;
    if (prng_below(prng, 3) > 0)
        qty = (int64_t)(1 + (prng_next(prng) >> (1 + prng_below(prng, 62))));
    if (qty < 0)
        qty = INT64_MAX;
    /* Squared, so that most changes fall on few prices and the top sees much of them. */
    double skew = prng_real(prng);
    int64_t offset = (int64_t)(skew * skew * PRICE_COUNT);
    bool buy = prng_below(prng, 2);
    return buy ? bid(PRICE_COUNT - offset, qty) : ask(1 + offset, qty);
}

TEST(any_messages_leave_the_book_of_a_slow_model)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    const uint32_t depths[] = {10, 25, 100};
    static struct model model;
    for (int round = 0; round < 30; round++) {
        struct book book;
        model = (struct model){.depth = depths[round % 3]};
        book_init(&book, model.depth);
        for (int message = 0; message < 500; message++) {
            /* At most 28 a message, so that no side passes BOOK_LEVELS_MAX before the cut. */
            struct level_change changes[28];
            uint32_t count = (uint32_t)prng_below(&prng, message % 7 == 0 ? 29 : 5);
            for (uint32_t i = 0; i < count; i++) {
                changes[i] = any_change(&prng);
                if (i > 0 && prng_below(&prng, 4) == 0) {
                    changes[i].side = changes[i - 1].side;
                    changes[i].level.price_ticks = changes[i - 1].level.price_ticks;
                }
                model.qty[changes[i].side][changes[i].level.price_ticks - 1] =
                    changes[i].level.qty_lots;
            }
            model_cut(&model, SIDE_BUY);
            model_cut(&model, SIDE_SELL);
            book_apply(&book, changes, count);
            expect_same(&book.bids, &model, SIDE_BUY);
            expect_same(&book.asks, &model, SIDE_SELL);
            EXPECT_INT(book_checksum(&book), model_checksum(&model));
        }
    }
}

TEST(a_book_is_at_most_a_quarter_of_a_pairs_64_kilobytes)
{
    EXPECT(sizeof(struct book) <= 16 * 1024);
}

TEST(the_longest_numbers_there_are_fit_the_checksum)
{
    struct book book;
    book_init(&book, 10);
    char want[1024] = "";
    for (int64_t i = 0; i < 10; i++) {
        book_apply(&book, (struct level_change[]){ask(INT64_MAX - i, INT64_MAX)}, 1);
        book_apply(&book, (struct level_change[]){bid(INT64_MAX - 100 + i, 1)}, 1);
    }
    size_t len = 0;
    for (int64_t i = 9; i >= 0; i--)
        len += (size_t)snprintf(want + len, sizeof want - len, "%lld%lld",
                                (long long)(INT64_MAX - i), (long long)INT64_MAX);
    for (int64_t i = 9; i >= 0; i--)
        len += (size_t)snprintf(want + len, sizeof want - len, "%lld1",
                                (long long)(INT64_MAX - 100 + i));
    EXPECT_INT(book_checksum(&book), crc32(0, (const Bytef *)want, (uInt)len));
}

/* Applies a recorded frame; false when it is not about a book. */
static bool play_frame(const char *frame, struct book books[2])
{
    if (strncmp(frame, "{\"channel\":\"book\"", 17) != 0)
        return false;
    struct book *book = &books[frame_pair(frame)];
    frame_apply(frame, book);
    size_t len;
    const char *checksum = frame_number(frame, "\"checksum\":", &len);
    EXPECT_INT(book_checksum(book), strtoll(checksum, NULL, 10));
    EXPECT(book_sound(book));
    return true;
}

TEST(every_recorded_frame_of_kraken_gives_its_checksum)
{
    gzFile file = gzopen(test_shared(FRAMES_FILE), "rb");
    EXPECT(file != NULL);
    struct book books[2];
    book_init(&books[0], 10);
    book_init(&books[1], 10);
    static char frame[1 << 16];
    int verified = 0;
    while (gzgets(file, frame, sizeof frame))
        verified += play_frame(frame, books);
    gzclose(file);
    EXPECT_INT(verified, 2962);
}
