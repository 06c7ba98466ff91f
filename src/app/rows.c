/* SPDX-License-Identifier: MIT */
#include "app/rows.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/json/json_writer.h"

size_t row_size(const struct row *row)
{
    const size_t head = offsetof(struct row, order);
    switch (row->kind) {
    case ROW_ORDER:
        return head + sizeof row->order;
    case ROW_FILL:
        return head + sizeof row->report;
    case ROW_EQUITY:
        return head + sizeof row->equity;
    case ROW_INTENT:
        return head + sizeof row->intent;
    case ROW_NONCE:
        return head + sizeof row->nonce;
    case ROW_RECORD:
        break;
    }
    return sizeof *row;
}

static void visit_order(const struct order *order, const struct engine *engine, row_visit *visit,
                        void *context)
{
    const struct row row = {.kind = ROW_ORDER,
                            .time_ns = engine->time_ns,
                            .pair = engine->pairs[order->pair].terms,
                            .order = *order};
    visit(context, &row);
}

void rows_strategies(const struct engine *engine, uint32_t mask, char *out, size_t size)
{
    size_t len = (size_t)snprintf(out, size, "%s", mask == 0 ? "hand" : "");
    for (uint32_t i = 0; i < STRATEGY_SEAT_MAX; i++) {
        const char *name = engine->seats[i].name;
        if ((mask >> i & 1) != 0 && len + strlen(name) + 2 <= size) {
            len += (size_t)snprintf(out + len, size - len, "%s%s", len > 0 ? "+" : "", name);
        }
    }
}

static void visit_record(const struct record *record, const struct engine *engine, row_visit *visit,
                         void *context)
{
    struct row row = {.kind = ROW_RECORD, .time_ns = record->time_ns, .record = *record};
    if (sentence_about_pair(record)) {
        row.pair = engine->pairs[record->pair].terms;
    }
    if (record->kind == RECORD_EXIT) {
        rows_strategies(engine, record->strategies, row.strategies, sizeof row.strategies);
    }
    visit(context, &row);
}

static void visit_report(const struct event *event, const struct engine *engine, row_visit *visit,
                         void *context)
{
    if (event->report.kind == REPORT_FILL) {
        const struct row row = {.kind = ROW_FILL,
                                .time_ns = engine->time_ns,
                                .pair = engine->pairs[event->report.pair].terms,
                                .report = event->report};
        visit(context, &row);
    }
    /* The order as this report left it; one that ended is in nobody's list any more. */
    if (event->report.order_id != 0 && engine->last_order.id == event->report.order_id) {
        visit_order(&engine->last_order, engine, visit, context);
    }
}

/* The engine's time, not the event's: pairs are heard in turn, and an order must not change before
 * it was made. */
void rows_of_step(const struct event *event, const struct actions *actions,
                  const struct engine *engine, row_visit *visit, void *context)
{
    if (event->kind == EVENT_REPORT) {
        visit_report(event, engine, visit, context);
    }
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct action *action = &actions->list[i];
        if (action->kind == ACTION_PLACE) {
            visit_order(&action->place, engine, visit, context);
        } else if (action->kind == ACTION_RECORD) {
            visit_record(&actions->records[action->record], engine, visit, context);
        }
    }
}

void rows_of_request(const struct request *request, const struct engine *engine, row_visit *visit,
                     void *context)
{
    if (request->kind == REQUEST_ADD) {
        const struct row row = {.kind = ROW_INTENT,
                                .time_ns = engine->time_ns,
                                .pair = engine->pairs[request->pair].terms,
                                .intent = *request};
        visit(context, &row);
    }
}

void row_writer_init(struct row_writer *writer, struct ledger *ledger,
                     const struct sentence_names *names)
{
    writer->ledger = ledger;
    writer->names = *names;
    writer->names.pairs = writer->pairs;
    writer->names.pair_count = PAIR_MAX;
}

static int write_record(struct row_writer *writer, const struct row *row)
{
    const struct record *record = &row->record;
    const struct pair *pair = sentence_about_pair(record) ? &row->pair : NULL;
    if (pair != NULL) {
        writer->pairs[record->pair] = *pair;
    }
    struct json_writer json;
    json_writer_init(&json, writer->json, sizeof writer->json);
    sentence_json(&json, NULL, record, &writer->names);
    CHECK(json_writer_ok(&json));
    sentence_record(writer->sentence, sizeof writer->sentence, record, &writer->names);
    const int code =
        ledger_put_record(writer->ledger, record, pair, sentence_kind_word(record->kind),
                          writer->sentence, writer->json);
    return code == 0 && record->kind == RECORD_EXIT
               ? ledger_put_owner(writer->ledger, record->number, row->strategies)
               : code;
}

static int write_nonce(struct row_writer *writer, uint64_t bound)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)bound);
    return ledger_put_state(writer->ledger, STATE_NONCE, text);
}

int row_write(struct row_writer *writer, const struct row *row)
{
    switch (row->kind) {
    case ROW_ORDER:
        return ledger_put_order(writer->ledger, &row->order, &row->pair, row->time_ns);
    case ROW_FILL:
        return ledger_put_fill(writer->ledger, &row->report, &row->pair, row->time_ns);
    case ROW_RECORD:
        return write_record(writer, row);
    case ROW_EQUITY:
        return ledger_put_equity(writer->ledger, &row->equity);
    case ROW_INTENT:
        return ledger_put_intent(writer->ledger, &row->intent, &row->pair, row->time_ns);
    case ROW_NONCE:
        return write_nonce(writer, row->nonce);
    }
    return 0;
}
