/* SPDX-License-Identifier: MIT */
/*
 * Listings and queries: a REQUEST_LIST, a REQUEST_QUERY, or the orders that a row named and nobody
 * knew. One at a time, a few calls each, as the key's counter admits; a call that fails is tried
 * again, and when that does not help the job goes on without it and is not whole.
 *
 * A listing begins with a fresh snapshot of the socket, because what ends while that is fetched is
 * told by neither, and then shows among the closed orders; and open orders come before closed ones,
 * so that an order that ends in between shows twice rather than not at all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/gateway_state.h"

#define ATTEMPTS_MAX 4
#define SNAPSHOT_NS (15 * NS_PER_S)
#define ROWS_MAX 2500 /* 50 pages: at the slowest tier five minutes of calls */
#define LEDGER_NS (5 * NS_PER_MIN)
#define SPARE 3 /* counts kept back: for a token, and for what others of the key do */

static void begin(struct kraken_gateway *gateway, enum kraken_step step)
{
    struct kraken_job *job = &gateway->job;
    job->active = true;
    job->whole = true;
    job->step = step;
    job->asked = false;
    job->offset = 0;
    job->attempts = 0;
    job->due_ns = 0;
    job->begun_ns = kraken_clock_now(&gateway->market);
    job->trades_at = 0;
    job->trades.count = 0;
    job->trades.full = false;
}

static bool begin_request(struct kraken_gateway *gateway)
{
    struct kraken_job *job = &gateway->job;
    uint32_t slot = kraken_gate_first(gateway, KRAKEN_SLOT_JOB);
    if (slot == KRAKEN_GATE_SLOTS)
        return false;
    job->answers = true;
    job->slot = slot;
    job->request = gateway->slots[slot].request;
    job->order_count = 0;
    bool listing = job->request.kind == REQUEST_LIST;
    if (!listing && venue_id_known(job->request.txid))
        job->orders[job->order_count++] = job->request.txid;
    begin(gateway, listing                ? KRAKEN_STEP_SNAPSHOT
                   : job->order_count > 0 ? KRAKEN_STEP_ORDERS
                                          : KRAKEN_STEP_OPEN);
    return true;
}

static bool begin_lookup(struct kraken_gateway *gateway)
{
    struct kraken_job *job = &gateway->job;
    if (gateway->lookup_count == 0)
        return false;
    job->answers = false;
    job->request = (struct request){.kind = REQUEST_QUERY};
    job->order_count = gateway->lookup_count;
    for (uint32_t i = 0; i < gateway->lookup_count; i++)
        job->orders[i] = gateway->lookups[i];
    gateway->lookup_count = 0;
    begin(gateway, KRAKEN_STEP_ORDERS);
    return true;
}

static void finish(struct kraken_gateway *gateway)
{
    struct kraken_job *job = &gateway->job;
    job->active = false;
    if (!job->answers)
        return;
    const struct news news = {
        .kind = NEWS_LISTED,
        .sequence = job->request.sequence,
        .begun_ns = job->begun_ns,
        .whole = job->whole && !job->trades.full,
    };
    kraken_gate_state(gateway, job->slot, KRAKEN_SLOT_FREE);
    kraken_gate_tell(gateway, &news);
}

/* A message lost shows no gap where none follows it, or while it is open whose messages the
 * sequence counts: so the ledger is read now and then. */
static bool flows_wanted(const struct kraken_gateway *gateway)
{
    const int64_t since_ns = kraken_gate_mono(gateway) - gateway->flows_listed_ns;
    return (gateway->flows_missed || since_ns >= LEDGER_NS) && gateway->flows_ns > 0 &&
           !gateway->flows_closed;
}

static void next_step(struct kraken_gateway *gateway)
{
    struct kraken_job *job = &gateway->job;
    bool listing = job->request.kind == REQUEST_LIST;
    job->offset = 0;
    job->attempts = 0;
    switch (job->step) {
    case KRAKEN_STEP_CLOSED:
        job->step = listing ? KRAKEN_STEP_TRADES : KRAKEN_STEP_ORDER_TRADES;
        break;
    case KRAKEN_STEP_TRADES:
        job->step = flows_wanted(gateway) ? KRAKEN_STEP_DEPOSITS : KRAKEN_STEP_DONE;
        break;
    case KRAKEN_STEP_WITHDRAWALS:
        gateway->flows_missed = false;
        gateway->flows_ns = job->begun_ns;
        gateway->flows_listed_ns = kraken_gate_mono(gateway);
        job->step = KRAKEN_STEP_DONE;
        break;
    case KRAKEN_STEP_ORDER_TRADES:
        job->step = KRAKEN_STEP_DONE;
        break;
    default: /* those before follow each other */
        job->step = (enum kraken_step)(job->step + 1);
        break;
    }
}

/* The fresh snapshot of a listing. True once it is in, or will not come. */
static bool snapshot_done(struct kraken_gateway *gateway)
{
    struct kraken_job *job = &gateway->job;
    int64_t mono_ns = kraken_gate_mono(gateway);
    if (!job->asked) {
        job->asked = true;
        job->snapshot = gateway->snapshots;
        job->due_ns = mono_ns + SNAPSHOT_NS;
        if (gateway->subs[KRAKEN_OWN_EXECUTIONS].state == KRAKEN_OWN_LIVE)
            kraken_gate_subs_reset(gateway, KRAKEN_OWN_EXECUTIONS);
    }
    bool fresh = gateway->snapshots > job->snapshot;
    if (!fresh && mono_ns < job->due_ns)
        return false;
    job->whole &= fresh;
    job->due_ns = 0;
    return true;
}

static void put_window(const struct kraken_job *job, int64_t since_ns, char *out, size_t size)
{
    int len = snprintf(out, size, "&ofs=%" PRIu32, job->offset);
    /* The start is exclusive, and in seconds. */
    if (since_ns >= NS_PER_S && len > 0)
        snprintf(out + len, size - (size_t)len, "&start=%lld",
                 (long long)(since_ns / NS_PER_S - 1));
}

static void put_client(const struct kraken_gateway *gateway, char *out, size_t size)
{
    char client[CLIENT_ID_LEN + 1];
    client_id_format(client, gateway->config.tag, gateway->job.request.client);
    snprintf(out, size, "&cl_ord_id=%s", client);
}

static void put_ids(const struct venue_id *ids, uint32_t count, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "&txid=");
    for (uint32_t i = 0; i < count; i++) {
        char text[VENUE_ID_TEXT_MAX];
        venue_id_format(text, ids[i]);
        len += (size_t)snprintf(out + len, size - len, "%s%s", i == 0 ? "" : ",", text);
    }
}

/* The ids of the next QueryTrades, of those left. */
static uint32_t trades_next(const struct kraken_job *job)
{
    uint32_t left = job->trades.count - job->trades_at;
    return left < KRAKEN_GATE_TRADES_QUERY ? left : KRAKEN_GATE_TRADES_QUERY;
}

struct job_call {
    const char *name;
    uint32_t counts; /* of the key's REST counter */
    char fields[KRAKEN_GATE_LOOKUPS * VENUE_ID_TEXT_MAX + 100];
};

static void write_call(struct kraken_gateway *gateway, struct job_call *ret)
{
    const struct kraken_job *job = &gateway->job;
    bool listing = job->request.kind == REQUEST_LIST;
    char some[KRAKEN_GATE_LOOKUPS * VENUE_ID_TEXT_MAX + 20] = "";
    const char *rest = "";
    ret->counts = 1;
    if (job->step == KRAKEN_STEP_OPEN) {
        ret->name = "OpenOrders";
        rest = "&trades=true";
    } else if (job->step == KRAKEN_STEP_CLOSED) {
        ret->name = "ClosedOrders";
        rest = "&trades=true&consolidate_taker=false";
    } else if (job->step == KRAKEN_STEP_TRADES) {
        ret->name = "TradesHistory";
        ret->counts = 2;
        rest = "&consolidate_taker=false";
    } else if (job->step == KRAKEN_STEP_DEPOSITS || job->step == KRAKEN_STEP_WITHDRAWALS) {
        ret->name = "Ledgers";
        ret->counts = 2;
        rest = job->step == KRAKEN_STEP_DEPOSITS ? "&type=deposit" : "&type=withdrawal";
    } else if (job->step == KRAKEN_STEP_ORDERS) {
        ret->name = "QueryOrders";
        rest = "&trades=true&consolidate_taker=false";
        put_ids(job->orders, job->order_count, some, sizeof some);
    } else {
        ret->name = "QueryTrades";
        put_ids(job->trades.list + job->trades_at, trades_next(job), some, sizeof some);
    }
    bool ledger = job->step == KRAKEN_STEP_DEPOSITS || job->step == KRAKEN_STEP_WITHDRAWALS;
    if (job->step == KRAKEN_STEP_CLOSED || job->step == KRAKEN_STEP_TRADES || ledger)
        put_window(job, ledger ? kraken_gate_flows_since(gateway) : job->request.since_ns, some,
                   sizeof some);
    if (!listing && (job->step == KRAKEN_STEP_OPEN || job->step == KRAKEN_STEP_CLOSED))
        put_client(gateway, some, sizeof some);
    snprintf(ret->fields, sizeof ret->fields, "%s%s", some, rest);
}

/* Requests and lookups in turn, so that neither waits for ever. */
static bool begin_next(struct kraken_gateway *gateway)
{
    if (!gateway->job.answers && begin_request(gateway))
        return true;
    return begin_lookup(gateway) || begin_request(gateway);
}

bool kraken_gate_job_pump(struct kraken_gateway *gateway)
{
    struct kraken_job *job = &gateway->job;
    struct job_call call;
    if (!job->active && !begin_next(gateway))
        return false;
    if (job->step == KRAKEN_STEP_SNAPSHOT) {
        if (!snapshot_done(gateway))
            return false;
        next_step(gateway);
    }
    if (job->step == KRAKEN_STEP_ORDER_TRADES && trades_next(job) == 0)
        job->step = KRAKEN_STEP_DONE;
    if (job->step == KRAKEN_STEP_DONE) {
        finish(gateway);
        return false;
    }
    write_call(gateway, &call);
    if (!rate_counter_admits(&gateway->rate, &gateway->rate_limit,
                             (int64_t)(call.counts + SPARE) * RATE_COUNT,
                             kraken_clock_now(&gateway->market)))
        return false;
    return kraken_gate_read(gateway, KRAKEN_ERRAND_JOB, call.name, call.fields, call.counts);
}

/* More of the same, or the next step. */
static void turn_page(struct kraken_gateway *gateway, const struct kraken_page *page)
{
    struct kraken_job *job = &gateway->job;
    job->offset += page->rows;
    job->attempts = 0;
    bool more = page->rows > 0 && job->offset < page->total;
    if (more && job->offset >= ROWS_MAX) {
        log_printf(LOG_WARN, "gateway.listing",
                   "Kraken lists %llu entries where cuttle reads %d: the listing is cut short",
                   (unsigned long long)page->total, ROWS_MAX);
        job->whole = false;
        more = false;
    }
    if (!more)
        next_step(gateway);
}

void kraken_gate_job_reply(struct kraken_gateway *gateway, struct json *result)
{
    struct kraken_job *job = &gateway->job;
    struct kraken_page page = {0};
    bool whole = true;
    bool listing = job->request.kind == REQUEST_LIST;
    switch (job->step) {
    case KRAKEN_STEP_OPEN:
    case KRAKEN_STEP_CLOSED:
    case KRAKEN_STEP_ORDERS:
        whole = kraken_orders_read(result, kraken_gate_listed_order, gateway,
                                   listing ? NULL : &job->trades, &page);
        break;
    case KRAKEN_STEP_TRADES:
    case KRAKEN_STEP_ORDER_TRADES:
        whole = kraken_trades_read(result, kraken_gate_listed_trade, gateway, &page);
        break;
    default:
        whole = kraken_ledgers_read(result, kraken_gate_listed_flow, gateway, &page);
        break;
    }
    if (!whole) {
        kraken_gate_complain(gateway, result, "a listing");
        kraken_gate_job_failed(gateway, true, "it is malformed");
        return;
    }
    if (job->step == KRAKEN_STEP_ORDERS) {
        job->step = KRAKEN_STEP_ORDER_TRADES;
    } else if (job->step == KRAKEN_STEP_ORDER_TRADES) {
        job->trades_at += trades_next(job);
        job->attempts = 0;
    } else {
        turn_page(gateway, &page);
    }
}

void kraken_gate_job_failed(struct kraken_gateway *gateway, bool passing, const char *error)
{
    struct kraken_job *job = &gateway->job;
    bool unknown = kraken_error_find(error, strlen(error))->reject == REJECT_UNKNOWN_ORDER;
    if (passing && ++job->attempts < ATTEMPTS_MAX)
        return; /* the calls' own backoff says when */
    bool ledger = job->step == KRAKEN_STEP_DEPOSITS || job->step == KRAKEN_STEP_WITHDRAWALS;
    if (ledger && !passing) {
        gateway->flows_closed = true;
        log_printf(LOG_WARN, "gateway.ledgers",
                   "Kraken does not show its ledgers to this API key (%s): deposits made while the "
                   "connection is down go unseen",
                   error);
    } else if (!(job->step == KRAKEN_STEP_ORDERS && unknown)) {
        /* Of orders that it does not know a query tells nothing, and that is an answer. */
        job->whole = false;
        log_printf(LOG_WARN, "gateway.listing", "a listing of Kraken's is not whole: %s", error);
    }
    if (job->step == KRAKEN_STEP_ORDER_TRADES)
        job->trades_at += trades_next(job);
    else if (job->step == KRAKEN_STEP_ORDERS || ledger)
        job->step = KRAKEN_STEP_DONE;
    else
        next_step(gateway);
}
