/* SPDX-License-Identifier: MIT */
#include "app/background.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/loop/spawn.h"

#define NICE 19
#define IO_WHO_PROCESS 1
#define IO_IDLE (3 << 13) /* ioprio_set(2): the disk's idle class */

static int add_file(posix_spawn_file_actions_t *actions, int fd, const char *path)
{
    return posix_spawn_file_actions_addopen(actions, fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static int set_files(posix_spawn_file_actions_t *actions, const char *folder, const char *output,
                     const char *errors)
{
    int code = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (code == 0) {
        code = add_file(actions, STDOUT_FILENO, output);
    }
    if (code == 0) {
        code = errors != NULL
                   ? add_file(actions, STDERR_FILENO, errors)
                   : posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
    }
    return code == 0 ? posix_spawn_file_actions_addchdir_np(actions, folder) : code;
}

pid_t background_start(char *const argv[], const char *folder, const char *output,
                       const char *errors)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t child = -1;
    size_t count;
    char **variables = spawn_environment(0, &count);
    if (variables == NULL) {
        return -ENOMEM;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int code = set_files(&actions, folder, output, errors);
    if (code == 0) {
        code = spawn_attributes(&attributes);
    }
    if (code == 0) {
        /* The very program that runs, also where its file was replaced by a newer one. */
        code = posix_spawn(&child, "/proc/self/exe", &actions, &attributes, argv, variables);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(variables);
    return code == 0 ? child : -code;
}

/* What cannot be had is gone without: the rest still holds. */
bool background_become(pid_t starter)
{
    static const char first[] = "1000";
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpriority(PRIO_PROCESS, 0, NICE);
    sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){.sched_priority = 0});
    syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, IO_IDLE);
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        const ssize_t wrote = write(fd, first, sizeof first - 1);
        (void)wrote;
        close(fd);
    }
    return getppid() == starter;
}

bool background_look(pid_t child, int *ret_status)
{
    const pid_t ended = waitpid(child, ret_status, WNOHANG);
    return ended == child || (ended < 0 && errno == ECHILD);
}

/* Of /proc/PID/statm the second word, resident, less the third, shared; in pages. */
uint64_t background_memory(pid_t child)
{
    char path[64], text[128] = "";
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)child);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t len = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    if (len <= 0) {
        return 0;
    }
    char *rest = NULL;
    strtoull(text, &rest, 10);
    const uint64_t resident = strtoull(rest, &rest, 10), shared = strtoull(rest, NULL, 10);
    return resident > shared ? (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* To end takes the processor too, which a busy machine does not leave to the idle class: it is
 * raised first, where the system allows that. */
void background_ask(pid_t child)
{
    sched_setscheduler(child, SCHED_OTHER, &(struct sched_param){.sched_priority = 0});
    setpriority(PRIO_PROCESS, (id_t)child, 0);
    kill(child, SIGTERM);
}

void background_kill(pid_t child)
{
    kill(child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
}
