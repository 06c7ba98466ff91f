/* SPDX-License-Identifier: MIT */
#include "support/dialled.h"

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
            EXPECT_INT(strtol(on.text, NULL, 10), on.texts - 1);
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
