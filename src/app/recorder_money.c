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
        if (place->kind == ROW_INTENT) {
            recorder->group_intent = place->intent.sequence;
        } else if (place->kind == ROW_NONCE) {
            recorder->group_nonce = place->nonce;
        }
    }
}

static void tell_durable(struct recorder *recorder)
{
    if (recorder->group_intent == atomic_load(&recorder->durable) &&
        recorder->group_nonce == atomic_load(&recorder->nonce)) {
        return;
    }
    atomic_store(&recorder->durable, recorder->group_intent);
    atomic_store(&recorder->nonce, recorder->group_nonce);
    recorder->config.on_durable(recorder->config.context);
}

/* One transaction. A group leaves memory only when the disk has it. */
bool recorder_write_money(struct recorder *recorder)
{
    if (recorder->group_count == 0) {
        return true;
    }
    int result = ledger_begin(recorder->ledger);
    for (uint32_t i = 0; result == 0 && i < recorder->group_count; i++) {
        result = row_write(&recorder->writer, &recorder->group[i]);
    }
    if (result == 0) {
        result = ledger_commit(recorder->ledger);
    } else {
        ledger_abandon(recorder->ledger);
    }
    if (result == 0) {
        recorder->group_count = 0;
        tell_durable(recorder);
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
}

void recorder_put_rows(struct recorder *recorder, const struct event *event,
                       const struct actions *actions, const struct engine *engine)
{
    rows_of_step(event, actions, engine, put_row, recorder);
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
