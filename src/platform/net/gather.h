/* SPDX-License-Identifier: MIT */
/* A message that comes in pieces, put together: memory grows by doubling and is kept for the next
 * one. Zero is empty; free(bytes) ends it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct gather {
    char *bytes;
    size_t len; /* 0 begins anew */
    size_t size;
};

/* False, and nothing changed, when memory is short. */
bool gather_add(struct gather *gather, const char *bytes, size_t len);
