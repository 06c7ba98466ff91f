/* SPDX-License-Identifier: MIT */
/*
 * The operator's hand on a running session: POST /api/v1/commands, /api/v1/control/pause and the
 * like, PATCH /api/v1/risk and /strategies. The server's thread reads a command strictly and queues
 * it; the trading thread obeys, and the record that it leaves comes back through the bridge's queue
 * and answers the request as soon as it is on disk: what was called done, no crash undoes.
 *
 *     POST --> control_post --commands--> trading thread --> engine
 *              control_record <--bridge queue-- record <--+
 *     reply <-- control_keep <-- view_kept <-- disk <-----'
 *
 * Who may command was settled at the door (door.h); the command carries its origin into the record.
 * A command that finds the queue full is not taken (503). One that no record answers in time is
 * told so (504): it may have been obeyed all the same. One that was obeyed and that no disk takes
 * in time is told that ("kept": false).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/timestamp.h"
#include "core/engine/action.h"
#include "core/market/pair.h"
#include "operator/server/view.h"

struct control;
struct json_writer;
struct queue;
struct server_reply;
struct server_request;

/* Requests that wait for their record at once; the last of them only to pause, close, close all. */
#define CONTROL_WAITING_MAX 24
#define CONTROL_URGENT_MAX 8
#define CONTROL_WAIT_NS (5 * NS_PER_S)

/* What stands in the queue: amounts are counted in `terms`, the pair's as the server knew them. */
struct control_item {
    struct instruction asked;
    struct pair terms;
    int64_t asked_mono_ns;
};

/*
 * Reads a command's JSON. False, with a sentence that says what would be right, for anything else:
 *
 *     {"command":"pause"}  resume  flatten
 *     {"command":"close","pair":"BTC/USD"}
 *     {"command":"buy","pair":"BTC/USD","quantity":"0.01","limit":"64000","stop":"63000",
 *      "target":"67000"}                    or "cash" in place of "quantity"
 *     {"command":"sell","pair":"BTC/USD","quantity":"0.01"}
 *     {"command":"cancel","order":17}
 *     {"command":"bracket","pair":"BTC/USD","stop":"63500","target":"68000"}
 *     {"command":"strategy","strategy":"trend","part":"off"}
 *     {"command":"limit","name":"risk.max_positions","value":"3"}    or "configured"
 *
 * An amount is a string, or a number. A member that the command does not know is refused. Where the
 * address says which command it is, `command` is that ("pause"): the body has its other members,
 * and may be empty. NULL: the body says it.
 */
bool control_parse(const struct view *view, const char *command, const char *body, size_t len,
                   struct control_item *ret, char *error, size_t error_size);

/* Where commands go, in order: "POST /api/v1/commands" takes any, each of the others one command;
 * NULL behind the last. */
const char *control_path(size_t index, const char **ret_method);

/* True when a command goes there; *ret_command is the one it takes, NULL any. */
bool control_takes(const char *method, const char *path, const char **ret_command);

/* The queue stays the caller's. */
struct control *control_new(struct queue *commands);
void control_free(struct control *control);

/* Who gives what is posted from here on, as its record is to say. */
void control_set_origin(struct control *control, const char *origin);

/* Answers, or keeps the reply for the record. `writer` is for what is said at once. */
void control_post(struct control *control, struct server_reply *reply,
                  const struct server_request *request, const struct view *view, int64_t mono_ns,
                  struct json_writer *writer);

/* A record came by, in words and as JSON: the answer to whoever waits for it. A refusal, which
 * changed nothing, is answered at once. */
struct control_said {
    const struct record *record;
    const char *sentence;
    const char *json;
    size_t json_len;
};
void control_record(struct control *control, const struct control_said *said,
                    struct json_writer *writer);

/* The records up to this number are on disk: answers those whose record is among them. */
void control_keep(struct control *control, uint64_t kept, struct json_writer *writer);

/* Answers those that have waited too long; all of them with mono_ns INT64_MAX. */
void control_tick(struct control *control, int64_t mono_ns, struct json_writer *writer);
