/* SPDX-License-Identifier: MIT */
/*
 * What may speak against an order, in Kraken's words. The form is what the request alone shows to
 * be wrong; state is what the account and the pair say today.
 */
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "venue/local/trading/internal.h"

#define DEADLINE_MAX_NS (60 * NS_PER_S)
#define EXPIRE_MIN_NS (5 * NS_PER_S)
#define EXPIRE_MAX_NS (31 * NS_PER_DAY)
#define FREE_TEXT_MAX 18 /* of a cl_ord_id that is no UUID */

static bool uuid(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        const bool hyphen = len == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
        const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f') ||
                         (text[i] >= 'A' && text[i] <= 'F');
        if (hyphen ? text[i] != '-' : !hex)
            return false;
    }
    return len == 36 || len == 32;
}

static bool client_id_good(const char *text)
{
    const char *end = memchr(text, '\0', TRADING_CL_ORD_ID_MAX);
    const size_t len = end != NULL ? (size_t)(end - text) : TRADING_CL_ORD_ID_MAX;
    if (len > FREE_TEXT_MAX && (end == NULL || !uuid(text, len)))
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

const char *admit_price(const struct desk *desk, int64_t price_ticks)
{
    if (price_ticks <= 0 || price_ticks > AMOUNT_MAX)
        return "EOrder:Invalid price";
    if (price_ticks % desk->pair.terms.tick_step != 0)
        return "EOrder:Tick size check failed";
    return NULL;
}

static const char *kind_fault(const struct trading_add *add)
{
    const bool plain = add->type == TRADING_LIMIT || add->type == TRADING_ICEBERG;
    if (add->type >= TRADING_SETTLE_POSITION)
        return "EOrder:Unknown position";
    if (add->margin)
        return "EGeneral:Invalid arguments:leverage";
    if (add->reduce_only)
        return "EOrder:Reduce only:Non-PC";
    if (add->post_only && (!plain || add->tif == TRADING_IOC || add->tif == TRADING_FOK))
        return "EGeneral:Invalid arguments:oflags";
    if (add->tif == TRADING_FOK && add->type != TRADING_LIMIT)
        return "EGeneral:Invalid arguments:timeinforce";
    if (add->type == TRADING_ICEBERG && add->tif == TRADING_IOC)
        return "EGeneral:Invalid arguments:timeinforce";
    if (add->cash != 0 && (add->type != TRADING_MARKET || add->side != SIDE_BUY))
        return "EGeneral:Invalid arguments:oflags";
    return NULL;
}

static const char *quantity_fault(const struct trading_add *add)
{
    if (add->cash != 0)
        return add->cash > 0 && add->cash < AMOUNT_MAX && add->qty_lots == 0
                   ? NULL
                   : "EGeneral:Invalid arguments:volume";
    if (add->qty_lots <= 0 || add->qty_lots > AMOUNT_MAX)
        return "EGeneral:Invalid arguments:volume";
    if (add->type != TRADING_ICEBERG)
        return add->display_lots == 0 ? NULL : "EGeneral:Invalid arguments:displayvol";
    const int64_t least = (add->qty_lots + DISPLAY_PARTS - 1) / DISPLAY_PARTS;
    if (add->display_lots < least || add->display_lots > add->qty_lots)
        return "EGeneral:Invalid arguments:displayvol";
    return NULL;
}

const char *admit_deadline(const struct trading *trading, int64_t deadline_ns)
{
    if (deadline_ns == 0)
        return NULL;
    if (deadline_ns <= trading->now_ns)
        return "EService:Deadline elapsed";
    if (deadline_ns - trading->now_ns > DEADLINE_MAX_NS)
        return "EGeneral:Invalid arguments:deadline";
    return NULL;
}

static const char *time_fault(const struct trading *trading, const struct trading_add *add)
{
    const int64_t now_ns = trading->now_ns;
    if (add->tif == TRADING_GTD && add->expire_ns == 0)
        return "EGeneral:Invalid arguments:expiretm";
    if (add->expire_ns != 0) {
        const int64_t ahead_ns = add->expire_ns - now_ns;
        if (add->tif == TRADING_IOC || add->tif == TRADING_FOK || ahead_ns < EXPIRE_MIN_NS ||
            ahead_ns > EXPIRE_MAX_NS || add->expire_ns <= add->start_ns)
            return "EGeneral:Invalid arguments:expiretm";
    }
    if (add->start_ns < 0 || add->start_ns - now_ns > EXPIRE_MAX_NS)
        return "EGeneral:Invalid arguments:starttm";
    return NULL;
}

/* Limit and trigger as the type needs them: a price that is not wanted is as wrong as one that is
 * missing. A trailing distance is positive. */
static const char *prices_fault(enum trading_type type, const struct trading_price *limit,
                                const struct trading_price *trigger)
{
    if (trading_type_limits(type) != (limit->kind != TRADING_PRICE_NONE) ||
        trading_type_triggers(type) != (trigger->kind != TRADING_PRICE_NONE))
        return "EGeneral:Invalid arguments:price";
    if (trading_type_trails(type) &&
        ((trigger->kind != TRADING_PRICE_OFFSET && trigger->kind != TRADING_PRICE_PPM) ||
         trigger->value <= 0 || limit->kind == TRADING_PRICE_TICKS))
        return "EOrder:Invalid price";
    return NULL;
}

static const char *close_fault(const struct desk *desk, const struct trading_close *close)
{
    if (!close->wanted)
        return NULL;
    if (close->type == TRADING_MARKET || close->type >= TRADING_SETTLE_POSITION)
        return "EGeneral:Invalid arguments:close";
    const char *fault = prices_fault(close->type, &close->limit, &close->trigger);
    if (fault == NULL && close->limit.kind == TRADING_PRICE_TICKS)
        fault = admit_price(desk, close->limit.value);
    if (fault == NULL && close->trigger.kind == TRADING_PRICE_TICKS)
        fault = admit_price(desk, close->trigger.value);
    return fault;
}

const char *order_prices(const struct trading *trading, struct trading_order *order)
{
    const struct desk *desk = &trading->desks[order->pair];
    const int64_t reference = price_reference(desk, order);
    const char *fault = NULL;
    if (trading_type_triggers(order->type)) {
        order->trigger_ticks = price_trigger(trading, order, reference);
        order->peak_ticks = trading_type_trails(order->type) ? reference : 0;
        fault = admit_price(desk, order->trigger_ticks);
    }
    if (fault == NULL && trading_type_limits(order->type)) {
        const bool triggers = trading_type_triggers(order->type);
        order->limit_ticks =
            price_limit(trading, order, triggers ? order->trigger_ticks : reference);
        fault = admit_price(desk, order->limit_ticks);
    }
    return fault;
}

static void fill_in(const struct trading *trading, uint32_t account, const struct trading_add *add,
                    struct trading_order *ret)
{
    const struct trading_pair *pair = &trading->desks[add->pair].pair;
    enum trading_fee_in fee_in = add->fee_in;
    if (fee_in == TRADING_FEE_DEFAULT)
        fee_in = trading->variant.fee_by_side && add->side == SIDE_SELL ? TRADING_FEE_BASE
                                                                        : TRADING_FEE_QUOTE;
    *ret = (struct trading_order){
        .account = account,
        .pair = add->pair,
        .side = add->side,
        .type = add->type,
        .tif = add->expire_ns != 0 && add->tif == TRADING_GTC ? TRADING_GTD : add->tif,
        .stp = add->stp,
        .fee_in = fee_in,
        .reference = add->reference,
        .post_only = add->post_only,
        .qty_lots = add->qty_lots,
        .cash = add->cash,
        .display_lots = add->display_lots,
        .display_left_lots = add->display_lots,
        .limit_asked = add->limit,
        .trigger_asked = add->trigger,
        .hold_asset = add->side == SIDE_BUY ? pair->quote : pair->base,
        .open_ns = trading->now_ns,
        .start_ns = add->start_ns > trading->now_ns ? add->start_ns : 0,
        .expire_ns = add->expire_ns,
        .change_ns = trading->now_ns,
        .userref = add->userref,
        .close = add->close,
    };
    memcpy(ret->cl_ord_id, add->cl_ord_id, sizeof ret->cl_ord_id);
}

const char *admit_form(const struct trading *trading, uint32_t account,
                       const struct trading_add *add, struct trading_order *ret)
{
    if (add->pair >= trading->config.pair_count)
        return "EQuery:Unknown asset pair";
    if (!client_id_good(add->cl_ord_id) || (add->cl_ord_id[0] != '\0' && add->userref != 0))
        return "EGeneral:Invalid arguments:cl_ord_id";
    const char *fault = kind_fault(add);
    fault = fault != NULL ? fault : quantity_fault(add);
    fault = fault != NULL ? fault : time_fault(trading, add);
    fault = fault != NULL ? fault : prices_fault(add->type, &add->limit, &add->trigger);
    fault = fault != NULL ? fault : close_fault(&trading->desks[add->pair], &add->close);
    if (fault != NULL)
        return fault;
    fill_in(trading, account, add, ret);
    return order_prices(trading, ret);
}

const char *admit_market(const struct trading *trading, const struct trading_order *order)
{
    const enum pair_status status = trading->desks[order->pair].status;
    const enum trading_system system = trading->system;
    if (system == TRADING_MAINTENANCE || status == PAIR_OFFLINE)
        return "EService:Unavailable";
    if (system == TRADING_CANCEL_ONLY || status == PAIR_CANCEL_ONLY)
        return "EService:Market in cancel_only mode";
    if (status == PAIR_REDUCE_ONLY)
        return "EService:Market in reduce_only mode";
    if ((system == TRADING_POST_ONLY || status == PAIR_POST_ONLY) && !order->post_only)
        return "EService:Market in post_only mode";
    const bool plain = order->type == TRADING_LIMIT || order->type == TRADING_ICEBERG;
    if ((system == TRADING_LIMIT_ONLY || status == PAIR_LIMIT_ONLY) && !plain)
        return "EService:Market in limit_only mode";
    return NULL;
}

const char *admit_minimums(const struct trading *trading, const struct trading_order *order)
{
    const struct desk *desk = &trading->desks[order->pair];
    const struct pair *terms = &desk->pair.terms;
    const int64_t price = trading_type_limits(order->type)     ? order->limit_ticks
                          : trading_type_triggers(order->type) ? order->trigger_ticks
                                                               : desk->last_ticks;
    int64_t lots = order->qty_lots;
    if (order->cash > 0) {
        if (price == 0)
            return NULL;
        lots = lots_for(desk, order->cash, price);
    }
    if (lots < terms->qty_min_lots)
        return "EOrder:Order minimum not met";
    const wide places = (wide)decimal_pow10(MONEY_DECIMALS);
    const wide product = (wide)price * lots * places;
    const uint32_t decimals = terms->price_decimals + terms->qty_decimals;
    wide least = terms->cost_min;
    for (uint32_t i = 0; i < decimals; i++)
        least *= 10;
    return price > 0 && product < least ? "EOrder:Cost minimum not met" : NULL;
}

/* What it would reserve, or for a market order spend. */
static int64_t outlay(const struct trading *trading, const struct trading_order *order)
{
    const struct desk *desk = &trading->desks[order->pair];
    if (trading_type_limits(order->type) || trading_type_triggers(order->type))
        return hold_needed(trading, order);
    const bool buy = order->side == SIDE_BUY;
    int64_t amount = order->cash;
    if (!buy)
        amount = base_of(desk, order->qty_lots);
    else if (amount == 0)
        match_reach(trading, order, order->qty_lots, &amount);
    if (buy != (order->fee_in == TRADING_FEE_QUOTE))
        return amount;
    const int64_t ppm = fee_ppm(trading, order->account, order->pair, false);
    return amount + trade_fee_of(amount, ppm, buy ? desk->cost_step : 1, ROUND_UP);
}

const char *admit_funds(const struct trading *trading, const struct trading_order *order,
                        const struct trading_order *replaced)
{
    int64_t room = account_free(trading, order->account, order->hold_asset);
    if (replaced != NULL && replaced->hold_asset == order->hold_asset)
        room += replaced->hold;
    const struct desk *desk = &trading->desks[order->pair];
    const int64_t price =
        order->limit_ticks > order->trigger_ticks ? order->limit_ticks : order->trigger_ticks;
    if (outlay(trading, order) > room)
        return "EOrder:Insufficient funds";
    return cost_of(desk, price, order->qty_lots, ROUND_UP) == AMOUNT_MAX ? "EOrder:Invalid price"
                                                                         : NULL;
}

const char *admit_state(const struct trading *trading, const struct trading_order *order,
                        const struct trading_order *replaced)
{
    const struct desk *desk = &trading->desks[order->pair];
    const char *fault = admit_minimums(trading, order);
    if (fault != NULL)
        return fault;
    const size_t at = (size_t)order->account * trading->config.pair_count + order->pair;
    if (replaced == NULL &&
        (trading->open_counts[at] >= rate_orders_max(trading->accounts[order->account].tier) ||
         trading->open_count >= trading->config.order_max / 2))
        return "EOrder:Orders limit exceeded";
    if (order->cl_ord_id[0] != '\0' &&
        trading_order_by_client(trading, order->account, order->cl_ord_id) != NULL)
        return "EGeneral:Invalid arguments:cl_ord_id";
    if (trading->variant.crossed_refused && trading_type_triggers(order->type) &&
        order->start_ns == 0 && trigger_met(order, price_reference(desk, order)))
        return "EOrder:Invalid price";
    fault = admit_funds(trading, order, replaced);
    if (fault != NULL)
        return fault;
    if (trading->variant.post_refused && order->post_only && order->start_ns == 0 &&
        match_best(trading, order) != 0)
        return "EOrder:Post only order";
    return NULL;
}
