/* SPDX-License-Identifier: MIT */
/* Declared options at their defaults, as a configuration that names none of them leaves them. */
#pragma once

#include "platform/config/config.h"

#include "test.h"

static inline void options_default(const struct option *rows, uint32_t count, void *values)
{
    const struct config_section section = {"part", rows, count, values, ""};
    struct config *config = config_new(&section, 1);
    assert_non_null(config);
    config_free(config);
}
