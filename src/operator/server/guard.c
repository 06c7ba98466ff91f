/* SPDX-License-Identifier: MIT */
#include "operator/server/guard.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return *text == '\0' || (digits >= 1 && digits <= 5 && text[digits] == '\0');
}

bool guard_host(const char *host)
{
    static const char *const own[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        size_t len = strlen(own[i]);
        if (strncasecmp(host, own[i], len) != 0)
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
