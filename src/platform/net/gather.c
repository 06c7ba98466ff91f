/* SPDX-License-Identifier: MIT */
#include "platform/net/gather.h"

#include <stdlib.h>
#include <string.h>

bool gather_add(struct gather *gather, const char *bytes, size_t len)
{
    if (gather->size - gather->len < len || !gather->bytes) {
        size_t size = gather->size > 0 ? gather->size : 16384;
        while (size - gather->len < len)
            size *= 2;
        char *grown = realloc(gather->bytes, size);
        if (!grown)
            return false;
        gather->bytes = grown;
        gather->size = size;
    }
    if (len > 0)
        memcpy(gather->bytes + gather->len, bytes, len);
    gather->len += len;
    return true;
}
