/* SPDX-License-Identifier: MIT */
/*
 * The rows of an order's whole way: `order.decide`, from the text of a message to the intent, and
 * `order.wire`, from the intent over the disk to the text that goes to the socket.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_desk.h"
#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "venue/kraken/order_bytes.h"

#define DECIDE_MINUTES 9000
#define DECIDE_RUNS 9
#define SAMPLES_MAX 20000

#define WIRE_ORDERS 400
#define WIRE_WAIT_NS (20 * NS_PER_S)

struct samples {
    uint32_t count;
    double ns[SAMPLES_MAX];
};

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void put(struct samples *samples, int64_t ns)
{
    if (samples->count < SAMPLES_MAX) {
        samples->ns[samples->count++] = (double)ns;
    }
}

static void tell(struct samples *samples, struct bench_row *row)
{
    if (samples->count > 0) {
        qsort(samples->ns, samples->count, sizeof samples->ns[0], ascending);
        row->ns = samples->ns[samples->count / 2];
        row->p99_ns = samples->ns[samples->count - 1 - samples->count / 100];
    }
}

static bool right(const struct bench_desk *bench, uint32_t count, uint32_t least,
                  struct bench_row *row)
{
    if (bench->wrong != NULL) {
        snprintf(row->note, sizeof row->note, "%s", bench->wrong);
    } else if (count < least) {
        snprintf(row->note, sizeof row->note, "only %u decisions to enter", count);
    }
    return bench->wrong == NULL && count >= least;
}

/* The same market again leads to the same decisions: of each its quickest time is kept, because
 * what else the machine does falls on another one each time. */
static void decide_run(struct bench_desk *bench, struct samples *least)
{
    uint32_t count = 0;
    bench_desk_start(bench);
    while (bench_desk_minute(bench)) {
        if (bench->intent_count > 0 && count < SAMPLES_MAX) {
            const struct bench_intent *last = &bench->intents[bench->intent_count - 1];
            const double ns = (double)(last->handed_ns - last->begun_ns);
            least->ns[count] = least->count == 0 || ns < least->ns[count] ? ns : least->ns[count];
            count++;
        }
        bench_desk_answer(bench);
    }
    if (least->count != 0 && least->count != count && bench->wrong == NULL) {
        bench->wrong = "the same market led to other decisions";
    }
    least->count = count;
}

/* Every time of every run, as it came. */
static void each_run(struct bench_desk *bench, struct samples *all)
{
    bench_desk_start(bench);
    while (bench_desk_minute(bench)) {
        if (bench->intent_count > 0) {
            const struct bench_intent *last = &bench->intents[bench->intent_count - 1];
            put(all, last->handed_ns - last->begun_ns);
        }
        bench_desk_answer(bench);
    }
}

static bool time_decisions(struct bench_row *row,
                           void (*run)(struct bench_desk *bench, struct samples *samples))
{
    row->unit = "decision";
    struct samples *samples = calloc(1, sizeof *samples);
    struct bench_desk *bench = samples != NULL ? bench_desk_new(DECIDE_MINUTES, row) : NULL;
    if (bench == NULL) {
        free(samples);
        return false;
    }
    for (int i = 0; i < DECIDE_RUNS; i++) {
        run(bench, samples);
    }
    tell(samples, row);
    const bool good = right(bench, samples->count, 1000, row);
    bench_desk_free(bench);
    free(samples);
    return good;
}

bool bench_order_decide(struct bench_row *row)
{
    return time_decisions(row, decide_run);
}

bool bench_order_decide_each(struct bench_row *row)
{
    return time_decisions(row, each_run);
}

struct wire {
    struct bench_desk *bench;
    struct loop *loop;
    struct samples samples;
    uint32_t sent;
    uint64_t durable;
    char frame[KRAKEN_ORDER_BYTES];
};

/* The store thread's word. */
static void on_durable(void *context)
{
    struct wire *wire = context;
    loop_wake(wire->loop);
}

/* As the session does it: the disk's word to the broker, then each intent that it covers into the
 * venue's words. What follows is the socket's. */
static void on_wake(void *context)
{
    struct wire *wire = context;
    struct bench_desk *bench = wire->bench;
    const uint64_t durable = recorder_durable(bench->recorder);
    if (durable <= wire->durable) {
        return;
    }
    wire->durable = durable;
    const struct event event = {.kind = EVENT_NEWS,
                                .time_ns = bench->engine->time_ns,
                                .news = {.kind = NEWS_DURABLE, .sequence = durable}};
    bench_desk_give(bench, &event);
    for (; wire->sent < bench->intent_count; wire->sent++) {
        const struct bench_intent *intent = &bench->intents[wire->sent];
        if (intent->request.sequence > durable) {
            return;
        }
        const struct kraken_wording wording = {.tag = 46655,
                                               .terms = &bench->terms[intent->request.pair],
                                               .rest_pair = "A",
                                               .token = "1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606d1WcF"};
        const size_t len = kraken_order_frame(&wording, &intent->request, wire->sent, wire->frame);
        put(&wire->samples, bench_now_ns() - intent->handed_ns);
        char symbol[SYMBOL_MAX + 16];
        snprintf(symbol, sizeof symbol, "\"symbol\":\"%s\"",
                 bench->terms[intent->request.pair].symbol);
        if (len == 0 || strstr(wire->frame, symbol) == NULL) {
            bench->wrong = "a frame that names another pair";
        }
    }
}

static void send_intents(struct wire *wire)
{
    const int64_t until_ns = bench_now_ns() + WIRE_WAIT_NS;
    wire->sent = 0;
    while (wire->sent < wire->bench->intent_count && bench_now_ns() < until_ns) {
        loop_turn(wire->loop, 100);
    }
    if (wire->sent < wire->bench->intent_count) {
        wire->bench->wrong = "an intent that the disk did not take";
    }
}

static void run_wire(struct wire *wire, const char *state, struct bench_row *row)
{
    struct bench_desk *bench = wire->bench;
    static const char *strategies[STRATEGY_MAX];
    for (uint32_t i = 0; i < bench->engine->config.strategy_count; i++) {
        strategies[i] = strategy_table[bench->engine->config.strategies[i].type]->name;
    }
    const struct sentence_names names = {.currency = "USD",
                                         .strategies = strategies,
                                         .strategy_count = bench->engine->config.strategy_count,
                                         .pairs = bench->terms,
                                         .pair_count = BENCH_PAIRS};
    const struct recorder_config config = {.state = state,
                                           .journal = true,
                                           .keep_days = 1,
                                           .max_bytes = INT64_C(1) << 30,
                                           .names = &names,
                                           .clock = clock_system(),
                                           .on_durable = on_durable,
                                           .context = wire};
    bench_desk_start(bench);
    struct recorder *recorder = recorder_open(&config, row->note, sizeof row->note);
    if (recorder == NULL) {
        bench->wrong = "no recorder";
        return;
    }
    recorder_snapshot(recorder, bench->engine, &(struct recorder_books){.broker = bench->broker});
    bench->recorder = recorder;
    loop_on_wake(wire->loop, on_wake, wire);
    while (wire->samples.count < WIRE_ORDERS && bench->wrong == NULL && bench_desk_minute(bench)) {
        send_intents(wire);
        bench_desk_answer(bench);
    }
    if (!recorder_flush(recorder)) {
        bench->wrong = "a recorder that did not keep everything";
    }
    bench->recorder = NULL;
    recorder_close(recorder);
}

bool bench_order_wire(struct bench_row *row)
{
    row->unit = "order";
    char state[64];
    struct wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL || !bench_folder_make(state, sizeof state)) {
        snprintf(row->note, sizeof row->note, "no memory, or no temporary folder");
        free(wire);
        return false;
    }
    wire->loop = loop_new();
    wire->bench = bench_desk_new(DECIDE_MINUTES, row);
    bool good = wire->loop != NULL && wire->bench != NULL;
    if (good) {
        run_wire(wire, state, row);
        tell(&wire->samples, row);
        good = right(wire->bench, wire->samples.count, WIRE_ORDERS, row);
    }
    if (wire->bench != NULL) {
        bench_desk_free(wire->bench);
    }
    if (wire->loop != NULL) {
        loop_free(wire->loop);
    }
    free(wire);
    bench_folder_remove(state);
    return good;
}
