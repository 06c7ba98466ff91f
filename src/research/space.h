/* SPDX-License-Identifier: MIT */
/*
 * What a search searches: a few declared options, an axis each, and the values each may take.
 *
 *     strategy.trend.fast=5..50:5      5, 10, .. 50
 *     strategy.trend.fast=5,10,20      these
 *     strategy.trend.stop_atr=1..4     any number between; of an option in whole numbers, each
 *     strategy.trend.adx=10..40:log    as likely from 10 to 20 as from 20 to 40
 *     regime.enabled=true,false        words; a bool is a choice of false (0) and true (1)
 *     strategy.trend.fast              from the least to the most that the option takes
 *
 * A point has a value for each axis: a number in the option's own unit (durations in seconds, money
 * in whole currency), or the index of a word among the option's choices. Values are always ones the
 * axis may take: numbers between are cut to six digits, so that a point's text is the point.
 *
 * The levels of an axis are what a grid tries: all its values, or, where any number between is
 * good, AXIS_FREE_LEVELS of them.
 */
#pragma once

#include "core/base/prng.h"
#include "platform/config/config.h"

#define SPACE_AXIS_MAX 12
#define AXIS_NAME_MAX 96
#define AXIS_TEXT_MAX 256   /* the values as they were asked for */
#define AXIS_LEVEL_MAX 64   /* named one by one */
#define AXIS_STEP_MAX 10000 /* levels of a range with a step */
#define AXIS_FREE_LEVELS 10
#define POINT_TEXT_MAX (AXIS_NAME_MAX + 64) /* "name=value" */

enum axis_kind {
    AXIS_REAL,
    AXIS_INT,
    AXIS_CHOICE,
};

enum axis_spacing {
    SPACING_LISTED, /* nothing but its levels */
    SPACING_STEP,   /* min, min + step, .. */
    SPACING_FREE,   /* anything between, whole numbers where it is AXIS_INT */
};

struct axis {
    char name[AXIS_NAME_MAX]; /* of the option, with its section */
    char text[AXIS_TEXT_MAX]; /* the values: "5..50:5" */
    const struct option *option;
    enum axis_kind kind;
    enum axis_spacing spacing;
    bool log;
    double min, max;
    double step;
    uint32_t count;                /* of its levels */
    double levels[AXIS_LEVEL_MAX]; /* unless SPACING_STEP; numbers ascend, words as they were named
                                    */
};

struct space {
    uint32_t axis_count;
    struct axis axes[SPACE_AXIS_MAX];
};

struct point {
    double at[SPACE_AXIS_MAX];
};

/*
 * Adds the axis that `text` names. A name without a dot is a parameter of `strategy`, unless that
 * is NULL. Only options of `sections` are found. 0, or -EINVAL with the reason in `error`; the
 * space is then as it was.
 */
int space_add(struct space *space, const struct config_section *sections, size_t section_count,
              const char *strategy, const char *text, char *error, size_t error_size);

/* The levels of an axis: the level of an index; the index of the level nearest to a value. */
double axis_level(const struct axis *axis, uint32_t index);
uint32_t axis_level_of(const struct axis *axis, double value);

/* A value's place on the axis, 0..1, along the logarithm where that is asked for, and what is at a
 * place: each of finitely many values has as much room, and is found in the middle of it. */
double axis_place(const struct axis *axis, double value);
double axis_at(const struct axis *axis, double place);

/* The nearest value that the axis may take. */
double axis_snap(const struct axis *axis, double value);

/* "20", "90m", "true": as the configuration has it. Returns `text`. */
const char *axis_text(const struct axis *axis, double value, char *text, size_t size);

/* "strategy.trend.fast=20", for --set. Returns `text`. */
const char *space_setting(const struct space *space, const struct point *point, uint32_t index,
                          char text[POINT_TEXT_MAX]);

/* True when the points of the grid are all there are. */
bool space_is_finite(const struct space *space);

/* How many points the grid has, UINT64_MAX when they are more than that, and each of them; the last
 * axis moves fastest. */
uint64_t space_grid_count(const struct space *space);
void space_grid_point(const struct space *space, uint64_t index, struct point *ret);

/* A point as likely as any other. */
void space_draw(const struct space *space, struct prng *prng, struct point *ret);

void space_snap(const struct space *space, struct point *point);
bool space_same(const struct space *space, const struct point *a, const struct point *b);
