/* SPDX-License-Identifier: MIT */
/*
 * Objects read by a table: which member goes where in a struct. A member without a row is passed
 * over, null leaves its field as it was, and errors stick as they do in json.h.
 *
 *     static const struct json_field rows[] = {
 *         JSON_FIELD(struct point, "x", JSON_FIELD_REAL, x),
 *         JSON_FIELD(struct point, "name", JSON_FIELD_TEXT, name),
 *     };
 *     static const struct json_table table = JSON_TABLE(rows);
 *     json_take(&json, &table, &point);
 */
#pragma once

#include "platform/json/json.h"

enum json_field_shape {
    JSON_FIELD_TEXT,   /* char[size]; a number's digits too */
    JSON_FIELD_REAL,   /* double */
    JSON_FIELD_INT,    /* int64_t */
    JSON_FIELD_COUNT,  /* uint64_t */
    JSON_FIELD_FLAG,   /* bool */
    JSON_FIELD_OBJECT, /* by `table`, into the field */
    JSON_FIELD_LIST,   /* of objects, by `table`, into an array of elements `size` long */
};

struct json_table;

struct json_field {
    const char *key;
    enum json_field_shape shape;
    size_t offset;
    size_t size;                    /* of a text; of one element of a list */
    const struct json_table *table; /* of an object, or of a list's elements */
    size_t count_at;                /* a list's uint32_t: how many there are */
    uint32_t most;                  /* more than so many are refused */
};

struct json_table {
    const struct json_field *rows;
    size_t count;
};

#define JSON_TABLE(rows)                                                                           \
    {                                                                                              \
        rows, sizeof(rows) / sizeof(rows)[0]                                                       \
    }
#define JSON_FIELD(type, key, shape, member)                                                       \
    {                                                                                              \
        key, shape, offsetof(type, member), sizeof(((type *)0)->member), NULL, 0, 0                \
    }
/* An object whose members are the struct's own. */
#define JSON_FIELD_INSIDE(key, table)                                                              \
    {                                                                                              \
        key, JSON_FIELD_OBJECT, 0, 0, table, 0, 0                                                  \
    }
#define JSON_FIELD_EACH(type, key, member, count, table)                                           \
    {                                                                                              \
        key, JSON_FIELD_LIST, offsetof(type, member), sizeof(((type *)0)->member[0]), table,       \
            offsetof(type, count), sizeof(((type *)0)->member) / sizeof(((type *)0)->member[0])    \
    }

/* The object that comes next, into the struct. */
bool json_take(struct json *json, const struct json_table *table, void *into);

/* The array of objects that comes next, as a field of the struct. */
bool json_take_list(struct json *json, const struct json_field *list, void *into);

/* The value of `key`, whose member json_key has just given; false when the table has no row of that
 * name, and nothing is read. For who has members that no table can tell. */
bool json_take_member(struct json *json, struct json_text key, const struct json_table *table,
                      void *into);
