/* SPDX-License-Identifier: MIT */
/*
 * The YAML file. libyaml reads it twice: once as events, to refuse what a configuration has no use
 * for and what could hide a value (anchors, aliases, tags, several documents), once as a document,
 * whose nodes know their line and column. Duplicate and unknown keys are ours to find.
 */
#include "platform/config/config_row.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct file {
    struct config *config;
    const char *path;
    yaml_document_t document;
};

static int fail_at(const struct file *file, size_t line, size_t column, const char *why)
{
    char where[CONFIG_WHERE_MAX];
    snprintf(where, sizeof where, "%s:%zu:%zu", file->path, line + 1, column + 1);
    return config_fail(file->config, where, "%s", why);
}

/* What libyaml says of a text that is no YAML. Of bytes that are no characters it tells the offset
 * alone. */
static int fail_parser(const struct file *file, const yaml_parser_t *parser, const char *text)
{
    const char *problem = parser->problem ? parser->problem : "no YAML";
    size_t line = parser->problem_mark.line, column = parser->problem_mark.column;
    if (parser->error == YAML_READER_ERROR) {
        line = column = 0;
        for (size_t i = 0; i < parser->problem_offset; i++, column++)
            if (text[i] == '\n') {
                line++;
                column = SIZE_MAX; /* 0 after the increment */
            }
    }
    char why[CONFIG_ERROR_MAX];
    snprintf(why, sizeof why, "%s%s%s", problem, parser->context ? ", " : "",
             parser->context ? parser->context : "");
    return fail_at(file, line, column, why);
}

static const char *refuse_event(const yaml_event_t *event, int document_count)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return "aliases (*name) are not taken; write the value out";
    case YAML_DOCUMENT_START_EVENT:
        return document_count > 0 ? "a second document; one file is one configuration" : NULL;
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        return NULL;
    }
    if (anchor)
        return "anchors (&name) are not taken; write the value where it is used";
    return tag ? "tags (!name) are not taken" : NULL;
}

static int check_events(const struct file *file, const char *text, size_t len)
{
    yaml_parser_t parser;
    yaml_event_t event;
    int error = 0, document_count = 0;
    bool ended = false;
    if (!yaml_parser_initialize(&parser))
        return -ENOMEM;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    while (error == 0 && !ended) {
        if (!yaml_parser_parse(&parser, &event)) {
            error = fail_parser(file, &parser, text);
            break;
        }
        const char *refused = refuse_event(&event, document_count);
        document_count += event.type == YAML_DOCUMENT_START_EVENT;
        ended = event.type == YAML_STREAM_END_EVENT;
        if (refused)
            error = fail_at(file, event.start_mark.line, event.start_mark.column, refused);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return error;
}

static int fail_node(const struct file *file, const yaml_node_t *node, const char *why)
{
    return fail_at(file, node->start_mark.line, node->start_mark.column, why);
}

static const char *scalar_text(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_plain(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* Nothing, "~" and "null": whatever they mean, they are no value. */
static bool is_nothing(const yaml_node_t *node)
{
    const char *text = is_plain(node) ? scalar_text(node) : "something";
    return *text == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0;
}

static bool has_zero_byte(const yaml_node_t *node)
{
    return strlen(scalar_text(node)) != node->data.scalar.length;
}

static int stage_node(struct file *file, struct config_row *row, const char *text,
                      const yaml_node_t *node)
{
    char where[CONFIG_WHERE_MAX], source[CONFIG_WHERE_MAX];
    snprintf(where, sizeof where, "%s:%zu:%zu", file->path, node->start_mark.line + 1,
             node->start_mark.column + 1);
    snprintf(source, sizeof source, "%s:%zu", file->path, node->start_mark.line + 1);
    return config_stage(file->config, row, text, where, source);
}

/* A list of words becomes one text, joined by single spaces. */
static int stage_list(struct file *file, struct config_row *row, const yaml_node_t *list)
{
    size_t size = row->option->size, len = 0;
    char *text = calloc(1, size + 1);
    int error = text ? 0 : -ENOMEM;
    for (const yaml_node_item_t *item = list->data.sequence.items.start;
         error == 0 && item < list->data.sequence.items.top; item++) {
        const yaml_node_t *node = yaml_document_get_node(&file->document, *item);
        if (node->type != YAML_SCALAR_NODE || is_nothing(node) || has_zero_byte(node)) {
            error = fail_node(file, node, "expected a word of a list");
            break;
        }
        size_t more = strlen(scalar_text(node)) + (len > 0);
        if (len + more >= size) {
            error = fail_node(file, node, "the list becomes too long here");
            break;
        }
        len +=
            (size_t)snprintf(text + len, size - len, "%s%s", len > 0 ? " " : "", scalar_text(node));
    }
    if (error == 0)
        error = stage_node(file, row, text, list);
    free(text);
    return error;
}

static int read_option(struct file *file, struct config_row *row, const yaml_node_t *node)
{
    char why[CONFIG_ERROR_MAX];
    if (node->type == YAML_SEQUENCE_NODE && row->option->type == OPTION_TEXT)
        return stage_list(file, row, node);
    if (node->type != YAML_SCALAR_NODE) {
        snprintf(why, sizeof why, "%s: a %s where a %s is expected", row->key,
                 node->type == YAML_SEQUENCE_NODE ? "list" : "map", config_type_name(row->option));
        return fail_node(file, node, why);
    }
    if (is_nothing(node)) {
        snprintf(why, sizeof why, "%s: no value; write a %s, or leave the line out", row->key,
                 config_type_name(row->option));
        return fail_node(file, node, why);
    }
    if (has_zero_byte(node)) {
        snprintf(why, sizeof why, "%s: a zero byte in a text", row->key);
        return fail_node(file, node, why);
    }
    return stage_node(file, row, scalar_text(node), node);
}

/* The path is a section's name, or a dotted beginning of one. */
static bool is_section(const struct config *config, const char *path)
{
    size_t len = strlen(path);
    for (size_t i = 0; i < config->section_count; i++) {
        const char *name = config->sections[i].name;
        if (strncmp(name, path, len) == 0 && (name[len] == '\0' || name[len] == '.'))
            return true;
    }
    return false;
}

static int fail_unknown(struct file *file, const yaml_node_t *key, const char *path, bool map)
{
    const struct config *config = file->config;
    const char *nearest = config_nearest(config, path, offsetof(struct config_row, key));
    size_t best = SIZE_MAX;
    for (size_t i = 0; map && i < config->section_count; i++) {
        size_t distance = config_distance(path, config->sections[i].name);
        if (*config->sections[i].name && distance < best) {
            best = distance;
            nearest = config->sections[i].name;
        }
    }
    char why[CONFIG_ERROR_MAX];
    snprintf(why, sizeof why, "there is no %s '%.150s'; the nearest is '%s'",
             map ? "section" : "option", path, nearest ? nearest : "");
    return fail_node(file, key, why);
}

/* A key that stands twice in one map; the later one is the mistake. */
static bool is_repeated(struct file *file, const yaml_node_t *map, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = yaml_document_get_node(&file->document, pair->key);
    for (const yaml_node_pair_t *before = map->data.mapping.pairs.start; before < pair; before++) {
        const yaml_node_t *other = yaml_document_get_node(&file->document, before->key);
        if (strcmp(scalar_text(other), scalar_text(key)) == 0)
            return true;
    }
    return false;
}

/* Recursion ends with the sections' names: a map under an unknown key is not entered. */
static int read_map(struct file *file, const yaml_node_t *map, const char *path)
{
    for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
         pair < map->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(&file->document, pair->key);
        const yaml_node_t *value = yaml_document_get_node(&file->document, pair->value);
        if (key->type != YAML_SCALAR_NODE || key->data.scalar.length == 0 || has_zero_byte(key))
            return fail_node(file, key, "expected a name");
        char name[2 * CONFIG_KEY_MAX];
        snprintf(name, sizeof name, "%s%s%.128s", path, *path ? "." : "", scalar_text(key));
        if (is_repeated(file, map, pair)) {
            char why[CONFIG_ERROR_MAX];
            snprintf(why, sizeof why, "'%s' is here for the second time", name);
            return fail_node(file, key, why);
        }
        /* A key with a dot of its own would reach an option by a second road. */
        bool dotted = strchr(scalar_text(key), '.') != NULL;
        struct config_row *row = dotted ? NULL : config_find(file->config, name);
        int error = 0;
        if (row)
            error = read_option(file, row, value);
        else if (!is_section(file->config, name) && config_passes(file->config, name))
            continue;
        else if (dotted || !is_section(file->config, name))
            error = fail_unknown(file, key, name, value->type == YAML_MAPPING_NODE);
        else if (value->type == YAML_MAPPING_NODE)
            error = read_map(file, value, name);
        else if (!is_nothing(value))
            error = fail_node(file, value, "expected the options of a section");
        if (error != 0)
            return error;
    }
    return 0;
}

static int read_document(struct file *file, const char *text, size_t len)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return -ENOMEM;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    int error = 0;
    if (!yaml_parser_load(&parser, &file->document)) {
        error = fail_parser(file, &parser, text);
    } else {
        const yaml_node_t *root = yaml_document_get_root_node(&file->document);
        if (root && root->type == YAML_MAPPING_NODE)
            error = read_map(file, root, "");
        else if (root && !is_nothing(root))
            error = fail_node(file, root, "expected sections with options, such as risk:");
        yaml_document_delete(&file->document);
    }
    yaml_parser_delete(&parser);
    return error;
}

int config_read_file(struct config *config, const char *path)
{
    struct file file = {.config = config, .path = path};
    size_t len = 0;
    int error = 0;
    char *text = config_slurp(path, &len, &error);
    if (!text) {
        config_fail(config, path, "cannot be read: %s", strerror(-error));
        return error;
    }
    error = check_events(&file, text, len);
    if (error == 0)
        error = read_document(&file, text, len);
    if (error == -ENOMEM)
        config_fail(config, path, "no memory to read it");
    if (error == 0)
        config_commit(config);
    else
        config_rollback(config);
    explicit_bzero(text, len);
    free(text);
    return error;
}
