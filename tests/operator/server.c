/* SPDX-License-Identifier: MIT */
/* The bridge as a client meets it: real sockets on loopback, a scripted view and queue. */
#include "bridge_fixture.h"

#include <strings.h>
#include <sys/mman.h>

#include "operator/server/asset.h"
#include "platform/json/json.h"

#define WAIT_MS 5000
#define TEXT_MAX (4 * 1024 * 1024)

struct fixture {
    struct view_box *box;
    struct view view;
    struct queue *queue;
    struct bridge *bridge;
};

static struct fixture fix;
static char text[TEXT_MAX];

static void publish(void)
{
    fix.view.mono_ns = mono_ns();
    view_publish(fix.box, &fix.view);
}

static void begin_on(uint16_t port)
{
    char error[256] = "";
    fix.box =
        mmap(NULL, sizeof *fix.box, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(fix.box != MAP_FAILED);
    view_box_init(fix.box);
    fix.queue = queue_new(4 * 1024 * 1024);
    script_view(&fix.view, mono_ns(), wall_ns());
    const struct bridge_config config = {
        .address = "127.0.0.1", .port = port, .max_clients = 64, .watchdog_ns = 60 * NS_PER_S};
    fix.bridge = bridge_start(&config, fix.box, fix.queue, error, sizeof error);
    if (!fix.bridge)
        print_error("%s\n", error);
    EXPECT(fix.bridge != NULL);
}

static void begin(void)
{
    begin_on(0);
    publish();
}

static void end(void)
{
    bridge_stop(fix.bridge);
    queue_free(fix.queue);
    munmap(fix.box, sizeof *fix.box);
}

/* One request on its own connection; the whole reply stands in `text`. Returns its status. */
static int ask_with(const char *method, const char *path, const char *headers)
{
    char request[2048];
    int fd = dial(fix.bridge);
    int len = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\n%sConnection: close\r\n\r\n",
                       method, path, headers);
    send_all(fd, request, (size_t)len);
    return answer_of(fd, text, sizeof text);
}

static int ask(const char *path)
{
    return ask_with("GET", path, "Host: localhost\r\n");
}

static bool has(const char *part)
{
    bool found = strcasestr(text, part) != NULL;
    if (!found)
        print_error("%.2000s\nlacks %s\n", text, part);
    return found;
}

/* Asks again until the reply holds `part`: what was queued is taken within 50 ms. */
static bool comes(const char *path, const char *part)
{
    for (int i = 0; i < WAIT_MS / 20; i++) {
        if (ask(path) == 200 && strstr(text, part))
            return true;
        pause_ms(20);
    }
    return has(part);
}

/* A WebSocket client of a few lines: text frames, unmasked from the server. */
struct client {
    int fd;
    char *bytes;
    size_t len;
};

static struct client client_open(void)
{
    struct client client = {.fd = dial(fix.bridge), .bytes = malloc(TEXT_MAX)};
    const char request[] = "GET /ws/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    send_all(client.fd, request, sizeof request - 1);
    char *body = NULL;
    while (!body) {
        size_t got = receive(client.fd, client.bytes + client.len, TEXT_MAX - 1 - client.len);
        EXPECT(got > 0);
        client.len += got;
        client.bytes[client.len] = '\0';
        body = strstr(client.bytes, "\r\n\r\n");
    }
    EXPECT(strncmp(client.bytes, "HTTP/1.1 101", 12) == 0);
    size_t head = (size_t)(body + 4 - client.bytes);
    memmove(client.bytes, body + 4, client.len - head);
    client.len -= head;
    return client;
}

static void client_close(struct client *client)
{
    close(client->fd);
    free(client->bytes);
}

static bool fill(struct client *client, size_t want)
{
    while (client->len < want) {
        size_t got = receive(client->fd, client->bytes + client->len, TEXT_MAX - client->len);
        if (got == 0)
            return false;
        client->len += got;
    }
    return true;
}

/* The next message, in `text`; fragments are joined. False when the connection has ended. */
static bool client_read(struct client *client)
{
    size_t total = 0;
    for (bool final = false; !final;) {
        if (!fill(client, 2))
            return false;
        const unsigned char *frame = (unsigned char *)client->bytes;
        final = frame[0] & 0x80;
        size_t len = frame[1] & 0x7F, head = len == 126 ? 4 : len == 127 ? 10 : 2;
        if (!fill(client, head))
            return false;
        if (head > 2)
            for (size_t i = 2, at = len = 0; i < head; i++, at++)
                len = len << 8 | frame[i];
        if (!fill(client, head + len) || (frame[0] & 0x0F) == 8)
            return false;
        memcpy(text + total, client->bytes + head, len);
        total += len;
        memmove(client->bytes, client->bytes + head + len, client->len - head - len);
        client->len -= head + len;
    }
    text[total] = '\0';
    return true;
}

static bool begins(const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Reads until a message begins so; other messages are passed over. */
static bool client_await(struct client *client, const char *beginning)
{
    for (int i = 0; i < 200 && client_read(client); i++)
        if (begins(beginning))
            return true;
    print_error("no message %s\n", beginning);
    return false;
}

static void client_send(struct client *client, const char *message)
{
    char frame[1024] = {(char)0x81};
    size_t len = strlen(message), head = len < 126 ? 2 : 4;
    EXPECT(len + head + 4 < sizeof frame);
    frame[1] = (char)(0x80 | (len < 126 ? len : 126));
    if (head == 4) {
        frame[2] = (char)(len >> 8);
        frame[3] = (char)(len & 0xFF);
    }
    memcpy(frame + head + 4, message, len); /* a mask of zeros changes nothing */
    send_all(client->fd, frame, head + 4 + len);
}

TEST(the_routes_answer_with_json_and_headers_that_tie_the_browser_down)
{
    begin();
    EXPECT_INT(ask("/api/v1/status"), 200);
    EXPECT(has("content-type: application/json"));
    EXPECT(has("content-security-policy: default-src 'none'; script-src 'self'"));
    EXPECT(has("x-content-type-options: nosniff"));
    EXPECT(has("cache-control: no-store"));
    EXPECT(has("\"equity\":\"10123.45000000\""));
    static const char *const paths[] = {
        "/api/v1/pairs",    "/api/v1/positions", "/api/v1/orders",
        "/api/v1/risk",     "/api/v1/trades",    "/api/v1/strategies",
        "/api/v1/thoughts", "/metrics",          "/health"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        EXPECT_INT(ask(paths[i]), 200);
    EXPECT_INT(ask("/api/v1/candles?pair=BTC/USD&timeframe=1h"), 200);
    EXPECT_INT(ask("/api/v1/candles?pair=BTC%2FUSD"), 200);
    end();
}

TEST(what_is_wrong_is_refused_with_a_problem_document)
{
    begin();
    EXPECT_INT(ask("/api/v1/unknown"), 404);
    EXPECT(has("content-type: application/problem+json"));
    EXPECT_INT(ask("/api/v1/trades?limit=no"), 400);
    EXPECT(has("from 1 to 1000"));
    EXPECT_INT(ask_with("POST", "/api/v1/status", "Host: localhost\r\nContent-Length: 0\r\n"), 405);
    EXPECT(has("allow: GET"));
    EXPECT(has("application/problem+json"));
    EXPECT_INT(ask_with("DELETE", "/", "Host: localhost\r\n"), 405);
    end();
}

TEST(a_request_by_another_name_or_from_another_page_is_forbidden)
{
    begin();
    EXPECT_INT(ask_with("GET", "/api/v1/status", "Host: evil.example\r\n"), 403);
    EXPECT(!strstr(text, "equity"));
    EXPECT_INT(
        ask_with("GET", "/api/v1/status", "Host: localhost\r\nOrigin: http://evil.example\r\n"),
        403);
    EXPECT_INT(ask_with("GET", "/", "Host: evil.example\r\n"), 403);
    const char upgrade[] = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    char headers[512];
    snprintf(headers, sizeof headers, "Host: localhost\r\nOrigin: http://evil.example\r\n%s",
             upgrade);
    EXPECT_INT(ask_with("GET", "/ws/live", headers), 403);
    snprintf(headers, sizeof headers, "Host: localhost\r\n%s", upgrade);
    EXPECT_INT(ask_with("GET", "/ws/other", headers), 404);
    end();
}

TEST(the_page_comes_compressed_or_plain_and_is_not_sent_again_when_known)
{
    begin();
    EXPECT_INT(ask_with("GET", "/", "Host: localhost\r\nAccept-Encoding: gzip\r\n"), 200);
    const struct asset *asset = asset_find("/");
    EXPECT((strcasestr(text, "content-encoding: gzip") != NULL) == asset->gzip);
    static const char *const unwanted[] = {"gzip;q=0", "br, gzip ; q=0.000", "deflate, xgzip",
                                           "br"};
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
        char accept[128];
        snprintf(accept, sizeof accept, "Host: localhost\r\nAccept-Encoding: %s\r\n", unwanted[i]);
        EXPECT_INT(ask_with("GET", "/", accept), 200);
        EXPECT(strcasestr(text, "content-encoding:") == NULL);
    }
    EXPECT_INT(ask_with("GET", "/", "Host: localhost\r\nAccept-Encoding: br, GZIP;q=0.5\r\n"), 200);
    EXPECT((strcasestr(text, "content-encoding: gzip") != NULL) == asset->gzip);
    EXPECT_INT(ask_with("GET", "/", "Host: localhost\r\nIf-None-Match: *\r\n"), 304);
    EXPECT_INT(ask("/"), 200);
    EXPECT(strcasestr(text, "content-encoding:") == NULL);
    EXPECT(has("<!doctype html>"));
    char headers[256];
    snprintf(headers, sizeof headers, "Host: localhost\r\nIf-None-Match: %s\r\n", asset->etag);
    EXPECT_INT(ask_with("GET", "/", headers), 304);
    EXPECT(!strcasestr(text, "<!doctype"));
    end();
}

TEST(what_is_queued_is_found_over_rest)
{
    begin();
    struct candle candles[100];
    for (int64_t i = 0; i < 100; i++)
        candles[i] = script_candle(0, i);
    EXPECT(bridge_put_candles(fix.queue, 0, TIMEFRAME_1M, candles, 100));
    struct candle forming = script_candle(0, 100);
    EXPECT(bridge_put_forming(fix.queue, 0, TIMEFRAME_1M, &forming));
    struct record record = script_decision(7, 1, VERDICT_UNSURE);
    EXPECT(bridge_put_record(fix.queue, &record));
    static const char past[] = "{\"number\":3,\"sentence\":\"from the ledger\"}";
    EXPECT(bridge_put_thought(fix.queue, RECORD_PAUSED, "", past, strlen(past)));
    record = script_exit(8, 0, -1230000000);
    struct bridge_trade trade = bridge_trade_of(&record, &script_pairs[0]);
    EXPECT(bridge_put_trade(fix.queue, &trade));

    EXPECT(comes("/api/v1/trades", "\"pnl\":\"-12.30000000\",\"closed_by\":\"stop\""));
    EXPECT_INT(ask("/api/v1/thoughts?pair=ETH/USD"), 200);
    EXPECT(has("ETH/USD: no entry. 1 of 3 strategies says long (sma_cross: close 3,210.99"));
    EXPECT(!strstr(text, "from the ledger"));
    EXPECT_INT(ask("/api/v1/thoughts?kind=paused"), 200);
    EXPECT(has("from the ledger"));
    EXPECT_INT(ask("/api/v1/candles?pair=BTC/USD&timeframe=1m&limit=2"), 200);
    EXPECT(has("\"candles\":[{\"time\":\"2024-08-05T01:38:00Z\""));
    EXPECT(has("\"forming\":{\"time\":\"2024-08-05T01:40:00Z\""));
    end();
}

TEST(nothing_is_taken_from_the_queue_before_the_first_view_names_the_pairs)
{
    begin_on(0);
    struct record record = script_decision(7, 0, VERDICT_UNSURE);
    EXPECT(bridge_put_record(fix.queue, &record));
    pause_ms(200);
    EXPECT_INT(ask("/api/v1/thoughts"), 200);
    EXPECT(has("\"thoughts\":[]"));
    EXPECT_INT(ask("/health"), 503);
    EXPECT(has("has not reported yet"));
    publish();
    EXPECT(comes("/api/v1/thoughts", "BTC/USD: no entry."));
    EXPECT_INT(ask("/health"), 200);
    end();
}

TEST(a_live_client_gets_the_whole_state_and_then_only_what_changed)
{
    begin();
    struct client client = client_open();
    EXPECT(client_read(&client));
    EXPECT(begins("{\"type\":\"state\""));
    static const char *const sections[] = {"status", "pairs",      "positions",
                                           "orders", "strategies", "risk"};
    for (size_t i = 0; i < 6; i++) {
        char key[32];
        snprintf(key, sizeof key, "\"%s\":", sections[i]);
        EXPECT(has(key));
    }
    struct json json;
    json_init(&json, text, strlen(text));
    json_skip(&json);
    EXPECT(json_done(&json));

    fix.view.positions[0].unrealised = 777;
    fix.view.positions[0].mark_ticks = 1234567;
    publish();
    EXPECT(client_await(&client, "{\"type\":\"section\",\"name\":\"positions\""));
    EXPECT(has("\"unrealised\":\"0.00000777\""));
    EXPECT(has("\"last\":\"123456.7\""));

    /* Only the status moves now (its uptime does); the positions are not sent again. */
    publish();
    for (int i = 0; i < 3; i++) {
        EXPECT(client_read(&client));
        EXPECT(begins("{\"type\":\"section\",\"name\":\"status\""));
    }
    client_close(&client);
    end();
}

TEST(a_client_gets_the_candles_it_watches_and_records_as_they_come)
{
    begin();
    struct candle candles[30];
    for (int64_t i = 0; i < 30; i++)
        candles[i] = script_candle(0, i);
    EXPECT(bridge_put_candles(fix.queue, 0, TIMEFRAME_1M, candles, 30));
    EXPECT(comes("/api/v1/candles?pair=BTC/USD&timeframe=1m", "00:29:00Z"));

    struct client client = client_open();
    client_send(&client, "{\"watch\":{\"pair\":\"BTC/USD\",\"timeframe\":\"5m\"}}");
    EXPECT(client_await(&client, "{\"type\":\"candles\""));
    EXPECT(
        has("\"pair\":\"BTC/USD\",\"timeframe\":\"5m\",\"reset\":true,\"candles\":[[1722816000,"));
    EXPECT(has("[1722817500,")); /* 00:25, the sixth and last */

    struct candle forming = script_candle(0, 30);
    EXPECT(bridge_put_forming(fix.queue, 0, TIMEFRAME_1M, &forming));
    EXPECT(client_await(&client, "{\"type\":\"candles\""));
    EXPECT(has("\"reset\":false,\"candles\":[[1722817800,"));
    EXPECT(!strstr(text, "1722817500"));

    struct record record = script_decision(9, 0, VERDICT_TOO_FEW);
    EXPECT(bridge_put_record(fix.queue, &record));
    EXPECT(client_await(&client, "{\"type\":\"thought\""));
    EXPECT(has("\"verdict\":\"too_few\""));
    record = script_exit(10, 0, 500000000);
    struct bridge_trade trade = bridge_trade_of(&record, &script_pairs[0]);
    EXPECT(bridge_put_trade(fix.queue, &trade));
    EXPECT(client_await(&client, "{\"type\":\"trade\""));

    client_send(&client, "{\"watch\":{\"pair\":\"NO/USD\",\"timeframe\":\"5m\"}}");
    EXPECT(client_await(&client, "{\"type\":\"error\""));
    client_send(&client, "{]");
    EXPECT(client_await(&client, "{\"type\":\"error\""));
    client_close(&client);
    end();
}

TEST(a_client_that_does_not_read_is_cut_and_the_others_go_on)
{
    begin();
    struct client slow = client_open(), good = client_open();
    EXPECT(client_read(&good));
    static char json[BRIDGE_THOUGHT_MAX];
    memset(json, ' ', sizeof json);
    json[0] = '{';
    json[sizeof json - 1] = '}';
    /* Half a megabyte a round: soon more than the socket's buffers and the megabyte that may wait.
     */
    bool cut = false;
    for (int round = 0; round < 200 && !cut; round++) {
        for (int i = 0; i < 32; i++)
            EXPECT(bridge_put_thought(fix.queue, RECORD_DECISION, "BTC/USD", json, sizeof json));
        for (int i = 0; i < 32; i++)
            EXPECT(client_await(&good, "{\"type\":\"thought\""));
        EXPECT_INT(ask("/metrics"), 200);
        cut = strstr(text, "cuttle_dashboard_clients 1\n") != NULL;
    }
    EXPECT(cut);
    client_close(&slow);
    client_close(&good);
    end();
}

TEST(an_end_in_order_is_told_to_who_looks_on)
{
    begin();
    struct client client = client_open();
    EXPECT(client_await(&client, "{\"type\":\"state\""));
    end();
    while (client_read(&client))
        continue;
    const unsigned char *frame = (unsigned char *)client.bytes;
    EXPECT(client.len >= 4 && frame[0] == 0x88);
    EXPECT_INT(frame[2] << 8 | frame[3], 1001);
    client_close(&client);
}

TEST(a_port_in_use_is_refused_with_its_address_and_a_stop_frees_it)
{
    begin();
    uint16_t port = bridge_port(fix.bridge);
    char error[256] = "";
    char address[32];
    const struct bridge_config config = {
        .address = "127.0.0.1", .port = port, .max_clients = 4, .watchdog_ns = NS_PER_S};
    EXPECT(bridge_start(&config, fix.box, fix.queue, error, sizeof error) == NULL);
    snprintf(address, sizeof address, "127.0.0.1:%u", port);
    EXPECT(strstr(error, address) != NULL);
    end();
    begin_on(port);
    end();
}
