/* SPDX-License-Identifier: MIT */
#include "app/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/crypto/base64.h"
#include "platform/crypto/secret.h"
#include "platform/crypto/secret_input.h"
#include "store/disk.h"
#include "store/vault.h"
#include "venue/kraken/sign.h"

static const char key_variable[] = "CUTTLE_KRAKEN__KEY";
static const char secret_variable[] = "CUTTLE_KRAKEN__SECRET";
static const char alarm_variable[] = "CUTTLE_ALARM__SECRET";
static const char alarm_name[] = "alarm.secret";

bool keys_vault_path(const char *state_dir, char *ret, size_t size)
{
    return (size_t)snprintf(ret, size, "%s/" VAULT_FILE, state_dir) < size;
}

const char *keys_fault(const char *key, const char *secret)
{
    if (key == NULL || key[0] == '\0') {
        return "kraken.key is not there";
    }
    if (secret == NULL || secret[0] == '\0') {
        return "kraken.secret is not there";
    }
    if (strlen(key) >= KEYS_KEY_SIZE || strlen(secret) >= KEYS_SECRET_SIZE) {
        return "kraken.key or kraken.secret is longer than Kraken makes them";
    }
    struct kraken_signer *signer = kraken_signer_new(secret, strlen(secret));
    if (signer == NULL) {
        return errno == EINVAL ? "kraken.secret is not the base64 that Kraken shows: was it copied "
                                 "whole?"
                               : "no memory that can be locked: ulimit -l";
    }
    kraken_signer_free(signer);
    return NULL;
}

/* Copies a variable and overwrites it where it stands, so that /proc/PID/environ and a child no
 * longer show it. */
static void take_variable(const char *name, char *ret, size_t size)
{
    char *value = getenv(name);
    if (value == NULL) {
        return;
    }
    snprintf(ret, size, "%s", value);
    if (strlen(value) >= size) {
        ret[0] = '\0'; /* none of Kraken's; refused as absent */
    }
    secret_wipe(value, strlen(value));
    unsetenv(name);
}

/* What stood in the environment; keys_load takes it from here. */
static struct api_keys *taken;
static char *taken_alarm; /* the same for keys_alarm, which leaves it here: a session may turn */

static void take_alarm(void)
{
    if (getenv(alarm_variable) == NULL) {
        return;
    }
    secret_close_process();
    if (taken_alarm == NULL) {
        taken_alarm = secret_new(VAULT_VALUE_SIZE);
    }
    if (taken_alarm != NULL) {
        take_variable(alarm_variable, taken_alarm, VAULT_VALUE_SIZE);
    }
}

void keys_take_environment(void)
{
    take_alarm();
    if (getenv(key_variable) == NULL && getenv(secret_variable) == NULL) {
        return;
    }
    secret_close_process();
    if (taken == NULL) {
        taken = secret_new(sizeof *taken); /* where it cannot be had, keys_load says so */
    }
    if (taken != NULL) {
        take_variable(key_variable, taken->key, sizeof taken->key);
        take_variable(secret_variable, taken->secret, sizeof taken->secret);
    }
}

static struct api_keys *from_environment(char *error, size_t error_size)
{
    struct api_keys *keys = taken;
    const char *fault = keys_fault(keys->key, keys->secret);
    taken = NULL;
    if (fault == NULL) {
        return keys;
    }
    snprintf(error, error_size, "the environment: %s (%s and %s)", fault, key_variable,
             secret_variable);
    secret_free(keys);
    return NULL;
}

static int read_file(const char *path, char *ret, size_t *ret_len, char *error, size_t error_size)
{
    const int code = secret_read_file(path, ret, VAULT_PASSPHRASE_SIZE, ret_len);
    if (code == -EPERM) {
        return disk_fail(EPERM, error, error_size, "%s: its mode lets others in; chmod 600 %s",
                         path, path);
    }
    if (code != 0) {
        return disk_fail(-code, error, error_size, "%s: the passphrase cannot be read: %s", path,
                         strerror(-code));
    }
    return 0;
}

/* The file that systemd unseals for the service alone (LoadCredential=, LoadCredentialEncrypted=).
 */
static bool credential_path(char *path, size_t size)
{
    struct stat status;
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    return dir != NULL && (size_t)snprintf(path, size, "%s/vault-passphrase", dir) < size &&
           stat(path, &status) == 0;
}

int keys_passphrase(const char *file, const char *prompt, char *ret, size_t *ret_len, char *error,
                    size_t error_size)
{
    char credential[DISK_PATH_MAX];
    const char *named = file != NULL ? file : getenv("CUTTLE_VAULT_PASSPHRASE_FILE");
    if (named != NULL) {
        return read_file(named, ret, ret_len, error, error_size);
    }
    if (credential_path(credential, sizeof credential)) {
        return read_file(credential, ret, ret_len, error, error_size);
    }
    const int code = secret_ask(prompt, ret, VAULT_PASSPHRASE_SIZE, ret_len);
    if (code == -ENOTTY) {
        return disk_fail(ENOTTY, error, error_size,
                         "the vault's passphrase: no terminal to ask on; name a file that holds it "
                         "in CUTTLE_VAULT_PASSPHRASE_FILE");
    }
    if (code != 0) {
        return disk_fail(-code, error, error_size, "the vault's passphrase: %s",
                         code == -EINTR ? "not given" : strerror(-code));
    }
    return 0;
}

/* Its path into `path`, DISK_PATH_MAX long. */
static int open_vault(const char *state_dir, char *path, struct vault **ret, char *error,
                      size_t error_size)
{
    size_t len;
    if (!keys_vault_path(state_dir, path, DISK_PATH_MAX)) {
        return disk_fail(ENAMETOOLONG, error, error_size, "%s: the name is too long", state_dir);
    }
    char *passphrase = secret_new(VAULT_PASSPHRASE_SIZE);
    if (passphrase == NULL) {
        return disk_fail(ENOMEM, error, error_size, "no memory that can be locked: ulimit -l");
    }
    int code =
        keys_passphrase(NULL, "Passphrase of the vault: ", passphrase, &len, error, error_size);
    if (code == 0) {
        code = vault_open(path, passphrase, len, ret, error, error_size);
    }
    secret_free(passphrase);
    return code;
}

static int from_vault(const char *state_dir, struct api_keys *keys, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    struct vault *vault = NULL;
    int code = open_vault(state_dir, path, &vault, error, error_size);
    if (code != 0) {
        return code;
    }
    const char *key = vault_find(vault, "kraken.key");
    const char *secret = vault_find(vault, "kraken.secret");
    const char *fault = keys_fault(key, secret);
    if (fault != NULL) {
        code = disk_fail(EINVAL, error, error_size, "%s: %s; `cuttle vault set` keeps it", path,
                         fault);
    } else {
        snprintf(keys->key, sizeof keys->key, "%s", key);
        snprintf(keys->secret, sizeof keys->secret, "%s", secret);
    }
    vault_close(vault);
    return code;
}

bool keys_there(const char *state_dir)
{
    char path[DISK_PATH_MAX];
    keys_take_environment();
    return taken != NULL ||
           (keys_vault_path(state_dir, path, sizeof path) && access(path, F_OK) == 0);
}

struct api_keys *keys_load(const char *state_dir, char *error, size_t error_size)
{
    secret_close_process();
    keys_take_environment();
    if (taken != NULL) {
        return from_environment(error, error_size);
    }
    struct api_keys *keys = secret_new(sizeof *keys);
    if (keys == NULL) {
        snprintf(error, error_size, "no memory that can be locked: ulimit -l");
        return NULL;
    }
    if (from_vault(state_dir, keys, error, error_size) != 0) {
        secret_free(keys);
        return NULL;
    }
    return keys;
}

static int alarm_from_vault(const char *state_dir, char *ret, char *error, size_t error_size)
{
    char path[DISK_PATH_MAX];
    struct vault *vault = NULL;
    int code = open_vault(state_dir, path, &vault, error, error_size);
    if (code != 0) {
        return code;
    }
    const char *value = vault_find(vault, alarm_name);
    if (value == NULL) {
        code = disk_fail(ENOENT, error, error_size,
                         "%s: %s is not there, and alarm.signed wants it; `cuttle vault set %s` "
                         "keeps it",
                         path, alarm_name, alarm_name);
    } else {
        snprintf(ret, VAULT_VALUE_SIZE, "%s", value);
    }
    vault_close(vault);
    return code;
}

bool keys_alarm(const char *state_dir, bool wanted, char **ret, char *error, size_t error_size)
{
    keys_take_environment();
    *ret = NULL;
    if (taken_alarm == NULL && !wanted) {
        return true;
    }
    char *secret = secret_new(VAULT_VALUE_SIZE);
    if (secret == NULL) {
        snprintf(error, error_size, "no memory that can be locked: ulimit -l");
        return false;
    }
    if (taken_alarm != NULL) {
        snprintf(secret, VAULT_VALUE_SIZE, "%s", taken_alarm);
    } else if (alarm_from_vault(state_dir, secret, error, error_size) != 0) {
        secret_free(secret);
        return false;
    }
    *ret = secret;
    return true;
}

void keys_free(struct api_keys *keys)
{
    secret_free(keys);
}
