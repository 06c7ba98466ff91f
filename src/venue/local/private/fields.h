/* SPDX-License-Identifier: MIT */
/*
 * What a client sent, whatever its form, as one flat list of names and values:
 *
 *     pair=XBTUSD&close[ordertype]=limit          form; brackets raw or percent-encoded
 *     {"pair":"XBTUSD","close":{"ordertype":"limit"}}
 *
 * both read "pair" and "close[ordertype]". Elements of a JSON array are "orders[0]", "orders[1]";
 * members of one "orders[0][price]". Numbers keep their text. Whoever asks gets views: a whole
 * body, or one member of it under its prefix.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIELDS_MAX 512              /* a batch of 15 orders with every parameter there is */
#define FIELDS_TEXT_MAX (64u << 10) /* names and values, all of them */
#define FIELD_NAME_MAX 96

enum field_kind {
    FIELD_TEXT, /* of a form, or a JSON string */
    FIELD_NUMBER,
    FIELD_BOOL,
    FIELD_NULL,
};

struct field {
    const char *name;
    const char *value; /* terminated; "true", "false" and "" for bool and null */
    enum field_kind kind;
};

struct fields {
    const char *error; /* NULL: all was understood */
    bool typed;        /* JSON: a number is told from a text */
    uint32_t count;
    struct field list[FIELDS_MAX];
    size_t text_len;
    char text[FIELDS_TEXT_MAX];
};

/* Never refuse in part: on an error the list is empty. */
void fields_read_form(struct fields *fields, const char *body, size_t len);
void fields_read_json(struct fields *fields, const char *body, size_t len);

/* All fields (prefix ""), or the members of one ("orders[0]"). */
struct fields_view {
    const struct fields *fields;
    char prefix[FIELD_NAME_MAX];
};

struct fields_view fields_whole(const struct fields *fields);
struct fields_view fields_member(const struct fields_view *view, const char *name, uint32_t index);

/* The field, or NULL when it is absent, null or an empty text. */
const struct field *fields_find(const struct fields_view *view, const char *name);

/* True when the view has the field or, where it is an object or a list, any member of it. */
bool fields_has(const struct fields_view *view, const char *name);

/* Elements of a list: the first index that nothing is known of. A scalar counts as one. */
uint32_t fields_count(const struct fields_view *view, const char *name);

/* The value of one element of a list; a scalar is a list of itself. NULL beyond the end. */
const char *fields_element(const struct fields_view *view, const char *name, uint32_t index);

/* The value, or "" when absent. */
const char *fields_text(const struct fields_view *view, const char *name);

enum field_state {
    FIELD_ABSENT,
    FIELD_FINE,
    FIELD_MALFORMED,
};

/* *ret is untouched unless the field is fine. A decimal is finer than `decimals` only by zeros. */
enum field_state fields_bool(const struct fields_view *view, const char *name, bool *ret);
enum field_state fields_int(const struct fields_view *view, const char *name, int64_t *ret);
enum field_state fields_decimal(const struct fields_view *view, const char *name, uint32_t decimals,
                                int64_t *ret);

/* Whole seconds, a fraction or RFC 3339, as nanoseconds. */
enum field_state fields_time(const struct fields_view *view, const char *name, int64_t *ret_ns);
