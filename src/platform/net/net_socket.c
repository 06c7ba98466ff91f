/* SPDX-License-Identifier: MIT */
/*
 * WebSockets as a client (RFC 6455). A message that came in one frame, nearly every one, is handed
 * out where it lies in the receive buffer; one in fragments is put together first.
 */
#include "platform/net/net_inside.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/check.h"
#include "platform/net/frame.h"
#include "platform/net/gather.h"

struct net_socket {
    struct net *net;
    connection_id id;
    struct transport_events events;
    void *context;
    struct url url;
    struct stream *stream;    /* NULL once it has ended */
    struct loop_timer *timer; /* for opening, then for closing */
    enum { SOCKET_CONNECTING, SOCKET_SHAKING_HANDS, SOCKET_OPEN, SOCKET_CLOSING } state;
    char key[25]; /* Sec-WebSocket-Key */
    uint32_t code;
    char reason[NET_REASON_MAX];
    bool opened;     /* the handshake is done */
    bool in_message; /* between the first and the last fragment */
    struct gather message;
};

/* Accept is the SHA-1 of the key and this number, in base64; RFC 6455, section 1.3. */
#define NET_ACCEPT_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

static struct net_socket **net_socket_find(struct net *net, connection_id id)
{
    for (size_t i = 0; i < NET_SOCKET_MAX; i++)
        if (net->sockets[i] && net->sockets[i]->id == id)
            return &net->sockets[i];
    return NULL;
}

/* The last word on a connection, always from the loop or from net_close. */
static void net_socket_over(struct net_socket *socket, const char *reason)
{
    struct net *net = socket->net;
    *net_socket_find(net, socket->id) = NULL;
    if (socket->stream)
        stream_close(socket->stream);
    loop_timer_stop(socket->timer);
    socket->events.on_closed(socket->context, socket->id, socket->code, reason);
    free(socket->message.bytes);
    free(socket);
}

static const uint8_t *net_mask(struct net *net)
{
    if (net->masks_used + 4 > sizeof net->masks) {
        net->entropy.fill(net->entropy.self, net->masks, sizeof net->masks);
        net->masks_used = 0;
    }
    net->masks_used += 4;
    return net->masks + net->masks_used - 4;
}

static bool net_socket_put(struct net_socket *socket, enum frame_opcode opcode, const char *payload,
                           size_t len)
{
    char *out = stream_reserve(socket->stream, len + FRAME_HEAD_MAX);
    if (!out)
        return false;
    stream_commit(socket->stream, frame_write(out, opcode, net_mask(socket->net), payload, len));
    return true;
}

static void net_socket_put_close(struct net_socket *socket, uint32_t code)
{
    const char payload[2] = {(char)(code >> 8), (char)code};
    net_socket_put(socket, FRAME_CLOSE, payload, sizeof payload);
    socket->state = SOCKET_CLOSING;
    loop_timer_set(socket->timer, NET_CLOSE_MS, 0);
}

/* The other side broke the protocol: told so, then cut. */
static void net_socket_refuse(struct net_socket *socket, uint32_t code, const char *why)
{
    char reason[NET_REASON_MAX];
    snprintf(reason, sizeof reason, "%s broke the WebSocket protocol: %s", socket->url.host, why);
    net_socket_put_close(socket, code);
    net_socket_over(socket, reason);
}

static void net_socket_overdue(void *context)
{
    struct net_socket *socket = context;
    char reason[NET_REASON_MAX];
    if (socket->state == SOCKET_CLOSING)
        snprintf(reason, sizeof reason, "%s", socket->reason);
    else
        snprintf(reason, sizeof reason, "%s did not open the WebSocket within %d s",
                 socket->url.host, NET_OPEN_MS / 1000);
    net_socket_over(socket, reason);
}

static void net_socket_make_key(struct net_socket *socket)
{
    uint8_t nonce[16];
    socket->net->entropy.fill(socket->net->entropy.self, nonce, sizeof nonce);
    EVP_EncodeBlock((unsigned char *)socket->key, nonce, sizeof nonce);
}

static void net_socket_on_ready(void *context)
{
    struct net_socket *socket = context;
    net_socket_make_key(socket);
    size_t size = sizeof(struct url) + 512;
    char *out = stream_reserve(socket->stream, size);
    CHECK(out);
    int n =
        snprintf(out, size,
                 "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nUpgrade: websocket\r\n"
                 "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                 "Sec-WebSocket-Version: 13\r\n\r\n",
                 socket->url.target, socket->url.authority, socket->net->user_agent, socket->key);
    socket->state = SOCKET_SHAKING_HANDS;
    stream_commit(socket->stream, (size_t)n);
}

/* The value of a header of a whole, terminated head; false when absent or too long. */
static bool net_header(const char *head, const char *name, char *value, size_t size)
{
    size_t name_len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
            continue;
        line += name_len + 1;
        line += strspn(line, " \t");
        size_t len = strcspn(line, "\r");
        while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
            len--;
        if (len >= size)
            return false;
        memcpy(value, line, len);
        value[len] = '\0';
        return true;
    }
    return false;
}

static void net_accept_of(const char *key, char accept[32])
{
    char text[64];
    unsigned char digest[EVP_MAX_MD_SIZE];
    int n = snprintf(text, sizeof text, "%s%s", key, NET_ACCEPT_GUID);
    size_t digest_len = 0;
    EVP_Q_digest(NULL, "SHA1", NULL, text, (size_t)n, digest, &digest_len);
    EVP_EncodeBlock((unsigned char *)accept, digest, (int)digest_len);
}

/* NULL when the head accepts our upgrade, else what is wrong with it. */
static const char *net_upgrade_fault(const struct net_socket *socket, const char *head)
{
    char value[128], accept[32];
    net_accept_of(socket->key, accept);
    if (strncmp(head, "HTTP/1.1 101", 12) != 0)
        return "it answered without an upgrade";
    if (!net_header(head, "upgrade", value, sizeof value) || strcasecmp(value, "websocket") != 0)
        return "it upgraded to something else";
    if (!net_header(head, "sec-websocket-accept", value, sizeof value) ||
        strcmp(value, accept) != 0)
        return "its Sec-WebSocket-Accept is not ours";
    if (net_header(head, "sec-websocket-extensions", value, sizeof value))
        return "it uses an extension nobody offered";
    return NULL;
}

/* Returns false when there is nothing more to do now. */
static bool net_socket_handshake(struct net_socket *socket)
{
    size_t len;
    char *in = stream_received(socket->stream, &len);
    char *end = memmem(in, len, "\r\n\r\n", 4);
    if (!end && len < HTTP_REPLY_HEAD_MAX)
        return false;
    char reason[NET_REASON_MAX];
    if (!end) {
        snprintf(reason, sizeof reason, "%s answered the upgrade with endless headers",
                 socket->url.host);
        net_socket_over(socket, reason);
        return false;
    }
    end[2] = '\0'; /* the head keeps the end of its last line */
    const char *fault = net_upgrade_fault(socket, in);
    if (fault) {
        snprintf(reason, sizeof reason, "%s refused the WebSocket: %s (%.*s)", socket->url.host,
                 fault, (int)(strcspn(in, "\r") < 80 ? strcspn(in, "\r") : 80), in);
        net_socket_over(socket, reason);
        return false;
    }
    stream_take(socket->stream, (size_t)(end + 4 - in));
    socket->state = SOCKET_OPEN;
    socket->opened = true;
    loop_timer_set(socket->timer, LOOP_NEVER, 0);
    socket->events.on_open(socket->context, socket->id);
    return true;
}

static void net_socket_heard_close(struct net_socket *socket, const char *payload, size_t len)
{
    char reason[NET_REASON_MAX];
    uint32_t code = 0;
    if (len >= 2)
        code = (uint32_t)(uint8_t)payload[0] << 8 | (uint8_t)payload[1];
    socket->code = code;
    if (socket->state == SOCKET_CLOSING) {
        snprintf(reason, sizeof reason, "%s", socket->reason);
    } else {
        net_socket_put_close(socket, code > 0 ? code : 1000);
        snprintf(reason, sizeof reason, "%s closed the WebSocket: code %u%s%.*s", socket->url.host,
                 code, len > 2 ? ", " : "", len > 2 ? (int)(len - 2) : 0, payload + 2);
    }
    net_socket_over(socket, reason);
}

static void net_socket_deliver(struct net_socket *socket, const char *text, size_t len)
{
    if (socket->state == SOCKET_OPEN)
        socket->events.on_text(socket->context, socket->id, text, len);
}

/* A whole data frame. Returns false when the socket is gone. */
static bool net_socket_data(struct net_socket *socket, const struct frame *frame,
                            const char *payload)
{
    if (frame->opcode == FRAME_BINARY) {
        net_socket_refuse(socket, 1003, "a binary message");
        return false;
    }
    if ((frame->opcode == FRAME_CONTINUATION) != socket->in_message) {
        net_socket_refuse(socket, 1002, "fragments out of order");
        return false;
    }
    struct net *net = socket->net;
    connection_id id = socket->id;
    if (frame->final && !socket->in_message) {
        net_socket_deliver(socket, payload, (size_t)frame->len);
        return net_socket_find(net, id);
    }
    if (frame->len > NET_MESSAGE_MAX - socket->message.len ||
        !gather_add(&socket->message, payload, (size_t)frame->len)) {
        net_socket_refuse(socket, 1009, "a message of more than 4 MB");
        return false;
    }
    socket->in_message = !frame->final;
    if (frame->final) {
        size_t len = socket->message.len;
        socket->message.len = 0;
        net_socket_deliver(socket, socket->message.bytes, len);
    }
    return net_socket_find(net, id);
}

/* A whole frame of any kind. Returns false when the socket is gone. */
static bool net_socket_frame(struct net_socket *socket, const struct frame *frame,
                             const char *payload)
{
    switch (frame->opcode) {
    case FRAME_PING:
        /* A peer that pings and never reads is not served without end. */
        if (socket->state == SOCKET_OPEN && stream_queued(socket->stream) < NET_QUEUE_MAX)
            net_socket_put(socket, FRAME_PONG, payload, (size_t)frame->len);
        return true;
    case FRAME_PONG:
        return true;
    case FRAME_CLOSE:
        net_socket_heard_close(socket, payload, (size_t)frame->len);
        return false;
    default:
        return net_socket_data(socket, frame, payload);
    }
}

/* One frame off the buffer. Returns false when there is no whole one, or the socket is gone. */
static bool net_socket_read_frame(struct net_socket *socket)
{
    size_t len;
    const char *in = stream_received(socket->stream, &len);
    struct frame frame;
    const char *why = "";
    int code = frame_parse(in, len, &frame, &why);
    if (code == 1)
        return false;
    if (code == 0 && frame.len > NET_MESSAGE_MAX) {
        code = 1009;
        why = "a message of more than 4 MB";
    }
    if (code != 0) {
        net_socket_refuse(socket, (uint32_t)code, why);
        return false;
    }
    size_t whole = frame.head_len + (size_t)frame.len;
    if (len < whole)
        return false;
    stream_take(socket->stream, whole); /* the bytes stay where they are until the next read */
    return net_socket_frame(socket, &frame, in + frame.head_len);
}

static void net_socket_on_bytes(void *context)
{
    struct net_socket *socket = context;
    struct net *net = socket->net;
    connection_id id = socket->id;
    if (socket->state == SOCKET_SHAKING_HANDS && !net_socket_handshake(socket))
        return;
    while (net_socket_find(net, id) && socket->opened && net_socket_read_frame(socket))
        ;
}

static void net_socket_on_end(void *context, bool clean, const char *reason)
{
    struct net_socket *socket = context;
    socket->stream = NULL;
    char text[NET_REASON_MAX];
    if (socket->state == SOCKET_CLOSING)
        snprintf(text, sizeof text, "%s", socket->reason);
    else if (clean && socket->state == SOCKET_OPEN)
        snprintf(text, sizeof text, "%s, without a close frame", reason);
    else
        snprintf(text, sizeof text, "%s", reason);
    net_socket_over(socket, text);
}

static const struct stream_events net_socket_stream_events = {
    net_socket_on_ready, net_socket_on_bytes, net_socket_on_end};

connection_id net_socket_open(void *self, const char *url, const struct transport_events *events,
                              void *context)
{
    struct net *net = self;
    struct net_socket **place = NULL;
    for (size_t i = 0; i < NET_SOCKET_MAX && !place; i++)
        if (!net->sockets[i])
            place = &net->sockets[i];
    struct url parsed;
    if (!place || net->closing || !url_parse(url, &parsed) || !parsed.websocket)
        return 0;
    struct net_socket *socket = calloc(1, sizeof *socket);
    if (!socket)
        return 0;
    *place = socket;
    socket->net = net;
    socket->id = ++net->last_id;
    socket->events = *events;
    socket->context = context;
    socket->url = parsed;
    socket->timer = loop_timer_start(net->loop, NET_OPEN_MS, 0, net_socket_overdue, socket);
    socket->stream =
        stream_open(net->loop, &(struct stream_config){.host = parsed.host,
                                                       .port = parsed.port,
                                                       .tls = parsed.secure ? net->tls : NULL,
                                                       .in_max = NET_MESSAGE_MAX + FRAME_HEAD_MAX,
                                                       .events = &net_socket_stream_events,
                                                       .context = socket});
    return socket->id;
}

int net_socket_send(void *self, connection_id id, const char *text, size_t len)
{
    struct net_socket **place = net_socket_find(self, id);
    if (!place || (*place)->state != SOCKET_OPEN)
        return -ENOTCONN;
    size_t queued = stream_queued((*place)->stream);
    if (queued > NET_QUEUE_MAX || len > NET_QUEUE_MAX - queued)
        return -ENOBUFS;
    return net_socket_put(*place, FRAME_TEXT, text, len) ? 0 : -ENOBUFS;
}

void net_socket_close(void *self, connection_id id, uint32_t code)
{
    struct net_socket **place = net_socket_find(self, id);
    if (!place || (*place)->state == SOCKET_CLOSING)
        return;
    struct net_socket *socket = *place;
    snprintf(socket->reason, sizeof socket->reason, "closed by us");
    if (socket->state == SOCKET_OPEN) {
        net_socket_put_close(socket, code);
        return;
    }
    socket->state = SOCKET_CLOSING;
    loop_timer_set(socket->timer, 0, 0);
}

void net_socket_end_all(struct net *net)
{
    for (size_t i = 0; i < NET_SOCKET_MAX; i++)
        if (net->sockets[i])
            net_socket_over(net->sockets[i], "the program is closing its connections");
}
