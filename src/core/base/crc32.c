/* SPDX-License-Identifier: MIT */
#include "core/base/crc32.h"

#include "core/base/bytes.h"

/*
 * Slicing by sixteen: row k of the table holds the remainders of a byte that 4 * 8 + 8 * k zero
 * bits follow. A remainder is the xor of its bits' remainders, so a row needs eight numbers and
 * the compiler makes the 256; the 128 numbers are x^32, x^33 ... x^159 modulo the polynomial, each
 * the one before shifted once.
 */
#define CRC_2(v, b0) (v), (v) ^ (b0)
#define CRC_4(v, b1, b0) CRC_2(v, b0), CRC_2((v) ^ (b1), b0)
#define CRC_8(v, b2, b1, b0) CRC_4(v, b1, b0), CRC_4((v) ^ (b2), b1, b0)
#define CRC_16(v, b3, b2, b1, b0) CRC_8(v, b2, b1, b0), CRC_8((v) ^ (b3), b2, b1, b0)
#define CRC_32(v, b4, ...) CRC_16(v, __VA_ARGS__), CRC_16((v) ^ (b4), __VA_ARGS__)
#define CRC_64(v, b5, ...) CRC_32(v, __VA_ARGS__), CRC_32((v) ^ (b5), __VA_ARGS__)
#define CRC_128(v, b6, ...) CRC_64(v, __VA_ARGS__), CRC_64((v) ^ (b6), __VA_ARGS__)
#define CRC_ROW(b7, ...)                                                                           \
    {                                                                                              \
        CRC_128(0u, __VA_ARGS__), CRC_128(0u ^ (b7), __VA_ARGS__)                                  \
    }

static const uint32_t table[16][256] = {
    CRC_ROW(0xedb88320, 0x76dc4190, 0x3b6e20c8, 0x1db71064, 0x0edb8832, 0x076dc419, 0xee0e612c,
            0x77073096),
    CRC_ROW(0x3b83984b, 0xf0794f05, 0x958424a2, 0x4ac21251, 0xc8d98a08, 0x646cc504, 0x32366282,
            0x191b3141),
    CRC_ROW(0xe1351b80, 0x709a8dc0, 0x384d46e0, 0x1c26a370, 0x0e1351b8, 0x0709a8dc, 0x0384d46e,
            0x01c26a37),
    CRC_ROW(0xed59b63b, 0x9b14583d, 0xa032af3e, 0x5019579f, 0xc5b428ef, 0x8f629757, 0xaa09c88b,
            0xb8bc6765),
    CRC_ROW(0xb1e6b092, 0x58f35849, 0xc1c12f04, 0x60e09782, 0x30704bc1, 0xf580a6c0, 0x7ac05360,
            0x3d6029b0),
    CRC_ROW(0x1eb014d8, 0x0f580a6c, 0x07ac0536, 0x03d6029b, 0xec53826d, 0x9b914216, 0x4dc8a10b,
            0xcb5cd3a5),
    CRC_ROW(0x8816eaf2, 0x440b7579, 0xcfbd399c, 0x67de9cce, 0x33ef4e67, 0xf44f2413, 0x979f1129,
            0xa6770bb4),
    CRC_ROW(0x533b85da, 0x299dc2ed, 0xf9766256, 0x7cbb312b, 0xd3e51bb5, 0x844a0efa, 0x4225077d,
            0xccaa009e),
    CRC_ROW(0x6655004f, 0xde920307, 0x82f182a3, 0xacc04271, 0xbbd8a218, 0x5dec510c, 0x2ef62886,
            0x177b1443),
    CRC_ROW(0xe6050901, 0x9eba07a0, 0x4f5d03d0, 0x27ae81e8, 0x13d740f4, 0x09eba07a, 0x04f5d03d,
            0xefc26b3e),
    CRC_ROW(0x77e1359f, 0xd64819ef, 0x869c8fd7, 0xaef6c4cb, 0xbac3e145, 0xb0d97382, 0x586cb9c1,
            0xc18edfc0),
    CRC_ROW(0x60c76fe0, 0x3063b7f0, 0x1831dbf8, 0x0c18edfc, 0x060c76fe, 0x03063b7f, 0xec3b9e9f,
            0x9ba54c6f),
    CRC_ROW(0xa06a2517, 0xbd8d91ab, 0xb37e4bf5, 0xb407a6da, 0x5a03d36d, 0xc0b96a96, 0x605cb54b,
            0xdd96d985),
    CRC_ROW(0x8373efe2, 0x41b9f7f1, 0xcd6478d8, 0x66b23c6c, 0x33591e36, 0x19ac8f1b, 0xe16ec4ad,
            0x9d0fe176),
    CRC_ROW(0x4e87f0bb, 0xcafb7b7d, 0x88c53e9e, 0x44629f4f, 0xcf89cc87, 0x8a7c6563, 0xa886b191,
            0xb9fbdbe8),
    CRC_ROW(0x5cfdedf4, 0x2e7ef6fa, 0x173f7b7d, 0xe6273e9e, 0x73139f4f, 0xd4314c87, 0x87a02563,
            0xae689191),
};

/* The remainder of four bytes, the first of which stands at the top row of the four. */
static uint32_t reduce(const uint32_t rows[4][256], uint32_t word)
{
    return (rows[3][word & 0xff] ^ rows[2][word >> 8 & 0xff]) ^
           (rows[1][word >> 16 & 0xff] ^ rows[0][word >> 24]);
}

uint32_t crc32_update(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *at = data;
    crc = ~crc;
    for (; len >= 16; at += 16, len -= 16) {
        /* What does not hang on the crc so far is worked out beside the round before. */
        uint32_t rest = reduce(table + 8, bytes_get_u32(at + 4)) ^
                        reduce(table + 4, bytes_get_u32(at + 8)) ^
                        reduce(table, bytes_get_u32(at + 12));
        crc = reduce(table + 12, bytes_get_u32(at) ^ crc) ^ rest;
    }
    for (; len > 0; at++, len--)
        crc = crc >> 8 ^ table[0][(crc ^ *at) & 0xff];
    return ~crc;
}
