/* SPDX-License-Identifier: MIT */
/* Any bytes as the header of a candle file. */
#include "store/npy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t rows = 0;
    size_t offset = 0;
    char *bytes = malloc(size ? size : 1); /* its own block, so that one byte too far is seen */
    if (bytes == NULL)
        return 0;
    if (size > 0)
        memcpy(bytes, data, size);
    if (npy_read_header(bytes, size, &rows, &offset) == NULL) {
        char header[NPY_HEADER_SIZE];
        uint64_t again = 0;
        if (offset > size || offset % 8 != 0)
            abort();
        npy_write_header(header, rows);
        if (npy_read_header(header, sizeof header, &again, &offset) != NULL || again != rows)
            abort();
    }
    free(bytes);
    return 0;
}
