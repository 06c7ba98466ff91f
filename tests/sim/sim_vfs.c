/* SPDX-License-Identifier: MIT */
#include "sim_vfs.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "faulty_disk.h"
#include "store/disk.h"

#define REGION_MAX 16

struct sim_file {
    sqlite3_file base;
    int fd;
    bool sync_dir; /* its directory entry is to be made durable with its first sync */
    bool delete_on_close;
    char path[64];
    void *regions[REGION_MAX]; /* the index of a WAL, which SQLite shares among processes */
};

static struct sim_file *sim(sqlite3_file *file)
{
    return (struct sim_file *)(void *)file;
}

static int file_close(sqlite3_file *file)
{
    disk_close(sim(file)->fd);
    if (sim(file)->delete_on_close) {
        disk_remove(sim(file)->path);
    }
    return SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 offset)
{
    size_t got = 0;
    faulty_disk_read_at(sim(file)->fd, bytes, (size_t)len, offset, &got);
    if (got < (size_t)len) {
        memset((char *)bytes + got, 0, (size_t)len - got);
        return SQLITE_IOERR_SHORT_READ;
    }
    return SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    const int code = disk_write_at(sim(file)->fd, bytes, (size_t)len, offset);
    return code == 0 ? SQLITE_OK : code == -ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 len)
{
    return disk_shorten(sim(file)->fd, len) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    if (disk_sync(sim(file)->fd) != 0) {
        return SQLITE_IOERR_FSYNC;
    }
    if (sim(file)->sync_dir) {
        disk_sync_parent(sim(file)->path);
        sim(file)->sync_dir = false;
    }
    return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    *ret = faulty_disk_len(sim(file)->fd);
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *file, int lock)
{
    (void)file, (void)lock;
    return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *file, int *ret)
{
    (void)file;
    *ret = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
    (void)file, (void)op, (void)arg;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *file)
{
    (void)file;
    return 4096;
}

static int file_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **ret)
{
    CHECK(region < REGION_MAX);
    void **at = &sim(file)->regions[region];
    if (*at == NULL && extend) {
        *at = calloc(1, (size_t)size);
        CHECK(*at != NULL);
    }
    *ret = *at;
    return SQLITE_OK;
}

static int shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    (void)file, (void)offset, (void)count, (void)flags;
    return SQLITE_OK;
}

static void shm_barrier(sqlite3_file *file)
{
    (void)file;
}

static int shm_unmap(sqlite3_file *file, int remove)
{
    (void)remove;
    for (int i = 0; i < REGION_MAX; i++) {
        free(sim(file)->regions[i]);
        sim(file)->regions[i] = NULL;
    }
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *ret_flags)
{
    static uint64_t nameless;
    struct sim_file *opened = sim(file);
    (void)vfs;
    *opened = (struct sim_file){.sync_dir = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)),
                                .delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE)};
    if (name == NULL) {
        snprintf(opened->path, sizeof opened->path, "/tmp/%llu", (unsigned long long)nameless++);
    } else {
        snprintf(opened->path, sizeof opened->path, "%s", name);
    }
    if (faulty_disk_open(opened->path, flags & SQLITE_OPEN_CREATE, &opened->fd) != 0) {
        return SQLITE_CANTOPEN;
    }
    opened->base.pMethods = &methods;
    if (ret_flags != NULL) {
        *ret_flags = flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_dir)
{
    (void)vfs;
    const int code = disk_remove(name);
    if (code == -ENOENT) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    if (code != 0 || (sync_dir && disk_sync_parent(name) != 0)) {
        return SQLITE_IOERR_DELETE;
    }
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret)
{
    (void)vfs, (void)flags;
    uint64_t len;
    *ret = disk_size(name, &len) == 0;
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *ret)
{
    (void)vfs;
    snprintf(ret, (size_t)size, "%s", name);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int len, char *ret)
{
    (void)vfs;
    for (int i = 0; i < len; i++) {
        ret[i] = (char)faulty_disk_random();
    }
    return len;
}

static int vfs_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int vfs_time(sqlite3_vfs *vfs, double *ret)
{
    (void)vfs;
    *ret = 2461000.5;
    return SQLITE_OK;
}

static int vfs_last_error(sqlite3_vfs *vfs, int len, char *ret)
{
    (void)vfs, (void)len, (void)ret;
    return 0;
}

void sim_vfs_install(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(struct sim_file),
        .mxPathname = 60,
        .zName = "sim",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_last_error,
    };
    CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}
