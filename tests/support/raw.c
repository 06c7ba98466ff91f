/* SPDX-License-Identifier: MIT */
#include "support/raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/check.h"

static int64_t raw_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct raw raw_connect(struct loop *loop, uint16_t port)
{
    struct raw raw = {.loop = loop, .in = calloc(1, 1), .in_size = 1};
    raw.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(raw.fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(raw.fd);
        raw.fd = -1;
        raw.ended = true;
        return raw;
    }
    fcntl(raw.fd, F_SETFL, O_NONBLOCK);
    return raw;
}

void raw_close(struct raw *raw)
{
    if (raw->fd >= 0)
        close(raw->fd);
    free(raw->in);
    *raw = (struct raw){.fd = -1};
}

static void raw_receive(struct raw *raw)
{
    char bytes[65536];
    while (!raw->ended) {
        ssize_t n = recv(raw->fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            raw->ended = true;
            return;
        }
        if (raw->in_size < raw->in_len + (size_t)n + 1) {
            raw->in_size = 2 * (raw->in_len + (size_t)n + 1);
            raw->in = realloc(raw->in, raw->in_size);
            CHECK(raw->in);
        }
        memcpy(raw->in + raw->in_len, bytes, (size_t)n);
        raw->in_len += (size_t)n;
        raw->in[raw->in_len] = '\0';
    }
}

void raw_send(struct raw *raw, const void *bytes, size_t len)
{
    const char *next = bytes;
    int64_t end = raw_now_ms() + 5000;
    while (len > 0 && raw_now_ms() < end) {
        ssize_t n = send(raw->fd, next, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return;
        if (n > 0) {
            next += n;
            len -= (size_t)n;
        }
        if (len > 0) {
            loop_turn(raw->loop, 1);
            raw_receive(raw);
        }
    }
}

void raw_send_text(struct raw *raw, const char *text)
{
    raw_send(raw, text, strlen(text));
}

bool raw_wait_text(struct raw *raw, const char *text, uint32_t timeout_ms)
{
    int64_t end = raw_now_ms() + timeout_ms;
    for (;;) {
        raw_receive(raw);
        if (memmem(raw->in, raw->in_len, text, strlen(text)))
            return true;
        if (raw->ended || raw_now_ms() >= end)
            return false;
        loop_turn(raw->loop, 1);
    }
}

bool raw_wait_len(struct raw *raw, size_t len, uint32_t timeout_ms)
{
    int64_t end = raw_now_ms() + timeout_ms;
    for (;;) {
        raw_receive(raw);
        if (raw->in_len >= len)
            return true;
        if (raw->ended || raw_now_ms() >= end)
            return false;
        loop_turn(raw->loop, 1);
    }
}

bool raw_wait_end(struct raw *raw, uint32_t timeout_ms)
{
    int64_t end = raw_now_ms() + timeout_ms;
    while (!raw->ended && raw_now_ms() < end) {
        loop_turn(raw->loop, 1);
        raw_receive(raw);
    }
    return raw->ended;
}

void raw_take(struct raw *raw, size_t len)
{
    CHECK(len <= raw->in_len);
    memmove(raw->in, raw->in + len, raw->in_len - len + 1);
    raw->in_len -= len;
}

void raw_clear(struct raw *raw)
{
    raw_take(raw, raw->in_len);
}

void raw_turn(struct loop *loop, uint32_t ms)
{
    int64_t end = raw_now_ms() + ms;
    do
        loop_turn(loop, 1);
    while (raw_now_ms() < end);
}

void raw_until_count(struct loop *loop, const int *count, int wanted)
{
    const int64_t end = raw_now_ms() + 2000;
    while (*count < wanted && raw_now_ms() < end)
        loop_turn(loop, 1);
    raw_turn(loop, 10);
}

bool raw_until(struct loop *loop, const int *flag, uint32_t timeout_ms)
{
    int64_t end = raw_now_ms() + timeout_ms;
    while (!*flag && raw_now_ms() < end)
        loop_turn(loop, 1);
    return *flag;
}

bool raw_upgrade(struct raw *raw, const char *path)
{
    raw_send_text(raw, "GET ");
    raw_send_text(raw, path);
    raw_send_text(raw, " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    if (!raw_wait_text(raw, "\r\n\r\n", 2000) || strncmp(raw->in, "HTTP/1.1 101", 12) != 0)
        return false;
    raw_take(raw, (size_t)(strstr(raw->in, "\r\n\r\n") + 4 - raw->in));
    return true;
}

void raw_send_frame(struct raw *raw, uint8_t first_byte, const void *payload, size_t len)
{
    uint8_t *frame = malloc(len + 14);
    CHECK(frame);
    size_t n = 0;
    frame[n++] = first_byte;
    if (len < 126) {
        frame[n++] = (uint8_t)(0x80 | len);
    } else if (len < 65536) {
        frame[n++] = 0x80 | 126;
        frame[n++] = (uint8_t)(len >> 8);
        frame[n++] = (uint8_t)len;
    } else {
        frame[n++] = 0x80 | 127;
        for (int shift = 56; shift >= 0; shift -= 8)
            frame[n++] = (uint8_t)((uint64_t)len >> shift);
    }
    static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
    memcpy(frame + n, mask, 4);
    n += 4;
    for (size_t i = 0; i < len; i++)
        frame[n + i] = ((const uint8_t *)payload)[i] ^ mask[i % 4];
    raw_send(raw, frame, n + len);
    free(frame);
}

bool raw_read_frame(struct raw *raw, uint8_t *ret_first, char *payload, size_t size,
                    size_t *ret_len)
{
    if (!raw_wait_len(raw, 2, 2000))
        return false;
    const uint8_t *in = (const uint8_t *)raw->in;
    size_t len = in[1] & 0x7f, head = 2;
    if (len >= 126) {
        size_t bytes = len == 126 ? 2 : 8;
        if (!raw_wait_len(raw, 2 + bytes, 2000))
            return false;
        in = (const uint8_t *)raw->in;
        len = 0;
        for (size_t i = 0; i < bytes; i++)
            len = len << 8 | in[2 + i];
        head += bytes;
    }
    if (!raw_wait_len(raw, head + len, 5000) || len > size)
        return false;
    *ret_first = (uint8_t)raw->in[0];
    *ret_len = len;
    memcpy(payload, raw->in + head, len);
    raw_take(raw, head + len);
    return true;
}

const char *raw_accept(const char *key)
{
    static char accept[32];
    char text[64];
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t len = 0;
    int n = snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    EVP_Q_digest(NULL, "SHA1", NULL, text, (size_t)n, digest, &len);
    EVP_EncodeBlock((unsigned char *)accept, digest, (int)len);
    return accept;
}
