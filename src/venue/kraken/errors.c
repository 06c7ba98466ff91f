/* SPDX-License-Identifier: MIT */
#include "venue/kraken/errors.h"

#include <string.h>

/* Where one text begins another, the longer stands first. */
const struct kraken_error kraken_errors[] = {
    {"EAPI:Invalid key", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAPI:Invalid signature", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAPI:Invalid nonce", false, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONCE},
    {"EAPI:Invalid token", false, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_TOKEN},
    {"ESession:Invalid session", false, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_TOKEN},
    {"EAPI:Rate limit exceeded", false, true, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EAPI:Feature disabled", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_NONE},

    {"EAuth:Rate limit exceeded", false, true, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EAuth:Too many requests", false, true, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EAuth:Account temporary disabled", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"EAuth:Account unconfirmed", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},

    {"EGeneral:Permission denied", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_NONE},
    {"EGeneral:Temporary lockout", false, true, REJECT_RATE, KRAKEN_REMEDY_LOCKOUT},
    {"EGeneral:Too many requests", false, true, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EGeneral:Internal error", true, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EGeneral:Invalid arguments", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EGeneral:Unknown method", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EDatabase:Internal error", true, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},

    {"EService:Unavailable", true, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EService:Busy", true, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EService:Timeout", true, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE},
    {"EService:Throttled", false, true, REJECT_RATE, KRAKEN_REMEDY_WAIT},
    {"EService:Deadline elapsed", false, false, REJECT_DEADLINE, KRAKEN_REMEDY_NONE},
    {"EService:Market in cancel_only mode", false, false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},
    {"EService:Market in post_only mode", false, false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},
    {"EService:Market in limit_only mode", false, false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},
    {"EService:Market in ", false, false, REJECT_PAIR_STATUS, KRAKEN_REMEDY_NONE},

    {"EOrder:Insufficient funds", false, false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Order minimum not met", false, false, REJECT_QTY_MIN, KRAKEN_REMEDY_NONE},
    {"EOrder:Cost minimum not met", false, false, REJECT_COST_MIN, KRAKEN_REMEDY_NONE},
    {"EOrder:Tick size check failed", false, false, REJECT_TICK, KRAKEN_REMEDY_NONE},
    {"EOrder:Invalid price", false, false, REJECT_TICK, KRAKEN_REMEDY_NONE},
    {"EOrder:Invalid order", false, false, REJECT_UNKNOWN_ORDER, KRAKEN_REMEDY_NONE},
    {"EOrder:Unknown order", false, false, REJECT_UNKNOWN_ORDER, KRAKEN_REMEDY_NONE},
    {"EOrder:Post only", false, false, REJECT_POST_ONLY, KRAKEN_REMEDY_NONE},
    {"EOrder:Rate limit exceeded", false, false, REJECT_RATE, KRAKEN_REMEDY_NONE},
    {"EOrder:Domain rate limit exceeded", false, false, REJECT_RATE, KRAKEN_REMEDY_NONE},
    {"EOrder:Orders limit exceeded", false, false, REJECT_FULL, KRAKEN_REMEDY_NONE},
    {"EOrder:Scheduled orders limit exceeded", false, false, REJECT_FULL, KRAKEN_REMEDY_NONE},
    {"EOrder:Insufficient margin", false, false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Margin ", false, false, REJECT_FUNDS, KRAKEN_REMEDY_NONE},
    {"EOrder:Unknown position", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Cannot open position", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Cannot open opposing position", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EOrder:Positions limit exceeded", false, false, REJECT_FULL, KRAKEN_REMEDY_NONE},
    {"EOrder:Reduce only", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},

    {"EQuery:Unknown asset pair", false, false, REJECT_NO_MARKET, KRAKEN_REMEDY_NONE},
    {"EQuery:Invalid asset pair", false, false, REJECT_NO_MARKET, KRAKEN_REMEDY_NONE},
    {"EQuery:Unknown asset", false, false, REJECT_NO_MARKET, KRAKEN_REMEDY_NONE},
    {"ETrade:User Locked", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_HUMAN},
    {"ETrade:Invalid request", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
    {"EAccount:Invalid permissions", false, false, REJECT_PERMISSION, KRAKEN_REMEDY_NONE},
    {"EBM:limit exceeded", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE},
};
const size_t kraken_error_count = sizeof kraken_errors / sizeof *kraken_errors;

static bool begins(const char *text, size_t len, const char *with)
{
    size_t with_len = strlen(with);
    return len >= with_len && memcmp(text, with, with_len) == 0;
}

static bool leaves_open(const char *text, size_t len)
{
    static const char *const settled[] = {
        "EAPI:",   "EAuth:",    "EGeneral:", "EOrder:", "EQuery:",
        "ETrade:", "EAccount:", "ESession:", "EBM:",    "EFunding:"};
    for (size_t i = 0; i + 8 <= len; i++) {
        if (memcmp(text + i, "Internal", 8) == 0)
            return true;
    }
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) {
        if (begins(text, len, settled[i]))
            return false;
    }
    /* "EWhat:..." of a category never heard of; what has none is the protocol's own refusal. */
    const char *colon = memchr(text, ':', len);
    return len > 1 && text[0] == 'E' && text[1] >= 'A' && text[1] <= 'Z' && colon != NULL &&
           memchr(text, ' ', (size_t)(colon - text)) == NULL;
}

const struct kraken_error *kraken_error_find(const char *text, size_t len)
{
    static const struct kraken_error open = {"", true, true, REJECT_VENUE_DOWN, KRAKEN_REMEDY_NONE};
    static const struct kraken_error settled = {"", false, false, REJECT_OTHER, KRAKEN_REMEDY_NONE};
    for (size_t i = 0; i < kraken_error_count; i++) {
        if (begins(text, len, kraken_errors[i].text))
            return &kraken_errors[i];
    }
    return leaves_open(text, len) ? &open : &settled;
}
