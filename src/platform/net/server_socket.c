/* SPDX-License-Identifier: MIT */
#include "platform/net/server_inside.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/check.h"
#include "platform/net/gather.h"

#define SERVER_CLOSE_GRACE_MS 5000 /* for a client to take what is queued before a close */

struct server_socket {
    struct server_client *client;
    void *data;
    struct outbox out;
    struct gather in; /* a message that came in pieces */
    struct loop_timer *grace;
    bool closing; /* close_code is sent when the queue is empty */
    bool parted;  /* it is on its way: only the client's own close is awaited */
    uint16_t close_code;
    char close_reason[120]; /* a control frame holds 125 bytes, two of them the code */
};

int server_socket_begin(struct server_client *client)
{
    struct server_socket *socket = calloc(1, sizeof *socket);
    if (!socket || !outbox_init(&socket->out, 4096, SERVER_QUEUE_MAX)) {
        free(socket);
        return -1;
    }
    socket->client = client;
    client->socket = socket;
    struct server *server = client->server;
    if (server->events.on_socket_open)
        server->events.on_socket_open(server->context, socket, client->upgrade_path);
    return 0;
}

void server_socket_gone(struct server_client *client)
{
    struct server_socket *socket = client->socket;
    if (!socket)
        return;
    client->socket = NULL;
    client->closed = true; /* no send may reach the connection from inside the callback */
    struct server *server = client->server;
    if (server->events.on_socket_closed)
        server->events.on_socket_closed(server->context, socket);
    loop_timer_stop(socket->grace);
    outbox_deinit(&socket->out);
    free(socket->in.bytes);
    free(socket);
}

static void server_socket_text(struct server_client *client, const char *text, size_t len)
{
    struct server *server = client->server;
    if (server->events.on_socket_text && !client->doomed && !client->socket->closing)
        server->events.on_socket_text(server->context, client->socket, text, len);
}

static int server_socket_refuse(struct server_client *client, uint16_t code, const char *why)
{
    lws_close_reason(client->wsi, code, (unsigned char *)(uintptr_t)why, strlen(why));
    return -1;
}

int server_socket_receive(struct server_client *client, const char *bytes, size_t len)
{
    struct server_socket *socket = client->socket;
    struct lws *wsi = client->wsi;
    if (!socket)
        return -1;
    if (lws_frame_is_binary(wsi))
        return server_socket_refuse(client, 1003, "text messages only");
    const size_t most = client->server->message_max;
    if (len > most - socket->in.len) {
        char why[64];
        snprintf(why, sizeof why, "a message may have %zu KB at most", most >> 10);
        return server_socket_refuse(client, 1009, why);
    }
    bool whole = lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0;
    if (whole && socket->in.len == 0) {
        server_socket_text(client, bytes, len);
        return 0;
    }
    if (!gather_add(&socket->in, bytes, len))
        return server_socket_refuse(client, 1011, "out of memory");
    if (whole) {
        size_t in_len = socket->in.len;
        socket->in.len = 0;
        server_socket_text(client, socket->in.bytes, in_len);
    }
    return 0;
}

int server_socket_writable(struct server_client *client)
{
    struct server_socket *socket = client->socket;
    struct lws *wsi = client->wsi;
    if (!socket)
        return -1;
    size_t len;
    char *front;
    while ((front = outbox_front(&socket->out, &len)) && !lws_send_pipe_choked(wsi)) {
        if (lws_write(wsi, (unsigned char *)front, len, LWS_WRITE_TEXT) < 0)
            return -1;
        outbox_pop(&socket->out);
    }
    if (!front)
        outbox_trim(&socket->out, SERVER_QUEUE_KEPT);
    /* A close while bytes are still with the library would lose its code. */
    if (front || (socket->closing && lws_partial_buffered(wsi)))
        lws_callback_on_writable(wsi);
    else if (socket->closing)
        server_part(client);
    return 0;
}

void server_socket_part(struct server_client *client)
{
    struct server_socket *socket = client->socket;
    if (!socket || socket->parted)
        return;
    socket->parted = true;
    wire_part(client->wsi, socket->close_code, socket->close_reason);
}

int server_send(struct server_socket *socket, const char *text, size_t len)
{
    struct server_client *client = socket->client;
    if (client->doomed || client->closed || socket->closing)
        return -ENOTCONN;
    int rc = outbox_push(&socket->out, text, len);
    if (rc == 0)
        lws_callback_on_writable(client->wsi);
    return rc;
}

size_t server_queued(const struct server_socket *socket)
{
    return outbox_bytes(&socket->out);
}

static void server_socket_overdue(void *context)
{
    struct server_socket *socket = context;
    server_socket_abort(socket);
}

void server_socket_close(struct server_socket *socket, uint32_t code, const char *reason)
{
    struct server_client *client = socket->client;
    if (client->doomed || client->closed || socket->closing)
        return;
    socket->closing = true;
    socket->close_code = (uint16_t)code;
    strncpy(socket->close_reason, reason ? reason : "", sizeof socket->close_reason - 1);
    socket->grace = loop_timer_start(client->server->loop, SERVER_CLOSE_GRACE_MS, 0,
                                     server_socket_overdue, socket);
    lws_callback_on_writable(client->wsi);
}

void server_socket_abort(struct server_socket *socket)
{
    if (!socket->client->closed)
        server_doom(socket->client);
}

/* Between the library's frames only: else it stands in the middle of one already. */
void server_socket_sever(struct server_socket *socket)
{
    static const char begun[] = "\x81\x7e\x04\x00{\"channel\":\"status\",\"type\":\"upd";
    struct server_client *client = socket->client;
    if (!client->closed && !client->doomed && !lws_is_ssl(client->wsi) &&
        !lws_partial_buffered(client->wsi))
        send(lws_get_socket_fd(client->wsi), begun, sizeof begun - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    server_socket_abort(socket);
}

const char *server_socket_remote(const struct server_socket *socket)
{
    return socket->client->remote;
}

uint64_t server_socket_tag(const struct server_socket *socket)
{
    return socket->client->tag;
}

void server_socket_set(struct server_socket *socket, void *data)
{
    socket->data = data;
}

void *server_socket_get(const struct server_socket *socket)
{
    return socket->data;
}
