/* SPDX-License-Identifier: MIT */
#include "support/dialled.h"

#include <netinet/tcp.h>
#include <openssl/ssl.h>

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
    raw_until_count(on.loop, &on.requests, 1);
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

static SSL *accept_tls(struct raw *raw)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    EXPECT_INT(SSL_CTX_use_certificate_file(context, cert_localhost()->cert_file, SSL_FILETYPE_PEM),
               1);
    EXPECT_INT(SSL_CTX_use_PrivateKey_file(context, cert_localhost()->key_file, SSL_FILETYPE_PEM),
               1);
    SSL *ssl = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(ssl, raw->fd);
    int at_once = 1; /* or the goodbye waits for the acknowledgement of what went before */
    setsockopt(raw->fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    int rc = 0;
    for (int i = 0; i < 2000 && (rc = SSL_accept(ssl)) != 1; i++)
        loop_turn(on.loop, 1);
    EXPECT_INT(rc, 1);
    return ssl;
}

/* Takes one request off the connection and answers it. */
static void answer_tls(SSL *ssl)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    char in[4096];
    size_t len = 0;
    for (int i = 0; i < 2000 && !memmem(in, len, "order=1", 7); i++) {
        int n = SSL_read(ssl, in + len, (int)(sizeof in - len));
        len += n > 0 ? (size_t)n : 0;
        loop_turn(on.loop, 1);
    }
    EXPECT(memmem(in, len, "order=1", 7) != NULL);
    EXPECT_INT(SSL_write(ssl, reply, sizeof reply - 1), sizeof reply - 1);
}

static int ask_by_hand_tls(int i, uint16_t port)
{
    struct http_request request = {.method = "POST",
                                   .url = url("http", port, "/order"),
                                   .body = "order=1",
                                   .body_len = 7,
                                   .timeout_ns = 3 * NS_PER_S};
    return on.transport.http_request(on.transport.self, &request, on_reply, (void *)(intptr_t)i);
}

TEST(a_kept_connection_on_which_tls_said_goodbye_is_not_used_and_one_with_tickets_is)
{
    up(true);
    uint16_t port;
    int listener = listen_by_hand(&port);
    EXPECT_INT(ask_by_hand_tls(0, port), 0);
    struct raw raw = accept_by_hand(listener);
    SSL *ssl = accept_tls(&raw);
    answer_tls(ssl);
    wait_replies(1);
    /* No turn of the loop from here to the next request: it must look by itself. */
    EXPECT_INT(SSL_new_session_ticket(ssl), 1);
    EXPECT_INT(SSL_do_handshake(ssl), 1);
    EXPECT_INT(ask_by_hand_tls(1, port), 0);
    answer_tls(ssl);
    wait_replies(2);
    EXPECT_INT(on.status[1], 200);

    EXPECT_INT(SSL_shutdown(ssl), 0); /* its half: TCP stays open */
    EXPECT_INT(ask_by_hand_tls(2, port), 0);
    struct raw second = accept_by_hand(listener);
    SSL *second_ssl = accept_tls(&second);
    answer_tls(second_ssl);
    wait_replies(3);
    EXPECT_INT(on.status[2], 200);
    SSL_free(ssl);
    SSL_free(second_ssl);
    raw_close(&raw);
    raw_close(&second);
    close(listener);
    down();
}

TEST(a_close_among_the_words_of_connection_is_heard)
{
    static const char *const heads[] = {"Connection: TE , Close\r\n",
                                        "Connection: close\r\nConnection: keep-alive\r\n",
                                        "Connection: close, keep-alive\r\n"};
    up(false);
    uint16_t port;
    int listener = listen_by_hand(&port);
    struct raw raws[3];
    for (int i = 0; i < 3; i++) { /* each request comes over a connection of its own */
        EXPECT_INT(ask_by_hand(i, port, 3000), 0);
        raws[i] = accept_by_hand(listener);
        EXPECT(raw_wait_text(&raws[i], "order=1", 2000));
        raw_send_text(&raws[i], "HTTP/1.1 200 OK\r\n");
        raw_send_text(&raws[i], heads[i]);
        raw_send_text(&raws[i], "Content-Length: 0\r\n\r\n");
        wait_replies(i + 1);
    }
    /* Words that only contain it are other words. */
    EXPECT_INT(ask_by_hand(3, port, 3000), 0);
    struct raw raw = accept_by_hand(listener);
    for (int i = 3; i < 5; i++) {
        EXPECT(raw_wait_text(&raw, "order=1", 2000));
        raw_clear(&raw);
        raw_send_text(&raw, "HTTP/1.1 200 OK\r\nConnection: closed,,enclose\r\n"
                            "Content-Length: 0\r\n\r\n");
        wait_replies(i + 1);
        if (i == 3)
            EXPECT_INT(ask_by_hand(4, port, 3000), 0);
    }
    for (int i = 0; i < 3; i++)
        raw_close(&raws[i]);
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
