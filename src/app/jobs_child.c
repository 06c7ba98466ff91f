/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/background.h"
#include "app/jobs_internal.h"
#include "app/progress.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "store/disk.h"

/* After so long who was asked to end is ended. */
#define PATIENCE_NS (500 * NS_PER_MS)

/* Of what the child says, its last lines. */
#define TAIL_MAX 4096

/* The end of a file, from the beginning of a line on. */
static void read_tail(const char *path, char out[TAIL_MAX])
{
    out[0] = '\0';
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    const off_t end = lseek(fd, 0, SEEK_END);
    const off_t from = end > TAIL_MAX - 1 ? end - (TAIL_MAX - 1) : 0;
    const ssize_t len = pread(fd, out, TAIL_MAX - 1, from);
    out[len > 0 ? len : 0] = '\0';
    close(fd);
    const char *line = from > 0 ? strchr(out, '\n') : NULL;
    if (line != NULL) {
        memmove(out, line + 1, strlen(line));
    }
}

/* How far it is, and the last of what else it said. */
static void listen(const struct jobs *jobs, struct job *job, char *said, size_t said_size)
{
    char path[BESIDE_PATH_MAX + 32], tail[TAIL_MAX], *rest = tail;
    const size_t word_len = sizeof PROGRESS_WORD - 1;
    jobs_path(jobs, job->id, "err", path, sizeof path);
    read_tail(path, tail);
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (strncmp(line, PROGRESS_WORD, word_len) == 0 && rest != NULL) {
            const double done = strtod(line + word_len, NULL);
            job->progress = done >= job->progress && done <= 1 ? done : job->progress;
        } else if (line[0] != '\0' && strncmp(line, PROGRESS_WORD, word_len) != 0) {
            static const char name[] = "cuttle backtest: ";
            const bool ours = strncmp(line, name, sizeof name - 1) == 0;
            snprintf(said, said_size, "%s", ours ? line + sizeof name - 1 : line);
        }
    }
}

/* False with the reason in the job's error. */
static bool take_result(struct jobs *jobs, struct job *job)
{
    char path[BESIDE_PATH_MAX + 32], *text = NULL;
    size_t len = 0;
    jobs_path(jobs, job->id, "out", path, sizeof path);
    const int code = disk_read_file(path, JOBS_RESULT_MAX, &text, &len);
    if (code != 0) {
        snprintf(job->error, sizeof job->error, "its result cannot be read: %s", strerror(-code));
    } else if (!jobs_figures(text, len, job->figures, sizeof job->figures)) {
        snprintf(job->error, sizeof job->error, "what it wrote is no result");
        job->figures[0] = '\0';
    } else {
        job->progress = 1;
        jobs_settle(jobs, job, JOB_DONE, text, len);
        free(text);
        return true;
    }
    free(text);
    return false;
}

/* The child has ended. */
static void settle(struct jobs *jobs, int status)
{
    char path[BESIDE_PATH_MAX + 32];
    struct job *job = jobs_find(jobs, jobs->child_id);
    const char *why = jobs->why;
    const uint64_t id = jobs->child_id;
    jobs->child = 0;
    jobs->why = NULL;
    jobs->asked_mono_ns = 0;
    if (job != NULL && job->state == JOB_RUNNING) {
        listen(jobs, job, job->error, sizeof job->error);
        const bool good = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
        if (good) {
            job->error[0] = '\0';
        } else if (why != NULL) {
            snprintf(job->error, sizeof job->error, "%s", why);
        } else if (WIFSIGNALED(status)) {
            snprintf(job->error, sizeof job->error, "it was killed by signal %d", WTERMSIG(status));
        }
        if (!good || !take_result(jobs, job)) {
            jobs_settle(jobs, job, JOB_FAILED, NULL, 0);
        }
    }
    jobs_path(jobs, id, "out", path, sizeof path);
    disk_remove(path);
    jobs_path(jobs, id, "err", path, sizeof path);
    disk_remove(path);
}

static void ask_to_end(struct jobs *jobs, const char *why)
{
    jobs->why = why;
    jobs->asked_mono_ns = jobs->clock.mono_ns(jobs->clock.self);
    background_ask(jobs->child);
}

static uint64_t size_of(const struct jobs *jobs, const char *ending)
{
    char path[BESIDE_PATH_MAX + 32];
    uint64_t len = 0;
    jobs_path(jobs, jobs->child_id, ending, path, sizeof path);
    return disk_size(path, &len) == 0 ? len : 0;
}

/* What it may take of the machine. */
static void mind(struct jobs *jobs)
{
    const int64_t now_ns = jobs->clock.mono_ns(jobs->clock.self);
    if (jobs->asked_mono_ns != 0) {
        if (now_ns - jobs->asked_mono_ns > PATIENCE_NS) {
            background_kill(jobs->child);
            settle(jobs, 0x100); /* as one that failed */
        }
    } else if (background_memory(jobs->child) > JOBS_MEMORY_MAX) {
        ask_to_end(jobs, "it took more than 1 GB of memory: ask for fewer days");
    } else if (now_ns - jobs->begun_mono_ns > JOBS_TIME_MAX_NS) {
        ask_to_end(jobs, "it took more than half an hour: ask for fewer days, or run the command "
                         "yourself");
    } else if (size_of(jobs, "out") > JOBS_RESULT_MAX || size_of(jobs, "err") > JOBS_RESULT_MAX) {
        ask_to_end(jobs, "it said more than can be kept");
    }
}

/* False with the reason in the job's error. */
static bool launch(struct jobs *jobs, struct job *job)
{
    char out[BESIDE_PATH_MAX + 32], err[BESIDE_PATH_MAX + 32];
    char *argv[JOB_WORDS_MAX + 1], *word = job->words->text;
    for (int i = 0; i < job->words->count; i++, word += strlen(word) + 1) {
        argv[i] = word;
    }
    argv[job->words->count] = NULL;
    jobs_path(jobs, job->id, "out", out, sizeof out);
    jobs_path(jobs, job->id, "err", err, sizeof err);
    const pid_t child = background_start(argv, jobs->places.folder, out, err);
    if (child < 0) {
        snprintf(job->error, sizeof job->error, "it cannot be started: %s", strerror((int)-child));
        return false;
    }
    jobs->child = child;
    jobs->child_id = job->id;
    jobs->begun_mono_ns = jobs->clock.mono_ns(jobs->clock.self);
    job->state = JOB_RUNNING;
    return true;
}

void jobs_turn(struct jobs *jobs)
{
    int status = 0;
    char said[JOB_ERROR_MAX];
    if (jobs->child != 0 && background_look(jobs->child, &status)) {
        settle(jobs, status);
    } else if (jobs->child != 0) {
        struct job *job = jobs_find(jobs, jobs->child_id);
        if (job != NULL) {
            listen(jobs, job, said, sizeof said);
        }
        mind(jobs);
    }
    for (uint32_t i = 0; jobs->child == 0 && i < jobs->count; i++) {
        struct job *job = &jobs->list[i];
        if (job->state == JOB_QUEUED && !launch(jobs, job)) {
            jobs_settle(jobs, job, JOB_FAILED, NULL, 0);
            return; /* the list has changed; the next one at the next turn */
        }
    }
}

bool jobs_cancel(struct jobs *jobs, struct job *job)
{
    if (job->state != JOB_QUEUED && job->state != JOB_RUNNING) {
        return false;
    }
    if (job->state == JOB_RUNNING) {
        ask_to_end(jobs, "cancelled");
    }
    jobs_settle(jobs, job, JOB_CANCELLED, NULL, 0);
    return true;
}

/* Those that wait stay on disk as they are: the next session tells that they were not done. */
void jobs_end(struct jobs *jobs)
{
    if (jobs->child != 0) {
        background_kill(jobs->child);
        jobs->child = 0;
    }
}
