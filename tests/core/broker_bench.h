/* SPDX-License-Identifier: MIT */
/* A broker on a bench: its requests and reports can be looked at, and it is told what the test says
 * the venue, the disk and the clock do. */
#pragma once

#include "core/execution/broker.h"

#include "desk_fixture.h"

#define ENTRY 1
#define BRACKET 2
#define EXIT 3
#define LOTS INT64_C(10000)

struct bench {
    struct broker *broker;
    struct matching_reports *reports;
    struct requests *requests;
    struct book book;
    struct pair terms;
    int64_t now_ns;
    uint32_t heard; /* reports looked at */
};

static inline struct broker_out out_of(struct bench *bench)
{
    return (struct broker_out){.reports = bench->reports, .requests = bench->requests};
}

static inline struct matching_market market_of(const struct bench *bench)
{
    return (struct matching_market){
        .pair = 0, .time_ns = bench->now_ns, .terms = &bench->terms, .book = &bench->book};
}

static inline void set_book(struct bench *bench, int64_t bid)
{
    const struct level_change changes[] = {{SIDE_BUY, {bid, 1000000}},
                                           {SIDE_SELL, {bid + 2, 1000000}}};
    book_init(&bench->book, 10);
    book_apply(&bench->book, changes, 2);
}

static inline void tend(struct bench *bench)
{
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    for (int i = 0; i < 3; i++) {
        broker_tend(bench->broker, &market, &out);
    }
}

static inline void tell(struct bench *bench, struct news news)
{
    struct broker_out out = out_of(bench);
    broker_news(bench->broker, &news, bench->now_ns, &out);
    tend(bench);
}

static inline void wait_for(struct bench *bench, int64_t ns)
{
    struct broker_out out = out_of(bench);
    bench->now_ns += ns;
    broker_time(bench->broker, bench->now_ns, &out);
    tend(bench);
}

/* The newest request of a kind, or NULL; then the list is empty again. */
static inline const struct request *asked(struct bench *bench, enum request_kind kind)
{
    static struct request found;
    bool any = false;
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        if (bench->requests->list[i].kind == kind) {
            found = bench->requests->list[i];
            any = true;
        }
    }
    bench->requests->count = 0;
    return any ? &found : NULL;
}

/* True when a report of a kind came for an order since the last look. */
static inline bool told(struct bench *bench, uint64_t order_id, enum report_kind kind)
{
    for (uint32_t i = bench->heard; i < bench->reports->count; i++) {
        const struct report *report = &bench->reports->list[i];
        if (report->order_id == order_id && report->kind == kind) {
            bench->heard = i + 1;
            return true;
        }
    }
    return false;
}

static inline uint32_t count_notes(const struct bench *bench, enum report_note note)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < bench->reports->count; i++) {
        const struct report *report = &bench->reports->list[i];
        count += report->kind == REPORT_NOTE && report->note == note;
    }
    return count;
}

static inline bool noted(const struct bench *bench, enum report_note note)
{
    return count_notes(bench, note) > 0;
}

static inline struct venue_id id(uint64_t number)
{
    return (struct venue_id){1, number};
}

static inline void answer(struct bench *bench, const struct request *request, enum news_kind kind,
                          uint64_t txid)
{
    tell(bench, (struct news){.kind = kind, .sequence = request->sequence, .txid = id(txid)});
}

static inline void listed(struct bench *bench, const struct request *request)
{
    tell(bench, (struct news){.kind = NEWS_LISTED,
                              .sequence = request->sequence,
                              .begun_ns = bench->now_ns,
                              .whole = true});
}

static inline void order_row(struct bench *bench, struct news_order order)
{
    tell(bench, (struct news){.kind = NEWS_ORDER, .order = order});
}

static inline void fill(struct bench *bench, uint64_t exec, uint64_t txid, enum side side,
                        int64_t lots)
{
    tell(bench, (struct news){.kind = NEWS_TRADE,
                              .trade = {.time_ns = bench->now_ns,
                                        .exec = {2, exec},
                                        .txid = id(txid),
                                        .side = side,
                                        .price_ticks = 10000,
                                        .qty_lots = lots,
                                        .fee = USD(0.1)}});
}

static inline struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench->broker = malloc(sizeof *bench->broker);
    bench->reports = malloc(sizeof *bench->reports);
    bench->requests = malloc(sizeof *bench->requests);
    bench->reports->count = bench->requests->count = 0;
    bench->terms = fixture_pair("AAA/USD");
    bench->terms.qty_min_lots = 100;
    bench->now_ns = FIXTURE_START_NS;
    const struct broker_config config = {.deadline_ns = 10 * NS_PER_S,
                                         .lag_ns = 60 * NS_PER_S,
                                         .bare_ns = 5 * NS_PER_S,
                                         .try_ns = 1200 * NS_PER_MS,
                                         .try_count = 3,
                                         .reprice_ns = 5 * NS_PER_S,
                                         .list_ns = 3600 * NS_PER_S,
                                         .timer_ns = 60 * NS_PER_S,
                                         .tier = RATE_INTERMEDIATE};
    broker_init(bench->broker, &config, 1);
    set_book(bench, 9999);
    struct broker_out out = out_of(bench);
    broker_time(bench->broker, bench->now_ns, &out);
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    listed(bench, asked(bench, REQUEST_LIST));
    EXPECT(broker_open(bench->broker));
    return bench;
}

static inline void bench_free(struct bench *bench)
{
    free(bench->broker);
    free(bench->reports);
    free(bench->requests);
    free(bench);
}

static inline void place(struct bench *bench, const struct order *order)
{
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_place(bench->broker, &market, order, &out);
}

static inline void place_entry(struct bench *bench, int64_t stop_ticks)
{
    place(bench, &(struct order){.id = ENTRY,
                                 .purpose = PURPOSE_ENTRY,
                                 .kind = ORDER_MARKET,
                                 .side = SIDE_BUY,
                                 .qty_lots = LOTS,
                                 .limit_ticks = 10050,
                                 .stop_ticks = stop_ticks});
}

static inline void place_bracket(struct bench *bench, int64_t lots, int64_t target_ticks)
{
    place(bench, &(struct order){.id = BRACKET,
                                 .purpose = PURPOSE_PROTECT,
                                 .kind = ORDER_BRACKET,
                                 .side = SIDE_SELL,
                                 .qty_lots = lots,
                                 .stop_ticks = 9800,
                                 .target_ticks = target_ticks});
}

static inline void durable(struct bench *bench, const struct request *request)
{
    tell(bench, (struct news){.kind = NEWS_DURABLE, .sequence = request->sequence});
}

/* Bought whole by order 10, with the venue's own stop 11 for it, and the engine's bracket. */
static inline struct bench *bench_holding(int64_t target_ticks)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    place_bracket(bench, LOTS, target_ticks);
    order_row(bench, (struct news_order){.txid = id(11),
                                         .parent = id(10),
                                         .state = NEWS_OPEN,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .qty_lots = LOTS,
                                         .trigger_ticks = 9800});
    EXPECT(asked(bench, REQUEST_ADD) == NULL); /* the venue's stop is enough */
    return bench;
}

static inline struct news_order ended(uint64_t txid, enum news_state state, int64_t filled)
{
    return (struct news_order){
        .txid = id(txid), .state = state, .side = SIDE_SELL, .filled_lots = filled};
}

static inline void place_exit(struct bench *bench)
{
    place(bench, &(struct order){
                     .id = EXIT, .purpose = PURPOSE_EXIT, .side = SIDE_SELL, .qty_lots = LOTS});
}

/* The stop is cancelled, and the venue said so. */
static inline void clear_stop(struct bench *bench)
{
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    answer(bench, &cancel, NEWS_ACCEPTED, 0);
    order_row(bench, ended(11, NEWS_CANCELLED, 0));
}

/* The target is touched, the stop confirmed gone: the sale is asked for. */
static inline struct request sale_at_target(struct bench *bench, int64_t bid)
{
    set_book(bench, bid);
    tend(bench);
    clear_stop(bench);
    return *asked(bench, REQUEST_ADD);
}
