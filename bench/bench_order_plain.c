/* SPDX-License-Identifier: MIT */
#include "bench_order.h"

#include <stdio.h>
#include <string.h>

/* Ticks of one decimal and lots of eight. */
#define TICKS(value) (long long)((value) / 10), (long long)((value) % 10)
#define LOTS(value) (long long)((value) / 100000000), (long long)((value) % 100000000)

/* A time within the hour that begins 2024-08-05T00:00Z, in milliseconds. */
#define WITHIN(time_ns)                                                                            \
    (int)((time_ns) / 60000000000 % 60), (int)((time_ns) / 1000000000 % 60),                       \
        (int)((time_ns) / 1000000 % 1000)

static void name_of(const struct request *request, char *out)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint64_t number = request->client;
    memcpy(out, "c000zzz", 7);
    for (int i = 17; i >= 7; i--, number /= 36)
        out[i] = digits[number % 36];
    out[18] = '\0';
}

size_t plain_order_frame(const struct request *request, uint64_t req_id, char *out)
{
    char name[19];
    name_of(request, name);
    return (size_t)snprintf(
        out, 1024,
        "{\"method\":\"add_order\",\"params\":{\"order_type\":\"limit\",\"side\":\"buy\","
        "\"order_qty\":%lld.%08lld,\"symbol\":\"BTC/USD\",\"limit_price\":%lld.%lld,"
        "\"time_in_force\":\"gtd\",\"expire_time\":\"2024-08-05T00:%02d:%02d.%03dZ\","
        "\"post_only\":true,\"fee_preference\":\"quote\",\"stp_type\":\"cancel_oldest\","
        "\"conditional\":{\"order_type\":\"stop-loss\",\"trigger_price\":%lld.%lld},\"cl_ord_id\":"
        "\"%s\","
        "\"deadline\":\"2024-08-05T00:%02d:%02d.%03dZ\",\"token\":\"" ORDER_TOKEN
        "\"},\"req_id\":%llu}",
        LOTS(request->qty_lots), TICKS(request->limit_ticks), WITHIN(request->expire_ns),
        TICKS(request->close_ticks), name, WITHIN(request->deadline_ns),
        (unsigned long long)req_id);
}

size_t plain_order_body(const struct request *request, uint64_t nonce, char *out)
{
    char name[19];
    name_of(request, name);
    return (size_t)snprintf(
        out, 1024,
        "nonce=%llu&ordertype=limit&type=buy&volume=%lld.%08lld&pair=XBTUSD&price=%lld.%lld&"
        "timeinforce=GTD&expiretm=%lld&oflags=fciq,post&stptype=cancel-oldest&"
        "close[ordertype]=stop-loss&"
        "close[price]=%lld.%lld&cl_ord_id=%s&deadline=2024-08-05T00:%02d:%02d.%03dZ",
        (unsigned long long)nonce, LOTS(request->qty_lots), TICKS(request->limit_ticks),
        (long long)((request->expire_ns + 999999999) / 1000000000), TICKS(request->close_ticks),
        name, WITHIN(request->deadline_ns));
}

uint64_t plain_order_digests(const struct hmac_sha512 *hmac, const char *nonce, const char *body,
                             size_t len)
{
    uint8_t digest[SHA256_LEN], code[SHA512_LEN];
    const struct span said[] = {{nonce, strlen(nonce)}, {body, len}};
    sha256(said, 2, digest);
    const struct span under[] = {{ORDER_PATH, sizeof ORDER_PATH - 1}, {digest, sizeof digest}};
    hmac_sha512(hmac, under, 2, code);
    uint64_t first;
    memcpy(&first, code, sizeof first);
    return first;
}
