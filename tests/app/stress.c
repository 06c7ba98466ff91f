/* SPDX-License-Identifier: MIT */
#include "app/stress.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "test.h"

static struct stress *begin(double hours, double interval_s)
{
    const struct stress_flags flags = {.hours = hours, .interval_s = interval_s};
    struct stress *stress = stress_new(&flags, NULL);
    EXPECT(stress != NULL);
    return stress;
}

/* Rounds that all answer within 2 ms, of a process that does not move. */
static void fill(struct stress *stress, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct stress_sample *sample = &stress->samples[stress->sample_count++];
        *sample = (struct stress_sample){.after_s = i * stress->flags.interval_s,
                                         .rss_mb = 40,
                                         .descriptors = 30,
                                         .threads = 6,
                                         .view_age_s = 0.1};
        for (int k = 0; k < STRESS_ASK_COUNT; k++) {
            sample->took_ms[k] = 1 + k / 4.0;
        }
    }
    stress->asked = stress->answered = (uint64_t)count * STRESS_ASK_COUNT;
    stress->health_count = count;
    stress->has_status = true;
    stress->sum.messages = 100;
    stress->pair_count = 2;
    stress->ended_wall_ns = (int64_t)count * NS_PER_S;
}

static enum stress_state state_of(const struct stress *stress, const char *name)
{
    struct stress_verdict verdict;
    stress_judge(stress, &verdict);
    for (uint32_t i = 0; i < verdict.count; i++) {
        if (strcmp(verdict.rows[i].name, name) == 0) {
            return verdict.rows[i].state;
        }
    }
    fail();
    return STRESS_FAIL;
}

static enum stress_state whole(const struct stress *stress)
{
    struct stress_verdict verdict;
    stress_judge(stress, &verdict);
    return verdict.state;
}

TEST(a_quantile_is_the_value_that_a_share_does_not_exceed)
{
    double values[] = {5, 1, 4, 2, 3};
    EXPECT_NEAR(stress_quantile(values, 5, 0.5), 3, 0);
    EXPECT_NEAR(stress_quantile(values, 5, 0.99), 5, 0);
    EXPECT_NEAR(stress_quantile(values, 5, 0), 1, 0);
    EXPECT(isnan(stress_quantile(values, 0, 0.5)));
}

TEST(a_metric_is_found_by_its_whole_name)
{
    const char *page = "# TYPE trader_age gauge\ntrader_age_seconds 7\ntrader_age{pair=\"A\"} 3\n"
                       "trader_age 1.25\n";
    EXPECT_NEAR(stress_metric(page, "trader_age"), 1.25, 0);
    EXPECT(isnan(stress_metric(page, "trader")));
}

TEST(a_leak_is_measured_and_noise_is_none)
{
    double after[720], leaking[720], steady[720];
    struct prng prng;
    struct stress_slope slope;
    prng_init(&prng, 7);
    for (int i = 0; i < 720; i++) { /* two hours, a round each ten seconds */
        const double noise = prng_real(&prng) - 0.5;
        after[i] = i * 10;
        steady[i] = 40 + noise;
        leaking[i] = 40 + noise + 3.0 * i * 10 / 3600;
    }
    EXPECT(stress_slope(after, leaking, 720, &slope));
    EXPECT_NEAR(slope.per_hour, 3, 0.2);
    EXPECT(slope.low > 2.5 && slope.high < 3.5);
    EXPECT(stress_slope(after, steady, 720, &slope));
    EXPECT(slope.low < 0.15 && slope.high > -0.15);
    EXPECT(!stress_slope(after, leaking, 260, &slope)); /* not yet three quarters of an hour */
    EXPECT(stress_slope(after, leaking, 280, &slope));
}

TEST(a_session_that_is_well_is_ok)
{
    struct stress *stress = begin(1, 10);
    fill(stress, 100);
    EXPECT_INT(whole(stress), STRESS_OK);
    stress_free(stress);
}

TEST(each_bound_is_seen)
{
    struct stress *stress = begin(1, 10);
    fill(stress, 100);
    stress->answered--;
    EXPECT_INT(state_of(stress, "API"), STRESS_WARN);
    stress->answered -= 5;
    EXPECT_INT(state_of(stress, "API"), STRESS_FAIL);
    stress->answered = stress->asked;
    for (int i = 0; i < 10; i++) {
        stress->samples[i].took_ms[0] = 400;
    }
    EXPECT_INT(state_of(stress, "response time"), STRESS_WARN);
    stress->unhealthy = 1;
    EXPECT_INT(state_of(stress, "health"), STRESS_WARN);
    stress->samples[50].view_age_s = 61;
    EXPECT_INT(state_of(stress, "report's age"), STRESS_FAIL);
    stress->stale_most = 1;
    EXPECT_INT(state_of(stress, "pairs"), STRESS_WARN);
    stress->stale_most = 2;
    EXPECT_INT(state_of(stress, "pairs"), STRESS_FAIL);
    stress->push_gap_ns = 4 * NS_PER_S;
    EXPECT_INT(state_of(stress, "push"), STRESS_WARN);
    stress->push_gap_ns = 11 * NS_PER_S;
    EXPECT_INT(state_of(stress, "push"), STRESS_FAIL);
    stress->sum.orders = 10;
    stress->sum.rejects = 1;
    EXPECT_INT(state_of(stress, "trading"), STRESS_WARN);
    stress->samples[99].descriptors = 50;
    EXPECT_INT(state_of(stress, "descriptors"), STRESS_WARN);
    stress->sight->critical_count = 1;
    EXPECT_INT(state_of(stress, "alarms"), STRESS_FAIL);
    EXPECT_INT(whole(stress), STRESS_FAIL);
    stress_free(stress);
}

TEST(growth_of_memory_beyond_doubt_fails)
{
    struct stress *stress = begin(1, 10);
    fill(stress, 360);
    for (uint32_t i = 0; i < 360; i++) {
        stress->samples[i].rss_mb += i / 60.0; /* 6 MB an hour */
    }
    EXPECT_INT(state_of(stress, "memory"), STRESS_FAIL);
    stress_free(stress);
}

TEST(a_process_that_cannot_be_seen_is_not_held_against_the_session)
{
    struct stress *stress = begin(1, 10);
    fill(stress, 60);
    for (uint32_t i = 0; i < 60; i++) {
        stress_read_process(0, &stress->samples[i]);
    }
    EXPECT_INT(state_of(stress, "memory"), STRESS_UNKNOWN);
    EXPECT(whole(stress) < STRESS_WARN);
    stress_read_process(getpid(), &stress->samples[0]);
    EXPECT(stress->samples[0].rss_mb > 1 && stress->samples[0].threads >= 1);
    EXPECT(stress->samples[0].descriptors >= 3 && stress->samples[0].cpu_s >= 0);
    stress_free(stress);
}

TEST(counters_go_on_over_a_restart_which_is_noticed)
{
    struct stress *stress = begin(1, 10);
    struct sight_status status = {.started = "A", .decisions = 100, .exits = 5};
    stress_take_status(stress, &status);
    status.decisions = 110;
    stress_take_status(stress, &status);
    EXPECT_INT((int64_t)stress->sum.decisions, 10); /* what was before is not ours */
    snprintf(status.started, sizeof status.started, "B");
    status.decisions = 4;
    status.exits = 1;
    stress_take_status(stress, &status);
    EXPECT_INT((int64_t)stress->sum.decisions, 14);
    EXPECT_INT((int64_t)stress->sum.exits, 1);
    EXPECT_INT(stress->restart_count, 1);
    EXPECT_INT(state_of(stress, "restarts"), STRESS_FAIL);
    stress_free(stress);
}

TEST(the_longest_silence_of_the_push_and_of_each_pair_is_kept)
{
    struct stress *stress = begin(1, 10);
    stress->push_last_ns = 100 * NS_PER_S;
    stress_take_push(stress, 101 * NS_PER_S);
    stress_take_push(stress, 106 * NS_PER_S);
    stress_take_push(stress, 107 * NS_PER_S);
    EXPECT_INT(stress->push_gap_ns, 5 * NS_PER_S);
    struct sight *sight = stress->sight;
    snprintf(sight->status.market_time, SIGHT_TIME_MAX, "2024-01-01T00:10:00Z");
    sight->pair_count = 2;
    snprintf(sight->pairs[0].symbol, SIGHT_WORD_MAX, "BTC/USD");
    snprintf(sight->pairs[0].heard, SIGHT_TIME_MAX, "2024-01-01T00:09:50Z");
    snprintf(sight->pairs[1].symbol, SIGHT_WORD_MAX, "ETH/USD"); /* never heard */
    snprintf(sight->pairs[0].health, SIGHT_WORD_MAX, "stale");
    stress_take_pairs(stress, sight);
    snprintf(sight->pairs[0].heard, SIGHT_TIME_MAX, "2024-01-01T00:10:00Z");
    stress_take_pairs(stress, sight);
    EXPECT_NEAR(stress->pairs[0].worst_age_s, 10, 1e-9);
    EXPECT_INT((int64_t)stress->pairs[0].stale_count, 2);
    EXPECT_INT(stress->stale_most, 1);
    stress_free(stress);
}
