/* SPDX-License-Identifier: MIT */
#include "store/npy.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"

static const char magic[6] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

static const char descr[] = "[('time', '<i8'), ('open', '<f8'), ('high', '<f8'), ('low', '<f8'), "
                            "('close', '<f8'), ('volume', '<f8')]";

/* A header longer than this is not one of a candle table. */
#define HEADER_TEXT_MAX 65536

void npy_write_header(char out[NPY_HEADER_SIZE], uint64_t rows)
{
    const size_t text_len = NPY_HEADER_SIZE - 10;
    memset(out, ' ', NPY_HEADER_SIZE);
    memcpy(out, magic, sizeof magic);
    out[6] = 1;
    out[7] = 0;
    out[8] = (char)(text_len & 0xff);
    out[9] = (char)(text_len >> 8);
    int len =
        snprintf(out + 10, text_len,
                 "{'descr': %s, 'fortran_order': False, 'shape': (%" PRIu64 ",), }", descr, rows);
    CHECK(len > 0 && (size_t)len < text_len);
    out[10 + len] = ' ';
    out[NPY_HEADER_SIZE - 1] = '\n';
}

/* A walk over the Python literal; every step passes over blanks first. */
struct walk {
    const char *at;
    const char *end;
};

static void skip_blank(struct walk *walk)
{
    while (walk->at < walk->end && (*walk->at == ' ' || *walk->at == '\n' || *walk->at == '\t'))
        walk->at++;
}

static bool take(struct walk *walk, char wanted)
{
    skip_blank(walk);
    if (walk->at == walk->end || *walk->at != wanted)
        return false;
    walk->at++;
    return true;
}

static bool take_word(struct walk *walk, const char *word)
{
    skip_blank(walk);
    size_t len = strlen(word);
    if ((size_t)(walk->end - walk->at) < len || memcmp(walk->at, word, len) != 0)
        return false;
    walk->at += len;
    return true;
}

/* The type text, blanks aside. */
static bool take_descr(struct walk *walk)
{
    for (const char *wanted = descr; *wanted; wanted++) {
        if (*wanted != ' ' && !take(walk, *wanted))
            return false;
    }
    return true;
}

static bool take_shape(struct walk *walk, uint64_t *ret_rows)
{
    if (!take(walk, '('))
        return false;
    skip_blank(walk);
    uint64_t rows = 0;
    const char *start = walk->at;
    while (walk->at < walk->end && *walk->at >= '0' && *walk->at <= '9') {
        if (rows > INT64_MAX / 100)
            return false;
        rows = rows * 10 + (uint64_t)(*walk->at++ - '0');
    }
    if (walk->at == start || !take(walk, ',') || !take(walk, ')'))
        return false;
    *ret_rows = rows;
    return true;
}

enum { SEEN_DESCR = 1, SEEN_ORDER = 2, SEEN_SHAPE = 4, SEEN_ALL = 7 };

static const char *read_member(struct walk *walk, unsigned *seen, uint64_t *ret_rows)
{
    if (take_word(walk, "'descr'")) {
        *seen |= SEEN_DESCR;
        return take(walk, ':') && take_descr(walk)
                   ? NULL
                   : "its rows are not (time i8, open high low close volume f8)";
    }
    if (take_word(walk, "'fortran_order'")) {
        *seen |= SEEN_ORDER;
        return take(walk, ':') && take_word(walk, "False") ? NULL : "it is in Fortran order";
    }
    if (take_word(walk, "'shape'")) {
        *seen |= SEEN_SHAPE;
        return take(walk, ':') && take_shape(walk, ret_rows)
                   ? NULL
                   : "its shape is not one column of rows";
    }
    return "its header has a member that is none of descr, fortran_order, shape";
}

static const char *read_literal(struct walk *walk, uint64_t *ret_rows)
{
    unsigned seen = 0;
    if (!take(walk, '{'))
        return "its header is not a Python dictionary";
    while (!take(walk, '}')) {
        const char *wrong = read_member(walk, &seen, ret_rows);
        if (wrong)
            return wrong;
        if (!take(walk, ',')) {
            if (!take(walk, '}'))
                return "its header is not a Python dictionary";
            break;
        }
    }
    return seen == SEEN_ALL ? NULL : "its header lacks descr, fortran_order or shape";
}

const char *npy_read_header(const void *bytes, size_t len, uint64_t *ret_rows, size_t *ret_offset)
{
    const unsigned char *head = bytes;
    if (len < 12 || memcmp(head, magic, sizeof magic) != 0)
        return "it is not a NumPy .npy file";
    size_t text_at = head[6] == 1 ? 10 : 12;
    size_t text_len = (size_t)head[8] | (size_t)head[9] << 8;
    if (head[6] == 2 || head[6] == 3)
        text_len |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
    else if (head[6] != 1)
        return "its NumPy format is newer than 3";
    if (text_len > HEADER_TEXT_MAX || text_at + text_len > len)
        return "its header is cut short";
    if ((text_at + text_len) % 8 != 0)
        return "its rows do not begin at a multiple of 8 bytes";

    struct walk walk = {(const char *)head + text_at, (const char *)head + text_at + text_len};
    uint64_t rows = 0;
    const char *wrong = read_literal(&walk, &rows);
    if (wrong)
        return wrong;
    *ret_rows = rows;
    *ret_offset = text_at + text_len;
    return NULL;
}
