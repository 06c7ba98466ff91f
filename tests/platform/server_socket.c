/* SPDX-License-Identifier: MIT */
#include "support/served.h"

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
        big[len] = '\0'; /* a strict strtol reads to the text's end, which was 2 MB away */
        EXPECT_INT(strtol(big, NULL, 10), i);
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
        raw_until_count(on.loop, &on.closes, (int)i + 1);
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
    EXPECT(server_queued(on.socket) <= (4 << 20) + 4096);
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

TEST(a_flood_of_short_messages_is_held_to_the_same_memory_as_a_few_long_ones)
{
    up(8);
    struct raw raw = dial();
    EXPECT(raw_upgrade(&raw, "/"));
    raw_until(on.loop, &on.opens, 1000);
    int rc = 0, sent = 0;
    while (rc == 0 && sent < 5000000) {
        rc = server_send(on.socket, "x", sent % 2);
        sent += rc == 0;
    }
    EXPECT_INT(rc, -ENOBUFS);
    /* Each takes more than its one byte: its length, and the room for the frame's header. */
    EXPECT(sent < (4 << 20) / 16);
    raw_close(&raw);
    down();
}

TEST(a_request_that_names_no_length_has_no_body_and_is_its_connections_last)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH"};
    static const char heads[] = "%s /x HTTP/1.1\r\nHost: x\r\n\r\n"
                                "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    up(8);
    for (int i = 0; i < 6; i++) {
        char request[256];
        struct raw raw = dial();
        snprintf(request, sizeof request, heads, methods[i % 3]);
        if (i < 3) /* nothing behind it */
            strstr(request, "GET")[0] = '\0';
        raw_send_text(&raw, request);
        EXPECT(raw_wait_text(&raw, "200 OK", 2000));
        EXPECT(raw_wait_end(&raw, 2000));
        EXPECT_TEXT(on.method, methods[i % 3]);
        EXPECT_TEXT(on.path, "/x");
        EXPECT_INT(on.body_len, 0);
        EXPECT_INT(on.requests, i + 1);
        raw_close(&raw);
    }
    down();
}
