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
    file->rotate_at = file->rotate_size;
    if (regular && (status.st_mode & 077))
        fchmod(file->fd, 0600); /* one of an older time, or that somebody made for us */
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

/* FILE.1 ... out of the way, the oldest away, and the file in use to FILE.1. */
static int rename_all(const struct log_file *file)
{
    char from[LOG_PATH_MAX + 12], to[LOG_PATH_MAX + 12];
    for (uint32_t i = file->keep; i > 1; i--) {
        snprintf(from, sizeof from, "%s.%u", file->path, i - 1);
        snprintf(to, sizeof to, "%s.%u", file->path, i);
        if (rename(from, to) != 0 && errno != ENOENT)
            return -errno;
    }
    snprintf(to, sizeof to, "%s.1", file->path);
    bool moved = (file->keep > 0 ? rename(file->path, to) : unlink(file->path)) == 0;
    return moved || errno == ENOENT ? 0 : -errno;
}

/* The old file is let go only when the new one is open: until then lines have a place. */
static void rotate(struct log_file *file)
{
    int old = file->fd;
    int64_t old_size = file->size;
    file->rotate_error = rename_all(file);
    if (file->rotate_error == 0)
        file->rotate_error = file_open(file);
    if (file->rotate_error == 0) {
        close(old);
    } else {
        file->fd = old;
        file->size = old_size;
        file->rotate_at = old_size + file->rotate_size;
    }
}

int log_file_write(struct log_file *file, const char *line, size_t len)
{
    int error = file->fd < 0 ? file_open(file) : 0;
    if (error == 0 && file->rotate_size > 0 && file->size > 0 &&
        file->size + (int64_t)len > file->rotate_at)
        rotate(file);
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
