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
    return registry_set(folder, &line, error, sizeof error);
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
