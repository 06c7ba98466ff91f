/* SPDX-License-Identifier: MIT */
/*
 * The ledger's tables and how older ones become them. Each step of ledger_migrate brings the file
 * from one version to the next, in one transaction; a step once released is never changed. Before
 * the first of them the file is copied to LEDGER.vN, N being its version.
 */
#pragma once

#include <stddef.h>

struct sqlite3;

/* texts[v] brings version v to v + 1. */
struct ledger_steps {
    const char *const *texts;
    int count;
};
extern const struct ledger_steps ledger_steps;

/* 0, or -errno with the reason in `error`: -EPROTO when the file is of a newer cuttle, or of none.
 */
int ledger_migrate(struct sqlite3 *db, const struct ledger_steps *steps, char *error,
                   size_t error_size);

/* The same without changing anything: an older file is refused too, with -ESTALE. */
int ledger_check_version(struct sqlite3 *db, char *error, size_t error_size);
