/* SPDX-License-Identifier: MIT */
#include "platform/service/notify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct notify {
    int fd;
    int64_t alive_ns;
    socklen_t address_len;
    struct sockaddr_un address;
};

/* A path, or behind "@" a name in the abstract space. */
static bool address_of(struct notify *notify, const char *name)
{
    const size_t len = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof notify->address.sun_path)
        return false;
    notify->address.sun_family = AF_UNIX;
    memcpy(notify->address.sun_path, name, len);
    if (name[0] == '@')
        notify->address.sun_path[0] = '\0';
    notify->address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    return true;
}

/* The watchdog may be meant for another process of the service. */
static int64_t alive_ns(void)
{
    const char *period = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!period || (pid && strtoll(pid, NULL, 10) != (long long)getpid()))
        return 0;
    const long long period_us = strtoll(period, NULL, 10);
    return period_us > 0 && period_us < INT64_MAX / 1000 ? period_us * 1000 / 2 : 0;
}

struct notify *notify_open(void)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct notify *notify = name ? calloc(1, sizeof *notify) : NULL;
    if (!notify)
        return NULL;
    notify->alive_ns = alive_ns();
    notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (notify->fd < 0 || !address_of(notify, name)) {
        notify_close(notify);
        return NULL;
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return notify;
}

void notify_close(struct notify *notify)
{
    if (!notify)
        return;
    if (notify->fd >= 0)
        close(notify->fd);
    free(notify);
}

static void send_text(struct notify *notify, const char *text)
{
    if (notify)
        (void)!sendto(notify->fd, text, strlen(text), MSG_NOSIGNAL,
                      (const struct sockaddr *)&notify->address, notify->address_len);
}

void notify_ready(struct notify *notify)
{
    send_text(notify, "READY=1");
}

void notify_stopping(struct notify *notify)
{
    send_text(notify, "STOPPING=1");
}

void notify_alive(struct notify *notify)
{
    send_text(notify, "WATCHDOG=1");
}

void notify_status(struct notify *notify, const char *line)
{
    char text[512];
    snprintf(text, sizeof text, "STATUS=%s", line);
    send_text(notify, text);
}

int64_t notify_alive_ns(const struct notify *notify)
{
    return notify ? notify->alive_ns : 0;
}
