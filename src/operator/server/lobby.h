/* SPDX-License-Identifier: MIT */
/*
 * WebSocket clients that have to show a key first. A browser cannot set the headers of a WebSocket,
 * so it says {"key":"..."} as its first message; until then nothing is sent to it, and after
 * LOBBY_WAIT_NS it is closed. There are few places, and of one address fewer: who knows no key
 * cannot keep out who does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "operator/server/access.h"

#define LOBBY_PLACE_MAX 64
#define LOBBY_ADDRESS_MAX 4 /* places of one address */
#define LOBBY_WAIT_NS (5 * INT64_C(1000000000))

/* Close codes of ours; the page knows them. */
#define LOBBY_CLOSE_KEY 4401  /* a key is needed, or that was none */
#define LOBBY_CLOSE_WAIT 4429 /* too many wrong ones; later */

struct lobby;
struct server_socket;

/* NULL: out of memory. The access stays the caller's. */
struct lobby *lobby_new(struct access *access);
void lobby_free(struct lobby *lobby);

/* Whether one more of that address has a place. */
bool lobby_room(const struct lobby *lobby, const char *remote);

void lobby_enter(struct lobby *lobby, struct server_socket *socket, bool forwarded,
                 int64_t mono_ns);
bool lobby_holds(const struct lobby *lobby, const struct server_socket *socket);
void lobby_leave(struct lobby *lobby, const struct server_socket *socket);

/* What a client here says. True when it may come in, by the key of *ret_id; else it has been
 * closed. Either way it has left. */
bool lobby_text(struct lobby *lobby, struct server_socket *socket, const char *text, size_t len,
                int64_t mono_ns, uint64_t *ret_id);

/* Closes who has waited too long. */
void lobby_tick(struct lobby *lobby, int64_t mono_ns);
