/* SPDX-License-Identifier: MIT */
/*
 * A client of the private side for tests: signed REST calls and a socket with a token, on top of
 * local_wire.h. The market runs in lock-step, so nothing moves but by the test.
 */
#pragma once

#include "local_wire.h"

#include "venue/local/private/keyring.h"

#define WIRE_SECRET                                                                                \
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="

static inline struct exchange_config wire_account(const char *balance)
{
    return (struct exchange_config){
        .pairs = "BTC/USD ETH/USD",
        .speed = 1,
        .lockstep = true,
        .seed = 42,
        .key_count = 1,
        .keys = {{.key = "K", .secret = WIRE_SECRET, .balance = balance, .tier = RATE_PRO}}};
}

/* The body of the answer to a POST with these header lines, until the next call. */
static inline const char *wire_post(struct wire *wire, const char *path, const char *headers,
                                    const char *body)
{
    static char bytes[1 << 20];
    static char request[1 << 16];
    size_t len = 0;
    int fd = wire_connect(wire);
    int sent = snprintf(request, sizeof request,
                        "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s"
                        "Content-Length: %zu\r\n\r\n%s",
                        path, headers, strlen(body), body);
    EXPECT(sent > 0 && (size_t)sent < sizeof request);
    EXPECT(send(fd, request, (size_t)sent, 0) == sent);
    for (int turn = 0; turn < 2000; turn++) {
        if (!wire_more(wire, fd, bytes, sizeof bytes - 1, &len))
            break;
        bytes[len] = '\0';
        const char *end = strstr(bytes, "\r\n\r\n"), *length = strcasestr(bytes, "content-length:");
        if (end && length && strlen(end + 4) >= strtoul(length + 15, NULL, 10))
            break;
    }
    close(fd);
    EXPECT(strncmp(bytes, "HTTP/1.1 200", 12) == 0);
    const char *end = strstr(bytes, "\r\n\r\n");
    EXPECT(end != NULL);
    return end + 4;
}

/* A signed call by key `name`; the nonce is put before the fields, in the form that they have. */
static inline const char *wire_call_as(struct wire *wire, const char *name, const char *method,
                                       const char *fields)
{
    static uint64_t nonce = 1000;
    static struct keyring keyring;
    char path[96], body[8192], nonce_text[24], signature[SIGNATURE_TEXT_MAX], headers[512];
    char error[128] = "";
    struct key_config config = {.text = name, .secret = WIRE_SECRET};
    bool json = fields[0] == '{';
    keyring.count = 0;
    const struct key *key =
        keyring_add(&keyring, &config, &(struct entropy){0}, error, sizeof error);
    EXPECT_TEXT(error, "");
    snprintf(nonce_text, sizeof nonce_text, "%llu", (unsigned long long)++nonce);
    snprintf(path, sizeof path, "/0/private/%s", method);
    if (json)
        snprintf(body, sizeof body, "{\"nonce\":%s%s%s", nonce_text, fields[1] == '}' ? "" : ",",
                 fields + 1);
    else
        snprintf(body, sizeof body, "nonce=%s%s%s", nonce_text, fields[0] ? "&" : "", fields);
    key_sign(key, path, nonce_text, body, strlen(body), signature);
    snprintf(headers, sizeof headers, "API-Key: %s\r\nAPI-Sign: %s\r\nContent-Type: %s\r\n", name,
             signature, json ? "application/json" : "application/x-www-form-urlencoded");
    return wire_post(wire, path, headers, body);
}

static inline const char *wire_call(struct wire *wire, const char *method, const char *fields)
{
    return wire_call_as(wire, "K", method, fields);
}

/* The text after `name":"` up to the next quote, until the next call but seven. */
static inline const char *wire_value(const char *text, const char *name)
{
    static char values[8][128];
    static int turn;
    char *value = values[turn++ % 8], mark[64];
    snprintf(mark, sizeof mark, "\"%s\":", name);
    const char *at = text ? strstr(text, mark) : NULL;
    EXPECT(at != NULL);
    at += strlen(mark);
    at += strspn(at, "[\"");
    size_t len = strcspn(at, "\",}]");
    EXPECT(len < sizeof values[0]);
    memcpy(value, at, len);
    value[len] = '\0';
    return value;
}

#define EXPECT_HAS(text, words) wire_expect_has((text), (words), __FILE__, __LINE__)

static inline void wire_expect_has(const char *text, const char *words, const char *file, int line)
{
    if (!text || !strstr(text, words)) {
        print_error("%s\n  does not have %s\n", text ? text : "(nothing)", words);
        _fail(file, line);
    }
}

/* Sends `{"method":M,"params":{...,"token":T}}`; `params` is without its braces. */
static inline void wire_ask(struct wire_socket *socket, const char *method, const char *params,
                            const char *token, int req_id)
{
    char text[2000];
    snprintf(text, sizeof text,
             "{\"method\":\"%s\",\"params\":{%s%s\"token\":\"%s\"},\"req_id\":%d}", method, params,
             params[0] ? "," : "", token, req_id);
    wire_send(socket, text);
}
