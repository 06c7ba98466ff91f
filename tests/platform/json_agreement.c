/* SPDX-License-Identifier: MIT */
/*
 * Our scanner against yajl: documents damaged at random are accepted by both or refused by both.
 * yajl is laxer in these points, which are told apart by `lax`, and stricter in none:
 *
 *   - bytes that look like UTF-8 but are overlong, surrogates or above U+10FFFF
 *   - half a surrogate pair as an escape (it becomes '?')
 *   - form feed and vertical tab as white space
 *   - nesting without a bound
 *   - a token cut short after the value, as in `1 "abc`
 *
 * (Comments, whole tokens after the value and several values are options that stay off.)
 */
#include "platform/json/json.h"

#include "test.h"

#include <yajl/yajl_parse.h>

#include "core/base/prng.h"
#include "platform/json/utf8.h"

static bool ours(const char *text, size_t len, char *error, size_t size)
{
    char *copy = malloc(len ? len : 1); /* exact, so that a read beyond its end is seen */
    memcpy(copy, text, len);
    struct json json;
    json_init(&json, copy, len);
    json_skip(&json);
    bool ok = json_done(&json);
    json_explain(&json, error, size);
    free(copy);
    return ok;
}

static bool theirs(const char *text, size_t len)
{
    yajl_handle handle = yajl_alloc(NULL, NULL, NULL);
    bool ok = yajl_parse(handle, (const unsigned char *)text, len) == yajl_status_ok &&
              yajl_complete_parse(handle) == yajl_status_ok;
    yajl_free(handle);
    return ok;
}

/* Our error is one that yajl is known not to make. */
static bool lax(const char *text, size_t len, const char *error)
{
    if (strstr(error, "not UTF-8") || strstr(error, "surrogate") || strstr(error, "too deeply"))
        return true;
    if (strstr(error, "more text after")) {
        size_t at = strtoul(error + strlen("at byte "), NULL, 10);
        char rest[128];
        ours(text + at, len - at, rest, sizeof rest);
        if (strstr(rest, "ends early"))
            return true;
    }
    return memchr(text, '\f', len) || memchr(text, '\v', len);
}

static void agree(const char *text, size_t len)
{
    char error[128];
    bool mine = ours(text, len, error, sizeof error);
    bool yajl = theirs(text, len);
    if (mine == yajl || (yajl && lax(text, len, error)))
        return;
    print_error("cuttle says %s (%s), yajl %s: %.*s\n", mine ? "yes" : "no", error,
                yajl ? "yes" : "no", (int)len, text);
    EXPECT(mine == yajl);
}

static const char *const documents[] = {
    "{\"channel\":\"ticker\",\"data\":[{\"symbol\":\"ALGO/USD\",\"bid\":0.10025,\"qty\":740.0}]}",
    "[1,-2.5,3e7,4E-2,0,-0.0,true,false,null,\"\",[],{}, [ [ ] ] ]",
    ("{\"a\\u00e9\\ud83d\\ude00\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\\"\\\\\\/"
     "\\b\\f\\n\\r\\t\"}"),
    " { \"deep\" : { \"er\" : [ { \"x\" : [ 1 , 2 , { } ] } ] } }\r\n\t",
    "\"text\"",
    "-12.5e+3",
};

TEST(whole_documents_are_taken_by_both)
{
    char error[64];
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        EXPECT(ours(documents[i], strlen(documents[i]), error, sizeof error));
        EXPECT(theirs(documents[i], strlen(documents[i])));
    }
}

TEST(every_truncation_is_judged_alike)
{
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        for (size_t len = 0; len <= strlen(documents[i]); len++)
            agree(documents[i], len);
}

TEST(every_single_byte_put_anywhere_is_judged_alike)
{
    char text[256];
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        for (size_t at = 0; at < strlen(documents[i]); at++)
            for (int byte = 0; byte < 256; byte++) {
                size_t len = strlen(documents[i]);
                memcpy(text, documents[i], len);
                text[at] = (char)byte;
                agree(text, len);
            }
}

TEST(random_damage_is_judged_alike)
{
    static const char tokens[] = "{}[]\",:0123456789.eE+-\\utrfalsn \n\x01\xc3\xa9";
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 200000; round++) {
        char text[256];
        const char *from = documents[prng_below(&prng, sizeof documents / sizeof documents[0])];
        size_t len = strlen(from);
        memcpy(text, from, len);
        for (uint64_t hits = 1 + prng_below(&prng, 4); hits > 0 && len > 0; hits--) {
            size_t at = prng_below(&prng, len);
            char byte = tokens[prng_below(&prng, sizeof tokens - 1)];
            switch (prng_below(&prng, 3)) {
            case 0: /* one byte becomes another */
                text[at] = byte;
                break;
            case 1: /* one byte is lost */
                memmove(text + at, text + at + 1, --len - at);
                break;
            default: /* one byte too many */
                memmove(text + at + 1, text + at, len++ - at);
                text[at] = byte;
            }
        }
        agree(text, len);
    }
}
