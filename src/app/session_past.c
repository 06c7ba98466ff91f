/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "app/trade.h"
#include "platform/log/log.h"
#include "store/ledger.h"

/* What the dashboard shows of earlier sessions; the rest stays in the ledger. */
#define PAST_TRADES 500
#define PAST_RECORDS 200

static void past_trade(void *context, const struct ledger_trade *trade)
{
    struct session *session = context;
    const struct bridge_trade out = trade_of_row(trade);
    bridge_put_trade(session->bridge_queue, &out);
}

static void past_record(void *context, const struct ledger_record *record)
{
    struct session *session = context;
    bridge_put_thought(session->bridge_queue, (enum record_kind)record->kind, record->symbol,
                       record->json, strlen(record->json));
}

void session_show_past(struct session *session)
{
    char path[OPTION_PATH_MAX + 16], error[512];
    struct ledger *ledger = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", session->options->session.state);
    if (ledger_open_reader(path, &ledger, error, sizeof error) != 0 ||
        ledger_each_trade(ledger, PAST_TRADES, past_trade, session) != 0 ||
        ledger_each_record(ledger, PAST_RECORDS, past_record, session) != 0) {
        log_warn("session.past", ledger == NULL ? error : ledger_error(ledger), NULL);
    }
    ledger_close(ledger);
}
