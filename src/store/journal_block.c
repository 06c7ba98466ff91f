/* SPDX-License-Identifier: MIT */
#include "store/journal_block.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/crc32.h"
#include "store/disk.h"
#include "store/journal.h"
#include "store/varint.h"

#define HEAD_MAGIC "CUTTLEJ1"
#define BLOCK_MAGIC "CJB1"

/* Deflate never packs tighter than 1032 to 1; a block that claims more is not one of ours. */
#define RATIO_MAX 1040

void journal_head_write(uint8_t out[JOURNAL_HEAD_SIZE], uint32_t segment,
                        const uint8_t hash_before[JOURNAL_HASH_SIZE])
{
    memcpy(out, HEAD_MAGIC, 8);
    bytes_put_u32(out + 8, segment);
    bytes_put_u32(out + 12, 0);
    memcpy(out + 16, hash_before, JOURNAL_HASH_SIZE);
}

static void hash_block(uint8_t hash[JOURNAL_HASH_SIZE], const uint8_t *head, const void *packed,
                       size_t len)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                EVP_DigestUpdate(context, hash, JOURNAL_HASH_SIZE) == 1 &&
                EVP_DigestUpdate(context, head, 40) == 1 &&
                EVP_DigestUpdate(context, packed, len) == 1 &&
                EVP_DigestFinal_ex(context, hash, NULL) == 1;
    EVP_MD_CTX_free(context);
    CHECK(done); /* SHA-256 in memory fails only when memory does */
}

void journal_block_write(uint8_t out[JOURNAL_BLOCK_HEAD_SIZE], const struct journal_block *block,
                         uint8_t hash[JOURNAL_HASH_SIZE])
{
    memcpy(out, BLOCK_MAGIC, 4);
    bytes_put_u32(out + 4, (uint32_t)block->kind);
    bytes_put_u32(out + 8, block->segment);
    bytes_put_u32(out + 12, block->index);
    bytes_put_u32(out + 16, block->raw_len);
    bytes_put_u32(out + 20, block->packed_len);
    bytes_put_u32(out + 24, (uint32_t)(uint64_t)block->time_ns);
    bytes_put_u32(out + 28, (uint32_t)((uint64_t)block->time_ns >> 32));
    bytes_put_u32(out + 32, block->record_count);
    bytes_put_u32(out + 36, crc32_update(0, out, 36));
    hash_block(hash, out, block->packed, block->packed_len);
    memcpy(out + 40, hash, JOURNAL_HASH_SIZE);
}

static bool all_zero(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (at[i] != 0)
            return false;
    return true;
}

/* A header behind this place says that the disk had all before it. */
static bool was_synced(const struct journal_scan *scan)
{
    const uint8_t *end = scan->bytes + scan->len;
    const uint8_t *at = scan->bytes + scan->at;
    while ((at = memmem(at, (size_t)(end - at), BLOCK_MAGIC, 4)) != NULL &&
           end - at >= JOURNAL_BLOCK_HEAD_SIZE) {
        if (at > scan->bytes + scan->at && bytes_get_u32(at + 4) == JOURNAL_BLOCK_AFTER_SYNC &&
            bytes_get_u32(at + 8) == scan->segment &&
            crc32_update(0, at, 36) == bytes_get_u32(at + 36))
            return true;
        at++;
    }
    return false;
}

static enum journal_scan_step faulty(struct journal_scan *scan, const char *fault)
{
    scan->fault = fault;
    return was_synced(scan) ? SCAN_DAMAGED : SCAN_TORN;
}

/* What did not come to the disk reads as zeros. */
static bool head_torn(const uint8_t *head)
{
    for (size_t i = 0; i < 8; i++)
        if (head[i] != 0 && head[i] != (uint8_t)HEAD_MAGIC[i])
            return false;
    return true;
}

enum journal_scan_step journal_scan_init(struct journal_scan *scan, const void *bytes, size_t len,
                                         uint32_t segment)
{
    *scan = (struct journal_scan){.bytes = bytes, .len = len, .segment = segment};
    if (len < JOURNAL_HEAD_SIZE || all_zero(scan->bytes, len))
        return SCAN_TORN;
    const uint32_t number = bytes_get_u32(scan->bytes + 8);
    scan->fault = "it does not begin as a journal of this format";
    if (!head_torn(scan->bytes) || bytes_get_u32(scan->bytes + 12) != 0)
        return SCAN_DAMAGED;
    if (memcmp(bytes, HEAD_MAGIC, 8) != 0)
        return faulty(scan, scan->fault);
    scan->fault = "its name and its number differ";
    if (number != segment)
        return number != 0 ? SCAN_DAMAGED : faulty(scan, scan->fault);
    memcpy(scan->hash_before, scan->bytes + 16, JOURNAL_HASH_SIZE);
    memcpy(scan->hash, scan->hash_before, JOURNAL_HASH_SIZE);
    scan->at = JOURNAL_HEAD_SIZE;
    return SCAN_BLOCK;
}

static const char *block_fault(const struct journal_scan *scan, const uint8_t *head,
                               const struct journal_block *block)
{
    if (memcmp(head, BLOCK_MAGIC, 4) != 0 || crc32_update(0, head, 36) != bytes_get_u32(head + 36))
        return "a block's header was changed";
    if (block->segment != scan->segment || block->index != scan->index)
        return "a block is not where it belongs";
    const bool records =
        block->kind == JOURNAL_BLOCK_RECORDS || block->kind == JOURNAL_BLOCK_AFTER_SYNC;
    if (scan->index == 0 ? block->kind != JOURNAL_BLOCK_SNAPSHOT : !records)
        return "a block is of the wrong kind";
    if ((uint64_t)block->raw_len > (uint64_t)block->packed_len * RATIO_MAX + RATIO_MAX)
        return "a block's length is impossible";
    return NULL;
}

bool journal_block_read(struct journal_scan *scan, struct journal_block *ret)
{
    const uint8_t *head = scan->bytes + scan->at;
    *ret = (struct journal_block){
        .kind = (enum journal_block_kind)bytes_get_u32(head + 4),
        .segment = bytes_get_u32(head + 8),
        .index = bytes_get_u32(head + 12),
        .raw_len = bytes_get_u32(head + 16),
        .packed_len = bytes_get_u32(head + 20),
        .time_ns = (int64_t)(bytes_get_u32(head + 24) | (uint64_t)bytes_get_u32(head + 28) << 32),
        .record_count = bytes_get_u32(head + 32),
        .packed = head + JOURNAL_BLOCK_HEAD_SIZE,
        .offset = scan->at,
    };
    scan->fault = block_fault(scan, head, ret);
    return scan->fault == NULL;
}

enum journal_scan_step journal_scan_next(struct journal_scan *scan, struct journal_block *ret)
{
    const uint8_t *head = scan->bytes + scan->at;
    size_t left = scan->len - scan->at;
    struct journal_block block;
    if (left == 0)
        return SCAN_END;
    if (left < JOURNAL_BLOCK_HEAD_SIZE || all_zero(head, left))
        return SCAN_TORN;
    if (!journal_block_read(scan, &block))
        return faulty(scan, scan->fault);
    if (left - JOURNAL_BLOCK_HEAD_SIZE < block.packed_len)
        return SCAN_TORN;
    uint8_t hash[JOURNAL_HASH_SIZE];
    memcpy(hash, scan->hash, sizeof hash);
    hash_block(hash, head, block.packed, block.packed_len);
    if (memcmp(hash, head + 40, sizeof hash) != 0)
        return faulty(scan, "a block and its hash differ");
    memcpy(scan->hash, hash, sizeof hash);
    scan->at += JOURNAL_BLOCK_HEAD_SIZE + block.packed_len;
    scan->index++;
    *ret = block;
    return SCAN_BLOCK;
}

int journal_records_next(struct journal_records *records, uint32_t *ret_kind, int64_t *ret_time_ns,
                         const uint8_t **ret_bytes, size_t *ret_len)
{
    struct varint_in in = {records->at, records->end, false};
    if (in.at == in.end)
        return 0;
    uint64_t kind = varint_get(&in);
    int64_t time_ns = varint_get_delta(&in, records->time_ns);
    uint64_t len = varint_get(&in);
    if (in.bad || kind > UINT32_MAX || len > (uint64_t)(in.end - in.at))
        return -1;
    *ret_kind = (uint32_t)kind;
    *ret_time_ns = records->time_ns = time_ns;
    *ret_bytes = in.at;
    *ret_len = (size_t)len;
    records->at = in.at + len;
    return 1;
}

void journal_segment_path(char *path, size_t size, const char *dir, uint32_t segment)
{
    snprintf(path, size, "%s/%010u.journal", dir, segment);
}

static bool segment_number(const char *name, uint32_t *ret)
{
    uint64_t number = 0;
    for (int i = 0; i < 10; i++) {
        if (name[i] < '0' || name[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(name[i] - '0');
    }
    if (strcmp(name + 10, ".journal") != 0 || number == 0 || number > UINT32_MAX)
        return false;
    *ret = (uint32_t)number;
    return true;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

struct listing {
    uint32_t *numbers;
    uint32_t count, capacity;
    bool full; /* of memory */
};

static void take_name(void *context, const char *name)
{
    struct listing *listing = context;
    uint32_t number;
    if (!segment_number(name, &number))
        return;
    if (listing->count == listing->capacity) {
        uint32_t capacity = listing->capacity * 2 + 64;
        uint32_t *grown = realloc(listing->numbers, capacity * sizeof *grown);
        listing->full = listing->full || !grown;
        if (!grown)
            return;
        listing->numbers = grown;
        listing->capacity = capacity;
    }
    listing->numbers[listing->count++] = number;
}

int journal_segment_list(const char *dir, uint32_t **ret_numbers, uint32_t *ret_count)
{
    struct listing listing = {0};
    int code = disk_list(dir, take_name, &listing);
    if (code < 0 || listing.full) {
        free(listing.numbers);
        return code < 0 ? code : -ENOMEM;
    }
    if (listing.count > 0)
        qsort(listing.numbers, listing.count, sizeof *listing.numbers, compare_numbers);
    *ret_numbers = listing.numbers;
    *ret_count = listing.count;
    return 0;
}
