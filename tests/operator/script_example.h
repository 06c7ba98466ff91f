/* SPDX-License-Identifier: MIT */
#pragma once

#include "operator/script/shelf.h"
#include "test.h"

/* The text of a shipped example; the caller frees it. */
static inline char *example(const char *name)
{
    char path[1024];
    const char *source = getenv("CUTTLE_SOURCE");
    snprintf(path, sizeof path, "%s/strategies/examples/%s.lua", source ? source : ".", name);
    return shelf_read_text(path);
}
