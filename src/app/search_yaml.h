/* SPDX-License-Identifier: MIT */
/*
 * One value of a configuration file changed, and not a letter beside it: comments, order, quotes
 * and blank lines stay as they were. What is missing is added at the end of its section, and a
 * section that is missing at the end of the file.
 *
 * Values are those of numbers, words and durations: they need no quotes.
 */
#pragma once

#include <stddef.h>

/*
 * `text` with `key` ("strategy.trend.fast") set to `value`, on the heap, into *ret. 0, or -EINVAL
 * with the reason in `error`: the text is no YAML, or the option stands in braces ({fast: 5}),
 * which are not edited, or is no single value; -ENOMEM.
 */
int yaml_put(const char *text, const char *key, const char *value, char **ret, char *error,
             size_t error_size);
