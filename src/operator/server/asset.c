/* SPDX-License-Identifier: MIT */
#include "operator/server/asset.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* zlib: the largest window, in gzip's wrapping */

const struct asset *asset_find(const char *path)
{
    for (size_t i = 0; i < asset_count; i++)
        if (strcmp(assets[i].path, path) == 0)
            return &assets[i];
    return NULL;
}

static bool decompress(const struct asset *asset, unsigned char *plain)
{
    z_stream stream = {0};
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return false;
    stream.next_in = (unsigned char *)asset->data; /* zlib does not write through it */
    stream.avail_in = (unsigned)asset->len;
    stream.next_out = plain;
    stream.avail_out = (unsigned)asset->plain_len;
    bool good = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0;
    inflateEnd(&stream);
    return good;
}

void *asset_plain(const struct asset *asset)
{
    unsigned char *plain = malloc(asset->plain_len + 1);
    if (!plain)
        return NULL;
    if (!asset->gzip) {
        memcpy(plain, asset->data, asset->len);
    } else if (!decompress(asset, plain)) {
        free(plain);
        return NULL;
    }
    return plain;
}
