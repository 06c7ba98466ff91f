/* SPDX-License-Identifier: MIT */
/*
 * The file that keeps keys and accounts from one run to the next: nonces, balances, orders, trades,
 * ledger. It is written whole and swapped in, so a crash leaves the one before. It holds secrets of
 * made-up money: only its owner may read it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "venue/local/private/keyring.h"
#include "venue/local/trading/trading.h"

/* Into an empty keyring and a newly opened trading. True also when there is no such file; then
 * nothing has changed. */
bool accounts_load(const char *path, struct keyring *keyring, struct trading *trading, char *error,
                   size_t error_size);

/* Market time as the file left it; 0: there is none, or it is no such file. */
int64_t accounts_time(const char *path);

/* The pairs that were traded there, `max` of them at most; 0: there is none, or it is no such
 * file. */
uint32_t accounts_pairs(const char *path, char (*symbols)[SYMBOL_MAX], uint32_t max);

bool accounts_save(const char *path, const struct keyring *keyring, struct trading *trading,
                   char *error, size_t error_size);
