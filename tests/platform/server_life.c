/* SPDX-License-Identifier: MIT */
/* How a server begins and ends, and what it leaves to others. */
#include <fcntl.h>
#include <unistd.h>

#include "support/served.h"

#define DESCRIPTORS 64

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
    EXPECT(strstr(error, "/no/such.pem: No such file or directory"));
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

TEST(an_answer_after_the_server_closed_is_dropped)
{
    up(8);
    on.keep = true;
    struct raw raw = dial();
    raw_send_text(&raw, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    raw_until_count(on.loop, &on.kept_count, 1);
    EXPECT_INT(on.kept_count, 1);
    server_close(on.server);
    server_answer(on.kept[0], 200, NULL, NULL, "late", 4);
    EXPECT(raw_wait_end(&raw, 2000));
    raw_close(&raw);
    loop_free(on.loop);
    free(on.body);
}

/* libwebsockets closes one descriptor twice: see wire.c. */
TEST(descriptors_that_others_open_while_a_server_closes_are_theirs)
{
    int theirs[DESCRIPTORS];
    up(2);
    struct raw raw = ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "answer 1");
    server_close(on.server);
    for (size_t i = 0; i < DESCRIPTORS; i++)
        theirs[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    raw_turn(on.loop, 20);
    loop_free(on.loop);
    free(on.body);
    for (size_t i = 0; i < DESCRIPTORS; i++)
        EXPECT_INT(close(theirs[i]), 0);
    raw_close(&raw);
}
