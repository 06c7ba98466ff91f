/* SPDX-License-Identifier: MIT */
#include "core/risk/breaker.h"

#include "test.h"

#define PAUSE 100

TEST(it_opens_at_the_limit_waits_tries_once_and_closes_when_that_goes_well)
{
    struct breaker breaker = {0};
    EXPECT(!breaker_fail(&breaker, 3, PAUSE, 0));
    EXPECT(!breaker_fail(&breaker, 3, PAUSE, 10));
    EXPECT(breaker_admits(&breaker, PAUSE, 15));
    EXPECT(breaker_fail(&breaker, 3, PAUSE, 20));
    EXPECT(!breaker_admits(&breaker, PAUSE, 119));
    EXPECT_INT(breaker_until(&breaker, PAUSE), 120);
    EXPECT(breaker_admits(&breaker, PAUSE, 120));
    EXPECT_INT(breaker_until(&breaker, PAUSE), 0); /* it is being tried */
    EXPECT(!breaker_admits(&breaker, PAUSE, 121)); /* one trial at a time */
    EXPECT(breaker_succeed(&breaker));
    EXPECT(breaker_admits(&breaker, PAUSE, 122));
}

TEST(a_trial_that_fails_doubles_the_pause_up_to_a_bound)
{
    struct breaker breaker = {0};
    int64_t now = 0;
    EXPECT(breaker_fail(&breaker, 1, PAUSE, now));
    for (int64_t pause = PAUSE; pause < 64 * PAUSE; pause *= 2) {
        const int64_t waited = pause < 32 * PAUSE ? pause : 32 * PAUSE;
        EXPECT(!breaker_admits(&breaker, PAUSE, now + waited - 1));
        now += waited;
        EXPECT(breaker_admits(&breaker, PAUSE, now));
        EXPECT(breaker_fail(&breaker, 1, PAUSE, now));
    }
    EXPECT(breaker_admits(&breaker, PAUSE, now + 32 * PAUSE));
}

TEST(failures_far_apart_or_with_a_success_between_do_not_add_up)
{
    struct breaker breaker = {0};
    EXPECT(!breaker_fail(&breaker, 2, PAUSE, 0));
    EXPECT(!breaker_fail(&breaker, 2, PAUSE, 101));
    EXPECT(!breaker_succeed(&breaker));
    EXPECT(!breaker_fail(&breaker, 2, PAUSE, 110));
    EXPECT(breaker_fail(&breaker, 2, PAUSE, 120));
}

TEST(a_limit_of_none_never_opens)
{
    struct breaker breaker = {0};
    for (int i = 0; i < 100; i++) {
        EXPECT(!breaker_fail(&breaker, 0, PAUSE, i));
    }
    EXPECT(breaker_admits(&breaker, PAUSE, 100));
}
