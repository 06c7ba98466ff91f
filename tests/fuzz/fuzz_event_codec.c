/* SPDX-License-Identifier: MIT */
/* Any bytes as an event of the journal: what is taken for one is written and read as the same. */
#include "store/event_codec.h"

#include <string.h>

#include "core/base/check.h"

#define OUT_SIZE                                                                                   \
    (1u << 20) /* a code may be shorter than ours for the same event, never so much                \
                */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct event_buffer buffer, again_buffer;
    static uint8_t first[OUT_SIZE], second[OUT_SIZE];
    struct event event, again;
    if (!event_decode(data, size, 24, &event, &buffer))
        return 0;
    const size_t first_len = event_encode(&event, first, sizeof first);
    CHECK(first_len > 0);
    CHECK(event_decode(first, first_len, 24, &again, &again_buffer));
    CHECK(again.kind == event.kind && again.time_ns == event.time_ns);
    const size_t second_len = event_encode(&again, second, sizeof second);
    CHECK(second_len == first_len && memcmp(first, second, first_len) == 0);
    return 0;
}
