/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/recorder_internal.h"
#include "app/recorder_item.h"
#include "core/base/check.h"
#include "platform/log/log.h"
#include "store/action_codec.h"
#include "store/estate.h"
#include "store/event_codec.h"
#include "store/news_codec.h"

/* The market's queue, on its way to the journal: events, the steps that came of them, snapshots. */

/* The rows of all that came before. Only the segment that ends here could make up for one that is
 * missing, and the next start reads none but the newest. */
static int write_rows_before(struct recorder *recorder, const struct recorder_snapshot *item)
{
    if (recorder->rows_written >= item->rows_before) {
        return 0;
    }
    int result = journal_is_lost(recorder->journal) ? 0 : journal_commit(recorder->journal, true);
    while (result == 0 && recorder->rows_written < item->rows_before) {
        recorder_fill_group(recorder);
        result = recorder_write_money(recorder, item->rows_before) ? 0 : -EIO;
    }
    return result;
}

static int begin_segment(struct recorder *recorder, const struct recorder_snapshot *item)
{
    int result = write_rows_before(recorder, item);
    if (result != 0) {
        return result;
    }
    struct journal_snapshot snapshot = {
        .version = ENGINE_VERSION,
        .time_ns = item->wall_ns, /* segments are kept and found by the calendar on the wall */
        .bytes = item->bytes,
        .len = item->len,
    };
    memcpy(snapshot.fingerprint, &recorder->config.fingerprint,
           sizeof recorder->config.fingerprint);
    result = journal_begin_segment(recorder->journal, &snapshot);
    if (result != 0) {
        return result;
    }
    free(item->bytes);
    atomic_fetch_sub(&recorder->snapshots_waiting, 1);
    const int64_t keep_ns = recorder->config.keep_days * NS_PER_DAY;
    uint32_t removed = 0;
    if (journal_retain(recorder->journal, item->wall_ns - keep_ns,
                       (uint64_t)recorder->config.max_bytes, &removed) != 0) {
        recorder_fail(recorder, journal_error(recorder->journal));
    }
    return 0;
}

static int write_entry(struct recorder *recorder, const struct recorder_entry *entry, size_t len)
{
    if (entry->kind == ENTRY_SNAPSHOT) {
        return begin_segment(recorder, &entry->snapshot);
    }
    if (journal_is_lost(recorder->journal)) {
        return 0; /* it belongs to what the disk lost; the next snapshot holds what came of it */
    }
    /* Before the first batch every pair's past and health are told, in whatever order they came;
     * from there on stands what this run was told and did. */
    if (!recorder->batched && entry->kind == ENTRY_EVENT &&
        event_encoded_kind(entry->bytes) == EVENT_BATCH) {
        recorder->batched = true;
        journal_tell_anew(recorder->journal);
    }
    return journal_append(recorder->journal, entry->kind, entry->time_ns, entry->bytes,
                          len - offsetof(struct recorder_entry, bytes));
}

/* What is refused stays at the head of the queue: what stands behind it means nothing without it.
 * The disk must have it before the rows it caused. */
bool recorder_write_market(struct recorder *recorder)
{
    size_t len = 0;
    const struct recorder_entry *entry;
    const bool lost = journal_is_lost(recorder->journal);
    const bool failing = atomic_load(&recorder->failing);
    int result = 0;
    while (result == 0 && (entry = queue_peek(recorder->market, &len)) != NULL) {
        result = write_entry(recorder, entry, len);
        if (result == 0) {
            queue_pop(recorder->market);
        }
    }
    if (result == 0) {
        result = journal_commit(recorder->journal, recorder->group_count > 0);
    }
    if (result != 0) {
        recorder_fail(recorder, journal_error(recorder->journal));
    }
    if (!lost && journal_is_lost(recorder->journal)) {
        atomic_store(&recorder->broken, true); /* asks for a snapshot */
        if (failing) {                         /* else it has just been told as what failed */
            log_warn("journal.lost", journal_error(recorder->journal), NULL);
        }
    }
    atomic_store(&recorder->bytes, journal_segment_bytes(recorder->journal));
    return result == 0;
}

void recorder_drop_snapshots(struct recorder *recorder)
{
    size_t len = 0;
    const struct recorder_entry *entry;
    while ((entry = queue_peek(recorder->market, &len)) != NULL) {
        if (entry->kind == ENTRY_SNAPSHOT) {
            free(entry->snapshot.bytes);
        }
        queue_pop(recorder->market);
    }
}

static void *market_reserve(struct recorder *recorder, size_t len)
{
    void *place = queue_reserve(recorder->market, len);
    if (place == NULL) {
        atomic_store(&recorder->broken, true);
    }
    return place;
}

static bool journal_takes(const struct recorder *recorder)
{
    return recorder->journal != NULL && !atomic_load(&recorder->broken);
}

/* Into zeroed memory. Half of an engine and more are rings of timeframes that nobody keeps: what is
 * zero is left out, so that the copy is no larger in memory than the engine. */
static void copy_used(uint8_t *to, const void *from, size_t len)
{
    static const uint8_t zero[4096];
    const uint8_t *bytes = from;
    for (size_t at = 0; at < len; at += sizeof zero) {
        const size_t part = len - at < sizeof zero ? len - at : sizeof zero;
        if (memcmp(bytes + at, zero, part) != 0) {
            memcpy(to + at, bytes + at, part);
        }
    }
}

void recorder_snapshot(struct recorder *recorder, const struct engine *engine,
                       const struct recorder_books *books)
{
    if (recorder->journal == NULL || atomic_load(&recorder->snapshots_waiting) > 0) {
        return; /* what waits opens the next segment; `broken` stays, and asks again */
    }
    const void *side = books->broker;
    size_t side_len = sizeof *books->broker;
    if (books->broker == NULL) {
        side = books->matching;
        side_len = sizeof *books->matching;
    }
    size_t len = engine->size + side_len;
    struct recorder_entry *entry = queue_reserve(recorder->market, sizeof *entry);
    uint8_t *bytes = entry == NULL ? NULL : calloc(1, len + ESTATE_MAX);
    if (bytes == NULL) {
        atomic_store(&recorder->broken, true);
        return;
    }
    copy_used(bytes, engine, engine->size);
    copy_used(bytes + engine->size, side, side_len);
    const size_t estate_len =
        estate_write(engine, books->matching, books->broker, bytes + len, ESTATE_MAX);
    CHECK(estate_len > 0);
    len += estate_len;
    entry->kind = ENTRY_SNAPSHOT;
    entry->time_ns = engine->time_ns;
    entry->snapshot = (struct recorder_snapshot){
        .bytes = bytes,
        .len = len,
        .time_ns = engine->time_ns,
        .rows_before = recorder->rows_put,
        .wall_ns = recorder->config.clock.wall_ns(recorder->config.clock.self),
    };
    atomic_fetch_add(&recorder->snapshots_waiting, 1);
    queue_commit(recorder->market, sizeof *entry);
    atomic_store(&recorder->broken, false);
}

void recorder_event(struct recorder *recorder, const struct event *event)
{
    if (!journal_takes(recorder)) {
        return;
    }
    const size_t head = offsetof(struct recorder_entry, bytes);
    struct recorder_entry *entry = market_reserve(recorder, head + EVENT_CODE_MAX);
    if (entry == NULL) {
        return;
    }
    const size_t len = event_encode(event, entry->bytes, EVENT_CODE_MAX);
    CHECK(len > 0);
    entry->kind = ENTRY_EVENT;
    entry->time_ns = event->time_ns;
    queue_commit(recorder->market, head + len);
}

/* What a step did, where it did anything: replay compares. */
void recorder_put_step(struct recorder *recorder, const struct event *event,
                       const struct actions *actions)
{
    if (!journal_takes(recorder) || (actions->count == 0 && event->kind != EVENT_REPORT)) {
        return;
    }
    const size_t head = offsetof(struct recorder_entry, bytes);
    struct recorder_entry *entry = market_reserve(recorder, head + EVENT_CODE_MAX);
    if (entry == NULL) {
        return;
    }
    size_t len = 0;
    if (event->kind == EVENT_REPORT) {
        len = event_encode(event, entry->bytes, EVENT_CODE_MAX);
    }
    const size_t more = actions_encode(actions, entry->bytes + len, EVENT_CODE_MAX - len);
    CHECK(more > 0);
    entry->kind = ENTRY_STEP;
    entry->time_ns = event->time_ns;
    queue_commit(recorder->market, head + len + more);
}

void recorder_put_request(struct recorder *recorder, const struct request *request)
{
    if (!journal_takes(recorder)) {
        return;
    }
    const size_t head = offsetof(struct recorder_entry, bytes);
    struct recorder_entry *entry = market_reserve(recorder, head + REQUEST_CODE_MAX);
    if (entry == NULL) {
        return;
    }
    const size_t len = request_encode(request, entry->bytes, REQUEST_CODE_MAX);
    CHECK(len > 0);
    entry->kind = ENTRY_REQUEST;
    entry->time_ns = 0;
    queue_commit(recorder->market, head + len);
}
