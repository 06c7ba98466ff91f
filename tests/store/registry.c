/* SPDX-License-Identifier: MIT */
/* Which model is in force, what was, and what a crash leaves. */
#include "store/registry.h"

#include <errno.h>

#include "store/model_file.h"
#include "test.h"

static char folder[64];

static void begin(void)
{
    snprintf(folder, sizeof folder, "/tmp/cuttle-registry-XXXXXX");
    EXPECT(mkdtemp(folder) != NULL);
}

static void end(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    EXPECT_INT(system(command), 0);
}

/* A model is told apart by its hash alone here. */
static void put(uint8_t first)
{
    const uint8_t hash[MODEL_HASH_SIZE] = {first, 0xab};
    char error[256] = "";
    EXPECT_INT(registry_put(folder, "{}", 2, hash, error, sizeof error), 0);
}

static int set(uint8_t first, const char *word, int64_t time_ns)
{
    struct registry_line line = {.time_ns = time_ns, .hash = {first, first ? 0xab : 0}};
    char error[256] = "";
    snprintf(line.word, sizeof line.word, "%s", word);
    snprintf(line.why, sizeof line.why, "because \"%d\"", first);
    return registry_set(folder, &line, NULL, error, sizeof error);
}

static uint8_t current(void)
{
    uint8_t hash[MODEL_HASH_SIZE];
    char error[256] = "";
    EXPECT_INT(registry_current(folder, hash, error, sizeof error), 0);
    return hash[0];
}

static uint8_t before(void)
{
    struct registry_history history;
    uint8_t now[MODEL_HASH_SIZE], hash[MODEL_HASH_SIZE];
    char error[256] = "";
    EXPECT_INT(registry_read_history(folder, &history, error, sizeof error), 0);
    EXPECT_INT(registry_current(folder, now, error, sizeof error), 0);
    registry_before(&history, now, hash);
    registry_history_free(&history);
    return hash[0];
}

TEST(what_was_put_in_force_is_and_the_history_says_why)
{
    begin();
    EXPECT_INT(current(), 0);
    put(1);
    put(2);
    EXPECT_INT(set(1, "promote", 1000000000), 0);
    EXPECT_INT(set(2, "promote", 2000000000), 0);
    EXPECT_INT(current(), 2);
    struct registry_history history;
    char error[256] = "";
    EXPECT_INT(registry_read_history(folder, &history, error, sizeof error), 0);
    EXPECT_INT((int64_t)history.count, 2);
    EXPECT_TEXT(history.lines[1].why, "because \"2\"");
    EXPECT_TEXT(history.lines[1].word, "promote");
    EXPECT_INT(history.lines[0].time_ns, 1000000000);
    registry_history_free(&history);
    EXPECT_INT(set(3, "promote", 3000000000), -ENOENT); /* there is no such file */
    EXPECT_INT(current(), 2);
    end();
}

static int demote(uint8_t first, const char *strategy)
{
    struct registry_line line = {.time_ns = 9000000000, .hash = {first, 0xab}, .word = "demote"};
    char error[256] = "";
    snprintf(line.strategy, sizeof line.strategy, "%s", strategy);
    return registry_demote(folder, &line, error, sizeof error);
}

static bool is_demoted(uint8_t first, const char *strategy, uint64_t turn)
{
    struct registry_history history;
    const uint8_t hash[MODEL_HASH_SIZE] = {first, 0xab};
    char error[256] = "";
    EXPECT_INT(registry_read_history(folder, &history, error, sizeof error), 0);
    EXPECT_INT((int64_t)registry_turn(&history, hash), (int64_t)turn);
    const bool demoted = registry_demoted(&history, hash, strategy);
    registry_history_free(&history);
    return demoted;
}

TEST(a_model_that_failed_for_a_strategy_is_demoted_for_it_until_it_is_put_in_force_anew)
{
    begin();
    put(1);
    put(2);
    EXPECT(!is_demoted(1, "trend", 0));
    EXPECT_INT(set(1, "promote", 1000000000), 0);
    EXPECT_INT(demote(1, "trend"), 0);
    EXPECT_INT(current(), 1); /* for the other strategies it stays */
    EXPECT(is_demoted(1, "trend", 1) && !is_demoted(1, "dca", 1) && !is_demoted(2, "trend", 0));
    EXPECT_INT(before(), 0); /* and nothing else came into force */
    EXPECT_INT(set(2, "promote", 2000000000), 0);
    EXPECT(is_demoted(1, "trend", 1) && !is_demoted(2, "trend", 3));
    EXPECT_INT(before(), 1);
    EXPECT_INT(set(1, "promote", 3000000000), 0);
    EXPECT(!is_demoted(1, "trend", 4));
    end();
}

TEST(rolling_back_again_and_again_goes_further_and_further_back)
{
    begin();
    for (uint8_t i = 1; i <= 3; i++) {
        put(i);
        EXPECT_INT(set(i, "promote", i * INT64_C(1000000000)), 0);
    }
    EXPECT_INT(before(), 2);
    EXPECT_INT(set(2, "rollback", 4000000000), 0);
    EXPECT_INT(before(), 1);
    EXPECT_INT(set(1, "rollback", 5000000000), 0);
    EXPECT_INT(before(), 0); /* none was before the first */
    EXPECT_INT(set(3, "promote", 6000000000), 0);
    EXPECT_INT(before(), 1);
    EXPECT_INT(set(0, "demote", 7000000000), 0);
    EXPECT_INT(current(), 0);
    EXPECT_INT(before(), 3);
    end();
}

TEST(a_model_that_came_into_force_twice_is_rolled_back_as_often)
{
    static const struct {
        uint8_t model;
        const char *word;
        uint8_t before;
    } story[] = {
        {1, "promote", 0}, {2, "promote", 1},  {1, "promote", 2},  {1, "promote", 2},
        {3, "train", 1},   {1, "rollback", 2}, {2, "rollback", 1}, {1, "rollback", 0},
        {2, "promote", 1}, {1, "rollback", 0},
    };
    begin();
    for (uint8_t i = 1; i <= 3; i++) {
        put(i);
    }
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        const int64_t time_ns = (int64_t)(i + 1) * 1000000000;
        EXPECT_INT(set(story[i].model, story[i].word, time_ns), 0);
        EXPECT_INT(before(), story[i].before);
    }
    end();
}

TEST(a_line_that_a_crash_kept_from_coming_into_force_is_passed_over)
{
    begin();
    char path[128];
    for (uint8_t i = 1; i <= 3; i++) {
        put(i);
        EXPECT_INT(set(i, "promote", i * INT64_C(1000000000)), 0);
    }
    /* The history is written first: here is what is left when nothing came after it. */
    snprintf(path, sizeof path, "%s/current", folder);
    FILE *out = fopen(path, "w");
    EXPECT(out != NULL);
    fprintf(out, "02ab%060d\n", 0);
    fclose(out);
    EXPECT_INT(current(), 2);
    EXPECT_INT(before(), 1);
    end();
}

TEST(who_reckoned_from_what_is_no_longer_in_force_is_refused)
{
    static const uint8_t none[MODEL_HASH_SIZE], one[MODEL_HASH_SIZE] = {1, 0xab};
    struct registry_line line = {.time_ns = 3, .word = "train", .hash = {2, 0xab}};
    char error[512] = "";
    begin();
    put(1);
    put(2);
    EXPECT_INT(set(1, "promote", 1), 0);
    EXPECT_INT(registry_set(folder, &line, none, error, sizeof error), -ESTALE);
    EXPECT(strstr(error, "changed meanwhile") != NULL);
    EXPECT(strstr(error, "01ab00000000 now") != NULL);
    EXPECT_INT(current(), 1);
    EXPECT_INT(before(), 0); /* nor does the history say it */
    EXPECT_INT(registry_set(folder, &line, one, error, sizeof error), 0);
    EXPECT_INT(current(), 2);
    end();
}

TEST(a_model_is_found_by_the_beginning_of_its_hash)
{
    begin();
    put(0x12);
    put(0x13);
    uint8_t hash[MODEL_HASH_SIZE];
    EXPECT_INT(registry_find(folder, "12", hash), 1);
    EXPECT_INT(hash[0], 0x12);
    EXPECT_INT(registry_find(folder, "1", hash), 2);
    EXPECT_INT(registry_find(folder, "7", hash), 0);
    struct registry_entry entries[4];
    EXPECT_INT((int64_t)registry_list(folder, entries, 4), 2);
    EXPECT_INT(entries[0].hash[0], 0x12);
    end();
}

TEST(what_is_no_registry_is_said)
{
    begin();
    char path[128], error[256] = "";
    uint8_t hash[MODEL_HASH_SIZE];
    snprintf(path, sizeof path, "%s/current", folder);
    FILE *file = fopen(path, "w");
    fputs("nonsense\n", file);
    fclose(file);
    EXPECT_INT(registry_current(folder, hash, error, sizeof error), -EPROTO);
    EXPECT(strstr(error, "current") != NULL && strstr(error, "promote") != NULL);
    snprintf(path, sizeof path, "%s/history.jsonl", folder);
    file = fopen(path, "w");
    fputs("{\"time\":\"2024-01-01T00:00:00Z\"}\n", file);
    fclose(file);
    struct registry_history history;
    EXPECT_INT(registry_read_history(folder, &history, error, sizeof error), -EPROTO);
    EXPECT(strstr(error, "line 1") != NULL);
    registry_history_free(&history);
    end();
}
