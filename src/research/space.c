/* SPDX-License-Identifier: MIT */
#include "research/space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

/* Twelve digits are what is left of a double after a hundred additions. */
static double tidy(double value, int digits)
{
    char text[40];
    snprintf(text, sizeof text, "%.*g", digits, value);
    return strtod(text, NULL);
}

static double between(double value, double min, double max)
{
    return value < min ? min : value > max ? max : value;
}

/* At 0..1 of an axis where anything between is good. */
static double free_at(const struct axis *axis, double place)
{
    const double span = place * (axis->log ? log(axis->max / axis->min) : axis->max - axis->min);
    const double value = axis->log ? axis->min * exp(span) : axis->min + span;
    return axis_snap(axis, value);
}

double axis_level(const struct axis *axis, uint32_t index)
{
    CHECK(index < axis->count);
    return axis->spacing == SPACING_STEP ? tidy(axis->min + index * axis->step, 12)
                                         : axis->levels[index];
}

uint32_t axis_level_of(const struct axis *axis, double value)
{
    if (axis->spacing == SPACING_STEP) {
        const double index = round((value - axis->min) / axis->step);
        return (uint32_t)between(index, 0, axis->count - 1);
    }
    uint32_t nearest = 0;
    for (uint32_t i = 1; i < axis->count; i++) {
        if (fabs(axis->levels[i] - value) < fabs(axis->levels[nearest] - value)) {
            nearest = i;
        }
    }
    return nearest;
}

double axis_place(const struct axis *axis, double value)
{
    if (axis->spacing != SPACING_FREE) {
        return (axis_level_of(axis, value) + 0.5) / axis->count;
    }
    const double place = axis->log ? log(value / axis->min) / log(axis->max / axis->min)
                                   : (value - axis->min) / (axis->max - axis->min);
    return between(place, 0, 1);
}

double axis_at(const struct axis *axis, double place)
{
    place = between(place, 0, 1);
    if (axis->spacing == SPACING_FREE) {
        return free_at(axis, place);
    }
    return axis_level(axis, (uint32_t)between(floor(place * axis->count), 0, axis->count - 1));
}

double axis_snap(const struct axis *axis, double value)
{
    if (axis->spacing != SPACING_FREE) {
        return axis_level(axis, axis_level_of(axis, value));
    }
    return between(axis->kind == AXIS_INT ? round(value) : tidy(value, 6), axis->min, axis->max);
}

const char *axis_text(const struct axis *axis, double value, char *text, size_t size)
{
    char duration[TIMESTAMP_TEXT_MAX];
    switch (axis->option->type) {
    case OPTION_BOOL:
        snprintf(text, size, "%s", value != 0 ? "true" : "false");
        break;
    case OPTION_CHOICE:
        snprintf(text, size, "%s", axis->option->choices[(uint32_t)value]);
        break;
    case OPTION_DURATION:
        duration_format(duration, llround(value * (double)NS_PER_S));
        snprintf(text, size, "%s", duration);
        break;
    case OPTION_REAL:
        snprintf(text, size, "%.12g", value);
        break;
    case OPTION_MONEY:
        snprintf(text, size, "%.8f", value);
        break;
    default:
        snprintf(text, size, "%lld", llround(value));
    }
    return text;
}

const char *space_setting(const struct space *space, const struct point *point, uint32_t index,
                          char text[POINT_TEXT_MAX])
{
    const struct axis *axis = &space->axes[index];
    char value[64];
    snprintf(text, POINT_TEXT_MAX, "%s=%s", axis->name,
             axis_text(axis, point->at[index], value, sizeof value));
    return text;
}

bool space_is_finite(const struct space *space)
{
    for (uint32_t i = 0; i < space->axis_count; i++) {
        if (space->axes[i].spacing == SPACING_FREE) {
            return false;
        }
    }
    return true;
}

uint64_t space_grid_count(const struct space *space)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < space->axis_count; i++) {
        if (__builtin_mul_overflow(count, space->axes[i].count, &count)) {
            return UINT64_MAX;
        }
    }
    return count;
}

void space_grid_point(const struct space *space, uint64_t index, struct point *ret)
{
    *ret = (struct point){0};
    for (uint32_t i = space->axis_count; i-- > 0;) {
        const struct axis *axis = &space->axes[i];
        ret->at[i] = axis_level(axis, (uint32_t)(index % axis->count));
        index /= axis->count;
    }
}

void space_draw(const struct space *space, struct prng *prng, struct point *ret)
{
    *ret = (struct point){0};
    for (uint32_t i = 0; i < space->axis_count; i++) {
        ret->at[i] = axis_at(&space->axes[i], prng_real(prng));
    }
}

void space_snap(const struct space *space, struct point *point)
{
    for (uint32_t i = 0; i < space->axis_count; i++) {
        point->at[i] = axis_snap(&space->axes[i], point->at[i]);
    }
}

bool space_same(const struct space *space, const struct point *a, const struct point *b)
{
    for (uint32_t i = 0; i < space->axis_count; i++) {
        if (a->at[i] != b->at[i]) {
            return false;
        }
    }
    return true;
}
