/* SPDX-License-Identifier: MIT */
#include "platform/log/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The owner alone reads it: a log tells what somebody trades. */
static int file_open(struct log_file *file)
{
    struct stat status;
    file->fd = open(file->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file->fd < 0)
        return -errno;
    bool regular = fstat(file->fd, &status) == 0 && S_ISREG(status.st_mode);
    file->size = regular ? status.st_size : 0;
    if (!regular)
        file->rotate_size = 0; /* a pipe or device is never renamed */
    return 0;
}

int log_file_open(struct log_file *file, const char *path, int64_t rotate_size, uint32_t keep)
{
    *file = (struct log_file){.fd = -1, .rotate_size = rotate_size, .keep = keep};
    if (strlen(path) >= sizeof file->path)
        return -ENAMETOOLONG;
    snprintf(file->path, sizeof file->path, "%s", path);
    return file_open(file);
}

void log_file_close(struct log_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

static int rotate(struct log_file *file)
{
    char from[LOG_PATH_MAX + 12], to[LOG_PATH_MAX + 12];
    for (uint32_t i = file->keep; i > 1; i--) {
        snprintf(from, sizeof from, "%s.%u", file->path, i - 1);
        snprintf(to, sizeof to, "%s.%u", file->path, i);
        if (rename(from, to) != 0 && errno != ENOENT)
            return -errno;
    }
    snprintf(to, sizeof to, "%s.1", file->path);
    if ((file->keep > 0 ? rename(file->path, to) : unlink(file->path)) != 0 && errno != ENOENT)
        return -errno;
    log_file_close(file);
    return file_open(file);
}

int log_file_write(struct log_file *file, const char *line, size_t len)
{
    int error = file->fd < 0 ? file_open(file) : 0;
    if (error == 0 && file->rotate_size > 0 && file->size > 0 &&
        file->size + (int64_t)len > file->rotate_size)
        error = rotate(file);
    if (error != 0)
        return error;
    size_t done = 0;
    while (done < len) {
        ssize_t wrote = write(file->fd, line + done, len - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            error = wrote < 0 ? -errno : -EIO;
            if (done > 0 && ftruncate(file->fd, file->size) != 0)
                file->size += (int64_t)done; /* a half line stays; the next begins on its own */
            return error;
        }
        done += (size_t)wrote;
    }
    file->size += (int64_t)len;
    return 0;
}
