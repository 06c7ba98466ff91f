/* SPDX-License-Identifier: MIT */
#include "store/state_lock.h"

#include <sys/wait.h>

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
