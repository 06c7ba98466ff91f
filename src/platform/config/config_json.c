/* SPDX-License-Identifier: MIT */
/* The present values as JSON, for whoever looks at a running program. */
#include "platform/config/config_row.h"

#include <stdlib.h>
#include <string.h>

#include "platform/json/json_writer.h"

#define MASK "***"

/* Sources are named where they are read: "cuttle.yaml:12", ".env:3 NAME", "NAME", "--set". */
static const char *origin_of(const char *source)
{
    if (strcmp(source, "default") == 0)
        return "default";
    if (source[0] == '-')
        return "command line";
    return strchr(source, ':') && strncmp(source, ".env:", 5) != 0 ? "file" : "environment";
}

static void put_row(struct json_writer *writer, const struct config_row *row)
{
    const struct option *option = row->option;
    const bool secret = option->type == OPTION_SECRET;
    json_begin_object(writer, NULL);
    json_put_string(writer, "section", row->section->name);
    json_put_string(writer, "name", option->name);
    json_put_string(writer, "value", secret && row->text[0] ? MASK : row->text);
    json_put_string(writer, "default", option->initial ? option->initial : "");
    json_put_string(writer, "from", origin_of(row->source));
    json_put_string(writer, "help", option->help ? option->help : "");
    json_put_bool(writer, "secret", secret);
    json_end_object(writer);
}

static bool put_all(struct json_writer *writer, const struct config *config)
{
    json_begin_object(writer, NULL);
    json_begin_array(writer, "options");
    for (size_t i = 0; i < config->row_count; i++)
        put_row(writer, &config->rows[i]);
    json_end_array(writer);
    json_end_object(writer);
    return json_writer_ok(writer);
}

char *config_json(const struct config *config)
{
    char *text = NULL;
    for (size_t size = 128 * 1024;; size *= 2) {
        struct json_writer writer;
        char *more = realloc(text, size);
        if (!more)
            break;
        text = more;
        json_writer_init(&writer, text, size);
        if (put_all(&writer, config)) {
            more = realloc(text, writer.len + 1);
            return more ? more : text;
        }
    }
    free(text);
    return NULL;
}
