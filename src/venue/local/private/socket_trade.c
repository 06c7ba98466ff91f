/* SPDX-License-Identifier: MIT */
/* The trading methods of WebSocket v2. Each answers by itself; cancel_order once an order. */
#include <stdio.h>
#include <string.h>

#include "venue/local/private/inside.h"

#define CANCEL_BATCH_MAX 50
#define TIMEOUT_MAX_S 86399

static struct order_reader reader_of(const struct socket_call *call)
{
    return (struct order_reader){
        .private = call->private, .view = call->params, .account = call->key->account};
}

/* Sockets know a pair by its readable name alone. */
static const char *read_symbol(const struct socket_call *call, struct order_reader *reader,
                               char *refusal, size_t size)
{
    const char *symbol = fields_text(&call->params, "symbol");
    int32_t pair = market_find(call->private->exchange->market, symbol, strlen(symbol));
    if (symbol[0] == '\0')
        return "EGeneral:Invalid arguments:symbol";
    if (pair < 0 ||
        strcmp(private_instrument(call->private, (uint32_t)pair)->terms.symbol, symbol) != 0) {
        snprintf(refusal, size, "Currency pair not supported %.32s", symbol);
        return refusal;
    }
    reader->pair = (uint32_t)pair;
    return NULL;
}

static void put_added(struct json_writer *writer, const struct private *private,
                      const struct trading_order *order)
{
    if (order->id)
        put_id(writer, "order_id", private, 'O', order->id);
    else
        json_put_string(writer, "order_id", "");
    if (order->cl_ord_id[0])
        json_put_string(writer, "cl_ord_id", order->cl_ord_id);
    if (order->userref)
        json_put_int(writer, "order_userref", order->userref);
}

static void add_order(const struct socket_call *call)
{
    struct order_reader reader = reader_of(call);
    struct trading_add add;
    struct trading_order order;
    char refusal[96];
    const char *error = read_symbol(call, &reader, refusal, sizeof refusal);
    if (!error)
        error = order_read_add_socket(&reader, &add);
    if (!error)
        error = trading_add(call->private->trading, reader.account, &add, &order);
    if (error) {
        socket_refuse(call, error);
        return;
    }
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    put_added(&writer, call->private, &order);
    json_end_object(&writer);
    socket_end(call, &writer, true);
}

static const char *read_batch(const struct socket_call *call, struct order_reader *reader,
                              uint32_t count, struct trading_add *adds)
{
    bool validate = false;
    int64_t deadline_ns = 0;
    if (fields_bool(&call->params, "validate", &validate) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:validate";
    const char *error = order_read_deadline(reader, &deadline_ns);
    for (uint32_t i = 0; i < count && !error; i++) {
        reader->view = fields_member(&call->params, "orders", i);
        error = order_read_add_socket(reader, &adds[i]);
        adds[i].validate = validate;
        adds[i].deadline_ns = deadline_ns;
    }
    return error;
}

/* A batch of which a row failed is told as rows with their own success, or row by row with an
 * error where the id would be: see the variants. */
static void answer_batch(const struct socket_call *call, const struct trading_batch_row *rows,
                         uint32_t count)
{
    bool failed = false;
    for (uint32_t i = 0; i < count; i++)
        failed |= rows[i].error != NULL;
    bool wrapped = failed && call->private->variant.batch_rows;
    struct json_writer writer = socket_begin(call);
    if (wrapped)
        json_begin_object(&writer, "result");
    json_begin_array(&writer, wrapped ? "orders" : "result");
    for (uint32_t i = 0; i < count; i++) {
        json_begin_object(&writer, NULL);
        if (wrapped)
            json_put_bool(&writer, "success", rows[i].error == NULL);
        if (rows[i].error)
            json_put_string(&writer, "error", rows[i].error);
        else
            put_added(&writer, call->private, &rows[i].order);
        json_end_object(&writer);
    }
    json_end_array(&writer);
    if (wrapped)
        json_end_object(&writer);
    socket_end(call, &writer, true);
}

static void batch_add(const struct socket_call *call)
{
    struct order_reader reader = reader_of(call);
    struct trading_add adds[TRADING_BATCH_MAX];
    struct trading_batch_row rows[TRADING_BATCH_MAX];
    uint32_t count = fields_count(&call->params, "orders");
    char refusal[96];
    const char *error = read_symbol(call, &reader, refusal, sizeof refusal);
    if (!error && (count < 2 || count > TRADING_BATCH_MAX))
        error = "EGeneral:Invalid arguments:orders";
    if (!error)
        error = read_batch(call, &reader, count, adds);
    if (!error)
        error = trading_add_batch(call->private->trading, reader.account, adds, count, rows);
    if (error)
        socket_refuse(call, error);
    else
        answer_batch(call, rows, count);
}

/* The order of `order_id` or `cl_ord_id`, with the reader set to its pair. */
static const char *find_order(const struct socket_call *call, struct order_reader *reader,
                              uint64_t *ret_id)
{
    *reader = reader_of(call);
    if (!fields_find(&call->params, "order_id") && !fields_find(&call->params, "cl_ord_id"))
        return "EGeneral:Invalid arguments:order_id";
    *ret_id = order_named(reader, "order_id", "cl_ord_id");
    const struct trading_order *order =
        trading_order(call->private->trading, reader->account, *ret_id);
    if (!order)
        return "EOrder:Unknown order";
    reader->pair = order->pair;
    return NULL;
}

static void amend_order(const struct socket_call *call)
{
    struct order_reader reader;
    struct trading_amend amend;
    uint64_t serial;
    const char *error = find_order(call, &reader, &amend.order);
    if (!error)
        error = order_read_amend_socket(&reader, &amend);
    if (!error)
        error = trading_amend(call->private->trading, reader.account, &amend, &serial);
    if (error) {
        socket_refuse(call, error);
        return;
    }
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    put_id(&writer, "amend_id", call->private, 'A', serial);
    if (fields_find(&call->params, "order_id"))
        put_id(&writer, "order_id", call->private, 'O', amend.order);
    else
        json_put_string(&writer, "cl_ord_id", fields_text(&call->params, "cl_ord_id"));
    json_end_object(&writer);
    socket_end(call, &writer, true);
}

static void edit_order(const struct socket_call *call)
{
    struct order_reader asked = reader_of(call), reader;
    struct trading_edit edit;
    struct trading_order order;
    char refusal[96];
    const char *error = read_symbol(call, &asked, refusal, sizeof refusal);
    if (!error)
        error = find_order(call, &reader, &edit.order);
    if (!error && asked.pair != reader.pair)
        error = "EOrder:Invalid order";
    if (!error)
        error = order_read_edit_socket(&reader, &edit);
    if (!error)
        error = trading_edit(call->private->trading, reader.account, &edit, &order);
    if (error) {
        socket_refuse(call, error);
        return;
    }
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    put_added(&writer, call->private, &order);
    put_id(&writer, "original_order_id", call->private, 'O', edit.order);
    json_end_object(&writer);
    socket_end(call, &writer, true);
}

/* One order, one reply. */
static void cancel_named(const struct socket_call *call, const char *name, bool client)
{
    struct trading *trading = call->private->trading;
    uint32_t account = call->key->account;
    const struct trading_order *found =
        client ? trading_order_by_client(trading, account, name) : NULL;
    uint64_t id =
        client ? (found ? found->id : 0) : trading_id_parse(trading, 'O', name, strlen(name));
    const char *error = trading_order(trading, account, id) ? trading_cancel(trading, account, id)
                                                            : "EOrder:Unknown order";
    if (error) {
        socket_refuse(call, error);
        return;
    }
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    if (client)
        json_put_string(&writer, "cl_ord_id", name);
    put_id(&writer, "order_id", call->private, 'O', id);
    json_end_object(&writer);
    socket_end(call, &writer, true);
}

static void cancel_userref(const struct socket_call *call, const char *text)
{
    struct trading *trading = call->private->trading;
    uint64_t ids[CANCEL_BATCH_MAX];
    uint32_t count = 0;
    int64_t userref;
    if (!decimal_parse(text, strlen(text), 0, &userref)) {
        socket_refuse(call, "EGeneral:Invalid arguments:order_userref");
        return;
    }
    for (const struct trading_order *order = NULL;
         count < CANCEL_BATCH_MAX &&
         (order = trading_open_next(trading, call->key->account, order));)
        if (order->userref == userref)
            ids[count++] = order->id;
    if (count == 0)
        socket_refuse(call, "EOrder:Unknown order");
    for (uint32_t i = 0; i < count; i++) {
        char name[TRADING_ID_SIZE];
        trading_id_text(trading, 'O', ids[i], name);
        cancel_named(call, name, false);
    }
}

static void cancel_order(const struct socket_call *call)
{
    const struct fields_view *params = &call->params;
    uint32_t ids = fields_count(params, "order_id"), clients = fields_count(params, "cl_ord_id"),
             userrefs = fields_count(params, "order_userref");
    if (ids + clients + userrefs == 0 || ids + clients + userrefs > CANCEL_BATCH_MAX) {
        socket_refuse(call, "EGeneral:Invalid arguments:order_id");
        return;
    }
    for (uint32_t i = 0; i < ids; i++)
        cancel_named(call, fields_element(params, "order_id", i), false);
    for (uint32_t i = 0; i < clients; i++)
        cancel_named(call, fields_element(params, "cl_ord_id", i), true);
    for (uint32_t i = 0; i < userrefs; i++)
        cancel_userref(call, fields_element(params, "order_userref", i));
}

static void answer_count(const struct socket_call *call, uint32_t count, bool at_top)
{
    struct json_writer writer = socket_begin(call);
    if (at_top) {
        json_put_uint(&writer, "orders_cancelled", count);
    } else {
        json_begin_object(&writer, "result");
        json_put_uint(&writer, "count", count);
        json_end_object(&writer);
    }
    socket_end(call, &writer, true);
}

static void cancel_all(const struct socket_call *call)
{
    uint32_t count = 0;
    const char *error = trading_cancel_all(call->private->trading, call->key->account, &count);
    if (error)
        socket_refuse(call, error);
    else
        answer_count(call, count, false);
}

/* Ids and client ids of the open ones; what is a number among the ids is a userref. */
static const char *end_batch(const struct socket_call *call, uint32_t *ret_count)
{
    struct trading *trading = call->private->trading;
    uint32_t account = call->key->account, count = 0, ended = 0, found = 0;
    uint64_t ids[CANCEL_BATCH_MAX];
    const char *error = NULL, *name;
    for (uint32_t i = 0; (name = fields_element(&call->params, "orders", i)) && !error; i++) {
        int64_t userref;
        uint64_t id = trading_id_parse(trading, 'O', name, strlen(name));
        if (id && count < CANCEL_BATCH_MAX)
            ids[count++] = id;
        else if (decimal_parse(name, strlen(name), 0, &userref) && userref == (int32_t)userref) {
            uint32_t some = 0;
            const char *refusal = trading_cancel_userref(trading, account, (int32_t)userref, &some);
            ended += refusal ? 0 : some;
        }
    }
    for (uint32_t i = 0; (name = fields_element(&call->params, "cl_ord_id", i)); i++) {
        const struct trading_order *order = trading_order_by_client(trading, account, name);
        if (order && count < CANCEL_BATCH_MAX)
            ids[count++] = order->id;
    }
    if (count > 0)
        error = trading_cancel_batch(trading, account, ids, count, &found);
    *ret_count = ended + found;
    return error;
}

static void batch_cancel(const struct socket_call *call)
{
    uint32_t count = 0;
    uint32_t asked =
        fields_count(&call->params, "orders") + fields_count(&call->params, "cl_ord_id");
    const char *error = "EGeneral:Invalid arguments:orders";
    if (asked >= 2 && asked <= CANCEL_BATCH_MAX)
        error = end_batch(call, &count);
    if (error)
        socket_refuse(call, error);
    else
        answer_count(call, count, call->private->variant.count_at_top);
}

static void cancel_after(const struct socket_call *call)
{
    int64_t timeout_s = 0, trigger_ns = 0;
    const char *error = "EGeneral:Invalid arguments:timeout";
    if (fields_int(&call->params, "timeout", &timeout_s) == FIELD_FINE && timeout_s >= 0 &&
        timeout_s <= TIMEOUT_MAX_S)
        error = trading_cancel_after(call->private->trading, call->key->account, timeout_s,
                                     &trigger_ns);
    if (error) {
        socket_refuse(call, error);
        return;
    }
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    json_put_time(&writer, "currentTime", private_now(call->private), 0);
    if (trigger_ns)
        json_put_time(&writer, "triggerTime", trigger_ns, 0);
    else
        json_put_string(&writer, "triggerTime", "0");
    json_end_object(&writer);
    socket_end(call, &writer, true);
}

bool socket_trade(struct socket_call *call)
{
    static const struct {
        const char *name;
        void (*run)(const struct socket_call *call);
    } runs[] = {
        {"add_order", add_order},   {"amend_order", amend_order},
        {"edit_order", edit_order}, {"cancel_order", cancel_order},
        {"cancel_all", cancel_all}, {"cancel_all_orders_after", cancel_after},
        {"batch_add", batch_add},   {"batch_cancel", batch_cancel},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++)
        if (strcmp(runs[i].name, call->method) == 0) {
            runs[i].run(call);
            return true;
        }
    return false;
}
