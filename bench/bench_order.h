/* SPDX-License-Identifier: MIT */
/*
 * The plain loops of the rows `order.bytes.*`: the same texts by snprintf, and the two digests of a
 * signature alone.
 */
#pragma once

#include "core/execution/request.h"
#include "platform/crypto/digest.h"

#define ORDER_TAG 46655
#define ORDER_TOKEN "1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606d1WcF3XfEMw"
#define ORDER_PATH "/0/private/AddOrder"

/* An entry on a pair of 1 and 8 decimals, into 1,024 bytes; the lengths. */
size_t plain_order_frame(const struct request *request, uint64_t req_id, char *out);
size_t plain_order_body(const struct request *request, uint64_t nonce, char *out);

/* Adds up what it worked out, so that nothing of it is left out. */
uint64_t plain_order_digests(const struct hmac_sha512 *hmac, const char *nonce, const char *body,
                             size_t len);
