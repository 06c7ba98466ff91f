/* SPDX-License-Identifier: MIT */
#include "store/fetched.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/decimal.h"
#include "store/candle_path.h"
#include "store/disk.h"

#define FIRST_LINE "cuttle fetched 1\n"
#define FILE_SIZE_MAX (1 << 16)

bool fetched_add(struct fetched *fetched, int64_t from_ns, int64_t until_ns)
{
    struct fetched_span *spans = fetched->spans;
    size_t first = 0;
    while (first < fetched->count && spans[first].until_ns < from_ns)
        first++;
    size_t last = first; /* one after those that it touches */
    while (last < fetched->count && spans[last].from_ns <= until_ns) {
        from_ns = spans[last].from_ns < from_ns ? spans[last].from_ns : from_ns;
        until_ns = spans[last].until_ns > until_ns ? spans[last].until_ns : until_ns;
        last++;
    }
    if (first == last && fetched->count == FETCHED_SPANS_MAX)
        return false;
    memmove(&spans[first + 1], &spans[last], (fetched->count - last) * sizeof *spans);
    spans[first] = (struct fetched_span){from_ns, until_ns};
    fetched->count = fetched->count - (last - first) + 1;
    return true;
}

bool fetched_hole(const struct fetched *fetched, int64_t from_ns, int64_t until_ns,
                  struct fetched_span *ret)
{
    for (size_t i = 0; i < fetched->count && from_ns < until_ns; i++) {
        const struct fetched_span *span = &fetched->spans[i];
        if (span->until_ns <= from_ns)
            continue;
        if (span->from_ns > from_ns) {
            until_ns = span->from_ns < until_ns ? span->from_ns : until_ns;
            break;
        }
        from_ns = span->until_ns;
    }
    if (from_ns >= until_ns)
        return false;
    *ret = (struct fetched_span){from_ns, until_ns};
    return true;
}

/* The numbers of a line, apart by single spaces; false unless there are exactly `count`. */
static bool read_numbers(const char *at, const char *end, int64_t *ret, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *stop = memchr(at, ' ', (size_t)(end - at));
        stop = stop ? stop : end;
        if (!decimal_parse(at, (size_t)(stop - at), 0, &ret[i]) || ret[i] < 0 ||
            (stop == end) != (i + 1 == count))
            return false;
        at = stop + 1;
    }
    return true;
}

static bool begins(const char *at, const char *end, const char *word)
{
    const size_t len = strlen(word);
    return (size_t)(end - at) > len && memcmp(at, word, len) == 0;
}

static bool read_walk(const char *at, const char *end, struct fetched_walk *ret)
{
    int64_t n[11];
    if (!read_numbers(at, end, n, 11) || n[3] > DECIMAL_PLACES_MAX || n[4] > DECIMAL_PLACES_MAX)
        return false;
    *ret = (struct fetched_walk){n[0], n[1], (uint64_t)n[2], (uint32_t)n[3], (uint32_t)n[4], n[5],
                                 n[6], n[7], n[8],           n[9],           n[10]};
    return true;
}

static bool read_line(const char *at, const char *end, struct fetched *ret)
{
    int64_t span[2];
    if (begins(at, end, "walk "))
        return read_walk(at + 5, end, &ret->walk);
    if (!begins(at, end, "span ") || !read_numbers(at + 5, end, span, 2) || span[0] >= span[1] ||
        ret->count == FETCHED_SPANS_MAX ||
        (ret->count > 0 && span[0] <= ret->spans[ret->count - 1].until_ns))
        return false;
    ret->spans[ret->count++] = (struct fetched_span){span[0], span[1]};
    return true;
}

bool fetched_parse(const char *text, size_t len, struct fetched *ret)
{
    *ret = (struct fetched){0};
    const char *at = text + sizeof FIRST_LINE - 1, *const end = text + len;
    if (len < sizeof FIRST_LINE - 1 || memcmp(text, FIRST_LINE, sizeof FIRST_LINE - 1) != 0)
        return false;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline || !read_line(at, newline, ret))
            return false;
        at = newline + 1;
    }
    return true;
}

int fetched_read(const char *store, const struct candle_key *key, struct fetched *ret, char *error,
                 size_t error_size)
{
    char path[DISK_PATH_MAX], candles[DISK_PATH_MAX], *text = NULL;
    size_t len = 0;
    *ret = (struct fetched){0};
    int code = candle_path_beside(store, key, "fetched", path, sizeof path, error, error_size);
    if (code == 0)
        code = candle_path(store, key, candles, sizeof candles, error, error_size);
    if (code < 0 || access(path, F_OK) < 0 || access(candles, F_OK) < 0)
        return code;
    code = disk_read_file(path, FILE_SIZE_MAX, &text, &len);
    if (code < 0)
        return disk_fail(-code, error, error_size, "%s: %s", path, strerror(-code));
    if (!fetched_parse(text, len, ret))
        code = disk_fail(EINVAL, error, error_size,
                         "%s: it is damaged; delete it, and the download begins anew: what is "
                         "stored stays",
                         path);
    free(text);
    return code;
}

int fetched_write(const char *store, const struct candle_key *key, const struct fetched *fetched,
                  char *error, size_t error_size)
{
    char text[64 * (FETCHED_SPANS_MAX + 8)];
    char path[DISK_PATH_MAX];
    const struct fetched_walk *walk = &fetched->walk;
    int code = candle_path_beside(store, key, "fetched", path, sizeof path, error, error_size);
    if (code < 0)
        return code;
    size_t len = (size_t)snprintf(text, sizeof text, FIRST_LINE);
    for (size_t i = 0; i < fetched->count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "span %" PRId64 " %" PRId64 "\n",
                                fetched->spans[i].from_ns, fetched->spans[i].until_ns);
    if (walk->until_ns != 0)
        len +=
            (size_t)snprintf(text + len, sizeof text - len,
                             "walk %" PRId64 " %" PRId64 " %" PRIu64 " %u %u %" PRId64 " %" PRId64
                             " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
                             walk->until_ns, walk->since_ns, walk->id, walk->price_decimals,
                             walk->qty_decimals, walk->open_ns, walk->open_ticks, walk->high_ticks,
                             walk->low_ticks, walk->close_ticks, walk->volume_lots);
    code = disk_write_file(path, text, len);
    if (code < 0)
        return disk_fail(-code, error, error_size, "%s: cannot write it: %s", path,
                         strerror(-code));
    return 0;
}

int fetched_lock(const char *store, const struct candle_key *key, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    const int code =
        candle_path_beside(store, key, "fetched", path, sizeof path, error, error_size);
    return code < 0 ? code : candle_path_lock(path, error, error_size);
}
