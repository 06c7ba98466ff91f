/* SPDX-License-Identifier: MIT */
#include "store/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "scratch.h"

/* An archive made by hand, byte by byte, from the format's description. */
struct maker {
    unsigned char bytes[65536];
    size_t len;
    unsigned char directory[8192];
    size_t directory_len;
    unsigned count;
};

static char error[512];

static size_t put(unsigned char *at, uint64_t value, unsigned len)
{
    for (unsigned i = 0; i < len; i++)
        at[i] = (unsigned char)(value >> (8 * i));
    return len;
}

static size_t put_bytes(unsigned char *at, const void *bytes, size_t len)
{
    memcpy(at, bytes, len);
    return len;
}

static size_t pack(const char *text, size_t len, unsigned char *out, size_t size)
{
    z_stream z = {0};
    EXPECT(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)len;
    z.next_out = out;
    z.avail_out = (uInt)size;
    EXPECT(deflate(&z, Z_FINISH) == Z_STREAM_END);
    deflateEnd(&z);
    return size - z.avail_out;
}

/* With `large` its sizes and its place stand in the zip64 field, as if they exceeded 4 GB. */
static void add(struct maker *maker, const char *name, const char *text, bool packs, bool large)
{
    unsigned char packed[16384];
    const size_t size = strlen(text), offset = maker->len;
    const size_t len = packs ? pack(text, size, packed, sizeof packed) : size;
    const uint64_t crc = crc32(0, (const Bytef *)text, (uInt)size);
    unsigned char *at = maker->bytes + maker->len;
    at += put(at, 0x04034b50, 4);
    at += put(at, 20, 2);
    at += put(at, 0, 2);
    at += put(at, packs ? 8 : 0, 2);
    at += put(at, 0, 4);
    at += put(at, crc, 4);
    at += put(at, len, 4);
    at += put(at, size, 4);
    at += put(at, strlen(name), 2);
    at += put(at, 3, 2);
    at += put_bytes(at, name, strlen(name));
    at += put_bytes(at, "xyz", 3);
    at += put_bytes(at, packs ? (const void *)packed : text, len);
    maker->len = (size_t)(at - maker->bytes);

    at = maker->directory + maker->directory_len;
    at += put(at, 0x02014b50, 4);
    at += put(at, 20, 2);
    at += put(at, 20, 2);
    at += put(at, 0, 2);
    at += put(at, packs ? 8 : 0, 2);
    at += put(at, 0, 4);
    at += put(at, crc, 4);
    at += put(at, large ? 0xffffffff : len, 4);
    at += put(at, large ? 0xffffffff : size, 4);
    at += put(at, strlen(name), 2);
    at += put(at, large ? 6 + 28 : 0, 2);
    at += put(at, 2, 2); /* a comment */
    at += put(at, 0, 2);
    at += put(at, 0, 6);
    at += put(at, large ? 0xffffffff : offset, 4);
    at += put_bytes(at, name, strlen(name));
    if (large) {
        at += put(at, 0x7075, 2); /* another field before it */
        at += put(at, 2, 2);
        at += put(at, 0, 2);
        at += put(at, 1, 2);
        at += put(at, 24, 2);
        at += put(at, size, 8);
        at += put(at, len, 8);
        at += put(at, offset, 8);
    }
    at += put_bytes(at, "hi", 2);
    maker->directory_len = (size_t)(at - maker->directory);
    maker->count++;
}

static void finish(struct maker *maker, bool large)
{
    const size_t offset = maker->len;
    unsigned char *at = maker->bytes + maker->len;
    at += put_bytes(at, maker->directory, maker->directory_len);
    if (large) {
        const size_t record = (size_t)(at - maker->bytes);
        at += put(at, 0x06064b50, 4);
        at += put(at, 44, 8);
        at += put(at, 45, 2);
        at += put(at, 45, 2);
        at += put(at, 0, 8);
        at += put(at, maker->count, 8);
        at += put(at, maker->count, 8);
        at += put(at, maker->directory_len, 8);
        at += put(at, offset, 8);
        at += put(at, 0x07064b50, 4);
        at += put(at, 0, 4);
        at += put(at, record, 8);
        at += put(at, 1, 4);
    }
    at += put(at, 0x06054b50, 4);
    at += put(at, 0, 4);
    at += put(at, large ? 0xffff : maker->count, 2);
    at += put(at, large ? 0xffff : maker->count, 2);
    at += put(at, large ? 0xffffffff : maker->directory_len, 4);
    at += put(at, large ? 0xffffffff : offset, 4);
    at += put(at, 5, 2);
    at += put_bytes(at, "PK\5\6!", 5); /* a comment that looks like an end */
    maker->len = (size_t)(at - maker->bytes);
}

static struct zip *opened(const void *bytes, size_t len)
{
    struct zip *zip = NULL;
    error[0] = '\0';
    return zip_open_bytes("a.zip", bytes, len, &zip, error, sizeof error) == 0 ? zip : NULL;
}

/* A whole member, or NULL with `error` set; freed by the caller. */
static char *read_member(struct zip *zip, size_t index, size_t piece)
{
    struct zip_stream *stream = NULL;
    char *text = calloc(1, 65536);
    size_t len = 0;
    int64_t got;
    if (zip_stream_open(zip, index, &stream, error, sizeof error) != 0) {
        free(text);
        return NULL;
    }
    while ((got = zip_stream_read(stream, text + len, piece)) > 0)
        len += (size_t)got;
    if (got < 0) {
        snprintf(error, sizeof error, "%s", zip_stream_fault(stream));
        free(text);
        text = NULL;
    }
    zip_stream_close(stream);
    return text;
}

static void expect_member(struct zip *zip, size_t index, const char *name, const char *text)
{
    EXPECT_TEXT(zip_get(zip, index)->name, name);
    for (size_t piece = 1; piece < 5000; piece *= 7) {
        char *got = read_member(zip, index, piece);
        if (got == NULL)
            print_error("%s\n", error);
        EXPECT(got != NULL && strcmp(got, text) == 0);
        free(got);
    }
}

static const char many[] = "1722470400,1,1,1,1,1\n1722470400,1,1,1,1,1\n1722470400,1,1,1,1,1\n";

static void make(struct maker *maker, bool large)
{
    *maker = (struct maker){0};
    add(maker, "folder/", "", false, large);
    add(maker, "folder/XBTUSD_1.csv", many, true, large);
    add(maker, "plain\xc3.csv", "as it is", false, large);
    add(maker, "empty", "", true, large);
    finish(maker, large);
}

TEST(members_come_out_as_they_went_in_packed_or_not_large_or_not)
{
    static struct maker maker;
    for (int large = 0; large < 2; large++) {
        make(&maker, large);
        struct zip *zip = opened(maker.bytes, maker.len);
        if (zip == NULL)
            print_error("%s\n", error);
        EXPECT(zip != NULL);
        EXPECT_INT((int64_t)zip_count(zip), 4);
        expect_member(zip, 0, "folder/", "");
        expect_member(zip, 1, "folder/XBTUSD_1.csv", many);
        expect_member(zip, 2, "plain?.csv", "as it is");
        expect_member(zip, 3, "empty", "");
        zip_close(zip);
    }
}

TEST(a_file_reads_like_memory)
{
    static struct maker maker;
    make(&maker, true);
    const char *path = scratch("some.zip");
    scratch_write(path, maker.bytes, maker.len);
    struct zip *zip = NULL;
    EXPECT(zip_recognise(path));
    EXPECT_INT(zip_open(path, &zip, error, sizeof error), 0);
    expect_member(zip, 1, "folder/XBTUSD_1.csv", many);
    zip_close(zip);
    EXPECT_INT(zip_open(scratch("none.zip"), &zip, error, sizeof error), -ENOENT);
    scratch_write(scratch("other"), "1722470400,1,1,1,1,1\n", 21);
    EXPECT(!zip_recognise(scratch("other")) && !zip_recognise(scratch("none.zip")));
}

/* What is cut anywhere has no end where the end should be. */
TEST(an_archive_that_is_cut_short_is_refused_wherever_it_is_cut)
{
    static struct maker maker;
    make(&maker, true);
    for (size_t len = 0; len < maker.len; len++) {
        unsigned char *exact = malloc(len + 1); /* so that a byte too far is seen */
        memcpy(exact, maker.bytes, len);
        struct zip *zip = opened(exact, len);
        EXPECT(zip == NULL);
        EXPECT(strstr(error, "a.zip: ") == error && strstr(error, "fetch it again") != NULL);
        free(exact);
    }
}

/* Whichever byte is wrong, what is read is what was packed, or a fault is told. */
TEST(a_wrong_byte_never_changes_what_is_read)
{
    static struct maker maker;
    make(&maker, true);
    for (size_t i = 0; i < maker.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            maker.bytes[i] ^= (unsigned char)(1u << bit);
            struct zip *zip = opened(maker.bytes, maker.len);
            for (size_t k = 0; zip != NULL && k < zip_count(zip); k++) {
                char *text = read_member(zip, k, 100);
                EXPECT(text == NULL || *text == '\0' || strcmp(text, many) == 0 ||
                       strcmp(text, "as it is") == 0);
                free(text);
            }
            zip_close(zip);
            maker.bytes[i] ^= (unsigned char)(1u << bit);
        }
    }
}

TEST(what_a_member_says_wrongly_is_named)
{
    static struct maker maker;
    struct maker *const m = &maker;
    *m = (struct maker){0};
    add(m, "a", "as it is", false, false);
    const size_t entry = m->len;
    finish(m, false);
    const struct {
        size_t at;
        unsigned char byte;
        const char *says;
    } wrongs[] = {
        {entry + 8, 1, "a.zip:a: it is encrypted"},
        {entry + 10, 12, "a.zip:a: it is packed in a way other than deflate"},
        {entry + 10, 8, "its packed data is damaged"},
        {entry + 16, 0x55, "its checksum is wrong"},
        {entry + 20, 200, "a.zip:a: it is cut short"},
        {entry + 24, 7, "a.zip:a: its two sizes differ"},
        {entry + 42, 1, "a.zip:a: it is not where the directory says"},
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        const unsigned char before = m->bytes[wrongs[i].at];
        m->bytes[wrongs[i].at] = wrongs[i].byte;
        struct zip *zip = opened(m->bytes, m->len);
        EXPECT(zip != NULL);
        EXPECT(read_member(zip, 0, 100) == NULL);
        if (strstr(error, wrongs[i].says) != error)
            print_error("%s\n", error);
        EXPECT(strstr(error, wrongs[i].says) == error);
        zip_close(zip);
        m->bytes[wrongs[i].at] = before;
    }
}
