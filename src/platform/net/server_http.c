/* SPDX-License-Identifier: MIT */
/*
 * One HTTP exchange: read the request whole, ask the owner, write the answer.
 *
 * Three things libwebsockets does not do for us: it reads ahead while an answer is pending (so the
 * flow of received bytes is stopped from the question to the answer), it takes a body without a
 * length for one of 100 MB (so the connection ends with the answer), and it falls into an endless
 * loop when a client does not wait for the answer to a body before its next request (so that is
 * cut).
 */
#include "platform/net/server_inside.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/json/json_writer.h"

/* What a socket takes whole whenever it takes anything: Linux calls it writable with a third of its
 * buffer free, of 16 KB at the least. What it left over libwebsockets would send by itself and tell
 * us a turn later; a client that has its answer may have asked again by then, which is taken for
 * more of its last body. */
#define SERVER_CHUNK 4096
#define SERVER_DISCARD_MAX (16u << 20) /* of a refused body; a longer one costs the connection */

struct server_reply {
    struct server_client *client; /* NULL once the client is gone */
    enum { REPLY_READING, REPLY_ASKED, REPLY_ANSWERED } state;
    const char *method;
    char *path, *query;
    char *body;
    size_t body_len, body_size;
    char *out; /* LWS_PRE bytes, then the answer */
    size_t out_len, out_sent;
    size_t held; /* of the server's count */
    bool last;   /* the connection closes after this answer */
    bool body_ended;
    uint32_t age_s; /* in its state */
};

static void server_reply_free(struct server_reply *reply)
{
    free(reply->path);
    free(reply->query);
    free(reply->body);
    free(reply->out);
    free(reply);
}

static const char *server_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].status == status)
            return texts[i].text;
    return status < 400 ? "OK" : "Error";
}

/* HTTP/1.1 keeps the connection unless told otherwise, HTTP/1.0 the other way round. */
static bool server_wants_close(struct lws *wsi)
{
    char version[16] = "", connection[64] = "";
    lws_hdr_copy(wsi, version, sizeof version, WSI_TOKEN_HTTP);
    lws_hdr_copy(wsi, connection, sizeof connection, WSI_TOKEN_CONNECTION);
    if (strcmp(version, "HTTP/1.1") == 0)
        return strcasecmp(connection, "close") == 0;
    return strcasecmp(connection, "keep-alive") != 0;
}

static void server_refuse(struct server_reply *reply, int status, const char *why, bool last)
{
    char problem[256];
    struct json_writer writer;
    json_writer_init(&writer, problem, sizeof problem);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "type", "about:blank");
    json_put_string(&writer, "title", server_status_text(status));
    json_put_int(&writer, "status", status);
    json_put_string(&writer, "detail", why);
    json_end_object(&writer);
    CHECK(json_writer_ok(&writer));
    reply->state = REPLY_ASKED;
    reply->last |= last;
    server_answer(reply, status, "application/problem+json", NULL, problem, writer.len);
}

static struct server_request server_describe(const struct server_reply *reply)
{
    return (struct server_request){
        .method = reply->method,
        .path = reply->path,
        .query = reply->query,
        .body = reply->body ? reply->body : "",
        .body_len = reply->body_len,
        .remote = reply->client->remote,
        .headers = reply->client->wsi,
    };
}

static void server_ask(struct server_reply *reply)
{
    struct server_client *client = reply->client;
    struct server_request request = server_describe(reply);
    reply->state = REPLY_ASKED;
    lws_set_timeout(client->wsi, NO_PENDING_TIMEOUT, 0);
    lws_rx_flow_control(client->wsi, 0);
    client->server->events.on_request(client->server->context, reply, &request);
}

static struct server_reply *server_reply_new(struct server_client *client, const char *path,
                                             size_t path_len)
{
    struct server_reply *reply = calloc(1, sizeof *reply);
    if (!reply)
        return NULL;
    reply->client = client;
    reply->method = server_request_method(client->wsi);
    reply->path = strndup(path, path_len);
    reply->query = server_request_query(client->wsi);
    reply->last = server_wants_close(client->wsi);
    if (!reply->path || !reply->query) {
        server_reply_free(reply);
        return NULL;
    }
    return reply;
}

/* The declared length of the body: 0 when there is none, -1 when it is not a number. */
static int64_t server_body_length(struct lws *wsi)
{
    char text[32];
    int n = lws_hdr_copy(wsi, text, sizeof text, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    if (n == 0)
        return 0;
    if (n < 0 || n > 15 || strspn(text, "0123456789") != (size_t)n)
        return -1;
    return strtoll(text, NULL, 10);
}

static bool server_has_token(struct lws *wsi, enum lws_token_indexes token)
{
    return lws_hdr_total_length(wsi, token) > 0;
}

/* curl waits a second for this before it sends a large body. */
static bool server_continue(struct lws *wsi)
{
    char bytes[LWS_PRE + 32] = {0};
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    memcpy(bytes + LWS_PRE, text, sizeof text - 1);
    return lws_write(wsi, (unsigned char *)bytes + LWS_PRE, sizeof text - 1, LWS_WRITE_HTTP) >= 0;
}

/* Makes room for the body, or refuses the request. Returns false when the connection is lost. */
static bool server_expect_body(struct server_reply *reply, int64_t len)
{
    struct lws *wsi = reply->client->wsi;
    const size_t most = reply->client->server->body_max;
    if (len > (int64_t)most) {
        char why[64];
        snprintf(why, sizeof why, "A body may have %zu KB at most.", most >> 10);
        server_refuse(reply, 413, why, len > SERVER_DISCARD_MAX);
        return true;
    }
    reply->body = malloc((size_t)len + 1);
    if (!reply->body)
        return false;
    reply->body[0] = '\0';
    reply->body_size = (size_t)len;
    return !server_has_token(wsi, WSI_TOKEN_HTTP_EXPECT) || server_continue(wsi);
}

int server_http_begin(struct server_client *client, const char *path, size_t path_len)
{
    struct lws *wsi = client->wsi;
    CHECK(!client->reply);
    struct server_reply *reply = server_reply_new(client, path, path_len);
    if (!reply)
        return -1;
    client->reply = reply;
    /* A POST, PUT or PATCH that names no length has no body (RFC 9112, 6.3): what comes behind it,
     * the library takes for one, and with it the connection ends. */
    const bool unsaid =
        reply->method[0] == 'P' && !server_has_token(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    reply->last |= unsaid;
    int64_t len = server_body_length(wsi);
    if (len < 0)
        server_refuse(reply, 400, "Content-Length is not one number.", true);
    else if (server_has_token(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING))
        server_refuse(reply, 411, "Send the body with a Content-Length.", true);
    else if (server_request_disguised(wsi))
        server_refuse(reply, 400, "A header's name ends at its colon.", true);
    else if (strlen(reply->path) != path_len) /* a NUL: what stands behind it would be lost */
        server_refuse(reply, 400, "A path holds no NUL.", true);
    else if (len > 0)
        return server_expect_body(reply, len) ? 0 : -1;
    else if (unsaid || strcmp(reply->method, "POST") != 0) /* an empty POST is told of its end */
        server_ask(reply);
    return 0;
}

int server_http_body(struct server_client *client, const char *bytes, size_t len)
{
    struct server_reply *reply = client->reply;
    if (!reply || reply->state != REPLY_READING || len == 0)
        return 0; /* of a refused request */
    if (len > reply->body_size - reply->body_len)
        return -1;
    memcpy(reply->body + reply->body_len, bytes, len);
    reply->body_len += len;
    reply->body[reply->body_len] = '\0';
    return 0;
}

int server_http_body_end(struct server_client *client)
{
    struct server_reply *reply = client->reply;
    /* Told twice: the client sent its next request on the heels of this body, and libwebsockets
     * 4.1.6 would tell us of the end for ever, in a loop without a turn. */
    if (!reply || reply->body_ended)
        return -1;
    reply->body_ended = true;
    if (reply->state == REPLY_READING)
        server_ask(reply);
    return 0;
}

static size_t server_format_head(const struct server_reply *reply, int status,
                                 const char *content_type, const char *headers, size_t body_len,
                                 char *out, size_t size)
{
    bool bodiless = status == 204 || status == 304;
    char length[48] = "";
    if (!bodiless)
        snprintf(length, sizeof length, "content-length: %zu\r\n", body_len);
    int n = snprintf(out, size, "HTTP/1.1 %d %s\r\n%s%s%s%s%s%s\r\n", status,
                     server_status_text(status), content_type ? "content-type: " : "",
                     content_type ? content_type : "", content_type ? "\r\n" : "", length,
                     reply->last ? "connection: close\r\n" : "connection: keep-alive\r\n",
                     headers ? headers : "");
    return (size_t)n;
}

/* An answer that is over, sent or not. */
static void server_release(struct server *server, struct server_reply *reply)
{
    server->held -= reply->held;
    server_reply_free(reply);
}

void server_answer(struct server_reply *reply, int status, const char *content_type,
                   const char *headers, const void *body, size_t body_len)
{
    CHECK(reply->state == REPLY_ASKED);
    struct server_client *client = reply->client;
    if (!client) {
        server_reply_free(reply);
        return;
    }
    size_t head = server_format_head(reply, status, content_type, headers, body_len, NULL, 0);
    bool silent = status == 204 || status == 304 || strcmp(reply->method, "HEAD") == 0;
    size_t sent_len = silent ? 0 : body_len;
    size_t size = LWS_PRE + head + sent_len + 1;
    struct server *server = client->server;
    if (server->held + size > SERVER_HELD_MAX && sent_len > SERVER_HEADER_MAX) {
        static const char busy[] = "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\","
                                   "\"status\":503,\"detail\":\"Too many large answers wait to be "
                                   "taken; ask again later.\"}";
        server_answer(reply, 503, "application/problem+json", NULL, busy, sizeof busy - 1);
        return;
    }
    reply->out = malloc(size);
    CHECK(reply->out);
    reply->held = size;
    server->held += size;
    server_format_head(reply, status, content_type, headers, body_len, reply->out + LWS_PRE,
                       head + 1);
    if (sent_len > 0)
        memcpy(reply->out + LWS_PRE + head, body, sent_len);
    reply->out_len = head + sent_len;
    reply->state = REPLY_ANSWERED;
    reply->age_s = 0;
    lws_rx_flow_control(client->wsi, 1);
    lws_callback_on_writable(client->wsi);
}

int server_http_writable(struct server_client *client)
{
    struct server_reply *reply = client->reply;
    struct lws *wsi = client->wsi;
    if (!reply || reply->state != REPLY_ANSWERED)
        return 0;
    while (reply->out_sent < reply->out_len && !lws_send_pipe_choked(wsi)) {
        size_t len = reply->out_len - reply->out_sent;
        len = len < SERVER_CHUNK ? len : SERVER_CHUNK;
        /* The library may write into the LWS_PRE bytes before: they are sent already. */
        unsigned char *at = (unsigned char *)reply->out + LWS_PRE + reply->out_sent;
        if (lws_write(wsi, at, len, LWS_WRITE_HTTP) < 0)
            return -1;
        reply->out_sent += len;
    }
    if (reply->out_sent < reply->out_len || lws_partial_buffered(wsi)) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, SERVER_STALL_S);
        lws_callback_on_writable(wsi);
        return 0;
    }
    bool last = reply->last;
    client->reply = NULL;
    server_release(client->server, reply);
    return last || lws_http_transaction_completed(wsi) ? -1 : 0;
}

int server_http_upgrade(struct server_client *client)
{
    struct lws *wsi = client->wsi;
    const struct server_events *events = &client->server->events;
    /* Absent: the library has itself refused an upgrade it does not know, and goes on all the
     * same. h2c would take the connection out of our hands. */
    char to[32] = "", path[4096];
    if (lws_hdr_copy(wsi, to, sizeof to, WSI_TOKEN_UPGRADE) <= 0 ||
        strcasecmp(to, "websocket") != 0 ||
        lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI) <= 0)
        return -1;
    char *query = server_request_query(wsi);
    struct server_request request = {.method = "GET",
                                     .path = path,
                                     .query = query ? query : "",
                                     .body = "",
                                     .remote = client->remote,
                                     .headers = wsi,
                                     .tag = &client->tag};
    int status = 404;
    if (events->on_upgrade)
        status = events->on_upgrade(client->server->context, &request);
    free(query);
    if (status == 0) {
        free(client->upgrade_path);
        client->upgrade_path = strdup(path);
        return client->upgrade_path ? 0 : -1;
    }
    char out[LWS_PRE + 256];
    int n = snprintf(out + LWS_PRE, sizeof out - LWS_PRE,
                     "HTTP/1.1 %d %s\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", status,
                     server_status_text(status));
    lws_write(wsi, (unsigned char *)out + LWS_PRE, (size_t)n, LWS_WRITE_HTTP);
    return -1;
}

bool server_http_overdue(struct server_client *client)
{
    struct server_reply *reply = client->reply;
    if (!reply || reply->state == REPLY_ASKED)
        return false;
    return ++reply->age_s > (reply->state == REPLY_READING ? SERVER_BODY_S : SERVER_ANSWER_S);
}

void server_http_gone(struct server_client *client)
{
    struct server_reply *reply = client->reply;
    if (!reply)
        return;
    client->reply = NULL;
    reply->client = NULL;
    if (reply->state != REPLY_ASKED) /* else its owner still holds it and answers some day */
        server_release(client->server, reply);
}
