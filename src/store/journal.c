/* SPDX-License-Identifier: MIT */
#include "store/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "store/disk.h"
#include "store/journal_block.h"
#include "store/journal_internal.h"
#include "store/varint.h"

#define RECORD_HEAD_MAX (3 * VARINT_MAX)
#define RAW_SIZE (JOURNAL_BLOCK_SIZE + RECORD_HEAD_MAX)
/* Deflate's worst case is a few bytes a 16 KB; a flush adds five. */
#define PACKED_SIZE (RAW_SIZE + RAW_SIZE / 1000 + 4096)

struct journal {
    char dir[DISK_PATH_MAX];
    char error[DISK_ERROR_MAX];
    int fd; /* -1 before the first segment of this process */
    uint32_t segment;
    uint32_t index; /* of the next block */
    uint64_t size;  /* of the segment, whole blocks only */
    int64_t began_ns;
    uint8_t hash[JOURNAL_HASH_SIZE];
    z_stream streams[2]; /* the segment's, and a spare for the next one */
    uint32_t stream;     /* which is the segment's */

    /* Records not yet packed, and a block packed but not yet on disk (the disk was full). */
    uint8_t *raw;
    size_t raw_len;
    uint32_t record_count;
    int64_t time_first_ns, time_last_ns;
    uint8_t *packed;              /* with room for the header before it */
    struct journal_block waiting; /* packed_len 0: none */

    /* What the disk is known to have of the segment, and how many records stand behind that. */
    uint64_t durable_size;
    uint8_t durable_hash[JOURNAL_HASH_SIZE];
    uint32_t unsure_count;
    bool lost; /* and it refused the rest: the segment is over */

    EVP_MD_CTX *told; /* over every record appended, however they were committed */
};

const char *journal_error(const struct journal *journal)
{
    return journal->error;
}

uint64_t journal_segment_bytes(const struct journal *journal)
{
    return journal->size;
}

int64_t journal_segment_began_ns(const struct journal *journal)
{
    return journal->began_ns;
}

static int fail_at(struct journal *journal, int code, const char *path, const char *what)
{
    return disk_fail(code, journal->error, sizeof journal->error, "%s: cannot %s: %s", path, what,
                     strerror(code));
}

static int segment_fail(struct journal *journal, int code, const char *what)
{
    char path[DISK_PATH_MAX + 32];
    journal_segment_path(path, sizeof path, journal->dir, journal->segment);
    return fail_at(journal, code, path, what);
}

/* Verifies the last segment, cuts its torn tail, and takes its last hash. */
static int resume_after(struct journal *journal, uint32_t segment, struct journal_found *found)
{
    char path[DISK_PATH_MAX + 32];
    char *bytes = NULL;
    size_t len = 0;
    journal_segment_path(path, sizeof path, journal->dir, segment);
    int code = disk_read_file(path, SIZE_MAX / 2, &bytes, &len);
    if (code < 0)
        return fail_at(journal, -code, path, "read it");
    struct journal_scan scan;
    struct journal_block block;
    enum journal_scan_step step = journal_scan_init(&scan, bytes, len, segment);
    while (step == SCAN_BLOCK)
        step = journal_scan_next(&scan, &block);
    free(bytes);
    journal->segment = segment;
    memcpy(journal->hash, scan.hash, sizeof journal->hash);
    if (step == SCAN_DAMAGED) {
        found->damaged = true;
        disk_fail(0, found->note, sizeof found->note,
                  "%s: at byte %zu %s; it is left as it is, and recording goes on in a new segment",
                  path, scan.at, scan.fault);
        return 0;
    }
    if (step == SCAN_END && scan.index > 0)
        return 0;
    found->torn_bytes = len - scan.at;
    disk_fail(0, found->note, sizeof found->note,
              "%s: the last %" PRIu64 " bytes were not written whole; they were cut off", path,
              found->torn_bytes);
    if (scan.index == 0) { /* not even its snapshot: the segment never began */
        journal->segment = segment - 1;
        memcpy(journal->hash, scan.hash_before, sizeof journal->hash);
        code = disk_remove(path);
        if (code == 0)
            code = disk_sync_parent(path);
    } else {
        code = disk_cut(path, (int64_t)scan.at);
    }
    return code < 0 ? fail_at(journal, -code, path, "cut its torn end") : 0;
}

static int resume(struct journal *journal, struct journal_found *found)
{
    uint32_t *numbers = NULL;
    uint32_t count = 0;
    int code = disk_make_private(journal->dir);
    if (code == 0)
        code = journal_segment_list(journal->dir, &numbers, &count);
    if (code < 0)
        return fail_at(journal, -code, journal->dir, "use it as a journal");
    found->segment_count = count;
    for (uint32_t i = 0; i < count; i++) {
        char path[DISK_PATH_MAX + 32];
        uint64_t size = 0;
        journal_segment_path(path, sizeof path, journal->dir, numbers[i]);
        if (disk_size(path, &size) == 0)
            found->bytes += size;
    }
    uint32_t last = count;
    /* A segment that never began hands back to the one before, whose tail may be torn as well. */
    while (code == 0 && last > 0) {
        code = resume_after(journal, numbers[--last], found);
        if (journal->segment == numbers[last])
            break;
    }
    free(numbers);
    return code;
}

static void journal_free(struct journal *journal)
{
    if (journal->fd >= 0)
        disk_close(journal->fd);
    deflateEnd(&journal->streams[0]);
    deflateEnd(&journal->streams[1]);
    EVP_MD_CTX_free(journal->told);
    free(journal->raw);
    free(journal->packed);
    free(journal);
}

int journal_open(const char *dir, struct journal **ret, struct journal_found *ret_found,
                 char *error, size_t error_size)
{
    struct journal_found found = {0};
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    journal->fd = -1;
    journal->raw = malloc(RAW_SIZE);
    journal->packed = malloc(JOURNAL_BLOCK_HEAD_SIZE + PACKED_SIZE);
    int code = 0;
    for (int i = 0; i < 2; i++)
        if (deflateInit2(&journal->streams[i], 1, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
            code = -ENOMEM;
    journal->told = EVP_MD_CTX_new();
    if (!journal->told || EVP_DigestInit_ex(journal->told, EVP_sha256(), NULL) != 1)
        code = -ENOMEM;
    if (code < 0 || !journal->raw || !journal->packed) {
        code = disk_fail(ENOMEM, error, error_size, "out of memory");
    } else if (strlen(dir) >= sizeof journal->dir - 32) {
        code = disk_fail(ENAMETOOLONG, error, error_size, "%s: the path is too long", dir);
    } else {
        memcpy(journal->dir, dir, strlen(dir) + 1);
        code = resume(journal, &found);
        if (code < 0)
            disk_fail(-code, error, error_size, "%s", journal->error);
    }
    if (code < 0) {
        journal_free(journal);
        return code;
    }
    *ret = journal;
    *ret_found = found;
    return 0;
}

/* Packs into `out`; returns the length. Room is the caller's business. */
static size_t pack(z_stream *stream, const void *bytes, size_t len, uint8_t *out, size_t size,
                   int flush)
{
    stream->next_in = (Bytef *)(uintptr_t)bytes;
    stream->avail_in = (uInt)len;
    stream->next_out = out;
    stream->avail_out = (uInt)size;
    int code = deflate(stream, flush);
    CHECK(code == Z_OK && stream->avail_in == 0 && stream->avail_out > 0);
    return size - stream->avail_out;
}

/* Writes the waiting block; a write that fails leaves the file as it was. */
static int write_waiting(struct journal *journal)
{
    struct journal_block *block = &journal->waiting;
    if (block->packed_len == 0)
        return 0;
    uint8_t hash[JOURNAL_HASH_SIZE];
    memcpy(hash, journal->hash, sizeof hash);
    block->packed = journal->packed + JOURNAL_BLOCK_HEAD_SIZE;
    block->kind =
        journal->size == journal->durable_size ? JOURNAL_BLOCK_AFTER_SYNC : JOURNAL_BLOCK_RECORDS;
    journal_block_write(journal->packed, block, hash);
    size_t len = JOURNAL_BLOCK_HEAD_SIZE + block->packed_len;
    int code = disk_write_at(journal->fd, journal->packed, len, (int64_t)journal->size);
    if (code < 0) {
        int cut = disk_shorten(journal->fd, (int64_t)journal->size);
        return segment_fail(journal, -code, cut < 0 ? "write or cut it" : "write a block");
    }
    memcpy(journal->hash, hash, sizeof hash);
    journal->size += len;
    journal->index++;
    journal->unsure_count += block->record_count;
    journal->waiting.packed_len = 0;
    return 0;
}

static int write_block(struct journal *journal)
{
    int code = write_waiting(journal);
    if (code < 0 || journal->raw_len == 0)
        return code;
    size_t len = pack(&journal->streams[journal->stream], journal->raw, journal->raw_len,
                      journal->packed + JOURNAL_BLOCK_HEAD_SIZE, PACKED_SIZE, Z_SYNC_FLUSH);
    journal->waiting = (struct journal_block){
        .segment = journal->segment,
        .index = journal->index,
        .raw_len = (uint32_t)journal->raw_len,
        .packed_len = (uint32_t)len,
        .record_count = journal->record_count,
        .time_ns = journal->time_first_ns,
    };
    journal->raw_len = 0;
    journal->record_count = 0;
    return write_waiting(journal);
}

static void hash_record(struct journal *journal, uint32_t kind, int64_t time_ns, const void *bytes,
                        size_t len)
{
    const uint64_t head[] = {kind, (uint64_t)time_ns, len};
    CHECK(EVP_DigestUpdate(journal->told, head, sizeof head) == 1 &&
          EVP_DigestUpdate(journal->told, bytes, len) == 1);
}

int journal_append(struct journal *journal, uint32_t kind, int64_t time_ns, const void *bytes,
                   size_t len)
{
    CHECK(journal->fd >= 0);
    if (journal->lost)
        return -EIO;
    if (len > JOURNAL_BLOCK_SIZE - RECORD_HEAD_MAX)
        return disk_fail(EMSGSIZE, journal->error, sizeof journal->error,
                         "a record of %zu bytes is longer than a journal block", len);
    if (journal->raw_len + RECORD_HEAD_MAX + len > JOURNAL_BLOCK_SIZE) {
        int code = write_block(journal);
        if (code < 0 && journal->raw_len > 0)
            return code;
    }
    if (journal->record_count == 0)
        journal->time_first_ns = journal->time_last_ns = time_ns;
    struct varint_out out = {journal->raw, RAW_SIZE, journal->raw_len, false};
    varint_put(&out, kind);
    varint_put_delta(&out, journal->time_last_ns, time_ns);
    varint_put(&out, len);
    varint_put_bytes(&out, bytes, len);
    CHECK(!out.full);
    hash_record(journal, kind, time_ns, bytes, len);
    journal->raw_len = out.len;
    journal->record_count++;
    journal->time_last_ns = time_ns;
    return 0;
}

/* Linux tells of a page it could not write once, drops it, and calls the next fdatasync a success.
 * So there is no second try: the segment ends where the disk last had it, and the chain goes on
 * from there. Where even the cut fails, the reader will find a tail that nothing continues. */
static int lose_tail(struct journal *journal, int code)
{
    char path[DISK_PATH_MAX + 32];
    journal_segment_path(path, sizeof path, journal->dir, journal->segment);
    int cut = disk_cut(path, (int64_t)journal->durable_size);
    journal->lost = true;
    memcpy(journal->hash, journal->durable_hash, sizeof journal->hash);
    return disk_fail(code, journal->error, sizeof journal->error,
                     "%s: the disk did not keep what was written (%s): the last %u records are "
                     "%s, and recording goes on in the next segment",
                     path, strerror(code), journal->unsure_count,
                     cut == 0 ? "cut off" : "not to be trusted");
}

static void mark_durable(struct journal *journal)
{
    journal->durable_size = journal->size;
    journal->unsure_count = 0;
    memcpy(journal->durable_hash, journal->hash, sizeof journal->durable_hash);
}

int journal_commit(struct journal *journal, bool durable)
{
    if (journal->lost)
        return -EIO;
    int code = write_block(journal);
    if (code < 0 || !durable || journal->size == journal->durable_size)
        return code;
    code = disk_sync_data(journal->fd);
    if (code < 0)
        return lose_tail(journal, -code);
    mark_durable(journal);
    return 0;
}

bool journal_is_lost(const struct journal *journal)
{
    return journal->lost;
}

/* The head and the snapshot block in one piece of memory, ready to be written. */
static uint8_t *build_opening(const struct journal_snapshot *snapshot, z_stream *stream,
                              uint32_t segment, uint8_t hash[JOURNAL_HASH_SIZE], size_t *ret_len)
{
    const size_t before = JOURNAL_HEAD_SIZE + JOURNAL_BLOCK_HEAD_SIZE;
    size_t room = deflateBound(stream, (uLong)(JOURNAL_SNAPSHOT_HEAD_SIZE + snapshot->len)) + 64;
    uint8_t *opening = malloc(before + room);
    if (!opening)
        return NULL;
    uint8_t head[JOURNAL_SNAPSHOT_HEAD_SIZE];
    bytes_put_u32(head, snapshot->version);
    memcpy(head + 4, snapshot->fingerprint, JOURNAL_FINGERPRINT_SIZE);
    deflateReset(stream);
    size_t len = pack(stream, head, sizeof head, opening + before, room, Z_NO_FLUSH);
    len += pack(stream, snapshot->bytes, snapshot->len, opening + before + len, room - len,
                Z_SYNC_FLUSH);
    struct journal_block block = {
        .kind = JOURNAL_BLOCK_SNAPSHOT,
        .segment = segment,
        .raw_len = (uint32_t)(sizeof head + snapshot->len),
        .packed_len = (uint32_t)len,
        .time_ns = snapshot->time_ns,
        .packed = opening + before,
    };
    journal_head_write(opening, segment, hash);
    journal_block_write(opening + JOURNAL_HEAD_SIZE, &block, hash);
    *ret_len = before + len;
    return opening;
}

static int create_segment(const char *path, const uint8_t *opening, size_t len, int *ret_fd)
{
    int fd;
    int code = disk_create(path, &fd);
    if (code < 0)
        return code;
    code = disk_write_at(fd, opening, len, 0);
    if (code == 0)
        code = disk_sync(fd);
    if (code == 0)
        code = disk_sync_parent(path);
    if (code < 0) {
        disk_close(fd);
        disk_remove(path);
        return code;
    }
    *ret_fd = fd;
    return 0;
}

int journal_begin_segment(struct journal *journal, const struct journal_snapshot *snapshot)
{
    if (snapshot->len > JOURNAL_SNAPSHOT_MAX)
        return disk_fail(EMSGSIZE, journal->error, sizeof journal->error,
                         "a snapshot of %zu bytes is longer than a journal takes", snapshot->len);
    int code = journal->fd >= 0 && !journal->lost ? journal_commit(journal, true) : 0;
    if (code < 0)
        return code;
    char path[DISK_PATH_MAX + 32];
    uint8_t hash[JOURNAL_HASH_SIZE];
    uint32_t segment = journal->segment + 1;
    uint32_t stream = 1 - journal->stream;
    size_t len = 0;
    int fd = -1;
    memcpy(hash, journal->hash, sizeof hash);
    journal_segment_path(path, sizeof path, journal->dir, segment);
    uint8_t *opening = build_opening(snapshot, &journal->streams[stream], segment, hash, &len);
    code = opening ? create_segment(path, opening, len, &fd) : -ENOMEM;
    free(opening);
    if (code < 0)
        return fail_at(journal, -code, path, "begin a segment");
    if (journal->fd >= 0)
        disk_close(journal->fd);
    journal->fd = fd;
    journal->segment = segment;
    journal->stream = stream;
    journal->index = 1;
    journal->size = len;
    journal->began_ns = snapshot->time_ns;
    journal->lost = false;
    memcpy(journal->hash, hash, sizeof hash);
    mark_durable(journal);
    return 0;
}

int journal_retain(struct journal *journal, int64_t before_ns, uint64_t size_max,
                   uint32_t *ret_removed)
{
    uint32_t current = journal->fd >= 0 ? journal->segment : UINT32_MAX;
    int code = journal_retain_in(journal->dir, current, before_ns, size_max, ret_removed);
    return code < 0 ? fail_at(journal, -code, journal->dir, "remove old segments") : 0;
}

int journal_close(struct journal *journal)
{
    if (!journal)
        return 0;
    int code = journal->fd >= 0 ? journal_commit(journal, true) : 0;
    journal_free(journal);
    return code;
}

static void to_hex(const uint8_t hash[JOURNAL_HASH_SIZE], char hex[65])
{
    for (int i = 0; i < JOURNAL_HASH_SIZE; i++) {
        snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    }
}

void journal_hash(const struct journal *journal, char hex[65])
{
    to_hex(journal->hash, hex);
}

void journal_tell_anew(struct journal *journal)
{
    CHECK(EVP_DigestInit_ex(journal->told, EVP_sha256(), NULL) == 1);
}

void journal_told(const struct journal *journal, char hex[65])
{
    uint8_t hash[JOURNAL_HASH_SIZE];
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    CHECK(copy != NULL && EVP_MD_CTX_copy_ex(copy, journal->told) == 1 &&
          EVP_DigestFinal_ex(copy, hash, NULL) == 1);
    EVP_MD_CTX_free(copy);
    to_hex(hash, hex);
}
