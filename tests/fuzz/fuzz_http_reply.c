/* SPDX-License-Identifier: MIT */
/* Any bytes as an HTTP reply: however they are cut into pieces, they are the same reply. */
#include "platform/net/http_reply.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Gives the bytes `step` more at a time, what was not taken each time again. Returns how many were
 * taken. */
static size_t feed(struct http_reply *reply, const uint8_t *data, size_t size, size_t step)
{
    size_t taken = 0;
    for (size_t end = step < size ? step : size;; end = size - end < step ? size : end + step) {
        char *piece = malloc(end - taken + 1); /* its own block: one byte too far is seen */
        CHECK(piece);
        memcpy(piece, data + taken, end - taken);
        piece = realloc(piece, end - taken > 0 ? end - taken : 1);
        const size_t took = http_reply_feed(reply, piece, end - taken);
        CHECK(took <= end - taken);
        free(piece);
        taken += took;
        if (end == size || reply->state >= HTTP_REPLY_DONE)
            return taken;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_reply whole, pieces;
    if (size < 2)
        return 0;
    const bool to_head = data[0] & 1;
    const size_t step = 1 + data[1];
    http_reply_init(&whole, to_head);
    http_reply_init(&pieces, to_head);
    const size_t taken = feed(&whole, data + 2, size - 2, size);
    const size_t taken_in_pieces = feed(&pieces, data + 2, size - 2, step);
    CHECK(whole.state == pieces.state && whole.status == pieces.status);
    CHECK((whole.state == HTTP_REPLY_BAD) == (whole.why != NULL));
    CHECK(whole.body_len == pieces.body_len && whole.keep_alive == pieces.keep_alive);
    CHECK(whole.body_len == 0 || memcmp(whole.body, pieces.body, whole.body_len) == 0);
    CHECK(whole.state != HTTP_REPLY_DONE || (taken == taken_in_pieces && whole.body != NULL));
    CHECK(whole.body_len <= HTTP_REPLY_BODY_MAX);
    http_reply_deinit(&whole);
    http_reply_deinit(&pieces);
    return 0;
}
