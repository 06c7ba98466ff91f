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

static bool add(struct guard *guard, const char *name, size_t len)
{
    if (guard->count == GUARD_NAME_MAX || len + 3 > GUARD_NAME_SIZE)
        return false;
    char text[GUARD_NAME_SIZE];
    snprintf(text, sizeof text, "%.*s", (int)len, name);
    if (text[0] == '[') /* the operator may have written the brackets */
        snprintf(guard->names[guard->count], GUARD_NAME_SIZE, "%s", text);
    else
        bracket(guard->names[guard->count], GUARD_NAME_SIZE, text);
    guard->count++;
    return true;
}

bool guard_init(struct guard *guard, const char *address, const char *names)
{
    static const char between[] = " ,\t\n";
    *guard = (struct guard){0};
    for (size_t i = 0; i < OWN_COUNT; i++)
        add(guard, own_names[i], strlen(own_names[i]));
    bool fits = add(guard, address, strlen(address));
    for (const char *at = names + strspn(names, between); *at; at += strspn(at, between)) {
        const size_t len = strcspn(at, between);
        fits = add(guard, at, len) && fits;
        at += len;
    }
    return fits;
}

bool guard_host(const struct guard *guard, const char *host)
{
    for (uint32_t i = 0; i < guard->count; i++) {
        const size_t len = strlen(guard->names[i]);
        if (len == 0 || strncasecmp(host, guard->names[i], len) != 0)
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
