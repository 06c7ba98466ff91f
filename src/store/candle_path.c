/* SPDX-License-Identifier: MIT */
#include "store/candle_path.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/disk.h"

/* How long a writer waits for another: a session adding a candle holds the lock for milliseconds.
 */
#define LOCK_TRIES 200
#define LOCK_PAUSE_US 10000

/* Letters, digits and underscore; dots inside, as in Kraken's "DOT.S". */
static bool name_sound(const char *name, size_t len)
{
    if (len == 0 || name[0] == '.')
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name[i];
        if (!isalnum(c) && c != '_' && c != '.')
            return false;
    }
    return true;
}

static bool key_sound(const struct candle_key *key)
{
    const char *slash = memchr(key->symbol, '/', sizeof key->symbol);
    if (!memchr(key->venue, '\0', sizeof key->venue) || !slash)
        return false;
    if (!memchr(key->symbol, '\0', sizeof key->symbol) || key->timeframe >= TIMEFRAME_COUNT)
        return false;
    return name_sound(key->venue, strlen(key->venue)) &&
           name_sound(key->symbol, (size_t)(slash - key->symbol)) &&
           name_sound(slash + 1, strlen(slash + 1));
}

bool candle_key_parse(const char *text, struct candle_key *key)
{
    const char *colon = strchr(text, ':');
    struct candle_key parsed = {.timeframe = key->timeframe};
    if (!colon || (size_t)(colon - text) >= sizeof parsed.venue ||
        strlen(colon + 1) >= sizeof parsed.symbol)
        return false;
    for (size_t i = 0; text + i < colon; i++)
        parsed.venue[i] = (char)toupper((unsigned char)text[i]);
    for (size_t i = 0; colon[1 + i]; i++)
        parsed.symbol[i] = (char)toupper((unsigned char)colon[1 + i]);
    if (!key_sound(&parsed))
        return false;
    *key = parsed;
    return true;
}

int candle_path(const char *store, const struct candle_key *key, char *path, size_t size,
                char *error, size_t error_size)
{
    return candle_path_beside(store, key, "npy", path, size, error, error_size);
}

int candle_path_beside(const char *store, const struct candle_key *key, const char *ending,
                       char *path, size_t size, char *error, size_t error_size)
{
    if (!key_sound(key))
        return disk_fail(EINVAL, error, error_size,
                         "%.*s:%.*s is no venue and pair; write it like KRAKEN:BTC/USD",
                         (int)strnlen(key->venue, sizeof key->venue), key->venue,
                         (int)strnlen(key->symbol, sizeof key->symbol), key->symbol);
    int base_len = (int)strcspn(key->symbol, "/");
    int len = snprintf(path, size, "%s/%s/%.*s-%s/%s.%s", store, key->venue, base_len, key->symbol,
                       key->symbol + base_len + 1, timeframe_names[key->timeframe], ending);
    if (len < 0 || (size_t)len >= size)
        return disk_fail(ENAMETOOLONG, error, error_size, "the store's path %s is too long", store);
    return 0;
}

int candle_path_lock(const char *path, char *error, size_t error_size)
{
    char name[DISK_PATH_MAX + 8];
    int code = disk_make_parent(path);
    snprintf(name, sizeof name, "%s.lock", path);
    int fd = code < 0 ? -1 : open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) {
        code = code < 0 ? -code : errno;
        return disk_fail(code, error, error_size, "%s: cannot write here: %s", name,
                         strerror(code));
    }
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return fd;
        if (errno != EWOULDBLOCK && errno != EINTR)
            break;
        usleep(LOCK_PAUSE_US);
    }
    code = errno == EWOULDBLOCK ? EBUSY : errno;
    close(fd);
    return disk_fail(code, error, error_size,
                     "%s: another process is writing this file; try again when it is done", path);
}

/* The visible entries of a directory, sorted by bytes (scandir's alphasort asks the locale). */
static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

struct visit {
    const char *store;
    int (*call)(void *context, const struct candle_key *key);
    void *context;
    char *error;
    size_t error_size;
    struct candle_key key;
};

/* Calls `each` for every entry of `path`; a missing directory, or a file, has none. */
static int each_entry(struct visit *visit, const char *path,
                      int (*each)(struct visit *visit, const char *name))
{
    struct dirent **list = NULL;
    int count = scandir(path, &list, is_visible, by_bytes);
    if (count < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (count < 0)
        return disk_fail(errno, visit->error, visit->error_size, "%s: cannot list it: %s", path,
                         strerror(errno));
    int code = 0;
    for (int i = 0; i < count; i++) {
        if (code == 0)
            code = each(visit, list[i]->d_name);
        free(list[i]);
    }
    free(list);
    return code;
}

static int visit_pair(struct visit *visit, const char *name)
{
    const char *dash = strchr(name, '-');
    if (!dash || strlen(name) >= sizeof visit->key.symbol)
        return 0;
    memcpy(visit->key.symbol, name, strlen(name) + 1);
    visit->key.symbol[dash - name] = '/';
    int code = 0;
    for (int i = 0; i < TIMEFRAME_COUNT && code == 0; i++) {
        char path[DISK_PATH_MAX];
        visit->key.timeframe = (enum timeframe)i;
        if (key_sound(&visit->key) &&
            candle_path(visit->store, &visit->key, path, sizeof path, visit->error,
                        visit->error_size) == 0 &&
            access(path, F_OK) == 0)
            code = visit->call(visit->context, &visit->key);
    }
    return code;
}

static int visit_venue(struct visit *visit, const char *name)
{
    char path[DISK_PATH_MAX];
    if (strlen(name) >= sizeof visit->key.venue || !name_sound(name, strlen(name)))
        return 0;
    memcpy(visit->key.venue, name, strlen(name) + 1);
    int len = snprintf(path, sizeof path, "%s/%s", visit->store, name);
    if (len < 0 || (size_t)len >= sizeof path)
        return 0;
    return each_entry(visit, path, visit_pair);
}

int candle_store_each(const char *store, int (*call)(void *context, const struct candle_key *key),
                      void *context, char *error, size_t error_size)
{
    struct visit visit = {store, call, context, error, error_size, {{0}, {0}, TIMEFRAME_1M}};
    return each_entry(&visit, store, visit_venue);
}
