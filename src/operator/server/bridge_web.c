/* SPDX-License-Identifier: MIT */
#include "operator/server/bridge_web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "operator/server/asset.h"
#include "operator/server/control.h"
#include "operator/server/health.h"
#include "operator/server/metrics.h"
#include "platform/json/json_writer.h"
#include "platform/net/server.h"

#define HEADER_MAX 1024

#define CONTENT_JSON "application/json"
#define CONTENT_PROBLEM "application/problem+json"

/* The page loads its own script and style, talks to its own server, and nothing else. */
#define SAFE_HEADERS                                                                               \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "           \
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "              \
    "frame-ancestors 'none'\r\n"                                                                   \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Referrer-Policy: no-referrer\r\n"                                                             \
    "Cross-Origin-Opener-Policy: same-origin\r\n"                                                  \
    "Cross-Origin-Resource-Policy: same-origin\r\n"
#define DATA_HEADERS SAFE_HEADERS "Cache-Control: no-store\r\n"

static void answer_problem(struct server_reply *reply, struct json_writer *writer, int status,
                           const char *headers, const char *detail)
{
    api_problem(writer, status, detail);
    server_answer(reply, status, CONTENT_PROBLEM, headers, writer->text, writer->len);
}

static void answer_metrics(struct server_reply *reply, const struct api_source *source,
                           struct json_writer *writer)
{
    struct bridge_model model = {0};
    if (source->models && source->models->look)
        source->models->look(source->models->context, &model);
    size_t len = metrics_write(writer->text, writer->size, source, &model);
    server_answer(reply, 200, METRICS_CONTENT_TYPE, DATA_HEADERS, writer->text, len);
}

static const char *content_of(const char *path)
{
    const size_t len = strlen(path);
    return len > 4 && strcmp(path + len - 4, ".csv") == 0 ? "text/csv; charset=utf-8"
                                                          : CONTENT_JSON;
}

/* The next element of a list with commas between, without the blanks round it; false at its end. */
static bool next_element(const char **list, const char **ret, size_t *ret_len)
{
    *list += strspn(*list, ", \t");
    *ret = *list;
    size_t len = strcspn(*list, ",");
    *list += len;
    while (len > 0 && (*ret)[len - 1] == ' ')
        len--;
    *ret_len = len;
    return len > 0;
}

/* "gzip;q=0" says that it is not (RFC 9110, 12.5.3). */
static bool takes_gzip(const char *coding, size_t len)
{
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)len, coding);
    const char *weight = strcasestr(text, "q=");
    const size_t name = strcspn(text, "; \t");
    return name == strlen("gzip") && strncasecmp(text, "gzip", name) == 0 &&
           (!weight || strtod(weight + strlen("q="), NULL) > 0);
}

static bool accepts_gzip(const struct server_request *request)
{
    char accepted[HEADER_MAX];
    const char *list = accepted, *coding;
    size_t len;
    if (!server_header(request, "accept-encoding", accepted, sizeof accepted))
        return false;
    while (next_element(&list, &coding, &len))
        if (takes_gzip(coding, len))
            return true;
    return false;
}

/* The client has it: "*" is any, W/ before a tag does not matter (RFC 9110, 13.1.2). */
static bool is_known(const struct server_request *request, const char *etag)
{
    char known[HEADER_MAX];
    return server_header(request, "if-none-match", known, sizeof known) &&
           (strcmp(known, "*") == 0 || strstr(known, etag) != NULL);
}

static void answer_asset(struct server_reply *reply, const struct server_request *request,
                         const struct asset *asset, struct json_writer *writer)
{
    char headers[2048];
    bool as_is = !asset->gzip || accepts_gzip(request);
    snprintf(headers, sizeof headers,
             "%sCache-Control: no-cache\r\nVary: Accept-Encoding\r\n"
             "ETag: %s\r\n%s",
             SAFE_HEADERS, asset->etag, asset->gzip && as_is ? "Content-Encoding: gzip\r\n" : "");
    if (is_known(request, asset->etag)) {
        server_answer(reply, 304, asset->content_type, headers, "", 0);
        return;
    }
    if (as_is) {
        server_answer(reply, 200, asset->content_type, headers, asset->data, asset->len);
        return;
    }
    void *plain = asset_plain(asset);
    if (plain)
        server_answer(reply, 200, asset->content_type, headers, plain, asset->plain_len);
    else
        answer_problem(reply, writer, 500, DATA_HEADERS, "the page could not be decompressed");
    free(plain);
}

void bridge_web_only_get(struct server_reply *reply, struct json_writer *writer)
{
    answer_problem(reply, writer, 405, DATA_HEADERS "Allow: GET, HEAD\r\n",
                   "use GET; commands are POSTed to /api/v1/commands where the session takes any");
}

static bool can_get(const struct api_source *source, const char *path, struct json_writer *scratch)
{
    const bool found = asset_find(path) || strcmp(path, "/metrics") == 0 || api_has(path) ||
                       health_get(source, path, scratch) != 0;
    json_writer_init(scratch, scratch->text, scratch->size);
    return found;
}

/* What may be asked of the path, by the tables of routes and of commands, but for the method that
 * led here. A session that takes no commands lists them too, and says by 403 that it takes none.
 * "" for no such path. */
static void list_methods(const struct server_request *request, bool can_get, char *out, size_t size)
{
    const char *method, *path;
    size_t len = (size_t)snprintf(out, size, "%s", can_get ? "GET, HEAD" : "");
    for (size_t i = 0; (path = control_path(i, &method)); i++)
        if (strcmp(path, request->path) == 0 && strcmp(method, request->method) != 0 && len < size)
            len += (size_t)snprintf(out + len, size - len, "%s%s", len ? ", " : "", method);
}

/* 405 where another method would do, 404 where none does. */
static void answer_misuse(struct server_reply *reply, const struct server_request *request,
                          bool can_get, struct json_writer *writer)
{
    char methods[64], headers[2048], detail[300];
    list_methods(request, can_get, methods, sizeof methods);
    if (!methods[0]) {
        snprintf(detail, sizeof detail, "there is nothing at %.150s; /api/v1 lists what there is",
                 request->path);
        answer_problem(reply, writer, 404, DATA_HEADERS, detail);
        return;
    }
    snprintf(headers, sizeof headers, "%sAllow: %s\r\n", DATA_HEADERS, methods);
    snprintf(detail, sizeof detail, "%.150s takes no %s: use %s", request->path, request->method,
             methods);
    answer_problem(reply, writer, 405, headers, detail);
}

static bool only_commands(const char *path)
{
    const char *method, *taken;
    for (size_t i = 0; (taken = control_path(i, &method)); i++)
        if (strcmp(taken, path) == 0)
            return !api_has(path);
    return false;
}

void bridge_web_answer(struct server_reply *reply, const struct server_request *request,
                       const struct api_source *source, char *scratch, size_t scratch_size)
{
    struct json_writer writer;
    json_writer_init(&writer, scratch, scratch_size);
    const bool reads = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    if (!reads || only_commands(request->path)) {
        answer_misuse(reply, request, can_get(source, request->path, &writer), &writer);
        return;
    }
    const struct asset *asset = asset_find(request->path);
    if (asset) {
        answer_asset(reply, request, asset, &writer);
    } else if (strcmp(request->path, "/metrics") == 0) {
        answer_metrics(reply, source, &writer);
    } else {
        int status = health_get(source, request->path, &writer);
        if (status == 0)
            status = api_get(source, request->path, request->query, &writer);
        server_answer(reply, status, status == 200 ? content_of(request->path) : CONTENT_PROBLEM,
                      DATA_HEADERS, writer.text, writer.len);
    }
}

bool bridge_web_commands(const struct server_request *request)
{
    const char *command;
    return control_takes(request->method, request->path, &command);
}

void bridge_web_problem(struct server_reply *reply, struct json_writer *writer, int status,
                        const char *headers, const char *detail)
{
    char lines[2048];
    snprintf(lines, sizeof lines, "%s%s", DATA_HEADERS, headers);
    answer_problem(reply, writer, status, lines, detail);
}

void bridge_web_json(struct server_reply *reply, const struct json_writer *writer, int status)
{
    server_answer(reply, status, status < 300 ? CONTENT_JSON : CONTENT_PROBLEM, DATA_HEADERS,
                  writer->text, writer->len);
}
