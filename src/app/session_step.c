/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/rows.h"
#include "app/session.h"
#include "core/base/check.h"
#include "platform/log/log.h"

/* Records that an operator wants to see as they happen, not only in the dashboard. */
static bool worth_a_line(const struct record *record)
{
    return record->kind != RECORD_DECISION && record->kind != RECORD_STALE &&
           record->kind != RECORD_FRESH;
}

static void pulse(struct session *session, const struct record *record)
{
    for (uint32_t i = 0; i < record->vote_count; i++) {
        const struct vote *vote = &record->votes[i];
        struct view_strategy *strategy = &session->pulse[vote->strategy];
        strategy->signal_count += vote->direction != 0;
        strategy->actionable_count += vote->actionable;
        if (vote->direction != 0) {
            strategy->signal_ns = record->time_ns;
            strategy->signal_pair = record->pair;
            strategy->signal_direction = vote->direction;
        }
    }
}

static void tell_record(struct session *session, const struct record *record)
{
    session->counters.decision_count += record->kind == RECORD_DECISION;
    session->counters.entry_count += record->kind == RECORD_ENTRY;
    session->counters.exit_count += record->kind == RECORD_EXIT;
    pulse(session, record);
    bridge_put_record(session->bridge_queue, record);
    if (record->kind == RECORD_EXIT) {
        struct bridge_trade trade =
            bridge_trade_of(record, &session->engine->pairs[record->pair].terms);
        rows_strategies(session->engine, record->strategies, trade.strategies,
                        sizeof trade.strategies);
        bridge_put_trade(session->bridge_queue, &trade);
    }
    if (worth_a_line(record)) {
        char sentence[SENTENCE_MAX];
        sentence_record(sentence, sizeof sentence, record, &session->names);
        const bool asked = record->origin[0] != '\0';
        log_info(sentence_kind_word(record->kind), sentence, asked ? "origin" : NULL,
                 record->origin, NULL);
    }
}

void session_on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct session *session = context;
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct action *action = &actions->list[i];
        if (action->kind == ACTION_PLACE) {
            session->counters.order_count++;
            session_validate(session, &action->place);
        }
        if (action->kind == ACTION_RECORD) {
            tell_record(session, &actions->records[action->record]);
        }
    }
    session->counters.reject_count += event->kind == EVENT_REPORT &&
                                      event->report.kind == REPORT_REJECTED &&
                                      reject_by_venue(event->report.reject);
    if (session->recorder != NULL) {
        recorder_step(session->recorder, event, actions, session->engine);
    }
}
