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
    state_lock_release(lock);
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
