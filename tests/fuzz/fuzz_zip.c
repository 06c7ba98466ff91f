/* SPDX-License-Identifier: MIT */
/* Any bytes as a zip archive: what a member gives without a fault is as long as it says. */
#include "store/zip.h"

#include <stdlib.h>
#include <string.h>

#define GIVEN_MAX (1 << 20) /* enough of a member that unpacks to gigabytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_member(struct zip *zip, size_t index, size_t piece)
{
    static char out[4096];
    char error[512];
    struct zip_stream *stream = NULL;
    uint64_t given = 0;
    int64_t got;
    if (zip_stream_open(zip, index, &stream, error, sizeof error) != 0)
        return;
    while ((got = zip_stream_read(stream, out, piece)) > 0 && given < GIVEN_MAX)
        given += (uint64_t)got;
    if (given > zip_get(zip, index)->size || (got < 0) != (zip_stream_fault(stream) != NULL) ||
        (got == 0 && given != zip_get(zip, index)->size))
        abort();
    zip_stream_close(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char error[512];
    struct zip *zip = NULL;
    uint8_t *exact = malloc(size ? size : 1);
    if (exact == NULL)
        return 0;
    if (size > 0)
        memcpy(exact, data, size);
    if (zip_open_bytes("fuzz", exact, size, &zip, error, sizeof error) == 0)
        for (size_t i = 0; i < zip_count(zip) && i < 8; i++)
            read_member(zip, i, 1 + size % 4096);
    zip_close(zip);
    free(exact);
    return 0;
}
