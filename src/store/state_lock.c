/* SPDX-License-Identifier: MIT */
#include "store/state_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "store/disk.h"

struct state_lock {
    int fd;
};

/* `what` it is and what else to do, in words. */
static void say_who(int fd, const char *what, const char *path, const char *else_do, char *error,
                    size_t error_size)
{
    char pid[32] = "";
    const ssize_t len = pread(fd, pid, sizeof pid - 1, 0);
    pid[len > 0 ? len : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    snprintf(error, error_size, "%s %s is in use by process %s: stop it, or %s", what, path,
             pid[0] != '\0' ? pid : "unknown", else_do);
}

static bool sign(int fd)
{
    char pid[32];
    const int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    return ftruncate(fd, 0) == 0 && pwrite(fd, pid, (size_t)len, 0) == len;
}

static int take(const char *path, const char *dir, char *error, size_t error_size)
{
    const int made = disk_make_private_file(path);
    const int fd = made == 0 ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) {
        const int code = made == 0 ? errno : -made;
        disk_fail(code, error, error_size,
                  "%s: %s; choose a directory that can be written with "
                  "--state",
                  path, strerror(code));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        say_who(fd, "state directory", dir, "choose another with --state", error, error_size);
        close(fd);
        errno = EWOULDBLOCK;
        return -1;
    }
    if (!sign(fd)) {
        disk_fail(errno, error, error_size, "%s: %s; is the disk full?", path, strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

struct state_lock *state_lock_take(const char *dir, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/lock", dir) >= sizeof path) {
        snprintf(error, error_size, "state directory %s: the name is too long", dir);
        return NULL;
    }
    const int made = disk_make_private(dir);
    if (made != 0) {
        snprintf(error, error_size,
                 "state directory %s: %s; choose one that can be written with --state", dir,
                 strerror(-made));
        return NULL;
    }
    struct state_lock *lock = malloc(sizeof *lock);
    if (lock == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    lock->fd = take(path, dir, error, error_size);
    if (lock->fd < 0) {
        const int code = errno;
        free(lock);
        errno = code;
        return NULL;
    }
    return lock;
}

int64_t state_lock_holder(const char *dir)
{
    char path[DISK_PATH_MAX], pid[32];
    if ((size_t)snprintf(path, sizeof path, "%s/lock", dir) >= sizeof path) {
        return 0;
    }
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    const bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    const ssize_t len = held ? pread(fd, pid, sizeof pid - 1, 0) : 0;
    close(fd);
    pid[len > 0 ? len : 0] = '\0';
    return strtoll(pid, NULL, 10);
}

/* 0 once it is ours, else an errno. */
static int await(int fd, int64_t patience_ns)
{
    const struct timespec pause = {0, 20 * NS_PER_MS};
    for (int64_t waited_ns = 0;; waited_ns += pause.tv_nsec) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return sign(fd) ? 0 : errno;
        }
        if (errno != EWOULDBLOCK || waited_ns >= patience_ns) {
            return errno;
        }
        nanosleep(&pause, NULL);
    }
}

struct state_lock *state_lock_file(const char *path, int64_t patience_ns, char *error,
                                   size_t error_size)
{
    char lock_path[DISK_PATH_MAX];
    snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    struct state_lock *lock = malloc(sizeof *lock);
    const int made = disk_make_private_file(lock_path);
    const int fd = made == 0 && lock != NULL ? open(lock_path, O_RDWR | O_CLOEXEC) : -1;
    const int code = fd >= 0 ? await(fd, patience_ns) : made != 0 ? -made : errno;
    if (code == 0) {
        lock->fd = fd;
        return lock;
    }
    if (code == EWOULDBLOCK) {
        say_who(fd, "the file", path, "name another", error, error_size);
    } else {
        snprintf(error, error_size, "%s: %s", lock_path, strerror(code));
    }
    if (fd >= 0) {
        close(fd);
    }
    free(lock);
    errno = code;
    return NULL;
}

void state_lock_release(struct state_lock *lock)
{
    close(lock->fd);
    free(lock);
}
