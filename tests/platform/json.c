/* SPDX-License-Identifier: MIT */
#include "platform/json/json.h"

#include "test.h"

#include "core/base/decimal.h"
#include "core/base/prng.h"

/* The two messages of the feed that come most often, with lengths as on the wire. */
static const char ticker_text[] =
    "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"ALGO/"
    "USD\",\"bid\":0.10025,"
    "\"bid_qty\":740.0,\"ask\":0.10036,\"ask_qty\":1361.44813783,\"last\":0.10035,"
    "\"volume\":997038.98383185,\"vwap\":0.10148,\"low\":0.09979,\"high\":0.10285,"
    "\"change\":-0.00017,\"change_pct\":-0.17}]}";
static const char book_text[] =
    "{\"channel\":\"book\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"MATIC/USD\","
    "\"bids\":[{\"price\":0.5666,\"qty\":4831.75496356},{\"price\":0.5665,\"qty\":6658.22734739}],"
    "\"asks\":[{\"price\":0.5668,\"qty\":4410.79769741},{\"price\":0.5669,\"qty\":4655.40412487}],"
    "\"checksum\":2439117997,\"timestamp\":\"2023-10-06T17:35:55.440295Z\"}]}";

/* The error of walking over a text, "" when there is none. */
static const char *fault_of(const char *text, size_t len)
{
    static char error[128];
    /* An exact copy on the heap, so that the sanitizer sees a read beyond the end. */
    char *copy = malloc(len ? len : 1);
    memcpy(copy, text, len);
    struct json json;
    json_init(&json, copy, len);
    json_skip(&json);
    if (json_done(&json))
        error[0] = '\0';
    else
        json_explain(&json, error, sizeof error);
    free(copy);
    return error;
}

static const char *fault(const char *text)
{
    return fault_of(text, strlen(text));
}

static void one_ticker(struct json *json, double *ret_bid, struct json_text *ret_volume)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "bid"))
            json_real(json, ret_bid);
        else if (json_is(key, "volume"))
            json_number(json, ret_volume);
        else
            json_skip(json);
    }
}

TEST(a_ticker_is_walked_and_its_numbers_keep_their_digits)
{
    struct json json;
    struct json_text key, volume = {0};
    double bid = 0;
    json_init(&json, ticker_text, strlen(ticker_text));
    json_object(&json);
    while (json_key(&json, &key)) {
        if (!json_is(key, "data")) {
            json_skip(&json);
            continue;
        }
        json_array(&json);
        while (json_element(&json))
            one_ticker(&json, &bid, &volume);
    }
    EXPECT(json_done(&json));
    EXPECT(json_is(volume, "997038.98383185"));
    EXPECT(bid == 0.10025);
}

TEST(every_kind_is_seen_before_it_is_read)
{
    const char *text = " [ {} , [ ] , \"s\" , -1 , true , null ] ";
    const enum json_kind want[] = {JSON_OBJECT, JSON_ARRAY, JSON_STRING,
                                   JSON_NUMBER, JSON_BOOL,  JSON_NULL};
    struct json json;
    json_init(&json, text, strlen(text));
    EXPECT_INT(json_peek(&json), JSON_ARRAY);
    json_array(&json);
    for (int i = 0; i < 6; i++) {
        EXPECT(json_element(&json));
        EXPECT_INT(json_peek(&json), want[i]);
        EXPECT(json_skip(&json));
    }
    EXPECT(!json_element(&json));
    EXPECT_INT(json_peek(&json), JSON_NONE);
    EXPECT(json_done(&json));
}

static const struct {
    const char *text;
    const char *error;
} wrong_texts[] = {
    {"", "at byte 0: the text ends early"},
    {"   ", "at byte 3: the text ends early"},
    {"01", "at byte 1: a number does not begin with a zero that says nothing"},
    {"-01", "at byte 2: a number does not begin with a zero that says nothing"},
    {"1.", "at byte 2: the text ends early"},
    {"[1.]", "at byte 3: expected a digit"},
    {".5", "at byte 0: expected a value"},
    {"+1", "at byte 0: expected a value"},
    {"[1e]", "at byte 3: expected a digit"},
    {"[1e+]", "at byte 4: expected a digit"},
    {"[1.5.5]", "at byte 4: expected ',' or ']'"},
    {"-", "at byte 1: the text ends early"},
    {"[-]", "at byte 2: expected a digit"},
    {"[--1]", "at byte 2: expected a digit"},
    {"0x10", "at byte 1: more text after the value"},
    {"NaN", "at byte 0: expected a value"},
    {"Infinity", "at byte 0: expected a value"},
    {"[1 2]", "at byte 3: expected ',' or ']'"},
    {"[1,]", "at byte 3: expected a value"},
    {"[,1]", "at byte 1: expected a value"},
    {"[1,,2]", "at byte 3: expected a value"},
    {"[1}", "at byte 2: expected ',' or ']'"},
    {"[", "at byte 1: the text ends early"},
    {"]", "at byte 0: expected a value"},
    {"{\"a\":1,}", "at byte 7: expected a key"},
    {"{,}", "at byte 1: expected a key"},
    {"{\"a\" 1}", "at byte 5: expected ':'"},
    {"{\"a\":}", "at byte 5: expected a value"},
    {"{\"a\":1 \"b\":2}", "at byte 7: expected ',' or '}'"},
    {"{a:1}", "at byte 1: expected a key"},
    {"{1:1}", "at byte 1: expected a key"},
    {"{\"a\":1]", "at byte 6: expected ',' or '}'"},
    {"'a'", "at byte 0: expected a value"},
    {"tru", "at byte 3: the text ends early"},
    {"trux", "at byte 0: expected true or false"},
    {"truee", "at byte 4: more text after the value"},
    {"True", "at byte 0: expected a value"},
    {"nul]", "at byte 0: expected null"},
    {"1 2", "at byte 2: more text after the value"},
    {"{} x", "at byte 3: more text after the value"},
    {"// x\n1", "at byte 0: expected a value"},
    {"\f1", "at byte 0: expected a value"},
    {"\xef\xbb\xbf{}", "at byte 0: expected a value"},
    {"\"a", "at byte 2: the text ends early"},
    {"\"a\\", "at byte 3: the text ends early"},
    {"\"a\\\"", "at byte 4: the text ends early"},
    {"\"a\tb\"", "at byte 2: a control character in a string"},
    {"\"12345678\nb\"", "at byte 9: a control character in a string"},
    {"\"\\x41\"", "at byte 1: no such escape"},
    {"\"\\u12g4\"", "at byte 3: expected four hexadecimal digits"},
    {"\"\\u12", "at byte 3: the text ends early"},
    {"\"\\ud800\"", "at byte 3: half of a surrogate pair stands alone"},
    {"\"\\ud800\\n12345\"", "at byte 3: half of a surrogate pair stands alone"},
    {"\"\\ud800\\ud800\"", "at byte 3: half of a surrogate pair stands alone"},
    {"\"\\udc00\"", "at byte 3: half of a surrogate pair stands alone"},
    {"\"\xff\"", "at byte 1: a string that is not UTF-8"},
    {"\"\x80\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xc0\x80\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xc1\xbf\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xe0\x80\x80\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xe0\x9f\xbf\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xed\xa0\x80\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xf0\x8f\xbf\xbf\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xf4\x90\x80\x80\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xf5\x80\x80\x80\"", "at byte 1: a string that is not UTF-8"},
    {"\"\xe2\x82\"", "at byte 1: a string that is not UTF-8"},
};

TEST(what_is_wrong_is_refused_where_it_is_wrong)
{
    for (size_t i = 0; i < sizeof wrong_texts / sizeof wrong_texts[0]; i++)
        EXPECT_TEXT(fault(wrong_texts[i].text), wrong_texts[i].error);
    EXPECT_TEXT(fault_of("\"a\0b\"", 5), "at byte 2: a control character in a string");
    EXPECT_TEXT(fault_of("1\0", 2), "at byte 1: more text after the value");
}

TEST(what_is_right_is_taken)
{
    static const char *const table[] = {
        "0",
        "-0",
        "0.0",
        "-0.5e-7",
        "1E+30",
        "1e999999",
        "\"\"",
        "[]",
        "{}",
        " [ ] ",
        "\r\n\t{ }\n",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\ude00\"",
        "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
        "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\x7f\"",
        "{\"\":{\"\":[[]]}}",
        "{\"a\":1,\"a\":2}",
        "123456789012345678901234567890.5",
        ticker_text,
        book_text,
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        EXPECT_TEXT(fault(table[i]), "");
}

TEST(nesting_is_bounded)
{
    char text[2 * JSON_DEPTH_MAX + 2];
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    EXPECT_TEXT(fault_of(text, 2 * JSON_DEPTH_MAX), "");
    memset(text, '[', JSON_DEPTH_MAX + 1);
    memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    EXPECT_TEXT(fault_of(text, 2 * JSON_DEPTH_MAX + 2), "at byte 32: nested too deeply");

    size_t len = 1 << 20;
    char *flood = malloc(len);
    memset(flood, '[', len);
    EXPECT_TEXT(fault_of(flood, len), "at byte 32: nested too deeply");
    free(flood);
}

TEST(a_message_cut_anywhere_is_an_error)
{
    const char *const texts[] = {ticker_text, book_text,
                                 "[\"\\ud83d\\ude00\xe2\x82\xac\",-1.5e+7]"};
    for (size_t i = 0; i < 3; i++)
        for (size_t len = 0; len < strlen(texts[i]); len++)
            EXPECT(fault_of(texts[i], len)[0] != '\0');
}

TEST(an_error_sticks_and_nothing_moves)
{
    struct json json;
    struct json_text text = {"kept", 4};
    int64_t number = 7;
    json_init(&json, "[\"a\",1]", 7);
    json_array(&json);
    json_element(&json);
    EXPECT(!json_int(&json, &number));
    const char *at = json.at;
    EXPECT(!json_element(&json) && !json_key(&json, &text) && !json_string(&json, &text));
    EXPECT(!json_skip(&json) && !json_object(&json) && !json_array(&json) && !json_null(&json));
    EXPECT_INT(json_peek(&json), JSON_NONE);
    EXPECT(!json_done(&json));
    EXPECT(json.at == at && number == 7 && json_is(text, "kept"));
    char error[64];
    EXPECT_INT(json_explain(&json, error, sizeof error), strlen("at byte 1: expected a number"));
    EXPECT_TEXT(error, "at byte 1: expected a number");
    json_refuse(&json, "something else");
    EXPECT_TEXT(json.error, "expected a number");
}

TEST(a_value_unread_or_read_twice_is_an_error)
{
    struct json json;
    struct json_text key;
    int64_t number;
    json_init(&json, "{\"a\":1,\"b\":2}", 13);
    json_object(&json);
    EXPECT(json_key(&json, &key));
    EXPECT(!json_key(&json, &key));
    EXPECT_TEXT(json.error, "a value was neither read nor skipped");

    json_init(&json, "[1 2]", 5);
    json_array(&json);
    json_element(&json);
    EXPECT(json_int(&json, &number));
    EXPECT(!json_int(&json, &number));
    EXPECT_TEXT(json.error, "no value is due here");

    json_init(&json, "[1]", 3);
    json_array(&json);
    EXPECT(!json_done(&json));
    EXPECT_TEXT(json.error, "not read to its end");
}

TEST(the_caller_may_refuse_what_it_read)
{
    struct json json;
    double price;
    json_init(&json, "[-5]", 4);
    json_array(&json);
    json_element(&json);
    json_real(&json, &price);
    json_refuse(&json, "a price below zero");
    char error[64];
    json_explain(&json, error, sizeof error);
    EXPECT_TEXT(error, "at byte 3: a price below zero");
    EXPECT(!json_element(&json) && !json_done(&json));
}

TEST(integers_are_whole_and_of_64_bits)
{
    static const struct {
        const char *text;
        bool is_int, is_uint;
        int64_t value;
    } table[] = {
        {"0", true, true, 0},
        {"-0", true, false, 0},
        {"42", true, true, 42},
        {"-42", true, false, -42},
        {"9223372036854775807", true, true, INT64_MAX},
        {"9223372036854775808", false, true, INT64_MIN},
        {"-9223372036854775808", true, false, INT64_MIN},
        {"-9223372036854775809", false, false, 0},
        {"18446744073709551615", false, true, -1},
        {"18446744073709551616", false, false, 0},
        {"1.0", false, false, 0},
        {"1e2", false, false, 0},
        {"\"1\"", false, false, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct json json;
        int64_t value = 99;
        uint64_t unsigned_value = 99;
        json_init(&json, table[i].text, strlen(table[i].text));
        EXPECT_INT(json_int(&json, &value), table[i].is_int);
        EXPECT_INT(value, table[i].is_int ? table[i].value : 99);
        EXPECT(table[i].is_int || json.at == table[i].text);
        json_init(&json, table[i].text, strlen(table[i].text));
        EXPECT_INT(json_uint(&json, &unsigned_value), table[i].is_uint);
        EXPECT_INT(unsigned_value, table[i].is_uint ? table[i].value : 99);
    }
}

static double real_of(const char *text)
{
    struct json json;
    double value = NAN;
    json_init(&json, text, strlen(text));
    json_real(&json, &value);
    return value;
}

TEST(a_real_is_the_double_that_strtod_gives)
{
    static const char *const table[] = {
        "0",
        "1",
        "-1",
        "0.1",
        "123456.789",
        "9007199254740993",
        "9007199254740992",
        "5e-324",
        "1e-400",
        "1.7976931348623157e308",
        "0.00000000000000001",
        "179769313486231580793.5",
        "2.2250738585072011e-308",
        "997038.98383185",
        "1361.44813783",
        "999999999999999999",
        "0.30000000000000004",
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        EXPECT(real_of(table[i]) == strtod(table[i], NULL));
    EXPECT(signbit(real_of("-0")) && signbit(real_of("-0.0")));
    EXPECT(isnan(real_of("1e309")));

    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 200000; i++) {
        char text[32];
        decimal_format(text, (int64_t)prng_next(&prng) >> prng_below(&prng, 63),
                       (uint32_t)prng_below(&prng, 19));
        EXPECT(real_of(text) == strtod(text, NULL));
    }
}

TEST(a_real_of_a_thousand_digits_is_refused_and_one_of_seven_hundred_is_exact)
{
    char text[1002] = "0.";
    memset(text + 2, '3', 1000);
    struct json json;
    double value = 7;
    json_init(&json, text, 1002);
    EXPECT(!json_real(&json, &value));
    EXPECT(value == 7);
    text[700] = '\0';
    EXPECT(real_of(text) == strtod(text, NULL));
}

TEST(an_amount_may_stand_in_quotes)
{
    const char *text =
        "[1.50,\"-2.5e3\",\"\",\"1 \",\" 1\",\"1,\",\"abc\",\"01\",\"1\\u0030\",null]";
    struct json_text amount;
    for (int element = 0; element < 10; element++) {
        struct json json;
        json_init(&json, text, strlen(text));
        json_array(&json);
        json_element(&json);
        for (int i = 0; i < element; i++) {
            json_skip(&json);
            json_element(&json);
        }
        EXPECT_INT(json_amount(&json, &amount), element < 2);
        if (element < 2)
            EXPECT(json_is(amount, element == 0 ? "1.50" : "-2.5e3"));
    }
}

TEST(a_copied_string_is_decoded_and_terminated)
{
    const char *text = "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20AC\\uD83D\\uDE00\xc3\xa9\"";
    const char *want = "a\"\\/\b\f\n\r\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xc3\xa9";
    size_t size = strlen(want) + 1;
    char out[64];
    struct json json;
    json_init(&json, text, strlen(text));
    EXPECT(json_string_copy(&json, out, size));
    EXPECT_TEXT(out, want);
    EXPECT(json_done(&json));

    json_init(&json, text, strlen(text));
    EXPECT(!json_string_copy(&json, out, size - 1));
    EXPECT_TEXT(out, "");
    EXPECT_TEXT(json.error, "a string too long for its place");
    json_init(&json, "\"a\\u0000b\"", 10);
    EXPECT(!json_string_copy(&json, out, sizeof out));
    EXPECT_TEXT(json.error, "a string with U+0000 in it");
    json_init(&json, "\"\"", 2);
    EXPECT(json_string_copy(&json, out, 1));
    EXPECT_TEXT(out, "");
}

TEST(a_key_is_raw_so_an_escaped_one_does_not_match)
{
    struct json json;
    struct json_text key;
    json_init(&json, "{\"\\u0061\":1}", 12);
    json_object(&json);
    EXPECT(json_key(&json, &key));
    EXPECT(!json_is(key, "a") && json_is(key, "\\u0061"));
    EXPECT(json_skip(&json) && !json_key(&json, &key) && json_done(&json));
}

TEST(a_member_is_found_by_its_path_as_it_stands_there)
{
    static const char text[] =
        "{\"a\": {\"b\": [1, {\"c\": 2}] ,\"b c\":3}, \"d\":\"x\\n\",\"d\": 4.50 }";
    const struct json_text object = {text, strlen(text)};
    EXPECT(json_is(json_find(object, "a b"), "[1, {\"c\": 2}]"));
    EXPECT(json_is(json_find(object, "d"), "4.50")); /* the last of its name */
    EXPECT(json_is(json_find(object, ""), text));
    EXPECT(json_find(object, "e").at == NULL);
    EXPECT(json_find(object, "a x").at == NULL);
    EXPECT(json_find(object, "a b c").at == NULL); /* no object, and no key with a space */
    EXPECT(json_find(object, "d a").at == NULL);
    EXPECT(json_find((struct json_text){"{\"a\":1", 6}, "b").at == NULL);
    EXPECT(json_find((struct json_text){NULL, 0}, "a").at == NULL);
}
