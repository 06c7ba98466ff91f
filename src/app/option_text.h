/* SPDX-License-Identifier: MIT */
/* An option's value as its declaration would have it written: the same value, the same text. */
#pragma once

#include <stddef.h>

#include "core/base/option.h"

void option_text(const struct option *option, const void *values, char *out, size_t size);
