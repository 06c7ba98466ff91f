/* SPDX-License-Identifier: MIT */
#include "operator/server/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "operator/server/asset.h"
#include "operator/server/bridge_web.h"
#include "platform/crypto/secret.h"
#include "platform/json/json_writer.h"
#include "platform/net/server.h"

/* Longer than any Host or Origin: a host name has at most 253 letters. */
#define HEADER_MAX 1024
#define KEY_MAX 256
#define BEARER "Bearer "

struct door {
    struct guard guard;
    struct access *access;
    const struct door *front; /* whose access it is; NULL: its own */
};

struct door *door_new(const struct door_config *config)
{
    struct door *door = calloc(1, sizeof *door);
    if (door && guard_init(&door->guard, config->address, config->names ? config->names : ""))
        door->access = access_new(&config->access);
    if (door && door->access)
        return door;
    free(door);
    return NULL;
}

struct door *door_beside(const struct door *front)
{
    struct door *door = malloc(sizeof *door);
    if (door)
        *door = (struct door){.guard = front->guard, .access = front->access, .front = front};
    return door;
}

void door_free(struct door *door)
{
    if (door && !door->front)
        access_free(door->access);
    free(door);
}

struct access *door_access(struct door *door)
{
    return door->access;
}

static bool is_method(const struct server_request *request, const char *method)
{
    return strcmp(request->method, method) == 0;
}

static bool reads(const struct server_request *request)
{
    return is_method(request, "GET") || is_method(request, "HEAD");
}

/* A browser that runs another site's page says so, and is let look at nothing but the page itself:
 * somebody may have followed a link to it. */
static bool cross_site(const struct server_request *request)
{
    char site[32], mode[32];
    return server_header(request, "sec-fetch-site", site, sizeof site) &&
           (strcmp(site, "cross-site") == 0 || strcmp(site, "same-site") == 0) &&
           !(server_header(request, "sec-fetch-mode", mode, sizeof mode) &&
             strcmp(mode, "navigate") == 0 && reads(request));
}

static bool ours(const struct door *door, const struct server_request *request)
{
    char host[HEADER_MAX], origin[HEADER_MAX];
    if (!server_header(request, "host", host, sizeof host) || !guard_host(&door->guard, host) ||
        cross_site(request))
        return false;
    return !server_has_header(request, "origin") ||
           (server_header(request, "origin", origin, sizeof origin) && guard_origin(origin, host));
}

static bool forwarded(const struct server_request *request)
{
    return server_has_header(request, "x-forwarded-for") ||
           server_has_header(request, "forwarded") || server_has_header(request, "x-real-ip") ||
           server_has_header(request, "via");
}

/* The key as shown, in `key`; NULL: none was. */
static const char *key_of(const struct server_request *request, char key[KEY_MAX])
{
    if (server_header(request, "x-api-key", key, KEY_MAX))
        return key;
    if (!server_header(request, "authorization", key, KEY_MAX))
        return NULL;
    return strncasecmp(key, BEARER, strlen(BEARER)) == 0 ? key + strlen(BEARER) : "";
}

static struct access_answer judge(struct door *door, const struct server_request *request,
                                  int64_t mono_ns)
{
    char key[KEY_MAX];
    const struct access_asked asked = {
        .remote = request->remote,
        .key = key_of(request, key),
        .forwarded = forwarded(request),
        .open = is_method(request, "OPTIONS") || (reads(request) && asset_find(request->path)),
        .command = !reads(request) && !is_method(request, "OPTIONS"),
        .beside = door->front != NULL,
    };
    const struct access_answer answer = access_judge(door->access, &asked, mono_ns);
    secret_wipe(key, sizeof key);
    return answer;
}

static void answer_refusal(struct server_reply *reply, struct json_writer *writer,
                           const struct access_answer *answer)
{
    char headers[64] = "";
    if (answer->status == 401)
        snprintf(headers, sizeof headers, "WWW-Authenticate: Bearer\r\n");
    else if (answer->status == 429)
        snprintf(headers, sizeof headers, "Retry-After: %lld\r\n", (long long)answer->wait_s);
    bridge_web_problem(reply, writer, answer->status, headers, answer->detail);
}

bool door_pass(struct door *door, struct server_reply *reply, const struct server_request *request,
               int64_t mono_ns, struct json_writer *writer, struct access_answer *ret)
{
    if (!ours(door, request)) {
        access_note_stranger(door->access, request->remote, mono_ns);
        bridge_web_problem(reply, writer, 403, "",
                           "Host must be localhost, 127.0.0.1, [::1], the address served or one of "
                           "server.names, and Origin this server itself");
        return false;
    }
    if (!reads(request) && !access_commands(door->access)) {
        bridge_web_only_get(reply, writer);
        return false;
    }
    *ret = judge(door, request, mono_ns);
    if (ret->status == 0)
        return true;
    answer_refusal(reply, writer, ret);
    return false;
}

int door_upgrade(struct door *door, const struct server_request *request, int64_t mono_ns,
                 uint64_t *ret_tag)
{
    if (!ours(door, request)) {
        access_note_stranger(door->access, request->remote, mono_ns);
        return 403;
    }
    const struct access_answer answer = judge(door, request, mono_ns);
    *ret_tag = answer.id;
    if (answer.status != 401 || server_has_header(request, "x-api-key") ||
        server_has_header(request, "authorization"))
        return answer.status;
    *ret_tag = forwarded(request) ? DOOR_WAITS_FORWARDED : DOOR_WAITS;
    return 0;
}
