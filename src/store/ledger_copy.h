/* SPDX-License-Identifier: MIT */
/*
 * A consistent copy of a ledger, also of one that a session is writing: what was committed when the
 * copy began is in it, whole, and nobody waits. The copy is checked page by page before it counts.
 */
#pragma once

#include <stddef.h>

struct sqlite3;

/* From an open database into a new file (0600); one that is there is refused. 0, or -errno with the
 * reason in `error`; then there is no copy. */
int ledger_copy(struct sqlite3 *from, const char *to, char *error, size_t error_size);

/* The same from a file, which is only read. -ENOENT: there is none. */
int ledger_copy_file(const char *from, const char *to, char *error, size_t error_size);
