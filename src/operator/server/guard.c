/* SPDX-License-Identifier: MIT */
#include "operator/server/guard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const own_names[] = {"localhost", "127.0.0.1", "::1"};

#define OWN_COUNT (sizeof own_names / sizeof own_names[0])

bool guard_address(const char *address)
{
    for (size_t i = 0; i < OWN_COUNT; i++)
        if (strcasecmp(address, own_names[i]) == 0)
            return true;
    return false;
}

/* An IPv6 address stands in brackets wherever a port may follow. */
static void bracket(char *out, size_t size, const char *address)
{
    snprintf(out, size, strchr(address, ':') ? "[%s]" : "%s", address);
}

void guard_authority(char *out, size_t size, const char *address, uint16_t port)
{
    char host[160];
    bracket(host, sizeof host, address);
    snprintf(out, size, "%s:%u", host, (unsigned)port);
}

static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return *text == '\0' || (digits >= 1 && digits <= 5 && text[digits] == '\0');
}

bool guard_host(const char *host)
{
    for (size_t i = 0; i < OWN_COUNT; i++) {
        char own[16];
        bracket(own, sizeof own, own_names[i]);
        size_t len = strlen(own);
        if (strncasecmp(host, own, len) != 0)
            continue;
        if (host[len] == '\0' || (host[len] == ':' && host[len + 1] && is_port(host + len + 1)))
            return true;
    }
    return false;
}

bool guard_origin(const char *origin, const char *host)
{
    const char *rest = strncmp(origin, "http://", 7) == 0    ? origin + 7
                       : strncmp(origin, "https://", 8) == 0 ? origin + 8
                                                             : NULL;
    return rest && strcasecmp(rest, host) == 0;
}
