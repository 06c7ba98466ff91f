/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/timestamp.h"
#include "venue/local/private/fields.h"

static struct fields fields;

static struct fields_view form(const char *body)
{
    fields_read_form(&fields, body, strlen(body));
    return fields_whole(&fields);
}

static struct fields_view json(const char *body)
{
    fields_read_json(&fields, body, strlen(body));
    return fields_whole(&fields);
}

TEST(a_form_is_names_and_decoded_values)
{
    struct fields_view view = form("nonce=1616492376594&pair=XBT%2FUSD&note=a+b&empty=&flag");
    EXPECT(fields.error == NULL);
    EXPECT_TEXT(fields_text(&view, "nonce"), "1616492376594");
    EXPECT_TEXT(fields_text(&view, "pair"), "XBT/USD");
    EXPECT_TEXT(fields_text(&view, "note"), "a b");
    EXPECT(fields_find(&view, "empty") == NULL);
    EXPECT(fields_find(&view, "flag") == NULL);
    EXPECT_TEXT(fields_text(&view, "absent"), "");
}

TEST(brackets_may_be_raw_or_encoded_and_json_may_nest_instead)
{
    static const char *const bodies[] = {
        "close[ordertype]=limit&close[price]=%2B5%25",
        "close%5Bordertype%5D=limit&close%5bprice%5d=%2B5%25",
    };
    for (size_t i = 0; i < 2; i++) {
        struct fields_view view = form(bodies[i]);
        EXPECT_TEXT(fields_text(&view, "close[ordertype]"), "limit");
        EXPECT_TEXT(fields_text(&view, "close[price]"), "+5%");
        EXPECT(fields_has(&view, "close"));
    }
    struct fields_view view = json("{\"close\":{\"ordertype\":\"limit\",\"price\":\"+5%\"}}");
    EXPECT_TEXT(fields_text(&view, "close[ordertype]"), "limit");
    EXPECT_TEXT(fields_text(&view, "close[price]"), "+5%");
    EXPECT(fields_has(&view, "close") && !fields_has(&view, "clos"));
}

TEST(an_unencoded_plus_is_a_blank_as_forms_have_it)
{
    struct fields_view view = form("price=+5%");
    EXPECT_TEXT(fields_text(&view, "price"), " 5%");
}

TEST(numbers_keep_their_text_whether_quoted_or_not)
{
    struct fields_view view = json("{\"a\":0.10000000,\"b\":\"0.10000000\",\"c\":1e-7}");
    int64_t value = 0;
    EXPECT_TEXT(fields_text(&view, "a"), "0.10000000");
    EXPECT_TEXT(fields_text(&view, "b"), "0.10000000");
    EXPECT(fields_find(&view, "a")->kind == FIELD_NUMBER);
    EXPECT(fields_find(&view, "b")->kind == FIELD_TEXT);
    EXPECT(fields_decimal(&view, "c", 8, &value) == FIELD_FINE && value == 10);
    EXPECT(fields_decimal(&view, "c", 6, &value) == FIELD_MALFORMED && value == 10);
}

TEST(a_batch_is_read_row_by_row)
{
    struct fields_view whole = json("{\"orders\":[{\"price\":\"1\",\"close\":{\"price\":\"2\"}},"
                                    "{\"price\":3,\"validate\":true}],\"pair\":\"XBTUSD\"}");
    EXPECT_INT(fields_count(&whole, "orders"), 2);
    struct fields_view first = fields_member(&whole, "orders", 0);
    struct fields_view second = fields_member(&whole, "orders", 1);
    bool validate = false;
    EXPECT_TEXT(fields_text(&first, "price"), "1");
    EXPECT_TEXT(fields_text(&first, "close[price]"), "2");
    EXPECT_TEXT(fields_text(&second, "price"), "3");
    EXPECT(fields_bool(&second, "validate", &validate) == FIELD_FINE && validate);
    EXPECT(fields_find(&first, "pair") == NULL);
}

TEST(a_list_of_one_may_be_written_as_the_one)
{
    struct fields_view view = json("{\"ids\":[\"a\",\"b\"],\"one\":\"c\",\"none\":[]}");
    EXPECT_INT(fields_count(&view, "ids"), 2);
    EXPECT_TEXT(fields_element(&view, "ids", 1), "b");
    EXPECT(fields_element(&view, "ids", 2) == NULL);
    EXPECT_INT(fields_count(&view, "one"), 1);
    EXPECT_TEXT(fields_element(&view, "one", 0), "c");
    EXPECT_INT(fields_count(&view, "none"), 0);
    EXPECT(fields_element(&view, "none", 0) == NULL);
}

TEST(null_and_the_empty_text_are_absent)
{
    struct fields_view view = json("{\"a\":null,\"b\":\"\",\"c\":false}");
    bool truth = true;
    EXPECT(fields_find(&view, "a") == NULL && !fields_has(&view, "a"));
    EXPECT(fields_find(&view, "b") == NULL);
    EXPECT(fields_bool(&view, "c", &truth) == FIELD_FINE && !truth);
    EXPECT(fields_bool(&view, "a", &truth) == FIELD_ABSENT);
}

TEST(booleans_and_whole_numbers_are_told_from_nonsense)
{
    struct fields_view view = form("a=true&b=0&c=yes&d=12&e=1.5&f=-7");
    bool truth = false;
    int64_t value = 0;
    EXPECT(fields_bool(&view, "a", &truth) == FIELD_FINE && truth);
    EXPECT(fields_bool(&view, "b", &truth) == FIELD_FINE && !truth);
    EXPECT(fields_bool(&view, "c", &truth) == FIELD_MALFORMED && !truth);
    EXPECT(fields_int(&view, "d", &value) == FIELD_FINE && value == 12);
    EXPECT(fields_int(&view, "e", &value) == FIELD_MALFORMED && value == 12);
    EXPECT(fields_int(&view, "f", &value) == FIELD_FINE && value == -7);
}

TEST(a_time_is_seconds_or_rfc_3339)
{
    struct fields_view view = form("a=1616492376.5&b=2024-08-05T00:00:00Z&c=soon&d=-1");
    int64_t time_ns = 0;
    EXPECT(fields_time(&view, "a", &time_ns) == FIELD_FINE);
    EXPECT_INT(time_ns, 1616492376 * NS_PER_S + NS_PER_S / 2);
    EXPECT(fields_time(&view, "b", &time_ns) == FIELD_FINE);
    EXPECT_INT(time_ns, 1722816000 * NS_PER_S);
    EXPECT(fields_time(&view, "c", &time_ns) == FIELD_MALFORMED);
    EXPECT(fields_time(&view, "d", &time_ns) == FIELD_MALFORMED);
    EXPECT_INT(time_ns, 1722816000 * NS_PER_S);
}

TEST(escapes_of_json_are_decoded)
{
    struct fields_view view = json("{\"a\":\"\\u0041\\n\\\"\"}");
    EXPECT_TEXT(fields_text(&view, "a"), "A\n\"");
}

TEST(what_cannot_be_read_leaves_nothing_half_read)
{
    static const char *const bodies[] = {
        "{\"a\":1,\"b\":}",          "{\"a\":1", "[1]", "", "{\"a\":1} x", "{\"a\":\"x\\u0000y\"}",
        "{\"a\":[[[[[[[[1]]]]]]]]}", "\"text\"",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct fields_view view = json(bodies[i]);
        EXPECT(fields.error != NULL);
        EXPECT_INT(fields.count, 0);
        EXPECT(fields_find(&view, "a") == NULL);
    }
    form("a=1&b=%00");
    EXPECT(fields.error != NULL);
    EXPECT_INT(fields.count, 0);
}

TEST(more_fields_than_any_call_has_are_refused)
{
    static char body[16 * FIELDS_MAX];
    size_t len = 0;
    for (int i = 0; i < FIELDS_MAX; i++)
        len += (size_t)snprintf(body + len, sizeof body - len, "f%d=%d&", i, i);
    fields_read_form(&fields, body, len);
    EXPECT(fields.error == NULL);
    EXPECT_INT(fields.count, FIELDS_MAX);
    len += (size_t)snprintf(body + len, sizeof body - len, "one=more");
    fields_read_form(&fields, body, len);
    EXPECT(fields.error != NULL);
    EXPECT_INT(fields.count, 0);
}

TEST(more_text_than_any_call_has_is_refused)
{
    static char body[2 * FIELDS_TEXT_MAX];
    memset(body, 'x', sizeof body);
    memcpy(body, "a=", 2);
    fields_read_form(&fields, body, FIELDS_TEXT_MAX / 2);
    EXPECT(fields.error == NULL);
    fields_read_form(&fields, body, sizeof body);
    EXPECT(fields.error != NULL);
}
