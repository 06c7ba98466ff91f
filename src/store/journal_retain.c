/* SPDX-License-Identifier: MIT */
#include "store/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/disk.h"
#include "store/journal_block.h"
#include "store/journal_internal.h"

/* When a segment began, from its first bytes alone: enough to date it, not to trust it. */
static int segment_began(const char *path, uint32_t segment, int64_t *ret_ns)
{
    uint8_t bytes[JOURNAL_HEAD_SIZE + JOURNAL_BLOCK_HEAD_SIZE];
    size_t got = 0;
    int code = disk_read_head(path, bytes, sizeof bytes, &got);
    if (code < 0)
        return code;
    struct journal_scan scan;
    struct journal_block block;
    if (got != sizeof bytes ||
        journal_scan_init(&scan, bytes, sizeof bytes, segment) != SCAN_BLOCK ||
        !journal_block_read(&scan, &block))
        return -EINVAL;
    *ret_ns = block.time_ns;
    return 0;
}

int journal_locate(const char *dir, int64_t time_ns, uint32_t *ret_segment, char *error,
                   size_t error_size)
{
    uint32_t *numbers = NULL;
    uint32_t count = 0;
    int code = journal_segment_list(dir, &numbers, &count);
    if (code < 0)
        return disk_fail(-code, error, error_size, "%s: %s", dir, strerror(-code));
    uint32_t found = count > 0 ? numbers[0] : 0;
    for (uint32_t i = 0; i < count; i++) {
        char path[DISK_PATH_MAX + 32];
        int64_t began_ns;
        journal_segment_path(path, sizeof path, dir, numbers[i]);
        if (segment_began(path, numbers[i], &began_ns) == 0 && began_ns <= time_ns)
            found = numbers[i];
    }
    free(numbers);
    if (found == 0)
        return disk_fail(ENOENT, error, error_size, "%s: it holds no journal", dir);
    *ret_segment = found;
    return 0;
}

/* A segment ends where the next one begins. One that cannot be dated is kept for its reader. */
static bool ended_before(const char *dir, uint32_t next, int64_t before_ns)
{
    char path[DISK_PATH_MAX + 32];
    int64_t began_ns;
    journal_segment_path(path, sizeof path, dir, next);
    return segment_began(path, next, &began_ns) == 0 && began_ns <= before_ns;
}

static uint64_t segment_size(const char *dir, uint32_t segment)
{
    char path[DISK_PATH_MAX + 32];
    uint64_t size = 0;
    journal_segment_path(path, sizeof path, dir, segment);
    return disk_size(path, &size) == 0 ? size : 0;
}

int journal_retain_in(const char *dir, uint32_t current, int64_t before_ns, uint64_t size_max,
                      uint32_t *ret_removed)
{
    uint32_t *numbers = NULL;
    uint32_t count = 0;
    uint32_t removed = 0;
    uint64_t total = 0;
    int code = journal_segment_list(dir, &numbers, &count);
    if (code < 0)
        return code;
    for (uint32_t i = 0; i < count; i++)
        total += segment_size(dir, numbers[i]);
    for (uint32_t i = 0; i + 1 < count && numbers[i] < current && code == 0; i++) {
        bool large = size_max > 0 && total > size_max;
        if (!large && !ended_before(dir, numbers[i + 1], before_ns))
            break;
        char path[DISK_PATH_MAX + 32];
        uint64_t size = segment_size(dir, numbers[i]);
        journal_segment_path(path, sizeof path, dir, numbers[i]);
        code = disk_remove(path);
        if (code == 0) {
            total -= size;
            removed++;
        }
    }
    free(numbers);
    *ret_removed = removed;
    return code;
}
