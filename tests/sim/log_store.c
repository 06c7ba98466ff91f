/* SPDX-License-Identifier: MIT */
#include "log_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/recorder_item.h"
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/engine/desk.h"
#include "store/action_codec.h"
#include "store/event_codec.h"
#include "store/news_codec.h"

/* How far the log, and what else is kept beside it, has come. */
struct mark {
    uint32_t segment;
    size_t len;
    uint64_t sequence, client; /* of the last intent */
    uint64_t nonce;
};

struct record_head {
    uint32_t kind, len;
    uint64_t sequence, client; /* ENTRY_REQUEST of an intent */
    int64_t at_ns;
};

struct segment {
    struct engine *engine; /* as it opened */
    struct broker *broker;
    size_t len, size;
    uint8_t *bytes;
};

struct log_store {
    struct lan *lan;
    struct prng prng;
    struct disk_faults faults;
    uint32_t segment_count;
    struct segment segments[2]; /* the current one last, and the one before */
    struct mark end;            /* of what was given */
    struct mark writing, durable;
    bool busy, urgent; /* a write is under way; another is wanted */
    bool ill;
    uint32_t life;
    void (*on_durable)(void *context);
    void *context;
};

struct log_store *log_store_new(struct lan *lan, uint64_t seed, const struct disk_faults *faults)
{
    struct log_store *store = calloc(1, sizeof *store);
    CHECK(store != NULL);
    store->lan = lan;
    store->faults = *faults;
    prng_init(&store->prng, seed);
    return store;
}

static void free_segment(struct segment *segment)
{
    free(segment->engine);
    free(segment->broker);
    free(segment->bytes);
    *segment = (struct segment){0};
}

void log_store_free(struct log_store *store)
{
    free_segment(&store->segments[0]);
    free_segment(&store->segments[1]);
    free(store);
}

void log_store_attach(struct log_store *store, void (*on_durable)(void *context), void *context)
{
    store->on_durable = on_durable;
    store->context = context;
}

static struct segment *current(struct log_store *store)
{
    return &store->segments[store->segment_count - 1];
}

static void append(struct log_store *store, const struct record_head *head, const void *bytes)
{
    if (lan_killed(store->lan)) {
        return; /* what a dead process does leaves no trace */
    }
    struct segment *segment = current(store);
    const size_t need = segment->len + sizeof *head + head->len;
    if (need > segment->size) {
        segment->size = 2 * need + 65536;
        segment->bytes = realloc(segment->bytes, segment->size);
        CHECK(segment->bytes != NULL);
    }
    struct record_head stamped = *head;
    stamped.at_ns = lan_now(store->lan);
    memcpy(segment->bytes + segment->len, &stamped, sizeof stamped);
    memcpy(segment->bytes + segment->len + sizeof *head, bytes, head->len);
    segment->len = need;
    store->end.len = need;
}

/* ---- The disk ---- */

static void write_begin(struct log_store *store);

static void write_done(void *context)
{
    struct log_store *store = context;
    if (store->life != 0) {
        store->life--; /* of a process that died meanwhile */
        return;
    }
    store->busy = store->ill = false;
    store->durable = store->writing;
    if (store->urgent) {
        write_begin(store);
    }
    if (store->on_durable != NULL) {
        store->on_durable(store->context);
    }
}

static void write_begin(struct log_store *store)
{
    const struct disk_faults *faults = &store->faults;
    store->urgent = true;
    if (store->busy || lan_killed(store->lan)) {
        return;
    }
    store->urgent = false;
    store->busy = true;
    store->writing = store->end;
    int64_t wait_ns = 1 + (int64_t)prng_below(&store->prng, (uint64_t)faults->wait_ns);
    if (prng_real(&store->prng) < faults->slow) {
        wait_ns += (int64_t)prng_below(&store->prng, (uint64_t)faults->slow_ns);
    }
    if (prng_real(&store->prng) < faults->fails) {
        store->ill = true;
        wait_ns += (int64_t)prng_below(&store->prng, (uint64_t)faults->fail_ns);
    }
    lan_at(store->lan, lan_now(store->lan) + wait_ns, write_done, store);
}

/* ---- The recorder's calls ---- */

void log_store_snapshot(struct log_store *store, const struct engine *engine,
                        const struct recorder_books *books)
{
    if (store->segment_count == 2) {
        free_segment(&store->segments[0]);
        store->segments[0] = store->segments[1];
        store->segments[1] = (struct segment){0};
        store->segment_count = 1;
    }
    struct segment *segment = &store->segments[store->segment_count++];
    segment->engine = malloc(engine->size);
    segment->broker = malloc(sizeof *books->broker);
    CHECK(segment->engine != NULL && segment->broker != NULL);
    memcpy(segment->engine, engine, engine->size);
    memcpy(segment->broker, books->broker, sizeof *books->broker);
    store->end.segment++;
    store->end.len = 0;
    write_begin(store);
}

void log_store_event(struct log_store *store, const struct event *event)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    const size_t len = event_encode(event, bytes, sizeof bytes);
    CHECK(len > 0);
    append(store, &(struct record_head){.kind = ENTRY_EVENT, .len = (uint32_t)len}, bytes);
}

static size_t encode_step(const struct event *event, const struct actions *actions, uint8_t *bytes)
{
    size_t len = 0;
    if (actions->count == 0 && event->kind != EVENT_REPORT) {
        return 0;
    }
    if (event->kind == EVENT_REPORT) {
        len = event_encode(event, bytes, EVENT_CODE_MAX);
    }
    return len + actions_encode(actions, bytes + len, EVENT_CODE_MAX - len);
}

void log_store_step(struct log_store *store, const struct event *event,
                    const struct actions *actions, const struct engine *engine)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    (void)engine;
    const size_t len = encode_step(event, actions, bytes);
    if (len > 0) {
        append(store, &(struct record_head){.kind = ENTRY_STEP, .len = (uint32_t)len}, bytes);
    }
}

void log_store_request(struct log_store *store, const struct request *request,
                       const struct engine *engine)
{
    uint8_t bytes[REQUEST_CODE_MAX];
    (void)engine;
    struct record_head head = {.kind = ENTRY_REQUEST};
    head.len = (uint32_t)request_encode(request, bytes, sizeof bytes);
    if (request->kind == REQUEST_ADD && !lan_killed(store->lan)) {
        store->end.sequence = head.sequence = request->sequence;
        store->end.client = head.client = request->client;
    }
    append(store, &head, bytes);
    if (request->kind == REQUEST_ADD) {
        write_begin(store);
    }
}

uint64_t log_store_durable(const struct log_store *store)
{
    return store->durable.sequence;
}

void log_store_nonce(struct log_store *store, uint64_t bound)
{
    if (lan_killed(store->lan)) {
        return;
    }
    store->end.nonce = bound;
    write_begin(store);
}

uint64_t log_store_nonce_kept(const struct log_store *store)
{
    return store->durable.nonce;
}

void log_store_equity(struct log_store *store, int64_t time_ns, const struct portfolio *portfolio)
{
    (void)time_ns, (void)portfolio;
    write_begin(store); /* a row of the ledger: the group is made durable with it */
}

bool log_store_well(const struct log_store *store)
{
    return !store->ill;
}

/* ---- Death and what is read afterwards ---- */

/* A process that dies leaves to the system all that the store thread wrote until a moment ago. */
#define GROUP_NS (50 * NS_PER_MS)

/* The first record younger than that. */
static size_t group_begin(const struct log_store *store, const struct segment *segment)
{
    size_t at = 0;
    while (at < segment->len) {
        struct record_head head;
        memcpy(&head, segment->bytes + at, sizeof head);
        if (head.at_ns > lan_now(store->lan) - GROUP_NS) {
            break;
        }
        at += sizeof head + head.len;
    }
    return at;
}

/* How far into a segment the bytes got, in whole records, and what stood in them. */
static void cut_at(struct log_store *store, struct mark *mark, size_t len)
{
    const struct segment *segment = current(store);
    size_t at = mark->len;
    while (at + sizeof(struct record_head) <= len) {
        struct record_head head;
        memcpy(&head, segment->bytes + at, sizeof head);
        if (at + sizeof head + head.len > len) {
            break; /* torn */
        }
        at += sizeof head + head.len;
        if (head.sequence != 0) {
            mark->sequence = head.sequence;
            mark->client = head.client;
        }
    }
    mark->len = at;
}

void log_store_kill(struct log_store *store, bool power)
{
    store->life += store->busy;
    store->busy = store->urgent = store->ill = false;
    log_store_attach(store, NULL, NULL);
    struct mark mark = store->durable;
    if (mark.segment < store->end.segment && prng_below(&store->prng, 2) == 0) {
        /* The snapshot that opens the newest segment did not get to the disk whole. */
        free_segment(current(store));
        store->segment_count--;
        store->end.segment--;
        CHECK(store->segment_count > 0 || mark.segment == 0);
    } else if (mark.segment < store->end.segment) {
        mark = (struct mark){.segment = store->end.segment,
                             .sequence = mark.sequence,
                             .client = mark.client,
                             .nonce = mark.nonce};
    }
    if (store->segment_count > 0) {
        const size_t sure = power ? mark.len : group_begin(store, current(store));
        const size_t from = sure > mark.len ? sure : mark.len;
        const size_t more = current(store)->len - from;
        cut_at(store, &mark, from + (size_t)prng_below(&store->prng, more + 1));
        current(store)->len = mark.len;
    }
    store->end = store->durable = mark;
}

void log_store_ledger(const struct log_store *store, uint64_t *ret_sequence, uint64_t *ret_client,
                      uint64_t *ret_nonce)
{
    *ret_sequence = store->durable.sequence;
    *ret_client = store->durable.client;
    *ret_nonce = store->durable.nonce;
}

/* ---- Replay ---- */

struct replay {
    struct desk desk;
    struct event_buffer buffer;
    const uint8_t *at, *end;
    char *error;
    size_t error_size;
    uint64_t event_count;
    bool cut; /* the log ends among an event's steps */
    bool fine;
};

/* The next record must be this. */
static void expect(struct replay *replay, uint32_t kind, const void *bytes, size_t len)
{
    struct record_head head;
    if (replay->at == replay->end) {
        replay->cut = true;
    }
    if (replay->cut || !replay->fine) {
        return;
    }
    memcpy(&head, replay->at, sizeof head);
    replay->at += sizeof head;
    if (head.kind != kind || head.len != len || memcmp(replay->at, bytes, len) != 0) {
        replay->fine = false;
        snprintf(replay->error, replay->error_size,
                 "the journal's event %llu does something else when it is played again",
                 (unsigned long long)replay->event_count);
        return;
    }
    replay->at += head.len;
}

static void expect_step(void *context, const struct event *event, const struct actions *actions)
{
    static uint8_t bytes[EVENT_CODE_MAX];
    const size_t len = encode_step(event, actions, bytes);
    if (len > 0) {
        expect(context, ENTRY_STEP, bytes, len);
    }
}

static void expect_request(void *context, const struct request *request)
{
    uint8_t bytes[REQUEST_CODE_MAX];
    const size_t len = request_encode(request, bytes, sizeof bytes);
    expect(context, ENTRY_REQUEST, bytes, len);
}

static void play(struct replay *replay)
{
    while (replay->at < replay->end && replay->fine) {
        struct record_head head;
        struct event event;
        memcpy(&head, replay->at, sizeof head);
        const uint8_t *bytes = replay->at + sizeof head;
        const uint32_t pairs = replay->desk.engine->config.pair_count;
        if (head.kind != ENTRY_EVENT ||
            !event_decode(bytes, head.len, pairs, &event, &replay->buffer)) {
            replay->fine = false;
            snprintf(replay->error, replay->error_size,
                     "the journal's event %llu is followed by what it did not do",
                     (unsigned long long)replay->event_count);
            return;
        }
        replay->at = bytes + head.len;
        replay->event_count++;
        desk_step(&replay->desk, &event);
    }
}

bool log_store_replay(struct log_store *store, struct engine **ret_engine,
                      struct broker **ret_broker, char *error, size_t error_size)
{
    *ret_engine = NULL;
    *ret_broker = NULL;
    if (store->segment_count == 0) {
        return true;
    }
    const struct segment *segment = current(store);
    struct replay *replay = calloc(1, sizeof *replay);
    struct engine *engine = malloc(segment->engine->size);
    struct broker *broker = malloc(sizeof *broker);
    CHECK(replay != NULL && engine != NULL && broker != NULL);
    memcpy(engine, segment->engine, segment->engine->size);
    memcpy(broker, segment->broker, sizeof *broker);
    replay->error = error;
    replay->error_size = error_size;
    replay->at = segment->bytes;
    replay->end = segment->bytes + segment->len;
    replay->fine = true;
    desk_init(&replay->desk, engine, NULL, expect_step, replay);
    desk_trade(&replay->desk, broker, expect_request);
    play(replay);
    const bool fine = replay->fine;
    free(replay);
    *ret_engine = engine;
    *ret_broker = broker;
    return fine;
}
