/* SPDX-License-Identifier: MIT */
/* The environment, and the .env file that stands in for it. */
#include "platform/config/config_row.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char prefix[] = "CUTTLE_";

/* The option that a variable fills, NULL when none; *ret_foreign says that this is as it should be,
 * since the variable is somebody else's. */
static struct config_row *row_of(struct config *config, const char *name, bool *ret_alias,
                                 bool *ret_foreign)
{
    *ret_alias = *ret_foreign = false;
    for (size_t i = 0; i < config->alias_count; i++) {
        if (strcmp(config->aliases[i].variable, name) != 0)
            continue;
        *ret_alias = true;
        *ret_foreign = config->aliases[i].key[0] == '\0';
        return config_find(config, config->aliases[i].key);
    }
    *ret_foreign = strncmp(name, prefix, sizeof prefix - 1) != 0;
    for (size_t i = 0; i < config->row_count; i++)
        if (strcmp(config->rows[i].variable, name) == 0)
            return &config->rows[i];
    return NULL;
}

/* CUTTLE_STRATEGY__DIP__DROP lies in the section strategy.dip, which may be unread. */
static bool variable_passes(const struct config *config, const char *name)
{
    char key[CONFIG_KEY_MAX];
    char *to = key;
    for (const char *c = name + sizeof prefix - 1; *c && to < key + sizeof key - 1; c++) {
        const bool dot = c[0] == '_' && c[1] == '_';
        *to++ = dot ? '.' : (char)tolower((unsigned char)*c);
        c += dot;
    }
    *to = '\0';
    return config_passes(config, key);
}

/* A CUTTLE_ name wins over an alias that says the same, whichever comes first. */
static int variable_stage(struct config *config, const char *name, const char *text,
                          const char *where, const char *source)
{
    bool alias, foreign;
    struct config_row *row = row_of(config, name, &alias, &foreign);
    if (foreign || (row && alias && row->staged_text))
        return 0;
    if (row)
        return config_stage(config, row, text, where, source);
    if (variable_passes(config, name))
        return 0;
    const char *nearest = config_nearest(config, name, offsetof(struct config_row, variable));
    return config_fail(config, where, "there is no option %.100s; the nearest is %s", name,
                       nearest ? nearest : "");
}

/* An unknown name is the environment's fault, a wrong value the variable's. */
static int environment_stage(struct config *config, const char *name, const char *text)
{
    bool alias, foreign;
    const char *where = row_of(config, name, &alias, &foreign) ? name : "the environment";
    return variable_stage(config, name, text, where, name);
}

int config_read_environment(struct config *config, char *const environment[])
{
    for (size_t i = 0; environment[i]; i++) {
        const char *equals = strchr(environment[i], '=');
        if (!equals)
            continue;
        char name[CONFIG_KEY_MAX];
        size_t len = (size_t)(equals - environment[i]);
        if (len >= sizeof name) {
            if (strncmp(environment[i], prefix, sizeof prefix - 1) != 0)
                continue;
            len = sizeof name - 1; /* too long to be known: refused by what is left of it */
        }
        memcpy(name, environment[i], len);
        name[len] = '\0';
        if (environment_stage(config, name, equals + 1) != 0) {
            config_rollback(config);
            return -EINVAL;
        }
    }
    config_commit(config);
    return 0;
}

/* A walk over one line of a .env file. */
struct line {
    struct config *config;
    const char *path;
    size_t number;
    char *start;
    char *at;
};

static int line_fail(const struct line *line, const char *why)
{
    char where[CONFIG_WHERE_MAX];
    snprintf(where, sizeof where, "%s:%zu:%zu", line->path, line->number,
             (size_t)(line->at - line->start) + 1);
    return config_fail(line->config, where, "%s", why);
}

static void line_space(struct line *line)
{
    while (*line->at == ' ' || *line->at == '\t')
        line->at++;
}

/* 'as it is', or "with \" \\ and \$". Decoded in place. */
static int line_quoted(struct line *line, char **ret_text)
{
    char quote = *line->at;
    char *opening = line->at++;
    char *to = *ret_text = line->at;
    for (; *line->at && *line->at != quote; line->at++) {
        char c = *line->at;
        if (quote == '"' && c == '\\') {
            c = *++line->at;
            if (c == '\0' || !strchr("\"\\$", c))
                return line_fail(line, "no such escape; \\\" \\\\ and \\$ are known");
        }
        *to++ = c;
    }
    if (!*line->at) {
        line->at = opening;
        return line_fail(line, "a quote that does not end on its line");
    }
    line->at++;
    *to = '\0';
    line_space(line);
    if (*line->at && *line->at != '#')
        return line_fail(line, "text after the closing quote");
    return 0;
}

/* Up to a '#' after a space, or the end; without the space round it. */
static void line_plain(struct line *line, char **ret_text)
{
    char *end = *ret_text = line->at;
    for (; *line->at; line->at++) {
        bool space = *line->at == ' ' || *line->at == '\t';
        if (*line->at == '#' &&
            (line->at == *ret_text || line->at[-1] == ' ' || line->at[-1] == '\t'))
            break;
        if (!space)
            end = line->at + 1;
    }
    *end = '\0';
}

static int line_name(struct line *line, char *name, size_t size)
{
    size_t len = 0;
    while (isalnum((unsigned char)line->at[len]) || line->at[len] == '_')
        len++;
    if (len == 0 || isdigit((unsigned char)*line->at) || len >= size)
        return line_fail(line, "expected NAME=value");
    memcpy(name, line->at, len);
    name[len] = '\0';
    line->at += len;
    line_space(line);
    if (*line->at != '=')
        return line_fail(line, "expected NAME=value");
    line->at++;
    line_space(line);
    return 0;
}

/* The same variable stood on a line before: a staged source ends in the variable's name. */
static bool is_repeated(const struct config_row *row, const char *name)
{
    if (!row || !row->staged_text)
        return false;
    const char *space = strrchr(row->staged_source, ' ');
    return space && strcmp(space + 1, name) == 0;
}

static int line_read(struct line *line)
{
    line_space(line);
    if (*line->at == '\0' || *line->at == '#')
        return 0;
    if (strncmp(line->at, "export", 6) == 0 && (line->at[6] == ' ' || line->at[6] == '\t')) {
        line->at += 6;
        line_space(line);
    }
    char name[CONFIG_KEY_MAX], where[CONFIG_WHERE_MAX], source[CONFIG_WHERE_MAX];
    char *name_at = line->at;
    int error = line_name(line, name, sizeof name);
    if (error != 0)
        return error;
    char *value_at = line->at, *text;
    if (*line->at == '"' || *line->at == '\'')
        error = line_quoted(line, &text);
    else
        line_plain(line, &text);
    if (error != 0)
        return error;
    bool alias, foreign;
    const struct config_row *row = row_of(line->config, name, &alias, &foreign);
    if (is_repeated(row, name)) {
        line->at = name_at;
        return line_fail(line, "a second value for the same variable");
    }
    snprintf(where, sizeof where, "%s:%zu:%zu", line->path, line->number,
             (size_t)((row ? value_at : name_at) - line->start) + 1);
    snprintf(source, sizeof source, "%s:%zu %s", line->path, line->number, name);
    return variable_stage(line->config, name, text, where, source);
}

int config_read_env_file(struct config *config, const char *path)
{
    size_t len = 0;
    int error = 0;
    char *text = config_slurp(path, &len, &error);
    if (!text && error == -ENOENT)
        return 0;
    if (!text) {
        config_fail(config, path, "cannot be read: %s", strerror(-error));
        return error;
    }
    if (strlen(text) != len)
        error = config_fail(config, path, "has a zero byte in it: this is no text");
    char *next = text;
    for (size_t number = 1; error == 0 && next && *next; number++) {
        struct line line = {config, path, number, next, next};
        char *newline = strchr(next, '\n');
        next = newline ? newline + 1 : NULL;
        if (newline)
            *(newline > line.start && newline[-1] == '\r' ? newline - 1 : newline) = '\0';
        error = line_read(&line);
    }
    if (error == 0)
        config_commit(config);
    else
        config_rollback(config);
    explicit_bzero(text, len);
    free(text);
    return error;
}
