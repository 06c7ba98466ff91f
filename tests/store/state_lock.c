/* SPDX-License-Identifier: MIT */
#include "store/state_lock.h"

#include <sys/wait.h>

#include "core/base/timestamp.h"
#include "scratch.h"
#include "test.h"

TEST(a_second_instance_is_told_who_holds_the_directory)
{
    const char *dir = scratch("state1");
    char error[512] = "", pid[32];
    struct state_lock *lock = state_lock_take(dir, error, sizeof error);
    EXPECT(lock != NULL);
    EXPECT(state_lock_take(dir, error, sizeof error) == NULL);
    snprintf(pid, sizeof pid, "process %ld:", (long)getpid());
    EXPECT(strstr(error, pid) != NULL && strstr(error, dir) != NULL);
    EXPECT_INT(state_lock_holder(dir), getpid());
    state_lock_release(lock);
    EXPECT_INT(state_lock_holder(dir), 0);
    lock = state_lock_take(dir, error, sizeof error);
    EXPECT(lock != NULL);
    state_lock_release(lock);
}

TEST(a_process_that_dies_leaves_no_lock)
{
    const char *dir = scratch("state2");
    const pid_t child = fork();
    if (child == 0) {
        char error[512];
        _exit(state_lock_take(dir, error, sizeof error) == NULL);
    }
    int status = 1;
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    char error[512];
    struct state_lock *lock = state_lock_take(dir, error, sizeof error);
    EXPECT(lock != NULL);
    state_lock_release(lock);
}

TEST(what_cannot_be_a_directory_is_refused_with_its_name)
{
    char error[512] = "";
    EXPECT(state_lock_take("/proc/none/state", error, sizeof error) == NULL);
    EXPECT(strstr(error, "/proc/none/state") != NULL && strstr(error, "--state") != NULL);
}

TEST(a_file_is_waited_for_while_its_keeper_is_on_his_way_out)
{
    const char *path = scratch("accounts");
    char error[512] = "";
    int ready[2];
    char byte = 0;
    EXPECT(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
        struct state_lock *lock = state_lock_file(path, 0, error, sizeof error);
        if (lock == NULL || write(ready[1], "x", 1) != 1) {
            _exit(1);
        }
        usleep(200 * 1000);
        scratch_write(path, "whole", 5);
        _exit(0);
    }
    EXPECT(read(ready[0], &byte, 1) == 1);
    EXPECT(state_lock_file(path, 0, error, sizeof error) == NULL);
    EXPECT(strstr(error, path) != NULL && strstr(error, "in use by process") != NULL);
    struct state_lock *lock = state_lock_file(path, 60 * NS_PER_S, error, sizeof error);
    EXPECT(lock != NULL && access(path, F_OK) == 0); /* it had written when we came in */
    state_lock_release(lock);
    int status = 1;
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    close(ready[0]);
    close(ready[1]);
}

static int rights(const char *path)
{
    struct stat status;
    EXPECT(stat(path, &status) == 0);
    return (int)(status.st_mode & 07777);
}

TEST(a_state_directory_is_for_its_owner_alone_also_when_it_was_wide)
{
    char dir[256], lock_file[300], error[512] = "";
    snprintf(dir, sizeof dir, "%s", scratch("state3"));
    snprintf(lock_file, sizeof lock_file, "%s/lock", dir);
    for (int pass = 0; pass < 2; pass++) {
        struct state_lock *lock = state_lock_take(dir, error, sizeof error);
        EXPECT(lock != NULL);
        state_lock_release(lock);
        EXPECT_INT(rights(dir), 0700);
        EXPECT_INT(rights(lock_file), 0600);
        EXPECT(chmod(dir, 0755) == 0 && chmod(lock_file, 0644) == 0);
    }
}

TEST(a_directory_that_all_share_is_left_as_it_is)
{
    char dir[256], error[512] = "";
    snprintf(dir, sizeof dir, "%s", scratch("state4"));
    EXPECT(mkdir(dir, 0700) == 0 && chmod(dir, 01777) == 0);
    struct state_lock *lock = state_lock_take(dir, error, sizeof error);
    EXPECT(lock != NULL);
    state_lock_release(lock);
    EXPECT_INT(rights(dir), 01777);
}
