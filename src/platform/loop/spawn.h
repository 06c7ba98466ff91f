/* SPDX-License-Identifier: MIT */
/* What every program that cuttle starts is given, be it cuttle itself or an operator's. */
#pragma once

#include <spawn.h>
#include <stddef.h>

/* Signals as usual, and a group of its own: Ctrl-C at the terminal is for the starter, who ends
 * it. 0, or a positive errno. */
int spawn_attributes(posix_spawnattr_t *attributes);

/* This process's environment without the CUTTLE_ variables, which configure sessions and may hold
 * what is secret. The list alone is new, with room for `more` variables and the NULL behind the
 * *ret_count that stand in it. NULL when memory is short; the caller frees it. */
char **spawn_environment(size_t more, size_t *ret_count);
