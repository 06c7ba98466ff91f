/* SPDX-License-Identifier: MIT */
/*
 * A zip archive, to be read: its members by number, each as a stream. Stored and deflated members,
 * sizes and offsets beyond 4 GB (zip64), as Kraken's history has them. Not encrypted ones, nor
 * archives in several parts. Nothing in the file is believed: each offset and length is held
 * against the file before it is used, and a member's bytes against its size and checksum.
 *
 * Our own and not libzip: beside zlib, which does the work, this is a directory of fixed records,
 * and no package more to install for one command. (Source: PKWARE's APPNOTE.TXT 6.3.10.)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZIP_NAME_MAX 256 /* a longer name is cut; bytes that print no text become '?' */

struct zip;
struct zip_stream;

struct zip_member {
    char name[ZIP_NAME_MAX]; /* with its folders */
    uint64_t size;           /* as it says of itself */
    uint64_t packed_size;
    uint64_t offset; /* of its local header */
    uint32_t crc;
    uint16_t method;
    bool encrypted;
};

/* Does it begin like an archive? False also for what cannot be read. */
bool zip_recognise(const char *path);

/* 0, or -errno with what, where and what to do in `error`. */
int zip_open(const char *path, struct zip **ret, char *error, size_t error_size);

/* The same from memory, which stays the caller's; `name` is for the errors. */
int zip_open_bytes(const char *name, const void *bytes, size_t len, struct zip **ret, char *error,
                   size_t error_size);
void zip_close(struct zip *zip);

size_t zip_count(const struct zip *zip);
const struct zip_member *zip_get(const struct zip *zip, size_t index);

/* A member from its beginning; as zip_open. The archive must stay open. */
int zip_stream_open(struct zip *zip, size_t index, struct zip_stream **ret, char *error,
                    size_t error_size);

/*
 * The next bytes; 0 at the end, where size and checksum have been found right; negative when it is
 * damaged, and zip_stream_fault then says how.
 */
int64_t zip_stream_read(struct zip_stream *stream, char *out, size_t size);
const char *zip_stream_fault(const struct zip_stream *stream);
void zip_stream_close(struct zip_stream *stream);
