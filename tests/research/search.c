/* SPDX-License-Identifier: MIT */
#include "research/search.h"

#include "test.h"

struct values {
    int64_t fast, slow;
    double factor;
};

static const struct option rows[] = {
    {"fast", OPTION_INT, "", "20", 1, 510, NULL, OPTION_FIELD(struct values, fast), "a"},
    {"slow", OPTION_INT, "", "50", 2, 511, NULL, OPTION_FIELD(struct values, slow), "b"},
    {"factor", OPTION_REAL, "", "2", 0.5, 10, NULL, OPTION_FIELD(struct values, factor), "c"},
};

static const struct config_section section = {"pair", rows, 3, NULL, "two averages", false};

static void add(struct space *space, const char *text)
{
    char error[256] = "";
    EXPECT_INT(space_add(space, &section, 1, NULL, text, error, sizeof error), 0);
}

/* As a strategy of two averages has it. */
static bool fast_below_slow(void *context, const struct point *point)
{
    (void)context;
    return point->at[0] < point->at[1];
}

/* A hill with its top at 12, 30: no set is as good as that one. */
static struct outcome hill(const struct point *point)
{
    const double a = point->at[0] - 12, b = point->at[1] - 30;
    return (struct outcome){.sharpe = -(a * a) - b * b / 4, .trades = 100};
}

static void tell(struct search *search, size_t index)
{
    const struct outcome outcome = hill(&search->trials[index].point);
    search_tell(search, index, TRIAL_ENGINE, &outcome);
}

/* All of it, with so many sets under way at once, told newest first: as late as can be. */
static void run(struct search *search, const struct search_config *config, size_t ahead)
{
    search_init(search, config);
    for (size_t told = 0; search_more(search) > 0 || told < search->count;) {
        const size_t end = search->count - told > ahead ? told + ahead : search->count;
        for (size_t i = end; i-- > told;) {
            tell(search, i);
        }
        told = end;
    }
}

static struct search_config config_of(const struct space *space, enum search_method method)
{
    return (struct search_config){.space = space,
                                  .objective = {OBJECTIVE_SHARPE, 1, 30},
                                  .method = method,
                                  .seed = 7,
                                  .possible = fast_below_slow};
}

TEST(a_grid_tries_each_possible_set_once_and_finds_the_top)
{
    struct space space = {0};
    add(&space, "pair.fast=6..30:6");
    add(&space, "pair.slow=10..50:10");
    struct search_config config = config_of(&space, SEARCH_GRID);
    struct search search;
    run(&search, &config, 3);
    /* Of 25 those with fast < slow: 10 takes 6; 20 takes 6 12 18; 30 takes 4; 40 and 50 all 5. */
    EXPECT_INT(search.count, 1 + 3 + 4 + 5 + 5);
    EXPECT_INT(search.impossible, 25 - 18);
    EXPECT_INT(search_expected(&search), 18);
    size_t best[3];
    EXPECT_INT(search_best(&search, best, 3), 3);
    EXPECT_NEAR(search.trials[best[0]].point.at[0], 12, 0);
    EXPECT_NEAR(search.trials[best[0]].point.at[1], 30, 0);
    for (size_t i = 0; i < search.count; i++) {
        for (size_t k = 0; k < i; k++) {
            EXPECT(!space_same(&space, &search.trials[i].point, &search.trials[k].point));
        }
    }
    search_deinit(&search);
}

TEST(drawn_sets_are_never_the_same_and_end_when_all_were_drawn)
{
    struct space space = {0};
    add(&space, "pair.fast=1..20");
    add(&space, "pair.slow=2..21");
    struct search_config config = config_of(&space, SEARCH_RANDOM);
    config.budget = 1000;
    struct search search;
    run(&search, &config, 16);
    /* 20 values of fast, and for each those of slow above it: 20 + 19 + .. + 1. */
    EXPECT_INT(search.count, 210);
    EXPECT(search.ended);
    for (size_t i = 0; i < search.count; i++) {
        for (size_t k = 0; k < i; k++) {
            EXPECT(!space_same(&space, &search.trials[i].point, &search.trials[k].point));
        }
    }
    search_deinit(&search);
}

TEST(a_budget_ends_a_search_of_endless_sets)
{
    struct space space = {0};
    add(&space, "pair.fast=1..500");
    add(&space, "pair.slow=2..511");
    add(&space, "pair.factor=1..4");
    struct search_config config = config_of(&space, SEARCH_RANDOM);
    config.budget = 1001;
    struct search search;
    run(&search, &config, 7);
    EXPECT_INT(search.count, 1001);
    EXPECT_INT(search.settled, 1001);
    search_deinit(&search);
}

TEST(sets_that_are_all_impossible_end_the_search)
{
    struct space space = {0};
    add(&space, "pair.fast=100..500");
    add(&space, "pair.slow=2..90");
    add(&space, "pair.factor=1..4");
    struct search_config config = config_of(&space, SEARCH_RANDOM);
    struct search search;
    run(&search, &config, 7);
    EXPECT_INT(search.count, 0);
    EXPECT(search.ended);
    search_deinit(&search);
}

/* What is tried hangs on the seed and on nothing else: not on how many are under way, nor on which
 * comes back first. */
TEST(the_same_seed_gives_the_same_sets_whoever_works_them_out)
{
    struct space space = {0};
    add(&space, "pair.fast=1..500");
    add(&space, "pair.slow=2..511");
    add(&space, "pair.factor=1..4:log");
    for (int method = SEARCH_RANDOM; method < SEARCH_METHOD_COUNT; method++) {
        struct search_config config = config_of(&space, (enum search_method)method);
        config.budget = 300;
        struct search one, many, other;
        run(&one, &config, 1);
        run(&many, &config, 200);
        config.seed = 8;
        run(&other, &config, 1);
        /* Halving: a third of them again, and a ninth. */
        EXPECT_INT(one.count, method == SEARCH_HALVING ? 300 + 100 + 33 : 300);
        EXPECT_INT(many.count, one.count);
        size_t same = 0;
        for (size_t i = 0; i < one.count; i++) {
            EXPECT(space_same(&space, &one.trials[i].point, &many.trials[i].point));
            EXPECT_NEAR(one.trials[i].part, many.trials[i].part, 0);
            same += space_same(&space, &one.trials[i].point, &other.trials[i].point);
        }
        EXPECT_INT(same, 0);
        search_deinit(&one), search_deinit(&many), search_deinit(&other);
    }
}

/* Scores fall with the square of the distance from the top: over five seeds, what is found by
 * learning lies at most half as far from it as what is drawn. */
TEST(what_learns_gets_nearer_to_the_top_than_what_draws)
{
    struct space space = {0};
    add(&space, "pair.fast=1..500");
    add(&space, "pair.slow=2..511");
    double found[2] = {0};
    const enum search_method methods[] = {SEARCH_RANDOM, SEARCH_TPE};
    for (int m = 0; m < 2; m++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            struct search_config config = config_of(&space, methods[m]);
            config.budget = 200;
            config.seed = seed;
            struct search search;
            size_t best;
            run(&search, &config, 2);
            EXPECT_INT(search_best(&search, &best, 1), 1);
            found[m] += search.scores[best] / 5;
            for (size_t i = 0; i < search.count; i++) {
                for (size_t k = 0; k < i; k++) {
                    EXPECT(!space_same(&space, &search.trials[i].point, &search.trials[k].point));
                }
            }
            search_deinit(&search);
        }
    }
    EXPECT(found[1] > found[0] / 4);
}

/* 27 sets on a ninth, of them the best 9 on a third, of those the best 3 on all. */
TEST(halving_takes_the_better_third_on)
{
    struct space space = {0};
    add(&space, "pair.fast=1..500");
    add(&space, "pair.slow=2..511");
    struct search_config config = config_of(&space, SEARCH_HALVING);
    config.budget = 27;
    struct search search;
    run(&search, &config, 5);
    EXPECT_INT(search.count, 27 + 9 + 3);
    EXPECT_INT(search_expected(&search), 39);
    EXPECT_INT(search_alike(&search), 27);
    EXPECT_NEAR(search.trials[0].part, 1.0 / 9, 1e-12);
    EXPECT_NEAR(search.trials[27].part, 1.0 / 3, 1e-12);
    EXPECT_NEAR(search.trials[36].part, 1, 0);
    /* Each that was taken on is as good as any that was left behind. */
    for (size_t i = 27; i < 36; i++) {
        size_t better = 0;
        for (size_t k = 0; k < 27; k++) {
            better += search.scores[k] > search.scores[i];
        }
        EXPECT(better < 9);
    }
    size_t best[10];
    EXPECT_INT(search_best(&search, best, 10), 3);
    EXPECT_INT(best[0], 36);
    search_deinit(&search);
}

/* 30 trades are asked of the whole span, so 4 of a ninth. */
TEST(an_early_rung_is_asked_for_fewer_trades)
{
    struct space space = {0};
    add(&space, "pair.fast=1..500");
    add(&space, "pair.slow=501..511");
    struct search_config config = config_of(&space, SEARCH_HALVING);
    config.budget = 27;
    struct search search;
    search_init(&search, &config);
    EXPECT_INT(search_more(&search), 27);
    for (size_t i = 0; i < 27; i++) {
        const struct outcome outcome = {.sharpe = 1, .trades = i < 5 ? 4 : 3};
        search_tell(&search, i, TRIAL_ENGINE, &outcome);
        EXPECT_INT(search_judge(&search, &search.trials[i]), i < 5 ? REFUSAL_NONE : REFUSAL_TRADES);
    }
    EXPECT_INT(search_more(&search), 5);
    search_deinit(&search);
}

/* 0 has too few trades, 1 and 3 are as good, 2 has no figure. */
TEST(the_best_are_sorted_the_earlier_first_and_refused_ones_never)
{
    struct space space = {0};
    add(&space, "pair.fast=1..5");
    add(&space, "pair.slow=100");
    struct search_config config = config_of(&space, SEARCH_GRID);
    struct search search;
    search_init(&search, &config);
    EXPECT_INT(search_more(&search), 5);
    const struct outcome outcomes[] = {{.sharpe = 9, .trades = 1},
                                       {.sharpe = 2, .trades = 50},
                                       {.sharpe = (double)NAN, .trades = 50},
                                       {.sharpe = 2, .trades = 50},
                                       {.sharpe = 3, .trades = 50}};
    size_t best[5];
    for (size_t i = 0; i < 4; i++) {
        search_tell(&search, 4 - i, TRIAL_ENGINE, &outcomes[4 - i]);
        EXPECT_INT(search_best(&search, best, 5), 0); /* the first is not known */
    }
    search_tell(&search, 0, TRIAL_ENGINE, &outcomes[0]);
    EXPECT_INT(search_best(&search, best, 5), 3);
    EXPECT_INT(best[0], 4);
    EXPECT_INT(best[1], 1);
    EXPECT_INT(best[2], 3);
    EXPECT_INT(search_best(&search, best, 2), 2);
    EXPECT_INT(best[0], 4);
    EXPECT_INT(best[1], 1);
    search_deinit(&search);
}
