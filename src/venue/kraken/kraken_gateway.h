/* SPDX-License-Identifier: MIT */
/*
 * Kraken's private side: orders over the authenticated WebSocket v2, over signed REST while that is
 * down, and everything that the account is told. Speaks to the real venue or to the local Kraken
 * alike, and follows the latter's clock.
 *
 * On start it looks at the key (one that may withdraw is refused), the balances and a token; then
 * it connects, subscribes executions and balances, and tells NEWS_LINK up when the snapshot is in.
 * A gap in the sequence numbers, a refused session or a lost connection tell it down, and the
 * same is done again. Orders of other clients of the account are told too.
 *
 * Each request is answered once. What left on the socket is never sent again, not over REST either:
 * without an answer within ten seconds, or when the connection ends first, it is lost, and what
 * became of it comes as rows. Reads go one at a time, paced by the key's REST counter, which is
 * never used up: a token can always be fetched, and orders do not count in it.
 *
 * All memory is taken when it opens, but for the table of names while AssetPairs is read; between
 * send() and the queued frame nothing is allocated. Call the face's tick about 20 times a second.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/execution/rate_counter.h"
#include "platform/seam.h"
#include "venue/gateway.h"
#include "venue/kraken/nonce.h"
#include "venue/kraken/sign.h"

struct kraken_gateway;

struct kraken_gateway_config {
    const char *rest_url;       /* "https://api.kraken.com" */
    const char *ws_url;         /* "wss://ws-auth.kraken.com/v2" */
    const char *const *symbols; /* as the feed has them: a pair's index is that of its symbol */
    uint32_t symbol_count;
    const char *currency; /* of the account: "USD"; deposits in it are flows */
    const char *api_key;
    const struct kraken_signer *signer; /* of the key's secret; outlives the gateway, as does */
    struct kraken_nonce *nonce;         /* the one source of the key's numbers */
    uint32_t tag;                       /* of this instance, in client ids */
    bool validate;                      /* every add is only checked by the venue */
    enum rate_tier tier;
    int64_t flows_since_ns; /* market time from which money that came or went is asked for, what was
                               told of it before included; 0: from the first connection on */
    int64_t rest_gap_ns;    /* wall time between reads: 1 s for the real venue, 0 for loopback */
    uint64_t seed;          /* of the backoff's jitter */
};

/* NULL with the reason in `error` for a bad configuration. Being offline is not an error. */
struct kraken_gateway *kraken_gateway_open(const struct kraken_gateway_config *config,
                                           const struct transport *transport,
                                           const struct clock *clock,
                                           const struct gateway_events *events, void *context,
                                           char *error, size_t error_size);

/* The face that a session sees. Its close is not called from inside an event; the memory goes with
 * the transport's last call, so the loop and the transport are closed after it. */
struct gateway kraken_gateway_face(struct kraken_gateway *gateway);
