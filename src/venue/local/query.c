/* SPDX-License-Identifier: MIT */
#include "venue/local/query.h"

#include <string.h>

#include "core/base/decimal.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool decode(const char *text, size_t len, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%' && i + 2 < len && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            c = (char)(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        }
        if (used + 1 >= size)
            return false;
        out[used++] = c;
    }
    out[used] = '\0';
    return true;
}

bool query_find(const char *query, const char *name, char *value, size_t size)
{
    size_t name_len = strlen(name);
    value[0] = '\0';
    while (*query) {
        size_t len = strcspn(query, "&");
        if (len > name_len && query[name_len] == '=' && memcmp(query, name, name_len) == 0) {
            bool fits = decode(query + name_len + 1, len - name_len - 1, value, size);
            if (!fits)
                value[0] = '\0';
            return fits;
        }
        query += len;
        query += *query == '&';
    }
    return false;
}

enum query_number query_int(const char *query, const char *name, int64_t *ret)
{
    char text[32];
    if (!query_find(query, name, text, sizeof text) || text[0] == '\0')
        return QUERY_ABSENT;
    return decimal_parse(text, strlen(text), 0, ret) ? QUERY_NUMBER : QUERY_MALFORMED;
}
