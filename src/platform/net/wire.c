/* SPDX-License-Identifier: MIT */
#include "platform/net/wire.h"

#include <libwebsockets.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/loop/loop_native.h"

static _Thread_local char wire_last[256];

/* "[2024/08/01 12:00:00:0000] E: what happened\n" -> "what happened" */
static void wire_log(int level, const char *line)
{
    (void)level;
    const char *start = strstr(line, "] ");
    start = start ? start + 2 : line;
    if (start[0] && start[1] == ':')
        start += start[2] == ' ' ? 3 : 2;
    snprintf(wire_last, sizeof wire_last, "%s", start);
    wire_last[strcspn(wire_last, "\r\n")] = '\0';
}

static void wire_log_here(void)
{
    lws_set_log_level(LLL_ERR, wire_log);
}

const char *wire_complaint(void)
{
    return wire_last;
}

void wire_complaint_clear(void)
{
    wire_last[0] = '\0';
}

struct wire *wire_open(struct loop *loop, struct lws_context_creation_info *info, char *error,
                       size_t error_size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, wire_log_here);
    wire_complaint_clear();
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
    wire->context = lws_create_context(info);
    if (!wire->context) {
        snprintf(error, error_size,
                 "libwebsockets does not start: %s; is the package libwebsockets-evlib-uv "
                 "installed?",
                 wire_last[0] ? wire_last : "no reason given");
        free(wire);
        return NULL;
    }
    wire->vhost = lws_create_vhost(wire->context, info);
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
    if (wire->context)
        lws_context_destroy(wire->context);
    free(wire);
}

void wire_close(struct wire *wire)
{
    lws_context_destroy(wire->context);
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
