/* SPDX-License-Identifier: MIT */
#include "research/walk.h"

#include <stdio.h>

#include "test.h"

/* "0-6/6-8 2-8/8-10": train and test of each fold. */
static void tell(const struct walk_config *config, char *text, size_t size)
{
    struct walk_fold folds[WALK_FOLD_MAX];
    const size_t count = walk_plan(config, folds);
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count && len < size; i++) {
        len += (size_t)snprintf(text + len, size - len, "%s%d-%d/%d-%d", i > 0 ? " " : "",
                                (int)folds[i].train_from_ns, (int)folds[i].train_until_ns,
                                (int)folds[i].test_from_ns, (int)folds[i].test_until_ns);
    }
}

TEST(a_rolling_training_moves_on_by_the_length_of_a_test)
{
    char text[512];
    tell(&(struct walk_config){.until_ns = 12, .train_ns = 6, .test_ns = 2}, text, sizeof text);
    EXPECT_TEXT(text, "0-6/6-8 2-8/8-10 4-10/10-12");
}

TEST(an_anchored_training_grows_from_the_beginning)
{
    char text[512];
    tell(
        &(struct walk_config){
            .from_ns = 1, .until_ns = 13, .train_ns = 6, .test_ns = 2, .anchored = true},
        text, sizeof text);
    EXPECT_TEXT(text, "1-7/7-9 1-9/9-11 1-11/11-13");
}

/* No candle is both trained on and tested, and between them the purge is neither. */
TEST(the_purge_lies_between_a_training_and_its_test_and_the_embargo_between_two_tests)
{
    char text[512];
    tell(
        &(struct walk_config){
            .until_ns = 20, .train_ns = 6, .test_ns = 3, .purge_ns = 1, .embargo_ns = 2},
        text, sizeof text);
    EXPECT_TEXT(text, "0-6/7-10 5-11/12-15 10-16/17-20");
}

TEST(a_last_test_counts_when_half_of_it_is_there)
{
    char text[512];
    struct walk_config config = {.until_ns = 12, .train_ns = 6, .test_ns = 4};
    tell(&config, text, sizeof text);
    EXPECT_TEXT(text, "0-6/6-10 4-10/10-12");
    config.until_ns = 11;
    tell(&config, text, sizeof text);
    EXPECT_TEXT(text, "0-6/6-10");
}

TEST(a_span_too_short_for_one_training_and_half_a_test_has_no_folds)
{
    struct walk_fold folds[WALK_FOLD_MAX];
    EXPECT_INT((int64_t)walk_plan(&(struct walk_config){.until_ns = 7, .train_ns = 6, .test_ns = 4},
                                  folds),
               0);
    EXPECT_INT((int64_t)walk_plan(&(struct walk_config){.until_ns = 6, .train_ns = 6, .test_ns = 1},
                                  folds),
               0);
}

TEST(there_are_never_more_folds_than_there_is_room_for)
{
    struct walk_fold folds[WALK_FOLD_MAX];
    EXPECT_INT((int64_t)walk_plan(
                   &(struct walk_config){.until_ns = 100000, .train_ns = 6, .test_ns = 1}, folds),
               WALK_FOLD_MAX);
}
