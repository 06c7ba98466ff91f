/* SPDX-License-Identifier: MIT */
/* What the two halves of the zip reader share: zip.c has the directory, zip_stream.c a member. */
#pragma once

#include "store/disk.h"
#include "store/zip.h"

struct zip {
    int fd;            /* or -1: the bytes are in memory */
    const char *bytes; /* then */
    uint64_t size;
    size_t count;
    struct zip_member *members;
    char name[DISK_PATH_MAX];
};

/* All `len` bytes at `offset`, or false: the archive is shorter, or the disk failed. */
bool zip_read_at(const struct zip *zip, uint64_t offset, void *out, size_t len);

/* The format's numbers are little-endian and stand at any address. */
static inline uint64_t zip_number(const unsigned char *at, unsigned len)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < len; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}
