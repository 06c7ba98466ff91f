/* SPDX-License-Identifier: MIT */
/* Trees that XGBoost grew, beside what XGBoost itself says of them. */
#include "research/learn/booster.h"

#include <dirent.h>
#include <errno.h>

#include "core/base/prng.h"
#include "test.h"

#define COLUMNS 12
#define ROWS 5000

struct world {
    struct prng prng;
    float rows[ROWS * COLUMNS], labels[ROWS], weights[ROWS];
    struct booster_data data;
};

static const struct booster_terms usual = {.objective = BOOSTER_LOGISTIC,
                                           .alpha = 0.5,
                                           .rounds = 60,
                                           .depth = 4,
                                           .bins = 64,
                                           .eta = 0.1,
                                           .lambda = 1,
                                           .min_child_weight = 1,
                                           .subsample = 1,
                                           .colsample = 1,
                                           .seed = 7};

/* Few different numbers, so that rows meet splits; one in eight is not known. */
static float any_value(struct prng *prng, uint32_t column)
{
    if (prng_below(prng, 8) == 0) {
        return (float)NAN;
    }
    return column % 2 == 0 ? (float)prng_normal(prng) : (float)prng_below(prng, 9) - 4;
}

static void fill_rows(struct prng *prng, float *rows, size_t count)
{
    for (size_t i = 0; i < count * COLUMNS; i++) {
        rows[i] = any_value(prng, i % COLUMNS);
    }
}

static double or_else(float value, double other)
{
    return isnan(value) ? other : (double)value;
}

/* A 1 is likely where the first column is high, or where the third is not known. */
static double likely(const float *row)
{
    return 1 / (1 + exp(-1.5 * or_else(row[0], 0) - (isnan(row[2]) ? 1.0 : 0.0)));
}

static struct world *make_world(uint64_t seed, size_t row_count)
{
    static struct world world;
    prng_init(&world.prng, seed);
    fill_rows(&world.prng, world.rows, row_count);
    for (size_t i = 0; i < row_count; i++) {
        world.labels[i] = prng_real(&world.prng) < likely(world.rows + i * COLUMNS);
        world.weights[i] = (float)(0.25 + prng_real(&world.prng));
    }
    world.data = (struct booster_data){.rows = world.rows,
                                       .labels = world.labels,
                                       .weights = world.weights,
                                       .row_count = row_count,
                                       .column_count = COLUMNS};
    return &world;
}

/* Labels of a spread that grows with the first column, in some unit. */
static struct world *make_spread(uint64_t seed, size_t row_count, double unit)
{
    struct world *world = make_world(seed, row_count);
    for (size_t i = 0; i < row_count; i++) {
        const double spread = 1 + fabs(or_else(world->rows[i * COLUMNS], 0));
        world->labels[i] = (float)(unit * (3 + spread * prng_normal(&world->prng)));
    }
    return world;
}

static struct booster *train(const struct booster_data *data, const struct booster_terms *terms)
{
    char error[BOOSTER_ERROR_MAX] = "";
    struct booster *booster = NULL;
    const int code = booster_train(data, terms, NULL, &booster, error, sizeof error);
    if (code == -ENOENT) {
        print_message("skipped: %s\n", error);
        skip();
    }
    EXPECT_TEXT(error, "");
    EXPECT_INT(code, 0);
    return booster;
}

static void expect_xgboosts_margins(const struct world *world, const struct booster_terms *terms)
{
    static float rows[ROWS * COLUMNS], margins[ROWS];
    struct prng prng;
    char error[BOOSTER_ERROR_MAX];
    struct booster *booster = train(&world->data, terms);
    const struct forest *forest = booster_forest(booster);
    prng_init(&prng, terms->depth);
    fill_rows(&prng, rows, ROWS);
    EXPECT_INT(booster_margins(booster, rows, ROWS, margins, error, sizeof error), 0);
    for (size_t i = 0; i < ROWS; i++) {
        const float ours = forest_margin(forest, rows + i * COLUMNS);
        EXPECT(memcmp(&ours, &margins[i], sizeof ours) == 0);
    }
    EXPECT_INT(forest->tree_count, terms->rounds);
    EXPECT(forest->depth >= 1 && forest->depth <= terms->depth);
    booster_free(booster);
}

TEST(margins_are_xgboosts_own_bit_for_bit)
{
    const uint32_t depths[] = {1, 2, 4, 6, 9, FOREST_DEPTH_MAX};
    const uint64_t seed = test_seed();
    for (uint32_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        struct booster_terms terms = usual;
        terms.depth = depths[i];
        terms.rounds = 5 + 30 * i;
        terms.gamma = i % 2; /* some branches are pruned */
        terms.min_child_weight = 0.1;
        terms.subsample = i == 2 ? 0.7 : 1;
        terms.bins = i == 0 ? 2 : i == 3 ? BOOSTER_BIN_MAX : 64;
        expect_xgboosts_margins(make_world(seed + i, 300 + 900 * i), &terms);
        terms.objective = BOOSTER_QUANTILE;
        terms.alpha = 0.1 + 0.15 * i;
        expect_xgboosts_margins(make_spread(seed + i, 300 + 900 * i, 0.02), &terms);
    }
}

static bool same_bytes(const struct booster *a, const struct booster *b)
{
    const struct forest *one = booster_forest(a), *two = booster_forest(b);
    return one->node_count == two->node_count && one->tree_count == two->tree_count &&
           one->depth == two->depth && one->feature_count == two->feature_count &&
           memcmp(&one->base, &two->base, sizeof one->base) == 0 &&
           memcmp(one->nodes, two->nodes, one->node_count * sizeof one->nodes[0]) == 0 &&
           memcmp(one->means, two->means, one->node_count * sizeof one->means[0]) == 0 &&
           memcmp(one->roots, two->roots, one->tree_count * sizeof one->roots[0]) == 0;
}

TEST(the_same_data_give_the_same_forest_and_another_seed_another)
{
    struct booster_terms terms = usual, other = usual;
    terms.subsample = terms.colsample = other.subsample = other.colsample = 0.6;
    other.seed++;
    const struct world *world = make_world(test_seed(), 2000);
    struct booster *first = train(&world->data, &terms);
    struct booster *between = train(&world->data, &other);
    struct booster *again = train(&world->data, &terms);
    EXPECT(same_bytes(first, again));
    EXPECT(!same_bytes(first, between));
    booster_free(first), booster_free(between), booster_free(again);
    terms.objective = BOOSTER_QUANTILE;
    first = train(&world->data, &terms);
    again = train(&world->data, &terms);
    EXPECT(same_bytes(first, again));
    booster_free(first), booster_free(again);
}

TEST(a_planted_probability_is_found)
{
    struct world *world = make_world(test_seed(), ROWS);
    struct booster *booster = train(&world->data, &usual);
    static float fresh[ROWS * COLUMNS];
    double off = 0, off_of_base = 0;
    fill_rows(&world->prng, fresh, ROWS);
    const double mean = 1 / (1 + exp(-(double)booster_forest(booster)->base));
    for (size_t i = 0; i < ROWS; i++) {
        const float *row = fresh + i * COLUMNS;
        const double margin = (double)forest_margin(booster_forest(booster), row);
        off += fabs(1 / (1 + exp(-margin)) - likely(row)) / ROWS;
        off_of_base += fabs(mean - likely(row)) / ROWS;
    }
    EXPECT(off_of_base > 0.2);
    EXPECT(off < 0.06);
    booster_free(booster);
}

TEST(the_base_is_the_logit_of_what_the_labels_weigh)
{
    struct booster_terms terms = usual;
    terms.rounds = 1;
    const float rows[] = {1, 2, 3, 4}, labels[] = {0, 1, 0, 1}, weights[] = {1, 2, 3, 4};
    const struct booster_data data = {rows, labels, weights, 4, 1};
    struct booster *booster = train(&data, &terms);
    EXPECT_NEAR((double)booster_forest(booster)->base, log(0.6 / 0.4), 1e-6);
    booster_free(booster);
}

TEST(a_row_of_no_weight_teaches_nothing)
{
    /* Every other label is turned round, and has no weight. */
    struct world *world = make_world(test_seed(), 4000);
    double told = 0, unweighted = 0;
    for (size_t i = 0; i < 4000; i++) {
        world->labels[i] = (i % 2 == 0) == (or_else(world->rows[i * COLUMNS + 1], -1) > 0);
        world->weights[i] = i % 2 == 0;
    }
    struct booster *booster = train(&world->data, &usual);
    world->data.weights = NULL;
    struct booster *blind = train(&world->data, &usual);
    for (size_t i = 0; i < 4000; i++) {
        const float *row = world->rows + i * COLUMNS;
        const double side = or_else(row[1], -1) > 0 ? 1 : -1;
        told += side * (double)forest_margin(booster_forest(booster), row) / 4000;
        unweighted += side * (double)forest_margin(booster_forest(blind), row) / 4000;
    }
    EXPECT(told > 3);
    EXPECT(fabs(unweighted) < 0.5);
    booster_free(booster), booster_free(blind);
}

static double covered(const struct booster *booster, const struct world *world)
{
    double count = 0;
    for (size_t i = 0; i < world->data.row_count; i++) {
        const float margin = forest_margin(booster_forest(booster), world->rows + i * COLUMNS);
        count += world->labels[i] <= margin;
    }
    return count / (double)world->data.row_count;
}

TEST(so_many_labels_are_below_a_quantile_whatever_their_unit)
{
    const double alphas[] = {0.1, 0.5, 0.9}, units[] = {1e-3, 1, 1e4};
    const uint64_t seed = test_seed();
    for (uint32_t i = 0; i < 9; i++) {
        struct booster_terms terms = usual;
        terms.objective = BOOSTER_QUANTILE;
        terms.alpha = alphas[i / 3];
        /* Shallow, and of many rows a leaf: what is learned by heart covers less elsewhere. */
        terms.rounds = 100, terms.depth = 2, terms.eta = 0.05, terms.min_child_weight = 100;
        const double unit = units[i % 3];
        struct world *world = make_spread(seed, ROWS, unit);
        world->data.weights = NULL;
        struct booster *booster = train(&world->data, &terms);
        EXPECT_NEAR(covered(booster, world), terms.alpha, 0.01);
        world = make_spread(seed + 1, ROWS, unit);
        EXPECT_NEAR(covered(booster, world), terms.alpha, 0.02);
        /* The spread is known by the first column: wide there, the outer quantiles lie further out.
         */
        float narrow[COLUMNS] = {0}, wide[COLUMNS] = {2.5F};
        const double apart = (double)forest_margin(booster_forest(booster), wide) -
                             (double)forest_margin(booster_forest(booster), narrow);
        /* In truth by 2.5 spreads of 1.28; so few trees go a part of that way. */
        const double side = i / 3 == 0 ? -1 : 1;
        EXPECT(i / 3 == 1 ? fabs(apart) < 0.8 * unit : side * apart > unit);
        booster_free(booster);
    }
}

TEST(a_quantile_in_another_unit_is_the_same_to_the_last_bit)
{
    struct booster_terms terms = usual;
    terms.objective = BOOSTER_QUANTILE;
    terms.alpha = 0.8;
    struct world *world = make_spread(test_seed(), 2000, 1);
    struct booster *one = train(&world->data, &terms);
    for (size_t i = 0; i < 2000; i++) {
        world->labels[i] *= 0x1p10F;
    }
    struct booster *large = train(&world->data, &terms);
    for (size_t i = 0; i < 2000; i++) {
        const float *row = world->rows + i * COLUMNS;
        EXPECT(forest_margin(booster_forest(large), row) ==
               0x1p10F * forest_margin(booster_forest(one), row));
    }
    booster_free(one), booster_free(large);
}

TEST(labels_that_are_all_the_same_are_their_own_quantile)
{
    struct booster_terms terms = usual;
    terms.objective = BOOSTER_QUANTILE;
    terms.alpha = 0.9;
    struct world *world = make_world(test_seed(), 500);
    for (size_t i = 0; i < 500; i++) {
        world->labels[i] = 0.03F;
    }
    struct booster *booster = train(&world->data, &terms);
    EXPECT(forest_margin(booster_forest(booster), world->rows) == 0.03F);
    booster_free(booster);
}

static uint32_t threads_now(void)
{
    uint32_t count = 0;
    DIR *folder = opendir("/proc/self/task");
    EXPECT(folder != NULL);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}

struct watched {
    uint32_t calls, stop_at, threads_most;
};

static bool watch(void *context, uint32_t done, uint32_t rounds)
{
    struct watched *watched = context;
    watched->calls++;
    EXPECT_INT(done, watched->calls);
    EXPECT_INT(rounds, usual.rounds);
    const uint32_t threads = threads_now();
    watched->threads_most = threads > watched->threads_most ? threads : watched->threads_most;
    return done != watched->stop_at;
}

TEST(a_training_starts_no_thread_and_can_be_ended_between_two_rounds)
{
    const struct world *world = make_world(test_seed(), ROWS);
    const uint32_t before = threads_now();
    struct watched watched = {0};
    char error[BOOSTER_ERROR_MAX] = "";
    booster_free(train(&world->data, &usual)); /* or the test is skipped */

    struct booster *booster = NULL;
    const struct booster_watch watching = {watch, &watched};
    EXPECT_INT(booster_train(&world->data, &usual, &watching, &booster, error, sizeof error), 0);
    EXPECT_INT(watched.calls, usual.rounds);
    EXPECT_INT(watched.threads_most, before);
    EXPECT_INT(threads_now(), before);
    booster_free(booster);

    booster = NULL;
    watched = (struct watched){.stop_at = 3};
    EXPECT_INT(booster_train(&world->data, &usual, &watching, &booster, error, sizeof error),
               -ECANCELED);
    EXPECT_INT(watched.calls, 3);
    EXPECT(booster == NULL);
    EXPECT_TEXT(error, "the training was ended after 3 of 60 rounds");
}

TEST(what_cannot_be_trained_on_is_refused_before_xgboost_sees_it)
{
    struct world *world = make_world(test_seed(), 100);
    struct booster *booster = NULL;
    char error[BOOSTER_ERROR_MAX] = "";
    world->rows[3 * COLUMNS + 5] = INFINITY;
    EXPECT_INT(booster_train(&world->data, &usual, NULL, &booster, error, sizeof error), -EINVAL);
    EXPECT_TEXT(error, "row 3, column 5 (from 0) is inf: 1e+30 at most; what is not known is NaN");
    EXPECT(booster == NULL);
}
