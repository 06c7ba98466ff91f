/* SPDX-License-Identifier: MIT */
/*
 * The ledger's tables and how older ones become them. Each step of ledger_migrate brings the file
 * from one version to the next, in one transaction; a step once released is never changed.
 */
#pragma once

#include <stddef.h>

struct sqlite3;

/* 0, or -errno with the reason in `error`: -EPROTO when the file is of a newer cuttle, or of none.
 */
int ledger_migrate(struct sqlite3 *db, char *error, size_t error_size);

/* The same without changing anything: an older file is refused too. */
int ledger_check_version(struct sqlite3 *db, char *error, size_t error_size);
