/* SPDX-License-Identifier: MIT */
/*
 * The journal: everything the engine was told, in order, on disk. Append-only segments, each
 * opening with a snapshot of the engine, so that replay and verification start at any of them.
 *
 *   DIR/0000000001.journal   head | snapshot block | record block | record block | ...
 *   DIR/0000000002.journal   head | snapshot block | ...
 *
 * A block is one commit: records packed by zlib (level 1, one stream a segment) under a SHA-256
 * that covers the block before it; a segment's head carries the last hash of the segment before.
 * So nothing can be changed, dropped or put in without it showing, up to the newest block. A tail
 * that a crash left half written is cut on the next open, and said.
 *
 * Used from one thread. Calls give 0 or -errno, the reason in journal_error. A record is safe once
 * a durable commit has returned 0. When the disk is full nothing committed is lost, what is not yet
 * written stays in memory (up to JOURNAL_BLOCK_SIZE), and the next commit tries again. A disk that
 * took bytes and then failed to keep them ends the segment: see journal_is_lost.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_BLOCK_SIZE (1u << 20) /* records of one block; also the longest record */
#define JOURNAL_SNAPSHOT_MAX (1u << 29)
#define JOURNAL_FINGERPRINT_SIZE 32

struct journal;

/* What opens a segment: opaque bytes of the caller. */
struct journal_snapshot {
    uint32_t version;                              /* of the bytes' layout */
    uint8_t fingerprint[JOURNAL_FINGERPRINT_SIZE]; /* of the configuration they were made under */
    int64_t time_ns;
    const void *bytes;
    size_t len;
};

/* What journal_open met. */
struct journal_found {
    uint32_t segment_count;
    uint64_t bytes;
    uint64_t torn_bytes; /* cut from the end of the last segment */
    bool damaged;        /* the last segment does not verify; it is left as it is */
    char note[512];      /* either of these in words; "" when all is well */
};

/* Opens the directory, made when missing and its owner's alone, to go on after its last segment. */
int journal_open(const char *dir, struct journal **ret, struct journal_found *ret_found,
                 char *error, size_t error_size);

/* Commits what is pending, durably, and closes. */
int journal_close(struct journal *journal);

/* Starts a segment; what was pending is committed to the one before. On failure that one goes on,
 * unless it is lost: call again. */
int journal_begin_segment(struct journal *journal, const struct journal_snapshot *snapshot);

/* Adds a record; -ENOSPC and the like when a full block could not be written: the record was not
 * taken. A segment must have begun. */
int journal_append(struct journal *journal, uint32_t kind, int64_t time_ns, const void *bytes,
                   size_t len);

/* Writes what is pending as one block; `durable` waits until the disk has it. */
int journal_commit(struct journal *journal, bool durable);

/* The disk could not keep what was written since the last durable commit: those records are gone
 * (journal_error counts them), and appends and commits give -EIO until a new segment begins. */
bool journal_is_lost(const struct journal *journal);

/* For the caller's rotation: bytes of the current segment, and when it began. 0 before the first.
 */
uint64_t journal_segment_bytes(const struct journal *journal);
int64_t journal_segment_began_ns(const struct journal *journal);

/* Deletes the oldest segments while they end before `before_ns` or all together exceed size_max (0:
 * no cap). Never the current one. */
int journal_retain(struct journal *journal, int64_t before_ns, uint64_t size_max,
                   uint32_t *ret_removed);

const char *journal_error(const struct journal *journal);

/* The chain's newest hash, over everything committed so far, as 64 hexadecimal digits. */
void journal_hash(const struct journal *journal, char hex[65]);

/* The hash of what was told: kind, time and bytes of every record appended since journal_tell_anew,
 * or since the journal was opened, however they fell into blocks. */
void journal_told(const struct journal *journal, char hex[65]);
void journal_tell_anew(struct journal *journal);

/* Reading. */
struct journal_reader;

enum journal_step {
    JOURNAL_END,
    JOURNAL_SNAPSHOT, /* a segment begins */
    JOURNAL_RECORD,
    JOURNAL_TORN,    /* the last segment ends in half a block; what came before is sound */
    JOURNAL_DAMAGED, /* what follows in this segment cannot be trusted: journal_reader_error says
                        where; journal_reader_skip goes to the next segment */
    JOURNAL_FAILED,  /* the disk or memory failed */
};

struct journal_item {
    uint32_t segment;
    uint64_t offset; /* of the block in the segment's file */
    uint32_t kind;   /* of a record */
    int64_t time_ns;
    uint32_t version;                              /* of a snapshot */
    uint8_t fingerprint[JOURNAL_FINGERPRINT_SIZE]; /* of a snapshot */
    const void *bytes;                             /* valid until the next call */
    size_t len;
};

/* From the given segment on; 0: from the first there is. */
int journal_reader_open(const char *dir, uint32_t from_segment, struct journal_reader **ret,
                        char *error, size_t error_size);
void journal_reader_close(struct journal_reader *reader);

enum journal_step journal_next(struct journal_reader *reader, struct journal_item *ret);
void journal_reader_skip(struct journal_reader *reader);
const char *journal_reader_error(const struct journal_reader *reader);

/* The last segment that began at or before time_ns; the first one when all began later. -ENOENT
 * when there is none. */
int journal_locate(const char *dir, int64_t time_ns, uint32_t *ret_segment, char *error,
                   size_t error_size);
