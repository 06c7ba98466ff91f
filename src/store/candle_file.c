/* SPDX-License-Identifier: MIT */
#include "store/candle_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/candle_path.h"
#include "store/disk.h"
#include "store/npy.h"

/* Rows looked at on opening: a write that went wrong shows at the end. 256 * 48 bytes = 3 pages. */
#define TAIL_ROWS 256

struct candle_file {
    void *map;
    size_t map_size;
    const struct candle *rows;
    size_t count;
    size_t torn;
    size_t offset; /* where the rows begin */
    enum timeframe timeframe;
    char path[DISK_PATH_MAX];
};

static const char *row_fault(enum timeframe timeframe, const struct candle *row)
{
    if (!candle_valid(row))
        return "is not a candle (a price or volume is impossible)";
    if (row->time_ns < 0 || row->time_ns % timeframe_ns[timeframe] != 0)
        return "does not begin on its timeframe's grid";
    return NULL;
}

/* The first fault among rows[from..to), whose index goes to *ret_index; NULL when sound. */
static const char *rows_fault(enum timeframe timeframe, const struct candle *rows, size_t from,
                              size_t to, size_t *ret_index)
{
    for (size_t i = from; i < to; i++) {
        const char *fault = row_fault(timeframe, &rows[i]);
        if (!fault && i > 0 && rows[i].time_ns <= rows[i - 1].time_ns)
            fault = "is not later than the row before it";
        if (fault) {
            *ret_index = i;
            return fault;
        }
    }
    return NULL;
}

static int check_rows(const struct candle_file *file, size_t from, char *error, size_t error_size)
{
    size_t index = 0;
    const char *fault = rows_fault(file->timeframe, file->rows, from, file->count, &index);
    if (!fault && from > 0 && row_fault(file->timeframe, &file->rows[0]))
        fault = row_fault(file->timeframe, &file->rows[0]);
    if (!fault)
        return 0;
    return disk_fail(EINVAL, error, error_size,
                     "%s: row %zu %s: the file is damaged; move it away and import the data again",
                     file->path, index, fault);
}

static int map_file(struct candle_file *file, int fd, char *error, size_t error_size)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return disk_fail(errno, error, error_size, "%s: %s", file->path, strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size < NPY_HEADER_SIZE / 8)
        return disk_fail(EINVAL, error, error_size,
                         "%s: it is too short to be a candle file; move it away and import the "
                         "data again",
                         file->path);
    file->map_size = (size_t)status.st_size;
    file->map = mmap(NULL, file->map_size, PROT_READ, MAP_SHARED, fd, 0);
    if (file->map == MAP_FAILED) {
        file->map = NULL;
        return disk_fail(errno, error, error_size, "%s: cannot map it: %s", file->path,
                         strerror(errno));
    }
    return 0;
}

static int read_map(struct candle_file *file, char *error, size_t error_size)
{
    uint64_t promised = 0;
    const char *wrong = npy_read_header(file->map, file->map_size, &promised, &file->offset);
    if (wrong)
        return disk_fail(EINVAL, error, error_size,
                         "%s: %s; move it away and import the data again", file->path, wrong);
    uint64_t held = (file->map_size - file->offset) / sizeof(struct candle);
    file->count = promised < held ? promised : held;
    file->torn = promised > held ? promised - held : 0;
    file->rows = (const void *)((const char *)file->map + file->offset);
    size_t from = file->count > TAIL_ROWS ? file->count - TAIL_ROWS : 0;
    return check_rows(file, from, error, error_size);
}

int candle_file_open(const char *store, const struct candle_key *key, struct candle_file **ret,
                     char *error, size_t error_size)
{
    struct candle_file *file = calloc(1, sizeof *file);
    if (!file)
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    file->timeframe = key->timeframe;
    int fd = -1;
    int code = candle_path(store, key, file->path, sizeof file->path, error, error_size);
    if (code < 0)
        goto fail;
    fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        code =
            errno == ENOENT
                ? disk_fail(ENOENT, error, error_size,
                            "%s: no such candle file; `cuttle data import` makes one", file->path)
                : disk_fail(errno, error, error_size, "%s: %s", file->path, strerror(errno));
        goto fail;
    }
    code = map_file(file, fd, error, error_size);
    if (code == 0)
        code = read_map(file, error, error_size);
    if (code < 0)
        goto fail;
    close(fd);
    *ret = file;
    return 0;
fail:
    if (fd >= 0)
        close(fd);
    candle_file_close(file);
    return code;
}

void candle_file_close(struct candle_file *file)
{
    if (!file)
        return;
    if (file->map)
        munmap(file->map, file->map_size);
    free(file);
}

const struct candle *candle_file_rows(const struct candle_file *file, size_t *ret_count)
{
    *ret_count = file->count;
    return file->rows;
}

size_t candle_file_torn(const struct candle_file *file)
{
    return file->torn;
}

int candle_file_verify(const struct candle_file *file, char *error, size_t error_size)
{
    return check_rows(file, 0, error, error_size);
}

size_t candle_file_find(const struct candle_file *file, int64_t time_ns)
{
    return candle_find(file->rows, file->count, time_ns);
}

/* What a merge is about to do: stored rows [0, from) stay as they are. */
struct merge {
    const char *path;
    const struct candle *stored;
    size_t stored_count;
    const struct candle *rows;
    size_t count;
    bool replace;
    size_t from;
    size_t offset;  /* of the stored rows in their file */
    bool tail_only; /* what is added comes after all that is stored, and nothing is replaced */
    struct candle_merge_result result;
};

static bool candle_same(const struct candle *a, const struct candle *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Walks both lists once. With `out`, writes the merged rows from `from` on; returns their count. */
static size_t merge_walk(struct merge *merge, struct candle *out)
{
    size_t a = merge->from;
    size_t b = 0;
    size_t written = 0;
    struct candle_merge_result result = {0};
    merge->tail_only = true;
    while (a < merge->stored_count || b < merge->count) {
        const struct candle *old = a < merge->stored_count ? &merge->stored[a] : NULL;
        const struct candle *new = b < merge->count ? &merge->rows[b] : NULL;
        const struct candle *chosen = old;
        if (!old || (new &&new->time_ns < old->time_ns)) {
            merge->tail_only = merge->tail_only && !old;
            result.added++;
            chosen = new;
            b++;
        } else if (new &&new->time_ns == old->time_ns) {
            bool same = candle_same(old, new);
            result.equal += same;
            result.different += !same;
            if (!same && merge->replace) {
                merge->tail_only = false;
                chosen = new;
            }
            a++;
            b++;
        } else {
            a++;
        }
        if (out)
            out[written] = *chosen;
        written++;
    }
    merge->result = result;
    return written;
}

static int append_rows(const struct merge *merge, char *error, size_t error_size)
{
    size_t added = merge->result.added;
    const struct candle *rows = merge->rows + (merge->count - added);
    int64_t end = (int64_t)(merge->offset + merge->stored_count * sizeof(struct candle));
    char header[NPY_HEADER_SIZE];
    npy_write_header(header, merge->stored_count + added);
    int fd = open(merge->path, O_WRONLY | O_CLOEXEC);
    int code = fd < 0 ? -errno : disk_write_at(fd, rows, added * sizeof(struct candle), end);
    if (code == 0 && fdatasync(fd) < 0)
        code = -errno;
    if (code == 0)
        code = disk_write_at(fd, header, sizeof header, 0);
    if (code == 0 && fdatasync(fd) < 0)
        code = -errno;
    if (fd >= 0)
        close(fd);
    if (code < 0)
        return disk_fail(-code, error, error_size,
                         "%s: cannot add %zu candles: %s; those stored before are kept",
                         merge->path, added, strerror(-code));
    return 0;
}

static int write_whole(int fd, const struct merge *merge, const struct candle *merged, size_t count)
{
    char header[NPY_HEADER_SIZE];
    npy_write_header(header, merge->from + count);
    const size_t row = sizeof(struct candle);
    int64_t middle = (int64_t)(NPY_HEADER_SIZE + merge->from * row);
    int code = disk_write_at(fd, merge->stored, merge->from * row, NPY_HEADER_SIZE);
    if (code == 0)
        code = disk_write_at(fd, merged, count * row, middle);
    if (code == 0)
        code = disk_write_at(fd, header, sizeof header, 0);
    if (code == 0 && fsync(fd) < 0)
        code = -errno;
    return code;
}

static int rewrite_rows(struct merge *merge, char *error, size_t error_size)
{
    char temporary[DISK_PATH_MAX + 8];
    snprintf(temporary, sizeof temporary, "%s.new", merge->path);
    size_t room = merge->stored_count - merge->from + merge->count;
    struct candle *merged = malloc((room ? room : 1) * sizeof *merged);
    if (!merged)
        return disk_fail(ENOMEM, error, error_size, "out of memory for %zu candles", room);
    size_t count = merge_walk(merge, merged);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int code = fd < 0 ? -errno : write_whole(fd, merge, merged, count);
    if (fd >= 0)
        close(fd);
    if (code == 0 && rename(temporary, merge->path) < 0)
        code = -errno;
    if (code == 0)
        code = disk_sync_parent(merge->path);
    else if (fd >= 0)
        unlink(temporary);
    free(merged);
    if (code < 0)
        return disk_fail(-code, error, error_size,
                         "%s: cannot write it: %s; candles stored before are kept", merge->path,
                         strerror(-code));
    return 0;
}

static int check_input(const struct merge *merge, enum timeframe timeframe, char *error,
                       size_t error_size)
{
    size_t index = 0;
    const char *fault = rows_fault(timeframe, merge->rows, 0, merge->count, &index);
    if (!fault)
        return 0;
    return disk_fail(EINVAL, error, error_size, "%s: candle %zu to be stored %s; none was stored",
                     merge->path, index, fault);
}

/* Under the writer's lock. */
static int merge_locked(const char *store, const struct candle_key *key, struct merge *merge,
                        char *error, size_t error_size)
{
    struct candle_file *file = NULL;
    int code = candle_file_open(store, key, &file, error, error_size);
    if (code < 0 && code != -ENOENT)
        return code;
    if (file) {
        merge->stored = file->rows;
        merge->stored_count = file->count;
        merge->offset = file->offset;
        merge->from = merge->count ? candle_file_find(file, merge->rows[0].time_ns) : file->count;
    }
    merge_walk(merge, NULL);
    bool in_place = file && merge->tail_only && file->offset == NPY_HEADER_SIZE;
    bool nothing = merge->result.added == 0 && merge->tail_only && (!file || file->torn == 0);
    if (nothing)
        code = 0;
    else if (in_place)
        code = append_rows(merge, error, error_size);
    else if ((code = file ? candle_file_verify(file, error, error_size) : 0) == 0)
        code = rewrite_rows(merge, error, error_size);
    candle_file_close(file);
    return code;
}

int candle_file_merge(const char *store, const struct candle_key *key, const struct candle *rows,
                      size_t count, bool replace, struct candle_merge_result *ret, char *error,
                      size_t error_size)
{
    char path[DISK_PATH_MAX];
    struct merge merge = {.path = path, .rows = rows, .count = count, .replace = replace};
    int code = candle_path(store, key, path, sizeof path, error, error_size);
    if (code == 0)
        code = check_input(&merge, key->timeframe, error, error_size);
    if (code < 0)
        return code;
    int lock = candle_path_lock(path, error, error_size);
    if (lock < 0)
        return lock;
    code = merge_locked(store, key, &merge, error, error_size);
    close(lock);
    if (code == 0)
        *ret = merge.result;
    return code;
}
