/* SPDX-License-Identifier: MIT */
/*
 * The many names of one thing. Kraken's REST calls bitcoin XXBT, its older names XBT, its WebSocket
 * v2 and everybody else BTC. Names are resolved by table, never by stripping a letter: XRP, XTZ and
 * ZRX are what they are. (Source: Kraken's Assets list and its WebSocket v2 guide.)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/market/pair.h"

/* "XXBT", "xbt" -> "BTC"; a name not in the table is only put in upper case. False when it is
 * empty, too long, or holds anything but letters, digits and dots. */
bool alias_asset(const char *text, size_t len, char ret[SYMBOL_MAX]);

/*
 * "XBT/USD", "XXBTZUSD", "XBTUSD", "btc-usd", "BTC_USD" -> "BTC/USD". Without a separator the quote
 * is the longest known quote currency the name ends in. False when none is recognised.
 */
bool alias_symbol(const char *text, size_t len, char ret[SYMBOL_MAX]);
