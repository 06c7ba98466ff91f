/* SPDX-License-Identifier: MIT */
#include "store/npy.h"

#include "core/base/prng.h"
#include "test.h"

static const char *read_text(const char *text, uint64_t *rows, size_t *offset)
{
    /* 0x93NUMPY 1 0 and a 16-bit length, padded so that the rows are aligned. */
    static char bytes[2048];
    size_t len = strlen(text);
    size_t padded = (10 + len + 63) / 64 * 64;
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (char)((padded - 10) & 0xff);
    bytes[9] = (char)((padded - 10) >> 8);
    memcpy(bytes + 10, text, len);
    return npy_read_header(bytes, padded, rows, offset);
}

#define DESCR                                                                                      \
    "[('time','<i8'),('open','<f8'),('high','<f8'),('low','<f8'),('close','<f8'),('volume','<f8')" \
    "]"

TEST(our_own_header_reads_back)
{
    const uint64_t counts[] = {0, 1, 999, 1000000, UINT64_C(90000000000000)};
    for (size_t i = 0; i < 5; i++) {
        char header[NPY_HEADER_SIZE];
        uint64_t rows = 7;
        size_t offset = 7;
        npy_write_header(header, counts[i]);
        EXPECT(npy_read_header(header, sizeof header, &rows, &offset) == NULL);
        EXPECT_INT((int64_t)rows, (int64_t)counts[i]);
        EXPECT_INT((int64_t)offset, NPY_HEADER_SIZE);
        EXPECT(header[NPY_HEADER_SIZE - 1] == '\n');
    }
}

TEST(members_may_come_in_any_order_and_spacing)
{
    uint64_t rows;
    size_t offset;
    EXPECT(read_text("{'shape':(3,),'descr':" DESCR ",'fortran_order':False}", &rows, &offset) ==
           NULL);
    EXPECT_INT((int64_t)rows, 3);
    EXPECT_INT((int64_t)offset % 64, 0);
}

TEST(a_header_of_anything_else_is_refused_with_the_reason)
{
    const char *const texts[] = {
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': " DESCR ", 'fortran_order': True, 'shape': (3,), }",
        "{'descr': " DESCR ", 'fortran_order': False, 'shape': (3, 2), }",
        "{'descr': " DESCR ", 'fortran_order': False, 'shape': (), }",
        "{'descr': " DESCR ", 'fortran_order': False, 'shape': (99999999999999999999999,), }",
        "{'descr': " DESCR ", 'fortran_order': False, }",
        "{'descr': " DESCR ", 'fortran_order': False, 'shape': (3,), 'more': 1}",
        "not a dictionary",
        "{",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint64_t rows = 7;
        size_t offset = 7;
        EXPECT(read_text(texts[i], &rows, &offset) != NULL);
        EXPECT_INT((int64_t)rows, 7);
        EXPECT_INT((int64_t)offset, 7);
    }
}

TEST(no_bytes_whatever_make_the_reader_leave_its_buffer)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        char header[NPY_HEADER_SIZE];
        npy_write_header(header, prng_next(&prng) >> 20);
        for (uint64_t flips = prng_below(&prng, 4); flips > 0; flips--)
            header[prng_below(&prng, 200)] = (char)prng_next(&prng);
        size_t len = prng_below(&prng, 3) ? sizeof header : prng_below(&prng, sizeof header);
        char *exact = malloc(len ? len : 1);
        memcpy(exact, header, len);
        uint64_t rows;
        size_t offset;
        if (npy_read_header(exact, len, &rows, &offset) == NULL)
            EXPECT(offset <= len);
        free(exact);
    }
}
