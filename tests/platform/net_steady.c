/* SPDX-License-Identifier: MIT */
/*
 * A WebSocket in its stride: 100,000 messages there and back, and not one allocation on the
 * client's thread by us or libuv. OpenSSL 3.0 makes two small ones for each record it writes or
 * reads (40 bytes, in crypto/packet.c); they are counted apart and
 * bounded. The server lives on a thread of its own and is not counted. Prints the round trip's
 * times.
 */
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/base/timestamp.h"
#include "platform/net/net.h"
#include "support/allocations.h"
#include "support/cert.h"
#include "support/echo.h"
#include "test.h"

static _Thread_local volatile size_t tls_allocations;

/* OpenSSL asks here, so that its allocations are told from the others. */
static void *tls_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    bool was = counting;
    counting = false;
    tls_allocations += was;
    void *memory = malloc(size);
    counting = was;
    return memory;
}

static void *tls_realloc(void *old, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    bool was = counting;
    counting = false;
    tls_allocations += was;
    void *memory = realloc(old, size);
    counting = was;
    return memory;
}

static void tls_free(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

__attribute__((constructor)) static void count_tls_allocations(void)
{
    CRYPTO_set_mem_functions(tls_malloc, tls_realloc, tls_free);
}

static atomic_int port, over;
static bool tls;

static void *serve(void *context)
{
    (void)context;
    char error[256];
    struct loop *loop = loop_new();
    struct server *server = echo_open(loop, tls, error, sizeof error);
    atomic_store(&port, server ? server_port(server) : -1);
    while (!atomic_load(&over))
        loop_turn(loop, 10);
    server_close(server);
    loop_free(loop);
    return NULL;
}

#define WARM_UP 1000

static struct {
    struct transport transport;
    struct clock clock;
    char text[200];
    int64_t *took_ns; /* one a message */
    int64_t sent_ns;
    int sent, wanted, closed;
} on;

static void send_one(connection_id id)
{
    if (on.sent == WARM_UP)
        counting = true;
    on.sent++;
    on.sent_ns = on.clock.mono_ns(on.clock.self);
    EXPECT_INT(on.transport.send_text(on.transport.self, id, on.text, sizeof on.text), 0);
}

static void on_open(void *context, connection_id id)
{
    (void)context;
    send_one(id);
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    (void)context;
    if (len != sizeof on.text || memcmp(text, on.text, len) != 0)
        fail();
    on.took_ns[on.sent - 1] = on.clock.mono_ns(on.clock.self) - on.sent_ns;
    if (on.sent < on.wanted) {
        send_one(id);
        return;
    }
    counting = false;
    on.transport.close(on.transport.self, id, 1000);
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    (void)context;
    (void)id;
    (void)reason;
    EXPECT_INT(code, 1000);
    on.closed = 1;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void echo(bool with_tls, int count)
{
    static const struct transport_events events = {on_open, on_text, on_closed};
    pthread_t thread;
    char error[256] = "", url[64];
    tls = with_tls;
    atomic_store(&port, 0);
    atomic_store(&over, 0);
    cert_localhost();
    EXPECT_INT(pthread_create(&thread, NULL, serve, NULL), 0);
    while (atomic_load(&port) == 0)
        usleep(1000);
    memset(&on, 0, sizeof on);
    memset(on.text, 'x', sizeof on.text);
    on.wanted = WARM_UP + count;
    on.took_ns = calloc((size_t)on.wanted, sizeof *on.took_ns);
    on.clock = clock_system();
    struct loop *loop = loop_new();
    struct net_config config = {.ca_file = cert_localhost()->cert_file};
    struct net *net = net_open(loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    on.transport = net_transport(net);
    snprintf(url, sizeof url, "ws%s://localhost:%d/", tls ? "s" : "", atomic_load(&port));
    EXPECT(on.transport.open(on.transport.self, url, &events, NULL) > 0);
    allocations = tls_allocations = 0;
    while (!on.closed)
        loop_turn(loop, 100);
    EXPECT_INT(allocations, 0);
    EXPECT(tls_allocations <= (tls ? 4u * (unsigned)count : 0u));
    int64_t *measured = on.took_ns + WARM_UP;
    qsort(measured, (size_t)count, sizeof *measured, by_size);
    print_message("%s echo of 200 bytes, %d times: p50 %.1f us, p99 %.1f us; allocations %zu, "
                  "OpenSSL's %zu\n",
                  tls ? "wss" : "ws", count, (double)measured[count / 2] / 1e3,
                  (double)measured[count - 1 - count / 100] / 1e3, allocations, tls_allocations);
    net_close(net);
    loop_free(loop);
    free(on.took_ns);
    atomic_store(&over, 1);
    pthread_join(thread, NULL);
}

TEST(a_hundred_thousand_messages_allocate_nothing)
{
    echo(false, 100000);
}

TEST(thirty_thousand_messages_through_tls_allocate_nothing_but_openssls_four_each)
{
    echo(true, 30000);
}

TEST(the_counter_counts)
{
    void *(*volatile allocate)(size_t) =
        malloc; /* or the compiler, knowing malloc, leaves it out */
    allocations = 0;
    counting = true;
    void *memory = allocate(10);
    counting = false;
    EXPECT_INT(allocations, 1);
    free(memory);
    counting = true;
    tls_allocations = 0;
    memory = OPENSSL_malloc(10);
    counting = false;
    EXPECT_INT(tls_allocations, 1);
    EXPECT_INT(allocations, 1);
    OPENSSL_free(memory);
}
