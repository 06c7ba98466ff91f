/* SPDX-License-Identifier: MIT */
/*
 * Serial numbers as Kraken's ids: the number is permuted by four Feistel rounds keyed with the seed
 * and the kind, and written with fifteen check bits as sixteen characters. So an id tells nothing,
 * repeats never, and leads back to its number without a table.
 */
#include <string.h>

#include "core/base/prng.h"
#include "venue/local/trading/internal.h"

#define ROUNDS 4
#define DIGITS 16 /* of five bits: 13 hold the number, 3 the check */
#define NUMBER_DIGITS 13

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static uint32_t round_of(uint64_t key, uint32_t round, uint32_t half)
{
    return (uint32_t)(prng_mix(key + round, half) >> 17);
}

static uint64_t scramble(uint64_t key, uint64_t number)
{
    uint32_t left = (uint32_t)(number >> 32), right = (uint32_t)number;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        const uint32_t next = left ^ round_of(key, i, right);
        left = right;
        right = next;
    }
    return (uint64_t)left << 32 | right;
}

static uint64_t unscramble(uint64_t key, uint64_t number)
{
    uint32_t left = (uint32_t)(number >> 32), right = (uint32_t)number;
    for (uint32_t i = ROUNDS; i-- > 0;) {
        const uint32_t before = right ^ round_of(key, i, left);
        right = left;
        left = before;
    }
    return (uint64_t)left << 32 | right;
}

static uint64_t key_of(const struct trading *trading, char kind)
{
    return prng_mix(trading->config.seed, (uint64_t)(unsigned char)kind);
}

static uint64_t check_of(uint64_t key, uint64_t number)
{
    return prng_mix(number, key) & 0x7fff;
}

/* "O" and sixteen digits as OAAAAA-AAAAA-AAAAAA: where in the text each digit stands. */
static uint32_t position(uint32_t digit)
{
    return 1 + digit + (digit >= 5) + (digit >= 10);
}

void trading_id_text(const struct trading *trading, char kind, uint64_t id,
                     char text[TRADING_ID_SIZE])
{
    const uint64_t key = key_of(trading, kind);
    uint64_t number = scramble(key, id), check = check_of(key, number);
    memcpy(text, "O     -     -      ", TRADING_ID_SIZE);
    text[0] = kind == 'A' ? 'T' : kind;
    for (uint32_t i = 0; i < NUMBER_DIGITS; i++, number >>= 5)
        text[position(i)] = alphabet[number & 31];
    for (uint32_t i = NUMBER_DIGITS; i < DIGITS; i++, check >>= 5)
        text[position(i)] = alphabet[check & 31];
}

uint64_t trading_id_parse(const struct trading *trading, char kind, const char *text, size_t len)
{
    if (len != TRADING_ID_SIZE - 1 || text[0] != (kind == 'A' ? 'T' : kind) || text[6] != '-' ||
        text[12] != '-')
        return 0;
    uint64_t digits[DIGITS];
    for (uint32_t i = 0; i < DIGITS; i++) {
        const char *at = memchr(alphabet, text[position(i)], sizeof alphabet - 1);
        if (at == NULL)
            return 0;
        digits[i] = (uint64_t)(at - alphabet);
    }
    const uint64_t key = key_of(trading, kind);
    uint64_t number = 0, check = 0;
    if (digits[NUMBER_DIGITS - 1] > 15)
        return 0;
    for (uint32_t i = NUMBER_DIGITS; i-- > 0;)
        number = number << 5 | digits[i];
    for (uint32_t i = DIGITS; i-- > NUMBER_DIGITS;)
        check = check << 5 | digits[i];
    return check == check_of(key, number) ? unscramble(key, number) : 0;
}
