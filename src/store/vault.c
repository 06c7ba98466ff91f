/* SPDX-License-Identifier: MIT */
#include "store/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/check.h"
#include "platform/crypto/seal.h"
#include "platform/crypto/secret.h"
#include "store/disk.h"

struct entry {
    char name[VAULT_NAME_SIZE];
    char value[VAULT_VALUE_SIZE];
};

/* Sealed as it stands here: every file has the same length, and tells nothing by it. */
struct contents {
    char mark[8];
    struct entry entries[VAULT_ENTRY_MAX]; /* sorted by name; an empty name ends them */
};

struct vault {
    struct contents contents;
};

#define SEALED_LEN (sizeof(struct contents) + SEAL_ADDED_LEN)
static const char mark[8] = "cvault1";

struct vault *vault_new(void)
{
    struct vault *vault = secret_new(sizeof *vault);
    if (vault)
        memcpy(vault->contents.mark, mark, sizeof mark);
    return vault;
}

void vault_close(struct vault *vault)
{
    secret_free(vault);
}

static int read_sealed(const char *path, uint8_t *ret, char *error, size_t error_size)
{
    struct stat status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return disk_fail(ENOENT, error, error_size,
                         "%s: there is no vault yet; `cuttle vault set kraken.key` makes one",
                         path);
    if (fd < 0)
        return disk_fail(errno, error, error_size, "%s: %s", path,
                         errno == ELOOP ? "a link, not a vault" : strerror(errno));
    int code = 0;
    if (fstat(fd, &status) != 0)
        code = disk_fail(errno, error, error_size, "%s: %s", path, strerror(errno));
    else if (status.st_uid != geteuid())
        code = disk_fail(EPERM, error, error_size, "%s: belongs to another user", path);
    else if ((status.st_mode & 077) != 0)
        code = disk_fail(EPERM, error, error_size, "%s: its mode %03o lets others in; chmod 600 %s",
                         path, (unsigned)status.st_mode & 0777, path);
    else if (!S_ISREG(status.st_mode) || status.st_size != SEALED_LEN ||
             read(fd, ret, SEALED_LEN) != (ssize_t)SEALED_LEN)
        code =
            disk_fail(EBADMSG, error, error_size,
                      "%s: not a vault of this version, or cut short; take it from a backup", path);
    close(fd);
    return code;
}

/* What was sealed by us is as we write it, or a bug of ours is in the file. */
static bool sound(const struct contents *contents)
{
    if (memcmp(contents->mark, mark, sizeof mark) != 0)
        return false;
    for (size_t i = 0; i < VAULT_ENTRY_MAX; i++) {
        const struct entry *entry = &contents->entries[i];
        if (!memchr(entry->name, '\0', sizeof entry->name) ||
            !memchr(entry->value, '\0', sizeof entry->value))
            return false;
    }
    return true;
}

int vault_open(const char *path, const char *passphrase, size_t passphrase_len, struct vault **ret,
               char *error, size_t error_size)
{
    uint8_t sealed[SEALED_LEN];
    int code = read_sealed(path, sealed, error, error_size);
    if (code != 0)
        return code;
    struct vault *vault = vault_new();
    if (!vault)
        return disk_fail(ENOMEM, error, error_size, "no memory that can be locked: ulimit -l");
    code = seal_open(passphrase, passphrase_len, sealed, sizeof sealed, &vault->contents);
    if (code == 0 && !sound(&vault->contents))
        code = -EBADMSG;
    if (code == 0) {
        *ret = vault;
        return 0;
    }
    vault_close(vault);
    if (code == -EKEYREJECTED)
        return disk_fail(EKEYREJECTED, error, error_size,
                         "%s: the passphrase is wrong, or the file was altered", path);
    if (code == -EBADMSG)
        return disk_fail(EBADMSG, error, error_size,
                         "%s: not a vault of this version, or altered; take it from a backup",
                         path);
    return disk_fail(-code, error, error_size, "%s: %s; opening it takes 128 MiB for a moment",
                     path, strerror(-code));
}

static int write_new(const char *path, const uint8_t *sealed)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return -errno;
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -errno;
    int code = fchmod(fd, 0600) == 0 ? disk_write_at(fd, sealed, SEALED_LEN, 0) : -errno;
    if (code == 0 && fsync(fd) != 0)
        code = -errno;
    if (close(fd) != 0 && code == 0)
        code = -errno;
    return code;
}

int vault_save(const struct vault *vault, const char *path, const char *passphrase,
               size_t passphrase_len, char *error, size_t error_size)
{
    uint8_t sealed[SEALED_LEN];
    char temporary[DISK_PATH_MAX];
    CHECK(passphrase_len >= VAULT_PASSPHRASE_MIN);
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.new", path) >= sizeof temporary)
        return disk_fail(ENAMETOOLONG, error, error_size, "%s: the name is too long", path);
    int code = seal_close(passphrase, passphrase_len, SEAL_COST_USUAL, &vault->contents,
                          sizeof vault->contents, sealed);
    if (code == 0)
        code = write_new(temporary, sealed);
    if (code == 0 && rename(temporary, path) != 0)
        code = -errno;
    if (code == 0)
        code = disk_sync_parent(path);
    if (code != 0) {
        unlink(temporary);
        return disk_fail(-code, error, error_size, "%s: %s; the vault is as it was", path,
                         strerror(-code));
    }
    return 0;
}

/* Where the name is, or where it belongs. */
static size_t place_of(const struct vault *vault, const char *name, bool *ret_there)
{
    const struct entry *entries = vault->contents.entries;
    size_t i = 0;
    while (i < VAULT_ENTRY_MAX && entries[i].name[0] && strcmp(entries[i].name, name) < 0)
        i++;
    *ret_there = i < VAULT_ENTRY_MAX && strcmp(entries[i].name, name) == 0;
    return i;
}

const char *vault_find(const struct vault *vault, const char *name)
{
    bool there;
    const size_t i = place_of(vault, name, &there);
    return there ? vault->contents.entries[i].value : NULL;
}

const char *vault_name(const struct vault *vault, size_t index)
{
    const struct entry *entries = vault->contents.entries;
    return index < VAULT_ENTRY_MAX && entries[index].name[0] ? entries[index].name : NULL;
}

static bool name_fine(const char *name)
{
    const size_t len = strlen(name);
    return len > 0 && len < VAULT_NAME_SIZE &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._") == len;
}

static bool value_fine(const char *value)
{
    size_t len = 0;
    while (value[len] > ' ' && value[len] < 0x7f)
        len++;
    return value[len] == '\0' && len > 0 && len < VAULT_VALUE_SIZE;
}

int vault_set(struct vault *vault, const char *name, const char *value, char *error,
              size_t error_size)
{
    struct entry *entries = vault->contents.entries;
    bool there;
    if (!name_fine(name))
        return disk_fail(EINVAL, error, error_size,
                         "%.60s: a name is made of a-z, 0-9, dot and underscore, as kraken.secret",
                         name);
    if (!value_fine(value))
        return disk_fail(EINVAL, error, error_size,
                         "%s: a secret is 1 to %d printable characters without space", name,
                         VAULT_VALUE_SIZE - 1);
    const size_t at = place_of(vault, name, &there);
    if (!there) {
        if (entries[VAULT_ENTRY_MAX - 1].name[0])
            return disk_fail(ENOSPC, error, error_size, "the vault is full: it holds %d secrets",
                             VAULT_ENTRY_MAX);
        memmove(&entries[at + 1], &entries[at], (VAULT_ENTRY_MAX - 1 - at) * sizeof entries[0]);
    }
    secret_wipe(&entries[at], sizeof entries[at]);
    memcpy(entries[at].name, name, strlen(name));
    memcpy(entries[at].value, value, strlen(value));
    return 0;
}

int vault_remove(struct vault *vault, const char *name)
{
    struct entry *entries = vault->contents.entries;
    bool there;
    const size_t at = place_of(vault, name, &there);
    if (!there)
        return -ENOENT;
    memmove(&entries[at], &entries[at + 1], (VAULT_ENTRY_MAX - 1 - at) * sizeof entries[0]);
    secret_wipe(&entries[VAULT_ENTRY_MAX - 1], sizeof entries[0]);
    return 0;
}

int vault_lock(const char *path, char *error, size_t error_size)
{
    char dir[DISK_PATH_MAX];
    const char *slash = strrchr(path, '/');
    const int len = slash && slash > path ? (int)(slash - path) : 1;
    snprintf(dir, sizeof dir, "%.*s", len, slash ? path : ".");
    const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return disk_fail(errno, error, error_size, "%s: %s; --state names another directory", dir,
                         strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return disk_fail(EBUSY, error, error_size, "%s: another `cuttle vault` is at work", path);
    }
    return fd;
}
