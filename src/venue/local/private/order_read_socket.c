/* SPDX-License-Identifier: MIT */
/*
 * Orders as WebSocket v2 asks for them: add_order and the rows of batch_add, amend_order,
 * edit_order. Prices and quantities are JSON numbers; a quoted one is refused.
 */
#include <string.h>

#include "venue/local/private/inside.h"

static const struct pair *terms_of(const struct order_reader *reader)
{
    return &private_instrument(reader->private, reader->pair)->terms;
}

/* A number's field; *ret_field NULL when it is absent. */
static bool find_number(const struct order_reader *reader, const char *name,
                        const struct field **ret_field)
{
    *ret_field = fields_find(&reader->view, name);
    return !*ret_field || (*ret_field)->kind == FIELD_NUMBER;
}

/* `types` names the field that says how the price is meant: static, pct or quote. */
static const char *read_price(const struct order_reader *reader, const char *name,
                              const char *types, struct trading_price *ret)
{
    const struct field *field;
    const char *type = fields_text(&reader->view, types);
    bool percent = strcmp(type, "pct") == 0, offset = strcmp(type, "quote") == 0;
    int64_t value, rounded;
    if (!find_number(reader, name, &field))
        return "EOrder:Invalid price:Invalid price argument";
    if (!field)
        return NULL;
    if (type[0] && !percent && !offset && strcmp(type, "static") != 0)
        return "EGeneral:Invalid arguments";
    size_t len = strlen(field->value);
    uint32_t decimals = percent ? 4 : terms_of(reader)->price_decimals;
    if (!decimal_parse_rounded(field->value, len, decimals, ROUND_DOWN, &rounded))
        return "EOrder:Invalid price:Invalid price argument";
    if (!decimal_parse(field->value, len, decimals, &value))
        return "EOrder:Invalid price";
    if (!percent && !offset && value <= 0)
        return "EOrder:Invalid price:Invalid price argument";
    ret->kind = TRADING_PRICE_TICKS;
    if (percent || offset)
        ret->kind = percent ? TRADING_PRICE_PPM : TRADING_PRICE_OFFSET;
    ret->value = value;
    return NULL;
}

static const char *read_number(const struct order_reader *reader, const char *name,
                               uint32_t decimals, const char *error, int64_t *ret)
{
    const struct field *field;
    int64_t value = 0;
    if (!find_number(reader, name, &field))
        return error;
    if (field && (fields_decimal(&reader->view, name, decimals, &value) != FIELD_FINE || value < 0))
        return error;
    *ret = value;
    return NULL;
}

static const char *read_quantities(const struct order_reader *reader, struct trading_add *ret)
{
    const struct private *private = reader->private;
    uint32_t quote = trading_pair(private->trading, reader->pair)->quote;
    uint32_t qty = terms_of(reader)->qty_decimals;
    bool cash = fields_find(&reader->view, "cash_order_qty") != NULL;
    const char *error = read_number(reader, "order_qty", qty,
                                    "EGeneral:Invalid arguments:order_qty", &ret->qty_lots);
    if (!error)
        error = read_number(reader, "display_qty", qty, "EGeneral:Invalid arguments:display_qty",
                            &ret->display_lots);
    if (!error)
        error = read_number(reader, "cash_order_qty", private->assets[quote].decimals,
                            "EGeneral:Invalid arguments:cash_order_qty", &ret->cash);
    if (!error && cash && (ret->type != TRADING_MARKET || ret->side != SIDE_BUY || ret->qty_lots))
        error = "EGeneral:Invalid arguments:cash_order_qty";
    return error;
}

/* The index of a word in a list that ends with NULL, upper and lower case alike; the first when the
 * field is absent. */
static bool choose(const struct order_reader *reader, const char *name, const char *const *words,
                   int *ret)
{
    const char *text = fields_text(&reader->view, name);
    *ret = 0;
    if (text[0] == '\0')
        return true;
    for (int i = 0; words[i]; i++)
        if (strcasecmp(words[i], text) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

static const char *read_words(const struct order_reader *reader, struct trading_add *ret)
{
    static const char *const sides[] = {"buy", "sell", NULL};
    static const char *const tifs[] = {"gtc", "ioc", "gtd", "fok", NULL};
    static const char *const stps[] = {"cancel_newest", "cancel_oldest", "cancel_both", NULL};
    static const char *const references[] = {"last", "index", NULL};
    static const char *const fees[] = {"", "quote", "base", NULL};
    int side, tif, stp, reference, fee;
    if (!fields_find(&reader->view, "side") || !choose(reader, "side", sides, &side))
        return "EGeneral:Invalid arguments:side";
    if (!order_type_find(fields_text(&reader->view, "order_type"), &ret->type))
        return "EGeneral:Invalid arguments:order_type";
    if (!choose(reader, "time_in_force", tifs, &tif))
        return "EGeneral:Invalid arguments:time_in_force";
    if (!choose(reader, "stp_type", stps, &stp))
        return "EGeneral:Invalid arguments:stp_type";
    if (!choose(reader, "triggers[reference]", references, &reference))
        return "EGeneral:Invalid arguments:triggers";
    if (!choose(reader, "fee_preference", fees, &fee))
        return "EGeneral:Invalid arguments:fee_preference";
    ret->side = side == 0 ? SIDE_BUY : SIDE_SELL;
    ret->tif = (enum trading_tif)tif;
    ret->stp = (enum trading_stp)stp;
    ret->reference = (enum trading_reference)reference;
    ret->fee_in = (enum trading_fee_in)fee;
    return NULL;
}

static const char *read_switches(const struct order_reader *reader, struct trading_add *ret)
{
    if (fields_bool(&reader->view, "post_only", &ret->post_only) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:post_only";
    if (fields_bool(&reader->view, "margin", &ret->margin) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:margin";
    if (fields_bool(&reader->view, "reduce_only", &ret->reduce_only) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:reduce_only";
    if (fields_bool(&reader->view, "validate", &ret->validate) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:validate";
    if (fields_time(&reader->view, "effective_time", &ret->start_ns) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:effective_time";
    if (fields_time(&reader->view, "expire_time", &ret->expire_ns) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:expire_time";
    return NULL;
}

static const char *read_trigger(const struct order_reader *reader, enum trading_type type,
                                struct trading_price *ret)
{
    const char *error = read_price(reader, "triggers[price]", "triggers[price_type]", ret);
    if (!error && trading_type_trails(type) && ret->kind != TRADING_PRICE_NONE &&
        (ret->kind == TRADING_PRICE_TICKS || ret->value <= 0))
        error = "EGeneral:Invalid arguments:triggers";
    return error;
}

static const char *read_conditional(const struct order_reader *reader, struct trading_close *ret)
{
    const char *word = fields_text(&reader->view, "conditional[order_type]");
    if (!fields_has(&reader->view, "conditional"))
        return NULL;
    if (!order_type_find(word, &ret->type) || ret->type == TRADING_MARKET ||
        ret->type == TRADING_SETTLE_POSITION)
        return "EGeneral:Invalid arguments:conditional";
    ret->wanted = true;
    const char *error = read_price(reader, "conditional[limit_price]",
                                   "conditional[limit_price_type]", &ret->limit);
    return error ? error
                 : read_price(reader, "conditional[trigger_price]",
                              "conditional[trigger_price_type]", &ret->trigger);
}

const char *order_read_add_socket(const struct order_reader *reader, struct trading_add *ret)
{
    *ret = (struct trading_add){.pair = reader->pair};
    const char *error = read_words(reader, ret);
    if (!error)
        error = read_switches(reader, ret);
    if (!error)
        error = read_quantities(reader, ret);
    if (!error)
        error = read_price(reader, "limit_price", "limit_price_type", &ret->limit);
    if (!error)
        error = read_trigger(reader, ret->type, &ret->trigger);
    if (!error)
        error = read_conditional(reader, &ret->close);
    if (!error)
        error = order_read_client_id(reader, ret->cl_ord_id);
    if (!error)
        error = order_read_userref(reader, "order_userref", &ret->userref);
    return error ? error : order_read_deadline(reader, &ret->deadline_ns);
}

const char *order_read_amend_socket(const struct order_reader *reader, struct trading_amend *ret)
{
    const uint32_t qty = terms_of(reader)->qty_decimals;
    uint64_t order = ret->order;
    *ret = (struct trading_amend){.order = order};
    const char *error = read_number(reader, "order_qty", qty,
                                    "EGeneral:Invalid arguments:order_qty", &ret->qty_lots);
    if (!error)
        error = read_number(reader, "display_qty", qty, "EGeneral:Invalid arguments:display_qty",
                            &ret->display_lots);
    if (!error)
        error = read_price(reader, "limit_price", "limit_price_type", &ret->limit);
    if (!error)
        error = read_price(reader, "trigger_price", "trigger_price_type", &ret->trigger);
    enum field_state post = fields_bool(&reader->view, "post_only", &ret->post_only);
    if (!error && post == FIELD_MALFORMED)
        error = "EGeneral:Invalid arguments:post_only";
    ret->qty_set = fields_find(&reader->view, "order_qty") != NULL;
    ret->display_set = fields_find(&reader->view, "display_qty") != NULL;
    ret->post_only_set = post == FIELD_FINE;
    return error ? error : order_read_deadline(reader, &ret->deadline_ns);
}

const char *order_read_edit_socket(const struct order_reader *reader, struct trading_edit *ret)
{
    const uint32_t qty = terms_of(reader)->qty_decimals;
    uint64_t order = ret->order;
    *ret = (struct trading_edit){.order = order};
    const char *error = read_number(reader, "order_qty", qty,
                                    "EGeneral:Invalid arguments:order_qty", &ret->qty_lots);
    if (!error)
        error = read_number(reader, "display_qty", qty, "EGeneral:Invalid arguments:display_qty",
                            &ret->display_lots);
    if (!error)
        error = read_price(reader, "limit_price", "limit_price_type", &ret->limit);
    if (!error)
        error = read_price(reader, "triggers[price]", "triggers[price_type]", &ret->trigger);
    if (!error)
        error = order_read_userref(reader, "order_userref", &ret->userref);
    enum field_state post = fields_bool(&reader->view, "post_only", &ret->post_only);
    if (!error && (post == FIELD_MALFORMED ||
                   fields_bool(&reader->view, "validate", &ret->validate) == FIELD_MALFORMED))
        error = "EGeneral:Invalid arguments";
    ret->post_only_set = post == FIELD_FINE;
    ret->userref_set = fields_find(&reader->view, "order_userref") != NULL;
    return error ? error : order_read_deadline(reader, &ret->deadline_ns);
}
