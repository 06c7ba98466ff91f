/* SPDX-License-Identifier: MIT */
#include "research/learn/examples.h"

#include "core/base/timestamp.h"
#include "test.h"

#define ROWS 6

static struct record voted_record(void)
{
    struct record record = {
        .kind = RECORD_DECISION, .price = 100, .chained = true, .vote_count = 4};
    const struct vote votes[] = {
        {.strategy = 0, .direction = 1, .actionable = true, .stop = 98, .target = 106},
        {.strategy = 1, .direction = 1, .actionable = true, .stop = 99, .target = 101},
        {.strategy = 2, .direction = -1, .actionable = true, .stop = 101, .target = 97},
        {.strategy = 3, .direction = 1, .shadow = true, .strength = 0.75, .confidence = 0.5},
    };
    memcpy(record.votes, votes, sizeof votes);
    record.findings.blend.read = true;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        record.findings.blend.market.values[i] = i + 0.5;
    }
    return record;
}

TEST(a_vote_is_aimed_with_its_own_plan_and_the_majority_on_its_own_side)
{
    struct examples_reader reader = {.round_trip_fee = 0.01, .voted = true};
    struct record record = voted_record();
    float row[FEATURE_COUNT];
    EXPECT(examples_read(&reader, &record, 0, row));
    EXPECT_NEAR((double)row[FEATURE_MAJORITY], 1, 0); /* two agree, one is against */
    EXPECT_NEAR((double)row[FEATURE_ODDS], 0.25, 1e-6);
    EXPECT_NEAR((double)row[FEATURE_FEES], 1.0 / 6, 1e-6); /* 100 * 0.01 of a way of 6 */
    EXPECT_NEAR((double)row[FEATURE_ADX], 0.5, 0);
    EXPECT(examples_read(&reader, &record, 2, row));
    EXPECT_NEAR((double)row[FEATURE_MAJORITY], -1, 0);
    EXPECT_NEAR((double)row[FEATURE_ODDS], 0.25, 1e-6);
    EXPECT_NEAR((double)row[FEATURE_RETURN_1], -(FEATURE_RETURN_1 + 0.5), 0); /* a short's mirror */
    EXPECT(examples_read(&reader, &record, 3, row));
    EXPECT_NEAR((double)row[FEATURE_MAJORITY], 2, 0); /* as if it had been listened to */
    EXPECT_NEAR((double)row[FEATURE_STRENGTH], 0.75, 0);
    EXPECT_NEAR((double)row[FEATURE_CONFIDENCE], 0.5, 0);
    EXPECT(isnan(row[FEATURE_ODDS])); /* it has neither stop nor target */
}

TEST(where_nobody_votes_there_is_no_majority_and_no_float_is_infinite)
{
    struct examples_reader reader = {0};
    struct record record = voted_record();
    float row[FEATURE_COUNT];
    record.findings.blend.market.values[FEATURE_ADX] = 1e300;
    EXPECT(examples_read(&reader, &record, 0, row));
    EXPECT(isnan(row[FEATURE_MAJORITY]));
    EXPECT(isnan(row[FEATURE_ADX]));
    record.findings.blend.read = false;
    EXPECT(!examples_read(&reader, &record, 0, row));
    record.findings.blend.read = true;
    record.chained = false; /* what stands behind it is nothing */
    EXPECT(!examples_read(&reader, &record, 0, row));
}

/* Six candidates an hour apart: a win, a loss, a short, one not over, one never filled, one that
 * no tick can count. The loss, of another strategy, is open while the win is. */
struct world {
    struct candidates candidates;
    struct candidate_row rows[ROWS];
    float features[ROWS * FEATURE_COUNT];
    struct labels labels;
    struct barrier_label list[ROWS];
};

static void make_world(struct world *world)
{
    static const enum barrier_fate fates[ROWS] = {BARRIER_ENDED,    BARRIER_ENDED,
                                                  BARRIER_ENDED,    BARRIER_UNFINISHED,
                                                  BARRIER_UNFILLED, BARRIER_UNUSABLE};
    *world = (struct world){
        .candidates = {.count = ROWS, .config.feature_count = FEATURE_COUNT},
        .labels = {.count = ROWS},
    };
    world->candidates.rows = world->rows;
    world->candidates.features = world->features;
    world->labels.list = world->list;
    for (int i = 0; i < ROWS; i++) {
        const int64_t boundary_ns = i * NS_PER_HOUR;
        world->rows[i] = (struct candidate_row){.boundary_ns = boundary_ns,
                                                .price = 100 + i,
                                                .stop = 90,
                                                .target = 120,
                                                .pair = 5,
                                                .strategy = i == 1 ? 3 : 2,
                                                .direction = i == 2 ? -1 : 1};
        world->list[i] = (struct barrier_label){
            .fate = fates[i],
            .whole = i == 0,
            .opened_ns = boundary_ns + NS_PER_HOUR,
            .closed_ns = boundary_ns + 4 * NS_PER_HOUR,
            .known_ns = boundary_ns + 5 * NS_PER_HOUR,
            .net = i == 0 ? 0.02 : -0.01,
            .favourable_widest = 0.03,
            .adverse_widest = 0.004,
        };
        world->features[i * FEATURE_COUNT + 7] = (float)i;
    }
}

TEST(only_longs_whose_end_is_known_teach_and_the_rest_is_counted)
{
    static struct world world;
    struct examples examples;
    make_world(&world);
    EXPECT_INT(examples_make(&world.candidates, &world.labels, TIMEFRAME_1H, false, &examples), 0);
    EXPECT_INT((int64_t)examples.count, 2);
    const struct examples_count *count = &examples.counts[2];
    EXPECT_INT((int64_t)count->candidates, 5);
    EXPECT_INT((int64_t)count->shorts, 1);
    EXPECT_INT((int64_t)count->unfinished, 1);
    EXPECT_INT((int64_t)count->unfilled, 1);
    EXPECT_INT((int64_t)count->unusable, 1);
    EXPECT_INT((int64_t)count->kept, 1);
    EXPECT_INT((int64_t)count->won, 1);
    EXPECT_INT((int64_t)examples.counts[3].kept, 1);
    EXPECT_INT((int64_t)examples.counts[3].won, 0);
    EXPECT_NEAR(examples.counts[3].reward, -0.01, 0);
    const struct example *win = &examples.list[0], *loss = &examples.list[1];
    EXPECT_INT(win->time_ns, NS_PER_HOUR); /* the end of the candle it was said at */
    EXPECT_INT(win->known_ns, 5 * NS_PER_HOUR);
    EXPECT_INT(win->hold_ns, 3 * NS_PER_HOUR);
    EXPECT_INT(win->pair, 5);
    EXPECT(win->won && !loss->won && !win->own);
    EXPECT_NEAR(win->favourable, 0.03, 0);
    EXPECT(isnan(loss->favourable)); /* its time was cut short */
    EXPECT_NEAR((double)examples_features(&examples, 1)[7], 1, 0);
    examples_free(&examples);
}

/* [1h, 5h) and [2h, 6h) of one pair: alone for a quarter, shared for three. */
TEST(outcomes_overlap_within_a_strategy_and_for_pooled_models_within_a_pair)
{
    static struct world world;
    struct examples examples;
    make_world(&world);
    EXPECT_INT(examples_make(&world.candidates, &world.labels, TIMEFRAME_1H, false, &examples), 0);
    for (int i = 0; i < 2; i++) {
        EXPECT_NEAR(examples.list[i].uniqueness, 1, 1e-12);
        EXPECT_NEAR(examples.list[i].uniqueness_pooled, 0.25 + 0.75 / 2, 1e-12);
    }
    examples_free(&examples);
}

TEST(shorts_are_examples_when_they_are_asked_for)
{
    static struct world world;
    struct examples examples;
    make_world(&world);
    EXPECT_INT(examples_make(&world.candidates, &world.labels, TIMEFRAME_1H, true, &examples), 0);
    EXPECT_INT((int64_t)examples.count, 3);
    EXPECT_INT(examples.list[2].direction, -1);
    EXPECT_INT((int64_t)examples.counts[2].shorts, 0);
    examples_free(&examples);
}
