/* SPDX-License-Identifier: MIT */
#include "platform/net/http_reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void http_reply_init(struct http_reply *reply, bool to_head)
{
    *reply = (struct http_reply){.to_head = to_head};
}

void http_reply_deinit(struct http_reply *reply)
{
    free(reply->body);
    *reply = (struct http_reply){0};
}

static void http_reply_refuse(struct http_reply *reply, const char *why)
{
    reply->state = HTTP_REPLY_BAD;
    reply->why = why;
}

static bool http_reply_reserve(struct http_reply *reply, uint64_t more)
{
    if (more > HTTP_REPLY_BODY_MAX - reply->body_len) {
        http_reply_refuse(reply, "the body is longer than 4 MB");
        return false;
    }
    size_t need = reply->body_len + (size_t)more + 1;
    if (need <= reply->body_size)
        return true;
    size_t size = reply->body_size > 0 ? reply->body_size : 4096;
    while (size < need)
        size *= 2;
    char *body = realloc(reply->body, size);
    if (!body) {
        http_reply_refuse(reply, "out of memory");
        return false;
    }
    reply->body = body;
    reply->body_size = size;
    reply->body[reply->body_len] = '\0';
    return true;
}

/* "HTTP/1.1 200 OK" */
static void http_reply_status_line(struct http_reply *reply, const char *line, size_t len)
{
    bool fits = len >= 12 && memcmp(line, "HTTP/1.", 7) == 0 &&
                (line[7] == '0' || line[7] == '1') && line[8] == ' ' &&
                (len == 12 || line[12] == ' ');
    int status = 0;
    for (size_t i = 9; fits && i < 12; i++) {
        fits = line[i] >= '0' && line[i] <= '9';
        status = status * 10 + (line[i] - '0');
    }
    if (!fits || status < 100) {
        http_reply_refuse(reply, "this is not an HTTP/1.1 reply");
        return;
    }
    *reply = (struct http_reply){.state = HTTP_REPLY_HEAD,
                                 .to_head = reply->to_head,
                                 .head_len = reply->head_len,
                                 .body = reply->body,
                                 .body_size = reply->body_size,
                                 .keep_alive = line[7] == '1',
                                 .status = status};
}

static void http_reply_length(struct http_reply *reply, const char *value, size_t len)
{
    uint64_t n = 0;
    bool fits = len > 0 && len <= 15;
    for (size_t i = 0; fits && i < len; i++) {
        fits = value[i] >= '0' && value[i] <= '9';
        n = n * 10 + (uint64_t)(value[i] - '0');
    }
    if (!fits || (reply->has_length && reply->remaining != n)) {
        http_reply_refuse(reply, "its Content-Length is not one number");
        return;
    }
    reply->has_length = true;
    reply->remaining = n;
}

static bool http_reply_is(const char *text, size_t len, const char *want)
{
    return len == strlen(want) && strncasecmp(text, want, len) == 0;
}

/* Is `word` among the words of a list with commas between? */
static bool http_reply_lists(const char *value, size_t len, const char *word)
{
    const char *end = value + len;
    while (value < end) {
        const char *comma = memchr(value, ',', (size_t)(end - value));
        const char *next = comma ? comma : end;
        const char *last = next;
        while (value < last && (*value == ' ' || *value == '\t'))
            value++;
        while (last > value && (last[-1] == ' ' || last[-1] == '\t'))
            last--;
        if (http_reply_is(value, (size_t)(last - value), word))
            return true;
        value = comma ? comma + 1 : end;
    }
    return false;
}

static void http_reply_header(struct http_reply *reply, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    if (!colon || colon == line || line[0] == ' ' || line[0] == '\t') {
        http_reply_refuse(reply, "a header line has no name");
        return;
    }
    size_t name_len = (size_t)(colon - line);
    const char *value = colon + 1;
    size_t value_len = len - name_len - 1;
    for (; value_len > 0 && (*value == ' ' || *value == '\t'); value_len--)
        value++;
    while (value_len > 0 && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
        value_len--;
    if (http_reply_is(line, name_len, "content-length"))
        http_reply_length(reply, value, value_len);
    else if (http_reply_is(line, name_len, "transfer-encoding")) {
        if (reply->chunked || !http_reply_is(value, value_len, "chunked"))
            http_reply_refuse(reply, "its Transfer-Encoding is not plain \"chunked\"");
        reply->chunked = true;
    } else if (http_reply_is(line, name_len, "connection")) {
        if (http_reply_lists(value, value_len, "close"))
            reply->closes = true;
        else if (http_reply_lists(value, value_len, "keep-alive"))
            reply->keep_alive = true;
        reply->keep_alive = reply->keep_alive && !reply->closes;
    }
}

/* The empty line after the headers: what follows? */
static void http_reply_head_done(struct http_reply *reply)
{
    if (reply->status == 0) {
        http_reply_refuse(reply, "this is not an HTTP/1.1 reply");
    } else if (reply->status == 101) {
        http_reply_refuse(reply, "it switches to a protocol nobody asked for");
    } else if (reply->status < 200) {
        reply->status = 0; /* an interim word; the reply itself follows */
    } else if (reply->chunked && reply->has_length) {
        http_reply_refuse(reply, "it has two lengths");
    } else if (reply->to_head || reply->status == 204 || reply->status == 304) {
        if (http_reply_reserve(reply, 0))
            reply->state = HTTP_REPLY_DONE;
    } else if (reply->chunked) {
        if (http_reply_reserve(reply, 0))
            reply->state = HTTP_REPLY_CHUNK_SIZE;
    } else if (!reply->has_length) {
        http_reply_refuse(reply, "it has no length, so its end could not be told from a cut");
    } else if (http_reply_reserve(reply, reply->remaining)) {
        reply->state = reply->remaining > 0 ? HTTP_REPLY_BODY : HTTP_REPLY_DONE;
    }
}

static int http_reply_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "1a2b" or "1a2b;name=value" */
static void http_reply_chunk_size(struct http_reply *reply, const char *line, size_t len)
{
    uint64_t n = 0;
    size_t digits = 0;
    for (; digits < len && http_reply_hex(line[digits]) >= 0; digits++)
        n = digits < 15 ? n << 4 | (uint64_t)http_reply_hex(line[digits]) : UINT64_MAX;
    if (digits == 0 || (digits < len && line[digits] != ';' && line[digits] != ' ')) {
        http_reply_refuse(reply, "the size of a chunk is not a number");
    } else if (n == 0) {
        reply->state = HTTP_REPLY_TRAILER;
    } else if (http_reply_reserve(reply, n)) {
        reply->remaining = n;
        reply->state = HTTP_REPLY_BODY;
    }
}

static void http_reply_line(struct http_reply *reply, const char *line, size_t len)
{
    switch (reply->state) {
    case HTTP_REPLY_HEAD:
        if (len == 0)
            http_reply_head_done(reply);
        else if (reply->status == 0)
            http_reply_status_line(reply, line, len);
        else
            http_reply_header(reply, line, len);
        return;
    case HTTP_REPLY_CHUNK_SIZE:
        http_reply_chunk_size(reply, line, len);
        return;
    case HTTP_REPLY_CHUNK_END:
        reply->state = HTTP_REPLY_CHUNK_SIZE;
        if (len > 0)
            http_reply_refuse(reply, "a chunk is longer than it said");
        return;
    default: /* HTTP_REPLY_TRAILER */
        if (len == 0)
            reply->state = HTTP_REPLY_DONE;
    }
}

static size_t http_reply_body(struct http_reply *reply, const char *bytes, size_t len)
{
    size_t n = len < reply->remaining ? len : (size_t)reply->remaining;
    memcpy(reply->body + reply->body_len, bytes, n);
    reply->body_len += n;
    reply->body[reply->body_len] = '\0';
    reply->remaining -= n;
    if (reply->remaining == 0)
        reply->state = reply->chunked ? HTTP_REPLY_CHUNK_END : HTTP_REPLY_DONE;
    return n;
}

size_t http_reply_feed(struct http_reply *reply, const char *bytes, size_t len)
{
    size_t taken = 0;
    while (taken < len && reply->state < HTTP_REPLY_DONE) {
        if (reply->state == HTTP_REPLY_BODY) {
            taken += http_reply_body(reply, bytes + taken, len - taken);
            continue;
        }
        const char *line = bytes + taken;
        const char *end = memchr(line, '\n', len - taken);
        size_t line_len = end ? (size_t)(end - line) : len - taken;
        if (reply->head_len + line_len > HTTP_REPLY_HEAD_MAX) {
            http_reply_refuse(reply, "its headers are longer than 64 KB");
            break;
        }
        if (!end)
            break;
        taken += line_len + 1;
        /* Chunk sizes are no headers: a long body of short chunks is no fault. */
        if (reply->state == HTTP_REPLY_HEAD || reply->state == HTTP_REPLY_TRAILER)
            reply->head_len += line_len + 1;
        http_reply_line(reply, line, line_len > 0 && end[-1] == '\r' ? line_len - 1 : line_len);
    }
    return taken;
}
