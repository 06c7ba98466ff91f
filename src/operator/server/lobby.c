/* SPDX-License-Identifier: MIT */
#include "operator/server/lobby.h"

#include <stdlib.h>
#include <string.h>

#include "platform/crypto/secret.h"
#include "platform/json/json.h"
#include "platform/net/server.h"

#define TEXT_MAX 512
#define KEY_MAX 256

struct place {
    struct server_socket *socket; /* NULL: free */
    bool forwarded;
    int64_t since_ns;
};

struct lobby {
    struct access *access;
    struct place places[LOBBY_PLACE_MAX];
};

struct lobby *lobby_new(struct access *access)
{
    struct lobby *lobby = calloc(1, sizeof *lobby);
    if (lobby)
        lobby->access = access;
    return lobby;
}

void lobby_free(struct lobby *lobby)
{
    free(lobby);
}

bool lobby_room(const struct lobby *lobby, const char *remote)
{
    uint32_t taken = 0, same = 0;
    for (size_t i = 0; i < LOBBY_PLACE_MAX; i++) {
        const struct server_socket *socket = lobby->places[i].socket;
        taken += socket != NULL;
        same += socket && strcmp(server_socket_remote(socket), remote) == 0;
    }
    return taken < LOBBY_PLACE_MAX && same < LOBBY_ADDRESS_MAX;
}

void lobby_enter(struct lobby *lobby, struct server_socket *socket, bool forwarded, int64_t mono_ns)
{
    for (size_t i = 0; i < LOBBY_PLACE_MAX; i++)
        if (!lobby->places[i].socket) {
            lobby->places[i] =
                (struct place){.socket = socket, .forwarded = forwarded, .since_ns = mono_ns};
            return;
        }
    server_socket_close(socket, 1013, "too many wait to show a key");
}

static struct place *place_of(struct lobby *lobby, const struct server_socket *socket)
{
    for (size_t i = 0; i < LOBBY_PLACE_MAX; i++)
        if (lobby->places[i].socket == socket)
            return &lobby->places[i];
    return NULL;
}

bool lobby_holds(const struct lobby *lobby, const struct server_socket *socket)
{
    for (size_t i = 0; i < LOBBY_PLACE_MAX; i++)
        if (lobby->places[i].socket == socket)
            return true;
    return false;
}

void lobby_leave(struct lobby *lobby, const struct server_socket *socket)
{
    struct place *place = place_of(lobby, socket);
    if (place)
        *place = (struct place){0};
}

/* {"key":"..."}; NULL when it is anything else. */
static const char *read_key(const char *text, size_t len, char key[KEY_MAX])
{
    struct json json;
    struct json_text name;
    bool found = false;
    json_init(&json, text, len < TEXT_MAX ? len : 0);
    json_object(&json);
    while (json_key(&json, &name)) {
        if (json_is(name, "key"))
            found = json_string_copy(&json, key, KEY_MAX);
        else
            json_skip(&json);
    }
    return json_done(&json) && found && key[0] != '\0' ? key : NULL;
}

bool lobby_text(struct lobby *lobby, struct server_socket *socket, const char *text, size_t len,
                int64_t mono_ns, uint64_t *ret_id)
{
    char key[KEY_MAX];
    const struct place *place = place_of(lobby, socket);
    const struct access_asked asked = {
        .remote = server_socket_remote(socket),
        .key = read_key(text, len, key),
        .forwarded = place && place->forwarded,
    };
    const struct access_answer answer = access_judge(lobby->access, &asked, mono_ns);
    secret_wipe(key, sizeof key);
    lobby_leave(lobby, socket);
    if (answer.status == 0) {
        *ret_id = answer.id;
        return true;
    }
    server_socket_close(socket, answer.status == 429 ? LOBBY_CLOSE_WAIT : LOBBY_CLOSE_KEY,
                        answer.status == 429 ? "too many wrong keys: try again in a minute"
                        : asked.key          ? "that is no key of this session"
                                             : "a key is needed: {\"key\":\"...\"}");
    return false;
}

void lobby_tick(struct lobby *lobby, int64_t mono_ns)
{
    for (size_t i = 0; i < LOBBY_PLACE_MAX; i++) {
        struct server_socket *socket = lobby->places[i].socket;
        if (!socket || mono_ns - lobby->places[i].since_ns < LOBBY_WAIT_NS)
            continue;
        lobby->places[i] = (struct place){0};
        server_socket_close(socket, LOBBY_CLOSE_KEY, "no key was shown within 5 s");
    }
}
