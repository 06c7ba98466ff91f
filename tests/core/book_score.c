/* SPDX-License-Identifier: MIT */
#include "core/market/book_score.h"

#include "book_fixture.h"
#include "test.h"

TEST(a_book_that_is_alike_on_both_sides_leans_nowhere)
{
    struct desk desk;
    even_book(&desk, 7);
    expect_nothing(&desk, 100 * S);
}

TEST(a_book_that_is_empty_one_sided_or_crossed_has_no_figures)
{
    struct desk desk;
    desk_open(&desk);
    expect_nothing(&desk, 0);
    look(&desk, S);
    expect_nothing(&desk, S);
    bid(&desk, 999, 5);
    look(&desk, 2 * S);
    expect_nothing(&desk, 2 * S);
    ask(&desk, 998, 5);
    look(&desk, 3 * S);
    expect_nothing(&desk, 3 * S);
    ask(&desk, 998, 0);
    ask(&desk, 1000, 15);
    look(&desk, 4 * S);
    /* (5 - 15) / 20; what came while the book was unsound is no flow. */
    EXPECT_NEAR(read_at(&desk, 4 * S).imbalance, -0.5, 0);
    EXPECT_NEAR(read_at(&desk, 4 * S).delta, 0, 0);
}

TEST(the_nearer_a_level_the_more_it_weighs)
{
    struct desk desk;
    desk_open(&desk);
    desk.config.decay = 0.5;
    bid(&desk, 999, 4);
    bid(&desk, 998, 2);
    ask(&desk, 1001, 2);
    ask(&desk, 1002, 4);
    look(&desk, S);
    /* Bids 4 + 2/2 = 5, asks 2 + 4/2 = 4. */
    EXPECT_NEAR(read_at(&desk, S).imbalance, 1 / 9., 1e-15);
    desk.config.decay = 1;
    EXPECT_NEAR(read_at(&desk, S).imbalance, 0, 0);
    EXPECT_NEAR(read_at(&desk, S).imbalance, book_imbalance(&desk.book, 10), 0);
}

TEST(levels_beyond_those_asked_for_do_not_count)
{
    struct desk desk;
    desk_open(&desk);
    desk.config.levels = 1;
    bid(&desk, 999, 3);
    bid(&desk, 998, 1000);
    ask(&desk, 1001, 1);
    look(&desk, S);
    EXPECT_NEAR(read_at(&desk, S).imbalance, 0.5, 0);
}

TEST(what_is_added_to_bids_and_taken_from_asks_is_the_delta)
{
    struct desk desk;
    desk_open(&desk);
    bid(&desk, 999, 10);
    ask(&desk, 1001, 10);
    look(&desk, 100 * S);
    bid(&desk, 999, 15);
    look(&desk, 101 * S);
    EXPECT_NEAR(read_at(&desk, 101 * S).delta, 5 / 25., 0);
    ask(&desk, 1001, 5);
    look(&desk, 102 * S);
    EXPECT_NEAR(read_at(&desk, 102 * S).delta, (5 + 5) / 20., 0);
    bid(&desk, 1000, 2); /* a new level above the best */
    bid(&desk, 999, 0);  /* and the old one gone */
    look(&desk, 103 * S);
    EXPECT_NEAR(read_at(&desk, 103 * S).delta, (5 + 5 + 2 - 15) / 7., 1e-15);
}

TEST(the_delta_forgets_what_is_older_than_its_window)
{
    struct desk desk;
    desk_open(&desk);
    bid(&desk, 999, 10);
    ask(&desk, 1001, 10);
    look(&desk, 100 * S);
    bid(&desk, 999, 20);
    look(&desk, 100 * S);
    EXPECT_NEAR(read_at(&desk, 110 * S - 1).delta, 10 / 30., 0);
    EXPECT_NEAR(read_at(&desk, 110 * S).delta, 0, 0);
    /* The same part of the ring, a round later: the old flow is not in it. */
    ask(&desk, 1001, 4);
    look(&desk, 110 * S);
    EXPECT_NEAR(read_at(&desk, 110 * S).delta, 6 / 24., 0);
    EXPECT_NEAR(read_at(&desk, 1000 * S).delta, 0, 0);
}

TEST(time_that_goes_back_stands_still)
{
    struct desk desk;
    desk_open(&desk);
    bid(&desk, 999, 10);
    ask(&desk, 1001, 10);
    look(&desk, 100 * S);
    bid(&desk, 999, 20);
    look(&desk, 50 * S);
    EXPECT_NEAR(read_at(&desk, 50 * S).delta, 10 / 30., 0);
    EXPECT_NEAR(read_at(&desk, 109 * S).delta, 10 / 30., 0);
}

TEST(a_delta_greater_than_what_rests_is_cut_at_one)
{
    struct desk desk;
    desk_open(&desk);
    bid(&desk, 999, 10);
    ask(&desk, 1001, 1000);
    look(&desk, 100 * S);
    ask(&desk, 1001, 1);
    look(&desk, 101 * S);
    EXPECT_NEAR(read_at(&desk, 101 * S).delta, 1, 0);
}

TEST(a_level_that_comes_into_view_or_leaves_it_is_no_flow)
{
    struct desk desk;
    even_book(&desk, 7);
    ask(&desk, 1001, 0); /* nine are left, the tenth arrives with the same message */
    ask(&desk, 1011, 500);
    look(&desk, 101 * S);
    EXPECT_NEAR(read_at(&desk, 101 * S).delta, 7. / (70 + 63 + 500), 1e-15);
    bid(&desk, 1000, 3); /* pushes 990 out of the ten */
    look(&desk, 102 * S);
    EXPECT_INT(desk.book.bids.count, 10);
    EXPECT_NEAR(read_at(&desk, 102 * S).delta, (7. + 3) / (66 + 63 + 500), 1e-15);
}

TEST(a_level_behind_those_asked_for_is_no_flow_when_it_moves_up)
{
    struct desk desk;
    desk_open(&desk);
    desk.config.levels = 1;
    bid(&desk, 999, 10);
    bid(&desk, 998, 50);
    ask(&desk, 1001, 10);
    look(&desk, 100 * S);
    bid(&desk, 999, 0);
    look(&desk, 100 * S);
    EXPECT_NEAR(read_at(&desk, 100 * S).delta, -10 / 60., 1e-15);
}

TEST(the_last_level_of_a_ladder_that_is_whole_is_a_flow)
{
    struct desk desk;
    desk_open(&desk);
    bid(&desk, 999, 10);
    ask(&desk, 1001, 10);
    look(&desk, 100 * S);
    bid(&desk, 990, 10);
    look(&desk, 100 * S);
    EXPECT_NEAR(read_at(&desk, 100 * S).delta, 10 / 30., 0);
}

TEST(what_changed_behind_a_snapshot_is_no_flow)
{
    struct desk desk;
    even_book(&desk, 7);
    book_score_forget(&desk.score);
    expect_nothing(&desk, 100 * S);
    bid(&desk, 999, 700);
    look(&desk, 101 * S);
    EXPECT_NEAR(read_at(&desk, 101 * S).delta, 0, 0);
    EXPECT(read_at(&desk, 101 * S).imbalance > 0.8);
}

/* Levels one tick apart round `mid`, but for a gap of `gap` behind level `at` of a side. */
static struct book_figures figures_of_gap(int64_t mid, enum side side, int64_t at, int64_t gap)
{
    struct desk desk;
    desk_open(&desk);
    desk.config.decay = 0.5;
    for (int64_t i = 0; i < 5; i++) {
        const int64_t wide = i > at ? gap - 1 : 0;
        bid(&desk, mid - 1 - i - (side == SIDE_BUY ? wide : 0), 1);
        ask(&desk, mid + 1 + i + (side == SIDE_SELL ? wide : 0), 1);
    }
    look(&desk, S);
    return read_at(&desk, S);
}

TEST(a_void_above_the_price_speaks_for_a_rise_the_nearer_the_more)
{
    EXPECT_NEAR(figures_of_gap(1000, SIDE_SELL, 0, 5).voids, 1, 0);
    EXPECT_NEAR(figures_of_gap(1000, SIDE_SELL, 2, 5).voids, 0.25, 0);
    EXPECT_NEAR(figures_of_gap(1000, SIDE_BUY, 0, 5).voids, -1, 0);
    EXPECT_NEAR(figures_of_gap(1000, SIDE_BUY, 1, 50).voids, -0.5, 0);
}

TEST(a_gap_is_a_void_at_so_many_times_the_others_and_of_some_width)
{
    EXPECT_NEAR(figures_of_gap(1000, SIDE_SELL, 0, 4).voids, 0, 0);
    EXPECT_NEAR(figures_of_gap(1000, SIDE_SELL, 0, 5).voids, 1, 0);
    /* 5 ticks of 5,001 are less than 0.001 of it, of 4,999 more. */
    EXPECT_NEAR(figures_of_gap(5000, SIDE_SELL, 0, 5).voids, 0, 0);
    EXPECT_NEAR(figures_of_gap(4999, SIDE_SELL, 0, 5).voids, 1, 0);
}

TEST(a_gap_with_few_others_to_measure_it_by_is_no_void)
{
    struct desk desk;
    desk_open(&desk);
    for (int64_t i = 0; i < 3; i++) {
        bid(&desk, 999 - i, 1);
    }
    ask(&desk, 1001, 1);
    ask(&desk, 1100, 1);
    look(&desk, S);
    EXPECT_NEAR(read_at(&desk, S).voids, 0, 0);
    ask(&desk, 1101, 1);
    look(&desk, S);
    EXPECT_NEAR(read_at(&desk, S).voids, 0, 0);
    ask(&desk, 1102, 1); /* now there are four others */
    look(&desk, S);
    EXPECT_NEAR(read_at(&desk, S).voids, 1, 0);
}

TEST(the_score_is_the_mean_of_its_parts_by_their_weights)
{
    struct desk desk;
    even_book(&desk, 1);
    spoof_ask(&desk, 110 * S);
    bid(&desk, 990, 21);
    ask(&desk, 1040, 1);
    look(&desk, 111 * S);
    struct book_figures f = read_at(&desk, 111 * S);
    EXPECT(f.imbalance != 0 && f.delta != 0 && f.whales != 0 && f.voids != 0 && f.spoofing != 0);
    EXPECT_NEAR(f.score,
                0.4 * f.imbalance + 0.25 * f.delta + 0.15 * f.whales + 0.1 * f.voids +
                    0.1 * f.spoofing,
                1e-15);
    desk.config.imbalance_weight = desk.config.delta_weight = 0;
    f = read_at(&desk, 111 * S);
    EXPECT_NEAR(f.score, (0.15 * f.whales + 0.1 * f.voids + 0.1 * f.spoofing) / 0.35, 1e-15);
    desk.config.whales_weight = desk.config.voids_weight = desk.config.spoofing_weight = 0;
    EXPECT_NEAR(read_at(&desk, 111 * S).score, 0, 0);
}
