/* SPDX-License-Identifier: MIT */
/* Exits that are learned, in worlds of which it is known what there is to be learned: every trade's
 * path is made up, so that whatever target, stop or time it is given, what became of it is known.
 */
#include "research/learn/plan_walk.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "research/normal.h"
#include "test.h"

#define COUNT 1600
#define STEPS 24 /* hours of a path: all of a trade's time */
#define FEE 0.004
#define TESTS 4
#define X FEATURE_RSI
#define SHARE 0.005

enum kind {
    WORLD_NOISE, /* a fair walk: no exit is better than another */
    WORLD_PEAKS, /* rises to a peak, and back to where it began: x says how high */
    WORLD_PAIRS, /* peaks whose height hangs on the pair, of which no feature knows */
};

struct world {
    struct examples examples;
    struct candidates candidates;
    struct forward forward;
    struct pair pairs[2];
    double peaks[COUNT], paths[COUNT][STEPS + 1]; /* parts above the price */
};

static double peak_of(enum kind kind, const float *features, uint32_t pair, struct prng *prng)
{
    const double wobble = 1 + 0.2 * (prng_real(prng) - 0.5); /* a twentieth away on average */
    const double high =
        kind == WORLD_PAIRS ? (pair == 1 ? 0.06 : 0.03) : (features[X] > 0 ? 0.054 : 0.018);
    return high * wobble;
}

static void make_path(enum kind kind, double peak, double *path, struct prng *prng)
{
    path[0] = 0;
    for (uint32_t i = 1; i <= STEPS; i++) {
        const double way = (double)i / STEPS;
        path[i] = kind == WORLD_NOISE ? path[i - 1] + 0.006 * prng_normal(prng)
                                      : peak * (way <= 0.5 ? 2 * way : 2 - 2 * way);
    }
    if (kind != WORLD_NOISE) {
        path[1] = -0.012 * prng_real(prng); /* what has to be borne first */
    }
}

/* What a trade makes of its path: the stop and the target in the order they are met. */
static void lead(const struct world *world, size_t index, const struct candidate_row *row,
                 struct barrier_label *ret)
{
    const double *path = world->paths[index];
    const double target = row->target / row->price - 1, stop = row->stop / row->price - 1;
    const int64_t hold = row->hold_ns / NS_PER_HOUR;
    uint32_t i = 1;
    double out = 0;
    for (; i <= STEPS; i++) {
        if (path[i] <= stop || path[i] >= target || i >= hold) {
            out = path[i]; /* and not the barrier: a walk that is cut there would not be fair */
            break;
        }
    }
    const uint32_t end = i <= STEPS ? i : STEPS;
    *ret = (struct barrier_label){
        .fate = BARRIER_ENDED,
        .whole = true,
        .opened_ns = row->boundary_ns,
        .closed_ns = row->boundary_ns + end * NS_PER_HOUR,
        .known_ns = row->boundary_ns + (end + 1) * NS_PER_HOUR,
        .net = (i <= STEPS ? out : path[STEPS]) - FEE,
    };
    for (uint32_t k = 0; k <= STEPS; k++) {
        ret->favourable_widest = fmax(ret->favourable_widest, path[k]);
        ret->adverse_widest = fmax(ret->adverse_widest, -path[k]);
    }
}

static size_t index_of(const struct world *world, const struct candidate_row *row)
{
    for (size_t low = 0, high = COUNT;;) {
        const size_t middle = (low + high) / 2;
        const int64_t at_ns = world->candidates.rows[middle].boundary_ns;
        if (at_ns == row->boundary_ns) {
            return middle;
        }
        EXPECT(low < high);
        low = at_ns < row->boundary_ns ? middle + 1 : low;
        high = at_ns < row->boundary_ns ? high : middle;
    }
}

static int relabel(void *context, const struct candidate_row *rows, size_t count,
                   struct barrier_label *ret)
{
    const struct world *world = context;
    for (size_t i = 0; i < count; i++) {
        lead(world, index_of(world, &rows[i]), &rows[i], &ret[i]);
    }
    return 0;
}

static void add_example(struct world *world, enum kind kind, size_t index, struct prng *prng)
{
    float features[FEATURE_COUNT];
    struct barrier_label label;
    struct candidate_row *row = &world->candidates.rows[index];
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        features[i] = (float)prng_normal(prng);
    }
    *row = (struct candidate_row){.boundary_ns = (int64_t)(index + 1) * 6 * NS_PER_HOUR,
                                  .price = 100,
                                  .stop = 98,
                                  .target = 103,
                                  .hold_ns = STEPS * NS_PER_HOUR,
                                  .pair = (uint32_t)prng_below(prng, 2),
                                  .direction = 1};
    world->peaks[index] = peak_of(kind, features, row->pair, prng);
    make_path(kind, world->peaks[index], world->paths[index], prng);
    lead(world, index, row, &label);
    const struct example example = {
        .time_ns = row->boundary_ns + NS_PER_HOUR,
        .known_ns = label.known_ns > row->boundary_ns + NS_PER_HOUR
                        ? label.known_ns
                        : row->boundary_ns + 2 * NS_PER_HOUR,
        .hold_ns = label.closed_ns - label.opened_ns,
        .price = 100,
        .stop = 98,
        .target = 103,
        .reward = label.net,
        .favourable = label.favourable_widest,
        .adverse = label.adverse_widest,
        .pair = row->pair,
        .direction = 1,
        .won = label.net > 0,
    };
    EXPECT_INT(examples_add(&world->examples, &example, features), 0);
}

/* What a walk forward would have said: everything is taken, by a probability that knows x. */
static void speak(struct world *world, enum kind kind)
{
    struct forward *forward = &world->forward;
    const size_t first = COUNT * 2 / 5;
    forward->rows = calloc(COUNT, sizeof *forward->rows);
    forward->strategies = 1;
    forward->fold_count = TESTS;
    for (size_t i = 0; i < TESTS; i++) {
        const size_t from = first + (COUNT - first) * i / TESTS;
        const size_t until = first + (COUNT - first) * (i + 1) / TESTS;
        forward->folds[i] = (struct walk_fold){
            .train_until_ns = world->examples.list[from].time_ns - NS_PER_HOUR,
            .test_from_ns = world->examples.list[from].time_ns,
            .test_until_ns = world->examples.list[until - 1].time_ns + 1,
        };
        for (size_t k = from; k < until; k++) {
            const bool high = examples_features(&world->examples, k)[X] > 0;
            const double said = kind == WORLD_PEAKS ? (high ? 0.9 : 0.5) : high ? 0.6 : 0.55;
            forward->rows[forward->count++] = (struct forward_row){
                .example = k, .fold = (uint32_t)i, .ensemble = said, .taken = true};
        }
    }
}

static struct world *world_new(enum kind kind, uint64_t seed)
{
    struct world *world = calloc(1, sizeof *world);
    struct prng prng;
    EXPECT(world != NULL);
    prng_init(&prng, seed);
    world->candidates.rows = calloc(COUNT, sizeof *world->candidates.rows);
    world->candidates.count = COUNT;
    snprintf(world->pairs[0].symbol, SYMBOL_MAX, "BTC/USD");
    snprintf(world->pairs[1].symbol, SYMBOL_MAX, "PEPE/USD");
    for (size_t i = 0; i < COUNT; i++) {
        add_example(world, kind, i, &prng);
    }
    EXPECT_INT(examples_weigh(&world->examples), 0);
    speak(world, kind);
    return world;
}

static void world_free(struct world *world)
{
    examples_free(&world->examples);
    free(world->candidates.rows);
    free(world->forward.rows);
    free(world);
}

static struct plan_report reports[STRATEGY_MAX];

static const struct plan_report *walk(struct world *world)
{
    char error[256] = "";
    const struct plan_config config = {.terms = fit_terms_usual(),
                                       .strategy = "trend",
                                       .pairs = world->pairs,
                                       .pair_count = 2,
                                       .candidates = &world->candidates,
                                       .base = TIMEFRAME_1H,
                                       .round_trip_fee = FEE,
                                       .overlap = 4,
                                       .seed = 1,
                                       .relabel = {relabel, world}};
    plan_report_free(&reports[0]);
    EXPECT_INT(plan_walk_run(&config, &world->forward, &world->examples, 0, &reports[0], error,
                             sizeof error),
               0);
    EXPECT_TEXT(error, "");
    plan_judge(SHARE, reports);
    return &reports[0];
}

TEST(a_planted_peak_is_found_and_its_error_is_measured)
{
    struct world *world = world_new(WORLD_PEAKS, 1);
    const struct plan_report *report = walk(world);
    EXPECT(report->exits.live && report->plan.live);
    EXPECT(report->exits.with > report->exits.without + 0.01);
    EXPECT(plan_check(&report->plan) == NULL && report->plan.moves[PLAN_TARGET]);
    const struct plan_error *target = &report->errors[PLAN_TARGET];
    EXPECT_INT(target->count, world->forward.count);
    /* The peak lies a twentieth from its middle on average: 0.18 % of the price; a quantile a bit
     * more. One number for both kinds of peak is 1.8 % away. */
    EXPECT(target->mean > 0.001 && target->mean < 0.004);
    EXPECT(target->mean_constant > 0.012 && target->pinball < target->pinball_constant / 3);
    EXPECT(fabs(target->covered - target->alpha) < 0.12);
    float features[FEATURE_COUNT] = {0};
    features[X] = 1;
    EXPECT_NEAR(plan_tell(&report->plan, PLAN_TARGET, "", features), 1.8, 0.2);
    features[X] = -1;
    EXPECT_NEAR(plan_tell(&report->plan, PLAN_TARGET, "", features), 0.6, 0.1);
    world_free(world);
}

TEST(sizes_that_know_who_wins_more_are_live)
{
    struct world *world = world_new(WORLD_PEAKS, 2);
    const struct plan_report *report = walk(world);
    EXPECT(report->sizes.live && report->plan.sizes);
    EXPECT(report->sizes.with > report->sizes.without);
    /* Odds of 2.6 to 2.4: edges of 0.81 and 0.04, equally often. */
    EXPECT_NEAR(report->usual_edge, 0.42, 0.05);
    EXPECT(report->plan.edge == report->usual_edge);
    world_free(world);
}

TEST(in_a_fair_walk_nothing_goes_live)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct world *world = world_new(WORLD_NOISE, seed);
        const struct plan_report *report = walk(world);
        EXPECT(report->any && report->exits.count > 0 && report->sizes.count > 0);
        EXPECT(!report->exits.live && !report->plan.live);
        EXPECT(!report->sizes.live && !report->plan.sizes);
        world_free(world);
    }
}

TEST(a_pair_that_goes_farther_has_an_offset_and_its_weight_is_shown)
{
    struct world *world = world_new(WORLD_PAIRS, 1);
    const struct plan_report *report = walk(world);
    const struct plan_pair *near = &report->pairs[0], *far = &report->pairs[1];
    EXPECT_TEXT(near->symbol, "BTC/USD");
    EXPECT_TEXT(far->symbol, "PEPE/USD");
    EXPECT(far->offsets[PLAN_TARGET] > near->offsets[PLAN_TARGET] + 0.5);
    for (uint32_t i = 0; i < 2; i++) {
        EXPECT(report->pairs[i].weights[PLAN_TARGET] > 0.5);
        EXPECT(report->pairs[i].weights[PLAN_TARGET] < 1);
    }
    world_free(world);
}

TEST(the_same_examples_make_the_same_plan)
{
    struct world *world = world_new(WORLD_PEAKS, 3);
    const struct plan_report *report = walk(world);
    const struct plan_trial exits = report->exits;
    float features[FEATURE_COUNT] = {0.5F};
    const double told = plan_tell(&report->plan, PLAN_STOP, "BTC/USD", features);
    report = walk(world);
    EXPECT(report->exits.with == exits.with && report->exits.paired.p == exits.paired.p);
    EXPECT(plan_tell(&report->plan, PLAN_STOP, "BTC/USD", features) == told);
    world_free(world);
}

TEST(what_is_not_known_by_then_teaches_nothing)
{
    struct world *world = world_new(WORLD_PEAKS, 4);
    struct plan_row *rows = calloc(COUNT, sizeof *rows);
    const struct fit_terms terms = fit_terms_usual();
    struct plan_fit fit;
    char error[256] = "";
    for (size_t i = 0; i < COUNT; i++) {
        plan_row_make(&world->examples, i, &rows[i]);
        rows[i].known_ns = world->examples.list[i].time_ns + STEPS * NS_PER_HOUR;
    }
    struct plan_data data = {
        .examples = &world->examples, .rows = rows, .count = COUNT, .now_ns = rows[0].known_ns - 1};
    EXPECT_INT(plan_fit_make(&data, &terms, &fit, error, sizeof error), 0);
    EXPECT(fit.forests[0] == NULL && isnan(fit.constants[0]) && fit.effective == 0);
    plan_fit_free(&fit);
    /* The median of those that are known alone, whatever comes later. */
    data.now_ns = rows[999].known_ns;
    EXPECT_INT(plan_fit_make(&data, &terms, &fit, error, sizeof error), 0);
    const double before = fit.constants[1];
    const double told = plan_fit_tell(&fit, 1, examples_features(&world->examples, 2000));
    plan_fit_free(&fit);
    for (size_t i = 1000; i < COUNT; i++) {
        rows[i].labels[PLAN_TARGET] = 50;
    }
    EXPECT_INT(plan_fit_make(&data, &terms, &fit, error, sizeof error), 0);
    EXPECT(fit.constants[1] == before);
    EXPECT(plan_fit_tell(&fit, 1, examples_features(&world->examples, 2000)) == told);
    plan_fit_free(&fit);
    free(rows);
    world_free(world);
}

TEST(a_label_is_in_the_signals_own_ways_and_what_was_cut_short_is_none)
{
    struct examples examples = {0};
    const float features[FEATURE_COUNT] = {0};
    struct example example = {.time_ns = 1,
                              .known_ns = 2,
                              .hold_ns = 90 * NS_PER_MIN,
                              .price = 100,
                              .stop = 98,
                              .target = 104,
                              .favourable = 0.06,
                              .adverse = 0.01};
    struct plan_row row;
    EXPECT_INT(examples_add(&examples, &example, features), 0);
    example.favourable = example.adverse = (double)NAN;
    example.stop = 0;
    EXPECT_INT(examples_add(&examples, &example, features), 0);
    plan_row_make(&examples, 0, &row);
    EXPECT_NEAR(row.labels[PLAN_TARGET], 1.5, 1e-12);
    EXPECT_NEAR(row.labels[PLAN_STOP], 0.5, 1e-12);
    EXPECT_NEAR(row.labels[PLAN_HOLD], 1.5, 1e-12);
    EXPECT(row.came && plan_row_counts(&row, 0) && plan_row_counts(&row, 3));
    plan_row_make(&examples, 1, &row);
    EXPECT(isnan(row.labels[PLAN_TARGET]) && isnan(row.labels[PLAN_STOP]) && !row.came);
    EXPECT(!plan_row_counts(&row, 0) && plan_row_counts(&row, 5));
    examples_free(&examples);
}

TEST(the_quantile_of_weighed_values_is_where_that_part_of_the_weight_lies_below)
{
    struct plan_weighed values[] = {{3, 1}, {1, 2}, {2, 1}};
    EXPECT(plan_quantile(values, 3, 0.5) == 1);
    EXPECT(plan_quantile(values, 3, 0.6) == 2);
    EXPECT(plan_quantile(values, 3, 0.9) == 3);
    EXPECT(isnan(plan_quantile(values, 0, 0.5)));
}

TEST(a_combination_names_its_parts_once)
{
    uint32_t counts[PLAN_CHOICES + 1] = {0};
    for (uint32_t c = 0; c < PLAN_COMBINATIONS; c++) {
        for (uint32_t part = 0; part < PLAN_PART_COUNT; part++) {
            const uint32_t choice = plan_combination(c, (enum plan_part)part);
            EXPECT(choice == PLAN_CHOICES || plan_choices[choice].part == part);
            EXPECT((c == 0) <= (choice == PLAN_CHOICES));
            counts[choice]++;
        }
    }
    for (uint32_t i = 0; i < 3; i++) {
        EXPECT_INT(counts[i], 6);
    }
    EXPECT_INT(counts[3] + counts[4], 16);
    EXPECT_INT(counts[5], 12);
}
