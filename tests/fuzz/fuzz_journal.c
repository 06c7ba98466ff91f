/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a segment of the journal, told by the first byte: as the whole file; as the packed
 * bytes of a block under a right header and hash (which chance would never find); or packed
 * properly, as the records themselves.
 */
#include "store/journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "store/journal_block.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64];
static char path[128];

static void must(bool held)
{
    if (!held)
        abort();
}

static void remove_dir(void)
{
    unlink(path);
    rmdir(dir);
}

static void make_dir(void)
{
    if (dir[0])
        return;
    memcpy(dir, "/dev/shm/fuzz-journal-XXXXXX", sizeof "/dev/shm/fuzz-journal-XXXXXX");
    if (!mkdtemp(dir)) {
        memcpy(dir, "/tmp/fuzz-journal-XXXXXX", sizeof "/tmp/fuzz-journal-XXXXXX");
        must(mkdtemp(dir) != NULL);
    }
    journal_segment_path(path, sizeof path, dir, 1);
    atexit(remove_dir);
}

static size_t pack(z_stream *stream, const void *bytes, size_t len, uint8_t *out, size_t room)
{
    stream->next_in = (Bytef *)(uintptr_t)bytes;
    stream->avail_in = (uInt)len;
    stream->next_out = out;
    stream->avail_out = (uInt)room;
    must(deflate(stream, Z_SYNC_FLUSH) == Z_OK && stream->avail_out > 0);
    return room - stream->avail_out;
}

static size_t put_block(uint8_t *out, struct journal_block *block, uint8_t *hash)
{
    block->packed = out + JOURNAL_BLOCK_HEAD_SIZE;
    block->segment = 1;
    journal_block_write(out, block, hash);
    return JOURNAL_BLOCK_HEAD_SIZE + block->packed_len;
}

/* A sound head and snapshot, then one block of `data`, packed by us or said to be packed. */
static size_t build(uint8_t *out, const uint8_t *data, size_t size, bool packs, uint32_t raw_len,
                    uint32_t record_count)
{
    static const uint8_t snapshot[JOURNAL_SNAPSHOT_HEAD_SIZE + 4];
    uint8_t hash[JOURNAL_HASH_SIZE] = {0};
    z_stream stream = {0};
    must(deflateInit2(&stream, 1, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    journal_head_write(out, 1, hash);
    size_t at = JOURNAL_HEAD_SIZE;
    struct journal_block block = {.kind = JOURNAL_BLOCK_SNAPSHOT, .raw_len = sizeof snapshot};
    block.packed_len = (uint32_t)pack(&stream, snapshot, sizeof snapshot,
                                      out + at + JOURNAL_BLOCK_HEAD_SIZE, INPUT_MAX);
    at += put_block(out + at, &block, hash);
    block = (struct journal_block){.kind = JOURNAL_BLOCK_RECORDS,
                                   .index = 1,
                                   .raw_len = packs ? (uint32_t)size : raw_len,
                                   .packed_len = (uint32_t)size,
                                   .record_count = record_count};
    if (packs)
        block.packed_len =
            (uint32_t)pack(&stream, data, size, out + at + JOURNAL_BLOCK_HEAD_SIZE, 2 * INPUT_MAX);
    else
        memcpy(out + at + JOURNAL_BLOCK_HEAD_SIZE, data, size);
    deflateEnd(&stream);
    return at + put_block(out + at, &block, hash);
}

static void read_back(bool snapshot_is_sound)
{
    struct journal_reader *reader = NULL;
    struct journal_item item;
    char error[512];
    uint32_t snapshots = 0;
    volatile uint8_t sum = 0;
    must(journal_reader_open(dir, 0, &reader, error, sizeof error) == 0);
    enum journal_step step;
    while ((step = journal_next(reader, &item)) == JOURNAL_SNAPSHOT || step == JOURNAL_RECORD) {
        snapshots += step == JOURNAL_SNAPSHOT;
        for (size_t i = 0; i < item.len; i++)
            sum = (uint8_t)(sum + ((const uint8_t *)item.bytes)[i]);
    }
    must(step == JOURNAL_END || step == JOURNAL_TORN || step == JOURNAL_DAMAGED);
    must(!snapshot_is_sound || snapshots == 1);
    must(step == JOURNAL_END || journal_reader_error(reader)[0] != '\0');
    journal_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t segment[8 * INPUT_MAX];
    if (size < 6 || size > INPUT_MAX)
        return 0;
    make_dir();
    unsigned mode = data[0] % 3;
    uint32_t count = data[1];
    uint32_t raw_len = (uint32_t)data[2] | (uint32_t)data[3] << 8 | (uint32_t)data[4] << 16;
    size_t len = size - 5;
    if (mode == 0)
        memcpy(segment, data + 5, len);
    else
        len = build(segment, data + 5, len, mode == 2, raw_len, count);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, segment, len) == (ssize_t)len);
    close(fd);
    read_back(mode != 0);
    return 0;
}
