/* SPDX-License-Identifier: MIT */
#include "store/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

int disk_fail(int code, char *error, size_t error_size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (error_size > 0)
        vsnprintf(error, error_size, format, arguments);
    va_end(arguments);
    return -code;
}

static int make_one(const char *path, mode_t mode)
{
    if (mkdir(path, mode) == 0)
        return 0;
    int code = errno;
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
    return -code;
}

static int make_dirs(const char *path, mode_t mode)
{
    char partial[DISK_PATH_MAX];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof partial)
        return -ENAMETOOLONG;
    memcpy(partial, path, len + 1);
    for (size_t i = 1; i < len; i++) {
        if (partial[i] != '/' || partial[i - 1] == '/')
            continue;
        partial[i] = '\0';
        int code = make_one(partial, 0755);
        if (code < 0)
            return code;
        partial[i] = '/';
    }
    return make_one(partial, mode);
}

int disk_make_dirs(const char *path)
{
    return make_dirs(path, 0755);
}

int disk_narrow(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return -errno;
    /* Sticky: for everybody, also when root asks. */
    if ((status.st_mode & 077) == 0 || status.st_uid != geteuid() || (status.st_mode & S_ISVTX))
        return 0;
    return chmod(path, status.st_mode & 0700) < 0 ? -errno : 0;
}

int disk_make_private(const char *path)
{
    int code = make_dirs(path, 0700);
    return code < 0 ? code : disk_narrow(path);
}

int disk_make_private_file(const char *path)
{
    /* Never opened when it is there: closing a descriptor of a database would drop the locks that
     * another connection of this process holds on it. */
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST ? disk_narrow(path) : -errno;
    close(fd);
    return 0;
}

/* The directory part of a path: "." when it has none. */
static int parent_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 1;
    if (slash == path)
        len = 1;
    if (len >= size)
        return -ENAMETOOLONG;
    memcpy(out, slash ? path : ".", len);
    out[len] = '\0';
    return 0;
}

int disk_make_parent(const char *path)
{
    char parent[DISK_PATH_MAX];
    int code = parent_of(path, parent, sizeof parent);
    return code < 0 ? code : disk_make_dirs(parent);
}

int disk_create(const char *path, int *ret_fd)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    *ret_fd = fd;
    return 0;
}

void disk_close(int fd)
{
    close(fd);
}

int disk_write_at(int fd, const void *bytes, size_t len, int64_t offset)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t written = pwrite(fd, at, len, offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        if (written == 0)
            return -EIO;
        at += written;
        offset += written;
        len -= (size_t)written;
    }
    return 0;
}

int disk_shorten(int fd, int64_t len)
{
    return ftruncate(fd, (off_t)len) < 0 ? -errno : 0;
}

int disk_sync(int fd)
{
    return fsync(fd) < 0 ? -errno : 0;
}

int disk_sync_data(int fd)
{
    return fdatasync(fd) < 0 ? -errno : 0;
}

int disk_cut(const char *path, int64_t len)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = ftruncate(fd, (off_t)len) < 0 || fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return code;
}

int disk_sync_parent(const char *path)
{
    char parent[DISK_PATH_MAX];
    int code = parent_of(path, parent, sizeof parent);
    if (code < 0)
        return code;
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    code = fsync(fd) < 0 ? -errno : 0;
    close(fd);
    return code;
}

int disk_remove(const char *path)
{
    return unlink(path) < 0 ? -errno : 0;
}

int disk_size(const char *path, uint64_t *ret_len)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return -errno;
    *ret_len = (uint64_t)status.st_size;
    return 0;
}

int disk_list(const char *dir, void (*visit)(void *context, const char *name), void *context)
{
    DIR *handle = opendir(dir);
    if (!handle)
        return -errno;
    const struct dirent *entry;
    while ((entry = readdir(handle)) != NULL)
        visit(context, entry->d_name);
    closedir(handle);
    return 0;
}

int disk_free(const char *path, uint64_t *ret_bytes)
{
    struct statvfs status;
    if (statvfs(path, &status) != 0)
        return -errno;
    *ret_bytes = (uint64_t)status.f_bavail * status.f_frsize;
    return 0;
}

static int read_all(int fd, char *bytes, size_t len, size_t *ret_len)
{
    size_t held = 0;
    while (held < len) {
        ssize_t got = read(fd, bytes + held, len - held);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        held += (size_t)got;
    }
    *ret_len = held;
    return 0;
}

int disk_read_head(const char *path, void *bytes, size_t len, size_t *ret_len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = read_all(fd, bytes, len, ret_len);
    close(fd);
    return code;
}

int disk_read_file(const char *path, size_t size_max, char **ret_bytes, size_t *ret_len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int code = 0;
    char *bytes = NULL;
    size_t len = 0;
    struct stat status;
    if (fstat(fd, &status) < 0) {
        code = -errno;
        goto fail;
    }
    if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size > size_max) {
        code = S_ISREG(status.st_mode) ? -EFBIG : -EISDIR;
        goto fail;
    }
    bytes = malloc((size_t)status.st_size + 1);
    if (!bytes) {
        code = -ENOMEM;
        goto fail;
    }
    code = read_all(fd, bytes, (size_t)status.st_size, &len);
    if (code < 0)
        goto fail;
    close(fd);
    bytes[len] = '\0';
    *ret_bytes = bytes;
    *ret_len = len;
    return 0;
fail:
    free(bytes);
    close(fd);
    return code;
}

static int write_synced(const char *path, const void *bytes, size_t len)
{
    unlink(path); /* of a write that was cut short: with rights of its own, perhaps */
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int code = disk_write_at(fd, bytes, len, 0);
    if (code == 0 && fsync(fd) != 0)
        code = -errno;
    if (close(fd) != 0 && code == 0)
        code = -errno;
    return code;
}

int disk_write_file(const char *path, const void *bytes, size_t len)
{
    char beside[DISK_PATH_MAX];
    if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >= sizeof beside)
        return -ENAMETOOLONG;
    int code = write_synced(beside, bytes, len);
    if (code == 0 && rename(beside, path) != 0)
        code = -errno;
    if (code != 0) {
        unlink(beside);
        return code;
    }
    return disk_sync_parent(path);
}
