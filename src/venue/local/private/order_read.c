/* SPDX-License-Identifier: MIT */
/* Orders as REST asks for them: AddOrder and the rows of a batch, AmendOrder, EditOrder. */
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/local/private/inside.h"

#define DEADLINE_MAX_NS (60 * NS_PER_S)
#define CLIENT_WORD_MAX 18

static const struct pair *terms_of(const struct order_reader *reader)
{
    return &private_instrument(reader->private, reader->pair)->terms;
}

const char *order_read_pair(struct order_reader *reader, const char *name)
{
    const char *pair = fields_text(&reader->view, name);
    if (pair[0] == '\0')
        return "EGeneral:Invalid arguments:pair";
    int32_t found = market_find(reader->private->exchange->market, pair, strlen(pair));
    if (found < 0)
        return "EQuery:Unknown asset pair";
    reader->pair = (uint32_t)found;
    return NULL;
}

/* "30010.0", "+5%", "-10", "#2.5": see the table of AddOrder. */
static const char *parse_price(const struct order_reader *reader, const char *name,
                               struct trading_price *ret)
{
    const char *text = fields_text(&reader->view, name);
    size_t len = strlen(text);
    if (len == 0)
        return NULL;
    char sign = strchr("+-#", text[0]) ? text[0] : '\0';
    bool percent = text[len - 1] == '%';
    const char *digits = text + (sign != '\0');
    len -= (sign != '\0') + percent;
    uint32_t decimals = percent ? 4 : terms_of(reader)->price_decimals;
    int64_t value, rounded;
    if (!decimal_parse_rounded(digits, len, decimals, ROUND_DOWN, &rounded) || digits[0] == '-' ||
        digits[0] == '+' || (percent && !sign))
        return "EOrder:Invalid price:Invalid price argument";
    if (!decimal_parse(digits, len, decimals, &value))
        return "EOrder:Invalid price";
    if (!sign && value == 0)
        return NULL; /* 0 is none, as in descr */
    ret->value = sign == '-' ? -value : value;
    if (sign == '#')
        ret->kind = percent ? TRADING_PRICE_AUTO_PPM : TRADING_PRICE_AUTO;
    else if (sign)
        ret->kind = percent ? TRADING_PRICE_PPM : TRADING_PRICE_OFFSET;
    else
        ret->kind = TRADING_PRICE_TICKS;
    return NULL;
}

/* `price` is the limit of limit orders and the trigger of others, whose limit is `price2`. */
static const char *read_prices(const struct order_reader *reader, const char *price,
                               const char *price2, enum trading_type type,
                               struct trading_price *limit, struct trading_price *trigger)
{
    bool triggers = trading_type_triggers(type);
    const char *error = parse_price(reader, price, triggers ? trigger : limit);
    if (!error && triggers)
        error = parse_price(reader, price2, limit);
    if (!error && trading_type_trails(type) && trigger->kind != TRADING_PRICE_NONE &&
        ((trigger->kind != TRADING_PRICE_OFFSET && trigger->kind != TRADING_PRICE_PPM) ||
         trigger->value <= 0))
        error = "EGeneral:Invalid arguments:price";
    return error;
}

const char *order_read_qty(const struct order_reader *reader, const char *name, int64_t *ret_lots)
{
    int64_t lots = 0;
    if (fields_decimal(&reader->view, name, terms_of(reader)->qty_decimals, &lots) ==
            FIELD_MALFORMED ||
        lots < 0)
        return "EGeneral:Invalid arguments:volume";
    *ret_lots = lots;
    return NULL;
}

static bool is_uuid(const char *text, size_t len)
{
    bool hyphens = len == 36;
    if (!hyphens && len != 32)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool hyphen = hyphens && (i == 8 || i == 13 || i == 18 || i == 23);
        if (hyphen ? text[i] != '-' : !strchr("0123456789abcdefABCDEF", text[i]))
            return false;
    }
    return true;
}

const char *order_read_client_id(const struct order_reader *reader, char ret[TRADING_CL_ORD_ID_MAX])
{
    const char *text = fields_text(&reader->view, "cl_ord_id");
    size_t len = strlen(text);
    bool plain = len <= CLIENT_WORD_MAX;
    for (size_t i = 0; i < len; i++)
        plain &= text[i] > ' ' && text[i] < 127;
    if (!plain && !is_uuid(text, len))
        return "EGeneral:Invalid arguments:cl_ord_id";
    memcpy(ret, text, len + 1);
    return NULL;
}

const char *order_read_userref(const struct order_reader *reader, const char *name, int32_t *ret)
{
    int64_t userref = 0;
    if (fields_int(&reader->view, name, &userref) == FIELD_MALFORMED || userref > INT32_MAX ||
        userref < INT32_MIN)
        return "EGeneral:Invalid arguments:userref";
    if (userref != 0 && fields_find(&reader->view, "cl_ord_id"))
        return "EGeneral:Invalid arguments:userref";
    *ret = (int32_t)userref;
    return NULL;
}

const char *order_read_deadline(const struct order_reader *reader, int64_t *ret_ns)
{
    const char *text = fields_text(&reader->view, "deadline");
    int64_t now_ns = private_now(reader->private);
    if (text[0] == '\0')
        return NULL;
    if (!timestamp_parse(text, strlen(text), ret_ns) || *ret_ns > now_ns + DEADLINE_MAX_NS)
        return "EGeneral:Invalid arguments:deadline";
    return *ret_ns < now_ns ? "EService:Deadline elapsed" : NULL;
}

/* 0, unix seconds, or "+n" seconds from now. */
static const char *read_moment(const struct order_reader *reader, const char *name,
                               const char *error, int64_t *ret_ns)
{
    const char *text = fields_text(&reader->view, name);
    int64_t time_ns = 0;
    if (text[0] == '\0')
        return NULL;
    bool relative = text[0] == '+';
    if (!decimal_parse(text + relative, strlen(text) - relative, 9, &time_ns) || time_ns < 0 ||
        __builtin_add_overflow(time_ns, relative ? private_now(reader->private) : 0, ret_ns))
        return error;
    return NULL;
}

static const char *read_flags(const struct order_reader *reader, struct trading_add *ret,
                              bool *ret_cash)
{
    const char *text = fields_text(&reader->view, "oflags");
    while (*text) {
        size_t len = strcspn(text, ",");
        if (len == 4 && memcmp(text, "post", 4) == 0)
            ret->post_only = true;
        else if (len == 4 && memcmp(text, "fciq", 4) == 0)
            ret->fee_in = TRADING_FEE_QUOTE;
        else if (len == 4 && memcmp(text, "fcib", 4) == 0)
            ret->fee_in = TRADING_FEE_BASE;
        else if (len == 4 && memcmp(text, "viqc", 4) == 0)
            *ret_cash = true;
        else if (len != 5 || memcmp(text, "nompp", 5) != 0)
            return "EGeneral:Invalid arguments:oflags";
        text += len + (text[len] == ',');
    }
    return NULL;
}

/* The index of a field's word in a list that ends with NULL; the first when it is absent. */
static bool choose(const struct order_reader *reader, const char *name, const char *const *words,
                   int *ret)
{
    const char *text = fields_text(&reader->view, name);
    *ret = 0;
    if (text[0] == '\0')
        return true;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

static const char *read_words(const struct order_reader *reader, struct trading_add *ret)
{
    static const char *const sides[] = {"buy", "sell", NULL};
    static const char *const tifs[] = {"GTC", "IOC", "GTD", "FOK", NULL};
    static const char *const stps[] = {"cancel-newest", "cancel-oldest", "cancel-both", NULL};
    static const char *const references[] = {"last", "index", NULL};
    int side, tif, stp, reference;
    if (!fields_find(&reader->view, "type") || !choose(reader, "type", sides, &side))
        return "EGeneral:Invalid arguments:type";
    if (!order_type_find(fields_text(&reader->view, "ordertype"), &ret->type))
        return "EGeneral:Invalid arguments:ordertype";
    if (!choose(reader, "timeinforce", tifs, &tif))
        return "EGeneral:Invalid arguments:timeinforce";
    if (!choose(reader, "stptype", stps, &stp))
        return "EGeneral:Invalid arguments:stptype";
    if (!choose(reader, "trigger", references, &reference))
        return "EGeneral:Invalid arguments:trigger";
    ret->side = side == 0 ? SIDE_BUY : SIDE_SELL;
    ret->tif = (enum trading_tif)tif;
    ret->stp = (enum trading_stp)stp;
    ret->reference = (enum trading_reference)reference;
    return NULL;
}

static const char *read_switches(const struct order_reader *reader, struct trading_add *ret)
{
    const char *leverage = fields_text(&reader->view, "leverage");
    ret->margin = leverage[0] && strcmp(leverage, "none") != 0 && strcmp(leverage, "0") != 0;
    if (fields_bool(&reader->view, "reduce_only", &ret->reduce_only) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:reduce_only";
    if (fields_bool(&reader->view, "validate", &ret->validate) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments:validate";
    return NULL;
}

static const char *read_volume(const struct order_reader *reader, bool cash,
                               struct trading_add *ret)
{
    const struct private *private = reader->private;
    const char *error = order_read_qty(reader, "displayvol", &ret->display_lots);
    if (error)
        return "EGeneral:Invalid arguments:displayvol";
    if (!cash)
        return order_read_qty(reader, "volume", &ret->qty_lots);
    uint32_t quote = trading_pair(private->trading, reader->pair)->quote;
    if (ret->type != TRADING_MARKET || ret->side != SIDE_BUY)
        return "EGeneral:Invalid arguments:oflags";
    if (fields_decimal(&reader->view, "volume", private->assets[quote].decimals, &ret->cash) !=
            FIELD_FINE ||
        ret->cash <= 0)
        return "EGeneral:Invalid arguments:volume";
    return NULL;
}

static const char *read_close(const struct order_reader *reader, struct trading_close *ret)
{
    const char *word = fields_text(&reader->view, "close[ordertype]");
    if (word[0] == '\0')
        return fields_has(&reader->view, "close") ? "EGeneral:Invalid arguments:close" : NULL;
    if (!order_type_find(word, &ret->type) || ret->type == TRADING_MARKET ||
        ret->type == TRADING_SETTLE_POSITION)
        return "EGeneral:Invalid arguments:close";
    ret->wanted = true;
    return read_prices(reader, "close[price]", "close[price2]", ret->type, &ret->limit,
                       &ret->trigger);
}

const char *order_read_add(const struct order_reader *reader, struct trading_add *ret)
{
    const struct fields_view *view = &reader->view;
    bool cash = false;
    *ret = (struct trading_add){.pair = reader->pair};
    const char *error = read_words(reader, ret);
    if (!error)
        error = read_flags(reader, ret, &cash);
    if (!error)
        error = read_switches(reader, ret);
    if (!error)
        error = read_volume(reader, cash, ret);
    if (!error)
        error = read_prices(reader, "price", "price2", ret->type, &ret->limit, &ret->trigger);
    if (!error)
        error = read_close(reader, &ret->close);
    if (!error)
        error =
            read_moment(reader, "starttm", "EGeneral:Invalid arguments:starttm", &ret->start_ns);
    if (!error)
        error =
            read_moment(reader, "expiretm", "EGeneral:Invalid arguments:expiretm", &ret->expire_ns);
    if (!error)
        error = order_read_client_id(reader, ret->cl_ord_id);
    if (!error)
        error = order_read_userref(reader, "userref", &ret->userref);
    if (!error && fields_find(view, "deadline"))
        error = order_read_deadline(reader, &ret->deadline_ns);
    return error;
}

uint64_t order_named(const struct order_reader *reader, const char *id, const char *client)
{
    const struct trading *trading = reader->private->trading;
    const char *text = fields_text(&reader->view, id);
    if (text[0])
        return trading_id_parse(trading, 'O', text, strlen(text));
    text = fields_text(&reader->view, client);
    if (text[0] == '\0')
        return 0;
    const struct trading_order *order = trading_order_by_client(trading, reader->account, text);
    return order ? order->id : 0;
}

const char *order_read_amend(const struct order_reader *reader, struct trading_amend *ret)
{
    const struct fields_view *view = &reader->view;
    uint64_t order = ret->order;
    *ret = (struct trading_amend){.order = order};
    ret->qty_set = fields_find(view, "order_qty") != NULL;
    ret->display_set = fields_find(view, "display_qty") != NULL;
    const char *error = order_read_qty(reader, "order_qty", &ret->qty_lots);
    if (error)
        return "EGeneral:Invalid arguments:order_qty";
    if (order_read_qty(reader, "display_qty", &ret->display_lots))
        return "EGeneral:Invalid arguments:display_qty";
    error = parse_price(reader, "limit_price", &ret->limit);
    if (!error)
        error = parse_price(reader, "trigger_price", &ret->trigger);
    enum field_state post = fields_bool(view, "post_only", &ret->post_only);
    ret->post_only_set = post == FIELD_FINE;
    if (!error && post == FIELD_MALFORMED)
        error = "EGeneral:Invalid arguments:post_only";
    return error ? error : order_read_deadline(reader, &ret->deadline_ns);
}

/* The order of an edit says by its type which price is which. */
const char *order_read_edit(const struct order_reader *reader, struct trading_edit *ret)
{
    uint64_t id = ret->order;
    const struct trading_order *order =
        trading_order(reader->private->trading, reader->account, id);
    *ret = (struct trading_edit){.order = id};
    if (!order)
        return "EOrder:Unknown order";
    struct trading_add flags = {0};
    bool cash = false;
    const char *error = order_read_qty(reader, "volume", &ret->qty_lots);
    if (!error)
        error = order_read_qty(reader, "displayvol", &ret->display_lots);
    if (!error)
        error = read_prices(reader, "price", "price2", order->type, &ret->limit, &ret->trigger);
    if (!error)
        error = read_flags(reader, &flags, &cash);
    if (!error)
        error = order_read_userref(reader, "userref", &ret->userref);
    if (!error && fields_bool(&reader->view, "validate", &ret->validate) == FIELD_MALFORMED)
        error = "EGeneral:Invalid arguments:validate";
    if (error)
        return error;
    ret->userref_set = fields_find(&reader->view, "userref") != NULL;
    ret->post_only_set = fields_find(&reader->view, "oflags") != NULL;
    ret->post_only = flags.post_only;
    return order_read_deadline(reader, &ret->deadline_ns);
}
