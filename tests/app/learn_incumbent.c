/* SPDX-License-Identifier: MIT */
/* What is in force, carried over into a new model strategy by strategy. The strategies here are the
 * first three of the table. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../core/model_fixture.h"
#include "app/learn.h"

struct fixture {
    struct learn_job job;
    struct fixture_stump stumps[4];
    struct model made;
    struct model_check checks[8];
    uint32_t check_count;
};

static const char *name_of(uint32_t strategy)
{
    return strategy_table[strategy]->name;
}

static struct trained entry(struct fixture *fixture, uint32_t at, const char *name, bool live)
{
    const float high = 0.5F + (float)at;
    const struct forest forest = fixture_forest(&fixture->stumps[at], FEATURE_RSI, 50, -1, high);
    struct trained trained = fixture_trained(name, &forest);
    trained.live = live;
    trained.own = 0.5;
    return trained;
}

/* In force: the first strategy live, the second a shadow, the third live, and the pooled one; each
 * forest with a row. The engine has the first two. */
static struct fixture *in_force(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct learn_job *job = &fixture->job;
    struct model *before = &job->in_force.model;
    before->hash[0] = 0xab;
    before->trained_count = 4;
    for (uint32_t i = 0; i < 3; i++) {
        struct model_term *term = &job->in_force.terms.list[i];
        before->trained[i] = entry(fixture, i, name_of(i), i != 1);
        snprintf(term->strategy, sizeof term->strategy, "%s", name_of(i));
        term->until_ns = 1000 + i;
    }
    before->trained[3] = entry(fixture, 3, "", false);
    job->in_force.terms.count = 3;
    job->in_force.check_count = 4;
    job->in_force.checks = calloc(4, sizeof *job->in_force.checks);
    for (uint32_t i = 0; i < 4; i++) {
        job->in_force.checks[i].trained = i;
        job->in_force.checks[i].margin =
            forest_margin(&before->trained[i].forest, (float[FEATURE_COUNT]){0});
    }
    job->stays = true;
    job->incumbents = 1; /* of those that the engine has, the first is live and fits */
    job->setup.engine.strategy_count = 2;
    for (uint32_t i = 0; i < 2; i++) {
        job->setup.engine.strategies[i].type = i;
        job->reports[i] = (struct gate_report){.any = true, .verdict = GATE_SHADOW};
    }
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    free(fixture->job.in_force.checks);
    free(fixture);
}

static void carry(struct fixture *fixture)
{
    /* What was learned anew: the pooled one. */
    fixture->made.trained[0] = entry(fixture, 3, "", false);
    fixture->made.trained_count = 1;
    learn_carry(&fixture->job, &fixture->made, fixture->checks, &fixture->check_count);
}

TEST(a_live_one_that_is_not_beaten_stays_and_so_does_one_of_which_nothing_was_learned)
{
    struct fixture *fixture = in_force();
    EXPECT(learn_stays(&fixture->job, name_of(0)));
    EXPECT(!learn_stays(&fixture->job, name_of(1))); /* a shadow */
    EXPECT(learn_stays(&fixture->job, name_of(2)));  /* not in this training */
    fixture->job.reports[0].verdict = GATE_LIVE;
    EXPECT(!learn_stays(&fixture->job, name_of(0))); /* beaten */
    fixture->job.reports[0].verdict = GATE_REFUSED;
    EXPECT(learn_stays(&fixture->job, name_of(0)));
    fixture->job.incumbents = 0;
    EXPECT(!learn_stays(&fixture->job, name_of(0))); /* trained for other parameters */
    fixture->job.stays = false;
    EXPECT(!learn_stays(&fixture->job, name_of(2))); /* for another market */
    fixture_free(fixture);
}

TEST(it_comes_with_its_rows_its_terms_and_the_pooled_one_that_it_leans_on)
{
    struct fixture *fixture = in_force();
    const struct model *made = &fixture->made;
    carry(fixture);
    EXPECT_INT(fixture->job.carried_count, 2);
    EXPECT_INT(made->trained_count, 4); /* the new pooled one, two strategies, and the old pooled */
    const int32_t first = model_find(made, name_of(0)), third = model_find(made, name_of(2));
    const int32_t pool = model_find(made, "~ab000000");
    EXPECT(first > 0 && third > 0 && pool > 0);
    EXPECT_INT(made->trained[first].pool, (uint32_t)pool + 1);
    EXPECT_INT(made->trained[third].pool, (uint32_t)pool + 1);
    EXPECT_INT(fixture->check_count, 3);
    for (uint32_t i = 0; i < fixture->check_count; i++) {
        const struct model_check *check = &fixture->checks[i];
        EXPECT_NEAR((double)check->margin,
                    (double)forest_margin(&made->trained[check->trained].forest, check->values), 0);
    }
    EXPECT_INT(fixture->job.terms.count, 2);
    EXPECT_INT(model_terms_find(&fixture->job.terms, name_of(2))->until_ns, 1002);
    fixture_free(fixture);
}

TEST(carried_over_it_says_what_it_said_before_also_a_second_time)
{
    struct fixture *fixture = in_force();
    struct features features;
    struct model_said before, after;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        features.values[i] = 60;
    }
    EXPECT(model_ask(&fixture->job.in_force.model, 0, 3, NULL, &features, &before));
    carry(fixture);
    for (int time = 0; time < 2; time++) {
        const struct model made = fixture->made;
        EXPECT(model_check(&made) == NULL);
        EXPECT(model_ask(&made, (uint32_t)model_find(&made, name_of(0)), model_find(&made, ""),
                         NULL, &features, &after));
        EXPECT_NEAR(after.probability, before.probability, 0);
        /* The new one is in force now, and not beaten either; its own pooled one says otherwise. */
        fixture->job.in_force.model = made;
        fixture->job.in_force.model.hash[0] = 0xcd;
        fixture->job.in_force.terms = fixture->job.terms;
        fixture->job.terms.count = 0;
        fixture->made = (struct model){.trained_count = 0};
        fixture->check_count = 0;
        carry(fixture);
    }
    fixture_free(fixture);
}
