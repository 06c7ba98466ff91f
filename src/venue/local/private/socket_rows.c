/* SPDX-License-Identifier: MIT */
/* The executions and balances channels: snapshots, and one message for each thing that happens. */
#include <string.h>

#include "core/base/check.h"
#include "venue/local/private/inside.h"

#define SNAPSHOT_TRADES 50

/* A row that waits: whose it is, its length, its bytes. */
struct later {
    struct client *client;
    size_t len;
};

static void send_now(struct private *private, struct client *client, const char *text, size_t len)
{
    struct exchange *exchange = private->exchange;
    clients_send(&exchange->clients, client, text, len, exchange_mono_ns(exchange));
}

static void flush(struct private *private)
{
    for (size_t at = 0; at < private->later_len;) {
        struct later later;
        memcpy(&later, private->later + at, sizeof later);
        send_now(private, later.client, private->later + at + sizeof later, later.len);
        at += sizeof later + later.len;
    }
    private->later_len = 0;
}

static void send_row(struct private *private, struct client *client, const char *text, size_t len)
{
    struct later later = {client, len};
    if (!private->waiting) {
        send_now(private, client, text, len);
        return;
    }
    /* More than a request can cause: better early than never. */
    if (private->later_len + sizeof later + len > LATER_TEXT_MAX)
        flush(private);
    memcpy(private->later + private->later_len, &later, sizeof later);
    memcpy(private->later + private->later_len + sizeof later, text, len);
    private->later_len += sizeof later + len;
}

void socket_hold_rows(struct private *private)
{
    private->waiting = !private->variant.rows_first;
}

void socket_release_rows(struct private *private)
{
    private->waiting = false;
    flush(private);
    private_tell(private);
}

static void begin_message(struct json_writer *writer, char *text, size_t size, const char *channel,
                          const char *type)
{
    json_writer_init(writer, text, size);
    json_begin_object(writer, NULL);
    json_put_string(writer, "channel", channel);
    json_put_string(writer, "type", type);
    json_begin_array(writer, "data");
}

static void end_message(struct json_writer *writer, uint64_t sequence)
{
    json_end_array(writer);
    json_put_uint(writer, "sequence", sequence);
    json_end_object(writer);
    CHECK(json_writer_ok(writer));
}

/* What order_status=false leaves: where an order begins, fills and ends. */
static bool essential(enum trading_event_kind kind)
{
    return kind == TRADING_EVENT_NEW || kind == TRADING_EVENT_TRADE ||
           kind == TRADING_EVENT_FILLED || kind == TRADING_EVENT_CANCELED ||
           kind == TRADING_EVENT_EXPIRED;
}

static void send_execution(struct private *private, struct client *client,
                           const struct trading_event *event)
{
    struct private_channel *channel = &client->executions;
    struct json_writer writer;
    begin_message(&writer, private->row, sizeof private->row, "executions", "update");
    put_execution(&writer, private, event, private->exchange->config.profile == EXCHANGE_REAL);
    json_end_array(&writer);
    if (channel->ratecounter)
        json_put_decimal(&writer, "ratecount",
                         trading_rate(private->trading, event->account, event->order->pair), 2);
    json_put_uint(&writer, "sequence", ++channel->sequence);
    json_end_object(&writer);
    CHECK(json_writer_ok(&writer));
    send_row(private, client, writer.text, writer.len);
}

static void tell_execution(struct private *private, const struct trading_event *event)
{
    struct clients *clients = &private->exchange->clients;
    for (uint32_t i = 0; i < clients->count; i++) {
        struct client *client = clients->list[i];
        const struct private_channel *channel = &client->executions;
        if (channel->token && channel->account == event->account &&
            (channel->order_status || essential(event->kind)))
            send_execution(private, client, event);
    }
}

static void put_balance_change(struct json_writer *writer, const struct private *private,
                               const struct trading_ledger *ledger)
{
    static const char *const kinds[] = {"trade", "deposit", "withdrawal"};
    json_begin_object(writer, NULL);
    put_id(writer, "ledger_id", private, 'L', ledger->id);
    put_id(writer, "ref_id", private, ledger->kind == TRADING_LEDGER_TRADE ? 'T' : 'L',
           ledger->ref);
    json_put_time(writer, "timestamp", ledger->time_ns, 6);
    json_put_string(writer, "type", kinds[ledger->kind]);
    json_put_string(writer, "asset", private->assets[ledger->asset].name);
    json_put_string(writer, "asset_class", "currency");
    json_put_string(writer, "category", kinds[ledger->kind]);
    json_put_string(writer, "wallet_type", "spot");
    json_put_string(writer, "wallet_id", "main");
    put_number(writer, "amount", private, ledger->asset, ledger->amount);
    put_number(writer, "fee", private, ledger->asset, ledger->fee);
    put_number(writer, "balance", private, ledger->asset, ledger->balance);
    if (private->variant.extra_fields)
        json_put_string(writer, "news", "an undocumented member");
    json_end_object(writer);
}

static void tell_balance(struct private *private, const struct trading_event *event)
{
    struct clients *clients = &private->exchange->clients;
    for (uint32_t i = 0; i < clients->count; i++) {
        struct private_channel *channel = &clients->list[i]->balances;
        if (!channel->token || channel->account != event->account)
            continue;
        struct json_writer writer;
        begin_message(&writer, private->row, sizeof private->row, "balances", "update");
        put_balance_change(&writer, private, event->ledger);
        end_message(&writer, ++channel->sequence);
        send_row(private, clients->list[i], writer.text, writer.len);
    }
}

void socket_on_event(void *user, const struct trading_event *event)
{
    struct private *private = user;
    private->changed = true;
    if (event->kind == TRADING_EVENT_LEDGER) {
        tell_balance(private, event);
        return;
    }
    private->touched[event->order->pair] = true;
    tell_execution(private, event);
    /* A client that sorts messages by the kind of their first row learns of an order that is filled
     * in part from a row of its own. */
    if (event->kind == TRADING_EVENT_TRADE && trading_order_open(event->order) &&
        private->exchange->config.profile == EXCHANGE_CCXT) {
        struct trading_event status = *event;
        status.kind = TRADING_EVENT_STATUS;
        status.trade = NULL;
        tell_execution(private, &status);
    }
}

/* Orders and trades in a message each. */
static void begin_snapshot(struct private *private, struct json_writer *writer)
{
    begin_message(writer, private->exchange->text, sizeof private->exchange->text, "executions",
                  "snapshot");
}

static void end_snapshot(struct private *private, struct client *client, struct json_writer *writer)
{
    end_message(writer, ++client->executions.sequence);
    send_now(private, client, writer->text, writer->len);
}

static void snapshot_orders(struct private *private, struct client *client)
{
    uint32_t account = client->executions.account;
    struct json_writer writer;
    begin_snapshot(private, &writer);
    for (const struct trading_order *order = NULL;
         (order = trading_open_next(private->trading, account, order));) {
        struct trading_event event = {.kind = order->status == TRADING_PENDING_NEW
                                                  ? TRADING_EVENT_PENDING
                                                  : TRADING_EVENT_NEW,
                                      .account = account,
                                      .time_ns = order->change_ns,
                                      .order = order};
        put_execution(&writer, private, &event, false);
    }
    end_snapshot(private, client, &writer);
}

static void snapshot_trades(struct private *private, struct client *client)
{
    uint32_t account = client->executions.account, count = 0;
    const struct trading_trade *trades[SNAPSHOT_TRADES];
    struct json_writer writer;
    for (const struct trading_trade *trade = NULL;
         count < SNAPSHOT_TRADES && (trade = trading_trade_next(private->trading, account, trade));)
        trades[count++] = trade;
    begin_snapshot(private, &writer);
    while (count > 0) {
        const struct trading_trade *trade = trades[--count];
        struct trading_event event = {.kind = TRADING_EVENT_TRADE,
                                      .account = account,
                                      .time_ns = trade->time_ns,
                                      .order =
                                          trading_order(private->trading, account, trade->order),
                                      .trade = trade};
        if (event.order)
            put_execution(&writer, private, &event, false);
    }
    end_snapshot(private, client, &writer);
}

void socket_snapshot_executions(struct private *private, struct client *client, bool orders,
                                bool trades)
{
    if (orders)
        snapshot_orders(private, client);
    if (trades)
        snapshot_trades(private, client);
}

void socket_snapshot_balances(struct private *private, struct client *client)
{
    struct private_channel *channel = &client->balances;
    struct json_writer writer;
    begin_message(&writer, private->exchange->text, sizeof private->exchange->text, "balances",
                  "snapshot");
    for (uint32_t i = 0; i < private->asset_count; i++) {
        int64_t balance = trading_balance(private->trading, channel->account, i);
        if (balance == 0 && !private->variant.zero_balances)
            continue;
        json_begin_object(&writer, NULL);
        json_put_string(&writer, "asset", private->assets[i].name);
        json_put_string(&writer, "asset_class", "currency");
        put_number(&writer, "balance", private, i, balance);
        json_begin_array(&writer, "wallets");
        json_begin_object(&writer, NULL);
        json_put_string(&writer, "type", "spot");
        json_put_string(&writer, "id", "main");
        put_number(&writer, "balance", private, i, balance);
        json_end_object(&writer);
        json_end_array(&writer);
        json_end_object(&writer);
    }
    end_message(&writer, ++channel->sequence);
    send_now(private, client, writer.text, writer.len);
}
