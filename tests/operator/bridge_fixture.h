/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the bridge say to it: requests over loopback by the sockets of the system, on
 * a thread that is none of the bridge's. Nothing may take longer than 15 seconds.
 */
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "operator/server/bridge.h"
#include "platform/loop/loop.h"
#include "platform/queue/queue.h"
#include "script.h"
#include "test.h"

static inline int64_t mono_ns(void)
{
    const struct clock clock = clock_system();
    return clock.mono_ns(clock.self);
}

static inline int64_t wall_ns(void)
{
    const struct clock clock = clock_system();
    return clock.wall_ns(clock.self);
}

static inline void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static inline int dial(const struct bridge *bridge)
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(bridge_port(bridge)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    EXPECT(fd >= 0);
    EXPECT_INT(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void send_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        const ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        EXPECT(sent > 0);
        bytes += sent;
        len -= (size_t)sent;
    }
}

/* Bytes received, 0 at the end of the stream; fails the test when nothing comes. */
static inline size_t receive(int fd, char *into, size_t size)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    EXPECT_INT(poll(&poll_fd, 1, 15000), 1);
    const ssize_t got = recv(fd, into, size, 0);
    return got > 0 ? (size_t)got : 0;
}

/* Reads to the end and closes; the whole reply stands in `text`, terminated. Returns its status. */
static inline int answer_of(int fd, char *text, size_t size)
{
    size_t total = 0, got;
    while ((got = receive(fd, text + total, size - 1 - total)))
        total += got;
    text[total] = '\0';
    close(fd);
    int status = 0;
    EXPECT_INT(sscanf(text, "HTTP/1.%*d %d", &status), 1);
    return status;
}
