/* SPDX-License-Identifier: MIT */
/*
 * The rows of an order's bytes: from a request to the text of the WebSocket's frame, and to the
 * signed body of the REST call that stands in for it, by the functions that the gateway calls.
 */
#include "bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_order.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "venue/kraken/order_bytes.h"
#include "venue/kraken/sign.h"

#define ORDERS 4096
#define NONCE_FIRST UINT64_C(1722816000000000000)

/* Kraken's published test vector. */
static const char secret[] =
    "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==";

struct order_run {
    struct pair pair;
    struct kraken_wording wording;
    struct kraken_signer *signer;
    struct hmac_sha512 hmac;
    struct request requests[ORDERS];
    char text[KRAKEN_ORDER_BYTES], plain[KRAKEN_ORDER_BYTES];
    char sign[KRAKEN_SIGN_SIZE];
    uint64_t sum, plain_sum;
};

static void frame_run(void *context)
{
    struct order_run *run = context;
    run->sum = 0;
    for (uint64_t i = 0; i < ORDERS; i++)
        run->sum += kraken_order_frame(&run->wording, &run->requests[i], i, run->text);
}

static void frame_floor(void *context)
{
    struct order_run *run = context;
    run->plain_sum = 0;
    for (uint64_t i = 0; i < ORDERS; i++)
        run->plain_sum += plain_order_frame(&run->requests[i], i, run->plain);
}

static size_t signed_body(struct order_run *run, uint64_t i)
{
    char nonce[24];
    snprintf(nonce, sizeof nonce, "%" PRIu64, NONCE_FIRST + i);
    size_t len = kraken_order_body(&run->wording, &run->requests[i], NONCE_FIRST + i, run->text);
    const struct kraken_call call = {ORDER_PATH, nonce, run->text, len};
    kraken_sign(run->signer, &call, run->sign);
    return len;
}

static void signed_run(void *context)
{
    struct order_run *run = context;
    run->sum = 0;
    for (uint64_t i = 0; i < ORDERS; i++)
        run->sum += signed_body(run, i);
}

static void signed_floor(void *context)
{
    struct order_run *run = context;
    static const char nonce[] = "1722816000000000000";
    static char body[] = "nonce=1722816000000000000&ordertype=limit&type=buy&volume=1.25000000&"
                         "pair=XBTUSD&price=26500.4&timeinforce=GTD&expiretm=1722816600&"
                         "oflags=fciq,post&close[ordertype]=stop-loss&close[price]=25000.0&"
                         "cl_ord_id=c000zzz00000000007&deadline=2024-08-05T00:10:00.000Z";
    run->plain_sum = 0;
    for (uint64_t i = 0; i < ORDERS; i++)
        run->plain_sum ^= plain_order_digests(&run->hmac, nonce, body, sizeof body - 1);
}

static struct order_run *order_run_new(struct bench_row *row)
{
    row->unit = "order";
    struct order_run *run = calloc(1, sizeof *run);
    if (run != NULL)
        run->signer = kraken_signer_new(secret, sizeof secret - 1);
    if (run == NULL || run->signer == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        free(run);
        return NULL;
    }
    uint8_t key[KRAKEN_SECRET_MAX];
    size_t key_len = 0;
    base64_decode(secret, sizeof secret - 1, key, sizeof key, &key_len);
    hmac_sha512_init(&run->hmac, key, key_len);
    run->pair = (struct pair){.symbol = "BTC/USD", .price_decimals = 1, .qty_decimals = 8};
    run->wording = (struct kraken_wording){
        .tag = ORDER_TAG, .terms = &run->pair, .rest_pair = "XBTUSD", .token = ORDER_TOKEN};
    struct prng prng;
    prng_init(&prng, 42);
    for (uint64_t i = 0; i < ORDERS; i++) {
        const int64_t now_ns = (int64_t)NONCE_FIRST + (int64_t)prng_below(&prng, 1800) * NS_PER_S;
        run->requests[i] = (struct request){
            .kind = REQUEST_ADD,
            .client = 1 + prng_below(&prng, 1u << 30),
            .order = VENUE_LIMIT,
            .side = SIDE_BUY,
            .life = LIFE_GTD,
            .post_only = true,
            .qty_lots = 1 + (int64_t)prng_below(&prng, 1000000000),
            .limit_ticks = 1 + (int64_t)prng_below(&prng, 1000000),
            .close_ticks = 1 + (int64_t)prng_below(&prng, 1000000),
            .expire_ns = now_ns + 600 * NS_PER_S,
            .deadline_ns = now_ns + (int64_t)prng_below(&prng, 60000) * NS_PER_MS,
        };
    }
    return run;
}

static void order_run_free(struct order_run *run)
{
    kraken_signer_free(run->signer);
    hmac_sha512_deinit(&run->hmac);
    free(run);
}

bool bench_order_frame(struct bench_row *row)
{
    struct order_run *run = order_run_new(row);
    if (run == NULL)
        return false;
    bench_time(row, &(struct bench_work){frame_run, frame_floor, run, ORDERS});
    bool right = run->sum == run->plain_sum;
    for (uint64_t i = 0; i < ORDERS && right; i++) {
        kraken_order_frame(&run->wording, &run->requests[i], i, run->text);
        plain_order_frame(&run->requests[i], i, run->plain);
        right = strcmp(run->text, run->plain) == 0;
    }
    if (!right)
        snprintf(row->note, sizeof row->note, "a frame is not what snprintf makes of it");
    order_run_free(run);
    return right;
}

bool bench_order_signed(struct bench_row *row)
{
    struct order_run *run = order_run_new(row);
    if (run == NULL)
        return false;
    bench_time(row, &(struct bench_work){signed_run, signed_floor, run, ORDERS});
    bool right = true;
    for (uint64_t i = 0; i < ORDERS && right; i++) {
        char nonce[24], sign[KRAKEN_SIGN_SIZE];
        snprintf(nonce, sizeof nonce, "%" PRIu64, NONCE_FIRST + i);
        signed_body(run, i);
        size_t len = plain_order_body(&run->requests[i], NONCE_FIRST + i, run->plain);
        kraken_sign(run->signer, &(struct kraken_call){ORDER_PATH, nonce, run->plain, len}, sign);
        right = strcmp(run->text, run->plain) == 0 && strcmp(run->sign, sign) == 0;
    }
    if (!right)
        snprintf(row->note, sizeof row->note, "a body is not what snprintf makes of it");
    order_run_free(run);
    return right;
}
