/* SPDX-License-Identifier: MIT */
/*
 * The API key that live trading signs with, and the passphrase of the vault that holds it.
 *
 * Keys come from the environment (CUTTLE_KRAKEN__KEY and CUTTLE_KRAKEN__SECRET, both; overwritten
 * there once read) or else from the vault in the state directory (kraken.key, kraken.secret). The
 * vault's passphrase comes from the file that CUTTLE_VAULT_PASSPHRASE_FILE names, or from systemd's
 * credential "vault-passphrase", or from the terminal. From no other place: what stands on a
 * command line or in a configuration file is read by others.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define KEYS_KEY_SIZE 160
#define KEYS_SECRET_SIZE 192

/* Lives in the memory of platform/crypto/secret.h. */
struct api_keys {
    char key[KEYS_KEY_SIZE];
    char secret[KEYS_SECRET_SIZE];
};

/* Moves the variables, where they are, into locked memory, for keys_load and keys_alarm. First of
 * all that main does, whatever the command: then no thread reads the environment yet, and no child
 * inherits it. */
void keys_take_environment(void);

/* Whether there is anything for keys_load to read, be it right or wrong. */
bool keys_there(const char *state_dir);

/* NULL with one line in `error`, which holds no secret. Closes the process to core dumps and to
 * other processes before it reads anything. */
struct api_keys *keys_load(const char *state_dir, char *error, size_t error_size);
void keys_free(struct api_keys *keys);

/* What signs alarms: CUTTLE_ALARM__SECRET, taken like the two above, or, where that is not there
 * and `wanted`, the vault's alarm.secret. *ret lives in the memory of secret.h, for secret_free;
 * NULL: there is none and none is wanted. False with one line in `error`. */
bool keys_alarm(const char *state_dir, bool wanted, char **ret, char *error, size_t error_size);

/* Whether the pair is one that can sign: both there, the secret base64. NULL, or what is wrong. */
const char *keys_fault(const char *key, const char *secret);

/* The vault's passphrase, from `file` or, where that is NULL, from the places named above. `prompt`
 * is what the terminal asks. `ret` is memory of secret.h, VAULT_PASSPHRASE_SIZE long. 0, or -errno
 * with the reason in `error`. */
int keys_passphrase(const char *file, const char *prompt, char *ret, size_t *ret_len, char *error,
                    size_t error_size);

/* DIR/vault. False when that is too long. */
bool keys_vault_path(const char *state_dir, char *ret, size_t size);
