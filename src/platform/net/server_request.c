/* SPDX-License-Identifier: MIT */
#include "platform/net/server_inside.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct server_method {
    enum lws_token_indexes token;
    const char *name;
} server_methods[] = {
    {WSI_TOKEN_GET_URI, "GET"},         {WSI_TOKEN_HEAD_URI, "HEAD"},
    {WSI_TOKEN_POST_URI, "POST"},       {WSI_TOKEN_PUT_URI, "PUT"},
    {WSI_TOKEN_PATCH_URI, "PATCH"},     {WSI_TOKEN_DELETE_URI, "DELETE"},
    {WSI_TOKEN_OPTIONS_URI, "OPTIONS"},
};

const char *server_request_method(struct lws *wsi)
{
    for (size_t i = 0; i < sizeof server_methods / sizeof server_methods[0]; i++)
        if (lws_hdr_total_length(wsi, server_methods[i].token) > 0)
            return server_methods[i].name;
    return "";
}

/* What may stand in a query for itself: everything printable that neither separates (& ;) nor
 * encodes (% +) nor ends the query (# and space). */
static bool server_query_plain(unsigned char c)
{
    return c > ' ' && c < 127 && !strchr("&;%+#\"<>", c);
}

/*
 * libwebsockets keeps the query only decoded and cut at each '&', so it is written anew: each
 * argument percent-encoded where it must be, joined by '&'. Equal in meaning to what was sent.
 * Where nothing stands between the last '?' or '&' and the end, the library has put a '/'.
 */
char *server_request_query(struct lws *wsi)
{
    static const char hex[] = "0123456789ABCDEF";
    int total = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS);
    char *query = malloc(3 * (size_t)(total > 0 ? total : 0) + 1);
    char *arg = malloc(SERVER_HEADER_MAX);
    if (!query || !arg) {
        free(query);
        free(arg);
        return NULL;
    }
    size_t len = 0;
    for (int i = 0;; i++) {
        int n = lws_hdr_copy_fragment(wsi, arg, SERVER_HEADER_MAX, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (n < 0)
            break;
        bool is_last = lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i + 1) == 0;
        if (is_last && n == 1 && arg[0] == '/')
            n = 0;
        if (i > 0)
            query[len++] = '&';
        for (int k = 0; k < n; k++) {
            unsigned char c = (unsigned char)arg[k];
            if (server_query_plain(c)) {
                query[len++] = (char)c;
                continue;
            }
            query[len++] = '%';
            query[len++] = hex[c >> 4];
            query[len++] = hex[c & 15];
        }
    }
    query[len] = '\0';
    free(arg);
    return query;
}

/* The library's number of a header it knows by name ("host:"), or -1. */
static int server_header_token(const char *name_colon)
{
    for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
        const unsigned char *known = lws_token_to_string((enum lws_token_indexes)token);
        if (!known)
            break;
        if (strcmp((const char *)known, name_colon) == 0)
            return token;
    }
    return -1;
}

/* "name:" as the library looks for it; false when longer than any header we ask for. */
static bool server_header_colon(const char *name, char *out, size_t size)
{
    return (size_t)snprintf(out, size, "%s:", name) < size;
}

bool server_request_header(struct lws *wsi, const char *name, char *value, size_t size)
{
    char name_colon[128];
    if (!server_header_colon(name, name_colon, sizeof name_colon) || size == 0)
        return false;
    int token = server_header_token(name_colon);
    int n = token >= 0
                ? lws_hdr_copy(wsi, value, (int)size, (enum lws_token_indexes)token)
                : lws_hdr_custom_copy(wsi, value, (int)size, name_colon, (int)strlen(name_colon));
    if (n <= 0)
        return false;
    while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        value[--n] = '\0';
    return true;
}

bool server_request_disguised(struct lws *wsi)
{
    static const char *const names[] = {"content-length", "transfer-encoding"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (const char *blank = " \t\v\f"; *blank; blank++) {
            char name[32];
            int len = snprintf(name, sizeof name, "%s%c:", names[i], *blank);
            if (lws_hdr_custom_length(wsi, name, len) >= 0)
                return true;
        }
    return false;
}

/* headers is const for the caller; the library's getters take a plain pointer. */
static struct lws *server_wsi_of(const struct server_request *request)
{
    return (struct lws *)(uintptr_t)request->headers;
}

bool server_header(const struct server_request *request, const char *name, char *value, size_t size)
{
    return server_request_header(server_wsi_of(request), name, value, size);
}

bool server_has_header(const struct server_request *request, const char *name)
{
    char name_colon[128];
    if (!server_header_colon(name, name_colon, sizeof name_colon))
        return false;
    struct lws *wsi = server_wsi_of(request);
    int token = server_header_token(name_colon);
    return (token >= 0 ? lws_hdr_total_length(wsi, (enum lws_token_indexes)token)
                       : lws_hdr_custom_length(wsi, name_colon, (int)strlen(name_colon))) > 0;
}
