/* SPDX-License-Identifier: MIT */
#include "faulty_disk.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/prng.h"
#include "store/disk.h"

#define FILE_MAX 256
#define PAGE 4096
#define PATH_LEN_MAX 64

/* What the disk has left when it is full, and otherwise. */
#define LEFT_FULL (8u << 10)
#define LEFT_WELL (UINT64_C(1) << 40)

struct file {
    bool used, dir;
    bool named;  /* the system finds it by its name, */
    bool listed; /* and the platter's directory has it */
    uint32_t opens;
    char path[PATH_LEN_MAX];
    uint8_t *bytes, *kept; /* the system's; the platter's */
    size_t len, kept_len, size;
    bool *dirty; /* by page */
};

static struct {
    struct prng prng;
    bool full, broken, forgetful, dying, dead;
    uint32_t steps; /* until it is dead */
    uint64_t left;
    struct file files[FILE_MAX];
} disk;

void faulty_disk_new(uint64_t seed)
{
    memset(&disk, 0, sizeof disk);
    prng_init(&disk.prng, seed);
    disk.left = LEFT_WELL;
}

static void forget(struct file *file)
{
    free(file->bytes);
    free(file->kept);
    free(file->dirty);
    *file = (struct file){0};
}

void faulty_disk_free(void)
{
    for (int i = 0; i < FILE_MAX; i++) {
        forget(&disk.files[i]);
    }
}

void faulty_disk_full(bool full)
{
    disk.full = full;
    disk.left = full ? prng_below(&disk.prng, LEFT_FULL) : LEFT_WELL;
}

void faulty_disk_broken(bool broken)
{
    disk.broken = broken;
}

void faulty_disk_forgetful(bool forgetful)
{
    disk.forgetful = forgetful;
}

bool faulty_disk_well(void)
{
    return !disk.full && !disk.broken && !disk.forgetful;
}

uint64_t faulty_disk_random(void)
{
    return prng_next(&disk.prng);
}

void faulty_disk_die_after(uint32_t steps)
{
    disk.dying = true;
    disk.steps = steps;
}

/* Every change of the disk begins here: 0, or it is not made. */
static int step(void)
{
    if (disk.dying && disk.steps-- == 0) {
        disk.dead = true;
        disk.dying = false;
    }
    return disk.dead || disk.broken ? -EIO : 0;
}

/* ---- Files ---- */

static struct file *find(const char *path)
{
    for (int i = 0; i < FILE_MAX; i++) {
        if (disk.files[i].used && disk.files[i].named && strcmp(disk.files[i].path, path) == 0) {
            return &disk.files[i];
        }
    }
    return NULL;
}

static struct file *file_of(int fd)
{
    CHECK(fd >= 0 && fd < FILE_MAX && disk.files[fd].used && disk.files[fd].opens > 0);
    return &disk.files[fd];
}

static void drop_unused(struct file *file)
{
    if (!file->named && !file->listed && file->opens == 0) {
        forget(file);
    }
}

static struct file *make(const char *path, bool dir)
{
    for (int i = 0; i < FILE_MAX; i++) {
        struct file *file = &disk.files[i];
        if (!file->used) {
            CHECK(strlen(path) < sizeof file->path);
            *file = (struct file){.used = true, .dir = dir, .named = true};
            memcpy(file->path, path, strlen(path) + 1);
            return file;
        }
    }
    CHECK(false);
    return NULL;
}

static void grow(struct file *file, size_t len)
{
    if (len > file->size) {
        const size_t size = (2 * len + PAGE) / PAGE * PAGE;
        file->bytes = realloc(file->bytes, size);
        file->kept = realloc(file->kept, size);
        file->dirty = realloc(file->dirty, size / PAGE * sizeof *file->dirty);
        CHECK(file->bytes != NULL && file->kept != NULL && file->dirty != NULL);
        memset(file->bytes + file->size, 0, size - file->size);
        memset(file->kept + file->size, 0, size - file->size);
        memset(file->dirty + file->size / PAGE, 0, (size - file->size) / PAGE);
        file->size = size;
    }
}

int faulty_disk_open(const char *path, bool create, int *ret_fd)
{
    struct file *file = find(path);
    if (file == NULL) {
        const int code = create ? step() : -ENOENT;
        if (code != 0) {
            return code;
        }
        file = make(path, false);
    }
    file->opens++;
    *ret_fd = (int)(file - disk.files);
    return 0;
}

int disk_create(const char *path, int *ret_fd)
{
    return find(path) != NULL ? -EEXIST : faulty_disk_open(path, true, ret_fd);
}

void disk_close(int fd)
{
    struct file *file = file_of(fd);
    file->opens--;
    drop_unused(file);
}

int faulty_disk_read_at(int fd, void *bytes, size_t len, int64_t offset, size_t *ret_len)
{
    const struct file *file = file_of(fd);
    const size_t at = (size_t)offset < file->len ? (size_t)offset : file->len;
    *ret_len = file->len - at < len ? file->len - at : len;
    if (*ret_len > 0) {
        memcpy(bytes, file->bytes + at, *ret_len);
    }
    return 0;
}

int64_t faulty_disk_len(int fd)
{
    return (int64_t)file_of(fd)->len;
}

/* A write that finds no room leaves what there was room for. */
int disk_write_at(int fd, const void *bytes, size_t len, int64_t offset)
{
    struct file *file = file_of(fd);
    const size_t at = (size_t)offset;
    const int code = step();
    if (code != 0) {
        return code;
    }
    size_t taken = len;
    if (at + len > file->len && at + len - file->len > disk.left) {
        const size_t most = file->len + (size_t)disk.left;
        taken = most > at ? most - at : 0;
    }
    if (taken > 0) {
        grow(file, at + taken);
        memcpy(file->bytes + at, bytes, taken);
        memset(file->dirty + at / PAGE, 1, (at + taken - 1) / PAGE - at / PAGE + 1);
    }
    if (at + taken > file->len && taken > 0) {
        disk.left -= at + taken - file->len;
        file->len = at + taken;
    }
    return taken < len ? -ENOSPC : 0;
}

int disk_shorten(int fd, int64_t len)
{
    struct file *file = file_of(fd);
    const int code = step();
    if (code != 0) {
        return code;
    }
    if ((size_t)len < file->len) {
        disk.left += disk.full ? file->len - (size_t)len : 0;
        memset(file->bytes + len, 0, file->len - (size_t)len);
        const size_t first = (size_t)len / PAGE;
        memset(file->dirty + first, 1, file->size / PAGE - first);
    } else {
        grow(file, (size_t)len);
    }
    file->len = (size_t)len;
    return 0;
}

/* ---- The platter ---- */

static void keep_page(struct file *file, size_t page)
{
    memcpy(file->kept + page * PAGE, file->bytes + page * PAGE, PAGE);
}

int disk_sync(int fd)
{
    struct file *file = file_of(fd);
    const int code = step();
    const bool fails = code != 0 || disk.forgetful;
    for (size_t page = 0; page * PAGE < file->size; page++) {
        if (file->dirty[page] && !fails) {
            keep_page(file, page);
        }
        file->dirty[page] = file->dirty[page] && code != 0 && disk.dead;
    }
    if (!fails) {
        file->kept_len = file->len;
    }
    disk.forgetful = disk.forgetful && code != 0;
    return fails ? -EIO : 0;
}

int disk_sync_data(int fd)
{
    return disk_sync(fd);
}

static bool is_in(const struct file *file, const char *dir, size_t len)
{
    return file->used && strncmp(file->path, dir, len) == 0 && file->path[len] == '/' &&
           strchr(file->path + len + 1, '/') == NULL;
}

int disk_sync_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    const int code = step();
    if (code != 0) {
        return code;
    }
    for (int i = 0; i < FILE_MAX; i++) {
        struct file *file = &disk.files[i];
        if (is_in(file, path, (size_t)(slash - path))) {
            file->listed = file->named;
            drop_unused(file);
        }
    }
    return 0;
}

/* A page that was under way: the old one, the new one, or one that was cut anywhere. */
static void lose_pages(struct file *file)
{
    for (size_t page = 0; page * PAGE < file->size; page++) {
        const uint64_t fate = file->dirty[page] ? prng_below(&disk.prng, 3) : 0;
        if (fate == 1) {
            keep_page(file, page);
        } else if (fate == 2) {
            memcpy(file->kept + page * PAGE, file->bytes + page * PAGE,
                   prng_below(&disk.prng, PAGE));
        }
        file->dirty[page] = false;
    }
}

static void lose_length(struct file *file)
{
    const size_t low = file->len < file->kept_len ? file->len : file->kept_len;
    const size_t high = file->len < file->kept_len ? file->kept_len : file->len;
    const size_t len = low + (size_t)prng_below(&disk.prng, high - low + 1);
    if (file->size > len) {
        memset(file->kept + len, 0, file->size - len);
    }
    file->len = file->kept_len = len;
    if (file->size > 0) {
        memcpy(file->bytes, file->kept, file->size);
    }
}

/* What lies in a directory that is not there is not there, and a name that was given anew while its
 * old one was still being removed is the new one's. */
static void lose_names(struct file *file)
{
    if (file->named != file->listed) {
        const bool back = file->named || find(file->path) == NULL;
        file->named = file->listed = back && prng_below(&disk.prng, 2) == 0;
    }
    for (int i = 0; file->dir && !file->named && i < FILE_MAX; i++) {
        if (is_in(&disk.files[i], file->path, strlen(file->path))) {
            disk.files[i].named = disk.files[i].listed = false;
        }
    }
}

void faulty_disk_revive(bool power)
{
    disk.dead = disk.dying = false;
    for (int i = 0; power && i < FILE_MAX; i++) {
        if (disk.files[i].used) {
            lose_names(&disk.files[i]);
        }
    }
    for (int i = 0; i < FILE_MAX; i++) {
        struct file *file = &disk.files[i];
        CHECK(file->opens == 0);
        if (file->used && power) {
            lose_pages(file);
            lose_length(file);
            drop_unused(file);
        }
    }
}

/* ---- The rest of store/disk.h ---- */

int disk_fail(int code, char *error, size_t error_size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (error_size > 0) {
        vsnprintf(error, error_size, format, arguments);
    }
    va_end(arguments);
    return -code;
}

int disk_make_dirs(const char *path)
{
    return disk_make_private(path);
}

int disk_narrow(const char *path)
{
    return find(path) != NULL ? 0 : -ENOENT;
}

int disk_make_private(const char *path)
{
    const int code = find(path) != NULL ? -EEXIST : step();
    if (code == 0) {
        make(path, true);
    }
    return code == -EEXIST ? 0 : code;
}

int disk_make_private_file(const char *path)
{
    int fd;
    const int code = disk_create(path, &fd);
    if (code == 0) {
        disk_close(fd);
    }
    return code == -EEXIST ? 0 : code;
}

int disk_make_parent(const char *path)
{
    (void)path;
    return 0;
}

int disk_cut(const char *path, int64_t len)
{
    int fd;
    int code = faulty_disk_open(path, false, &fd);
    if (code == 0) {
        code = disk_shorten(fd, len);
        code = code == 0 ? disk_sync(fd) : code;
        disk_close(fd);
    }
    return code;
}

int disk_remove(const char *path)
{
    struct file *file = find(path);
    const int code = file == NULL ? -ENOENT : step();
    if (code == 0) {
        disk.left += disk.full ? file->len : 0;
        file->named = false;
        drop_unused(file);
    }
    return code;
}

int disk_size(const char *path, uint64_t *ret_len)
{
    const struct file *file = find(path);
    *ret_len = file != NULL ? file->len : 0;
    return file != NULL ? 0 : -ENOENT;
}

int disk_read_head(const char *path, void *bytes, size_t len, size_t *ret_len)
{
    int fd;
    int code = faulty_disk_open(path, false, &fd);
    if (code == 0) {
        code = faulty_disk_read_at(fd, bytes, len, 0, ret_len);
        disk_close(fd);
    }
    return code;
}

int disk_list(const char *dir, void (*visit)(void *context, const char *name), void *context)
{
    if (find(dir) == NULL) {
        return -ENOENT;
    }
    for (int i = 0; i < FILE_MAX; i++) {
        const struct file *file = &disk.files[i];
        if (file->named && is_in(file, dir, strlen(dir))) {
            visit(context, file->path + strlen(dir) + 1);
        }
    }
    return 0;
}

int disk_free(const char *path, uint64_t *ret_bytes)
{
    (void)path;
    *ret_bytes = disk.left;
    return 0;
}

int disk_write_file(const char *path, const void *bytes, size_t len)
{
    (void)path, (void)bytes, (void)len;
    return -ENOSYS;
}

int disk_read_file(const char *path, size_t size_max, char **ret_bytes, size_t *ret_len)
{
    const struct file *file = find(path);
    if (file == NULL || file->len > size_max) {
        return file == NULL ? -ENOENT : -EFBIG;
    }
    char *bytes = malloc(file->len + 1);
    if (bytes == NULL) {
        return -ENOMEM;
    }
    if (file->len > 0) {
        memcpy(bytes, file->bytes, file->len);
    }
    bytes[file->len] = '\0';
    *ret_bytes = bytes;
    *ret_len = file->len;
    return 0;
}
