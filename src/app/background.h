/* SPDX-License-Identifier: MIT */
/*
 * A child process that works while others trade: it gets what they leave of processor and disk, is
 * the first to go when memory is short, and ends with the one who started it, however that ends.
 *
 * It is started without a copy of the starter's memory (posix_spawn), so that no thread of the
 * starter stands still for it; so the child itself asks for the rest, first of all it does. The
 * kernel ends it with the thread that started it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Runs this program with the words, `argv[0]` its name, in `folder`, with what it says in the file
 * `output`, its standard error in `errors` (NULL: in `output` too), and without the CUTTLE_
 * variables: the words alone configure it. Its process, or -errno. */
pid_t background_start(char *const argv[], const char *folder, const char *output,
                       const char *errors);

/* The child's side. False: the starter is gone already. */
bool background_become(pid_t starter);

/* True when it has ended; *ret_status is as waitpid has it. */
bool background_look(pid_t child, int *ret_status);

/* Bytes of memory that are its alone; 0 when that cannot be known. */
uint64_t background_memory(pid_t child);

/* Asks it to end; background_look says when it has. */
void background_ask(pid_t child);

/* Ends it at once, and returns when it is gone. */
void background_kill(pid_t child);
