/* SPDX-License-Identifier: MIT */
/* News and requests as bytes for the journal: the part of event_codec.h that a session with a venue
 * that trades needs besides. */
#pragma once

#include "core/execution/news.h"
#include "core/execution/request.h"
#include "store/varint.h"

void news_put(struct varint_out *out, const struct news *news);
bool news_get(struct varint_in *in, uint32_t pair_count, struct news *ret);

#define REQUEST_CODE_MAX 256

/* A request in full, for comparison in a replay. Returns the length, 0 when it does not fit. */
size_t request_encode(const struct request *request, void *bytes, size_t size);
