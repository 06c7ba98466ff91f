/* SPDX-License-Identifier: MIT */
/*
 * A declared option: one row says its name, type, unit, default, range and help. The same row
 * checks the configuration, writes the reference page, prints the help and feeds the parameter
 * search. Rows live beside the struct they fill; `platform/config` reads texts into it.
 *
 *   type             field at `offset`             text
 *   OPTION_BOOL      bool                          true, false
 *   OPTION_INT       int64_t                       12
 *   OPTION_REAL      double                        0.02
 *   OPTION_DURATION  int64_t, nanoseconds          180s, 1h30m
 *   OPTION_TIME      int64_t, ns since 1970        2024-08-01, RFC 3339; "" is 0
 *   OPTION_MONEY     int64_t, 1e-8 of the currency 10000.00
 *   OPTION_CHOICE    int32_t, index in `choices`   one of the words
 *   OPTION_TEXT      char[size]                    any; a YAML list is joined by one space
 *   OPTION_SECRET    char[size]                    masked whenever shown
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_BOOL,
    OPTION_INT,
    OPTION_REAL,
    OPTION_DURATION,
    OPTION_TIME,
    OPTION_MONEY,
    OPTION_CHOICE,
    OPTION_TEXT,
    OPTION_SECRET,
};

struct option {
    const char *name;
    enum option_type type;
    const char *unit;           /* "" where the type says it all */
    const char *initial;        /* the default, as text */
    double min, max;            /* both 0: any; durations in seconds, money in whole currency */
    const char *const *choices; /* NULL-terminated, OPTION_CHOICE only */
    size_t offset;
    size_t size; /* of the field: the capacity of a text with its terminator */
    const char *help;
};

/* Fills offset and size: OPTION_FIELD(struct risk_config, max_positions). */
#define OPTION_FIELD(type, member) offsetof(type, member), sizeof(((type *)0)->member)
