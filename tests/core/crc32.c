/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <zlib.h>

#include "core/base/crc32.h"
#include "core/base/prng.h"

TEST(the_published_check_value_is_met)
{
    /* "123456789" is every CRC catalogue's check text. */
    EXPECT_INT(crc32_update(0, "123456789", 9), 0xcbf43926);
    EXPECT_INT(crc32_update(0, "", 0), 0);
    EXPECT_INT(crc32_update(0, "a", 1), 0xe8b7be43);
}

TEST(any_bytes_in_any_pieces_give_what_zlib_gives)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    uint8_t bytes[1024];
    for (int round = 0; round < 5000; round++) {
        size_t len = prng_below(&prng, sizeof bytes);
        size_t skip_count = prng_below(&prng, 16); /* every alignment */
        if (skip_count > len)
            skip_count = len;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (uint8_t)prng_next(&prng);
        const uint8_t *start = bytes + skip_count;
        len -= skip_count;
        uint32_t want = (uint32_t)crc32(0, start, (uInt)len);
        EXPECT_INT(crc32_update(0, start, len), want);
        size_t cut = len ? prng_below(&prng, len) : 0;
        uint32_t first = crc32_update(0, start, cut);
        EXPECT_INT(crc32_update(first, start + cut, len - cut), want);
    }
}
