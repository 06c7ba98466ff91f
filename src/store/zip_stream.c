/* SPDX-License-Identifier: MIT */
#include "store/zip_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#define LOCAL_MARK 0x04034b50u
#define LOCAL_SIZE 30

#define METHOD_STORED 0
#define METHOD_DEFLATED 8

#define PIECE_SIZE 65536

struct zip_stream {
    const struct zip *zip;
    const struct zip_member *member;
    uint64_t at, left; /* packed bytes that have not been read from the archive */
    uint64_t given;    /* bytes given out */
    uint32_t crc;
    bool inflates, ended;
    const char *fault; /* NULL: none so far */
    z_stream z;
    unsigned char piece[PIECE_SIZE];
};

/* Where a member's bytes begin: behind a header of its own; NULL, or what is wrong. */
static const char *find_bytes(const struct zip *zip, const struct zip_member *member, uint64_t *ret)
{
    unsigned char header[LOCAL_SIZE];
    if (member->encrypted)
        return "it is encrypted; unpack it with its password first";
    if (member->method != METHOD_STORED && member->method != METHOD_DEFLATED)
        return "it is packed in a way other than deflate; pack the archive again";
    if (!zip_read_at(zip, member->offset, header, sizeof header) ||
        zip_number(header, 4) != LOCAL_MARK)
        return "it is not where the directory says; fetch the archive again";
    const uint64_t before = LOCAL_SIZE + zip_number(header + 26, 2) + zip_number(header + 28, 2);
    const uint64_t room = zip->size - member->offset;
    if (before > room || member->packed_size > room - before)
        return "it is cut short; fetch the archive again";
    if (member->method == METHOD_STORED && member->packed_size != member->size)
        return "its two sizes differ; fetch the archive again";
    *ret = member->offset + before;
    return NULL;
}

int zip_stream_open(struct zip *zip, size_t index, struct zip_stream **ret, char *error,
                    size_t error_size)
{
    const struct zip_member *member = zip_get(zip, index);
    struct zip_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return disk_fail(ENOMEM, error, error_size, "out of memory");
    *stream = (struct zip_stream){.zip = zip, .member = member, .left = member->packed_size};
    stream->crc = (uint32_t)crc32(0, NULL, 0);
    const char *wrong = find_bytes(zip, member, &stream->at);
    if (!wrong && member->method == METHOD_DEFLATED) {
        stream->inflates = inflateInit2(&stream->z, -MAX_WBITS) == Z_OK;
        wrong = stream->inflates ? NULL : "out of memory";
    }
    if (wrong) {
        zip_stream_close(stream);
        return disk_fail(EINVAL, error, error_size, "%s:%s: %s", zip->name, member->name, wrong);
    }
    *ret = stream;
    return 0;
}

static int64_t fail(struct zip_stream *stream, const char *fault)
{
    stream->fault = fault;
    return -1;
}

static bool fill(struct zip_stream *stream)
{
    const size_t len = stream->left < PIECE_SIZE ? (size_t)stream->left : PIECE_SIZE;
    if (!zip_read_at(stream->zip, stream->at, stream->piece, len))
        return false;
    stream->at += len;
    stream->left -= len;
    stream->z.next_in = stream->piece;
    stream->z.avail_in = (uInt)len;
    return true;
}

/* Unpacks until there is something to give, or the end. */
static int64_t inflate_some(struct zip_stream *stream, char *out, size_t size)
{
    stream->z.next_out = (Bytef *)out;
    stream->z.avail_out = (uInt)size;
    while (stream->z.avail_out == size && !stream->ended) {
        if (stream->z.avail_in == 0 && stream->left > 0 && !fill(stream))
            return fail(stream, "the archive cannot be read");
        const int code = inflate(&stream->z, Z_NO_FLUSH);
        if (code == Z_STREAM_END)
            stream->ended = true;
        else if (code != Z_OK)
            return fail(stream, "its packed data is damaged; fetch the archive again");
    }
    return (int64_t)(size - stream->z.avail_out);
}

static int64_t copy_some(struct zip_stream *stream, char *out, size_t size)
{
    const size_t len = stream->left < size ? (size_t)stream->left : size;
    if (!zip_read_at(stream->zip, stream->at, out, len))
        return fail(stream, "the archive cannot be read");
    stream->at += len;
    stream->left -= len;
    return (int64_t)len;
}

int64_t zip_stream_read(struct zip_stream *stream, char *out, size_t size)
{
    if (stream->fault)
        return -1;
    if (size == 0)
        return 0;
    if (size > PIECE_SIZE * 16u)
        size = PIECE_SIZE * 16u;
    const int64_t got =
        stream->inflates ? inflate_some(stream, out, size) : copy_some(stream, out, size);
    if (got < 0)
        return got;
    stream->given += (uint64_t)got;
    stream->crc = (uint32_t)crc32(stream->crc, (const Bytef *)out, (uInt)got);
    if (stream->given > stream->member->size || (got == 0 && stream->given < stream->member->size))
        return fail(stream, "it is not as long as it says; fetch the archive again");
    if (got == 0 && stream->crc != stream->member->crc)
        return fail(stream, "its checksum is wrong: it is damaged; fetch the archive again");
    return got;
}

const char *zip_stream_fault(const struct zip_stream *stream)
{
    return stream->fault;
}

void zip_stream_close(struct zip_stream *stream)
{
    if (!stream)
        return;
    if (stream->inflates)
        inflateEnd(&stream->z);
    free(stream);
}
