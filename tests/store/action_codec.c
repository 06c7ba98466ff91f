/* SPDX-License-Identifier: MIT */
/* What a step did, as bytes that a replay compares. */
#include "store/action_codec.h"

#include <string.h>

#include "test.h"

TEST(any_changed_figure_of_a_record_changes_the_code)
{
    static struct actions one, two;
    uint8_t a[256], b[256];
    one.count = two.count = one.record_count = two.record_count = 1;
    one.list[0].kind = two.list[0].kind = ACTION_RECORD;
    one.records[0] = two.records[0] = (struct record){.vote_count = 1};
    const size_t len = actions_encode(&one, a, sizeof a);
    EXPECT_INT((int64_t)actions_encode(&two, b, sizeof b), (int64_t)len);
    EXPECT_INT(memcmp(a, b, len), 0);
    struct vote *const vote = &two.records[0].votes[0];
    const struct vote changed[] = {{.figures = {0, 0, 1e-9}},
                                   {.trail = 1e-9},
                                   {.broken = 1e-9},
                                   {.hold_ns = 1},
                                   {.cooling = true}};
    for (uint32_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        *vote = changed[i];
        actions_encode(&two, b, sizeof b);
        EXPECT(memcmp(a, b, len) != 0);
    }
    *vote = (struct vote){0};
    double *const figures[] = {&two.records[0].figure,
                               &two.records[0].limit,
                               &two.records[0].factors[SIZE_CONFIDENCE],
                               &two.records[0].factors[SIZE_ALL],
                               &two.records[0].book.imbalance,
                               &two.records[0].book.delta,
                               &two.records[0].book.whales,
                               &two.records[0].book.voids,
                               &two.records[0].book.spoofing,
                               &two.records[0].book.score};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        *figures[i] = 1e-9;
        actions_encode(&two, b, sizeof b);
        EXPECT(memcmp(a, b, len) != 0);
        *figures[i] = 0;
    }
    two.records[0].rule = RULE_SHARE;
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) != 0);
}

TEST(findings_count_where_there_are_any_and_nowhere_else)
{
    static struct actions one, two;
    uint8_t a[256], b[256];
    one.count = two.count = one.record_count = two.record_count = 1;
    one.list[0].kind = two.list[0].kind = ACTION_RECORD;
    struct chain_findings *findings = &two.records[0].findings;
    findings->effect.size = 0.5;
    size_t len = actions_encode(&one, a, sizeof a);
    EXPECT_INT((int64_t)actions_encode(&two, b, sizeof b), (int64_t)len);
    EXPECT_INT(memcmp(a, b, len), 0); /* left over from another record */
    one.records[0].chained = two.records[0].chained = true;
    len = actions_encode(&one, a, sizeof a);
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) != 0);
    findings->effect.size = 0;
    double *const planned[] = {&findings->planned.stop,     &findings->planned.target,
                               &findings->planned.stop_own, &findings->planned.target_own,
                               &findings->planned.size,     &findings->bandit.size,
                               &findings->bandit.worth};
    for (uint32_t i = 0; i < sizeof planned / sizeof planned[0]; i++) {
        *planned[i] = 1e-9;
        actions_encode(&two, b, sizeof b);
        EXPECT(memcmp(a, b, len) != 0);
        *planned[i] = 0;
    }
    findings->planned.expected_ns = 1;
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) != 0);
    struct finding *const changed[] = {&findings->filters[FILTER_SPIKE],
                                       &findings->timeframes[TIMEFRAME_1D]};
    for (uint32_t i = 0; i < 2; i++) {
        *findings = (struct chain_findings){0};
        actions_encode(&two, b, sizeof b);
        EXPECT_INT(memcmp(a, b, len), 0);
        changed[i]->low = 1e-9;
        actions_encode(&two, b, sizeof b);
        EXPECT(memcmp(a, b, len) != 0);
    }
}

TEST(what_the_model_said_counts_to_the_last_contribution)
{
    static struct actions one, two;
    uint8_t a[256], b[256];
    one.count = two.count = one.record_count = two.record_count = 1;
    one.list[0].kind = two.list[0].kind = ACTION_RECORD;
    const struct blend blend = {
        .answer = {.kind = MODEL_HEURISTIC,
                   .probability = 0.5,
                   .contribution_count = 2,
                   .contributions = {{FEATURE_ADX, 31, 0.1}, {FEATURE_BOOK, 0.2, 0.05}}}};
    one.records[0] = (struct record){.chained = true, .findings = {.blend = blend}};
    two.records[0] = one.records[0];
    size_t len = actions_encode(&one, a, sizeof a);
    EXPECT_INT((int64_t)actions_encode(&two, b, sizeof b), (int64_t)len);
    EXPECT_INT(memcmp(a, b, len), 0);
    struct blend *const now = &two.records[0].findings.blend;
    double *const figures[] = {&now->voted, &now->share, &now->answer.probability,
                               &now->answer.contributions[1].figure,
                               &now->answer.contributions[1].amount};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        *now = blend;
        *figures[i] += 1e-9;
        actions_encode(&two, b, sizeof b);
        EXPECT(memcmp(a, b, len) != 0);
    }
    *now = blend;
    now->answer.contributions[0].feature = FEATURE_ODDS;
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) != 0);
    *now = blend;
    now->answer.kind = MODEL_NONE;
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) != 0);
    *now = blend;
    now->market.values[FEATURE_FEES] = 1e-9;
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) == 0); /* left over: it was not read */
    now->read = one.records[0].findings.blend.read = true;
    len = actions_encode(&one, a, sizeof a);
    actions_encode(&two, b, sizeof b);
    EXPECT(memcmp(a, b, len) != 0);
}
