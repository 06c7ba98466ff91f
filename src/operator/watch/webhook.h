/* SPDX-License-Identifier: MIT */
/*
 * Notices to a URL: POST with JSON, one after another, over the transport's own TLS. A receiver
 * that does not answer, answers 429 or 5xx is asked again after 2, 8, 30, 120 and 300 seconds; what
 * it refuses otherwise, or still does not take, is given up and said. So a notice may come twice:
 * `X-Cuttle-Delivery` is then the same. Once the session ends the pauses are a second.
 *
 * With a secret each carries `X-Cuttle-Signature: sha256=HEX`, the HMAC-SHA-256 of the body.
 * Neither secret nor URL, whose path may be one, is ever logged: the host's name alone is.
 */
#pragma once

#include "operator/watch/notice.h"
#include "platform/loop/loop.h"

struct webhook;

struct webhook_config {
    const char *url;    /* http:// or https:// */
    const char *secret; /* NULL or "": unsigned. The caller's, in locked memory */
};

/* A word on each notice that has been sent or given up; NULL error: it was sent. */
typedef void webhook_done(void *context, const char *error);

/* NULL when memory is short. The transport stays the caller's, and is closed first: every request
 * under way ends there. `done` may be NULL. */
struct webhook *webhook_new(struct loop *loop, const struct transport *transport,
                            const struct webhook_config *config, webhook_done *done, void *context);
void webhook_free(struct webhook *webhook);

void webhook_put(struct webhook *webhook, const struct notice *notice);

/* The session ends: what waits to be asked again is asked now. */
void webhook_hurry(struct webhook *webhook);

/* Everything has been sent or given up. */
bool webhook_idle(const struct webhook *webhook);

/* Says by name what was not, and counts it as failed. Nothing is sent any more. */
void webhook_give_up(struct webhook *webhook);

/* Puts what was not delivered into the queue for another webhook. Nothing is sent any more. */
void webhook_leave(struct webhook *webhook, struct notice_queue *queue);

const struct notice_tally *webhook_tally(const struct webhook *webhook);

/* The URL's host and port, for people; at most size - 1 letters. */
void webhook_host(const char *url, char *out, size_t size);
