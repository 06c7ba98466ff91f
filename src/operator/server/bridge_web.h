/* SPDX-License-Identifier: MIT */
/*
 * One HTTP request to the bridge, once it is through the door: which route answers, and the headers
 * that keep a browser from doing more than showing the page (a strict content security policy among
 * them).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "operator/server/api.h"

struct server_reply;
struct server_request;

/* Answers at once, whatever the request. */
void bridge_web_answer(struct server_reply *reply, const struct server_request *request,
                       const struct api_source *source, char *scratch, size_t scratch_size);

/* Where a command goes (control_takes). */
bool bridge_web_commands(const struct server_request *request);

/* Refuses with 405. */
void bridge_web_only_get(struct server_reply *reply, struct json_writer *writer);

/* Answers with a problem document, whose further headers are lines or ""; or with what the writer
 * holds. */
void bridge_web_problem(struct server_reply *reply, struct json_writer *writer, int status,
                        const char *headers, const char *detail);
void bridge_web_json(struct server_reply *reply, const struct json_writer *writer, int status);
