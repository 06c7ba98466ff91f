/* SPDX-License-Identifier: MIT */
/*
 * Configuration on declared options (core/base/option.h). Sources, later ones win:
 *
 *     defaults < cuttle.yaml < .env < environment < command line
 *     risk:                  CUTTLE_RISK__MAX_DAILY_LOSS=0.03      --set risk.max_daily_loss=0.03
 *       max_daily_loss: 0.05                                       --risk-max-daily-loss 0.03
 *
 * Every value is checked against its row; unknown and duplicate keys are refused; an error names
 * file, line and column (or the variable, or the flag), the value, and what would be right.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/base/option.h"

#define CONFIG_SECTION_MAX 128
#define CONFIG_ERROR_MAX 512

struct config_section {
    const char *name; /* "risk"; dotted names nest: "strategy.trend"; "" is the top */
    const struct option *options;
    size_t option_count;
    void *values; /* the struct the rows fill */
    const char *help;
    bool unread; /* what it may hold is not known today: its keys are passed over */
};

struct config;

/* The sections stay the caller's; option.initial is applied to all of them at once. */
struct config *config_new(const struct config_section *sections, size_t section_count);
void config_free(struct config *config);

/* For a look at a few options ahead of all others: names that no section has are passed over. The
 * sources are then read again by a config that knows them all. */
void config_glance(struct config *config);

/* Each returns 0, or a negative errno with the reason in config_error; then not one value of that
 * source was applied. */
int config_read_file(struct config *config, const char *path);
int config_read_env_file(struct config *config, const char *path); /* missing is fine */
int config_read_environment(struct config *config, char *const environment[]);
int config_set(struct config *config, const char *key, const char *value, const char *source);

/* A variable outside the CUTTLE_ names that fills an option: KRAKEN_API_KEY -> venue.api_key. A
 * CUTTLE_ name that says the same wins. With key NULL the variable is somebody else's and left
 * alone: CUTTLE_SEED belongs to the tests. */
void config_alias(struct config *config, const char *variable, const char *key);

const char *config_error(const struct config *config);

/* The option a flag names: "--risk-max-daily-loss" -> "risk.max_daily_loss"; NULL when none. */
const char *config_key_of_flag(const struct config *config, const char *flag);

/* The present value as it was written; NULL when there is no such option. */
const char *config_text(struct config *config, const char *key);

/* The present values as YAML with their sources as comments; secrets are masked. */
void config_show(const struct config *config, FILE *out);

/* The same as one JSON object, {"options": [...]}: of each its default, help and where its value is
 * from ("default", "file", "environment", "command line"). A secret that is set is "***". The text
 * is the caller's to free; NULL when memory gave out. */
char *config_json(const struct config *config);

/* The reference page, in Markdown, from the table alone. */
void config_reference(const struct config *config, FILE *out);

/* Checks a text against its row, and, unless `values` is NULL, stores it there. When refused, `why`
 * says what is wrong with it and what would be right. */
bool config_value(const struct option *option, const char *text, void *values, char *why,
                  size_t why_size);

/* How many edits make one word of the other. */
size_t config_distance(const char *a, const char *b);
