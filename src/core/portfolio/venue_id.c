/* SPDX-License-Identifier: MIT */
#include "core/portfolio/venue_id.h"

#include "core/base/check.h"

__extension__ typedef unsigned __int128 uint128;

#define BASE 38u
#define TAG_DIGITS 6
#define NUMBER_DIGITS 11
#define MARK 'c'

static const char alphabet[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/* 1..37; 0 for a character that no id has. */
static unsigned digit_of(char c)
{
    if (c == '-') {
        return 1;
    }
    if (c >= '0' && c <= '9') {
        return 2 + (unsigned)(c - '0');
    }
    return c >= 'A' && c <= 'Z' ? 12 + (unsigned)(c - 'A') : 0;
}

bool venue_id_parse(const char *text, size_t len, struct venue_id *ret)
{
    if (len == 0 || len >= VENUE_ID_TEXT_MAX) {
        return false;
    }
    uint128 packed = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned digit = digit_of(text[i]);
        if (digit == 0) {
            return false;
        }
        packed = packed * BASE + digit;
    }
    *ret = (struct venue_id){.hi = (uint64_t)(packed >> 64), .lo = (uint64_t)packed};
    return true;
}

size_t venue_id_format(char *text, struct venue_id id)
{
    uint128 packed = (uint128)id.hi << 64 | id.lo;
    char reversed[VENUE_ID_TEXT_MAX];
    size_t len = 0;
    for (; packed != 0; packed /= BASE) {
        const unsigned digit = (unsigned)(packed % BASE);
        CHECK(digit > 0 && len < VENUE_ID_TEXT_MAX - 1);
        reversed[len++] = alphabet[digit - 1];
    }
    for (size_t i = 0; i < len; i++) {
        text[i] = reversed[len - 1 - i];
    }
    text[len] = '\0';
    return len;
}

static void put_base36(char *text, size_t digits, uint64_t value)
{
    for (size_t i = digits; i-- > 0; value /= 36) {
        const unsigned digit = (unsigned)(value % 36);
        text[i] = (char)(digit < 10 ? '0' + digit : 'a' + (digit - 10));
    }
    CHECK(value == 0);
}

static bool get_base36(const char *text, size_t digits, uint64_t *ret)
{
    uint64_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        const char c = text[i];
        const bool number = c >= '0' && c <= '9';
        if (!number && !(c >= 'a' && c <= 'z')) {
            return false;
        }
        value = value * 36 + (uint64_t)(number ? c - '0' : c - 'a' + 10);
    }
    *ret = value;
    return true;
}

void client_id_format(char *text, uint32_t tag, uint64_t number)
{
    text[0] = MARK;
    put_base36(text + 1, TAG_DIGITS, tag);
    put_base36(text + 1 + TAG_DIGITS, NUMBER_DIGITS, number);
    text[CLIENT_ID_LEN] = '\0';
}

bool client_id_parse(const char *text, size_t len, uint32_t *ret_tag, uint64_t *ret_number)
{
    uint64_t tag, number;
    if (len != CLIENT_ID_LEN || text[0] != MARK || !get_base36(text + 1, TAG_DIGITS, &tag) ||
        !get_base36(text + 1 + TAG_DIGITS, NUMBER_DIGITS, &number)) {
        return false;
    }
    *ret_tag = (uint32_t)tag;
    *ret_number = number;
    return true;
}
