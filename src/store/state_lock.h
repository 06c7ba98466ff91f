/* SPDX-License-Identifier: MIT */
/*
 * A state directory belongs to one user (0700, narrowed when it was wider) and to one process at a
 * time: created when missing, locked by flock on DIR/lock, which also says whose it is. The kernel
 * frees the lock when the process ends, however it ends.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct state_lock;

/* NULL with one clear line in `error`: in use by process N (then errno is EWOULDBLOCK), not
 * writable, not a directory. */
struct state_lock *state_lock_take(const char *dir, char *error, size_t error_size);

/* The process that holds the directory; 0: none does. */
int64_t state_lock_holder(const char *dir);

/* The same for a single file, locked by PATH.lock. Whoever has it may just be on his way out, still
 * writing: he is waited for so long. */
struct state_lock *state_lock_file(const char *path, int64_t patience_ns, char *error,
                                   size_t error_size);

void state_lock_release(struct state_lock *lock);
