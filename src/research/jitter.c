/* SPDX-License-Identifier: MIT */
#include "research/jitter.h"

#include <math.h>
#include <stdio.h>

#include "core/base/check.h"

/* An axis of the option's section, or false when these are no values of it. */
static bool read_axis(const struct config_section *section, const struct option *option,
                      const char *values, struct axis *ret)
{
    struct space space = {0};
    char text[AXIS_NAME_MAX + AXIS_TEXT_MAX], error[256];
    snprintf(text, sizeof text, "%s.%s=%s", section->name, option->name, values);
    if (space_add(&space, section, 1, NULL, text, error, sizeof error) != 0) {
        return false;
    }
    *ret = space.axes[0];
    return true;
}

static bool moves(const struct option *option)
{
    return option->type == OPTION_INT || option->type == OPTION_REAL ||
           option->type == OPTION_DURATION || option->type == OPTION_MONEY;
}

bool jitter_add(struct jitter *jitter, const struct config_section *section, uint32_t index,
                const char *text, double by)
{
    const struct option *option = &section->options[index];
    struct axis axis;
    CHECK(by >= 0 && by < 1 && jitter->count < JITTER_AXIS_MAX);
    if (!moves(option) || !read_axis(section, option, text, &axis)) {
        return false;
    }
    const double value = axis_level(&axis, 0);
    const bool whole = option->type == OPTION_INT || option->type == OPTION_DURATION;
    const double far = whole ? fmax(round(fabs(value) * by), 1) : fabs(value) * by;
    double least = value - far, most = value + far;
    if (option->min != 0 || option->max != 0) {
        least = fmax(least, option->min);
        most = fmin(most, option->max);
    }
    char range[160], low[64], high[64];
    snprintf(range, sizeof range, "%s..%s", axis_text(&axis, least, low, sizeof low),
             axis_text(&axis, most, high, sizeof high));
    if (value == 0 || !read_axis(section, option, range, &jitter->axes[jitter->count])) {
        return false;
    }
    jitter->present[jitter->count++] = value;
    return true;
}

void jitter_draw(const struct jitter *jitter, struct prng *prng, double values[JITTER_AXIS_MAX])
{
    for (uint32_t i = 0; i < jitter->count; i++) {
        values[i] = axis_at(&jitter->axes[i], prng_real(prng));
    }
}
