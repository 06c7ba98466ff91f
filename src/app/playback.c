/* SPDX-License-Identifier: MIT */
#include "app/playback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/recorder_item.h"
#include "operator/script/shelf.h"
#include "store/action_codec.h"
#include "store/disk.h"
#include "store/estate.h"
#include "store/event_codec.h"
#include "store/journal.h"
#include "store/model_file.h"
#include "store/news_codec.h"
#include "store/registry.h"

/* Codes of the steps one event caused: a batch that fills and opens on every pair. */
#define STEPS_SIZE (8u << 20)

struct playback {
    struct engine *engine;
    struct matching *matching;
    struct broker *broker;
    bool trades;            /* the snapshot had a broker */
    bool foreign;           /* this segment was recorded by another version of cuttle */
    uint64_t foreign_count; /* its records so far */
    struct desk desk;
    struct event_buffer buffer;
    struct shelf *shelf;        /* the user's strategies, as the recording tells them */
    char models[DISK_PATH_MAX]; /* where the models are that it names */
    struct model_file model;    /* the one in force */
    struct playback_result *result;
    uint8_t *steps; /* length, bytes; length, bytes; ... */
    size_t steps_len, steps_read;
    bool steps_lost;
    uint32_t to_segment;
    desk_on_step *on_step;
    desk_on_request *on_request;
    struct playback_watch watch;
    void *context;
};

struct playback *playback_new(desk_on_step *on_step, desk_on_request *on_request, void *context)
{
    struct playback *playback = calloc(1, sizeof *playback);
    if (playback == NULL) {
        return NULL;
    }
    playback->on_step = on_step;
    playback->on_request = on_request;
    playback->context = context;
    playback->shelf = shelf_new();
    playback->steps = malloc(STEPS_SIZE);
    playback->matching = malloc(sizeof *playback->matching);
    playback->broker = malloc(sizeof *playback->broker);
    if (playback->shelf == NULL || playback->steps == NULL || playback->matching == NULL ||
        playback->broker == NULL) {
        playback_free(playback);
        return NULL;
    }
    return playback;
}

void playback_free(struct playback *playback)
{
    if (playback != NULL) {
        shelf_free(playback->shelf);
        model_file_free(&playback->model);
        free(playback->steps);
        free(playback->matching);
        free(playback->broker);
        free(playback->engine);
        free(playback);
    }
}

void playback_watch(struct playback *playback, const struct playback_watch *watch)
{
    playback->watch = *watch;
}

/* state, state/journal or state/journal/0000000007.journal -> the directory, the segment. */
bool playback_find(const char *path, char *dir, size_t size, uint32_t *ret_first,
                   uint32_t *ret_last)
{
    struct stat status;
    *ret_first = 0;
    *ret_last = UINT32_MAX;
    if (stat(path, &status) != 0) {
        return false;
    }
    if (S_ISREG(status.st_mode)) {
        const char *slash = strrchr(path, '/');
        const char *name = slash == NULL ? path : slash + 1;
        snprintf(dir, size, "%.*s", slash == NULL ? 1 : (int)(slash - path),
                 slash == NULL ? "." : path);
        *ret_first = *ret_last = (uint32_t)strtoul(name, NULL, 10);
        return *ret_first != 0;
    }
    snprintf(dir, size, "%s/journal", path);
    if (stat(dir, &status) != 0) {
        snprintf(dir, size, "%s", path);
    }
    return true;
}

const struct engine *playback_engine(const struct playback *playback)
{
    return playback->engine;
}

const struct matching *playback_matching(const struct playback *playback)
{
    return playback->trades ? NULL : playback->matching;
}

const struct broker *playback_broker(const struct playback *playback)
{
    return playback->trades ? playback->broker : NULL;
}

bool playback_foreign(const struct playback *playback)
{
    return playback->foreign;
}

/* Room for one more code of a step or request; NULL when there is none. */
static uint8_t *step_room(struct playback *playback)
{
    if (STEPS_SIZE - playback->steps_len < EVENT_CODE_MAX + sizeof(uint32_t)) {
        playback->steps_lost = true;
        return NULL;
    }
    return playback->steps + playback->steps_len + sizeof(uint32_t);
}

static void step_put(struct playback *playback, size_t len)
{
    const uint32_t size = (uint32_t)len;
    memcpy(playback->steps + playback->steps_len, &size, sizeof size);
    playback->steps_len += sizeof size + len;
}

static void keep_request(void *context, const struct request *request)
{
    struct playback *playback = context;
    if (playback->on_request != NULL) {
        playback->on_request(playback->context, request);
    }
    uint8_t *at = step_room(playback);
    if (at != NULL) {
        step_put(playback, request_encode(request, at, EVENT_CODE_MAX));
    }
}

/* Keeps the code of a step, as the recorder would have written it. */
static void keep_step(void *context, const struct event *event, const struct actions *actions)
{
    struct playback *playback = context;
    playback->result->step_count++;
    for (uint32_t i = 0; i < actions->count; i++) {
        playback->result->order_count += actions->list[i].kind == ACTION_PLACE;
    }
    playback->result->record_count += actions->record_count;
    if (playback->on_step != NULL) {
        playback->on_step(playback->context, event, actions);
    }
    if (actions->count == 0 && event->kind != EVENT_REPORT) {
        return;
    }
    uint8_t *at = step_room(playback);
    if (at == NULL) {
        return;
    }
    size_t len = 0;
    if (event->kind == EVENT_REPORT) {
        len = event_encode(event, at, EVENT_CODE_MAX);
    }
    len += actions_encode(actions, at + len, EVENT_CODE_MAX - len);
    step_put(playback, len);
}

static int say(struct playback_result *result, const struct journal_item *item, const char *what)
{
    snprintf(result->note, sizeof result->note, "segment %u, event %llu: %.900s", item->segment,
             (unsigned long long)result->event_count, what);
    return -EPROTO;
}

/* A snapshot is trusted only when it is of this very layout. */
static bool snapshot_fits(const struct journal_item *item)
{
    struct engine head;
    if (item->len < sizeof head) {
        return false;
    }
    memcpy(&head, item->bytes, sizeof head); /* the bytes may stand anywhere */
    const struct engine *engine = &head;
    const size_t len = item->len - estate_find(item->bytes, item->len);
    return engine->version == ENGINE_VERSION && engine->config.pair_count <= PAIR_MAX &&
           engine->size == engine_size(engine->config.pair_count) &&
           (len == engine->size + sizeof(struct matching) ||
            len == engine->size + sizeof(struct broker)) &&
           engine->config.strategy_count <= STRATEGY_MAX;
}

_Static_assert(sizeof(struct matching) != sizeof(struct broker), "a snapshot tells them by size");

static void load_side(struct playback *playback, const void *bytes, size_t len)
{
    playback->trades = len == sizeof *playback->broker;
    if (playback->trades) {
        memcpy(playback->broker, bytes, len);
        desk_init(&playback->desk, playback->engine, NULL, keep_step, playback);
        desk_trade(&playback->desk, playback->broker, keep_request);
    } else {
        memcpy(playback->matching, bytes, len);
        desk_init(&playback->desk, playback->engine, playback->matching, keep_step, playback);
    }
}

/* Another version's engine cannot be run; what it owned can be read. */
static int load_foreign(struct playback *playback, const struct journal_item *item)
{
    struct playback_result *result = playback->result;
    struct engine *engine = NULL;
    const enum estate_side side =
        estate_read(item->bytes, item->len, &engine, playback->matching, playback->broker);
    free(playback->engine);
    playback->engine = engine;
    playback->trades = side == ESTATE_BROKER;
    playback->foreign = true;
    playback->foreign_count = 0;
    playback->steps_len = playback->steps_read = 0;
    result->foreign_count++;
    snprintf(result->foreign, sizeof result->foreign,
             engine != NULL         ? ""
             : side == ESTATE_NEWER ? "a newer cuttle wrote it: run that one"
                                    : "what it owned is not told there: run the one that wrote it");
    return 0;
}

/* The user's strategies that the snapshot has, silent until the recording says what they are. */
static bool hold_scripts(struct playback *playback, const struct engine_config *config)
{
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const uint32_t type = config->strategies[i].type;
        if (type >= STRATEGY_TABLE_MAX || !shelf_hold(playback->shelf, type)) {
            return false;
        }
    }
    return true;
}

/* The model of that hash is in force when this returns true; zeros: none is. */
static bool hold_model(struct playback *playback, const struct journal_item *item,
                       const uint8_t hash[MODEL_HASH_SIZE])
{
    const struct model_file *held = &playback->model;
    char path[DISK_PATH_MAX + 128], error[DISK_ERROR_MAX], why[DISK_ERROR_MAX + 128];
    if (memcmp(hash, held->model.hash, MODEL_HASH_SIZE) != 0) {
        model_use(NULL);
        model_file_free(&playback->model);
        registry_path(playback->models, hash, path, sizeof path);
        if (!model_hash_is_none(hash) &&
            model_file_read(path, &playback->model, error, sizeof error) != 0) {
            snprintf(why, sizeof why, "a model that the recording names: %s", error);
            say(playback->result, item, why);
            return false;
        }
    }
    if (memcmp(hash, held->model.hash, MODEL_HASH_SIZE) != 0) {
        say(playback->result, item, "a model whose file is not what its name says");
        return false;
    }
    model_use(held->model.trained_count > 0 ? &held->model : NULL);
    return true;
}

/* The segment before has come to this very snapshot: a session that goes on. A new session counts
 * its events anew. */
static bool follows(const struct playback *playback, const struct engine *next)
{
    const struct engine *engine = playback->engine;
    return engine != NULL && !playback->foreign && next->event_count > 0 &&
           next->event_count == engine->event_count && next->time_ns == engine->time_ns &&
           next->record_next == engine->record_next;
}

static bool may_open(struct playback *playback, const struct journal_item *item, bool same,
                     const struct engine *next)
{
    const struct playback_watch *watch = &playback->watch;
    return watch->on_segment == NULL ||
           watch->on_segment(playback->context, item->segment, same, next);
}

static int load(struct playback *playback, const struct journal_item *item)
{
    if (item->version != ENGINE_VERSION) {
        return may_open(playback, item, false, NULL) ? load_foreign(playback, item) : -ECANCELED;
    }
    if (!snapshot_fits(item)) {
        return say(playback->result, item, "a snapshot that is not of this version's layout");
    }
    struct engine head;
    memcpy(&head, item->bytes, sizeof head);
    const size_t size = head.size;
    struct engine *engine = malloc(size);
    if (engine == NULL) {
        return say(playback->result, item, "out of memory");
    }
    memcpy(engine, item->bytes, size);
    if (!hold_scripts(playback, &engine->config)) {
        free(engine);
        return say(playback->result, item, "a strategy that there cannot be");
    }
    if (engine->config.chain.model.enabled && !hold_model(playback, item, engine->learning.model)) {
        free(engine);
        return -EPROTO;
    }
    if (!may_open(playback, item, follows(playback, engine), engine)) {
        free(engine);
        return -ECANCELED;
    }
    free(playback->engine);
    playback->engine = engine;
    playback->foreign = false;
    load_side(playback, (const uint8_t *)item->bytes + size,
              item->len - size - estate_find(item->bytes, item->len));
    playback->steps_len = playback->steps_read = 0;
    return 0;
}

static int play_event(struct playback *playback, const struct journal_item *item)
{
    struct playback_result *result = playback->result;
    if (playback->steps_read != playback->steps_len) {
        result->diverged = true;
        return say(result, item, "this run took a step that is not in the recording");
    }
    struct event event;
    if (!event_decode(item->bytes, item->len, playback->engine->config.pair_count, &event,
                      &playback->buffer)) {
        return say(result, item, "an event that cannot be read");
    }
    playback->steps_len = playback->steps_read = 0;
    result->event_count++;
    if (event.kind == EVENT_STRATEGY && !shelf_take(playback->shelf, &event)) {
        return say(result, item,
                   "a strategy in Lua, which this cuttle cannot run: build it with "
                   "libluajit-5.1-dev");
    }
    if (event.kind == EVENT_MODEL && !hold_model(playback, item, event.model.hash)) {
        return -EPROTO;
    }
    if (playback->watch.on_event != NULL && !playback->watch.on_event(playback->context, &event)) {
        return -ECANCELED;
    }
    desk_step(&playback->desk, &event);
    return playback->steps_lost ? say(result, item, "more steps than fit") : 0;
}

static int compare_step(struct playback *playback, const struct journal_item *item)
{
    uint32_t size = 0;
    const uint8_t *at = playback->steps + playback->steps_read;
    const bool more = playback->steps_read < playback->steps_len;
    if (more) {
        memcpy(&size, at, sizeof size);
    }
    if (!more || size != item->len || memcmp(at + sizeof size, item->bytes, size) != 0) {
        playback->result->diverged = true;
        return say(playback->result, item,
                   more ? "this run decided otherwise than was recorded"
                        : "a step was recorded that this run did not take");
    }
    playback->steps_read += sizeof size + size;
    return 0;
}

static int play(struct playback *playback, const struct journal_item *item, enum journal_step step)
{
    playback->result->segment_last = item->segment;
    if (step == JOURNAL_SNAPSHOT) {
        return load(playback, item);
    }
    if (playback->foreign) {
        playback->result->foreign_after = ++playback->foreign_count;
        return 0;
    }
    if (playback->engine == NULL) {
        return say(playback->result, item, "a record before any snapshot");
    }
    return item->kind == ENTRY_EVENT ? play_event(playback, item) : compare_step(playback, item);
}

static int play_all(struct playback *playback, struct journal_reader *reader)
{
    struct playback_result *result = playback->result;
    for (;;) {
        struct journal_item item = {0};
        const enum journal_step step = journal_next(reader, &item);
        int outcome = 0;
        switch (step) {
        case JOURNAL_END:
            if (playback->engine == NULL && !playback->foreign) {
                snprintf(result->note, sizeof result->note,
                         "no session is recorded here; name the --state directory of one");
                return -ENOENT;
            }
            return 0;
        case JOURNAL_TORN:
            result->torn = true;
            break;
        case JOURNAL_DAMAGED:
        case JOURNAL_FAILED:
            result->damaged = true;
            snprintf(result->note, sizeof result->note, "%s", journal_reader_error(reader));
            return -EIO;
        case JOURNAL_SNAPSHOT:
        case JOURNAL_RECORD:
            if (item.segment > playback->to_segment) {
                return 0;
            }
            outcome = play(playback, &item, step);
            break;
        }
        if (outcome != 0) {
            return outcome;
        }
    }
}

int playback_run(struct playback *playback, const char *dir, uint32_t from_segment,
                 uint32_t to_segment, struct playback_result *ret)
{
    *ret = (struct playback_result){.segment_first = from_segment};
    playback->to_segment = to_segment;
    playback->result = ret;
    struct journal_reader *reader = NULL;
    const int result = journal_reader_open(dir, from_segment, &reader, ret->note, sizeof ret->note);
    if (result != 0) {
        return result;
    }
    snprintf(playback->models, sizeof playback->models, "%s/../models", dir);
    struct shelf *before = shelf_use(playback->shelf);
    const struct model *model = model_use(NULL);
    const int outcome = play_all(playback, reader);
    model_use(model);
    shelf_use(before);
    journal_reader_close(reader);
    return outcome;
}
