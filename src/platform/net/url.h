/* SPDX-License-Identifier: MIT */
/*
 * An absolute url of the four schemes we speak: ws, wss, http, https. No user name, no fragment.
 * A host in brackets is an IPv6 number. Anything that could end a header line is refused.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define URL_HOST_MAX 256
#define URL_TARGET_MAX 4096

struct url {
    bool secure;
    bool websocket;
    uint16_t port;
    char host[URL_HOST_MAX];           /* without brackets, for the resolver and the certificate */
    char authority[URL_HOST_MAX + 16]; /* for the Host header: the port only when it is not usual */
    char target[URL_TARGET_MAX];       /* path and query; "/" when absent */
};

/* False, *ret untouched, when the text is not such a url. */
bool url_parse(const char *text, struct url *ret);
