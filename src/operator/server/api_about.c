/* SPDX-License-Identifier: MIT */
/* The session's options as they were when it began, and what this interface is. */
#include <stdio.h>
#include <string.h>

#include "operator/server/api_routes.h"
#include "operator/server/control.h"
#include "operator/server/description.h"
#include "platform/json/json_writer.h"

int api_get_config(const struct api_source *source, const struct query *query,
                   struct json_writer *writer, const char *name)
{
    (void)query, (void)name;
    if (!source->configuration)
        return api_problem(writer, 503, "this session was started without a configuration");
    json_put_raw(writer, NULL, source->configuration, strlen(source->configuration));
    return 200;
}

int api_get_description(const struct api_source *source, const struct query *query,
                        struct json_writer *writer, const char *name)
{
    (void)source, (void)query, (void)name;
    json_put_raw(writer, NULL, (const char *)description, description_len);
    return 200;
}

static void put_route(struct json_writer *writer, const char *method, const char *root,
                      const char *name)
{
    char path[128];
    json_begin_object(writer, NULL);
    json_put_string(writer, "method", method);
    snprintf(path, sizeof path, "%s%s%s", root, name[0] ? "/" : "", name);
    json_put_string(writer, "path", path);
    json_end_object(writer);
}

/* What others answer: the bridge's web, its health and its jobs. */
static const struct {
    const char *method, *path;
} others[] = {
    {"GET", "/metrics"},
    {"GET", "/health"},
    {"GET", "/health/live"},
    {"GET", "/health/ready"},
    {"GET", "/api/v1/backtests"},
    {"POST", "/api/v1/backtests"},
    {"GET", "/api/v1/backtests/options"},
    {"GET", "/api/v1/backtests/{id}"},
    {"DELETE", "/api/v1/backtests/{id}"},
};

int api_get_routes(const struct api_source *source, const struct query *query,
                   struct json_writer *writer, const char *name)
{
    (void)source, (void)query, (void)name;
    bool root;
    const char *each, *method;
    json_begin_object(writer, NULL);
    json_put_string(writer, "description", "/api/v1/openapi.json");
    json_begin_array(writer, "routes");
    for (size_t i = 0; (each = api_route(i, &root)); i++) {
        put_route(writer, "GET", "/api/v1", each);
        if (root)
            put_route(writer, "GET", "", each);
    }
    for (size_t i = 0; (each = control_path(i, &method)); i++)
        put_route(writer, method, each, "");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        put_route(writer, others[i].method, others[i].path, "");
    json_end_array(writer);
    json_end_object(writer);
    return 200;
}
