/* SPDX-License-Identifier: MIT */
/* Any bytes as the note of what has been fetched: what is taken is spans in order and apart. */
#include "store/fetched.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char first[] = "cuttle fetched 1\n";
    static struct fetched fetched;
    struct fetched_span hole = {0};
    char *text = malloc(size + sizeof first);
    if (text == NULL)
        return 0;
    memcpy(text, first, sizeof first - 1);
    memcpy(text + sizeof first - 1, data, size);
    if (fetched_parse(text, size + sizeof first - 1, &fetched)) {
        for (size_t i = 0; i < fetched.count; i++)
            if (fetched.spans[i].from_ns >= fetched.spans[i].until_ns ||
                (i > 0 && fetched.spans[i].from_ns <= fetched.spans[i - 1].until_ns))
                abort();
        while (fetched_hole(&fetched, hole.until_ns, INT64_MAX, &hole))
            if (hole.from_ns >= hole.until_ns)
                abort();
        if (fetched_add(&fetched, 0, INT64_MAX) && fetched.count != 1)
            abort();
    }
    free(text);
    return 0;
}
