/* SPDX-License-Identifier: MIT */
#include "core/market/book_wall.h"

#include "book_fixture.h"
#include "test.h"

/* Bids of these quantities, best first, against as many asks of one lot. */
static struct book_figures figures_of_bids(const int64_t *lots, int count)
{
    struct desk desk;
    desk_open(&desk);
    for (int i = 0; i < count; i++) {
        bid(&desk, 999 - i, lots[i]);
        ask(&desk, 1001 + i, 1);
    }
    look(&desk, S);
    return read_at(&desk, S);
}

TEST(a_whale_is_so_many_times_its_peers_and_no_lot_less)
{
    EXPECT_NEAR(figures_of_bids((int64_t[]){1, 1, 10, 1}, 4).whales, 10 / 17., 1e-15);
    EXPECT_NEAR(figures_of_bids((int64_t[]){1, 1, 9, 1}, 4).whales, 0, 0);
    EXPECT_NEAR(figures_of_bids((int64_t[]){4, 4, 4, 4}, 4).whales, 0, 0);
}

TEST(a_side_of_three_levels_has_no_whale)
{
    EXPECT_NEAR(figures_of_bids((int64_t[]){1, 1000, 1}, 3).whales, 0, 0);
}

TEST(two_whales_do_not_hide_each_other)
{
    /* Against the mean of all others, (10 + 6) / 7, neither would be ten times anything. */
    EXPECT_NEAR(figures_of_bids((int64_t[]){1, 10, 1, 1, 10, 1, 1, 1}, 8).whales, 20 / 34., 1e-15);
    EXPECT_NEAR(figures_of_bids((int64_t[]){1, 9, 1, 1, 9, 1, 1, 1}, 8).whales, 0, 0);
    /* Three of eight are not few: they are peers. */
    EXPECT_NEAR(figures_of_bids((int64_t[]){10, 10, 10, 1, 1, 1, 1, 1}, 8).whales, 0, 0);
}

TEST(whales_on_both_sides_are_held_against_each_other)
{
    struct desk desk;
    even_book(&desk, 1);
    bid(&desk, 995, 41);
    ask(&desk, 1003, 11);
    look(&desk, 101 * S);
    EXPECT_NEAR(read_at(&desk, 101 * S).whales, (41 - 11) / 70., 1e-15);
}

/*
 * What happens to a bid of 100 lots, put up at 995 behind a best bid of 999 among levels of one
 * lot, and what the spoofing reads 2 s later. `best` is the best bid when it is taken away.
 */
struct story {
    const char *what;
    int64_t stood_s;
    int64_t best;
    int64_t traded;
    int64_t left;
    int64_t moved_to; /* price of a new level of 100 lots, half a second later; 0 none */
    double spoofing;
};

static void tell(const struct story *story)
{
    struct desk desk;
    even_book(&desk, 1);
    const int64_t gone_ns = (101 + story->stood_s) * S;
    bid(&desk, 995, 100);
    look(&desk, 101 * S);
    for (int64_t price = 999; price > story->best; price--) {
        bid(&desk, price, 0);
    }
    look(&desk, gone_ns);
    bid(&desk, 995, story->left);
    look(&desk, gone_ns);
    const struct trade trade = {.price_ticks = 995, .qty_lots = story->traded, .taker = SIDE_SELL};
    book_score_trade(&desk.score, &trade); /* heard after the book, as it may be */
    if (story->moved_to != 0) {
        bid(&desk, story->moved_to, 100);
        look(&desk, gone_ns + S / 2);
    }
    look(&desk, gone_ns + S - 1);
    EXPECT_NEAR(read_at(&desk, gone_ns + S - 1).spoofing, 0, 0); /* its grace */
    look(&desk, gone_ns + S);
    print_message("%s\n", story->what);
    EXPECT_NEAR(read_at(&desk, gone_ns).spoofing, story->spoofing, 0.02);
}

TEST(a_whale_that_vanishes_untraded_when_the_price_comes_near_was_a_spoof)
{
    /* Half of the figure, two spoofs being the whole of it; against the price, for it was a bid. */
    static const struct story stories[] = {
        /* what                                 stood  best traded left moved spoofing */
        {"taken away as the price came near", 5, 997, 0, 0, 0, -0.5},
        {"taken away at the touch", 5, 995, 0, 0, 0, -0.5},
        {"the price did not come nearer", 5, 999, 0, 0, 0, 0},
        {"half of it was traded", 5, 995, 50, 0, 0, 0},
        {"less than half of it was traded", 5, 995, 49, 0, 0, -0.5},
        {"half of it stayed", 5, 997, 0, 50, 0, 0},
        {"less than half of it stayed", 5, 997, 0, 49, 0, -0.5},
        {"it stood for its whole life", 30, 997, 0, 0, 0, -0.5},
        {"it stood longer than that", 31, 997, 0, 0, 0, 0},
        {"it was moved nearer", 5, 997, 0, 0, 996, 0},
        {"it came back", 5, 997, 0, 0, 995, 0},
        {"it was moved away", 5, 997, 0, 0, 993, -0.5},
    };
    for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
        tell(&stories[i]);
    }
}

TEST(far_from_the_price_nothing_is_a_spoof)
{
    /* The wall is at 1000, two ticks behind the best price when it goes: 0.002 of its own. */
    static const double nears[] = {0.00199, 0.002};
    for (int i = 0; i < 2; i++) {
        struct desk desk;
        desk_open(&desk);
        desk.config.spoof_near = nears[i];
        for (int64_t price = 996; price < 1006; price++) {
            bid(&desk, price, price == 1000 ? 100 : 1);
        }
        ask(&desk, 1010, 1);
        look(&desk, 101 * S);
        for (int64_t price = 1003; price < 1006; price++) {
            bid(&desk, price, 0);
        }
        look(&desk, 102 * S);
        bid(&desk, 1000, 0);
        look(&desk, 103 * S);
        look(&desk, 104 * S);
        EXPECT((read_at(&desk, 104 * S).spoofing < 0) == (i == 1));
    }
}

TEST(trades_at_other_prices_excuse_nothing)
{
    struct desk desk;
    even_book(&desk, 1);
    bid(&desk, 995, 100);
    look(&desk, 101 * S);
    bid(&desk, 999, 0);
    book_score_trade(&desk.score,
                     &(struct trade){.price_ticks = 999, .qty_lots = 100, .taker = SIDE_SELL});
    bid(&desk, 995, 0);
    look(&desk, 102 * S);
    look(&desk, 103 * S);
    EXPECT(read_at(&desk, 103 * S).spoofing < -0.4);
}

TEST(a_whale_is_measured_by_its_peak)
{
    struct desk desk;
    even_book(&desk, 1);
    bid(&desk, 995, 100);
    look(&desk, 101 * S);
    bid(&desk, 995, 300);
    look(&desk, 102 * S);
    bid(&desk, 999, 0);
    bid(&desk, 995, 120); /* more than it began with, less than half of what it was */
    look(&desk, 103 * S);
    look(&desk, 104 * S);
    EXPECT(read_at(&desk, 104 * S).spoofing < -0.4);
}

TEST(six_whales_of_a_side_are_followed_at_once)
{
    struct desk desk;
    desk_open(&desk);
    book_init(&desk.book, 25);
    desk.config.levels = 25;
    desk.config.spoof_full = 8;
    ask(&desk, 1001, 1);
    for (int64_t i = 0; i < 25; i++) {
        bid(&desk, 999 - i, i >= 19 ? 100 : 1);
    }
    desk.config.spoof_near = 1;
    look(&desk, 101 * S);
    bid(&desk, 999, 0);
    for (int64_t i = 19; i < 25; i++) {
        bid(&desk, 999 - i, 0);
    }
    look(&desk, 102 * S);
    look(&desk, 103 * S);
    EXPECT_NEAR(read_at(&desk, 102 * S).spoofing, -6 / 8. * (59 / 60.), 1e-12);
}

TEST(a_whale_that_falls_out_of_view_was_not_seen_to_vanish)
{
    struct desk desk;
    desk_open(&desk);
    desk.config.spoof_near = 1;
    bid(&desk, 999, 1);
    for (int64_t i = 0; i < 10; i++) {
        ask(&desk, 1001 + 2 * i, i == 9 ? 100 : 1);
    }
    look(&desk, 101 * S);
    ask(&desk, 1001, 0); /* the price comes nearer to it, */
    ask(&desk, 1004, 1);
    ask(&desk, 1006, 1); /* and then it is the eleventh of ten */
    look(&desk, 102 * S);
    EXPECT_INT(desk.score.walls[SIDE_SELL].count, 0);
    look(&desk, 103 * S);
    EXPECT_NEAR(read_at(&desk, 103 * S).spoofing, 0, 0);
}

TEST(spoofs_add_up_to_one_and_fade)
{
    struct desk desk;
    even_book(&desk, 1);
    spoof_ask(&desk, 110 * S);
    look(&desk, 111 * S);
    EXPECT_NEAR(read_at(&desk, 140 * S).spoofing, 0.5 / 2, 1e-15); /* half of one, of two */
    EXPECT_NEAR(read_at(&desk, 170 * S).spoofing, 0, 0);
    EXPECT_NEAR(read_at(&desk, 0).spoofing, (1 - 1 / 60.) / 2, 1e-15); /* as of the newest event */
    for (int64_t i = 0; i < 10; i++) {
        spoof_ask(&desk, (180 + 2 * i) * S);
    }
    look(&desk, 200 * S);
    EXPECT_NEAR(read_at(&desk, 200 * S).spoofing, 1, 0);
    EXPECT_NEAR(read_at(&desk, 300 * S).spoofing, 0, 0);
}

TEST(a_snapshot_between_leaves_nothing_to_suspect)
{
    struct desk desk;
    even_book(&desk, 1);
    spoof_ask(&desk, 110 * S);
    book_score_forget(&desk.score);
    look(&desk, 112 * S);
    EXPECT_NEAR(read_at(&desk, 112 * S).spoofing, 0, 0);
}
