/* SPDX-License-Identifier: MIT */
#include "store/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/base/bytes.h"
#include "store/disk.h"
#include "store/journal_block.h"

struct journal_reader {
    char dir[DISK_PATH_MAX];
    char error[DISK_ERROR_MAX];
    uint32_t *numbers;
    uint32_t count;
    uint32_t next; /* index of the segment to open when this one ends */
    char *bytes;   /* the segment, NULL between two */
    struct journal_scan scan;
    z_stream stream;
    uint8_t *raw;
    size_t raw_capacity;
    struct journal_block block;
    struct journal_records records;
    uint32_t records_left;
    bool chained; /* scan.hash is the last hash of the segment before the next */
    bool stuck;   /* damage was met: nothing more from this segment */
};

int journal_reader_open(const char *dir, uint32_t from_segment, struct journal_reader **ret,
                        char *error, size_t error_size)
{
    struct journal_reader *reader = calloc(1, sizeof *reader);
    if (!reader || inflateInit2(&reader->stream, -15) != Z_OK) {
        free(reader);
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    }
    int code = strlen(dir) < sizeof reader->dir - 32 ? 0 : -ENAMETOOLONG;
    if (code == 0)
        code = journal_segment_list(dir, &reader->numbers, &reader->count);
    if (code < 0) {
        journal_reader_close(reader);
        return disk_fail(-code, error, error_size, "%s: %s", dir, strerror(-code));
    }
    memcpy(reader->dir, dir, strlen(dir) + 1);
    while (reader->next < reader->count && reader->numbers[reader->next] < from_segment)
        reader->next++;
    *ret = reader;
    return 0;
}

void journal_reader_close(struct journal_reader *reader)
{
    if (!reader)
        return;
    inflateEnd(&reader->stream);
    free(reader->numbers);
    free(reader->bytes);
    free(reader->raw);
    free(reader);
}

const char *journal_reader_error(const struct journal_reader *reader)
{
    return reader->error;
}

static enum journal_step report(struct journal_reader *reader, enum journal_step step,
                                const char *what)
{
    char path[DISK_PATH_MAX + 32];
    journal_segment_path(path, sizeof path, reader->dir, reader->scan.segment);
    disk_fail(0, reader->error, sizeof reader->error, "%s: at byte %zu %s", path, reader->scan.at,
              what);
    reader->stuck = step != JOURNAL_TORN;
    reader->chained = false;
    reader->records_left = 0;
    if (step == JOURNAL_TORN) {
        free(reader->bytes);
        reader->bytes = NULL;
    }
    return step;
}

void journal_reader_skip(struct journal_reader *reader)
{
    free(reader->bytes);
    reader->bytes = NULL;
    reader->records_left = 0;
    reader->chained = false;
    reader->stuck = false;
}

static enum journal_step torn(struct journal_reader *reader)
{
    bool last = reader->next == reader->count;
    return last ? report(reader, JOURNAL_TORN, "the file ends in the middle of a block")
                : report(reader, JOURNAL_DAMAGED,
                         "the file ends in the middle of a block, though a segment follows");
}

/* Opens the next segment. JOURNAL_SNAPSHOT: its head is sound. */
static enum journal_step open_segment(struct journal_reader *reader)
{
    if (reader->next == reader->count)
        return JOURNAL_END;
    uint8_t hash[JOURNAL_HASH_SIZE];
    uint32_t before = reader->scan.segment;
    uint32_t segment = reader->numbers[reader->next++];
    memcpy(hash, reader->scan.hash, sizeof hash);
    char path[DISK_PATH_MAX + 32];
    size_t len = 0;
    journal_segment_path(path, sizeof path, reader->dir, segment);
    int code = disk_read_file(path, SIZE_MAX / 2, &reader->bytes, &len);
    reader->scan = (struct journal_scan){.segment = segment};
    if (code < 0) {
        report(reader, JOURNAL_FAILED, "it cannot be read");
        disk_fail(-code, reader->error, sizeof reader->error, "%s: %s", path, strerror(-code));
        return JOURNAL_FAILED;
    }
    enum journal_scan_step step = journal_scan_init(&reader->scan, reader->bytes, len, segment);
    if (step == SCAN_TORN)
        return torn(reader);
    if (step == SCAN_DAMAGED)
        return report(reader, JOURNAL_DAMAGED, reader->scan.fault);
    if (reader->chained && segment != before + 1)
        return report(reader, JOURNAL_DAMAGED, "the segment before this one is missing");
    if (reader->chained && memcmp(hash, reader->scan.hash_before, sizeof hash) != 0)
        return report(reader, JOURNAL_DAMAGED, "it does not continue the segment before it");
    inflateReset(&reader->stream);
    return JOURNAL_SNAPSHOT;
}

static bool make_room(struct journal_reader *reader, size_t len)
{
    if (len <= reader->raw_capacity)
        return true;
    uint8_t *grown = realloc(reader->raw, len);
    if (!grown)
        return false;
    reader->raw = grown;
    reader->raw_capacity = len;
    return true;
}

/* Unpacks the block at hand: exactly as many bytes as it says, from all of what is packed. */
static bool unpack(struct journal_reader *reader)
{
    z_stream *stream = &reader->stream;
    stream->next_in = (Bytef *)(uintptr_t)reader->block.packed;
    stream->avail_in = reader->block.packed_len;
    stream->next_out = reader->raw;
    stream->avail_out = reader->block.raw_len;
    int code = inflate(stream, Z_SYNC_FLUSH);
    if (code == Z_OK && stream->avail_in > 0 && stream->avail_out == 0) {
        /* What is left is the flush marker, which gives no byte. */
        uint8_t none;
        stream->next_out = &none;
        stream->avail_out = 1;
        code = inflate(stream, Z_SYNC_FLUSH);
        return (code == Z_OK || code == Z_BUF_ERROR) && stream->avail_in == 0 &&
               stream->avail_out == 1;
    }
    return code == Z_OK && stream->avail_in == 0 && stream->avail_out == 0;
}

/* The next block of the segment, verified and unpacked. */
static enum journal_step next_block(struct journal_reader *reader)
{
    enum journal_scan_step step = journal_scan_next(&reader->scan, &reader->block);
    if (step == SCAN_END && reader->scan.index > 0) {
        reader->chained = true;
        free(reader->bytes);
        reader->bytes = NULL;
        return JOURNAL_END;
    }
    if (step == SCAN_TORN || step == SCAN_END)
        return torn(reader);
    if (step == SCAN_DAMAGED)
        return report(reader, JOURNAL_DAMAGED, reader->scan.fault);
    if (!make_room(reader, (size_t)reader->block.raw_len + 1))
        return report(reader, JOURNAL_FAILED, "there is no memory for a block");
    if (!unpack(reader))
        return report(reader, JOURNAL_DAMAGED, "a block does not unpack to its length");
    reader->records = (struct journal_records){reader->raw, reader->raw + reader->block.raw_len,
                                               reader->block.time_ns};
    reader->records_left = reader->block.record_count;
    return reader->block.kind == JOURNAL_BLOCK_SNAPSHOT ? JOURNAL_SNAPSHOT : JOURNAL_RECORD;
}

static enum journal_step give_snapshot(struct journal_reader *reader, struct journal_item *item)
{
    if (reader->block.raw_len < JOURNAL_SNAPSHOT_HEAD_SIZE || reader->block.record_count != 0)
        return report(reader, JOURNAL_DAMAGED, "a snapshot is too short");
    const uint8_t *raw = reader->raw;
    item->version = bytes_get_u32(raw);
    memcpy(item->fingerprint, raw + 4, JOURNAL_FINGERPRINT_SIZE);
    item->time_ns = reader->block.time_ns;
    item->bytes = raw + JOURNAL_SNAPSHOT_HEAD_SIZE;
    item->len = reader->block.raw_len - JOURNAL_SNAPSHOT_HEAD_SIZE;
    return JOURNAL_SNAPSHOT;
}

static enum journal_step give_record(struct journal_reader *reader, struct journal_item *item)
{
    const uint8_t *bytes;
    int got =
        journal_records_next(&reader->records, &item->kind, &item->time_ns, &bytes, &item->len);
    reader->records_left--;
    bool ends = reader->records.at == reader->records.end;
    if (got != 1 || (reader->records_left == 0 && !ends))
        return report(reader, JOURNAL_DAMAGED, "a block's records do not add up");
    item->bytes = bytes;
    return JOURNAL_RECORD;
}

enum journal_step journal_next(struct journal_reader *reader, struct journal_item *ret)
{
    struct journal_item item = {0};
    enum journal_step step = JOURNAL_RECORD;
    if (reader->stuck)
        return JOURNAL_DAMAGED;
    while (reader->records_left == 0 && step == JOURNAL_RECORD) {
        if (!reader->bytes && (step = open_segment(reader)) != JOURNAL_SNAPSHOT)
            return step;
        step = next_block(reader);
        if (step == JOURNAL_END)
            step = JOURNAL_RECORD; /* of this segment: on to the next */
    }
    if (step != JOURNAL_SNAPSHOT && step != JOURNAL_RECORD)
        return step;
    item.segment = reader->scan.segment;
    item.offset = reader->block.offset;
    step = step == JOURNAL_SNAPSHOT ? give_snapshot(reader, &item) : give_record(reader, &item);
    if (step == JOURNAL_SNAPSHOT || step == JOURNAL_RECORD)
        *ret = item;
    return step;
}
