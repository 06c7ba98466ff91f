/* SPDX-License-Identifier: MIT */
/* Why orders ended, in words. Only "User requested" is attested; the sets differ in the others. */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

static const char *const words[TRADING_REASON_COUNT][TRADING_WORDS_COUNT] = {
    [TRADING_REASON_USER] = {"User requested", "User requested", "User requested"},
    [TRADING_REASON_TIMER] = {"Cancel all orders after timer", "User requested",
                              "CancelAllOrdersAfter expired"},
    [TRADING_REASON_EXPIRED] = {"Order expired", "Expired", "GTD order expired"},
    [TRADING_REASON_POST_ONLY] = {"Post only order", "Post-only order would have crossed",
                                  "EOrder:Post only order"},
    [TRADING_REASON_IOC] = {"Immediate or cancel", "IOC order not filled", "User requested"},
    [TRADING_REASON_FOK] = {"Fill or kill", "FOK order not filled", "User requested"},
    [TRADING_REASON_STP] = {"Self trade prevention", "STP", "Order would self-trade"},
    [TRADING_REASON_FUNDS] = {"Insufficient funds", "EOrder:Insufficient funds", "No funds"},
    [TRADING_REASON_LIQUIDITY] = {"Insufficient liquidity", "Market order not filled",
                                  "Out of liquidity"},
    [TRADING_REASON_EDITED] = {"Order replaced", "User requested", "Replaced"},
    [TRADING_REASON_AMENDED] = {"User requested", "User requested", "User requested"},
    [TRADING_REASON_REDUCED] = {"User requested", "Amended below filled", "User requested"},
};

const char *trading_reason_text(const struct trading *trading, enum trading_reason reason)
{
    CHECK(reason < TRADING_REASON_COUNT);
    return words[reason][trading->variant.words];
}
