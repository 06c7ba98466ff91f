/* SPDX-License-Identifier: MIT */
/*
 * Does the account hold what our books count on? Positions come from our own fills and cash from
 * session.capital, never from balances: more than that may lie there (the operator's own), but with
 * less orders will be refused, and a human has to know. Only what lasts counts: the venue tells of
 * a trade and of the balance it leaves in messages of their own.
 */
#include <stdio.h>
#include <string.h>

#include "app/session.h"
#include "core/base/decimal.h"
#include "platform/log/log.h"

#define LASTS_NS (10 * NS_PER_S)

/* In 1e-8: what the venue's rounding of costs and fees may make in a long life. */
#define CASH_SLACK 1000000

/* 1e-8 of the asset. */
static int64_t balance_of(const struct session_orders *orders, const char *asset)
{
    for (uint32_t i = 0; i < orders->balance_count; i++) {
        if (strcmp(orders->balances[i].asset, asset) == 0) {
            return orders->balances[i].total;
        }
    }
    return 0;
}

static bool cash_short(const struct session *session, char *text, size_t size)
{
    const char *currency = session->options->session.currency;
    const int64_t has = balance_of(session->orders, currency);
    const int64_t counted = session->engine->portfolio.cash;
    if (has + CASH_SLACK >= counted) {
        return false;
    }
    snprintf(text, size,
             "the account has %.2f %s and the books count on %.2f: entries that need the rest will "
             "be refused. Deposit it, or begin with a smaller session.capital",
             (double)has / 1e8, currency, (double)counted / 1e8);
    return true;
}

static bool coins_short(const struct session *session, uint32_t pair, char *text, size_t size)
{
    const struct pair *terms = &session->engine->pairs[pair].terms;
    const int64_t held = session->engine->portfolio.positions[pair].qty_lots;
    if (held == 0) {
        return false;
    }
    const int64_t scale = decimal_pow10(terms->qty_decimals < 8 ? 8 - terms->qty_decimals : 0);
    const int64_t has = balance_of(session->orders, terms->base);
    if (has / scale >= held) {
        return false;
    }
    snprintf(text, size,
             "the account has %.8f %s and the books hold %.8f: what is missing can be neither sold "
             "nor protected. If you took it away, bring it back; cuttle sells only what it bought",
             (double)has / 1e8, terms->base, (double)held * (double)scale / 1e8);
    return true;
}

static bool any_short(const struct session *session, char *text, size_t size)
{
    bool found = cash_short(session, text, size);
    for (uint32_t i = 0; i < session->pair_count && !found; i++) {
        found = coins_short(session, i, text, size);
    }
    return found;
}

void session_funds(struct session *session)
{
    struct session_orders *orders = session->orders;
    char text[sizeof orders->funds.text];
    if (orders->balance_count == 0 || !session->broker->settled) {
        return; /* not heard of yet */
    }
    const int64_t now_ns = session->clock.mono_ns(session->clock.self);
    struct session_funds *funds = &orders->funds;
    if (!any_short(session, text, sizeof text)) {
        if (funds->text[0] != '\0') {
            log_info("session.funds", "the account holds again what the books count on", NULL);
        }
        *funds = (struct session_funds){0};
        return;
    }
    if (funds->since_mono_ns == 0) {
        funds->since_mono_ns = now_ns;
    }
    if (now_ns - funds->since_mono_ns >= LASTS_NS && funds->text[0] == '\0') {
        memcpy(funds->text, text, sizeof text);
        log_warn("session.funds", text, NULL);
    }
}
