/* SPDX-License-Identifier: MIT */
/* The REST calls that list orders and trades. Lists give 50 a page, newest first. */
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/local/private/inside.h"

#define PAGE 50
#define QUERY_ORDERS_MAX 50
#define QUERY_TRADES_MAX 20

/* What a listing is narrowed by. */
struct narrow {
    bool trades, ledgers, without_count;
    bool by_userref;
    int64_t userref;
    const char *cl_ord_id;
    int64_t after_ns, until_ns; /* start is exclusive, end inclusive */
    int64_t offset;
    bool by_open, by_close; /* which time of a closed order is meant */
};

/* A time, or the id of an order or trade whose time is meant. */
static const char *read_bound(const struct private_call *call, const char *name, int64_t *ret_ns)
{
    const struct trading *trading = call->private->trading;
    const char *text = fields_text(&call->view, name);
    const struct trading_order *order =
        trading_order(trading, call->account, trading_id_parse(trading, 'O', text, strlen(text)));
    const struct trading_trade *trade =
        trading_trade(trading, call->account, trading_id_parse(trading, 'T', text, strlen(text)));
    if (order)
        *ret_ns = order->open_ns;
    else if (trade)
        *ret_ns = trade->time_ns;
    else if (fields_time(&call->view, name, ret_ns) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments";
    return NULL;
}

static const char *read_narrow(const struct private_call *call, struct narrow *ret)
{
    const struct fields_view *view = &call->view;
    *ret = (struct narrow){.after_ns = -1, .until_ns = INT64_MAX};
    enum field_state userref = fields_int(view, "userref", &ret->userref);
    if (userref == FIELD_MALFORMED ||
        fields_bool(view, "trades", &ret->trades) == FIELD_MALFORMED ||
        fields_bool(view, "ledgers", &ret->ledgers) == FIELD_MALFORMED ||
        fields_bool(view, "without_count", &ret->without_count) == FIELD_MALFORMED ||
        fields_int(view, "ofs", &ret->offset) == FIELD_MALFORMED || ret->offset < 0)
        return "EGeneral:Invalid arguments";
    ret->by_userref = userref == FIELD_FINE;
    ret->cl_ord_id = fields_text(view, "cl_ord_id");
    const char *closetime = fields_text(view, "closetime");
    ret->by_open = strcmp(closetime, "open") == 0;
    ret->by_close = strcmp(closetime, "close") == 0;
    if (closetime[0] && !ret->by_open && !ret->by_close && strcmp(closetime, "both") != 0)
        return "EGeneral:Invalid arguments:closetime";
    const char *error = read_bound(call, "start", &ret->after_ns);
    return error ? error : read_bound(call, "end", &ret->until_ns);
}

static bool within(const struct narrow *narrow, int64_t time_ns)
{
    return time_ns > narrow->after_ns && time_ns <= narrow->until_ns;
}

static bool wanted(const struct narrow *narrow, const struct trading_order *order)
{
    if (narrow->by_userref && order->userref != narrow->userref)
        return false;
    if (narrow->cl_ord_id[0] && strcmp(order->cl_ord_id, narrow->cl_ord_id) != 0)
        return false;
    if (trading_order_open(order))
        return true;
    return (!narrow->by_close && within(narrow, order->open_ns)) ||
           (!narrow->by_open && within(narrow, order->close_ns));
}

/* Listings that lag lack what is so young. */
static bool too_young(const struct private_call *call, int64_t time_ns)
{
    return time_ns >
           private_now(call->private) - call->private->exchange->clients.faults.config.lag_ns;
}

const char *put_open_orders(struct private_call *call)
{
    struct narrow narrow;
    const struct trading *trading = call->private->trading;
    const char *error = read_narrow(call, &narrow);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    json_begin_object(&call->writer, "open");
    for (const struct trading_order *order = NULL;
         (order = trading_open_next(trading, call->account, order));)
        if (wanted(&narrow, order) && !too_young(call, order->open_ns))
            put_order(&call->writer, call->private, order, narrow.trades);
    json_end_object(&call->writer);
    json_end_object(&call->writer);
    return NULL;
}

const char *put_closed_orders(struct private_call *call)
{
    struct narrow narrow;
    const struct trading *trading = call->private->trading;
    const char *error = read_narrow(call, &narrow);
    int64_t count = 0;
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    json_begin_object(&call->writer, "closed");
    for (const struct trading_order *order = NULL;
         (order = trading_closed_next(trading, call->account, order));) {
        if (!wanted(&narrow, order) || too_young(call, order->close_ns))
            continue;
        if (count >= narrow.offset && count - narrow.offset < PAGE)
            put_order(&call->writer, call->private, order, narrow.trades);
        count++;
    }
    json_end_object(&call->writer);
    if (!narrow.without_count)
        json_put_int(&call->writer, "count", count);
    json_end_object(&call->writer);
    return NULL;
}

/* Name number `at` of a comma list or of a JSON list; false at its end. */
static bool next_name(const struct private_call *call, const char *list, uint32_t at,
                      char name[FIELD_NAME_MAX])
{
    const char *text = fields_element(&call->view, list, at);
    if (!text || at == 0) {
        text = fields_element(&call->view, list, 0);
        for (uint32_t i = 0; text && i < at; i++) {
            text += strcspn(text, ",");
            text = *text ? text + 1 : NULL;
        }
    }
    size_t len = text ? strcspn(text, ",") : 0;
    if (len == 0 || len >= FIELD_NAME_MAX)
        return false;
    memcpy(name, text, len);
    name[len] = '\0';
    return true;
}

const char *put_query_orders(struct private_call *call)
{
    struct narrow narrow;
    const struct trading *trading = call->private->trading;
    char name[FIELD_NAME_MAX];
    uint32_t count = 0;
    const char *error = read_narrow(call, &narrow);
    if (error)
        return error;
    if (!fields_has(&call->view, "txid"))
        return "EGeneral:Invalid arguments:txid";
    json_begin_object(&call->writer, "result");
    for (; next_name(call, "txid", count, name); count++) {
        const struct trading_order *order = trading_order(
            trading, call->account, trading_id_parse(trading, 'O', name, strlen(name)));
        if (!order)
            return "EOrder:Invalid order";
        if (count == QUERY_ORDERS_MAX)
            return "EGeneral:Invalid arguments:txid";
        if (!narrow.by_userref || order->userref == narrow.userref)
            put_order(&call->writer, call->private, order, narrow.trades);
    }
    json_end_object(&call->writer);
    return NULL;
}

static void put_amendment(struct private_call *call, const struct trading_order *order,
                          const struct trading_amendment *amendment)
{
    static const char *const kinds[] = {"original", "user", "restated"};
    const struct pair *terms = &private_instrument(call->private, order->pair)->terms;
    struct json_writer *writer = &call->writer;
    json_begin_object(writer, NULL);
    put_id(writer, "amend_id", call->private, 'A', amendment->id);
    json_put_string(writer, "amend_type", kinds[amendment->kind]);
    json_put_decimal_string(writer, "order_qty", amendment->qty_lots, terms->qty_decimals);
    json_put_decimal_string(writer, "remaining_qty", amendment->left_lots, terms->qty_decimals);
    if (amendment->limit_ticks)
        json_put_decimal_string(writer, "limit_price", amendment->limit_ticks,
                                terms->price_decimals);
    if (amendment->trigger_ticks)
        json_put_decimal_string(writer, "trigger_price", amendment->trigger_ticks,
                                terms->price_decimals);
    json_put_int(writer, "timestamp", amendment->time_ns);
    json_end_object(writer);
}

const char *put_order_amends(struct private_call *call)
{
    const struct trading *trading = call->private->trading;
    const char *text = fields_text(&call->view, "order_id");
    const struct trading_order *order =
        trading_order(trading, call->account, trading_id_parse(trading, 'O', text, strlen(text)));
    const struct trading_amendment *amendment;
    uint64_t ids[PAGE];
    uint32_t count = 0;
    if (!order)
        return "EOrder:Invalid order";
    for (uint64_t id = order->amend_last; count < PAGE; id = amendment->before) {
        amendment = trading_amendment(trading, call->account, id);
        if (!amendment)
            break;
        ids[count++] = id;
    }
    json_begin_object(&call->writer, "result");
    json_put_uint(&call->writer, "count", count);
    json_begin_array(&call->writer, "amends");
    while (count > 0)
        put_amendment(call, order, trading_amendment(trading, call->account, ids[--count]));
    json_end_array(&call->writer);
    json_end_object(&call->writer);
    return NULL;
}

const char *put_trades_history(struct private_call *call)
{
    static const char *const types[] = {"", "all", "no position"};
    struct narrow narrow;
    const struct trading *trading = call->private->trading;
    const char *type = fields_text(&call->view, "type"), *error = read_narrow(call, &narrow);
    int64_t count = 0;
    bool spot = false;
    if (error)
        return error;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        spot |= strcmp(type, types[i]) == 0;
    json_begin_object(&call->writer, "result");
    json_begin_object(&call->writer, "trades");
    for (const struct trading_trade *trade = NULL;
         spot && (trade = trading_trade_next(trading, call->account, trade));) {
        if (!within(&narrow, trade->time_ns) || too_young(call, trade->time_ns))
            continue;
        if (count >= narrow.offset && count - narrow.offset < PAGE)
            put_trade(&call->writer, call->private, trade, narrow.ledgers);
        count++;
    }
    json_end_object(&call->writer);
    if (!narrow.without_count)
        json_put_int(&call->writer, "count", count);
    json_end_object(&call->writer);
    return NULL;
}

const char *put_query_trades(struct private_call *call)
{
    const struct trading *trading = call->private->trading;
    char name[FIELD_NAME_MAX];
    if (!fields_has(&call->view, "txid"))
        return "EGeneral:Invalid arguments:txid";
    json_begin_object(&call->writer, "result");
    for (uint32_t i = 0; next_name(call, "txid", i, name); i++) {
        const struct trading_trade *trade = trading_trade(
            trading, call->account, trading_id_parse(trading, 'T', name, strlen(name)));
        if (!trade || i == QUERY_TRADES_MAX)
            return "EGeneral:Invalid arguments:txid";
        put_trade(&call->writer, call->private, trade, true);
    }
    json_end_object(&call->writer);
    return NULL;
}

/* Spot alone: there are none. */
const char *put_open_positions(struct private_call *call)
{
    json_begin_object(&call->writer, "result");
    json_end_object(&call->writer);
    return NULL;
}
