/* SPDX-License-Identifier: MIT */
#include "app/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/recorder_internal.h"
#include "platform/log/log.h"
#include "store/disk.h"

#define GROUP_NS (50 * NS_PER_MS)

/* A disk that has just refused is asked again after a moment: a snapshot that waits for it is
 * packed anew each time. */
#define REST_NS (250 * NS_PER_MS)

/* Some milliseconds of work, of which an intent may have to wait for one. */
#define RETAIN_ROWS 500
#define RETAIN_EVERY_NS NS_PER_HOUR

/* A second: a disk on its brink must not hold and release each group. */
#define WELL_AFTER_PASSES 20

#define EVENTS_PATIENCE_NS (5 * NS_PER_S)

void recorder_fail(struct recorder *recorder, const char *what)
{
    atomic_store(&recorder->ill, true);
    if (!atomic_exchange(&recorder->failing, true)) {
        snprintf(recorder->failure, sizeof recorder->failure, "%s", what);
        atomic_store(&recorder->failed, true);
        log_printf(LOG_ERROR, "recorder.failed", "%s; entries stop until the disk is well", what);
    }
}

/* Once each way. What the disk takes at the next try is not worth a word. */
static void tell_events(struct recorder *recorder, bool written)
{
    const int64_t now_ns = recorder->config.clock.mono_ns(recorder->config.clock.self);
    if (written) {
        recorder->events_ill_mono_ns = 0;
        if (recorder->events_told) {
            log_info("recorder.events", "the ledger takes monitoring events again", NULL);
        }
        recorder->events_told = false;
        return;
    }
    if (recorder->events_ill_mono_ns == 0) {
        recorder->events_ill_mono_ns = now_ns;
    }
    if (!recorder->events_told && now_ns - recorder->events_ill_mono_ns >= EVENTS_PATIENCE_NS) {
        log_printf(LOG_WARN, "recorder.events", "monitoring events wait for the ledger: %s",
                   ledger_error(recorder->ledger));
        recorder->events_told = true;
    }
}

/* Behind the money, one by one: they are few. That they cannot be kept holds nobody up. */
static void write_events(struct recorder *recorder)
{
    size_t len = 0;
    const struct ledger_event *event;
    struct queue *events = recorder->config.events;
    while (events != NULL && (event = queue_peek(events, &len)) != NULL) {
        int result = ledger_begin(recorder->ledger);
        if (result == 0 && (result = ledger_put_event(recorder->ledger, event)) != 0) {
            ledger_abandon(recorder->ledger);
        } else if (result == 0) {
            result = ledger_commit(recorder->ledger);
        }
        tell_events(recorder, result == 0);
        if (result != 0) {
            return;
        }
        queue_pop(events);
    }
}

/* The consumer's view. */
static bool queue_is_empty(struct queue *queue)
{
    size_t len = 0;
    return queue_peek(queue, &len) == NULL;
}

/* What the disk lost of the journal is not kept, though its rows are: a restart reads those of the
 * journal. */
static void tell_kept(struct recorder *recorder, uint64_t number)
{
    if (number == recorder->record_kept || recorder->config.on_kept == NULL ||
        (recorder->journal != NULL && journal_is_lost(recorder->journal))) {
        return;
    }
    recorder->record_kept = number;
    recorder->config.on_kept(recorder->config.context, number);
}

/* The rows are taken first, so that the journal written next holds all that caused them; they stand
 * in the ledger only behind it. */
static bool write_group(struct recorder *recorder, bool last)
{
    recorder_fill_group(recorder);
    const uint64_t taken = recorder->record_taken;
    const bool whole = !atomic_load(&recorder->broken); /* or its snapshot waits in the queue */
    bool written = recorder->journal == NULL || recorder_write_market(recorder);
    written = (written || last) && recorder_write_money(recorder, UINT64_MAX) && written;
    if (written && whole) {
        tell_kept(recorder, taken);
    }
    return written;
}

/* A quarter more than the bound lets go again. */
static bool has_room(struct recorder *recorder)
{
    const uint64_t bound = recorder->config.free_min;
    uint64_t left = 0;
    if (disk_free(recorder->config.state, &left) != 0) {
        return true; /* whether it takes anything, the next write tells */
    }
    const bool lacks = left < (recorder->short_of_room ? bound + bound / 4 : bound);
    if (lacks && !recorder->short_of_room) {
        log_printf(LOG_WARN, "recorder.room",
                   "the disk of %s has %llu MB left, less than %llu: no entries until it has more",
                   recorder->config.state, (unsigned long long)(left / 1000000),
                   (unsigned long long)(bound / 1000000));
    }
    recorder->short_of_room = lacks;
    return !lacks;
}

static void judge_health(struct recorder *recorder, bool written)
{
    if (written) {
        atomic_store(&recorder->row_lost, false);
    }
    const bool room = has_room(recorder);
    if (!written || !room) {
        recorder->well_passes = 0;
        atomic_store(&recorder->only_short, written);
        atomic_store(&recorder->ill, true);
    } else if (++recorder->well_passes >= WELL_AFTER_PASSES) {
        recorder->well_passes = WELL_AFTER_PASSES;
        atomic_store(&recorder->ill, false);
        atomic_store(&recorder->only_short, false);
    }
}

/* Before the health is judged, which forgets a lost row once the rest is written. */
static void answer_flush(struct recorder *recorder, uint64_t asked, bool written)
{
    if (recorder->journal != NULL) {
        journal_told(recorder->journal, recorder->hash);
        journal_hash(recorder->journal, recorder->chain);
    }
    atomic_store(&recorder->flushed,
                 written && !atomic_load(&recorder->row_lost) && !atomic_load(&recorder->broken));
    atomic_store(&recorder->flush_done, asked);
}

/* The group's time, or less when an intent comes: an order waits for this thread. */
static void wait_for_more(struct recorder *recorder)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const int64_t end = until.tv_nsec + GROUP_NS;
    until.tv_sec += end / NS_PER_S;
    until.tv_nsec = end % NS_PER_S;
    sem_clockwait(&recorder->hurry, CLOCK_MONOTONIC, &until);
    while (sem_trywait(&recorder->hurry) == 0) {
        continue;
    }
}

/* A batch a pass, so that no order waits for it, until nothing is old; then an hour of rest. What
 * cannot be deleted does no harm, so it is tried again with the next hour. */
static void forget_old(struct recorder *recorder)
{
    uint32_t removed = 0;
    const struct clock *clock = &recorder->config.clock;
    const int64_t now_ns = clock->mono_ns(clock->self);
    if (recorder->config.keep_ns == 0 || now_ns < recorder->retain_mono_ns) {
        return;
    }
    const int result =
        ledger_retain(recorder->ledger, recorder->config.keep_ns, RETAIN_ROWS, &removed);
    if (result != 0) {
        log_printf(LOG_WARN, "recorder.retain", "old rows stay in the ledger: %s",
                   ledger_error(recorder->ledger));
    }
    if (removed == 0) {
        recorder->retain_mono_ns = now_ns + RETAIN_EVERY_NS;
    }
}

void recorder_turn(struct recorder *recorder, bool last)
{
    const uint64_t asked = atomic_load(&recorder->flush_asked);
    const bool waited_for = last || asked != atomic_load(&recorder->flush_done);
    const struct clock *clock = &recorder->config.clock;
    bool written;
    if (!waited_for && clock->mono_ns(clock->self) < recorder->rest_mono_ns) {
        return;
    }
    do {
        written = write_group(recorder, last);
    } while (written && !queue_is_empty(recorder->money));
    if (asked != atomic_load(&recorder->flush_done)) {
        answer_flush(recorder, asked, written);
    }
    judge_health(recorder, written);
    if (written || last) {
        write_events(recorder);
    }
    if (written) {
        forget_old(recorder);
    } else {
        recorder->rest_mono_ns = clock->mono_ns(clock->self) + REST_NS;
    }
}

static void *run(void *context)
{
    struct recorder *recorder = context;
    while (!atomic_load(&recorder->stopping)) {
        recorder_turn(recorder, false);
        wait_for_more(recorder);
    }
    recorder_turn(recorder, true);
    if (recorder->config.events != NULL && !queue_is_empty(recorder->config.events)) {
        log_printf(LOG_WARN, "recorder.events", "the newest monitoring events are not kept: %s",
                   ledger_error(recorder->ledger));
    }
    return NULL;
}

static bool open_files(struct recorder *recorder, char *error, size_t error_size)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/ledger.db", recorder->config.state);
    if (ledger_open(path, &recorder->ledger, error, error_size) != 0) {
        return false;
    }
    row_writer_init(&recorder->writer, recorder->ledger, recorder->config.names);
    if (!recorder->config.journal) {
        return true;
    }
    snprintf(path, sizeof path, "%s/journal", recorder->config.state);
    struct journal_found found;
    if (journal_open(path, &recorder->journal, &found, error, error_size) != 0) {
        return false;
    }
    if (found.note[0] != '\0') {
        log_warn("journal.found", found.note, NULL);
    }
    return true;
}

struct recorder *recorder_new(const struct recorder_config *config, char *error, size_t error_size)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    recorder->config = *config;
    sem_init(&recorder->hurry, 0, 0);
    recorder->market = queue_new(MARKET_QUEUE_SIZE);
    recorder->money = queue_new(MONEY_QUEUE_SIZE);
    recorder->group = calloc(GROUP_ROWS, sizeof *recorder->group);
    if (recorder->market == NULL || recorder->money == NULL || recorder->group == NULL) {
        snprintf(error, error_size, "out of memory");
        recorder_close(recorder);
        return NULL;
    }
    if (!open_files(recorder, error, error_size)) {
        recorder_close(recorder);
        return NULL;
    }
    return recorder;
}

struct recorder *recorder_open(const struct recorder_config *config, char *error, size_t error_size)
{
    struct recorder *recorder = recorder_new(config, error, error_size);
    if (recorder == NULL) {
        return NULL;
    }
    recorder->started = pthread_create(&recorder->thread, NULL, run, recorder) == 0;
    if (!recorder->started) {
        snprintf(error, error_size, "cannot start the store thread");
        recorder_close(recorder);
        return NULL;
    }
    return recorder;
}

void recorder_close(struct recorder *recorder)
{
    if (recorder->started) {
        atomic_store(&recorder->stopping, true);
        pthread_join(recorder->thread, NULL);
    }
    if (recorder->market != NULL) {
        recorder_drop_snapshots(recorder);
    }
    if (recorder->journal != NULL && journal_close(recorder->journal) != 0) {
        log_error("recorder.close", "the journal could not be closed whole", NULL);
    }
    ledger_close(recorder->ledger);
    queue_free(recorder->market);
    queue_free(recorder->money);
    free(recorder->group);
    sem_destroy(&recorder->hurry);
    free(recorder);
}

void recorder_step(struct recorder *recorder, const struct event *event,
                   const struct actions *actions, const struct engine *engine)
{
    recorder_put_step(recorder, event, actions);
    recorder_put_rows(recorder, event, actions, engine);
}

void recorder_request(struct recorder *recorder, const struct request *request,
                      const struct engine *engine)
{
    recorder_put_request(recorder, request);
    recorder_put_intent(recorder, request, engine);
}

uint64_t recorder_durable(const struct recorder *recorder)
{
    return atomic_load(&recorder->durable);
}

uint64_t recorder_nonce_kept(const struct recorder *recorder)
{
    return atomic_load(&recorder->nonce);
}

bool recorder_well(const struct recorder *recorder)
{
    return !atomic_load(&recorder->ill) && !atomic_load(&recorder->row_lost) &&
           !atomic_load(&recorder->broken);
}

bool recorder_only_short(const struct recorder *recorder)
{
    return atomic_load(&recorder->only_short) && !atomic_load(&recorder->row_lost) &&
           !atomic_load(&recorder->broken);
}

void recorder_waiting(const struct recorder *recorder, uint64_t *ret_market, uint64_t *ret_money)
{
    *ret_market = queue_waiting(recorder->market);
    *ret_money = queue_waiting(recorder->money);
}

void recorder_catch_up(const struct recorder *recorder)
{
    while (recorder->started && recorder_well(recorder) &&
           (queue_waiting(recorder->market) > MARKET_QUEUE_SIZE / 2 ||
            queue_waiting(recorder->money) > MONEY_QUEUE_SIZE / 2)) {
        nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
    }
}

bool recorder_lagging(const struct recorder *recorder)
{
    return atomic_load(&recorder->broken);
}

const char *recorder_failure(const struct recorder *recorder)
{
    return atomic_load(&recorder->failed) ? recorder->failure : NULL;
}

bool recorder_flush(struct recorder *recorder)
{
    const uint64_t mine = atomic_fetch_add(&recorder->flush_asked, 1) + 1;
    while (atomic_load(&recorder->flush_done) < mine) {
        struct timespec pause = {0, 2 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
    return atomic_load(&recorder->flushed);
}

void recorder_hash(const struct recorder *recorder, char hash[65], char chain[65])
{
    memcpy(hash, recorder->hash, sizeof recorder->hash);
    memcpy(chain, recorder->chain, sizeof recorder->chain);
}

uint64_t recorder_bytes(const struct recorder *recorder)
{
    return atomic_load(&recorder->bytes);
}
