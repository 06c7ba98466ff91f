/* SPDX-License-Identifier: MIT */
#include "platform/net/url.h"

#include <stdio.h>
#include <string.h>

static const struct url_scheme {
    const char *prefix;
    uint16_t port;
    bool secure, websocket;
} url_schemes[] = {
    {"ws://", 80, false, true},
    {"wss://", 443, true, true},
    {"http://", 80, false, false},
    {"https://", 443, true, false},
};

static const struct url_scheme *url_scheme_of(const char *text)
{
    for (size_t i = 0; i < sizeof url_schemes / sizeof url_schemes[0]; i++)
        if (strncmp(text, url_schemes[i].prefix, strlen(url_schemes[i].prefix)) == 0)
            return &url_schemes[i];
    return NULL;
}

/* Visible ASCII only: a space or a line end would break the request apart. */
static bool url_is_clean(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text >= 127 || *text == '#')
            return false;
    return true;
}

/* ":123" or nothing; 0 when it is neither. */
static uint16_t url_port(const char *text, size_t len, uint16_t usual)
{
    uint32_t port = 0;
    if (len == 0)
        return usual;
    if (text[0] != ':' || len < 2 || len > 6)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        port = port * 10 + (uint32_t)(text[i] - '0');
    }
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static bool url_is_host(const char *host, size_t len, bool bracketed)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    return len > 0 && len < URL_HOST_MAX &&
           strspn(host, bracketed ? "0123456789abcdefABCDEF:." : name) >= len;
}

bool url_parse(const char *text, struct url *ret)
{
    const struct url_scheme *scheme = url_scheme_of(text);
    if (!scheme || !url_is_clean(text))
        return false;
    struct url url = {.secure = scheme->secure, .websocket = scheme->websocket};
    const char *authority = text + strlen(scheme->prefix);
    size_t authority_len = strcspn(authority, "/?");
    bool bracketed = authority[0] == '[';
    const char *host = authority + bracketed;
    size_t host_len = strcspn(host, bracketed ? "]" : ":/?");
    if (!url_is_host(host, host_len, bracketed) || (bracketed && host[host_len] != ']'))
        return false;
    const char *port = host + host_len + bracketed;
    if (port > authority + authority_len)
        return false;
    url.port = url_port(port, (size_t)(authority + authority_len - port), scheme->port);
    if (url.port == 0)
        return false;
    snprintf(url.host, sizeof url.host, "%.*s", (int)host_len, host);
    int n = snprintf(url.authority, sizeof url.authority, bracketed ? "[%s]" : "%s", url.host);
    if (url.port != scheme->port)
        snprintf(url.authority + n, sizeof url.authority - (size_t)n, ":%u", url.port);
    const char *target = authority + authority_len;
    n = snprintf(url.target, sizeof url.target, "%s%s", target[0] == '/' ? "" : "/", target);
    if (n >= URL_TARGET_MAX)
        return false;
    *ret = url;
    return true;
}
