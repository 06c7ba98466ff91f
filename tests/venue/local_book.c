/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "venue/local/listing.h"
#include "venue/local/text.h"

#include <math.h>
#include <zlib.h>

/* A client that knows only the texts it is sent: it keeps price and quantity as the characters of
 * the message, orders levels by strtod, cuts to depth, and sums the characters without dots and
 * leading zeros. Nothing of it is shared with the side that made the messages. */
struct held_level {
    char price[32], qty[32];
    double value;
};

struct keeper {
    uint32_t depth;
    uint32_t count[2]; /* bids, asks */
    struct held_level levels[2][400];
};

static void copy(char out[32], struct json_text text)
{
    EXPECT(text.len < 32);
    memcpy(out, text.at, text.len);
    out[text.len] = '\0';
}

static bool before(int side, double a, double b)
{
    return side == 0 ? a > b : a < b;
}

static void put_level(struct keeper *keeper, int side, const struct held_level *level)
{
    struct held_level *levels = keeper->levels[side];
    uint32_t at = 0, *count = &keeper->count[side];
    while (at < *count && before(side, levels[at].value, level->value))
        at++;
    bool there = at < *count && levels[at].value == level->value;
    if (strtod(level->qty, NULL) == 0) {
        EXPECT(there); /* a delete is only sent for what the client has */
        memmove(&levels[at], &levels[at + 1], (--*count - at) * sizeof *levels);
        return;
    }
    if (!there) {
        EXPECT(*count < 400);
        memmove(&levels[at + 1], &levels[at], ((*count)++ - at) * sizeof *levels);
    }
    levels[at] = *level;
}

static void read_side(struct keeper *keeper, struct json *json, int side)
{
    struct json_text key, text;
    json_array(json);
    while (json_element(json)) {
        struct held_level level = {0};
        json_object(json);
        while (json_key(json, &key)) {
            bool price = json_is(key, "price");
            EXPECT(json_amount(json, &text));
            copy(price ? level.price : level.qty, text);
        }
        level.value = strtod(level.price, NULL);
        put_level(keeper, side, &level);
    }
}

static void sum_text(unsigned long *crc, const char *text)
{
    char bare[32];
    size_t len = 0;
    for (; *text; text++)
        if (*text != '.' && (len > 0 || *text != '0'))
            bare[len++] = *text;
    *crc = crc32(*crc, (const unsigned char *)bare, (unsigned)len);
}

static uint32_t keeper_sum(const struct keeper *keeper)
{
    unsigned long crc = 0;
    for (int side = 1; side >= 0; side--)
        for (uint32_t i = 0; i < 10 && i < keeper->count[side]; i++) {
            sum_text(&crc, keeper->levels[side][i].price);
            sum_text(&crc, keeper->levels[side][i].qty);
        }
    return (uint32_t)crc;
}

/* Applies one book message and demands that its checksum is the book's. */
static void keeper_read(struct keeper *keeper, const char *text, size_t len)
{
    struct json json;
    struct json_text key;
    uint64_t checksum = 0;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (!json_is(key, "data")) {
            json_skip(&json);
            continue;
        }
        json_array(&json);
        while (json_element(&json)) {
            json_object(&json);
            while (json_key(&json, &key)) {
                if (json_is(key, "bids"))
                    read_side(keeper, &json, 0);
                else if (json_is(key, "asks"))
                    read_side(keeper, &json, 1);
                else if (json_is(key, "checksum"))
                    json_uint(&json, &checksum);
                else
                    json_skip(&json);
            }
        }
    }
    EXPECT(json_done(&json));
    for (int side = 0; side < 2; side++)
        if (keeper->count[side] > keeper->depth)
            keeper->count[side] = keeper->depth;
    EXPECT_INT((int64_t)keeper_sum(keeper), (int64_t)checksum);
}

/* Runs a pair for a while, telling a book of the given depth after every few events. */
static void follow(const char *symbol, uint32_t depth, uint64_t seed, uint32_t events_a_message,
                   uint64_t variant_number)
{
    char error[128], text[65536];
    struct variant variant = variant_of(variant_number);
    struct market *market = market_synthetic_open(symbol, seed, error, sizeof error);
    EXPECT(market != NULL);
    struct listing *listing = malloc(sizeof *listing);
    struct view view = {.depth = depth};
    struct keeper *keeper = calloc(1, sizeof *keeper);
    keeper->depth = depth;
    struct level_change changes[VIEW_CHANGES_MAX];
    struct json_writer writer;
    int64_t now_ns = market->from_ns + 9 * NS_PER_HOUR;
    listing_init(listing, market, 0, now_ns);
    view_update(&view, listing->liquidity.sides, changes);
    json_writer_init(&writer, text, sizeof text);
    text_book_snapshot(&writer, &variant, listing, &view, now_ns);
    EXPECT(json_writer_ok(&writer));
    keeper_read(keeper, text, writer.len);
    EXPECT_INT(keeper->count[0], depth < 100 ? depth : keeper->count[0]);
    EXPECT(keeper->count[0] >= (depth < 100 ? depth : 100));
    for (int event = 0; event < 6000; event++) {
        if (event % 3 == 0 && listing_next_ns(listing, now_ns + NS_PER_DAY) != INT64_MAX) {
            struct trade trade = *listing_peek(listing);
            now_ns = trade.time_ns;
            liquidity_shape(&listing->liquidity, &trade);
            struct level hit =
                listing_touch(listing, trade.taker == SIDE_BUY ? SIDE_SELL : SIDE_BUY);
            EXPECT_INT(hit.price_ticks, trade.price_ticks);
            EXPECT(hit.qty_lots >= trade.qty_lots);
            listing_take(listing);
        } else {
            liquidity_stir(&listing->liquidity);
        }
        struct level bid = listing_touch(listing, SIDE_BUY),
                     ask = listing_touch(listing, SIDE_SELL);
        EXPECT(bid.price_ticks > 0 && bid.price_ticks < ask.price_ticks);
        EXPECT(listing->liquidity.sides[0].count >= 25 && listing->liquidity.sides[1].count >= 25);
        if (event % events_a_message)
            continue;
        uint32_t count = view_update(&view, listing->liquidity.sides, changes);
        if (count == 0)
            continue;
        json_writer_init(&writer, text, sizeof text);
        text_book_update(&writer, &variant, listing, changes, count, view_checksum(&view), now_ns);
        EXPECT(json_writer_ok(&writer));
        keeper_read(keeper, text, writer.len);
        EXPECT_INT(keeper->count[0], view.sides[0].count);
        EXPECT_INT(keeper->count[1], view.sides[1].count);
    }
    free(keeper);
    free(listing);
    market_close(market);
}

TEST(a_client_that_knows_only_the_texts_agrees_with_every_checksum)
{
    uint64_t seed = test_seed();
    const char *const symbols[] = {"BTC/USD", "PEPE/USD", "MKR/USD", "ETH/BTC", "DOGE/USD"};
    const uint32_t depths[] = {10, 25, 100, 500, 1000};
    for (uint32_t i = 0; i < 5; i++)
        follow(symbols[i], depths[i], seed + i, 1, 0);
    for (uint32_t i = 0; i < 5; i++)
        follow(symbols[i], 10, seed + 100 + i, 1, 0);
}

TEST(it_still_agrees_when_many_events_are_told_at_once)
{
    uint64_t seed = test_seed();
    follow("BTC/USD", 10, seed, 40, 0);
    follow("WIF/USD", 25, seed, 15, 0);
    follow("SOL/USD", 100, seed, 200, 0);
}

TEST(it_agrees_in_every_variant)
{
    for (uint64_t variant = 1; variant < 12; variant++)
        follow("XRP/USD", 10, test_seed() + variant, 2, variant);
}

static struct view view_of(const struct level *bids, uint32_t bid_count, const struct level *asks,
                           uint32_t ask_count)
{
    struct view view = {.depth = 10};
    memcpy(view.sides[SIDE_BUY].levels, bids, bid_count * sizeof *bids);
    memcpy(view.sides[SIDE_SELL].levels, asks, ask_count * sizeof *asks);
    view.sides[SIDE_BUY].count = bid_count;
    view.sides[SIDE_SELL].count = ask_count;
    return view;
}

TEST(the_checksum_is_the_one_in_krakens_guide)
{
    /* docs.kraken.com, book guide v2: BTC/USD, prices in tenths, quantities in 1e-8. */
    const struct level asks[] = {
        {452852, 100000},   {452864, 154571953}, {452866, 154571109}, {452896, 154560911},
        {452902, 15890660}, {452918, 154553491}, {452947, 4454749},   {452961, 35380000},
        {452975, 9945542},  {452995, 18772827},
    };
    const struct level bids[] = {
        {452835, 10000000},  {452834, 154582015}, {452821, 10000000}, {452810, 10000000},
        {452803, 154592586}, {452790, 7990000},   {452776, 3310103},  {452775, 30000000},
        {452773, 154602737}, {452766, 15445238},
    };
    struct view view = view_of(bids, 10, asks, 10);
    EXPECT_INT(view_checksum(&view), INT64_C(3310070434));
}

TEST(a_level_that_falls_off_is_not_mentioned_and_one_that_returns_is_sent_again)
{
    struct liquidity liquidity = {.tick_step = 1};
    struct liquidity_side *bids = &liquidity.sides[SIDE_BUY];
    *bids = (struct liquidity_side){2, {{100, 5}, {99, 6}}};
    liquidity.sides[SIDE_SELL] = (struct liquidity_side){1, {{110, 1}}};
    struct view view = {.depth = 2};
    struct level_change changes[VIEW_CHANGES_MAX];
    EXPECT_INT(view_update(&view, liquidity.sides, changes), 3);
    *bids = (struct liquidity_side){3, {{101, 7}, {100, 5}, {99, 6}}}; /* 99 falls off */
    EXPECT_INT(view_update(&view, liquidity.sides, changes), 1);
    EXPECT(changes[0].level.price_ticks == 101 && changes[0].level.qty_lots == 7);
    *bids = (struct liquidity_side){2, {{100, 5}, {99, 6}}}; /* 101 goes, 99 is seen again */
    EXPECT_INT(view_update(&view, liquidity.sides, changes), 2);
    EXPECT(changes[0].level.price_ticks == 101 && changes[0].level.qty_lots == 0);
    EXPECT(changes[1].level.price_ticks == 99 && changes[1].level.qty_lots == 6);
    EXPECT_INT(view_update(&view, liquidity.sides, changes), 0);
}

/* The widest way between neighbours of a side, of the price. */
static double widest_hole(const struct listing *listing, enum side side)
{
    const struct liquidity_side *levels = &listing->liquidity.sides[side];
    double widest = 0;
    for (uint32_t i = 1; i < levels->count; i++) {
        double a = (double)levels->levels[i - 1].price_ticks;
        double b = (double)levels->levels[i].price_ticks;
        widest = fmax(widest, fabs(a - b) / a);
    }
    return widest;
}

/* A day of a pair, its book stirred twice a second as the exchange does. */
static void live_a_day(const char *symbol, uint64_t seed, double hole_max)
{
    char error[128];
    struct market *market = market_synthetic_open(symbol, seed, error, sizeof error);
    EXPECT(market != NULL);
    struct listing *listing = malloc(sizeof *listing);
    const int64_t from_ns = market->from_ns, until_ns = from_ns + NS_PER_DAY;
    double hole = 0, spread = 0;
    listing_init(listing, market, 0, from_ns);
    for (int64_t now_ns = from_ns; now_ns < until_ns; now_ns += NS_PER_S / 2) {
        while (listing_next_ns(listing, now_ns) <= now_ns) {
            liquidity_shape(&listing->liquidity, listing_peek(listing));
            listing_take(listing);
            hole = fmax(hole, widest_hole(listing, SIDE_BUY));
            hole = fmax(hole, widest_hole(listing, SIDE_SELL));
        }
        liquidity_stir(&listing->liquidity);
        double bid = (double)listing_touch(listing, SIDE_BUY).price_ticks;
        double ask = (double)listing_touch(listing, SIDE_SELL).price_ticks;
        spread = fmax(spread, (ask - bid) / bid);
    }
    EXPECT(hole < hole_max);
    EXPECT(spread < 2 * hole_max);
    free(listing);
    market_close(market);
}

TEST(a_book_that_follows_the_price_for_a_day_has_no_holes)
{
    live_a_day("BTC/USD", 1, 0.001);
    live_a_day("UNI/USD", 1, 0.002);
    live_a_day("BONK/USD", 1, 0.005);
    live_a_day("WIF/USD", 1, 0.005);
    live_a_day("CRV/USD", 1, 0.015);   /* a tick is a quarter of a percent */
    live_a_day("NEVER/USD", 1, 0.005); /* of no table */
}
