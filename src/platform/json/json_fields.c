/* SPDX-License-Identifier: MIT */
#include "platform/json/json_fields.h"

#include <stdio.h>

/* Digits are kept as they were sent. */
static void take_text(struct json *json, char *into, size_t size)
{
    struct json_text number;
    if (json_peek(json) == JSON_NUMBER && json_number(json, &number)) {
        snprintf(into, size, "%.*s", (int)number.len, number.at);
    } else {
        json_string_copy(json, into, size);
    }
}

bool json_take_list(struct json *json, const struct json_field *list, void *into)
{
    uint32_t *count = (void *)((char *)into + list->count_at);
    char *elements = (char *)into + list->offset;
    json_array(json);
    while (json_element(json)) {
        if (*count == list->most) {
            json_refuse(json, "more elements than there can be");
            return false;
        }
        json_take(json, list->table, elements + list->size * (*count)++);
    }
    return json->error == NULL;
}

static void take(struct json *json, const struct json_field *field, void *into)
{
    char *at = (char *)into + field->offset;
    if (json_peek(json) == JSON_NULL) {
        json_null(json);
        return;
    }
    switch (field->shape) {
    case JSON_FIELD_TEXT:
        take_text(json, at, field->size);
        return;
    case JSON_FIELD_REAL:
        json_real(json, (double *)(void *)at);
        return;
    case JSON_FIELD_INT:
        json_int(json, (int64_t *)(void *)at);
        return;
    case JSON_FIELD_COUNT:
        json_uint(json, (uint64_t *)(void *)at);
        return;
    case JSON_FIELD_FLAG:
        json_bool(json, (bool *)(void *)at);
        return;
    case JSON_FIELD_OBJECT:
        json_take(json, field->table, at);
        return;
    case JSON_FIELD_LIST:
        json_take_list(json, field, into);
        return;
    }
}

bool json_take_member(struct json *json, struct json_text key, const struct json_table *table,
                      void *into)
{
    for (size_t i = 0; i < table->count; i++) {
        if (json_is(key, table->rows[i].key)) {
            take(json, &table->rows[i], into);
            return true;
        }
    }
    return false;
}

bool json_take(struct json *json, const struct json_table *table, void *into)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (!json_take_member(json, key, table, into)) {
            json_skip(json);
        }
    }
    return json->error == NULL;
}
