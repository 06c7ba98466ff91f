/* SPDX-License-Identifier: MIT */
#include "platform/net/stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/check.h"
#include "platform/net/stream_inside.h"

#define STREAM_READ_MIN 16384 /* room offered to each read: a whole TLS record */

static void stream_free(struct loop_handle *life)
{
    struct stream *stream = (struct stream *)life;
    free(stream->in.bytes);
    free(stream->out.bytes);
    free(stream);
}

/* After this no callback comes; the memory goes at the loop's next turn, because the caller may be
 * inside one of ours. */
static void stream_take_down(struct stream *stream)
{
    stream->state = STREAM_OVER;
    stream_forget_names(stream);
    stream_tls_free(stream);
    stream_drop_socket(stream);
    loop_handle_close(&stream->life);
}

void stream_close(struct stream *stream)
{
    if (stream->state != STREAM_OVER)
        stream_take_down(stream);
}

void stream_end(struct stream *stream, bool clean, const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    if (stream->state == STREAM_OVER)
        return;
    stream_take_down(stream);
    stream->events.on_end(stream->context, clean, reason);
}

struct stream *stream_open(struct loop *loop, const struct stream_config *config)
{
    struct stream *stream = calloc(1, sizeof *stream);
    CHECK(stream);
    stream->loop = loop;
    stream->events = *config->events;
    stream->context = config->context;
    stream->port = config->port;
    stream->tls = config->tls;
    stream->in_max = config->in_max;
    snprintf(stream->host, sizeof stream->host, "%s", config->host);
    uv_timer_init(loop_native(loop), &stream->timer);
    loop_handle_add(loop, &stream->life, (uv_handle_t *)&stream->timer, stream_free);
    stream_resolve(stream);
    return stream;
}

/* Room for `len` bytes at the end, by moving what waits to the front or by doubling. */
static char *stream_room(struct stream_buffer *buffer, size_t len)
{
    size_t used = buffer->end - buffer->start;
    if (buffer->start > 0 && (used == 0 || buffer->size - buffer->end < len)) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, used);
        buffer->start = 0;
        buffer->end = used;
    }
    if (buffer->size - buffer->end < len) {
        size_t size = buffer->size > 0 ? buffer->size : 2 * STREAM_READ_MIN;
        while (size - buffer->end < len)
            size *= 2;
        char *bytes = realloc(buffer->bytes, size);
        if (!bytes)
            return NULL;
        buffer->bytes = bytes;
        buffer->size = size;
    }
    return buffer->bytes + buffer->end;
}

char *stream_received(struct stream *stream, size_t *ret_len)
{
    *ret_len = stream->in.end - stream->in.start;
    return stream->in.bytes + stream->in.start;
}

void stream_take(struct stream *stream, size_t len)
{
    CHECK(len <= stream->in.end - stream->in.start);
    stream->in.start += len;
}

static ptrdiff_t stream_read_some(struct stream *stream, char *bytes, size_t size)
{
    if (stream->ssl)
        return stream_tls_read(stream, bytes, size);
    ssize_t n = recv(stream->socket->fd, bytes, size, 0);
    if (n > 0)
        return n;
    if (n == 0)
        return -2;
    if (errno == EAGAIN || errno == EINTR)
        return 0;
    snprintf(stream->reason, sizeof stream->reason, "%s", uv_strerror(-errno));
    return -1;
}

static ptrdiff_t stream_write_some(struct stream *stream, const char *bytes, size_t len)
{
    if (stream->ssl)
        return stream_tls_write(stream, bytes, len);
    ssize_t n = send(stream->socket->fd, bytes, len, MSG_NOSIGNAL);
    if (n >= 0)
        return n;
    if (errno == EAGAIN || errno == EINTR)
        return 0;
    snprintf(stream->reason, sizeof stream->reason, "%s", uv_strerror(-errno));
    return -1;
}

void stream_watch(struct stream *stream)
{
    if (stream->state == STREAM_OVER || !stream->socket)
        return;
    int events = UV_READABLE;
    if (stream->state == STREAM_CONNECTING)
        events = UV_WRITABLE;
    else if (stream->wants_write || stream->broken || stream->out.end > stream->out.start)
        events |= UV_WRITABLE;
    if (events == stream->polled)
        return;
    stream->polled = events;
    uv_poll_start(&stream->socket->poll, events, stream_on_poll);
}

/* Never tells of an end itself: it is called from stream_commit too. */
static void stream_flush(struct stream *stream)
{
    struct stream_buffer *out = &stream->out;
    while (out->end > out->start && !stream->broken) {
        ptrdiff_t n = stream_write_some(stream, out->bytes + out->start, out->end - out->start);
        if (n == 0)
            break;
        if (n < 0)
            stream->broken = true;
        else
            out->start += (size_t)n;
    }
    if (out->end == out->start)
        out->end = out->start = 0;
    stream_watch(stream);
}

char *stream_reserve(struct stream *stream, size_t len)
{
    return stream_room(&stream->out, len);
}

void stream_commit(struct stream *stream, size_t len)
{
    CHECK(stream->state == STREAM_OPEN);
    stream->out.end += len;
    stream_flush(stream);
}

size_t stream_queued(const struct stream *stream)
{
    return stream->out.end - stream->out.start;
}

bool stream_is_stale(struct stream *stream)
{
    char byte;
    if (stream->state != STREAM_OPEN || stream->broken || stream->in.end > stream->in.start)
        return true;
    if (stream->ssl)
        return stream_tls_is_stale(stream);
    return recv(stream->socket->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

/* Reads until the system has no more, telling the owner of each piece: a whole burst is answered
 * before the loop turns, yet at most 16 reads, so that others on the loop get their turn. */
static void stream_read(struct stream *stream)
{
    for (int i = 0; i < 16 && stream->state == STREAM_OPEN; i++) {
        size_t waiting = stream->in.end - stream->in.start;
        if (waiting >= stream->in_max) {
            stream_end(stream, false, "%s sent more than %zu bytes in one piece", stream->host,
                       stream->in_max);
            return;
        }
        char *room = stream_room(&stream->in, STREAM_READ_MIN);
        if (!room) {
            stream_end(stream, false, "out of memory");
            return;
        }
        ptrdiff_t n = stream_read_some(stream, room, stream->in.size - stream->in.end);
        if (n == 0)
            break;
        if (n == -2)
            stream_end(stream, true, "%s closed the connection", stream->host);
        else if (n < 0)
            stream_end(stream, false, "the connection to %s broke: %s", stream->host,
                       stream->reason);
        if (n < 0)
            return;
        stream->in.end += (size_t)n;
        stream->events.on_bytes(stream->context);
    }
    stream_watch(stream);
}

void stream_on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status; /* an error shows again, with its name, in the call that follows */
    struct stream *stream = ((struct stream_socket *)poll->data)->stream;
    if (stream->state == STREAM_CONNECTING) {
        stream_connect_done(stream);
        return;
    }
    if (stream->state == STREAM_SHAKING_HANDS) {
        stream_tls_shake(stream);
        return;
    }
    /* What came before the break is read first: a server's refusal often comes just before it. */
    stream_read(stream);
    if (stream->state != STREAM_OPEN)
        return;
    if (stream->broken)
        stream_end(stream, false, "the connection to %s broke: %s", stream->host, stream->reason);
    else if (events & UV_WRITABLE)
        stream_flush(stream);
}
