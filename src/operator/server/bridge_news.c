/* SPDX-License-Identifier: MIT */
/* What the trading thread queued, into the history, and to whoever waits for it. */
#include <stdio.h>
#include <string.h>

#include "operator/sentence/sentence.h"
#include "operator/server/bridge_inside.h"
#include "operator/server/bridge_item.h"
#include "operator/server/control.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"

#define DRAIN_MAX 4096 /* items a turn, so that requests are answered while history pours in */

static struct sentence_names names_of(struct bridge *bridge, const struct view *view)
{
    for (uint32_t i = 0; i < view->pair_count; i++)
        bridge->pairs[i] = view->pairs[i].terms;
    for (uint32_t i = 0; i < view->strategy_count; i++)
        bridge->strategies[i] = view->strategies[i].name;
    return (struct sentence_names){
        .currency = view->account.currency,
        .strategies = bridge->strategies,
        .strategy_count = view->strategy_count,
        .pairs = bridge->pairs,
        .pair_count = view->pair_count,
    };
}

static void keep_thought(struct bridge *bridge, enum record_kind kind, const char *symbol,
                         const char *json, size_t len)
{
    history_add_thought(bridge->history, kind, symbol, json, len);
    const struct history_thought *thought = history_thought_at(bridge->history, 0);
    if (thought)
        live_send_thought(bridge->live, thought);
}

/* Whoever asked for what this record tells hears it. */
static void answer_command(struct bridge *bridge, const struct record *record,
                           const struct sentence_names *names, const struct json_writer *json)
{
    char sentence[SENTENCE_MAX];
    struct json_writer answer;
    const struct control_said said = {
        .record = record, .sentence = sentence, .json = json->text, .json_len = json->len};
    sentence_record(sentence, sizeof sentence, record, names);
    json_writer_init(&answer, bridge->scratch, SCRATCH_SIZE);
    control_record(bridge->control, &said, &answer);
}

static void take_record(struct bridge *bridge, const struct view *view, const struct record *record)
{
    char json[BRIDGE_THOUGHT_MAX];
    struct json_writer writer;
    struct sentence_names names = names_of(bridge, view);
    json_writer_init(&writer, json, sizeof json);
    sentence_json(&writer, NULL, record, &names);
    if (!json_writer_ok(&writer)) {
        log_printf(LOG_WARN, "dashboard.record", "record %llu is too long for the dashboard",
                   (unsigned long long)record->number);
        return;
    }
    if (bridge->control)
        answer_command(bridge, record, &names, &writer);
    bool about_pair = sentence_about_pair(record) && record->pair < view->pair_count;
    keep_thought(bridge, record->kind, about_pair ? view->pairs[record->pair].terms.symbol : "",
                 json, writer.len);
}

static void take_item(struct bridge *bridge, const struct view *view,
                      const struct bridge_item *item)
{
    switch (item->kind) {
    case BRIDGE_CANDLES:
        history_add_candles(bridge->history, item->pair, item->base, item->candles, item->count);
        break;
    case BRIDGE_FORMING:
        history_set_forming(bridge->history, item->pair, item->base, &item->candles[0]);
        break;
    case BRIDGE_RECORD:
        take_record(bridge, view, &item->record);
        break;
    case BRIDGE_THOUGHT:
        keep_thought(bridge, item->thought.kind, item->thought.symbol, item->thought.json,
                     item->count);
        break;
    case BRIDGE_TRADE:
        history_add_trade(bridge->history, &item->trade);
        live_send_trade(bridge->live, &item->trade);
        break;
    }
}

void bridge_kept(struct bridge *bridge)
{
    struct json_writer answer;
    json_writer_init(&answer, bridge->scratch, SCRATCH_SIZE);
    if (bridge->control)
        control_keep(bridge->control, view_kept(bridge->box), &answer);
}

/* Items name pairs by their index in the view, so they wait for the first view; and each is told
 * with a view no older than itself, or a pair's first decision would be without its decimals. */
void bridge_news(void *context)
{
    struct bridge *bridge = context;
    const struct bridge_item *item;
    for (int i = 0; bridge->queue && i < DRAIN_MAX && (item = bridge_item_peek(bridge->queue));
         i++) {
        const struct view *view = view_read(bridge->box);
        if (view->number == 0)
            return;
        take_item(bridge, view, item);
        bridge_item_pop(bridge->queue);
    }
    bridge_kept(bridge);
}
