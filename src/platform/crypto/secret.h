/* SPDX-License-Identifier: MIT */
/*
 * Memory for keys and passphrases: pages of their own, locked so that they never reach the swap,
 * left out of core dumps, blank in a forked child, between two pages that cannot be touched, and
 * wiped when given back. A secret is held nowhere else; what passes through the stack is wiped by
 * who put it there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Zeroed. NULL with errno set when the machine refuses (ENOMEM or EPERM: RLIMIT_MEMLOCK). */
void *secret_new(size_t size);

/* NULL is fine. */
void secret_free(void *secret);

/* Overwrites; the compiler cannot leave it out. */
void secret_wipe(void *bytes, size_t len);

/* Takes the same time wherever the difference is. */
bool secret_equal(const void *a, const void *b, size_t len);

/* For a process that holds keys: no core dump, and no other process of the same user reads its
 * memory or its environment. Before the first secret is read. */
void secret_close_process(void);
