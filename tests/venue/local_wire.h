/* SPDX-License-Identifier: MIT */
/*
 * A client of the local Kraken for tests, on plain sockets: HTTP/1.1 and the client's half of RFC
 * 6455, while the exchange runs on a loop in the same thread. What it reads, nobody of the tree
 * has parsed before.
 */
#pragma once

#include "test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "platform/loop/loop.h"
#include "venue/local/exchange.h"

struct wire {
    struct loop *loop;
    struct clock clock;
    struct exchange *exchange;
};

struct wire_socket {
    struct wire *wire;
    int fd;
    size_t len;
    char bytes[4 << 20];
    char text[1 << 20]; /* the last message */
};

static inline void wire_open_by(struct wire *wire, struct clock clock,
                                const struct exchange_config *config)
{
    char error[512] = "";
    wire->loop = loop_new();
    wire->clock = clock;
    wire->exchange = exchange_open(wire->loop, &wire->clock, config, error, sizeof error);
    EXPECT_TEXT(error, "");
    EXPECT(wire->exchange != NULL);
}

static inline void wire_open(struct wire *wire, const struct exchange_config *config)
{
    wire_open_by(wire, clock_system(), config);
}

static inline void wire_close(struct wire *wire)
{
    exchange_close(wire->exchange);
    loop_turn(wire->loop, 10);
    loop_free(wire->loop);
}

static inline int wire_connect(struct wire *wire)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(exchange_port(wire->exchange)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* Waits a turn of the loop, then reads what has come; false once the other side has closed. */
static inline bool wire_more(struct wire *wire, int fd, char *bytes, size_t size, size_t *len)
{
    loop_turn(wire->loop, 5);
    EXPECT(*len < size);
    ssize_t got = recv(fd, bytes + *len, size - *len, 0);
    if (got > 0)
        *len += (size_t)got;
    return got != 0;
}

/* The body of GET `path`, in memory that the next call overwrites. */
static inline const char *wire_get(struct wire *wire, const char *path)
{
    static char bytes[4 << 20];
    char request[1024];
    size_t len = 0;
    int fd = wire_connect(wire);
    int sent = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
    EXPECT(send(fd, request, (size_t)sent, 0) == sent);
    for (int turn = 0; turn < 2000; turn++) {
        if (!wire_more(wire, fd, bytes, sizeof bytes - 1, &len))
            break;
        bytes[len] = '\0';
        const char *body = strstr(bytes, "\r\n\r\n"),
                   *length = strcasestr(bytes, "content-length:");
        if (body && length && strlen(body + 4) >= strtoul(length + 15, NULL, 10))
            break;
    }
    close(fd);
    EXPECT(strncmp(bytes, "HTTP/1.1 200", 12) == 0);
    const char *body = strstr(bytes, "\r\n\r\n");
    EXPECT(body != NULL);
    return body + 4;
}

static inline void wire_send(struct wire_socket *socket, const char *text)
{
    unsigned char frame[2048];
    size_t len = strlen(text), head = 2;
    EXPECT(len < 2000);
    frame[0] = 0x81;
    frame[1] = (unsigned char)(0x80 | (len < 126 ? len : 126));
    if (len >= 126) {
        frame[head++] = (unsigned char)(len >> 8);
        frame[head++] = (unsigned char)len;
    }
    memset(frame + head, 0, 4); /* a mask of zeros is a mask */
    memcpy(frame + head + 4, text, len);
    EXPECT(send(socket->fd, frame, head + 4 + len, 0) == (ssize_t)(head + 4 + len));
}

static inline struct wire_socket *wire_upgrade(struct wire *wire, const char *path)
{
    struct wire_socket *socket = calloc(1, sizeof *socket);
    char request[512];
    socket->wire = wire;
    socket->fd = wire_connect(wire);
    int len = snprintf(request, sizeof request,
                       "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Version: 13\r\n\r\n",
                       path);
    EXPECT(send(socket->fd, request, (size_t)len, 0) == len);
    const char *end = NULL;
    for (int turn = 0; turn < 400 && !end; turn++) {
        wire_more(wire, socket->fd, socket->bytes, sizeof socket->bytes - 1, &socket->len);
        socket->bytes[socket->len] = '\0';
        end = strstr(socket->bytes, "\r\n\r\n");
    }
    EXPECT(end && strncmp(socket->bytes, "HTTP/1.1 101", 12) == 0);
    socket->len -= (size_t)(end + 4 - socket->bytes);
    memmove(socket->bytes, end + 4, socket->len);
    return socket;
}

static inline void wire_drop(struct wire_socket *socket)
{
    close(socket->fd);
    for (int turn = 0; turn < 5; turn++)
        loop_turn(socket->wire->loop, 2);
    free(socket);
}

/* Takes one whole frame off the bytes; false when none is there yet. */
static inline bool wire_frame(struct wire_socket *socket)
{
    const unsigned char *bytes = (const unsigned char *)socket->bytes;
    if (socket->len < 2)
        return false;
    size_t head = 2, len = bytes[1] & 0x7f;
    if (len == 126)
        head = 4;
    if (len == 127)
        head = 10;
    if (socket->len < head)
        return false;
    if (head > 2)
        for (size_t i = 2, value = 0; i < head; i++)
            len = value = value << 8 | bytes[i];
    if (socket->len < head + len)
        return false;
    EXPECT(len < sizeof socket->text && (bytes[0] & 0x8f) == 0x81);
    memcpy(socket->text, bytes + head, len);
    socket->text[len] = '\0';
    socket->len -= head + len;
    memmove(socket->bytes, bytes + head + len, socket->len);
    return true;
}

/* The next message, or NULL when none comes within about `wait_ms`. */
static inline const char *wire_next(struct wire_socket *socket, int wait_ms)
{
    for (int turn = 0; turn <= wait_ms / 2; turn++) {
        if (wire_frame(socket))
            return socket->text;
        wire_more(socket->wire, socket->fd, socket->bytes, sizeof socket->bytes, &socket->len);
    }
    return NULL;
}

/* The next message that contains the words, passing over others. */
static inline const char *wire_find(struct wire_socket *socket, const char *words)
{
    const char *text;
    while ((text = wire_next(socket, 3000)))
        if (strstr(text, words))
            return text;
    print_error("nothing came that contains %s\n", words);
    return NULL;
}
