/* SPDX-License-Identifier: MIT */
#include "platform/net/wire.h"

#include <fcntl.h>
#include <libwebsockets.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/check.h"
#include "platform/loop/loop_native.h"

static char wire_last[256]; /* the library's last complaint; under wire_lock */

static _Thread_local bool wire_opening; /* only then is a complaint about us */

/* "[2024/08/01 12:00:00:0000] E: what happened\n" -> "what happened" */
static void wire_log(int level, const char *line)
{
    (void)level;
    if (!wire_opening)
        return;
    const char *start = strstr(line, "] ");
    start = start ? start + 2 : line;
    if (start[0] && start[1] == ':')
        start += start[2] == ' ' ? 3 : 2;
    snprintf(wire_last, sizeof wire_last, "%s", start);
    wire_last[strcspn(wire_last, "\r\n")] = '\0';
}

/* The library keeps process-wide state that it changes when a context comes or goes (its plugin
 * list, the buffer of its log, an index of OpenSSL), so that is done by one thread at a time, and
 * only then is its log on. Recursive: callbacks during a close may open. */
static pthread_mutex_t wire_lock;

static void wire_lock_init(void)
{
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&wire_lock, &attr);
    pthread_mutexattr_destroy(&attr);
    lws_set_log_level(0, wire_log);
}

static void wire_enter(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, wire_lock_init);
    pthread_mutex_lock(&wire_lock);
}

static void wire_leave(void)
{
    pthread_mutex_unlock(&wire_lock);
}

/* Descriptors are given the lowest free number. libwebsockets 4.1.6 closes that of its event pipe
 * when a context is destroyed, and the same number once more in the loop's next turn, when it may
 * be another's: a webhook's socket, a ledger's file. So the pipe is given a number that is above
 * all that will be in use. */
#define WIRE_PIPE_MAX 1024

struct wire_fill {
    int count, fds[WIRE_PIPE_MAX];
};

static void wire_fill_numbers(struct wire_fill *fill)
{
    struct rlimit limit = {.rlim_cur = 0};
    getrlimit(RLIMIT_NOFILE, &limit);
    const int target =
        limit.rlim_cur / 2 < WIRE_PIPE_MAX ? (int)(limit.rlim_cur / 2) : WIRE_PIPE_MAX;
    fill->count = 0;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fill->count < WIRE_PIPE_MAX) {
        fill->fds[fill->count++] = fd;
        if (fd >= target)
            break;
        fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }
}

static void wire_free_numbers(const struct wire_fill *fill)
{
    for (int i = 0; i < fill->count; i++)
        close(fill->fds[i]);
}

/* NULL where it does not start: its complaint is in wire_last. Under wire_lock. */
static struct lws_context *wire_context(struct lws_context_creation_info *info)
{
    struct wire_fill fill;
    wire_fill_numbers(&fill);
    struct lws_context *ret = lws_create_context(info);
    wire_free_numbers(&fill);
    return ret;
}

struct wire *wire_open(struct loop *loop, struct lws_context_creation_info *info, char *error,
                       size_t error_size)
{
    struct wire *wire = calloc(1, sizeof *wire);
    CHECK(wire);
    wire->loop = loop;
    void *loops[] = {loop_native(loop)};
    info->foreign_loops = loops;
    info->pcontext = &wire->context;
    info->alpn = "http/1.1";
    info->http_proxy_address = ""; /* or the environment's would be used */
    info->pt_serv_buf_size = 65536;
    info->options |= LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    wire_enter();
    wire_last[0] = '\0';
    wire_opening = true;
    lws_set_log_level(LLL_ERR, wire_log);
    wire->context = wire_context(info);
    if (wire->context)
        wire->vhost = lws_create_vhost(wire->context, info);
    lws_set_log_level(0, wire_log);
    wire_opening = false;
    wire_leave();
    if (!wire->context) {
        snprintf(error, error_size,
                 "libwebsockets does not start: %s; is the package libwebsockets-evlib-uv "
                 "installed?",
                 wire_last[0] ? wire_last : "no reason given");
        free(wire);
        return NULL;
    }
    if (!wire->vhost) {
        snprintf(error, error_size, "%s", wire_last[0] ? wire_last : "no reason given");
        wire_close(wire);
        return NULL;
    }
    return wire;
}

static void wire_end(void *context)
{
    struct wire *wire = context;
    wire_enter();
    if (wire->context)
        lws_context_destroy(wire->context);
    wire_leave();
    free(wire);
}

void wire_close(struct wire *wire)
{
    wire_enter();
    lws_context_destroy(wire->context);
    wire_leave();
    loop_at_free(wire->loop, wire_end, wire);
}

void wire_cut(struct lws *wsi)
{
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

void wire_part(struct lws *wsi, uint16_t code, const char *reason)
{
    lws_close_reason(wsi, code, (unsigned char *)(uintptr_t)reason, strlen(reason));
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}
