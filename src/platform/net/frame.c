/* SPDX-License-Identifier: MIT */
#include "platform/net/frame.h"

#include <string.h>

static int frame_refuse(const char *why, const char **ret_why)
{
    *ret_why = why;
    return 1002;
}

static bool frame_is_known(enum frame_opcode opcode)
{
    return opcode <= FRAME_BINARY || (opcode >= FRAME_CLOSE && opcode <= FRAME_PONG);
}

int frame_parse(const char *bytes, size_t len, struct frame *ret, const char **ret_why)
{
    const uint8_t *in = (const uint8_t *)bytes;
    if (len < 2)
        return 1;
    struct frame frame = {
        .opcode = (enum frame_opcode)(in[0] & 15), .final = in[0] & 0x80, .head_len = 2};
    if (in[0] & 0x70)
        return frame_refuse("a reserved bit is set", ret_why);
    if (!frame_is_known(frame.opcode))
        return frame_refuse("a frame of unknown kind", ret_why);
    if (in[1] & 0x80)
        return frame_refuse("a server's frame is masked", ret_why);
    frame.len = in[1] & 0x7f;
    if (frame.opcode >= FRAME_CLOSE && (!frame.final || frame.len > FRAME_CONTROL_MAX))
        return frame_refuse("a control frame is cut or too long", ret_why);
    size_t extra = frame.len == 126 ? 2 : frame.len == 127 ? 8 : 0;
    if (len < 2 + extra)
        return 1;
    if (extra > 0) {
        frame.len = 0;
        for (size_t i = 0; i < extra; i++)
            frame.len = frame.len << 8 | in[2 + i];
        frame.head_len += extra;
        if (frame.len < (extra == 2 ? 126 : 65536) || frame.len >> 63)
            return frame_refuse("a length is not in its shortest form", ret_why);
    }
    *ret = frame;
    return 0;
}

static void frame_mask(char *out, const uint8_t mask[4], const char *payload, size_t len)
{
    uint64_t wide;
    const uint8_t twice[8] = {mask[0], mask[1], mask[2], mask[3],
                              mask[0], mask[1], mask[2], mask[3]};
    memcpy(&wide, twice, sizeof wide);
    size_t i = 0;
    for (; i + 8 <= len; i += 8) {
        uint64_t word;
        memcpy(&word, payload + i, sizeof word);
        word ^= wide;
        memcpy(out + i, &word, sizeof word);
    }
    for (; i < len; i++)
        out[i] = (char)((uint8_t)payload[i] ^ mask[i % 4]);
}

size_t frame_write(char *out, enum frame_opcode opcode, const uint8_t mask[4], const char *payload,
                   size_t len)
{
    size_t n = 0;
    size_t extra = len < 126 ? 0 : len < 65536 ? 2 : 8;
    out[n++] = (char)(0x80 | opcode);
    out[n++] = (char)(0x80 | (extra == 0 ? len : extra == 2 ? 126 : 127));
    for (size_t i = extra; i > 0; i--)
        out[n++] = (char)((uint64_t)len >> (8 * (i - 1)));
    memcpy(out + n, mask, 4);
    n += 4;
    frame_mask(out + n, mask, payload, len);
    return n + len;
}
