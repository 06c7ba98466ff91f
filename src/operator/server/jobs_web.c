/* SPDX-License-Identifier: MIT */
#include "operator/server/jobs_web.h"

#include <string.h>

#include "operator/server/bridge_web.h"
#include "platform/json/json_writer.h"
#include "platform/net/server.h"

static const char prefix[] = "/api/v1/backtests";

bool jobs_web_is(const struct bridge_jobs *jobs, const struct server_request *request)
{
    const size_t len = sizeof prefix - 1;
    const char *rest = strncmp(request->path, prefix, len) == 0 ? request->path + len : NULL;
    return jobs->answer && rest && (*rest == '\0' || *rest == '/');
}

void jobs_web_answer(const struct bridge_jobs *jobs, struct server_reply *reply,
                     const struct server_request *request, const struct view *view,
                     struct json_writer *writer)
{
    const struct bridge_ask ask = {
        .method = request->method,
        .path = request->path + sizeof prefix - 1,
        .query = request->query,
        .body = request->body,
        .body_len = request->body_len,
        .view = view,
    };
    const int status = jobs->answer(jobs->context, &ask, writer);
    bridge_web_json(reply, writer, status);
}
