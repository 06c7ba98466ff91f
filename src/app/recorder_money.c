/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app/recorder_internal.h"

/* The money's queue, on its way to the ledger: rows of orders, fills, records and equity. */

/* Takes what waits into the group; what a failed transaction left there goes first. */
void recorder_fill_group(struct recorder *recorder)
{
    size_t len = 0;
    const void *row;
    while (recorder->group_count < GROUP_ROWS &&
           (row = queue_peek(recorder->money, &len)) != NULL) {
        struct row *place = &recorder->group[recorder->group_count++];
        memcpy(place, row, len);
        queue_pop(recorder->money);
        if (place->kind == ROW_RECORD) {
            recorder->record_taken = place->record.number;
        }
    }
}

/* The disk has the first `count` of the group. */
static void forget_written(struct recorder *recorder, uint32_t count)
{
    bool news = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct row *row = &recorder->group[i];
        if (row->kind == ROW_INTENT) {
            atomic_store(&recorder->durable, row->intent.sequence);
            news = true;
        } else if (row->kind == ROW_NONCE) {
            atomic_store(&recorder->nonce, row->nonce);
            news = true;
        }
    }
    recorder->rows_written += count;
    recorder->group_count -= count;
    memmove(recorder->group, recorder->group + count, recorder->group_count * sizeof(struct row));
    if (news) {
        recorder->config.on_durable(recorder->config.context);
    }
}

/* One transaction. A row leaves memory only when the disk has it. */
bool recorder_write_money(struct recorder *recorder, uint64_t until)
{
    const uint64_t wanted = until > recorder->rows_written ? until - recorder->rows_written : 0;
    const uint32_t count =
        wanted < recorder->group_count ? (uint32_t)wanted : recorder->group_count;
    if (count == 0) {
        return true;
    }
    int result = ledger_begin(recorder->ledger);
    for (uint32_t i = 0; result == 0 && i < count; i++) {
        result = row_write(&recorder->writer, &recorder->group[i]);
    }
    if (result == 0) {
        result = ledger_commit(recorder->ledger);
    } else {
        ledger_abandon(recorder->ledger);
    }
    if (result == 0) {
        forget_written(recorder, count);
    } else {
        recorder_fail(recorder, ledger_error(recorder->ledger));
    }
    return result == 0;
}

static void *reserve_row(struct recorder *recorder, size_t len)
{
    void *place = queue_reserve(recorder->money, len);
    if (place == NULL) {
        atomic_store(&recorder->row_lost, true);
        recorder_fail(recorder, "the ledger cannot keep up: the disk stands still");
    }
    return place;
}

static void put_row(void *context, const struct row *row)
{
    struct recorder *recorder = context;
    const size_t len = row_size(row);
    void *place = reserve_row(recorder, len);
    if (place == NULL) {
        return;
    }
    memcpy(place, row, len);
    queue_commit(recorder->money, len);
    recorder->rows_put++;
}

void recorder_put_rows(struct recorder *recorder, const struct event *event,
                       const struct actions *actions, const struct engine *engine)
{
    rows_of_step(event, actions, engine, put_row, recorder);
    if (event->kind == EVENT_COMMAND) {
        sem_post(&recorder->hurry);
    }
}

void recorder_put_intent(struct recorder *recorder, const struct request *request,
                         const struct engine *engine)
{
    rows_of_request(request, engine, put_row, recorder);
    if (request->kind == REQUEST_ADD) {
        sem_post(&recorder->hurry);
    }
}

void recorder_nonce(struct recorder *recorder, uint64_t bound)
{
    const struct row row = {.kind = ROW_NONCE, .nonce = bound};
    put_row(recorder, &row);
    sem_post(&recorder->hurry);
}

void recorder_equity(struct recorder *recorder, int64_t time_ns, const struct portfolio *portfolio)
{
    const struct row row = {
        .kind = ROW_EQUITY,
        .time_ns = time_ns,
        .equity = {.time_ns = time_ns,
                   .equity = portfolio_equity(portfolio),
                   .cash = portfolio->cash,
                   .realised = portfolio->realised,
                   .fees = portfolio->fees,
                   .drawdown = portfolio_drawdown(portfolio)},
    };
    put_row(recorder, &row);
}
