/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/prng.h"
#include "core/market/pair.h"

static const struct pair btc = {.symbol = "BTC/USD",
                                .base = "BTC",
                                .quote = "USD",
                                .price_decimals = 1,
                                .qty_decimals = 8,
                                .tick_step = 1,
                                .qty_min_lots = 5000,
                                .cost_min = 50000000};

static struct pair with_places(uint32_t price_decimals, uint32_t qty_decimals, int64_t step)
{
    struct pair pair = btc;
    pair.price_decimals = price_decimals;
    pair.qty_decimals = qty_decimals;
    pair.tick_step = step;
    return pair;
}

TEST(a_notional_is_price_times_quantity_in_money)
{
    /* 45285.2 * 1.54571953 = 69998.218059956 */
    EXPECT_INT(pair_notional(&btc, 452852, 154571953, ROUND_DOWN), INT64_C(6999821805995));
    EXPECT_INT(pair_notional(&btc, 452852, 154571953, ROUND_UP), INT64_C(6999821805996));
    EXPECT_INT(pair_notional(&btc, 452852, 154571953, ROUND_NEAREST), INT64_C(6999821805996));
    EXPECT_INT(pair_notional(&btc, 452852, 0, ROUND_UP), 0);
    /* Coarser than money: 12.3 * 45 = 553.5 */
    const struct pair coarse = with_places(1, 0, 1);
    EXPECT_INT(pair_notional(&coarse, 123, 45, ROUND_DOWN), INT64_C(55350000000));
}

TEST(money_buys_what_it_can_and_not_a_lot_more)
{
    /* 1000 / 45285.2 = 0.0220822697.. */
    EXPECT_INT(pair_qty_for(&btc, 1000 * INT64_C(100000000), 452852), 2208226);
    EXPECT_INT(pair_qty_for(&btc, 0, 452852), 0);
    EXPECT_INT(pair_qty_for(&btc, -5, 452852), 0);
    const struct pair coarse = with_places(1, 0, 1);
    EXPECT_INT(pair_qty_for(&coarse, INT64_C(55350000000), 123), 45);
    EXPECT_INT(pair_qty_for(&coarse, INT64_C(55349999999), 123), 44);
    /* A coin of 1e-10 with 8 places: ten thousand buy 10^22 lots, more than there are numbers. */
    const struct pair dust = with_places(10, 8, 1);
    EXPECT_INT(pair_qty_for(&dust, 10000 * INT64_C(100000000), 1), INT64_MAX);
}

TEST(what_money_buys_never_costs_more_and_one_lot_more_would)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        const struct pair pair =
            with_places((uint32_t)prng_below(&prng, 11), (uint32_t)prng_below(&prng, 9), 1);
        int64_t money = (int64_t)(prng_next(&prng) >> (14 + prng_below(&prng, 40)));
        int64_t price = 1 + (int64_t)(prng_next(&prng) >> (20 + prng_below(&prng, 43)));
        int64_t qty = pair_qty_for(&pair, money, price);
        if (qty == INT64_MAX)
            continue;
        EXPECT(pair_notional(&pair, price, qty, ROUND_UP) <= money);
        long double per_lot =
            (long double)price * powl(10, 8 - (int)pair.price_decimals - (int)pair.qty_decimals);
        if ((long double)money + per_lot < 9e18L)
            EXPECT(pair_notional(&pair, price, qty + 1, ROUND_UP) > money);
    }
}

static int64_t ticks_of(const struct pair *pair, double price, enum rounding rounding)
{
    int64_t ticks = -777;
    EXPECT(pair_price_from_double(pair, price, rounding, &ticks));
    return ticks;
}

TEST(a_price_is_rounded_once_to_the_pairs_step)
{
    EXPECT_INT(ticks_of(&btc, 45285.26, ROUND_DOWN), 452852);
    EXPECT_INT(ticks_of(&btc, 45285.26, ROUND_UP), 452853);
    EXPECT_INT(ticks_of(&btc, 45285.2, ROUND_UP), 452852);
    EXPECT_INT(ticks_of(&btc, 45285.2, ROUND_DOWN), 452852);
    const struct pair even = with_places(0, 8, 2);
    EXPECT_INT(ticks_of(&even, 10.6, ROUND_NEAREST), 10); /* by way of 11 it would be 12 */
    EXPECT_INT(ticks_of(&even, 11.0, ROUND_NEAREST), 12);
    EXPECT_INT(ticks_of(&even, 10.99, ROUND_NEAREST), 10);
    EXPECT_INT(ticks_of(&even, 10.01, ROUND_UP), 12);
    EXPECT_INT(ticks_of(&even, 11.99, ROUND_DOWN), 10);
    const struct pair odd = with_places(0, 8, 5);
    EXPECT_INT(ticks_of(&odd, 12.4, ROUND_NEAREST), 10);
    EXPECT_INT(ticks_of(&odd, 12.5, ROUND_NEAREST), 15);
    EXPECT_INT(ticks_of(&odd, 12.6, ROUND_NEAREST), 15);
    EXPECT_INT(ticks_of(&odd, 14.999, ROUND_DOWN), 10);
    EXPECT_INT(ticks_of(&odd, 10.0, ROUND_UP), 10);
}

TEST(what_is_no_price_of_the_pair_is_refused)
{
    const struct pair pair = with_places(1, 8, 5);
    const double bad[] = {NAN, INFINITY, -INFINITY, 0, -1, 0.4, 0.4999999, 1e18, 1e300};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (enum rounding rounding = ROUND_DOWN; rounding <= ROUND_NEAREST; rounding++) {
            int64_t ticks = -777;
            EXPECT(!pair_price_from_double(&pair, bad[i], rounding, &ticks));
            EXPECT_INT(ticks, -777);
        }
    EXPECT_INT(ticks_of(&pair, 0.5, ROUND_DOWN), 5);
}

TEST(a_price_and_its_double_are_one)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        const struct pair pair = with_places((uint32_t)prng_below(&prng, 11), 8, 1);
        int64_t ticks = 1 + (int64_t)(prng_next(&prng) >> (12 + prng_below(&prng, 50)));
        double price = pair_price_to_double(&pair, ticks);
        for (enum rounding rounding = ROUND_DOWN; rounding <= ROUND_NEAREST; rounding++)
            EXPECT_INT(ticks_of(&pair, price, rounding), ticks);
        EXPECT(pair_qty_to_double(&pair, ticks) == decimal_to_double(ticks, 8));
    }
}

TEST(a_candle_is_brought_to_ticks_and_lots)
{
    struct candle candle = {60, 45285.24, 45290.06, 45280.04, 45285.25, 1.234567894};
    EXPECT(pair_quantise(&btc, &candle));
    EXPECT(candle.open == 45285.2 && candle.high == 45290.1 && candle.low == 45280.0);
    EXPECT(candle.close == 45285.3); /* 45285.25 is exact as a double: a true half */
    EXPECT(candle.volume == 1.23456789);
    EXPECT_INT(candle.time_ns, 60);
}

TEST(a_candle_from_a_file_equals_the_same_candle_from_text)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 50000; i++) {
        int64_t low = 1 + (int64_t)prng_below(&prng, 1000000);
        int64_t high = low + (int64_t)prng_below(&prng, 1000);
        int64_t volume = (int64_t)(prng_next(&prng) >> (1 + prng_below(&prng, 60)));
        char text[3][DECIMAL_TEXT_MAX];
        decimal_format(text[0], low, 1);
        decimal_format(text[1], high, 1);
        decimal_format(text[2], volume, 8);
        const struct candle exact = {0,
                                     strtod(text[0], NULL),
                                     strtod(text[1], NULL),
                                     strtod(text[0], NULL),
                                     strtod(text[1], NULL),
                                     strtod(text[2], NULL)};
        struct candle candle = exact;
        EXPECT(pair_quantise(&btc, &candle));
        EXPECT_INT(memcmp(&candle, &exact, sizeof candle), 0);
        /* As computed elsewhere, a few last bits off. */
        candle.low = candle.open = nextafter(exact.open, 0);
        candle.high = candle.close = nextafter(exact.close, 1e9);
        EXPECT(pair_quantise(&btc, &candle));
        EXPECT_INT(memcmp(&candle, &exact, sizeof candle), 0);
    }
}

TEST(a_volume_beyond_int64_lots_stays_as_it_is)
{
    struct candle candle = {0, 1, 1, 1, 1, 1.5e13}; /* 1.5e21 lots */
    EXPECT(pair_quantise(&btc, &candle));
    EXPECT(candle.volume == 1.5e13);
}

TEST(a_candle_that_is_none_is_refused_and_untouched)
{
    const struct candle bad[] = {
        {0, 0.04, 0.04, 0.04, 0.04, 1}, /* less than half a tick */
        {0, 1, 1, 1, 1, -1},
        {0, 1, NAN, 1, 1, 1},
        {0, 1, 0.5, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct candle candle = bad[i];
        EXPECT(!pair_quantise(&btc, &candle));
        EXPECT_INT(memcmp(&candle, &bad[i], sizeof candle), 0);
    }
}

TEST(terms_are_the_same_only_when_every_one_is)
{
    struct pair other = btc;
    memcpy(other.symbol, "XBT/USD", 8);
    other.status = PAIR_POST_ONLY;
    EXPECT(pair_same_terms(&btc, &other));
    for (int i = 0; i < 5; i++) {
        other = btc;
        other.price_decimals += i == 0;
        other.qty_decimals += i == 1;
        other.tick_step += i == 2;
        other.qty_min_lots += i == 3;
        other.cost_min += i == 4;
        EXPECT(!pair_same_terms(&btc, &other));
    }
}

TEST(a_pair_that_cannot_be_reckoned_with_is_not_usable)
{
    EXPECT(pair_usable(&btc));
    struct pair pair = with_places(18, 8, 1);
    EXPECT(pair_usable(&pair));
    pair = with_places(18, 9, 1);
    EXPECT(!pair_usable(&pair));
    pair = with_places(19, 0, 1);
    EXPECT(!pair_usable(&pair));
    pair = with_places(1, 8, 0);
    EXPECT(!pair_usable(&pair));
    pair = btc;
    pair.cost_min = -1;
    EXPECT(!pair_usable(&pair));
    pair = btc;
    pair.symbol[0] = '\0';
    EXPECT(!pair_usable(&pair));
}
