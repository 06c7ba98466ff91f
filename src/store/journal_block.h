/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a segment. Inside the store only; callers use journal.h. All integers little-endian.
 *
 *   head   0 "CUTTLEJ1"  8 segment u32  12 zero u32  16 hash before [32]              48 bytes
 *   block  0 "CJB1"  4 kind u32  8 segment u32  12 index u32  16 raw length u32
 *          20 packed length u32  24 time i64  32 record count u32  36 crc32 of bytes 0..35
 *          40 hash [32]                                                               72 bytes
 *          72 packed bytes
 *   hash = SHA-256(hash before, bytes 0..39, packed bytes)
 *
 * A machine that loses its power keeps of what was not synced any part: pages come to the disk in
 * no order, and one that did not reads as zeros. So a block that does not hold is a torn tail,
 * unless one behind it was written after a sync (its kind says so): then the disk once had it, and
 * it was damaged.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_HEAD_SIZE 48
#define JOURNAL_BLOCK_HEAD_SIZE 72
#define JOURNAL_HASH_SIZE 32
#define JOURNAL_SNAPSHOT_HEAD_SIZE 36 /* version u32, fingerprint [32]; then the caller's bytes */

enum journal_block_kind {
    JOURNAL_BLOCK_SNAPSHOT = 1,
    JOURNAL_BLOCK_RECORDS,
    JOURNAL_BLOCK_AFTER_SYNC, /* records too; all before it was on the disk when it was written */
};

struct journal_block {
    enum journal_block_kind kind;
    uint32_t segment;
    uint32_t index; /* in the segment, from 0 */
    uint32_t raw_len;
    uint32_t packed_len;
    uint32_t record_count;
    int64_t time_ns; /* of the snapshot, or of the first record */
    const uint8_t *packed;
    size_t offset; /* in the segment */
};

void journal_head_write(uint8_t out[JOURNAL_HEAD_SIZE], uint32_t segment,
                        const uint8_t hash_before[JOURNAL_HASH_SIZE]);

/* Writes the block's header; *hash goes from the block before to this one. */
void journal_block_write(uint8_t out[JOURNAL_BLOCK_HEAD_SIZE], const struct journal_block *block,
                         uint8_t hash[JOURNAL_HASH_SIZE]);

/* A walk over a segment held in memory. */
enum journal_scan_step { SCAN_BLOCK, SCAN_END, SCAN_TORN, SCAN_DAMAGED };

struct journal_scan {
    const uint8_t *bytes;
    size_t len;
    size_t at; /* all before it has been verified */
    uint32_t segment;
    uint32_t index;
    uint8_t hash_before[JOURNAL_HASH_SIZE]; /* from the head */
    uint8_t hash[JOURNAL_HASH_SIZE];
    const char *fault; /* why SCAN_DAMAGED */
};

/* Reads the head: SCAN_BLOCK when it is sound. */
enum journal_scan_step journal_scan_init(struct journal_scan *scan, const void *bytes, size_t len,
                                         uint32_t segment);

/* The header at the walk's place, checked by its CRC alone; the walk stays where it is. */
bool journal_block_read(struct journal_scan *scan, struct journal_block *ret);

enum journal_scan_step journal_scan_next(struct journal_scan *scan, struct journal_block *ret);

/* The records of an unpacked block: kind, time since the record before, length, bytes. */
struct journal_records {
    const uint8_t *at;
    const uint8_t *end;
    int64_t time_ns;
};

/* 1 and the record, 0 at the end, -1 when the bytes are no records. */
int journal_records_next(struct journal_records *records, uint32_t *ret_kind, int64_t *ret_time_ns,
                         const uint8_t **ret_bytes, size_t *ret_len);

/* DIR/0000000042.journal */
void journal_segment_path(char *path, size_t size, const char *dir, uint32_t segment);

/* The numbers of the segments in `dir`, ascending; freed by the caller. */
int journal_segment_list(const char *dir, uint32_t **ret_numbers, uint32_t *ret_count);
