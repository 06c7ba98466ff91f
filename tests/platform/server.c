/* SPDX-License-Identifier: MIT */
#include <sys/resource.h>

#include "support/served.h"

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
    EXPECT(raw_wait_text(&raw, "\"status\":413,\"detail\":\"A body may have 1024 KB at most.\"}",
                         3000));
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
        {"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "411"},
        {"GET /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "411"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"},
        {"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "413"},
        {"GET /x HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\n", "400"},
        {"GET /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding\t: chunked\r\n\r\n", "400"},
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
    raw_until_count(on.loop, &on.kept_count, 1);
    EXPECT_INT(on.kept_count, 1);
    server_answer(on.kept[0], 200, "text/plain", NULL, "first", 5);
    EXPECT(raw_wait_text(&raw, "first", 2000));
    raw_until_count(on.loop, &on.kept_count, 2);
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
        raw_until_count(on.loop, &on.kept_count, i + 1);
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

/* Its last part leaves the server before the server has been told so. */
TEST(the_next_request_may_follow_a_large_answer_at_once)
{
    up(8);
    int count = 0;
    for (on.answer_len = 10000; on.answer_len < 60000; on.answer_len += 1000) {
        struct raw raw = dial();
        for (int i = 0; i < 3; i++, count++) {
            raw_send_text(&raw, "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
            EXPECT(raw_wait_text(&raw, "\r\n\r\n", 2000));
            size_t head = (size_t)(strstr(raw.in, "\r\n\r\n") + 4 - raw.in);
            EXPECT(raw_wait_len(&raw, head + on.answer_len, 10000));
            raw_clear(&raw);
        }
        raw_close(&raw);
    }
    EXPECT_INT(on.requests, count);
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
