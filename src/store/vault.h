/* SPDX-License-Identifier: MIT */
/*
 * The vault: named secrets in one file, sealed under a passphrase (platform/crypto/seal.h). Open,
 * its contents lie in the memory of platform/crypto/secret.h; on disk they are never bare. The file
 * is the owner's alone (0600; a wider mode is refused) and is replaced whole: temporary file,
 * fsync, rename, so that a crash leaves the old one or the new one.
 *
 * A name is an option's key ("kraken.secret"): lower-case letters, digits, dot and underscore. A
 * value is printable ASCII without space. Calls give 0 or -errno with one line in `error`, which
 * never holds a secret.
 */
#pragma once

#include <stddef.h>

#define VAULT_FILE "vault" /* in the state directory */
#define VAULT_ENTRY_MAX 32
#define VAULT_NAME_SIZE 48
#define VAULT_VALUE_SIZE 512
#define VAULT_PASSPHRASE_MIN 8
#define VAULT_PASSPHRASE_SIZE 512

struct vault;

/* An empty one. NULL when memory cannot be had or locked. */
struct vault *vault_new(void);

/* -ENOENT: there is none. -EPERM: not the owner's alone. -EKEYREJECTED: wrong passphrase, or an
 * altered file. -EBADMSG: not a vault. */
int vault_open(const char *path, const char *passphrase, size_t passphrase_len, struct vault **ret,
               char *error, size_t error_size);
void vault_close(struct vault *vault);

int vault_save(const struct vault *vault, const char *path, const char *passphrase,
               size_t passphrase_len, char *error, size_t error_size);

/* NULL when there is no such name; valid until the next set or remove. */
const char *vault_find(const struct vault *vault, const char *name);

/* -EINVAL: the name or the value is none; -ENOSPC: full. */
int vault_set(struct vault *vault, const char *name, const char *value, char *error,
              size_t error_size);

/* -ENOENT: there is no such name. */
int vault_remove(struct vault *vault, const char *name);

/* In alphabetical order; NULL beyond the last. */
const char *vault_name(const struct vault *vault, size_t index);

/* Held from open to save by who changes the vault, so that of two who do none is lost. Returns a
 * descriptor to close. */
int vault_lock(const char *path, char *error, size_t error_size);
