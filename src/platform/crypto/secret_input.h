/* SPDX-License-Identifier: MIT */
/*
 * Secrets from where people and services put them, straight into the memory of secret.h: nothing
 * passes through a buffer of the C library. One line feed at the end is not part of the secret.
 * Each gives 0 or a negative errno; on failure `ret` is wiped. -ENOSPC: longer than `size` - 1;
 * -EBADMSG: a zero byte is in it.
 */
#pragma once

#include <stddef.h>

/* Asks on the terminal, which does not show what is typed. -ENOTTY: there is none; -EINTR:
 * Ctrl-C. */
int secret_ask(const char *prompt, char *ret, size_t size, size_t *ret_len);

/* To the end of what `fd` gives. */
int secret_read(int fd, char *ret, size_t size, size_t *ret_len);

/* -EPERM: others may read the file, or more than its owner may write it. */
int secret_read_file(const char *path, char *ret, size_t size, size_t *ret_len);
