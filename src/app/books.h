/* SPDX-License-Identifier: MIT */
/*
 * What the interface tells from the ledger: closed trades, thoughts, how the account has done and
 * its equity. Read on the bridge's thread through a connection of its own, beside whoever writes.
 * What takes a look at every row is worked out again only when there is another.
 */
#pragma once

#include "operator/server/bridge.h"

struct books;

/* `currency` is the account's. NULL when memory gave out. */
struct books *books_new(const char *state, const char *currency);
void books_free(struct books *books);

/* For bridge_config; good until books_free. */
struct bridge_books books_source(struct books *books);
