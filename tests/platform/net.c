/* SPDX-License-Identifier: MIT */
#include "platform/net/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "core/base/timestamp.h"
#include "platform/net/server.h"
#include "support/cert.h"
#include "support/raw.h"
#include "test.h"

/* One loop with a server (plain or TLS) and a client, and what each saw. */
static struct {
    struct loop *loop;
    struct server *server;
    struct net *net;
    struct transport transport;
    bool tls;
    /* the client's WebSocket */
    int opens, texts, closes;
    connection_id id;
    uint32_t code;
    char reason[1024];
    char *text;
    size_t text_len;
    /* the client's requests */
    int replies;
    int status[64];
    bool sent[64];
    char body[64][64], error[64][1024];
    size_t body_len;
    /* the server */
    int requests, connections;
    char method[16], path[128], query[128], header[128], request_body[256];
    struct server_reply *kept[32];
    bool keep;
    struct server_socket *socket;
    size_t answer_len;
} on;

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    (void)context;
    snprintf(on.method, sizeof on.method, "%s", request->method);
    snprintf(on.path, sizeof on.path, "%s", request->path);
    snprintf(on.query, sizeof on.query, "%s", request->query);
    snprintf(on.request_body, sizeof on.request_body, "%s", request->body);
    if (!server_header(request, "api-key", on.header, sizeof on.header))
        strcpy(on.header, "(absent)");
    on.kept[on.requests++ % 32] = reply;
    if (on.keep)
        return;
    if (on.answer_len > 0) {
        char *body = calloc(1, on.answer_len);
        server_answer(reply, 200, "text/plain", NULL, body, on.answer_len);
        free(body);
        return;
    }
    char text[64];
    int n = snprintf(text, sizeof text, "answer %d", on.requests);
    server_answer(reply, strcmp(request->path, "/missing") == 0 ? 404 : 200, "text/plain", NULL,
                  text, (size_t)n);
}

static int on_upgrade(void *context, const struct server_request *request)
{
    (void)context;
    snprintf(on.path, sizeof on.path, "%s", request->path);
    return strcmp(request->path, "/no") == 0 ? 403 : 0;
}

static void on_socket_open(void *context, struct server_socket *socket, const char *path)
{
    (void)context;
    (void)path;
    on.socket = socket;
}

static void on_socket_text(void *context, struct server_socket *socket, const char *text,
                           size_t len)
{
    (void)context;
    EXPECT_INT(server_send(socket, text, len), 0);
}

static void on_socket_closed(void *context, struct server_socket *socket)
{
    (void)context;
    (void)socket;
    on.socket = NULL;
}

static const struct server_events server_events = {on_request, on_upgrade, on_socket_open,
                                                   on_socket_text, on_socket_closed};

static void on_open(void *context, connection_id id)
{
    EXPECT(context == &on);
    EXPECT(id == on.id);
    on.opens++;
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    EXPECT(context == &on && id == on.id);
    EXPECT_INT(on.closes, 0);
    on.texts++;
    free(on.text);
    on.text = malloc(len + 1);
    memcpy(on.text, text, len);
    on.text[len] = '\0';
    on.text_len = len;
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    EXPECT(context == &on && id == on.id);
    on.closes++;
    on.code = code;
    snprintf(on.reason, sizeof on.reason, "%s", reason);
}

static const struct transport_events events = {on_open, on_text, on_closed};

static void on_reply(void *context, const struct http_response *response)
{
    size_t i = (size_t)(intptr_t)context;
    EXPECT_INT(on.status[i], 0); /* exactly once */
    on.replies++;
    on.status[i] = response->status;
    on.sent[i] = response->sent;
    on.body_len = response->body_len;
    snprintf(on.body[i], sizeof on.body[i], "%s", response->body);
    snprintf(on.error[i], sizeof on.error[i], "%s", response->error ? response->error : "");
    EXPECT((response->error == NULL) == (response->status > 0));
}

static struct net *client(const char *ca_file, uint32_t connections)
{
    char error[256] = "";
    struct net_config config = {
        .user_agent = "cuttle/test", .ca_file = ca_file, .connections_per_host = connections};
    struct net *net = net_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    return net;
}

static void up(bool tls)
{
    char error[256] = "";
    memset(&on, 0, sizeof on);
    on.tls = tls;
    on.loop = loop_new();
    struct server_config config = {.address = "127.0.0.1",
                                   .max_clients = 64,
                                   .events = &server_events,
                                   .cert_file = tls ? cert_localhost()->cert_file : NULL,
                                   .key_file = tls ? cert_localhost()->key_file : NULL};
    on.server = server_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    on.net = client(tls ? cert_localhost()->cert_file : NULL, 0);
    on.transport = net_transport(on.net);
}

static void down(void)
{
    net_close(on.net);
    server_close(on.server);
    loop_free(on.loop);
    free(on.text);
}

static const char *url(const char *kind, uint16_t port, const char *target)
{
    static char text[256];
    snprintf(text, sizeof text, "%s%s://localhost:%u%s", kind, on.tls ? "s" : "", port, target);
    return text;
}

static void open_socket(const char *text)
{
    on.id = on.transport.open(on.transport.self, text, &events, &on);
    EXPECT(on.id > 0);
}

static void open_and_wait(void)
{
    open_socket(url("ws", server_port(on.server), "/v2"));
    EXPECT_INT(on.opens, 0); /* never from inside the call */
    raw_until(on.loop, &on.opens, 3000);
    EXPECT_TEXT(on.reason, "");
    EXPECT_INT(on.opens, 1);
}

static void wait_texts(int count)
{
    for (int i = 0; i < 3000 && on.texts < count; i++)
        loop_turn(on.loop, 1);
    EXPECT_INT(on.texts, count);
}

static void wait_replies(int count)
{
    for (int i = 0; i < 5000 && on.replies < count; i++)
        loop_turn(on.loop, 1);
    EXPECT_INT(on.replies, count);
}

static int request(int i, const char *method, const char *target, const char *body,
                   int64_t timeout_ms)
{
    struct http_request request = {.method = method,
                                   .url = url("http", server_port(on.server), target),
                                   .headers = "API-Key: k1\r\n",
                                   .body = body,
                                   .body_len = body ? strlen(body) : 0,
                                   .timeout_ns = timeout_ms * NS_PER_MS};
    return on.transport.http_request(on.transport.self, &request, on_reply, (void *)(intptr_t)i);
}

static char big[4 << 20];

static void echo_every_size(bool tls)
{
    static const size_t sizes[] = {0, 1, 125, 126, 65535, 65536, 1 << 20};
    up(tls);
    open_and_wait();
    EXPECT_TEXT(on.path, "/v2");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(big, 'a' + (int)i, sizes[i]);
        EXPECT_INT(on.transport.send_text(on.transport.self, on.id, big, sizes[i]), 0);
        wait_texts((int)i + 1);
        EXPECT_INT(on.text_len, sizes[i]);
        EXPECT(memcmp(on.text, big, sizes[i]) == 0);
    }
    on.transport.close(on.transport.self, on.id, 1000);
    EXPECT_INT(on.closes, 0);
    raw_until(on.loop, &on.closes, 3000);
    EXPECT_INT(on.closes, 1);
    EXPECT_INT(on.code, 1000);
    EXPECT_TEXT(on.reason, "closed by us");
    EXPECT_INT(on.transport.send_text(on.transport.self, on.id, "x", 1), -ENOTCONN);
    down();
}

TEST(texts_of_every_size_come_back_plain)
{
    echo_every_size(false);
}

TEST(texts_of_every_size_come_back_through_tls)
{
    echo_every_size(true);
}

TEST(a_burst_stays_whole_and_in_order)
{
    up(true);
    open_and_wait();
    for (int i = 0; i < 2000; i++) {
        int n = snprintf(big, sizeof big, "%d %0*d", i, i % 300, 0);
        int rc = on.transport.send_text(on.transport.self, on.id, big, (size_t)n);
        EXPECT_INT(rc, 0);
        if (i % 100 == 99)
            wait_texts(i + 1);
        if (on.texts > 0)
            EXPECT_INT(atoi(on.text), on.texts - 1);
    }
    down();
}

TEST(a_four_megabyte_message_is_taken_in_fragments_or_whole_and_a_longer_one_refused)
{
    up(false);
    open_and_wait();
    memset(big, 'x', sizeof big);
    /* The server's queue holds exactly 4 MB. */
    EXPECT_INT(server_send(on.socket, big, sizeof big), 0);
    wait_texts(1);
    EXPECT_INT(on.text_len, 4 << 20);
    down();
}

TEST(a_send_queue_over_a_megabyte_is_refused_and_nothing_is_lost)
{
    up(false);
    open_and_wait();
    memset(big, 'q', 200000);
    int sent = 0, rc = 0;
    while (rc == 0 && sent < 100) {
        rc = on.transport.send_text(on.transport.self, on.id, big, 200000);
        sent += rc == 0;
    }
    EXPECT_INT(rc, -ENOBUFS);
    wait_texts(sent);
    EXPECT_INT(on.transport.send_text(on.transport.self, on.id, "more", 4), 0);
    wait_texts(sent + 1);
    down();
}

TEST(the_servers_close_is_told_with_its_code_and_words)
{
    up(true);
    open_and_wait();
    server_socket_close(on.socket, 1012, "restarting for maintenance");
    raw_until(on.loop, &on.closes, 3000);
    EXPECT_INT(on.code, 1012);
    EXPECT_TEXT(on.reason, "localhost closed the WebSocket: code 1012, restarting for maintenance");
    down();
}

TEST(a_cut_connection_is_told_without_a_code)
{
    up(false);
    open_and_wait();
    server_socket_abort(on.socket);
    raw_until(on.loop, &on.closes, 3000);
    EXPECT_INT(on.closes, 1);
    EXPECT_INT(on.code, 0);
    EXPECT(strstr(on.reason, "localhost"));
    down();
}

TEST(a_refused_upgrade_says_the_status)
{
    up(false);
    open_socket(url("ws", server_port(on.server), "/no"));
    raw_until(on.loop, &on.closes, 3000);
    EXPECT_INT(on.opens, 0);
    EXPECT_TEXT(on.reason, "localhost refused the WebSocket: it answered without an upgrade "
                           "(HTTP/1.1 403 Forbidden)");
    down();
}

TEST(failures_to_connect_are_told_in_words)
{
    static const struct {
        const char *url, *want;
    } cases[] = {
        {"ws://127.0.0.1:1/", "cannot connect to 127.0.0.1: 127.0.0.1 port 1: connection "
                              "refused; is it up, and the network?"},
        {"ws://no-such-host.invalid/", "cannot resolve no-such-host.invalid: "},
        {"wss://localhost:%u/", "no TLS with localhost port "},
    };
    up(false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, cases[i].url, server_port(on.server));
        on.closes = 0;
        open_socket(text);
        raw_until(on.loop, &on.closes, 15000);
        EXPECT_INT(on.closes, 1);
        if (strncmp(on.reason, cases[i].want, strlen(cases[i].want)) != 0)
            print_error("%s: %s\n", text, on.reason);
        EXPECT(strncmp(on.reason, cases[i].want, strlen(cases[i].want)) == 0);
    }
    down();
}

TEST(a_certificate_for_another_name_or_of_unknown_issuer_is_refused)
{
    up(true);
    char text[128];
    snprintf(text, sizeof text, "wss://127.0.0.1:%u/", server_port(on.server));
    open_socket(text);
    raw_until(on.loop, &on.closes, 3000);
    EXPECT_TEXT(on.reason, "the certificate shown is not for 127.0.0.1; somebody is in between, or "
                           "the address is wrong");
    net_close(on.net);
    on.net = client(NULL, 0); /* the system's issuers do not know ours */
    on.transport = net_transport(on.net);
    on.closes = 0;
    open_socket(url("ws", server_port(on.server), "/"));
    raw_until(on.loop, &on.closes, 3000);
    EXPECT(strstr(on.reason, "the certificate of localhost is not trusted: "));
    EXPECT_INT(on.opens, 0);
    EXPECT_INT(request(1, "GET", "/x", NULL, 3000), 0);
    wait_replies(1);
    EXPECT_INT(on.status[1], -1);
    EXPECT(!on.sent[1]);
    EXPECT_INT(on.requests, 0);
    down();
}

TEST(unusable_urls_headers_and_methods_are_refused_at_once)
{
    static const char *const urls[] = {
        "",           "kraken.com",      "http://",         "http:///x",    "ftp://x/",
        "ws://x/",    "http://x:0/",     "http://x:65536/", "http://x:8o/", "http://a b/",
        "http://x/ ", "http://x/\r\nA:", "http://[::1/",    "http://u@h/",  "http://x/#f",
    };
    up(false);
    struct http_request bad = {.method = "GET"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        bad.url = urls[i];
        EXPECT_INT(on.transport.http_request(on.transport.self, &bad, on_reply, NULL), -EINVAL);
    }
    bad.url = "http://x/";
    static const char *const headers[] = {"A", "A: b", "A: b\n", "A: b\r\n\r\n", "\r\n", "A\r\n"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        bad.headers = headers[i];
        EXPECT_INT(on.transport.http_request(on.transport.self, &bad, on_reply, NULL), -EINVAL);
    }
    bad.headers = NULL;
    bad.method = "GET / HTTP/1.1\r\n";
    EXPECT_INT(on.transport.http_request(on.transport.self, &bad, on_reply, NULL), -EINVAL);
    EXPECT_INT(on.transport.open(on.transport.self, "http://x/", &events, &on), 0);
    EXPECT_INT(on.transport.open(on.transport.self, "ws://x y/", &events, &on), 0);
    down();
}

static void ignore_open(void *context, connection_id id)
{
    (void)context;
    (void)id;
}

static void count_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    (void)id;
    (void)code;
    (void)reason;
    ++*(int *)context;
}

TEST(the_connection_table_is_bounded_and_ids_are_never_used_twice)
{
    static const struct transport_events counted = {ignore_open, on_text, count_closed};
    up(false);
    int closed = 0;
    connection_id last = 0;
    const char *text = url("ws", server_port(on.server), "/");
    for (int i = 0; i < 32; i++) {
        connection_id id = on.transport.open(on.transport.self, text, &counted, &closed);
        EXPECT(id > last);
        last = id;
    }
    EXPECT_INT(on.transport.open(on.transport.self, text, &counted, &closed), 0);
    on.transport.close(on.transport.self, 1, 1000); /* before it is open */
    raw_until(on.loop, &closed, 2000);
    EXPECT_INT(closed, 1);
    EXPECT_INT(on.transport.open(on.transport.self, text, &counted, &closed), last + 1);
    raw_turn(on.loop, 50);
    net_close(on.net);
    EXPECT_INT(closed, 33);
    on.net = client(NULL, 0);
    down();
}

static void requests_of_every_kind(bool tls)
{
    up(tls);
    EXPECT_INT(request(0, "GET", "/0/public/Time?a=1", NULL, 3000), 0);
    EXPECT_INT(on.replies, 0); /* never from inside the call */
    wait_replies(1);
    EXPECT_INT(on.status[0], 200);
    EXPECT(on.sent[0]);
    EXPECT_TEXT(on.body[0], "answer 1");
    EXPECT_TEXT(on.method, "GET");
    EXPECT_TEXT(on.path, "/0/public/Time");
    EXPECT_TEXT(on.query, "a=1");
    EXPECT_TEXT(on.header, "k1");
    EXPECT_INT(request(1, "POST", "/0/private/AddOrder", "nonce=1&close[x]=y", 3000), 0);
    wait_replies(2);
    EXPECT_TEXT(on.request_body, "nonce=1&close[x]=y");
    EXPECT_INT(request(2, "GET", "/missing", NULL, 3000), 0);
    EXPECT_INT(request(3, "HEAD", "/head", NULL, 3000), 0);
    EXPECT_INT(request(4, "POST", "/empty", NULL, 3000), 0);
    EXPECT_INT(request(5, "DELETE", "/d", NULL, 3000), 0);
    wait_replies(6);
    EXPECT_INT(on.status[2], 404);
    EXPECT_TEXT(on.body[2], "answer 3");
    EXPECT_INT(on.status[3], 200);
    EXPECT_TEXT(on.body[3], "");
    EXPECT_TEXT(on.body[5], "answer 6");
    on.answer_len = 3000000;
    EXPECT_INT(request(6, "GET", "/big", NULL, 5000), 0);
    wait_replies(7);
    EXPECT_INT(on.body_len, 3000000);
    down();
}

TEST(requests_of_every_kind_are_answered_plain)
{
    requests_of_every_kind(false);
}

TEST(requests_of_every_kind_are_answered_through_tls)
{
    requests_of_every_kind(true);
}

TEST(sixteen_requests_may_wait_and_leave_in_order)
{
    up(false);
    int i = 0;
    /* One is under way, sixteen wait, the next is refused. */
    while (i < 40 && request(i, "GET", "/x", NULL, 5000) == 0)
        i++;
    EXPECT_INT(i, 17);
    EXPECT_INT(request(i, "GET", "/x", NULL, 5000), -ENOBUFS);
    wait_replies(17);
    for (int k = 0; k < 17; k++) {
        char want[32];
        snprintf(want, sizeof want, "answer %d", k + 1);
        EXPECT_TEXT(on.body[k], want);
    }
    down();
}

TEST(a_request_without_answer_ends_in_time_and_the_next_one_is_served)
{
    up(false);
    on.keep = true;
    EXPECT_INT(request(0, "POST", "/slow", "a=1", 150), 0);
    EXPECT_INT(request(1, "POST", "/never", "a=2", 50), 0);
    struct clock clock = clock_system();
    int64_t start = clock.mono_ns(clock.self);
    wait_replies(1);
    EXPECT_INT(on.status[1], -1);
    EXPECT(!on.sent[1]); /* it never left its queue */
    EXPECT_TEXT(on.error[1], "no whole reply from localhost within 50 ms");
    wait_replies(2);
    int64_t took_ms = (clock.mono_ns(clock.self) - start) / NS_PER_MS;
    EXPECT(took_ms >= 140 && took_ms < 1000);
    EXPECT_INT(on.status[0], -1);
    EXPECT(on.sent[0]);
    EXPECT_INT(on.requests, 1);
    on.keep = false;
    EXPECT_INT(request(2, "GET", "/next", NULL, 3000), 0);
    wait_replies(3);
    EXPECT_TEXT(on.body[2], "answer 2"); /* not the late one */
    server_answer(on.kept[0], 200, NULL, NULL, "late", 4);
    raw_turn(on.loop, 20);
    EXPECT_INT(on.replies, 3);
    down();
}

TEST(closing_the_client_answers_what_is_under_way)
{
    up(false);
    on.keep = true;
    open_and_wait();
    EXPECT_INT(request(0, "GET", "/a", NULL, 3000), 0);
    EXPECT_INT(request(1, "GET", "/b", NULL, 3000), 0);
    raw_turn(on.loop, 30);
    EXPECT_INT(on.requests, 1);
    net_close(on.net);
    EXPECT_INT(on.closes, 1);
    EXPECT_INT(on.replies, 2);
    EXPECT(on.sent[0] && !on.sent[1]);
    EXPECT_TEXT(on.error[1], "the program is closing its connections");
    server_answer(on.kept[0], 200, NULL, NULL, "", 0);
    on.net = client(NULL, 0);
    down();
}

/* A server by hand, for what a proper one never says. */
static int listen_by_hand(uint16_t *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof at;
    EXPECT_INT(bind(fd, (struct sockaddr *)&at, len), 0);
    EXPECT_INT(listen(fd, 8), 0);
    EXPECT_INT(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static struct raw accept_by_hand(int listener)
{
    struct raw raw = {.loop = on.loop, .fd = -1, .in = calloc(1, 1), .in_size = 1};
    for (int i = 0; i < 2000 && raw.fd < 0; i++) {
        raw.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        loop_turn(on.loop, 1);
    }
    EXPECT(raw.fd >= 0);
    return raw;
}

static int ask_by_hand(int i, uint16_t port, int64_t timeout_ms)
{
    char text[64];
    snprintf(text, sizeof text, "http://127.0.0.1:%u/order", port);
    struct http_request request = {.method = "POST",
                                   .url = text,
                                   .body = "order=1",
                                   .body_len = 7,
                                   .timeout_ns = timeout_ms * NS_PER_MS};
    return on.transport.http_request(on.transport.self, &request, on_reply, (void *)(intptr_t)i);
}

TEST(a_post_whose_kept_connection_dies_is_never_sent_again)
{
    up(false);
    uint16_t port;
    int listener = listen_by_hand(&port);
    EXPECT_INT(ask_by_hand(0, port, 3000), 0);
    struct raw raw = accept_by_hand(listener);
    EXPECT(raw_wait_text(&raw, "order=1", 2000));
    raw_clear(&raw);
    raw_send_text(&raw, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    wait_replies(1);
    EXPECT_TEXT(on.body[0], "ok");
    /* The second goes over the same connection, which dies after reading it. */
    EXPECT_INT(ask_by_hand(1, port, 3000), 0);
    EXPECT(raw_wait_text(&raw, "order=1", 2000));
    raw_close(&raw);
    wait_replies(2);
    EXPECT_INT(on.status[1], -1);
    EXPECT(on.sent[1]);
    EXPECT(strstr(on.error[1], "before it replied"));
    raw_turn(on.loop, 50);
    EXPECT(accept4(listener, NULL, NULL, 0) < 0); /* and nobody has called again */
    close(listener);
    down();
}

TEST(a_kept_connection_that_closed_while_idle_is_not_used)
{
    up(false);
    uint16_t port;
    int listener = listen_by_hand(&port);
    EXPECT_INT(ask_by_hand(0, port, 3000), 0);
    struct raw raw = accept_by_hand(listener);
    EXPECT(raw_wait_text(&raw, "order=1", 2000));
    raw_send_text(&raw, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    wait_replies(1);
    raw_close(&raw); /* no turn of the loop before the next request: it must look */
    EXPECT_INT(ask_by_hand(1, port, 3000), 0);
    raw = accept_by_hand(listener);
    EXPECT(raw_wait_text(&raw, "order=1", 2000));
    raw_send_text(&raw, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    wait_replies(2);
    EXPECT_INT(on.status[1], 200);
    raw_close(&raw);
    close(listener);
    down();
}

TEST(replies_of_every_shape_are_read_or_refused)
{
    static const struct {
        const char *reply, *body;
        int status;
        bool closes; /* the server closes after it */
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n"
         "0\r\nTrailer: t\r\n\r\n",
         "hello world", 200, false},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:3\r\n\r\nabc", "abc", 200,
         false},
        {"HTTP/1.1 204 No Content\r\n\r\n", "", 204, false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
        {"HTTP/1.1 200\nContent-Length: 1\n\ny", "y", 200, false},
        {"HTTP/1.1 429 Slow\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "", 429, true},
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "", -1, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "", -1, true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "", -1, false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "",
         -1, false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "", -1, false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "", -1, false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", "", -1, false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "", -1, false},
        {"HTTP/1.1 101 Switching\r\n\r\n", "", -1, false},
        {"HTTP/2 200 OK\r\n\r\n", "", -1, false},
        {"SSH-2.0-OpenSSH\r\n", "", -1, false},
        {"\r\n\r\n", "", -1, false},
    };
    up(false);
    uint16_t port;
    int listener = listen_by_hand(&port);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(ask_by_hand((int)i, port, 3000), 0);
        struct raw raw = accept_by_hand(listener);
        EXPECT(raw_wait_text(&raw, "order=1", 2000));
        for (const char *c = cases[i].reply; *c; c++) { /* byte by byte */
            raw_send(&raw, c, 1);
            loop_turn(on.loop, 0);
        }
        if (cases[i].closes)
            raw_close(&raw);
        wait_replies((int)i + 1);
        if (on.status[i] != cases[i].status)
            print_error("case %zu: %d %s\n", i, on.status[i], on.error[i]);
        EXPECT_INT(on.status[i], cases[i].status);
        EXPECT_TEXT(on.body[i], cases[i].body);
        if (!cases[i].closes)
            raw_close(&raw);
        raw_turn(on.loop, 5);
    }
    close(listener);
    down();
}

static struct raw open_by_hand(int listener, uint16_t port)
{
    char text[64], reply[256];
    snprintf(text, sizeof text, "ws://127.0.0.1:%u/", port);
    on.opens = on.closes = on.texts = 0;
    on.reason[0] = '\0';
    open_socket(text);
    struct raw raw = accept_by_hand(listener);
    EXPECT(raw_wait_text(&raw, "\r\n\r\n", 2000));
    char *key = strstr(raw.in, "Sec-WebSocket-Key: ") + 19;
    snprintf(reply, sizeof reply,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n\r\n",
             raw_accept(key));
    raw_clear(&raw);
    raw_send_text(&raw, reply);
    raw_until(on.loop, &on.opens, 2000);
    EXPECT_TEXT(on.reason, "");
    EXPECT_INT(on.opens, 1);
    return raw;
}

TEST(frames_no_server_may_send_end_the_connection)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *why;
    } cases[] = {
        {"\xc1\x01x", 3, "a reserved bit is set"},
        {"\x83\x01x", 3, "a frame of unknown kind"},
        {"\x81\x81\0\0\0\0x", 7, "a server's frame is masked"},
        {"\x09\x00", 2, "a control frame is cut or too long"},
        {"\x89\x7e\x00\x7e", 4, "a control frame is cut or too long"},
        {"\x81\x7e\x00\x05hello", 9, "a length is not in its shortest form"},
        {"\x81\x7f\0\0\0\0\0\0\xff\xff", 10, "a length is not in its shortest form"},
        {"\x82\x01x", 3, "a binary message"},
        {"\x80\x01x", 3, "fragments out of order"},
        {"\x01\x01x\x81\x01y", 6, "fragments out of order"},
        {"\x81\x7f\0\0\0\0\x00\x40\0\x01", 10, "a message of more than 4 MB"},
    };
    up(false);
    uint16_t port;
    int listener = listen_by_hand(&port);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw raw = open_by_hand(listener, port);
        raw_send(&raw, cases[i].bytes, cases[i].len);
        raw_until(on.loop, &on.closes, 2000);
        EXPECT_INT(on.closes, 1);
        EXPECT_INT(on.texts, 0);
        EXPECT(strstr(on.reason, cases[i].why));
        raw_close(&raw);
    }
    close(listener);
    down();
}

TEST(fragments_with_pings_between_make_one_message)
{
    up(false);
    uint16_t port;
    int listener = listen_by_hand(&port);
    struct raw raw = open_by_hand(listener, port);
    static const char bytes[] = "\x01\x02he\x89\x01p\x00\x01l\x8a\x00\x80\x02lo\x81\x00\x81\x03"
                                "end";
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        raw_send(&raw, bytes + i, 1);
        loop_turn(on.loop, 0);
        if (on.texts == 1)
            EXPECT_TEXT(on.text, "hello");
        if (on.texts == 2)
            EXPECT_TEXT(on.text, "");
    }
    wait_texts(3);
    EXPECT_TEXT(on.text, "end");
    EXPECT(raw_wait_len(&raw, 7, 1000)); /* the pong: 2 + 4 of mask + 1 */
    EXPECT_INT((uint8_t)raw.in[0], 0x8a);
    EXPECT_INT(raw.in[6] ^ raw.in[2], 'p');
    raw_close(&raw);
    close(listener);
    down();
}
