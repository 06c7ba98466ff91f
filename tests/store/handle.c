/* SPDX-License-Identifier: MIT */
/* How other processes find and may command a session: the token is new with each, and nobody
 * else's.
 */
#include "store/handle.h"

#include <errno.h>
#include <sys/stat.h>

#include "scratch.h"
#include "store/state_lock.h"
#include "test.h"

static const uint8_t first[TOKEN_LEN / 2] = {0x01, 0x23, 0xab, 0xcd}, second[TOKEN_LEN / 2] = {9};

static const char *fresh(const char *name)
{
    const char *dir = scratch(name);
    EXPECT_INT(mkdir(dir, 0755), 0);
    return dir;
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    EXPECT_INT(stat(path, &status), 0);
    return status.st_mode & 0777;
}

TEST(a_token_is_new_at_every_start_and_readable_by_its_owner_alone)
{
    char path[600], error[512];
    char token[TOKEN_LEN + 1], again[TOKEN_LEN + 1];
    const char *dir = fresh("handle1");
    EXPECT_INT(handle_token(dir, first, token, error, sizeof error), 0);
    EXPECT_INT(strlen(token), TOKEN_LEN);
    EXPECT(strncmp(token, "0123abcd00", 10) == 0);
    EXPECT_INT(handle_token(dir, second, again, error, sizeof error), 0);
    EXPECT(strcmp(again, token) != 0);
    snprintf(path, sizeof path, "%s/token", dir);
    EXPECT_INT(mode_of(path), 0600);
}

static struct state_lock *locked(const char *dir)
{
    char error[512];
    struct state_lock *lock = state_lock_take(dir, error, sizeof error);
    EXPECT(lock != NULL);
    return lock;
}

TEST(a_token_that_others_can_read_or_that_is_none_is_refused)
{
    char path[600], error[512], token[TOKEN_LEN + 1];
    struct handle handle;
    const char *dir = fresh("handle2");
    struct state_lock *lock = locked(dir);
    EXPECT_INT(handle_token(dir, first, token, error, sizeof error), 0);
    EXPECT_INT(handle_write(dir, "http://127.0.0.1:8080", error, sizeof error), 0);
    snprintf(path, sizeof path, "%s/token", dir);
    EXPECT_INT(chmod(path, 0640), 0);
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), -EPERM);
    EXPECT(strstr(error, "start the session again") != NULL);
    EXPECT_INT(unlink(path), 0);
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL && fputs("secret\n", file) > 0 && fclose(file) == 0);
    EXPECT_INT(chmod(path, 0600), 0);
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), -EINVAL);
    state_lock_release(lock);
}

TEST(a_session_is_found_while_it_runs_and_not_after)
{
    char path[600], error[512], token[TOKEN_LEN + 1];
    struct handle handle;
    const char *dir = fresh("handle3");
    struct state_lock *lock = locked(dir);
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), -ENOENT);
    EXPECT(strstr(error, "no session") != NULL && strstr(error, dir) != NULL);
    EXPECT_INT(handle_token(dir, first, token, error, sizeof error), 0);
    EXPECT_INT(handle_write(dir, "http://127.0.0.1:8080", error, sizeof error), 0);
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), 0);
    EXPECT_TEXT(handle.address, "http://127.0.0.1:8080");
    EXPECT_TEXT(handle.token, token);
    EXPECT_INT(handle.pid, getpid());
    snprintf(path, sizeof path, "%s/server.json", dir);
    EXPECT_INT(mode_of(path), 0600);
    handle_remove(dir);
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), -ENOENT);
    state_lock_release(lock);
}

TEST(whoever_took_the_port_of_a_dead_session_is_not_asked)
{
    char error[512], token[TOKEN_LEN + 1];
    struct handle handle;
    const char *dir = fresh("handle5");
    struct state_lock *lock = locked(dir);
    EXPECT_INT(handle_token(dir, first, token, error, sizeof error), 0);
    EXPECT_INT(handle_write(dir, "http://127.0.0.1:8080", error, sizeof error), 0);
    state_lock_release(lock); /* as a kill does */
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), -ENOENT);
    EXPECT(strstr(error, "ended without a word") != NULL);
}

TEST(a_file_that_cuttle_did_not_write_is_refused_in_words)
{
    char path[600], error[512];
    struct handle handle;
    const char *dir = fresh("handle4");
    snprintf(path, sizeof path, "%s/server.json", dir);
    FILE *file = fopen(path, "w");
    EXPECT(file != NULL && fputs("{\"address\":", file) > 0 && fclose(file) == 0);
    EXPECT_INT(handle_read(dir, &handle, error, sizeof error), -EINVAL);
    EXPECT(strstr(error, "server.json") != NULL);
}
