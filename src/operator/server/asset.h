/* SPDX-License-Identifier: MIT */
/*
 * The dashboard's files, inside the program. web/build.mjs writes the table with the bundle, each
 * file compressed by gzip; asset_none.c is the table of a build without Node.js: one plain page
 * that says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct asset {
    const char *path; /* "/app.js" */
    const char *content_type;
    const char *etag; /* in its quotes */
    bool gzip;
    size_t plain_len; /* of what `data` decompresses to */
    const unsigned char *data;
    size_t len;
};

extern const struct asset assets[];
extern const size_t asset_count;

/* NULL when there is none at the path. */
const struct asset *asset_find(const char *path);

/* The file without compression, allocated; NULL when that fails. */
void *asset_plain(const struct asset *asset);
