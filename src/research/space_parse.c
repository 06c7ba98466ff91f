/* SPDX-License-Identifier: MIT */
/* From the text of an axis to the axis, and what to say when that fails. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "research/space.h"

#define NEAR_MAX 3 /* names that an error offers */

/* The text of one axis on its way to becoming one. */
struct reader {
    struct axis *axis;
    char *error;
    size_t error_size;
};

static int refuse(const struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int refuse(const struct reader *reader, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(reader->error, reader->error_size, format, values);
    va_end(values);
    return -EINVAL;
}

/* One value in the axis' own unit. `option` is the axis' row, or a copy without its range. */
static int read_value(const struct reader *reader, const struct option *option, const char *text,
                      double *ret)
{
    union {
        bool truth;
        int64_t whole;
        int32_t choice;
        double real;
    } value = {0};
    char why[256];
    struct option row = *option;
    row.offset = 0;
    if (!config_value(&row, text, &value, why, sizeof why)) {
        return refuse(reader, "%s: %s", reader->axis->name, why);
    }
    switch (row.type) {
    case OPTION_BOOL:
        *ret = value.truth;
        break;
    case OPTION_CHOICE:
        *ret = value.choice;
        break;
    case OPTION_REAL:
        *ret = value.real;
        break;
    case OPTION_DURATION:
        *ret = (double)value.whole / (double)NS_PER_S;
        break;
    case OPTION_MONEY:
        *ret = (double)value.whole / 1e8;
        break;
    default:
        *ret = (double)value.whole;
    }
    return 0;
}

static void set_free(struct axis *axis)
{
    axis->spacing = SPACING_FREE;
    axis->count = 0;
    for (uint32_t i = 0; i < AXIS_FREE_LEVELS; i++) {
        const double level = axis_at(axis, i / (double)(AXIS_FREE_LEVELS - 1));
        if (axis->count == 0 || level > axis->levels[axis->count - 1]) {
            axis->levels[axis->count++] = level;
        }
    }
}

/* Every so many from the least on. */
static int set_steps(const struct reader *reader, double step)
{
    struct axis *axis = reader->axis;
    const double count = floor((axis->max - axis->min) / step + 1e-9) + 1;
    if (!(step > 0)) {
        return refuse(reader, "%s=%s: the step must be above 0", axis->name, axis->text);
    }
    if (!(count <= AXIS_STEP_MAX)) {
        return refuse(reader, "%s=%s: these are more than %d values; name a wider step, as in :%g",
                      axis->name, axis->text, AXIS_STEP_MAX, ceil((axis->max - axis->min) / 100));
    }
    axis->spacing = SPACING_STEP;
    axis->step = step;
    axis->count = (uint32_t)count;
    axis->max = axis_level(axis, axis->count - 1);
    return 0;
}

static int set_range(const struct reader *reader, const char *tail)
{
    struct axis *axis = reader->axis;
    if (!(axis->min < axis->max)) {
        return refuse(reader, "%s=%s: the first must be below the second", axis->name, axis->text);
    }
    if (tail == NULL) {
        if (axis->kind == AXIS_INT) {
            return set_steps(reader, 1);
        }
        set_free(axis);
        return 0;
    }
    if (strcmp(tail, "log") == 0) {
        if (!(axis->min > 0)) {
            return refuse(reader, "%s=%s: a logarithm wants a range above 0", axis->name,
                          axis->text);
        }
        axis->log = true;
        set_free(axis);
        return 0;
    }
    struct option unbounded = *axis->option;
    unbounded.min = unbounded.max = 0;
    double step;
    const int result = read_value(reader, &unbounded, tail, &step);
    return result != 0 ? result : set_steps(reader, step);
}

/* The option's own range. */
static int set_whole(const struct reader *reader)
{
    struct axis *axis = reader->axis;
    const struct option *option = axis->option;
    if (axis->kind == AXIS_CHOICE) {
        axis->spacing = SPACING_LISTED;
        for (axis->count = 0;
             option->type == OPTION_BOOL ? axis->count < 2 : option->choices[axis->count] != NULL;
             axis->count++) {
            CHECK(axis->count < AXIS_LEVEL_MAX);
            axis->levels[axis->count] = axis->count;
        }
        snprintf(axis->text, sizeof axis->text, "all");
        return 0;
    }
    if (option->min == 0 && option->max == 0) {
        return refuse(reader, "%s takes any number: say which, as in %s=1..10", axis->name,
                      axis->name);
    }
    axis->min = option->min;
    axis->max = option->max;
    snprintf(axis->text, sizeof axis->text, "%.15g..%.15g", axis->min, axis->max);
    return set_range(reader, NULL);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* "5,10,20"; the text is cut up. */
static int set_list(const struct reader *reader, char *rest)
{
    struct axis *axis = reader->axis;
    axis->spacing = SPACING_LISTED;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        double value = 0;
        if (axis->count == AXIS_LEVEL_MAX) {
            return refuse(reader,
                          "%s: more than %d values named one by one; write a range, as "
                          "in 5..500:5",
                          axis->name, AXIS_LEVEL_MAX);
        }
        const int result = read_value(reader, axis->option, word, &value);
        if (result != 0) {
            return result;
        }
        for (uint32_t i = 0; i < axis->count; i++) {
            if (axis->levels[i] == value) {
                return refuse(reader, "%s=%s: %s is named twice", axis->name, axis->text, word);
            }
        }
        axis->levels[axis->count++] = value;
    }
    if (axis->kind != AXIS_CHOICE) {
        qsort(axis->levels, axis->count, sizeof axis->levels[0], by_value);
    }
    axis->min = axis->levels[0];
    axis->max = axis->levels[axis->count - 1];
    return 0;
}

static int set_values(const struct reader *reader, const char *values)
{
    struct axis *axis = reader->axis;
    char text[AXIS_TEXT_MAX];
    if (values == NULL) {
        return set_whole(reader);
    }
    if ((size_t)snprintf(axis->text, sizeof axis->text, "%s", values) >= sizeof axis->text) {
        return refuse(reader, "%s: the values are too long a text", axis->name);
    }
    memcpy(text, axis->text, sizeof text);
    char *dots = strstr(text, "..");
    if (dots == NULL) {
        return set_list(reader, text);
    }
    if (axis->kind == AXIS_CHOICE) {
        return refuse(reader, "%s=%s: name its words one by one, with commas between", axis->name,
                      axis->text);
    }
    char *tail = strchr(dots, ':');
    *dots = '\0';
    if (tail != NULL) {
        *tail++ = '\0';
    }
    int result = read_value(reader, axis->option, text, &axis->min);
    if (result == 0) {
        result = read_value(reader, axis->option, dots + 2, &axis->max);
    }
    return result != 0 ? result : set_range(reader, tail);
}

/* The names that need the fewest edits; one that is right but for its section comes first. */
static int refuse_name(const struct reader *reader, const struct config_section *sections,
                       size_t section_count, const char *name)
{
    char near[NEAR_MAX][AXIS_NAME_MAX] = {""}, full[AXIS_NAME_MAX];
    size_t distance[NEAR_MAX] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    const char *dot = strrchr(name, '.');
    for (size_t s = 0; s < section_count; s++) {
        for (size_t i = 0; i < sections[s].option_count; i++) {
            const char *known = sections[s].options[i].name;
            snprintf(full, sizeof full, "%s.%s", sections[s].name, known);
            size_t far =
                strcmp(known, dot == NULL ? name : dot + 1) == 0 ? 1 : config_distance(name, full);
            for (size_t k = 0; k < NEAR_MAX; k++) {
                if (far < distance[k]) {
                    memmove(&near[k + 1], &near[k], (NEAR_MAX - 1 - k) * sizeof near[0]);
                    memmove(&distance[k + 1], &distance[k],
                            (NEAR_MAX - 1 - k) * sizeof distance[0]);
                    memcpy(near[k], full, sizeof full);
                    distance[k] = far;
                    break;
                }
            }
        }
    }
    return refuse(reader, "there is no option '%.90s' to search; near it are %s, %s and %s", name,
                  near[0], near[1], near[2]);
}

static int find_option(const struct reader *reader, const struct config_section *sections,
                       size_t section_count)
{
    struct axis *axis = reader->axis;
    char full[AXIS_NAME_MAX + 64];
    for (size_t s = 0; s < section_count; s++) {
        for (size_t i = 0; i < sections[s].option_count; i++) {
            const struct option *option = &sections[s].options[i];
            snprintf(full, sizeof full, "%s.%s", sections[s].name, option->name);
            if (strcmp(full, axis->name) == 0) {
                axis->option = option;
            }
        }
    }
    if (axis->option == NULL) {
        return refuse_name(reader, sections, section_count, axis->name);
    }
    switch (axis->option->type) {
    case OPTION_BOOL:
    case OPTION_CHOICE:
        axis->kind = AXIS_CHOICE;
        return 0;
    case OPTION_INT:
    case OPTION_DURATION:
        axis->kind = AXIS_INT;
        return 0;
    case OPTION_REAL:
    case OPTION_MONEY:
        axis->kind = AXIS_REAL;
        return 0;
    default:
        return refuse(reader, "%s is a %s: there is nothing to search in it", axis->name,
                      axis->option->type == OPTION_TIME ? "time" : "text");
    }
}

int space_add(struct space *space, const struct config_section *sections, size_t section_count,
              const char *strategy, const char *text, char *error, size_t error_size)
{
    struct axis axis = {.count = 0};
    const struct reader reader = {&axis, error, error_size};
    const char *equals = strchr(text, '=');
    const int len = equals != NULL ? (int)(equals - text) : (int)strlen(text);
    const bool bare = memchr(text, '.', (size_t)len) == NULL;
    if (len == 0) {
        return refuse(&reader, "'%.80s': write an option and its values, as in fast=5..50:5", text);
    }
    if (bare && strategy == NULL) {
        return refuse(&reader,
                      "'%.*s': whose is it? Write its section before it, as in "
                      "strategy.trend.%.*s",
                      len, text, len, text);
    }
    const int wrote =
        bare ? snprintf(axis.name, sizeof axis.name, "strategy.%s.%.*s", strategy, len, text)
             : snprintf(axis.name, sizeof axis.name, "%.*s", len, text);
    if ((size_t)wrote >= sizeof axis.name) {
        return refuse(&reader, "'%.80s..' is no option's name", text);
    }
    if (space->axis_count == SPACE_AXIS_MAX) {
        return refuse(&reader, "more than %d axes are not searched", SPACE_AXIS_MAX);
    }
    for (uint32_t i = 0; i < space->axis_count; i++) {
        if (strcmp(space->axes[i].name, axis.name) == 0) {
            return refuse(&reader, "%s is named twice", axis.name);
        }
    }
    int result = find_option(&reader, sections, section_count);
    if (result == 0) {
        result = set_values(&reader, equals == NULL ? NULL : equals + 1);
    }
    if (result == 0) {
        space->axes[space->axis_count++] = axis;
    }
    return result;
}
