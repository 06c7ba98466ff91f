/* SPDX-License-Identifier: MIT */
#include "research/study.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/check.h"
#include "core/base/crc32.h"
#include "research/study_line.h"
#include "research/study_terms.h"
#include "store/disk.h"

#define TRIALS_SIZE_MAX (UINT64_C(4) << 30)

struct study {
    const struct space *space;
    uint32_t periods;
    char path[DISK_PATH_MAX]; /* of the lines, for messages */
    int lines, returns;       /* files; -1 none */
    int64_t lines_len;
    uint64_t torn;
    struct trial *trials; /* those it had when it was opened */
    size_t trial_count;
    size_t count;
};

static int open_file(struct study *study, const char *folder, const char *name, int *ret_fd,
                     char *error, size_t error_size)
{
    snprintf(study->path, sizeof study->path, "%s/%s", folder, name);
    *ret_fd = open(study->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    return *ret_fd >= 0 ? 0
                        : disk_fail(errno, error, error_size, "%s cannot be opened: %s",
                                    study->path, strerror(errno));
}

static int64_t row_size(const struct study *study)
{
    return (int64_t)study->periods * (int64_t)sizeof(float);
}

/* True when the trial's returns are those that its line was written with. */
static bool has_returns(const struct study *study, size_t index, uint32_t crc)
{
    float row[STUDY_PERIODS_MAX];
    const ssize_t size = (ssize_t)row_size(study);
    return pread(study->returns, row, (size_t)size, (int64_t)index * size) == size &&
           crc32_update(0, row, (size_t)size) == crc;
}

/* Takes what is sound from the first line on, and cuts away the rest of both files. */
static int load(struct study *study, char *error, size_t error_size)
{
    char *text = NULL;
    size_t len = 0, at = 0, room = 0;
    const int code = disk_read_file(study->path, TRIALS_SIZE_MAX, &text, &len);
    if (code != 0) {
        return disk_fail(-code, error, error_size, "%s cannot be read: %s", study->path,
                         strerror(-code));
    }
    for (char *end; at < len && (end = memchr(text + at, '\n', len - at)) != NULL;
         at = (size_t)(end - text) + 1) {
        struct trial trial;
        uint32_t crc;
        if (!study_line_read(study->space, text + at, (size_t)(end - text) - at, study->trial_count,
                             &trial, &crc) ||
            !has_returns(study, study->trial_count, crc)) {
            break;
        }
        if (study->trial_count == room) {
            room = room == 0 ? 256 : 2 * room;
            struct trial *trials = realloc(study->trials, room * sizeof *trials);
            if (trials == NULL) {
                free(text);
                return disk_fail(ENOMEM, error, error_size, "out of memory");
            }
            study->trials = trials;
        }
        study->trials[study->trial_count++] = trial;
    }
    free(text);
    study->torn = len - at;
    study->lines_len = (int64_t)at;
    study->count = study->trial_count;
    if (ftruncate(study->lines, study->lines_len) != 0 ||
        ftruncate(study->returns, (int64_t)study->count * row_size(study)) != 0) {
        return disk_fail(errno, error, error_size, "%s cannot be cut: %s", study->path,
                         strerror(errno));
    }
    return 0;
}

static int open_all(struct study *study, const struct study_config *config, char *error,
                    size_t error_size)
{
    int result = disk_make_dirs(config->folder);
    if (result != 0) {
        return disk_fail(-result, error, error_size, "%s cannot be made: %s", config->folder,
                         strerror(-result));
    }
    result = open_file(study, config->folder, "returns.f32", &study->returns, error, error_size);
    if (result == 0) {
        result = open_file(study, config->folder, "trials.jsonl", &study->lines, error, error_size);
    }
    if (result == 0 && flock(study->lines, LOCK_EX | LOCK_NB) != 0) {
        return disk_fail(EBUSY, error, error_size, "another search works on the study %s",
                         config->folder);
    }
    if (result == 0) {
        result = study_terms_hold(config, error, error_size);
    }
    return result == 0 ? load(study, error, error_size) : result;
}

int study_open(struct study **ret, const struct study_config *config, char *error,
               size_t error_size)
{
    CHECK(config->periods > 0 && config->periods <= STUDY_PERIODS_MAX);
    struct study *study = calloc(1, sizeof *study);
    if (study == NULL) {
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    study->space = config->space;
    study->periods = config->periods;
    study->lines = study->returns = -1;
    const int result = open_all(study, config, error, error_size);
    if (result != 0) {
        study_close(study);
        return result;
    }
    *ret = study;
    return 0;
}

void study_close(struct study *study)
{
    if (study == NULL) {
        return;
    }
    if (study->lines >= 0) {
        disk_sync(study->returns);
        disk_sync(study->lines);
        disk_close(study->lines);
    }
    if (study->returns >= 0) {
        disk_close(study->returns);
    }
    free(study->trials);
    free(study);
}

size_t study_count(const struct study *study)
{
    return study->count;
}

uint64_t study_torn(const struct study *study)
{
    return study->torn;
}

const struct trial *study_trial(const struct study *study, size_t index)
{
    CHECK(index < study->trial_count);
    return &study->trials[index];
}

int study_append(struct study *study, const struct trial *trial, const float *returns, char *error,
                 size_t error_size)
{
    char line[STUDY_LINE_MAX];
    const size_t size = (size_t)row_size(study);
    const size_t len =
        study_line_write(study->space, study->count, trial, crc32_update(0, returns, size), line);
    int result = disk_write_at(study->returns, returns, size, (int64_t)(study->count * size));
    if (result == 0) {
        result = disk_write_at(study->lines, line, len, study->lines_len);
    }
    if (result != 0) {
        return disk_fail(-result, error, error_size, "%s cannot be written: %s", study->path,
                         strerror(-result));
    }
    study->lines_len += (int64_t)len;
    study->count++;
    return 0;
}

bool study_returns(const struct study *study, size_t index, float *out)
{
    const ssize_t size = (ssize_t)row_size(study);
    return index < study->count &&
           pread(study->returns, out, (size_t)size, (int64_t)index * size) == size;
}
