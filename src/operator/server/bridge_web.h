/* SPDX-License-Identifier: MIT */
/*
 * One HTTP request to the bridge: who may ask, which route answers, and the headers that keep a
 * browser from doing more than showing the page (a strict content security policy among them).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "operator/server/api.h"

struct server_reply;
struct server_request;

/* Host and Origin are this server's own. */
bool bridge_web_allowed(const struct server_request *request);

/* Answers at once, whatever the request. */
void bridge_web_answer(struct server_reply *reply, const struct server_request *request,
                       const struct api_source *source, char *scratch, size_t scratch_size);
