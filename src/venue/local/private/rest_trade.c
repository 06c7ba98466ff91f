/* SPDX-License-Identifier: MIT */
/* The REST calls that make, change and end orders. */
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/local/private/inside.h"

#define CANCEL_BATCH_MAX 50
#define TIMEOUT_MAX_S 86399

static struct order_reader reader_of(const struct private_call *call)
{
    return (struct order_reader){
        .private = call->private, .view = call->view, .account = call->account};
}

static void put_descr(struct private_call *call, const struct trading_order *order)
{
    char text[DESCRIPTION_MAX];
    json_begin_object(&call->writer, "descr");
    describe_order(call->private, order, text);
    json_put_string(&call->writer, "order", text);
    describe_close(call->private, order, text);
    if (text[0])
        json_put_string(&call->writer, "close", text);
    json_end_object(&call->writer);
}

const char *put_add_order(struct private_call *call)
{
    struct order_reader reader = reader_of(call);
    struct trading_add add;
    struct trading_order order;
    const char *error = order_read_pair(&reader, "pair");
    if (!error)
        error = order_read_add(&reader, &add);
    if (!error)
        error = trading_add(call->private->trading, call->account, &add, &order);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    put_descr(call, &order);
    if (order.id) {
        json_begin_array(&call->writer, "txid");
        put_id(&call->writer, NULL, call->private, 'O', order.id);
        json_end_array(&call->writer);
    }
    json_end_object(&call->writer);
    return NULL;
}

static const char *read_batch(struct order_reader *reader, uint32_t count,
                              struct trading_add adds[TRADING_BATCH_MAX])
{
    struct fields_view whole = reader->view;
    bool validate = false;
    int64_t deadline_ns = 0;
    if (fields_bool(&whole, "validate", &validate) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:validate";
    const char *error = order_read_deadline(reader, &deadline_ns);
    for (uint32_t i = 0; i < count && !error; i++) {
        reader->view = fields_member(&whole, "orders", i);
        error = order_read_add(reader, &adds[i]);
        adds[i].validate = validate;
        adds[i].deadline_ns = deadline_ns;
    }
    reader->view = whole;
    return error;
}

const char *put_add_batch(struct private_call *call)
{
    struct order_reader reader = reader_of(call);
    struct trading_add adds[TRADING_BATCH_MAX];
    struct trading_batch_row rows[TRADING_BATCH_MAX];
    uint32_t count = fields_count(&call->view, "orders");
    if (count < 2 || count > TRADING_BATCH_MAX)
        return "EGeneral:Invalid arguments:orders";
    const char *error = order_read_pair(&reader, "pair");
    if (!error)
        error = read_batch(&reader, count, adds);
    if (!error)
        error = trading_add_batch(call->private->trading, call->account, adds, count, rows);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    json_begin_array(&call->writer, "orders");
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(&call->writer, NULL);
        if (rows[i].error) {
            json_put_string(&call->writer, "error", rows[i].error);
        } else {
            if (rows[i].order.id)
                put_id(&call->writer, "txid", call->private, 'O', rows[i].order.id);
            put_descr(call, &rows[i].order);
        }
        json_end_object(&call->writer);
    }
    json_end_array(&call->writer);
    json_end_object(&call->writer);
    return NULL;
}

/* The open order of `txid` or `cl_ord_id`, with the reader set to its pair. */
static const char *find_order(struct private_call *call, struct order_reader *reader,
                              const char *absent, uint64_t *ret_id)
{
    *reader = reader_of(call);
    if (!fields_find(&call->view, "txid") && !fields_find(&call->view, "cl_ord_id"))
        return "EGeneral:Invalid arguments:txid";
    *ret_id = order_named(reader, "txid", "cl_ord_id");
    const struct trading_order *order =
        trading_order(call->private->trading, call->account, *ret_id);
    if (!order)
        return absent;
    reader->pair = order->pair;
    return NULL;
}

const char *put_amend_order(struct private_call *call)
{
    struct order_reader reader;
    struct trading_amend amend;
    uint64_t serial;
    const char *error = find_order(call, &reader, "EOrder:Unknown order", &amend.order);
    if (!error)
        error = order_read_amend(&reader, &amend);
    if (!error)
        error = trading_amend(call->private->trading, call->account, &amend, &serial);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    put_id(&call->writer, "amend_id", call->private, 'A', serial);
    json_end_object(&call->writer);
    return NULL;
}

const char *put_edit_order(struct private_call *call)
{
    struct order_reader reader;
    struct trading_edit edit;
    struct trading_order order;
    struct order_reader asked = reader_of(call);
    const char *error = order_read_pair(&asked, "pair");
    if (!error)
        error = find_order(call, &reader, "EOrder:Unknown order", &edit.order);
    if (!error && asked.pair != reader.pair)
        error = "EOrder:Invalid order";
    if (!error)
        error = order_read_edit(&reader, &edit);
    if (!error)
        error = trading_edit(call->private->trading, call->account, &edit, &order);
    if (error)
        return error;
    const struct pair *terms = &private_instrument(call->private, order.pair)->terms;
    char price[48];
    bool triggers = trading_type_triggers(order.type);
    json_begin_object(&call->writer, "result");
    json_put_string(&call->writer, "status", "ok");
    if (order.id)
        put_id(&call->writer, "txid", call->private, 'O', order.id);
    put_id(&call->writer, "originaltxid", call->private, 'O', edit.order);
    json_put_decimal_string(&call->writer, "volume", order.qty_lots, terms->qty_decimals);
    describe_price(terms, triggers ? &order.trigger_asked : &order.limit_asked, price);
    json_put_string(&call->writer, "price", price);
    describe_price(terms, triggers ? &order.limit_asked : &(struct trading_price){0}, price);
    json_put_string(&call->writer, "price2", price);
    json_put_int(&call->writer, "orders_cancelled", order.id ? 1 : 0);
    put_descr(call, &order);
    json_end_object(&call->writer);
    return NULL;
}

static const char *put_count(struct private_call *call, uint32_t count)
{
    json_begin_object(&call->writer, "result");
    json_put_uint(&call->writer, "count", count);
    if (call->private->variant.pending_cancels)
        json_put_bool(&call->writer, "pending", false);
    json_end_object(&call->writer);
    return NULL;
}

/* True when the text is a whole number of 32 bits: a userref stands where an id could. */
static bool is_userref(const char *text, int32_t *ret)
{
    int64_t value;
    if (text[0] == '\0' || !decimal_parse(text, strlen(text), 0, &value) || value < INT32_MIN ||
        value > INT32_MAX)
        return false;
    *ret = (int32_t)value;
    return true;
}

const char *put_cancel_order(struct private_call *call)
{
    struct trading *trading = call->private->trading;
    struct order_reader reader;
    uint64_t id;
    uint32_t count = 1;
    int32_t userref;
    const char *error;
    if (is_userref(fields_text(&call->view, "txid"), &userref))
        error = trading_cancel_userref(trading, call->account, userref, &count);
    else {
        error = find_order(call, &reader, "EOrder:Unknown order", &id);
        if (!error)
            error = trading_cancel(trading, call->account, id);
    }
    return error ? error : put_count(call, count);
}

/* Ids, client ids and userrefs of a list, resolved to orders. */
struct named_orders {
    uint32_t count;
    uint64_t ids[CANCEL_BATCH_MAX];
    uint32_t ended; /* by userref */
};

static const char *collect(struct private_call *call, const char *list, bool client,
                           struct named_orders *ret)
{
    struct trading *trading = call->private->trading;
    uint32_t count = fields_count(&call->view, list);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = fields_element(&call->view, list, i);
        int32_t userref;
        uint32_t ended = 0;
        if (!name)
            return "EGeneral:Invalid arguments:orders";
        if (!client && is_userref(name, &userref)) {
            const char *error = trading_cancel_userref(trading, call->account, userref, &ended);
            if (error && strcmp(error, "EOrder:Unknown order") != 0)
                return error;
            ret->ended += error ? 0 : ended;
            continue;
        }
        if (ret->count == CANCEL_BATCH_MAX)
            return "EGeneral:Invalid arguments:orders";
        const struct trading_order *order =
            client ? trading_order_by_client(trading, call->account, name) : NULL;
        uint64_t id =
            client ? (order ? order->id : 0) : trading_id_parse(trading, 'O', name, strlen(name));
        if (id)
            ret->ids[ret->count++] = id;
    }
    return NULL;
}

const char *put_cancel_batch(struct private_call *call)
{
    struct named_orders named = {0};
    uint32_t count = 0;
    uint32_t asked = fields_count(&call->view, "orders") + fields_count(&call->view, "cl_ord_ids");
    if (asked == 0 || asked > CANCEL_BATCH_MAX)
        return "EGeneral:Invalid arguments:orders";
    const char *error = collect(call, "orders", false, &named);
    if (!error)
        error = collect(call, "cl_ord_ids", true, &named);
    if (!error && named.count > 0)
        error = trading_cancel_batch(call->private->trading, call->account, named.ids, named.count,
                                     &count);
    return error ? error : put_count(call, count + named.ended);
}

const char *put_cancel_all(struct private_call *call)
{
    uint32_t count = 0;
    const char *error = trading_cancel_all(call->private->trading, call->account, &count);
    return error ? error : put_count(call, count);
}

const char *put_cancel_after(struct private_call *call)
{
    int64_t timeout_s = 0, trigger_ns = 0;
    if (fields_int(&call->view, "timeout", &timeout_s) != FIELD_FINE || timeout_s < 0 ||
        timeout_s > TIMEOUT_MAX_S)
        return "EGeneral:Invalid arguments:timeout";
    const char *error =
        trading_cancel_after(call->private->trading, call->account, timeout_s, &trigger_ns);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    json_put_time(&call->writer, "currentTime", private_now(call->private), 0);
    if (trigger_ns)
        json_put_time(&call->writer, "triggerTime", trigger_ns, 0);
    else
        json_put_string(&call->writer, "triggerTime", "0");
    json_end_object(&call->writer);
    return NULL;
}
