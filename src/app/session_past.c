/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "platform/log/log.h"
#include "store/ledger.h"

/* What the dashboard shows of earlier sessions; the rest stays in the ledger. */
#define PAST_TRADES 500
#define PAST_RECORDS 200

static void past_trade(void *context, const struct ledger_trade *trade)
{
    struct session *session = context;
    struct bridge_trade out = {
        .qty_decimals = trade->qty_decimals,
        .direction = 1,
        .number = trade->number,
        .opened_ns = trade->opened_ns,
        .closed_ns = trade->closed_ns,
        .qty_lots = trade->qty_lots,
        .entry_price = trade->entry_price,
        .exit_price = trade->exit_price,
        .cost = trade->cost,
        .fee = trade->fee,
        .pnl = trade->pnl,
        .stop_hit = trade->stop_hit,
        .purpose = (enum order_purpose)trade->purpose,
    };
    snprintf(out.symbol, sizeof out.symbol, "%s", trade->symbol);
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
