/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a WebSocket frame's head, read no further than they go; and as a payload, which is
 * the same again behind its mask.
 */
#include "platform/net/frame.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_head(const uint8_t *data, size_t size)
{
    struct frame frame, part;
    const char *why = NULL;
    const int code = frame_parse((const char *)data, size, &frame, &why);
    CHECK(code == 0 || code == 1 || (code >= 1000 && why != NULL));
    CHECK(code != 0 || (frame.head_len >= 2 && frame.head_len <= size && frame.len >> 63 == 0));
    /* Fewer bytes never say more: they ask for the rest, or refuse what they see. */
    for (size_t len = 0; code == 0 && len < frame.head_len; len++)
        CHECK(frame_parse((const char *)data, len, &part, &why) == 1);
}

static void write_and_read(const uint8_t *data, size_t size)
{
    const uint8_t mask[4] = {(uint8_t)size, 0x5a, size > 0 ? data[0] : 0, 0xff};
    char *out = malloc(size + FRAME_HEAD_MAX);
    struct frame frame;
    const char *why;
    CHECK(out);
    const size_t len = frame_write(out, FRAME_TEXT, mask, (const char *)data, size);
    CHECK(frame_parse(out, len, &frame, &why) == 1002); /* masked: only a client sends it */
    out[1] &= 0x7f;
    CHECK(frame_parse(out, len, &frame, &why) == 0);
    CHECK(frame.opcode == FRAME_TEXT && frame.final && frame.len == size);
    CHECK(len == frame.head_len + 4 + size);
    CHECK(memcmp(out + frame.head_len, mask, 4) == 0);
    for (size_t i = 0; i < size; i++)
        CHECK((uint8_t)((uint8_t)out[frame.head_len + 4 + i] ^ mask[i % 4]) == data[i]);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_head(data, size);
    write_and_read(data, size);
    return 0;
}
