/* SPDX-License-Identifier: MIT */
#include "platform/service/notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "../store/scratch.h"

/* The manager's end. */
static int listen_at(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t len = strlen(name);
    memcpy(address.sun_path, name, len);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    EXPECT(bind(fd, (struct sockaddr *)&address, size) == 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static const char *heard(int fd)
{
    static char text[1024];
    const ssize_t len = recv(fd, text, sizeof text - 1, 0);
    text[len > 0 ? len : 0] = '\0';
    return text;
}

TEST(the_manager_hears_each_word)
{
    const int fd = listen_at(scratch("socket"));
    struct notify *notify = notify_open();
    EXPECT(notify != NULL);
    notify_ready(notify);
    EXPECT_TEXT(heard(fd), "READY=1");
    notify_alive(notify);
    EXPECT_TEXT(heard(fd), "WATCHDOG=1");
    notify_status(notify, "equity 10,000.00");
    EXPECT_TEXT(heard(fd), "STATUS=equity 10,000.00");
    notify_stopping(notify);
    EXPECT_TEXT(heard(fd), "STOPPING=1");
    EXPECT_TEXT(heard(fd), "");
    notify_close(notify);
    close(fd);
}

TEST(a_socket_in_the_abstract_space_is_one_too)
{
    char name[64];
    snprintf(name, sizeof name, "@cuttle-test-%ld", (long)getpid());
    const int fd = listen_at(name);
    struct notify *notify = notify_open();
    notify_ready(notify);
    EXPECT_TEXT(heard(fd), "READY=1");
    notify_close(notify);
    close(fd);
}

TEST(no_child_speaks_for_us)
{
    const int fd = listen_at(scratch("own"));
    setenv("WATCHDOG_USEC", "30000000", 1);
    struct notify *notify = notify_open();
    EXPECT(getenv("NOTIFY_SOCKET") == NULL && getenv("WATCHDOG_USEC") == NULL);
    notify_close(notify);
    close(fd);
}

TEST(the_watchdog_is_due_at_half_its_time_and_only_when_it_is_ours)
{
    char pid[32];
    const int fd = listen_at(scratch("dog"));
    setenv("WATCHDOG_USEC", "30000000", 1);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    struct notify *notify = notify_open();
    EXPECT_INT(notify_alive_ns(notify), 15000000000);
    notify_close(notify);
    setenv("NOTIFY_SOCKET", scratch("dog"), 1);
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    notify = notify_open();
    EXPECT_INT(notify_alive_ns(notify), 0);
    notify_close(notify);
    close(fd);
}

TEST(without_a_manager_nothing_happens)
{
    unsetenv("NOTIFY_SOCKET");
    EXPECT(notify_open() == NULL);
    setenv("NOTIFY_SOCKET", "neither path nor name", 1);
    EXPECT(notify_open() == NULL);
    notify_ready(NULL);
    notify_status(NULL, "line");
    EXPECT_INT(notify_alive_ns(NULL), 0);
    notify_close(NULL);
}

TEST(a_manager_that_does_not_read_holds_nobody_up)
{
    const int fd = listen_at(scratch("deaf"));
    struct notify *notify = notify_open();
    for (int i = 0; i < 10000; i++)
        notify_alive(notify);
    EXPECT_TEXT(heard(fd), "WATCHDOG=1");
    notify_close(notify);
    close(fd);
}
