/* SPDX-License-Identifier: MIT */
/*
 * An HTTP/1.1 reply, parsed as its bytes come (RFC 9112): status, and a body by Content-Length or
 * chunked. A body that would end only with the connection is refused: a cut one could not be told
 * from a whole one. So is a reply with both lengths, or two different ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_REPLY_HEAD_MAX 65536
#define HTTP_REPLY_BODY_MAX (4u << 20)

enum http_reply_state {
    HTTP_REPLY_HEAD,
    HTTP_REPLY_BODY,       /* `remaining` bytes of it, or of a chunk */
    HTTP_REPLY_CHUNK_SIZE, /* a line */
    HTTP_REPLY_CHUNK_END,  /* the empty line after a chunk */
    HTTP_REPLY_TRAILER,    /* lines to an empty one */
    HTTP_REPLY_DONE,
    HTTP_REPLY_BAD, /* `why` says why; nothing more can be read from this connection */
};

struct http_reply {
    enum http_reply_state state;
    bool to_head; /* the request was HEAD: no body follows whatever the headers say */
    bool chunked;
    bool has_length;
    bool closes;     /* a Connection header said so; none after it takes that back */
    bool keep_alive; /* the connection may serve another request */
    int status;
    uint64_t remaining;
    size_t head_len; /* bytes of head and trailers so far, bounded */
    char *body;      /* terminated; on the heap */
    size_t body_len, body_size;
    const char *why;
};

void http_reply_init(struct http_reply *reply, bool to_head);
void http_reply_deinit(struct http_reply *reply);

/* Takes what it can of `bytes` and returns how much; the rest must be given again with more behind
 * it. Stops at DONE and BAD. */
size_t http_reply_feed(struct http_reply *reply, const char *bytes, size_t len);
