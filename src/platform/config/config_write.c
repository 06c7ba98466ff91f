/* SPDX-License-Identifier: MIT */
/* The present values as YAML, and the reference page: both from the table of options. */
#include "platform/config/config_row.h"

#include <string.h>

#define DEPTH_MAX 8

static void put_indent(FILE *out, int depth)
{
    for (int i = 0; i < depth; i++)
        fputs("  ", out);
}

/* Quotes always: what YAML makes of a bare word is not worth knowing. */
static void put_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void show_row(const struct config_row *row, int depth, FILE *out)
{
    enum option_type type = row->option->type;
    put_indent(out, depth);
    /* As a comment: read back, the page leaves a secret alone instead of setting it to stars. */
    if (type == OPTION_SECRET && row->text[0]) {
        fprintf(out, "# %s: ********  # %s\n", row->option->name, row->source);
        return;
    }
    fprintf(out, "%s: ", row->option->name);
    if (type == OPTION_TEXT || type == OPTION_SECRET || type == OPTION_TIME || !row->text[0])
        put_quoted(out, row->text);
    else
        fputs(row->text, out);
    fprintf(out, "  # %s\n", row->source);
}

static void show_section(const struct config *config, const char *path, int depth, FILE *out)
{
    for (size_t i = 0; i < config->row_count; i++)
        if (strcmp(config->rows[i].section->name, path) == 0)
            show_row(&config->rows[i], depth, out);
}

/* The length of the part of `name` that lies one level under `path`; 0 when it is not under it. */
static size_t child_length(const char *name, const char *path)
{
    size_t len = strlen(path);
    if (strncmp(name, path, len) != 0 || name[len] == '\0')
        return 0;
    if (len > 0 && name[len++] != '.')
        return 0;
    return len + strcspn(name + len, ".");
}

/* Dotted names share their beginnings: "strategy.trend" and "strategy.swing" lie in one map. */
static void show_under(const struct config *config, const char *path, int depth, FILE *out)
{
    for (size_t i = 0; depth < DEPTH_MAX && i < config->section_count; i++) {
        const char *name = config->sections[i].name;
        size_t len = child_length(name, path);
        bool seen = len == 0;
        for (size_t j = 0; j < i && !seen; j++)
            seen = child_length(config->sections[j].name, path) == len &&
                   strncmp(config->sections[j].name, name, len) == 0;
        if (seen)
            continue;
        char child[CONFIG_KEY_MAX];
        snprintf(child, sizeof child, "%.*s", (int)len, name);
        put_indent(out, depth);
        fprintf(out, "%s:\n", child + strlen(path) + (*path ? 1 : 0));
        show_section(config, child, depth + 1, out);
        show_under(config, child, depth + 1, out);
    }
}

void config_show(const struct config *config, FILE *out)
{
    show_section(config, "", 0, out);
    show_under(config, "", 0, out);
}

/* A text in a cell of a Markdown table. */
static void put_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void reference_row(const struct option *option, FILE *out)
{
    char range[100];
    config_range(option, range, sizeof range);
    fprintf(out, "| `%s` | %s%s%s | ", option->name, config_type_name(option),
            option->unit && *option->unit ? ", " : "", option->unit ? option->unit : "");
    if (option->initial && *option->initial)
        fprintf(out, "`%s`", option->initial);
    fputs(" | ", out);
    fputs(range, out);
    for (size_t i = 0; option->type == OPTION_CHOICE && option->choices[i]; i++)
        fprintf(out, "%s`%s`", i > 0 ? ", " : "", option->choices[i]);
    fputs(" | ", out);
    put_cell(out, option->help ? option->help : "");
    fputs(" |\n", out);
}

void config_reference(const struct config *config, FILE *out)
{
    for (size_t i = 0; i < config->section_count; i++) {
        const struct config_section *section = &config->sections[i];
        /* A name may have several tables of rows: they are read as one. */
        if (i > 0 && strcmp(section->name, section[-1].name) == 0) {
            for (size_t j = 0; j < section->option_count; j++)
                reference_row(&section->options[j], out);
            continue;
        }
        if (i > 0)
            fputc('\n', out);
        fprintf(out, "## %s\n\n", *section->name ? section->name : "cuttle");
        if (section->help && *section->help)
            fprintf(out, "%s\n\n", section->help);
        fputs("| option | type | default | range | what it does |\n|---|---|---|---|---|\n", out);
        for (size_t j = 0; j < section->option_count; j++)
            reference_row(&section->options[j], out);
    }
}
