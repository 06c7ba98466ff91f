/* SPDX-License-Identifier: MIT */
#include "platform/json/json_writer.h"

#include "test.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"

TEST(a_document_worked_by_hand)
{
    char text[512];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "pair", "BTC/USD");
    json_put_decimal(&writer, "price", 6412345, 2);
    json_put_decimal_string(&writer, "qty", -50000000, 8);
    json_begin_array(&writer, "list");
    json_put_int(&writer, NULL, INT64_MIN);
    json_put_uint(&writer, NULL, UINT64_MAX);
    json_put_bool(&writer, NULL, true);
    json_put_null(&writer, NULL);
    json_begin_object(&writer, NULL);
    json_end_object(&writer);
    json_begin_array(&writer, NULL);
    json_end_array(&writer);
    json_end_array(&writer);
    EXPECT(!json_writer_ok(&writer));
    json_put_time(&writer, "at", 1722515405 * NS_PER_S + 123456789, 6);
    json_put_raw(&writer, "raw", "[1]", 3);
    json_end_object(&writer);
    EXPECT(json_writer_ok(&writer));
    EXPECT_TEXT(text, "{\"pair\":\"BTC/USD\",\"price\":64123.45,\"qty\":\"-0.50000000\","
                      "\"list\":[-9223372036854775808,18446744073709551615,true,null,{},[]],"
                      "\"at\":\"2024-08-01T12:30:05.123456Z\",\"raw\":[1]}");
    EXPECT_INT(writer.len, strlen(text));
}

static const char *string_of(const char *bytes, size_t len)
{
    static char text[256];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_put_text(&writer, NULL, bytes, len);
    EXPECT(json_writer_ok(&writer));
    return text;
}

TEST(strings_are_escaped_and_made_utf8)
{
    EXPECT_TEXT(string_of("", 0), "\"\"");
    EXPECT_TEXT(string_of("a\"b\\c/", 6), "\"a\\\"b\\\\c/\"");
    EXPECT_TEXT(string_of("\b\f\n\r\t\x1f\x7f", 7), "\"\\b\\f\\n\\r\\t\\u001f\x7f\"");
    EXPECT_TEXT(string_of("\0x", 2), "\"\\u0000x\"");
    EXPECT_TEXT(string_of("\xe2\x82\xac\xf0\x9f\x98\x80", 7), "\"\xe2\x82\xac\xf0\x9f\x98\x80\"");
    EXPECT_TEXT(string_of("a\xff\xe2\x82z", 5), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
    EXPECT_TEXT(string_of("\xed\xa0\x80", 3), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static const char *real_text(double value)
{
    static char text[64];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_put_real(&writer, NULL, value);
    EXPECT(json_writer_ok(&writer));
    return text;
}

TEST(a_real_is_the_shortest_text_that_reads_back)
{
    EXPECT_TEXT(real_text(0), "0");
    EXPECT_TEXT(real_text(-0.0), "-0");
    EXPECT_TEXT(real_text(0.1), "0.1");
    EXPECT_TEXT(real_text(-64123.45), "-64123.45");
    EXPECT_TEXT(real_text(0.1 + 0.2), "0.30000000000000004");
    EXPECT_TEXT(real_text(1e-8), "1e-8");
    EXPECT_TEXT(real_text(1.25e22), "1.25e22");
    EXPECT_TEXT(real_text(5e-324), "5e-324");
    EXPECT_TEXT(real_text(1.7976931348623157e308), "1.7976931348623157e308");
    EXPECT_TEXT(real_text(NAN), "null");
    EXPECT_TEXT(real_text(-INFINITY), "null");
}

TEST(every_double_reads_back_as_itself)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = prng_next(&prng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (i % 2)
            value = (double)(int64_t)(bits >> 20) / 1e6;
        if (!isfinite(value))
            continue;
        const char *text = real_text(value);
        struct json json;
        double back = 0;
        json_init(&json, text, strlen(text));
        EXPECT(json_real(&json, &back) && json_done(&json));
        EXPECT(memcmp(&back, &value, sizeof value) == 0);
    }
}

TEST(a_full_buffer_is_never_ok_and_never_overrun)
{
    for (size_t size = 0; size <= 16; size++) {
        char *text = malloc(size ? size : 1);
        struct json_writer writer;
        json_writer_init(&writer, text, size);
        json_begin_object(&writer, NULL);
        json_put_string(&writer, "a", "bcdef"); /* {"a":"bcdef"} is 13 bytes and a terminator */
        json_end_object(&writer);
        EXPECT_INT(json_writer_ok(&writer), size >= 14);
        free(text);
    }
}

TEST(nothing_written_is_not_ok)
{
    char text[8];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    EXPECT(!json_writer_ok(&writer));
}

/*
 * A random document is written twice from one seed: by the writer into text, and by `check` which
 * walks that text and draws the same random numbers to know what must come.
 */
struct dice {
    struct prng prng;
    char bytes[48];
    size_t len;
};

enum { DICE_OBJECT, DICE_ARRAY, DICE_STRING, DICE_INT, DICE_REAL, DICE_BOOL, DICE_NULL };

/* Nonempty, no U+0000, and UTF-8 made of one to four byte characters. */
static void roll_text(struct dice *dice)
{
    static const char *const letters[] = {"a",
                                          "\"",
                                          "\\",
                                          "/",
                                          "\n",
                                          "\x01",
                                          "\x7f",
                                          "\xc3\xa9",
                                          "\xe2\x82\xac",
                                          "\xf0\x9f\x98\x80",
                                          "plain text",
                                          " "};
    dice->len = 0;
    dice->bytes[0] = '\0';
    size_t count = prng_below(&dice->prng, 5);
    for (size_t i = 0; i < count; i++) {
        const char *letter = letters[prng_below(&dice->prng, 12)];
        memcpy(dice->bytes + dice->len, letter, strlen(letter) + 1);
        dice->len += strlen(letter);
    }
}

static int roll_kind(struct dice *dice, int depth)
{
    return (int)(depth < 6 ? prng_below(&dice->prng, 7) : 2 + prng_below(&dice->prng, 5));
}

static double roll_real(struct dice *dice)
{
    return prng_normal(&dice->prng) * pow(10, (double)prng_below(&dice->prng, 40) - 20);
}

static void compose(struct dice *dice, struct json_writer *writer, const char *key, int depth)
{
    int kind = depth == 0 ? DICE_OBJECT : roll_kind(dice, depth);
    uint64_t count = kind <= DICE_ARRAY ? prng_below(&dice->prng, 6) : 0;
    char name[16];
    switch (kind) {
    case DICE_OBJECT:
        json_begin_object(writer, key);
        for (uint64_t i = 0; i < count; i++) {
            snprintf(name, sizeof name, "k%d", (int)i);
            compose(dice, writer, name, depth + 1);
        }
        json_end_object(writer);
        break;
    case DICE_ARRAY:
        json_begin_array(writer, key);
        for (uint64_t i = 0; i < count; i++)
            compose(dice, writer, NULL, depth + 1);
        json_end_array(writer);
        break;
    case DICE_STRING:
        roll_text(dice);
        json_put_string(writer, key, dice->bytes);
        break;
    case DICE_INT:
        json_put_int(writer, key, (int64_t)prng_next(&dice->prng));
        break;
    case DICE_REAL:
        json_put_real(writer, key, roll_real(dice));
        break;
    case DICE_BOOL:
        json_put_bool(writer, key, prng_below(&dice->prng, 2));
        break;
    default:
        json_put_null(writer, key);
    }
}

static void check(struct dice *dice, struct json *json, int depth);

static void check_container(struct dice *dice, struct json *json, int kind, int depth)
{
    uint64_t count = prng_below(&dice->prng, 6);
    struct json_text key;
    EXPECT(kind == DICE_OBJECT ? json_object(json) : json_array(json));
    for (uint64_t i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "k%d", (int)i);
        EXPECT(kind == DICE_OBJECT ? json_key(json, &key) && json_is(key, name)
                                   : json_element(json));
        check(dice, json, depth + 1);
    }
    EXPECT(kind == DICE_OBJECT ? !json_key(json, &key) : !json_element(json));
}

static void check(struct dice *dice, struct json *json, int depth)
{
    int kind = depth == 0 ? DICE_OBJECT : roll_kind(dice, depth);
    char text[64];
    int64_t number = 0;
    double real = 0;
    bool truth = false;
    switch (kind) {
    case DICE_OBJECT:
    case DICE_ARRAY:
        check_container(dice, json, kind, depth);
        break;
    case DICE_STRING:
        roll_text(dice);
        EXPECT(json_string_copy(json, text, sizeof text));
        EXPECT_TEXT(text, dice->bytes);
        break;
    case DICE_INT:
        EXPECT(json_int(json, &number));
        EXPECT_INT(number, (int64_t)prng_next(&dice->prng));
        break;
    case DICE_REAL:
        EXPECT(json_real(json, &real));
        EXPECT(real == roll_real(dice));
        break;
    case DICE_BOOL:
        EXPECT(json_bool(json, &truth));
        EXPECT_INT(truth, prng_below(&dice->prng, 2));
        break;
    default:
        EXPECT(json_null(json));
    }
}

TEST(random_documents_read_back_equal)
{
    static char text[1 << 18];
    uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 3000; i++) {
        struct dice dice;
        struct json_writer writer;
        struct json json;
        prng_init(&dice.prng, seed + i);
        json_writer_init(&writer, text, sizeof text);
        compose(&dice, &writer, NULL, 0);
        EXPECT(json_writer_ok(&writer));
        prng_init(&dice.prng, seed + i);
        json_init(&json, text, writer.len);
        check(&dice, &json, 0);
        EXPECT(json_done(&json));
    }
}
