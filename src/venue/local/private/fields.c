/* SPDX-License-Identifier: MIT */
#include "venue/local/private/fields.h"

#include <stdio.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"

/* Objects inside objects that any call has: a batch, its orders, their conditional close. */
#define NESTING_MAX 6

static void refuse(struct fields *fields, const char *why)
{
    if (!fields->error)
        fields->error = why;
}

static void begin(struct fields *fields, bool typed)
{
    fields->error = NULL;
    fields->typed = typed;
    fields->count = 0;
    fields->text_len = 0;
}

static void finish(struct fields *fields)
{
    if (fields->error)
        fields->count = 0;
}

/* Room for `len` bytes and a terminator, or NULL with the refusal noted. */
static char *reserve(struct fields *fields, size_t len)
{
    if (len >= FIELDS_TEXT_MAX - fields->text_len) {
        refuse(fields, "the request is too long");
        return NULL;
    }
    char *room = fields->text + fields->text_len;
    fields->text_len += len + 1;
    return room;
}

static const char *keep(struct fields *fields, const char *text, size_t len)
{
    char *room = reserve(fields, len);
    if (!room)
        return "";
    memcpy(room, text, len);
    room[len] = '\0';
    return room;
}

static void add(struct fields *fields, const char *name, const char *value, enum field_kind kind)
{
    if (fields->error)
        return;
    if (fields->count == FIELDS_MAX) {
        refuse(fields, "the request has too many fields");
        return;
    }
    fields->list[fields->count++] = (struct field){name, value, kind};
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One percent-encoded name or value, decoded; a plus is a blank. */
static const char *decode(struct fields *fields, const char *text, size_t len)
{
    char *room = reserve(fields, len);
    if (!room)
        return "";
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%' && len - i > 2 && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            c = (char)(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        }
        if (c == '\0')
            refuse(fields, "a field holds a zero byte");
        room[used++] = c;
    }
    room[used] = '\0';
    return room;
}

static size_t span(const char *from, const char *end, char until)
{
    const char *found = memchr(from, until, (size_t)(end - from));
    return (size_t)((found ? found : end) - from);
}

void fields_read_form(struct fields *fields, const char *body, size_t len)
{
    begin(fields, false);
    for (const char *at = body, *end = body + len; at < end && !fields->error;) {
        size_t part = span(at, end, '&'), name_len = span(at, at + part, '=');
        const char *name = decode(fields, at, name_len);
        bool valued = name_len < part;
        const char *value = valued ? decode(fields, at + name_len + 1, part - name_len - 1) : "";
        if (name_len > 0)
            add(fields, name, value, FIELD_TEXT);
        at += part + (at + part < end);
    }
    finish(fields);
}

static void read_value(struct fields *fields, struct json *json, char path[FIELD_NAME_MAX],
                       uint32_t depth);

/* `path` grows by one name for as long as its value is read. */
static void read_inside(struct fields *fields, struct json *json, char path[FIELD_NAME_MAX],
                        uint32_t depth, const char *name, size_t name_len)
{
    size_t len = strlen(path);
    int added =
        snprintf(path + len, FIELD_NAME_MAX - len, len ? "[%.*s]" : "%.*s", (int)name_len, name);
    if (added < 0 || (size_t)added >= FIELD_NAME_MAX - len || depth == NESTING_MAX) {
        refuse(fields, "a name is too long, or too deep");
        json_skip(json);
    } else {
        read_value(fields, json, path, depth + 1);
    }
    path[len] = '\0';
}

static void read_object(struct fields *fields, struct json *json, char path[FIELD_NAME_MAX],
                        uint32_t depth)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key))
        read_inside(fields, json, path, depth, key.at, key.len);
}

static void read_array(struct fields *fields, struct json *json, char path[FIELD_NAME_MAX],
                       uint32_t depth)
{
    uint32_t index = 0;
    json_array(json);
    while (json_element(json)) {
        char name[16];
        int len = snprintf(name, sizeof name, "%u", (unsigned)index++);
        read_inside(fields, json, path, depth, name, (size_t)len);
    }
}

static void read_string(struct fields *fields, struct json *json, const char *path)
{
    struct json before = *json;
    struct json_text raw;
    if (!json_string(json, &raw))
        return;
    char *room = reserve(fields, raw.len);
    if (!room)
        return;
    if (json_string_copy(&before, room, raw.len + 1))
        add(fields, keep(fields, path, strlen(path)), room, FIELD_TEXT);
    else
        refuse(fields, "a field holds a zero byte");
}

static void read_value(struct fields *fields, struct json *json, char path[FIELD_NAME_MAX],
                       uint32_t depth)
{
    struct json_text number;
    bool truth;
    switch (json_peek(json)) {
    case JSON_OBJECT:
        read_object(fields, json, path, depth);
        return;
    case JSON_ARRAY:
        read_array(fields, json, path, depth);
        return;
    case JSON_STRING:
        read_string(fields, json, path);
        return;
    case JSON_NUMBER:
        if (json_number(json, &number))
            add(fields, keep(fields, path, strlen(path)), keep(fields, number.at, number.len),
                FIELD_NUMBER);
        return;
    case JSON_BOOL:
        if (json_bool(json, &truth))
            add(fields, keep(fields, path, strlen(path)), truth ? "true" : "false", FIELD_BOOL);
        return;
    case JSON_NULL:
    case JSON_NONE:
        json_skip(json);
        add(fields, keep(fields, path, strlen(path)), "", FIELD_NULL);
        return;
    }
}

void fields_read_json(struct fields *fields, const char *body, size_t len)
{
    struct json json;
    char path[FIELD_NAME_MAX] = "";
    begin(fields, true);
    json_init(&json, body, len);
    read_object(fields, &json, path, 0);
    if (!json_done(&json))
        refuse(fields, "the request is not JSON");
    finish(fields);
}

struct fields_view fields_whole(const struct fields *fields)
{
    return (struct fields_view){.fields = fields};
}

/* The whole name of a view's field: "close[price]" in "orders[0]" is "orders[0][close][price]". */
static size_t whole_name(const struct fields_view *view, const char *name,
                         char whole[2 * FIELD_NAME_MAX])
{
    if (view->prefix[0] == '\0') {
        const size_t len = strlen(name);
        if (len >= 2 * FIELD_NAME_MAX)
            return 0;
        memcpy(whole, name, len + 1);
        return len;
    }
    size_t head = strcspn(name, "[");
    int len = snprintf(whole, 2 * FIELD_NAME_MAX, "%s[%.*s]%s", view->prefix, (int)head, name,
                       name + head);
    return len > 0 && len < 2 * FIELD_NAME_MAX ? (size_t)len : 0;
}

struct fields_view fields_member(const struct fields_view *view, const char *name, uint32_t index)
{
    char whole[2 * FIELD_NAME_MAX];
    struct fields_view member = {.fields = view->fields};
    size_t len = whole_name(view, name, whole);
    if (len > 0)
        snprintf(member.prefix, sizeof member.prefix, "%.80s[%u]", whole, (unsigned)index);
    return member;
}

const struct field *fields_find(const struct fields_view *view, const char *name)
{
    char whole[2 * FIELD_NAME_MAX];
    size_t len = whole_name(view, name, whole);
    for (uint32_t i = 0; len > 0 && i < view->fields->count; i++) {
        const struct field *field = &view->fields->list[i];
        if (strcmp(field->name, whole) == 0)
            return field->kind != FIELD_NULL && field->value[0] ? field : NULL;
    }
    return NULL;
}

bool fields_has(const struct fields_view *view, const char *name)
{
    char whole[2 * FIELD_NAME_MAX];
    size_t len = whole_name(view, name, whole);
    for (uint32_t i = 0; len > 0 && i < view->fields->count; i++) {
        const struct field *field = &view->fields->list[i];
        if (strncmp(field->name, whole, len) == 0 &&
            (field->name[len] == '[' || (field->name[len] == '\0' && field->value[0])))
            return true;
    }
    return false;
}

uint32_t fields_count(const struct fields_view *view, const char *name)
{
    uint32_t count = 0;
    for (; count < FIELDS_MAX; count++) {
        char element[FIELD_NAME_MAX];
        snprintf(element, sizeof element, "%.60s[%u]", name, (unsigned)count);
        if (!fields_has(view, element))
            break;
    }
    return count > 0 ? count : fields_find(view, name) != NULL;
}

const char *fields_element(const struct fields_view *view, const char *name, uint32_t index)
{
    char element[FIELD_NAME_MAX];
    snprintf(element, sizeof element, "%.60s[%u]", name, (unsigned)index);
    const struct field *field = fields_find(view, element);
    if (!field && index == 0)
        field = fields_find(view, name);
    return field ? field->value : NULL;
}

const char *fields_text(const struct fields_view *view, const char *name)
{
    const struct field *field = fields_find(view, name);
    return field ? field->value : "";
}

enum field_state fields_bool(const struct fields_view *view, const char *name, bool *ret)
{
    const struct field *field = fields_find(view, name);
    if (!field)
        return FIELD_ABSENT;
    bool truth = strcmp(field->value, "true") == 0 || strcmp(field->value, "1") == 0;
    if (!truth && strcmp(field->value, "false") != 0 && strcmp(field->value, "0") != 0)
        return FIELD_MALFORMED;
    *ret = truth;
    return FIELD_FINE;
}

enum field_state fields_decimal(const struct fields_view *view, const char *name, uint32_t decimals,
                                int64_t *ret)
{
    const struct field *field = fields_find(view, name);
    if (!field)
        return FIELD_ABSENT;
    return decimal_parse(field->value, strlen(field->value), decimals, ret) ? FIELD_FINE
                                                                            : FIELD_MALFORMED;
}

enum field_state fields_int(const struct fields_view *view, const char *name, int64_t *ret)
{
    return fields_decimal(view, name, 0, ret);
}

enum field_state fields_time(const struct fields_view *view, const char *name, int64_t *ret_ns)
{
    const struct field *field = fields_find(view, name);
    if (!field)
        return FIELD_ABSENT;
    if (timestamp_parse(field->value, strlen(field->value), ret_ns))
        return FIELD_FINE;
    int64_t time_ns;
    if (!decimal_parse_rounded(field->value, strlen(field->value), 9, ROUND_DOWN, &time_ns) ||
        time_ns < 0)
        return FIELD_MALFORMED;
    *ret_ns = time_ns;
    return FIELD_FINE;
}
