/* SPDX-License-Identifier: MIT */
#include "platform/net/server.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include "platform/loop/loop.h"
#include "support/raw.h"
#include "test.h"

/* One server on one loop, and what it saw last. */
static struct {
    struct loop *loop;
    struct server *server;
    int requests, opens, closes, texts;
    char method[16], path[256], query[512], remote[64], header[256], socket_path[128];
    const char *ask_header; /* copied to `header` */
    char *body, *text;
    size_t body_len, text_len;
    struct server_reply *kept[8];
    int kept_count;
    bool keep;         /* keep replies, answer later */
    bool mute;         /* do not echo WebSocket texts */
    int refuse;        /* status on_upgrade gives */
    size_t answer_len; /* > 0: answer with so many bytes */
    struct server_socket *socket;
} on;

static void answer_big(struct server_reply *reply)
{
    char *body = malloc(on.answer_len);
    for (size_t i = 0; i < on.answer_len; i++)
        body[i] = (char)('a' + i % 26);
    server_answer(reply, 200, "text/plain", NULL, body, on.answer_len);
    free(body);
}

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    EXPECT(context == &on);
    on.requests++;
    snprintf(on.method, sizeof on.method, "%s", request->method);
    snprintf(on.path, sizeof on.path, "%s", request->path);
    snprintf(on.query, sizeof on.query, "%s", request->query);
    snprintf(on.remote, sizeof on.remote, "%s", request->remote);
    free(on.body);
    on.body = malloc(request->body_len + 1);
    memcpy(on.body, request->body, request->body_len + 1);
    on.body_len = request->body_len;
    if (on.ask_header && !server_header(request, on.ask_header, on.header, sizeof on.header))
        strcpy(on.header, "(absent)");
    if (on.keep) {
        on.kept[on.kept_count++] = reply;
        return;
    }
    if (on.answer_len > 0) {
        answer_big(reply);
        return;
    }
    char text[64];
    int n = snprintf(text, sizeof text, "answer %d", on.requests);
    server_answer(reply, 200, "text/plain", "x-extra: yes\r\nx-more: 2\r\n", text, (size_t)n);
}

static int on_upgrade(void *context, const struct server_request *request)
{
    (void)context;
    snprintf(on.path, sizeof on.path, "%s", request->path);
    snprintf(on.query, sizeof on.query, "%s", request->query);
    if (on.ask_header)
        server_header(request, on.ask_header, on.header, sizeof on.header);
    return on.refuse;
}

static void on_socket_open(void *context, struct server_socket *socket, const char *path)
{
    (void)context;
    on.opens++;
    on.socket = socket;
    snprintf(on.socket_path, sizeof on.socket_path, "%s", path);
    EXPECT(server_socket_get(socket) == NULL);
    server_socket_set(socket, &on);
}

static void on_socket_text(void *context, struct server_socket *socket, const char *text,
                           size_t len)
{
    (void)context;
    EXPECT(server_socket_get(socket) == &on);
    on.texts++;
    free(on.text);
    on.text = malloc(len + 1);
    memcpy(on.text, text, len);
    on.text[len] = '\0';
    on.text_len = len;
    if (len == 5 && memcmp(text, "abort", 5) == 0)
        server_socket_abort(socket);
    else if (len == 5 && memcmp(text, "close", 5) == 0)
        server_socket_close(socket, 4001, "as you wish");
    else if (!on.mute)
        EXPECT_INT(server_send(socket, text, len), 0);
}

static void on_socket_closed(void *context, struct server_socket *socket)
{
    (void)context;
    EXPECT(server_socket_get(socket) == &on);
    on.closes++;
    on.socket = NULL;
}

static const struct server_events events = {on_request, on_upgrade, on_socket_open, on_socket_text,
                                            on_socket_closed};

static void up(uint32_t max_clients)
{
    char error[256] = "";
    memset(&on, 0, sizeof on);
    on.loop = loop_new();
    struct server_config config = {
        .address = "127.0.0.1", .max_clients = max_clients, .events = &events, .context = &on};
    on.server = server_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    EXPECT(on.server);
    EXPECT(server_port(on.server) > 0);
}

static void down(void)
{
    server_close(on.server);
    loop_free(on.loop);
    free(on.body);
    free(on.text);
}

static struct raw dial(void)
{
    struct raw raw = raw_connect(on.loop, server_port(on.server));
    EXPECT(raw.fd >= 0);
    return raw;
}

/* Sends a request and waits for the end of its answer. */
static struct raw ask(const char *request, const char *until)
{
    struct raw raw = dial();
    raw_send_text(&raw, request);
    if (!raw_wait_text(&raw, until, 2000))
        print_error("got: %s\n", raw.in);
    EXPECT(raw_wait_text(&raw, until, 0));
    return raw;
}

TEST(a_get_is_answered_with_length_type_and_extra_headers)
{
    up(8);
    struct raw raw = ask("GET /0/public/Time HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    EXPECT_TEXT(raw.in, "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 8\r\n"
                        "connection: keep-alive\r\nx-extra: yes\r\nx-more: 2\r\n\r\nanswer 1");
    EXPECT_TEXT(on.method, "GET");
    EXPECT_TEXT(on.path, "/0/public/Time");
    EXPECT_TEXT(on.query, "");
    EXPECT_TEXT(on.body, "");
    EXPECT_TEXT(on.remote, "127.0.0.1");
    raw_close(&raw);
    down();
}

TEST(a_connection_serves_many_requests_and_pipelined_ones_in_order)
{
    up(8);
    struct raw raw = dial();
    for (int i = 1; i <= 50; i++) {
        char want[32];
        snprintf(want, sizeof want, "answer %d", i);
        raw_send_text(&raw, i % 2 ? "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
                                  : "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
        EXPECT(raw_wait_text(&raw, want, 2000));
        raw_clear(&raw);
    }
    raw_send_text(&raw, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
                        "GET /3 HTTP/1.1\r\nHost: x\r\n\r\nGET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT(raw_wait_text(&raw, "answer 54", 2000));
    EXPECT(strstr(raw.in, "answer 51") < strstr(raw.in, "answer 52"));
    EXPECT(strstr(raw.in, "answer 52") < strstr(raw.in, "answer 53"));
    EXPECT_TEXT(on.path, "/4");
    EXPECT_INT(on.requests, 54);
    raw_close(&raw);
    down();
}

/* libwebsockets 4.1.6 hangs for ever in this case; the client loses its connection instead. */
TEST(a_request_on_the_heels_of_a_body_never_hangs_the_server)
{
    up(8);
    for (int i = 0; i < 2; i++) {
        struct raw raw = dial();
        raw_send_text(&raw, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                            "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        raw_send_text(&raw, i == 0 ? "POST /3 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
                                     "GET /4 HTTP/1.1\r\nHost: x\r\n\r\n"
                                   : "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
        raw_wait_end(&raw, 200);
        raw_close(&raw);
    }
    int before = on.requests;
    struct raw raw = dial();
    raw_send_text(&raw, "GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT(raw_wait_text(&raw, "200 OK", 2000));
    EXPECT_INT(on.requests, before + 1);
    raw_close(&raw);
    down();
}

TEST(a_body_arrives_as_sent_brackets_and_all)
{
    up(8);
    struct raw raw = ask("POST /0/private/AddOrder HTTP/1.1\r\nHost: x\r\n"
                         "Content-Type: application/x-www-form-urlencoded\r\n"
                         "Content-Length: 57\r\n\r\n"
                         "nonce=1&close[ordertype]=stop-loss&a=%5B+%2B%5D;x&%zz=\xff\n!",
                         "answer 1");
    EXPECT_TEXT(on.method, "POST");
    EXPECT_INT(on.body_len, 57);
    EXPECT(memcmp(on.body, "nonce=1&close[ordertype]=stop-loss&a=%5B+%2B%5D;x&%zz=\xff\n!", 57) ==
           0);
    raw_close(&raw);
    down();
}

TEST(a_body_may_come_byte_by_byte_and_hold_a_megabyte)
{
    up(8);
    struct raw raw = dial();
    raw_send_text(&raw, "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    for (int i = 0; i < 5; i++) {
        raw_send(&raw, "12345" + i, 1);
        raw_turn(on.loop, 2);
    }
    EXPECT(raw_wait_text(&raw, "answer 1", 2000));
    EXPECT_TEXT(on.body, "12345");
    size_t len = 1 << 20;
    char *body = malloc(len);
    for (size_t i = 0; i < len; i++)
        body[i] = (char)(i * 7);
    raw_send_text(&raw, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n");
    raw_send(&raw, body, len);
    EXPECT(raw_wait_text(&raw, "answer 2", 5000));
    EXPECT_INT(on.body_len, len);
    EXPECT(memcmp(on.body, body, len) == 0);
    free(body);
    raw_close(&raw);
    down();
}

TEST(a_body_over_a_megabyte_is_refused_and_the_connection_goes_on)
{
    up(8);
    struct raw raw = dial();
    size_t len = (1 << 20) + 1;
    char *body = calloc(1, len);
    raw_send_text(&raw, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n");
    raw_send(&raw, body, len);
    EXPECT(raw_wait_text(&raw, "HTTP/1.1 413 ", 3000));
    EXPECT_INT(on.requests, 0);
    raw_send_text(&raw, "GET /y HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT(raw_wait_text(&raw, "answer 1", 2000));
    free(body);
    raw_close(&raw);
    down();
}

TEST(bodies_without_a_plain_length_are_refused)
{
    static const struct {
        const char *head, *status;
    } cases[] = {
        {"POST /x HTTP/1.1\r\nHost: x\r\n\r\n", "411"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "411"},
        {"GET /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "411"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "413"},
    };
    up(8);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw raw = dial();
        raw_send_text(&raw, cases[i].head);
        char want[32];
        snprintf(want, sizeof want, "HTTP/1.1 %s ", cases[i].status);
        if (!raw_wait_text(&raw, want, 2000))
            print_error("case %zu: %s\n", i, raw.in);
        EXPECT(raw_wait_text(&raw, want, 0));
        EXPECT(raw_wait_end(&raw, 7000));
        raw_close(&raw);
    }
    EXPECT_INT(on.requests, 0);
    down();
}

TEST(a_delete_with_and_without_a_body_reaches_the_owner)
{
    up(8);
    struct raw raw = ask("DELETE /k HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    EXPECT_TEXT(on.method, "DELETE");
    raw_send_text(&raw, "DELETE /k HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nno");
    EXPECT(raw_wait_text(&raw, "answer 2", 2000));
    EXPECT_TEXT(on.body, "no");
    raw_close(&raw);
    down();
}

TEST(head_gets_the_headers_alone)
{
    up(8);
    struct raw raw = ask("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n", "x-more: 2\r\n\r\n");
    raw_turn(on.loop, 20);
    EXPECT(strstr(raw.in, "content-length: 8\r\n"));
    EXPECT(!raw_wait_text(&raw, "answer", 20));
    raw_send_text(&raw, "GET /g HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT(raw_wait_text(&raw, "answer 2", 2000));
    raw_close(&raw);
    down();
}

TEST(strange_methods_and_garbage_are_refused_or_cut_and_the_server_lives)
{
    static const char *const requests[] = {
        "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT other:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\xfc\x03\x03garbage\r\n\r\n",
        "GET noslash HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: x\r\nUpgrade: tea\r\nConnection: Upgrade\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Content-Length: 0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    };
    up(8);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        struct raw raw = dial();
        raw_send_text(&raw, requests[i]);
        raw_wait_end(&raw, 100);
        raw_close(&raw);
    }
    struct raw raw = ask("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n", "x-extra");
    EXPECT_TEXT(on.path, "/alive");
    raw_close(&raw);
    down();
}

TEST(options_reaches_the_owner)
{
    up(8);
    struct raw raw = ask("OPTIONS /o HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\n\r\n", "answer 1");
    EXPECT_TEXT(on.method, "OPTIONS");
    raw_close(&raw);
    down();
}

TEST(close_is_honoured_and_http_1_0_closes_by_itself)
{
    up(8);
    struct raw raw = ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "answer 1");
    EXPECT(strstr(raw.in, "connection: close\r\n"));
    EXPECT(raw_wait_end(&raw, 2000));
    raw_close(&raw);
    raw = ask("GET / HTTP/1.0\r\n\r\n", "answer 2");
    EXPECT(raw_wait_end(&raw, 2000));
    raw_close(&raw);
    raw = ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "answer 3");
    raw_send_text(&raw, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT(raw_wait_text(&raw, "answer 4", 2000));
    raw_close(&raw);
    down();
}

TEST(headers_are_found_by_lower_case_name)
{
    static const struct {
        const char *line, *name, *value;
    } cases[] = {
        {"API-Key: abc/+=", "api-key", "abc/+="},
        {"API-Sign:   spaced out  ", "api-sign", "spaced out"},
        {"X-Api-Key: k", "x-api-key", "k"},
        {"Origin: http://127.0.0.1:1", "origin", "http://127.0.0.1:1"},
        {"User-Agent: cuttle/1", "user-agent", "cuttle/1"},
        {"Cookie: a=b; c=d", "cookie", "a=b; c=d"},
        {"Authorization: Bearer x.y", "authorization", "Bearer x.y"},
        {"If-None-Match: \"e\"", "if-none-match", "\"e\""},
        {"Accept-Encoding: gzip, br", "accept-encoding", "gzip, br"},
        {"X-Forwarded-For: 1.2.3.4", "x-forwarded-for", "1.2.3.4"},
        {"Content-Type: application/json", "content-type", "application/json"},
        {"Api: short", "api", "short"},
        {"Hosta: longer", "hosta", "longer"},
        {"X-CSRF-Token: t", "x-csrf-token", "t"},
        {"Sec-Fetch-Site: same-origin", "sec-fetch-site", "same-origin"},
        {"Nothing: here", "something", "(absent)"},
    };
    up(8);
    struct raw raw = dial();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        on.ask_header = cases[i].name;
        raw_send_text(&raw, "GET / HTTP/1.1\r\nHost: h:1\r\nZ-First: 1\r\n");
        raw_send_text(&raw, cases[i].line);
        raw_send_text(&raw, "\r\nZ-Last: 2\r\n\r\n");
        char want[32];
        snprintf(want, sizeof want, "answer %d", on.requests + 1);
        EXPECT(raw_wait_text(&raw, want, 2000));
        EXPECT_TEXT(on.header, cases[i].value);
    }
    on.ask_header = "host";
    raw_send_text(&raw, "POST / HTTP/1.1\r\nHost: h:1\r\nContent-Length: 1\r\n\r\nx");
    char want[32];
    snprintf(want, sizeof want, "answer %d", on.requests + 1);
    EXPECT(raw_wait_text(&raw, want, 2000));
    EXPECT_TEXT(on.header, "h:1"); /* also after a body */
    raw_close(&raw);
    down();
}

TEST(a_path_is_decoded_and_a_query_keeps_its_meaning)
{
    static const struct {
        const char *target, *path, *query;
    } cases[] = {
        {"/a%20b/c", "/a b/c", ""},
        {"/t?pair=XBT/USD,ETH/USD&n=1", "/t", "pair=XBT/USD,ETH/USD&n=1"},
        {"/t?pair=XBT%2FUSD", "/t", "pair=XBT/USD"},
        {"/t?a=1%262&b=x+y&c=%2B", "/t", "a=1%262&b=x%20y&c=%2B"},
        {"/t?close[x]=%25&empty=&flag", "/t", "close[x]=%25&empty=&flag"},
        {"/t?u=%C3%A9==", "/t", "u=%C3%A9=="},
        {"/t?", "/t", ""},
        {"/a/../b?x=../..//", "/b", "x=../..//"},
    };
    up(8);
    struct raw raw = dial();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        raw_send_text(&raw, "GET ");
        raw_send_text(&raw, cases[i].target);
        raw_send_text(&raw, " HTTP/1.1\r\nHost: x\r\n\r\n");
        char want[32];
        snprintf(want, sizeof want, "answer %d", on.requests + 1);
        EXPECT(raw_wait_text(&raw, want, 2000));
        EXPECT_TEXT(on.path, cases[i].path);
        EXPECT_TEXT(on.query, cases[i].query);
    }
    raw_close(&raw);
    down();
}

TEST(an_answer_may_come_later_and_the_next_request_waits_for_it)
{
    up(8);
    on.keep = true;
    struct raw raw = dial();
    raw_send_text(&raw, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    raw_turn(on.loop, 50);
    EXPECT_INT(on.kept_count, 1);
    server_answer(on.kept[0], 200, "text/plain", NULL, "first", 5);
    EXPECT(raw_wait_text(&raw, "first", 2000));
    raw_turn(on.loop, 50);
    EXPECT_INT(on.kept_count, 2);
    server_answer(on.kept[1], 404, NULL, NULL, "second", 6);
    EXPECT(raw_wait_text(&raw, "second", 2000));
    EXPECT(strstr(raw.in, "HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n"));
    raw_close(&raw);
    down();
}

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

TEST(a_client_gone_before_its_answer_costs_no_spinning_and_the_answer_is_dropped)
{
    static const char *const requests[] = {
        "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx",
    };
    up(8);
    on.keep = true;
    for (int i = 0; i < 2; i++) {
        struct raw raw = dial();
        raw_send_text(&raw, requests[i]);
        raw_turn(on.loop, 30);
        EXPECT_INT(on.kept_count, i + 1);
        raw_close(&raw);
        int64_t start = cpu_us();
        for (int k = 0; k < 4; k++)
            loop_turn(on.loop, 50);
        EXPECT(cpu_us() - start < 60000);
        server_answer(on.kept[i], 200, NULL, NULL, "late", 4);
        raw_turn(on.loop, 20);
    }
    down();
}

TEST(an_answer_after_the_server_closed_is_dropped)
{
    up(8);
    on.keep = true;
    struct raw raw = dial();
    raw_send_text(&raw, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    raw_turn(on.loop, 30);
    EXPECT_INT(on.kept_count, 1);
    server_close(on.server);
    server_answer(on.kept[0], 200, NULL, NULL, "late", 4);
    EXPECT(raw_wait_end(&raw, 2000));
    raw_close(&raw);
    loop_free(on.loop);
    free(on.body);
}

TEST(a_large_answer_reaches_a_slow_reader_whole)
{
    up(8);
    on.answer_len = 8 << 20;
    struct raw raw = dial();
    raw_send_text(&raw, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    raw_turn(on.loop, 100); /* socket buffers are full, nobody reads */
    EXPECT(raw_wait_text(&raw, "\r\n\r\n", 2000));
    size_t head = (size_t)(strstr(raw.in, "\r\n\r\n") + 4 - raw.in);
    EXPECT(raw_wait_len(&raw, head + on.answer_len, 10000));
    EXPECT_INT(raw.in_len, head + on.answer_len);
    for (size_t i = 0; i < on.answer_len; i++)
        if (raw.in[head + i] != (char)('a' + i % 26))
            fail_msg("byte %zu differs", i);
    raw_close(&raw);
    down();
}

TEST(curls_expect_100_is_continued)
{
    up(8);
    struct raw raw = dial();
    raw_send_text(&raw, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
                        "Expect: 100-continue\r\n\r\n");
    EXPECT(raw_wait_text(&raw, "HTTP/1.1 100 Continue\r\n\r\n", 2000));
    raw_send_text(&raw, "body");
    EXPECT(raw_wait_text(&raw, "answer 1", 2000));
    EXPECT_TEXT(on.body, "body");
    raw_close(&raw);
    down();
}

TEST(clients_over_the_bound_are_turned_away_and_the_place_is_given_again)
{
    up(2);
    struct raw a = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    struct raw b = ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n", "answer 2");
    struct raw c = dial();
    EXPECT(raw_wait_end(&c, 2000));
    raw_close(&c);
    raw_close(&a);
    raw_turn(on.loop, 30);
    c = ask("GET /c HTTP/1.1\r\nHost: x\r\n\r\n", "answer 3");
    raw_close(&b);
    raw_close(&c);
    down();
}

TEST(a_port_in_use_and_a_wrong_address_are_told_in_words)
{
    up(2);
    char error[256], want[256];
    struct server_config config = {.address = "127.0.0.1",
                                   .port = server_port(on.server),
                                   .max_clients = 2,
                                   .events = &events};
    EXPECT(!server_open(on.loop, &config, error, sizeof error));
    snprintf(want, sizeof want,
             "127.0.0.1:%u: address already in use; stop the program that listens there or choose "
             "another port",
             config.port);
    EXPECT_TEXT(error, want);
    config.address = "localhost.example";
    EXPECT(!server_open(on.loop, &config, error, sizeof error));
    EXPECT(strstr(error, "\"localhost.example\" is not an address to listen on"));
    config.address = "127.0.0.1";
    config.port = 0;
    config.cert_file = config.key_file = "/no/such.pem";
    EXPECT(!server_open(on.loop, &config, error, sizeof error));
    EXPECT(strstr(error, "/no/such.pem: no such file or directory"));
    down();
}

TEST(a_port_is_free_again_after_close)
{
    up(2);
    struct raw raw = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    uint16_t port = server_port(on.server);
    server_close(on.server);
    raw_turn(on.loop, 20);
    char error[256] = "";
    struct server_config config = {
        .address = "127.0.0.1", .port = port, .max_clients = 2, .events = &events, .context = &on};
    on.server = server_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    raw_close(&raw);
    raw = ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n", "answer 2");
    raw_close(&raw);
    down();
}

static char big[1 << 21];

TEST(a_websocket_echoes_texts_of_every_size_and_cut)
{
    up(8);
    struct raw raw = dial();
    on.ask_header = "origin";
    EXPECT(raw_upgrade(&raw, "/v2?token=a%26b"));
    EXPECT_INT(raw_until(on.loop, &on.opens, 1000), 1);
    EXPECT_TEXT(on.socket_path, "/v2");
    EXPECT_TEXT(on.query, "token=a%26b");
    static const size_t sizes[] = {0, 1, 125, 126, 127, 4096, 65535, 65536, 1 << 20};
    uint8_t first;
    size_t len;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(big, 'a' + (int)i, sizes[i]);
        raw_send_frame(&raw, 0x81, big, sizes[i]);
        EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
        EXPECT_INT(first, 0x81);
        EXPECT_INT(len, sizes[i]);
        EXPECT_INT(on.text_len, sizes[i]);
    }
    int texts = on.texts;
    for (size_t piece = 1; piece <= 7; piece++) { /* "abcdefghij" in fragments of 1..7 */
        for (size_t at = 0; at < 10; at += piece) {
            size_t n = 10 - at < piece ? 10 - at : piece;
            uint8_t byte = (uint8_t)((at == 0 ? 1 : 0) | (at + n == 10 ? 0x80 : 0));
            raw_send_frame(&raw, byte, "abcdefghij" + at, n);
            raw_send_frame(&raw, 0x89, "p", 1); /* a ping between the fragments */
        }
        bool echoed = false;
        while (!echoed) {
            EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
            EXPECT(first == 0x81 || first == 0x8a);
            echoed = first == 0x81;
        }
        EXPECT_INT(len, 10);
        EXPECT_TEXT(on.text, "abcdefghij");
    }
    EXPECT_INT(on.texts, texts + 7);
    raw_close(&raw);
    raw_until(on.loop, &on.closes, 1000);
    EXPECT_INT(on.closes, 1);
    down();
}

TEST(a_ping_is_answered_with_its_payload)
{
    up(8);
    struct raw raw = dial();
    EXPECT(raw_upgrade(&raw, "/"));
    raw_send_frame(&raw, 0x89, "are you there", 13);
    uint8_t first;
    size_t len;
    EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
    EXPECT_INT(first, 0x8a);
    EXPECT_INT(len, 13);
    EXPECT(memcmp(big, "are you there", 13) == 0);
    raw_close(&raw);
    down();
}

TEST(many_messages_in_one_read_and_many_sends_in_one_turn_stay_whole_and_in_order)
{
    up(8);
    struct raw raw = dial();
    EXPECT(raw_upgrade(&raw, "/"));
    char text[300];
    for (int i = 0; i < 3000; i++) {
        memset(text, 'x', sizeof text);
        int n = snprintf(text, sizeof text, "%d", i);
        text[n] = ' ';
        raw_send_frame(&raw, 0x81, text, (size_t)(100 + i % 200));
    }
    for (int i = 0; i < 3000; i++) {
        uint8_t first;
        size_t len;
        EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
        EXPECT_INT(len, 100 + i % 200);
        EXPECT_INT(atoi(big), i);
    }
    raw_close(&raw);
    down();
}

TEST(too_long_binary_and_invalid_messages_close_with_their_code)
{
    static const struct {
        uint8_t first;
        size_t len;
        char fill;
        int code;
    } cases[] = {
        {0x81, (1 << 20) + 1, 'a', 1009},
        {0x82, 3, 'a', 1003},
        {0x81, 3, (char)'\xff', 1007},
    };
    up(8);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw raw = dial();
        EXPECT(raw_upgrade(&raw, "/"));
        memset(big, cases[i].fill, cases[i].len);
        raw_send_frame(&raw, cases[i].first, big, cases[i].len);
        uint8_t first = 0;
        size_t len = 0;
        EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
        EXPECT_INT(first, 0x88);
        EXPECT_INT((uint8_t)big[0] << 8 | (uint8_t)big[1], cases[i].code);
        raw_close(&raw);
        raw_turn(on.loop, 20);
        EXPECT_INT(on.closes, (int)i + 1);
    }
    EXPECT_INT(on.texts, 0);
    down();
}

TEST(an_upgrade_may_be_refused_with_a_status)
{
    up(8);
    on.refuse = 403;
    struct raw raw = dial();
    EXPECT(!raw_upgrade(&raw, "/no"));
    EXPECT(strncmp(raw.in, "HTTP/1.1 403 Forbidden\r\n", 24) == 0);
    EXPECT_TEXT(on.path, "/no");
    EXPECT(raw_wait_end(&raw, 2000));
    EXPECT_INT(on.opens, 0);
    raw_close(&raw);
    down();
}

TEST(a_client_that_does_not_read_is_bounded_at_four_megabytes)
{
    up(8);
    struct raw raw = dial();
    EXPECT(raw_upgrade(&raw, "/"));
    raw_until(on.loop, &on.opens, 1000);
    memset(big, 'q', 100000);
    int rc = 0, sent = 0;
    while (rc == 0 && sent < 1000) {
        rc = server_send(on.socket, big, 100000);
        sent += rc == 0;
        if (sent % 10 == 0)
            loop_turn(on.loop, 0);
    }
    EXPECT_INT(rc, -ENOBUFS);
    EXPECT(sent < 200); /* 4 MB of ours and what the kernel holds */
    EXPECT(server_queued(on.socket) <= 4 << 20);
    EXPECT(server_queued(on.socket) > (4 << 20) - 100000);
    /* The others are served meanwhile, and the slow one gets everything when it reads at last. */
    struct raw other = ask("GET /o HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    uint8_t first;
    size_t len;
    for (int i = 0; i < sent; i++) {
        EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
        EXPECT_INT(len, 100000);
    }
    EXPECT_INT(server_queued(on.socket), 0);
    raw_close(&other);
    raw_close(&raw);
    down();
}

TEST(abort_cuts_at_once_even_a_client_that_does_not_read)
{
    up(8);
    struct raw raw = dial();
    EXPECT(raw_upgrade(&raw, "/"));
    raw_until(on.loop, &on.opens, 1000);
    memset(big, 'q', 1000000);
    while (server_send(on.socket, big, 1000000) == 0)
        loop_turn(on.loop, 0);
    server_socket_abort(on.socket);
    EXPECT_INT(on.closes, 0); /* never inside the call */
    EXPECT_INT(server_send(on.socket, "x", 1), -ENOTCONN);
    raw_until(on.loop, &on.closes, 1000);
    EXPECT_INT(on.closes, 1);
    raw_close(&raw);
    raw = dial(); /* and from inside a callback */
    EXPECT(raw_upgrade(&raw, "/"));
    raw_send_frame(&raw, 0x81, "abort", 5);
    raw_send_frame(&raw, 0x81, "never heard", 11);
    EXPECT(raw_wait_end(&raw, 2000));
    EXPECT_INT(on.closes, 2);
    EXPECT_INT(on.texts, 1);
    raw_close(&raw);
    down();
}

TEST(close_sends_what_is_queued_then_the_code)
{
    up(8);
    struct raw raw = dial();
    EXPECT(raw_upgrade(&raw, "/"));
    raw_until(on.loop, &on.opens, 1000);
    memset(big, 'q', 1000000);
    EXPECT_INT(server_send(on.socket, big, 1000000), 0);
    EXPECT_INT(server_send(on.socket, "last", 4), 0);
    server_socket_close(on.socket, 1001, "going away");
    uint8_t first;
    size_t len;
    EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
    EXPECT_INT(len, 1000000);
    EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
    EXPECT_INT(len, 4);
    EXPECT(raw_read_frame(&raw, &first, big, sizeof big, &len));
    EXPECT_INT(first, 0x88);
    EXPECT_INT((uint8_t)big[0] << 8 | (uint8_t)big[1], 1001);
    EXPECT(memcmp(big + 2, "going away", 10) == 0);
    raw_send_frame(&raw, 0x88, "\x03\xe9", 2);
    EXPECT(raw_wait_end(&raw, 2000));
    raw_until(on.loop, &on.closes, 1000);
    EXPECT_INT(on.closes, 1);
    raw_close(&raw);
    down();
}

TEST(every_open_socket_hears_of_the_servers_close)
{
    up(8);
    struct raw a = dial(), b = dial();
    EXPECT(raw_upgrade(&a, "/"));
    EXPECT(raw_upgrade(&b, "/"));
    EXPECT_INT(on.opens, 2);
    server_close(on.server);
    EXPECT_INT(on.closes, 2);
    EXPECT(raw_wait_end(&a, 2000));
    EXPECT(raw_wait_end(&b, 2000));
    raw_close(&a);
    raw_close(&b);
    loop_free(on.loop);
}

TEST(two_servers_share_a_loop)
{
    up(8);
    char error[256] = "";
    struct server_config config = {
        .address = "127.0.0.1", .max_clients = 4, .events = &events, .context = &on};
    struct server *second = server_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    struct raw a = ask("GET /first HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    struct raw b = raw_connect(on.loop, server_port(second));
    raw_send_text(&b, "GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT(raw_wait_text(&b, "answer 2", 2000));
    server_close(second);
    raw_send_text(&a, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT(raw_wait_text(&a, "answer 3", 2000));
    raw_close(&a);
    raw_close(&b);
    down();
}
