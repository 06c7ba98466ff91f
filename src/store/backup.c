/* SPDX-License-Identifier: MIT */
#include "store/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/journal.h"
#include "store/journal_block.h"
#include "store/ledger_copy.h"
#include "store/vault.h"

#define CHUNK (1u << 20)
#define DEPTH_MAX 8

struct backup {
    const char *from;
    char to[DISK_PATH_MAX]; /* the directory under its passing name */
    struct backup_done done;
    char *buffers; /* two chunks */
    char *error;
    size_t error_size;
};

static int say(struct backup *backup, int code, const char *path)
{
    return disk_fail(code, backup->error, backup->error_size, "%s: %s", path, strerror(code));
}

static int join(struct backup *backup, char *ret, const char *dir, const char *name)
{
    const int len = snprintf(ret, DISK_PATH_MAX, "%s/%s", dir, name);
    return len < DISK_PATH_MAX ? 0 : say(backup, ENAMETOOLONG, name);
}

static int copy_bytes(struct backup *backup, int from, int to, int64_t *ret_len)
{
    int64_t at = 0;
    for (;;) {
        const ssize_t got = pread(from, backup->buffers, CHUNK, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            *ret_len = at;
            return got < 0 ? -errno : 0;
        }
        const int code = disk_write_at(to, backup->buffers, (size_t)got, at);
        if (code != 0)
            return code;
        at += got;
    }
}

/* What was copied is the beginning of the source: a segment may have grown meanwhile, and nothing
 * that is copied here is ever changed in place. */
static int compare_bytes(struct backup *backup, int from, int to, int64_t len)
{
    char *ours = backup->buffers, *theirs = backup->buffers + CHUNK;
    for (int64_t at = 0; at < len;) {
        const size_t want = len - at < CHUNK ? (size_t)(len - at) : CHUNK;
        const ssize_t got = pread(to, ours, want, at);
        if (got <= 0)
            return got < 0 ? -errno : -EIO;
        if (pread(from, theirs, (size_t)got, at) != got || memcmp(ours, theirs, (size_t)got) != 0)
            return -EIO;
        at += got;
    }
    return 0;
}

/* -ENOENT when the source has gone, without a word in `error`: the caller knows whether it may. */
static int copy_file(struct backup *backup, const char *from_path, const char *to_path)
{
    const int from = open(from_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (from < 0)
        return errno == ENOENT ? -ENOENT : say(backup, errno, from_path);
    struct stat before; /* a segment copied again counts once */
    if (stat(to_path, &before) == 0) {
        backup->done.bytes -= (uint64_t)before.st_size;
        backup->done.file_count--;
    }
    const int to = open(to_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (to < 0) {
        close(from);
        return say(backup, errno, to_path);
    }
    int64_t len = 0;
    int code = copy_bytes(backup, from, to, &len);
    if (code == 0 && fsync(to) != 0)
        code = -errno;
    if (code == 0) {
        posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED); /* so that the disk is read, not the cache */
        code = compare_bytes(backup, from, to, len);
    }
    close(from);
    close(to);
    if (code != 0)
        return say(backup, -code, to_path);
    backup->done.bytes += (uint64_t)len;
    backup->done.file_count++;
    return 0;
}

static int copy_segment(struct backup *backup, const char *from_dir, const char *to_dir,
                        uint32_t segment)
{
    char from[DISK_PATH_MAX + 32], to[DISK_PATH_MAX + 32];
    journal_segment_path(from, sizeof from, from_dir, segment);
    journal_segment_path(to, sizeof to, to_dir, segment);
    const int code = copy_file(backup, from, to);
    return code == -ENOENT ? 0 : code; /* its time had come, and the session deleted it */
}

/* Until no segment has begun while the last one was being copied: one that is followed by another
 * is copied again, because it has been closed since. */
static int copy_journal(struct backup *backup, const char *from_dir, const char *to_dir)
{
    uint32_t done = 0; /* the newest copied: perhaps not to its end */
    for (;;) {
        uint32_t *numbers = NULL;
        uint32_t count = 0;
        int code = journal_segment_list(from_dir, &numbers, &count);
        if (code < 0)
            return say(backup, -code, from_dir);
        const uint32_t last = count > 0 ? numbers[count - 1] : 0;
        for (uint32_t i = 0; i < count && code == 0 && last != done; i++)
            if (numbers[i] >= done)
                code = copy_segment(backup, from_dir, to_dir, numbers[i]);
        free(numbers);
        if (code != 0 || last == done)
            return code;
        done = last;
    }
}

/* At the top of the state: what is not copied as it lies there. */
static bool left_out(const char *name)
{
    return strcmp(name, "lock") == 0 || strncmp(name, "ledger.db", 9) == 0 ||
           strcmp(name, VAULT_FILE ".new") == 0 || strncmp(name, "cuttle.log", 10) == 0;
}

static int copy_dir(struct backup *backup, const char *from, const char *to, int depth);

static int copy_entry(struct backup *backup, const char *from_dir, const char *to_dir,
                      const char *name, int depth)
{
    char from[DISK_PATH_MAX], to[DISK_PATH_MAX];
    struct stat status, target;
    int code = join(backup, from, from_dir, name);
    if (code == 0)
        code = join(backup, to, to_dir, name);
    if (code != 0)
        return code;
    if (lstat(from, &status) != 0)
        return errno == ENOENT ? 0 : say(backup, errno, from);
    if (S_ISREG(status.st_mode)) {
        code = copy_file(backup, from, to);
        return code == -ENOENT ? 0 : code;
    }
    if (!S_ISDIR(status.st_mode))
        return 0; /* a socket or a link holds nothing of ours */
    if (stat(backup->to, &target) != 0)
        return say(backup, errno, backup->to);
    if (status.st_dev == target.st_dev && status.st_ino == target.st_ino)
        return disk_fail(EINVAL, backup->error, backup->error_size,
                         "the backup would lie within the state it copies: name a place outside");
    if (mkdir(to, 0700) != 0)
        return say(backup, errno, to);
    return depth == 0 && strcmp(name, "journal") == 0 ? copy_journal(backup, from, to)
                                                      : copy_dir(backup, from, to, depth + 1);
}

static int copy_dir(struct backup *backup, const char *from, const char *to, int depth)
{
    if (depth > DEPTH_MAX)
        return say(backup, ELOOP, from);
    DIR *dir = opendir(from);
    if (!dir)
        return say(backup, errno, from);
    int code = 0;
    struct dirent *entry;
    while (code == 0 && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && (depth > 0 || !left_out(name)))
            code = copy_entry(backup, from, to, name, depth);
    }
    closedir(dir);
    return code;
}

static int copy_ledger(struct backup *backup)
{
    char from[DISK_PATH_MAX], to[DISK_PATH_MAX];
    struct stat status;
    int code = join(backup, from, backup->from, "ledger.db");
    if (code == 0)
        code = join(backup, to, backup->to, "ledger.db");
    if (code == 0 && access(from, F_OK) != 0)
        return disk_fail(ENOENT, backup->error, backup->error_size,
                         "%s: no state of cuttle, it has no ledger.db; --state names another",
                         backup->from);
    if (code == 0)
        code = ledger_copy_file(from, to, backup->error, backup->error_size);
    if (code == 0 && stat(to, &status) == 0) {
        backup->done.bytes += (uint64_t)status.st_size;
        backup->done.file_count++;
    }
    return code;
}

/* Reads the copy's journal as a replay would. */
static int check_journal(struct backup *backup)
{
    char dir[DISK_PATH_MAX];
    struct journal_reader *reader = NULL;
    struct journal_item item;
    enum journal_step step = JOURNAL_RECORD;
    int code = join(backup, dir, backup->to, "journal");
    if (code != 0 || access(dir, F_OK) != 0)
        return code; /* recording was off */
    code = journal_reader_open(dir, 0, &reader, backup->error, backup->error_size);
    while (code == 0 && step != JOURNAL_END && step != JOURNAL_TORN) {
        step = journal_next(reader, &item);
        backup->done.segment_count += step == JOURNAL_SNAPSHOT;
        backup->done.record_count += step == JOURNAL_RECORD;
        if (step == JOURNAL_DAMAGED) {
            backup->done.damaged = true;
            disk_fail(0, backup->done.note, sizeof backup->done.note, "%s",
                      journal_reader_error(reader));
            journal_reader_skip(reader);
        } else if (step == JOURNAL_FAILED) {
            code = disk_fail(EIO, backup->error, backup->error_size, "%s",
                             journal_reader_error(reader));
        }
    }
    backup->done.torn = step == JOURNAL_TORN;
    journal_reader_close(reader);
    return code;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static int sync_dir(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    const int code = fsync(fd) != 0 ? -errno : 0;
    close(fd);
    return code;
}

static int make_dir(struct backup *backup, const char *to)
{
    if (access(to, F_OK) == 0)
        return disk_fail(EEXIST, backup->error, backup->error_size,
                         "%s: it is there already, and a backup writes over nothing", to);
    if ((size_t)snprintf(backup->to, sizeof backup->to, "%s.partial", to) >= sizeof backup->to)
        return say(backup, ENAMETOOLONG, to);
    const int code = disk_make_parent(to);
    if (code != 0)
        return say(backup, -code, to);
    if (mkdir(backup->to, 0700) != 0)
        return errno == EEXIST
                   ? disk_fail(EEXIST, backup->error, backup->error_size,
                               "%s: left by a backup that was interrupted; delete it", backup->to)
                   : say(backup, errno, backup->to);
    return 0;
}

int backup_make(const char *state_dir, const char *to, struct backup_done *ret, char *error,
                size_t error_size)
{
    struct backup backup = {.from = state_dir, .error = error, .error_size = error_size};
    int code = make_dir(&backup, to);
    if (code != 0)
        return code;
    backup.buffers = malloc(2 * CHUNK);
    if (!backup.buffers)
        code = say(&backup, ENOMEM, to);
    if (code == 0)
        code = copy_ledger(&backup);
    if (code == 0)
        code = copy_dir(&backup, state_dir, backup.to, 0);
    if (code == 0)
        code = check_journal(&backup);
    if (code == 0 && (code = sync_dir(backup.to)) != 0)
        say(&backup, -code, backup.to);
    if (code == 0 && (rename(backup.to, to) != 0 || disk_sync_parent(to) != 0))
        code = say(&backup, errno, to);
    free(backup.buffers);
    if (code != 0) {
        nftw(backup.to, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        return code;
    }
    *ret = backup.done;
    return 0;
}
