/* SPDX-License-Identifier: MIT */
/*
 * The door every request comes through, before any route sees it: is Host ours, and Origin (guard);
 * who is it, and does it ask too often (access). A method other than GET, HEAD and OPTIONS asks
 * for a command, whatever the path: a route that changes something cannot be forgotten here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "operator/server/access.h"
#include "operator/server/guard.h"

struct door;
struct json_writer;
struct server_reply;
struct server_request;

struct door_config {
    const char *address; /* listened on */
    const char *names;   /* further ones that Host may be, spaces or commas between; NULL: none */
    struct access_config access;
};

/* NULL: out of memory, or the names are too many or too long. */
struct door *door_new(const struct door_config *config);
void door_free(struct door *door);

/* A second one into the same house, by a port that is this machine's alone. Freed before the first.
 * NULL: out of memory. */
struct door *door_beside(const struct door *front);

/* False after answering with a refusal, written with `writer`. */
bool door_pass(struct door *door, struct server_reply *reply, const struct server_request *request,
               int64_t mono_ns, struct json_writer *writer, struct access_answer *ret);

/* The same for a WebSocket: 0, or the HTTP status to refuse with. *ret_tag is the id of the key
 * that was shown and needed; 0 where none was; or that it waits: a key is needed and none was
 * shown, so it is let in to show one as its first message. */
#define DOOR_WAITS 1
#define DOOR_WAITS_FORWARDED 2
int door_upgrade(struct door *door, const struct server_request *request, int64_t mono_ns,
                 uint64_t *ret_tag);

struct access *door_access(struct door *door);
