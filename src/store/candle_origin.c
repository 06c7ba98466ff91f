/* SPDX-License-Identifier: MIT */
#include "store/candle_origin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/timestamp.h"
#include "store/candle_path.h"
#include "store/disk.h"

#define ORIGINS_MAX 16
#define FILE_SIZE_MAX 65536

struct origin {
    char name[CANDLE_ORIGIN_MAX];
    int64_t first_ns, last_ns;
};

struct origins {
    size_t count;
    struct origin list[ORIGINS_MAX];
};

/* NAME FIRST LAST */
static bool read_line(const char *at, const char *end, struct origin *ret)
{
    const char *first = memchr(at, ' ', (size_t)(end - at));
    const char *last = first ? memchr(first + 1, ' ', (size_t)(end - first - 1)) : NULL;
    if (!last || (size_t)(first - at) >= sizeof ret->name)
        return false;
    memcpy(ret->name, at, (size_t)(first - at));
    ret->name[first - at] = '\0';
    return timestamp_parse(first + 1, (size_t)(last - first - 1), &ret->first_ns) &&
           timestamp_parse(last + 1, (size_t)(end - last - 1), &ret->last_ns);
}

static int read_origins(const char *path, struct origins *ret, char *error, size_t error_size)
{
    char *text = NULL;
    size_t len = 0;
    *ret = (struct origins){0};
    if (access(path, F_OK) < 0 && errno == ENOENT)
        return 0;
    const int code = disk_read_file(path, FILE_SIZE_MAX, &text, &len);
    if (code < 0)
        return disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
    bool sound = true;
    for (const char *at = text; sound && at < text + len;) {
        const char *end = memchr(at, '\n', (size_t)(text + len - at));
        sound = end && ret->count < ORIGINS_MAX && read_line(at, end, &ret->list[ret->count]);
        ret->count += sound;
        at = sound ? end + 1 : at;
    }
    free(text);
    if (sound)
        return 0;
    return disk_fail(EINVAL, error, error_size,
                     "%s: line %zu is not NAME FIRST LAST; mend it, or move the file away and "
                     "import with --as again",
                     path, ret->count + 1);
}

static int write_origins(const char *path, const struct origins *origins, char *error,
                         size_t error_size)
{
    char text[ORIGINS_MAX * (CANDLE_ORIGIN_MAX + 2 * TIMESTAMP_TEXT_MAX + 4)];
    size_t len = 0;
    for (size_t i = 0; i < origins->count; i++) {
        const struct origin *origin = &origins->list[i];
        char first[TIMESTAMP_TEXT_MAX], last[TIMESTAMP_TEXT_MAX];
        timestamp_format(first, origin->first_ns, 0);
        timestamp_format(last, origin->last_ns, 0);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s %s %s\n", origin->name, first,
                                last);
    }
    const int code = disk_write_file(path, text, len);
    if (code < 0)
        return disk_fail(-code, error, error_size, "%s: cannot write it: %s", path,
                         strerror(-code));
    return 0;
}

static bool put_origin(struct origins *origins, const char *name, int64_t first_ns, int64_t last_ns)
{
    size_t at = 0;
    while (at < origins->count && strcmp(origins->list[at].name, name) != 0)
        at++;
    if (at == ORIGINS_MAX)
        return false;
    struct origin *origin = &origins->list[at];
    if (at == origins->count) {
        *origin = (struct origin){.first_ns = first_ns, .last_ns = last_ns};
        snprintf(origin->name, sizeof origin->name, "%s", name);
        origins->count++;
    }
    origin->first_ns = first_ns < origin->first_ns ? first_ns : origin->first_ns;
    origin->last_ns = last_ns > origin->last_ns ? last_ns : origin->last_ns;
    return true;
}

int candle_origin_add(const char *store, const struct candle_key *key, const char *origin,
                      int64_t first_ns, int64_t last_ns, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    struct origins origins;
    int code = candle_path_beside(store, key, "origin", path, sizeof path, error, error_size);
    if (code < 0)
        return code;
    const int lock = candle_path_lock(path, error, error_size);
    if (lock < 0)
        return lock;
    code = read_origins(path, &origins, error, error_size);
    if (code == 0 && !put_origin(&origins, origin, first_ns, last_ns))
        code = disk_fail(ENOSPC, error, error_size, "%s: candles of %d origins are enough", path,
                         ORIGINS_MAX);
    if (code == 0)
        code = write_origins(path, &origins, error, error_size);
    close(lock);
    return code;
}

int candle_origin_tell(const char *store, const struct candle_key *key,
                       char text[CANDLE_ORIGINS_TEXT_MAX], char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    struct origins origins;
    text[0] = '\0';
    int code = candle_path_beside(store, key, "origin", path, sizeof path, error, error_size);
    if (code == 0)
        code = read_origins(path, &origins, error, error_size);
    size_t len = 0;
    for (size_t i = 0; code == 0 && i < origins.count && len < CANDLE_ORIGINS_TEXT_MAX; i++) {
        char first[TIMESTAMP_TEXT_MAX], last[TIMESTAMP_TEXT_MAX];
        timestamp_format(first, origins.list[i].first_ns, 0);
        timestamp_format(last, origins.list[i].last_ns, 0);
        len +=
            (size_t)snprintf(text + len, CANDLE_ORIGINS_TEXT_MAX - len, "%s%s from %.10s to %.10s",
                             i ? ", " : "", origins.list[i].name, first, last);
    }
    return code;
}
