/* SPDX-License-Identifier: MIT */
/*
 * The names that a person gives a pair: BTC/USD, btc-usd, BTCUSD, and Kraken's XBT/USD, XBTUSD and
 * XXBTZUSD. The session's own is always the first form.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Whether `name` is one of the names of the pair "BTC/USD". */
bool symbol_is(const char *name, const char *symbol);

/* "xbt-eur" as "BTC/EUR", for a pair that nobody here knows. False: it does not say where one half
 * ends, or does not fit. */
bool symbol_spell(const char *name, char *out, size_t size);
