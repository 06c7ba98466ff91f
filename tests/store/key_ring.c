/* SPDX-License-Identifier: MIT */
/* The file of keys: what is written is read again, holds no key, and is its owner's alone. */
#include "store/key_ring.h"

#include <errno.h>
#include <sys/stat.h>

#include "scratch.h"
#include "store/disk.h"
#include "test.h"

static const uint8_t chance[32] = {0xab, 0xcd, 1};

static int add(struct key_ring *ring, const char *name, char key[KEY_RING_LEN + 1])
{
    char error[512];
    struct ring_key as = {.may_command = true, .made_ns = INT64_C(1722859200000000000)};
    snprintf(as.name, sizeof as.name, "%s", name);
    return key_ring_add(ring, &as, chance, key, error, sizeof error);
}

static void put(const char *path, const char *text)
{
    EXPECT_INT(disk_write_file(path, text, strlen(text)), 0);
}

TEST(a_ring_is_read_as_it_was_written_and_holds_no_key)
{
    char key[KEY_RING_LEN + 1], error[512] = "", path[600];
    struct key_ring ring = {0}, again;
    struct stat status;
    char *text;
    size_t len;
    snprintf(path, sizeof path, "%s", scratch("keys1"));
    EXPECT_INT(key_ring_read(path, &again, error, sizeof error), 0); /* none yet */
    EXPECT_INT(again.count, 0);
    EXPECT(key_ring_stamp(path) == 0);
    EXPECT_INT(add(&ring, "ops", key), 0);
    EXPECT(strncmp(key, "abcd0100", 8) == 0 && strlen(key) == KEY_RING_LEN);
    EXPECT_INT(key_ring_write(path, &ring, error, sizeof error), 0);
    EXPECT_INT(stat(path, &status), 0);
    EXPECT_INT(status.st_mode & 0777, 0600);
    EXPECT_INT(disk_read_file(path, 4096, &text, &len), 0);
    EXPECT(strstr(text, key) == NULL && strstr(text, "ops command ") == text);
    EXPECT(strstr(text, " 2024-08-05T12:00:00Z\n") != NULL);
    free(text);
    EXPECT_INT(key_ring_read(path, &again, error, sizeof error), 0);
    EXPECT_INT(again.count, 1);
    EXPECT(memcmp(&again.keys[0], &ring.keys[0], sizeof ring.keys[0]) == 0);
    uint8_t digest[KEY_RING_DIGEST];
    key_ring_digest(key, strlen(key), digest);
    EXPECT(memcmp(digest, again.keys[0].digest, sizeof digest) == 0);
}

TEST(names_are_plain_and_each_stands_once)
{
    char key[KEY_RING_LEN + 1];
    struct key_ring ring = {0};
    const char *const bad[] = {"", "1st", "Ops", "a b", "a\nb", "-a", "a/b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        EXPECT_INT(add(&ring, bad[i], key), -EINVAL);
    EXPECT_INT(add(&ring, "a-b_9", key), 0);
    EXPECT_INT(add(&ring, "a-b_9", key), -EEXIST);
    for (int i = 1; i < KEY_RING_MAX; i++) {
        char name[KEY_RING_NAME_SIZE];
        snprintf(name, sizeof name, "k%d", i);
        EXPECT_INT(add(&ring, name, key), 0);
    }
    EXPECT_INT(add(&ring, "more", key), -ENOSPC);
    EXPECT(key_ring_remove(&ring, "a-b_9") && !key_ring_remove(&ring, "a-b_9"));
    EXPECT_INT(ring.count, KEY_RING_MAX - 1);
    EXPECT_TEXT(ring.keys[0].name, "k1");
    EXPECT_INT(add(&ring, "more", key), 0);
    char path[600], error[512];
    snprintf(path, sizeof path, "%s", scratch("keys2"));
    EXPECT_INT(key_ring_write(path, &ring, error, sizeof error), 0); /* the most fits */
    struct key_ring again;
    EXPECT_INT(key_ring_read(path, &again, error, sizeof error), 0);
    EXPECT_INT(again.count, KEY_RING_MAX);
}

TEST(a_file_that_others_reach_or_that_is_not_ours_is_refused)
{
#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GOOD "ops command " DIGEST " 2024-08-05T12:00:00Z\n"
    const char *const bad[] = {
        "ops command\n",
        "ops admin " DIGEST " 2024-08-05T12:00:00Z\n",
        "ops command " DIGEST "0 2024-08-05T12:00:00Z\n",
        "ops command " DIGEST " yesterday\n",
        "OPS command " DIGEST " 2024-08-05T12:00:00Z\n",
        GOOD "\n",
        GOOD GOOD,
        "ops command " DIGEST " 2024-08-05T12:00:00Z more\n",
        "averylongnameofakeythatisnone command " DIGEST " 2024-08-05T12:00:00Z\n",
    };
    char path[600], error[512];
    struct key_ring ring = {.count = 7};
    snprintf(path, sizeof path, "%s", scratch("keys3"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put(path, bad[i]);
        EXPECT_INT(key_ring_read(path, &ring, error, sizeof error), -EBADMSG);
        EXPECT(strstr(error, ", line ") != NULL);
    }
    EXPECT_INT(ring.count, 7); /* untouched */
    put(path, GOOD);
    EXPECT_INT(key_ring_read(path, &ring, error, sizeof error), 0);
    EXPECT_INT(ring.count, 1);
    const uint64_t stamp = key_ring_stamp(path);
    EXPECT_INT(chmod(path, 0640), 0);
    EXPECT(key_ring_stamp(path) != stamp);
    EXPECT_INT(key_ring_read(path, &ring, error, sizeof error), -EPERM);
    EXPECT(strstr(error, "lets others in") != NULL);
}
