/* SPDX-License-Identifier: MIT */
/*
 * What the files of platform/config share. Every source is read in two steps: each value is
 * checked and staged, and only when the whole source was good are all of them committed; so a
 * source with one error changes nothing.
 */
#pragma once

#include "platform/config/config.h"

#define CONFIG_KEY_MAX 128
#define CONFIG_WHERE_MAX 4224 /* a path, a line and a column */

struct config_row {
    const struct config_section *section;
    const struct option *option;
    char key[CONFIG_KEY_MAX];      /* risk.max_daily_loss */
    char variable[CONFIG_KEY_MAX]; /* CUTTLE_RISK__MAX_DAILY_LOSS */
    char flag[CONFIG_KEY_MAX];     /* --risk-max-daily-loss */
    char *text;                    /* the present value as it was written */
    char *source;
    char *staged_text; /* NULL: nothing staged */
    char *staged_source;
};

struct config_name {
    char variable[CONFIG_KEY_MAX];
    char key[CONFIG_KEY_MAX]; /* "": the variable is not ours */
};

struct config {
    const struct config_section *sections;
    size_t section_count;
    struct config_row *rows;
    size_t row_count;
    struct config_name *aliases;
    size_t alias_count;
    bool glance;
    char error[CONFIG_ERROR_MAX];
};

/* Sets the error "<where>: <what>" and returns -EINVAL. */
int config_fail(struct config *config, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* NULL when there is no such option. */
struct config_row *config_find(struct config *config, const char *key);

/* Whether a key without a row may be passed over: of a glance any, else one that lies in an unread
 * section. */
bool config_passes(const struct config *config, const char *key);

/* The row whose name, taken from its field at `offset`, needs the fewest edits to be `name`; NULL
 * when there are no rows. */
const char *config_nearest(const struct config *config, const char *name, size_t offset);

/* Checks a value and keeps it for the commit. 0 or a negative errno with the error set. */
int config_stage(struct config *config, struct config_row *row, const char *text, const char *where,
                 const char *source);
void config_commit(struct config *config);
void config_rollback(struct config *config);

/* "number", "whole number" ...; and "0.01 to 0.5", "" when anything goes. */
const char *config_type_name(const struct option *option);
void config_range(const struct option *option, char *out, size_t size);

/* The whole of a file, terminated, in the heap; NULL with *ret_error set (a negative errno). */
char *config_slurp(const char *path, size_t *ret_len, int *ret_error);
