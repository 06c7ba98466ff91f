/* SPDX-License-Identifier: MIT */
/*
 * Child processes by fork and exec, not uv_spawn: only between the two can a child ask the kernel
 * to be told of its parent's death. Hooks, which need not, by posix_spawn: a fork would write-
 * protect the pages of every thread.
 */
#include "platform/loop/loop_native.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/check.h"
#include "platform/loop/spawn.h"

extern char **environ;

struct loop_child {
    struct loop_handle output; /* its standard output; first, so that closing frees the child */
    uv_poll_t poll;
    struct loop *loop;
    struct loop_child *next;
    struct loop_child_events events;
    void *context;
    pid_t pid;
    int fd;
    bool listening; /* poll is active */
    size_t line_len;
    char line[LOOP_LINE_MAX + 1];
};

/* What exec needs, made before the fork: after it only async-signal-safe calls are allowed. */
struct loop_launch {
    char *const *argv;
    pid_t parent;
    int out_fd;    /* write end of the child's standard output */
    int report_fd; /* closes on exec; an int of errno comes through when exec fails */
    int null_fd;
};

_Noreturn static void loop_child_become(const struct loop_launch *launch)
{
    int error = 0;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    /* A group of its own: Ctrl-C at the terminal is for us, and we tell the child what follows. */
    setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        error = errno;
    if (getppid() != launch->parent) /* it died before we asked */
        _exit(127);
    if (dup2(launch->null_fd, STDIN_FILENO) < 0 || dup2(launch->out_fd, STDOUT_FILENO) < 0)
        error = errno;
    if (!error) {
        execv(launch->argv[0], launch->argv);
        error = errno;
    }
    ssize_t written = write(launch->report_fd, &error, sizeof error);
    _exit(written == sizeof error ? 127 : 126);
}

static void loop_child_emit(struct loop_child *child)
{
    child->line[child->line_len] = '\0';
    child->line_len = 0;
    if (child->events.on_line)
        child->events.on_line(child->context, child->line);
}

/* Reads what is there. Returns false at the end of the output. */
static bool loop_child_read(struct loop_child *child)
{
    char bytes[4096];
    for (;;) {
        ssize_t n = read(child->fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        if (n == 0)
            return false;
        for (ssize_t i = 0; i < n; i++) {
            if (bytes[i] != '\n') {
                child->line[child->line_len++] = bytes[i];
                if (child->line_len < LOOP_LINE_MAX)
                    continue;
            }
            loop_child_emit(child);
        }
    }
}

static void loop_child_readable(uv_poll_t *poll, int status, int events)
{
    (void)events;
    struct loop_child *child = poll->data;
    if (status < 0 || !loop_child_read(child)) {
        child->listening = false;
        uv_poll_stop(&child->poll);
    }
}

static void loop_child_closed(struct loop_handle *handle)
{
    struct loop_child *child = (struct loop_child *)handle;
    close(child->fd);
    free(child);
}

static void loop_child_unlink(struct loop_child *child)
{
    struct loop_child **link = loop_children(child->loop);
    while (*link != child)
        link = &(*link)->next;
    *link = child->next;
}

static void loop_child_exited(struct loop_child *child, int status)
{
    loop_child_read(child);
    if (child->line_len > 0)
        loop_child_emit(child);
    loop_child_unlink(child);
    if (child->events.on_exit)
        child->events.on_exit(child->context, WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                              WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    loop_handle_close(&child->output);
}

/* SIGCHLD: each child of ours is asked by name, because the process may have children of others. */
static void loop_child_reap(void *context)
{
    struct loop *loop = context;
    bool found = true;
    while (found) { /* from the start after each: on_exit may start or end others */
        found = false;
        for (struct loop_child *child = *loop_children(loop); child && !found;
             child = child->next) {
            int status;
            if (waitpid(child->pid, &status, WNOHANG) == child->pid) {
                found = true;
                loop_child_exited(child, status);
                break;
            }
        }
    }
}

static pid_t loop_child_fork(char *const argv[], int out_fd, int null_fd)
{
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0)
        return -1;
    struct loop_launch launch = {argv, getpid(), out_fd, report[1], null_fd};
    pid_t pid = fork();
    if (pid == 0)
        loop_child_become(&launch);
    close(report[1]);
    int error = pid < 0 ? errno : 0;
    ssize_t told = 0;
    while (pid > 0 && (told = read(report[0], &error, sizeof error)) < 0 && errno == EINTR)
        ; /* it is not running before it has said nothing */
    if (told == sizeof error) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        pid = -1;
    }
    close(report[0]);
    if (pid < 0)
        errno = error;
    return pid;
}

static struct loop_child *loop_child_watch(struct loop *loop, pid_t pid, int fd)
{
    struct loop_child *child = calloc(1, sizeof *child);
    CHECK(child);
    child->loop = loop;
    child->pid = pid;
    child->fd = fd;
    int rc = uv_poll_init(loop_native(loop), &child->poll, fd);
    CHECK(rc == 0);
    loop_handle_add(loop, &child->output, (uv_handle_t *)&child->poll, loop_child_closed);
    child->listening = true;
    uv_poll_start(&child->poll, UV_READABLE, loop_child_readable);
    child->next = *loop_children(loop);
    *loop_children(loop) = child;
    return child;
}

struct loop_child *loop_child_start(struct loop *loop, char *const argv[],
                                    const struct loop_child_events *events, void *context)
{
    int rc = loop_watch_children(loop, loop_child_reap);
    if (rc != 0) {
        errno = -rc;
        return NULL;
    }
    int out[2] = {-1, -1};
    int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    pid_t pid = -1;
    if (null_fd >= 0 && pipe2(out, O_CLOEXEC) == 0)
        pid = loop_child_fork(argv, out[1], null_fd);
    int error = errno;
    if (null_fd >= 0)
        close(null_fd);
    if (out[1] >= 0)
        close(out[1]);
    if (pid < 0) {
        if (out[0] >= 0)
            close(out[0]);
        errno = error;
        return NULL;
    }
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    struct loop_child *child = loop_child_watch(loop, pid, out[0]);
    child->events = *events;
    child->context = context;
    return child;
}

/* 0, or a positive errno. */
static int hook_spawn(const struct loop_hook *hook, int in_fd, int out_fd, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    int error = posix_spawn_file_actions_adddup2(&actions, in_fd, STDIN_FILENO);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, out_fd, STDERR_FILENO);
    if (!error)
        error = spawn_attributes(&attributes);
    if (!error)
        error = posix_spawn(ret_pid, hook->argv[0], &actions, &attributes, hook->argv,
                            hook->environment ? hook->environment : environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void close_both(const int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

struct loop_child *loop_hook_start(struct loop *loop, const struct loop_hook *hook,
                                   const struct loop_child_events *events, void *context)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    pid_t pid = -1;
    int error =
        hook->input_len > LOOP_INPUT_MAX ? E2BIG : -loop_watch_children(loop, loop_child_reap);
    if (!error && (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0))
        error = errno;
    if (!error && write(in[1], hook->input, hook->input_len) != (ssize_t)hook->input_len)
        error = EIO;
    if (!error)
        error = hook_spawn(hook, in[0], out[1], &pid);
    close_both(in);
    if (error) {
        close_both(out);
        errno = error;
        return NULL;
    }
    close(out[1]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    struct loop_child *child = loop_child_watch(loop, pid, out[0]);
    child->events = *events;
    child->context = context;
    return child;
}

void loop_hook_kill(struct loop_child *child)
{
    kill(-child->pid, SIGKILL); /* it leads a group of its own */
}

void loop_child_signal(struct loop_child *child, int signal_number)
{
    kill(child->pid, signal_number); /* not yet reaped, so the number is still its own */
}

void loop_child_end_all(struct loop *loop)
{
    while (*loop_children(loop)) {
        struct loop_child *child = *loop_children(loop);
        kill(child->pid, SIGKILL);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        loop_child_unlink(child);
        loop_handle_close(&child->output);
    }
}
