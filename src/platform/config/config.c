/* SPDX-License-Identifier: MIT */
#include "platform/config/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/config/config_row.h"

/* No configuration is larger; a path given by mistake might be. */
#define FILE_SIZE_MAX (1 << 20)

static char *copy_text(const char *text)
{
    char *copy = strdup(text);
    CHECK(copy != NULL);
    return copy;
}

/* risk.max_daily_loss -> CUTTLE_RISK__MAX_DAILY_LOSS and --risk-max-daily-loss */
static void row_names(struct config_row *row)
{
    const char *dot = *row->section->name ? "." : "";
    int len =
        snprintf(row->key, sizeof row->key, "%s%s%s", row->section->name, dot, row->option->name);
    CHECK(len > 0 && len < CONFIG_KEY_MAX / 2);
    char *variable = row->variable + snprintf(row->variable, sizeof row->variable, "CUTTLE_");
    char *flag = row->flag + snprintf(row->flag, sizeof row->flag, "--");
    for (const char *c = row->key; *c; c++) {
        if (*c == '.')
            *variable++ = '_';
        *variable++ = *c == '.' || *c == '-' ? '_' : (char)toupper((unsigned char)*c);
        *flag++ = *c == '.' || *c == '_' ? '-' : *c;
    }
}

static void row_init(struct config_row *row, const struct config_section *section,
                     const struct option *option)
{
    *row = (struct config_row){.section = section, .option = option};
    row_names(row);
    const char *initial = option->initial ? option->initial : "";
    char why[CONFIG_ERROR_MAX];
    CHECK(config_value(option, initial, section->values, why, sizeof why));
    row->text = copy_text(initial);
    row->source = copy_text("default");
}

struct config *config_new(const struct config_section *sections, size_t section_count)
{
    CHECK(section_count <= CONFIG_SECTION_MAX);
    struct config *config = calloc(1, sizeof *config);
    CHECK(config != NULL);
    config->sections = sections;
    config->section_count = section_count;
    size_t count = 0;
    for (size_t i = 0; i < section_count; i++)
        count += sections[i].option_count;
    config->rows = calloc(count ? count : 1, sizeof *config->rows);
    CHECK(config->rows != NULL);
    for (size_t i = 0; i < section_count; i++)
        for (size_t j = 0; j < sections[i].option_count; j++)
            row_init(&config->rows[config->row_count++], &sections[i], &sections[i].options[j]);
    return config;
}

void config_glance(struct config *config)
{
    config->glance = true;
}

bool config_passes(const struct config *config, const char *key)
{
    bool passes = config->glance;
    for (size_t i = 0; i < config->section_count && !passes; i++) {
        const struct config_section *section = &config->sections[i];
        const size_t len = strlen(section->name);
        passes = section->unread && strncmp(section->name, key, len) == 0 && key[len] == '.';
    }
    return passes;
}

/* Secrets do not stay behind in freed memory. */
static void forget(char **text)
{
    if (*text)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

void config_free(struct config *config)
{
    if (!config)
        return;
    config_rollback(config);
    for (size_t i = 0; i < config->row_count; i++) {
        forget(&config->rows[i].text);
        forget(&config->rows[i].source);
    }
    free(config->rows);
    free(config->aliases);
    free(config);
}

int config_fail(struct config *config, const char *where, const char *format, ...)
{
    /* A long path is cut, not the reason. */
    char what[CONFIG_ERROR_MAX - 64];
    va_list values;
    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    int where_max = (int)(sizeof config->error - sizeof ": " - strlen(what));
    snprintf(config->error, sizeof config->error, "%.*s: %s", where_max, where, what);
    return -EINVAL;
}

const char *config_error(const struct config *config)
{
    return config->error;
}

struct config_row *config_find(struct config *config, const char *key)
{
    for (size_t i = 0; i < config->row_count; i++)
        if (strcmp(config->rows[i].key, key) == 0)
            return &config->rows[i];
    return NULL;
}

const char *config_text(struct config *config, const char *key)
{
    const struct config_row *row = config_find(config, key);
    return row == NULL ? NULL : row->text;
}

/* Levenshtein's distance (1965), one row of the table at a time; texts are cut to the row. */
size_t config_distance(const char *a, const char *b)
{
    size_t row[CONFIG_KEY_MAX + 1];
    size_t len = strnlen(b, CONFIG_KEY_MAX);
    for (size_t j = 0; j <= len; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] && i <= CONFIG_KEY_MAX; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= len; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[len];
}

const char *config_nearest(const struct config *config, const char *name, size_t offset)
{
    const char *nearest = NULL;
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < config->row_count; i++) {
        const char *known = (const char *)&config->rows[i] + offset;
        /* The right name in the wrong section is nearer than any misspelling. */
        size_t distance =
            strcmp(config->rows[i].option->name, name) == 0 ? 0 : config_distance(name, known);
        if (distance < best) {
            best = distance;
            nearest = known;
        }
    }
    return nearest;
}

int config_stage(struct config *config, struct config_row *row, const char *text, const char *where,
                 const char *source)
{
    char why[CONFIG_ERROR_MAX];
    if (!config_value(row->option, text, NULL, why, sizeof why))
        return config_fail(config, where, "%s: %s", row->key, why);
    forget(&row->staged_text);
    forget(&row->staged_source);
    row->staged_text = copy_text(text);
    row->staged_source = copy_text(source);
    return 0;
}

void config_commit(struct config *config)
{
    char why[CONFIG_ERROR_MAX];
    for (size_t i = 0; i < config->row_count; i++) {
        struct config_row *row = &config->rows[i];
        if (!row->staged_text)
            continue;
        CHECK(config_value(row->option, row->staged_text, row->section->values, why, sizeof why));
        forget(&row->text);
        forget(&row->source);
        row->text = row->staged_text;
        row->source = row->staged_source;
        row->staged_text = row->staged_source = NULL;
    }
    config->error[0] = '\0';
}

void config_rollback(struct config *config)
{
    for (size_t i = 0; i < config->row_count; i++) {
        forget(&config->rows[i].staged_text);
        forget(&config->rows[i].staged_source);
    }
}

int config_set(struct config *config, const char *key, const char *value, const char *source)
{
    struct config_row *row = config_find(config, key);
    if (!row && config_passes(config, key))
        return 0;
    if (!row) {
        const char *nearest = config_nearest(config, key, offsetof(struct config_row, key));
        return config_fail(config, source, "there is no option '%s'; the nearest is '%s'", key,
                           nearest ? nearest : "");
    }
    int error = config_stage(config, row, value, source, source);
    if (error == 0)
        config_commit(config);
    return error;
}

void config_alias(struct config *config, const char *variable, const char *key)
{
    CHECK(!key || config_find(config, key));
    size_t size = (config->alias_count + 1) * sizeof *config->aliases;
    struct config_name *aliases = realloc(config->aliases, size);
    CHECK(aliases != NULL);
    config->aliases = aliases;
    struct config_name *alias = &aliases[config->alias_count++];
    CHECK(strlen(variable) < sizeof alias->variable);
    snprintf(alias->variable, sizeof alias->variable, "%s", variable);
    snprintf(alias->key, sizeof alias->key, "%s", key ? key : "");
}

const char *config_key_of_flag(const struct config *config, const char *flag)
{
    for (size_t i = 0; i < config->row_count; i++)
        if (strcmp(config->rows[i].flag, flag) == 0)
            return config->rows[i].key;
    return NULL;
}

char *config_slurp(const char *path, size_t *ret_len, int *ret_error)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        *ret_error = -errno;
        return NULL;
    }
    char *text = malloc(FILE_SIZE_MAX + 1);
    CHECK(text != NULL);
    errno = 0;
    size_t len = fread(text, 1, FILE_SIZE_MAX + 1, file);
    int error = ferror(file) ? -(errno ? errno : EIO) : len > FILE_SIZE_MAX ? -EFBIG : 0;
    fclose(file);
    if (error != 0) {
        free(text);
        *ret_error = error;
        return NULL;
    }
    text[len] = '\0';
    *ret_len = len;
    return text;
}
