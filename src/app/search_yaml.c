/* SPDX-License-Identifier: MIT */
#include "app/search_yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define INDENT 2 /* of a section that is new */

/* Where a key leads in the text that is there. */
struct place {
    const char *text;
    yaml_document_t document;
    const yaml_node_t *map;   /* the innermost section of the key that is there; NULL: no file */
    const yaml_node_t *value; /* of the key; NULL: it is not there */
    const char *rest;         /* of the key, from the first part that is not there */
    char *error;
    size_t error_size;
};

static int fail(const struct place *place, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int fail(const struct place *place, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(place->error, place->error_size, format, values);
    va_end(values);
    return -EINVAL;
}

static int load(struct place *place)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return -ENOMEM;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)place->text, strlen(place->text));
    const bool loaded = yaml_parser_load(&parser, &place->document) != 0;
    const int result = loaded ? 0
                              : fail(place, "line %zu: %s", parser.problem_mark.line + 1,
                                     parser.problem != NULL ? parser.problem : "no YAML");
    yaml_parser_delete(&parser);
    return result;
}

/* Line ends that YAML counts and this does not: a lone CR, NEL, LS, PS. */
static bool has_strange_line_ends(const char *text)
{
    for (const char *cr = strchr(text, '\r'); cr != NULL; cr = strchr(cr + 1, '\r')) {
        if (cr[1] != '\n') {
            return true;
        }
    }
    return strstr(text, "\xc2\x85") != NULL || strstr(text, "\xe2\x80\xa8") != NULL ||
           strstr(text, "\xe2\x80\xa9") != NULL;
}

/* A mark counts characters; the text is bytes. */
static size_t offset_of(const char *text, const yaml_mark_t *mark)
{
    const char *at = text;
    if (strncmp(at, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
    }
    for (size_t line = 0; line < mark->line; line++) {
        at = strchr(at, '\n') + 1;
    }
    for (size_t column = 0; column < mark->column; column++) {
        for (at++; (*at & 0xc0) == 0x80; at++) {
        }
    }
    return (size_t)(at - text);
}

static const yaml_node_t *child(struct place *place, const yaml_node_t *map, const char *name,
                                size_t len)
{
    for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
         pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(&place->document, pair->key);
        if (key->type == YAML_SCALAR_NODE && key->data.scalar.length == len &&
            memcmp(key->data.scalar.value, name, len) == 0) {
            return yaml_document_get_node(&place->document, pair->value);
        }
    }
    return NULL;
}

/* Nothing, as in a section whose name is all there is of it. */
static bool is_nothing(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0 &&
           node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static int find(struct place *place, const char *key)
{
    const yaml_node_t *node = yaml_document_get_root_node(&place->document);
    place->rest = key;
    if (node == NULL || is_nothing(node)) {
        return 0;
    }
    for (;;) {
        const size_t len = strcspn(place->rest, ".");
        const size_t line = node->start_mark.line + 1;
        if (node->type != YAML_MAPPING_NODE) {
            return fail(place, "line %zu: %s would have to stand below it", line, key);
        }
        if (node->data.mapping.style == YAML_FLOW_MAPPING_STYLE) {
            return fail(place,
                        "line %zu: write the section without braces, an option a line, so "
                        "that %s can be edited",
                        line, key);
        }
        place->map = node;
        node = child(place, node, place->rest, len);
        if (node == NULL) {
            return 0;
        }
        if (place->rest[len] == '\0') {
            place->value = node;
            return 0;
        }
        if (is_nothing(node)) {
            return fail(place, "line %zu: the section is empty; take it out, or put an option in",
                        node->start_mark.line + 1);
        }
        place->rest += len + 1;
    }
}

/* The text with what lies in [from, to) replaced. */
static int splice(const char *text, size_t from, size_t to, const char *by, char **ret)
{
    return asprintf(ret, "%.*s%s%s", (int)from, text, by, text + to) < 0 ? -ENOMEM : 0;
}

static int replace(const struct place *place, const char *key, const char *value, char **ret)
{
    const yaml_node_t *node = place->value;
    const size_t line = node->start_mark.line + 1;
    if (node->type != YAML_SCALAR_NODE || is_nothing(node) ||
        node->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
        node->data.scalar.style == YAML_FOLDED_SCALAR_STYLE) {
        return fail(place, "line %zu: %s is no single value there", line, key);
    }
    return splice(place->text, offset_of(place->text, &node->start_mark),
                  offset_of(place->text, &node->end_mark), value, ret);
}

/* The line that a node ends in. A block ends where the next one begins, so its last leaf tells. */
static size_t last_line(struct place *place, const yaml_node_t *node)
{
    for (;;) {
        int last = 0;
        if (node->type == YAML_MAPPING_NODE &&
            node->data.mapping.style != YAML_FLOW_MAPPING_STYLE) {
            last = node->data.mapping.pairs.top[-1].value;
        } else if (node->type == YAML_SEQUENCE_NODE &&
                   node->data.sequence.style != YAML_FLOW_SEQUENCE_STYLE) {
            last = node->data.sequence.items.top[-1];
        } else {
            break;
        }
        node = yaml_document_get_node(&place->document, last);
    }
    /* A text in lines of its own ends at the start of the line behind it. */
    const bool behind = node->end_mark.column == 0 && node->end_mark.line > node->start_mark.line;
    return node->end_mark.line - behind;
}

/* What is missing, a line for each part of it. */
static int add(struct place *place, const char *value, char **ret)
{
    const char *text = place->text;
    const char *end_of_line = strstr(text, "\r\n") != NULL ? "\r\n" : "\n";
    size_t at = strlen(text), indent = 0, len = 0;
    char lines[1024] = "";
    if (place->map != NULL) {
        yaml_mark_t below = {.line = last_line(place, place->map), .column = 0};
        const char *line = text + offset_of(text, &below);
        const char *end = strchr(line, '\n');
        at = end != NULL ? (size_t)(end + 1 - text) : strlen(text);
        indent = place->map->start_mark.column;
    }
    if (at > 0 && text[at - 1] != '\n') {
        len += (size_t)snprintf(lines, sizeof lines, "%s", end_of_line);
    }
    for (const char *rest = place->rest; len < sizeof lines; indent += INDENT) {
        const size_t word = strcspn(rest, ".");
        const bool leaf = rest[word] == '\0';
        len += (size_t)snprintf(lines + len, sizeof lines - len, "%*s%.*s:%s%s%s", (int)indent, "",
                                (int)word, rest, leaf ? " " : "", leaf ? value : "", end_of_line);
        if (leaf) {
            break;
        }
        rest += word + 1;
    }
    return len < sizeof lines ? splice(text, at, at, lines, ret)
                              : fail(place, "the option's name is too long");
}

int yaml_put(const char *text, const char *key, const char *value, char **ret, char *error,
             size_t error_size)
{
    struct place place = {.text = text, .error = error, .error_size = error_size};
    if (has_strange_line_ends(text)) {
        return fail(&place, "it has line ends that are no newlines: a lone CR, NEL, LS or PS");
    }
    int result = load(&place);
    if (result != 0) {
        return result;
    }
    result = find(&place, key);
    if (result == 0) {
        result = place.value != NULL ? replace(&place, key, value, ret) : add(&place, value, ret);
    }
    yaml_document_delete(&place.document);
    return result;
}
