/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/keys.h"
#include "platform/crypto/secret.h"
#include "platform/crypto/secret_input.h"
#include "store/disk.h"
#include "store/vault.h"

static const char help[] =
    "cuttle vault set NAME [options]           keep a secret; asked for on the terminal, or read\n"
    "                                          from standard input\n"
    "cuttle vault list [options]               the names it holds, no secret\n"
    "cuttle vault remove NAME [options]        forget a secret\n"
    "cuttle vault check [options]              whether Kraken's key and secret are there and "
    "whole\n"
    "cuttle vault change-passphrase [options]  seal it under another passphrase\n"
    "\n"
    "The vault is DIR/vault, sealed under a passphrase by scrypt and AES-256-GCM; nobody opens it\n"
    "without, nor do we. Live trading reads kraken.key and kraken.secret from it, and with\n"
    "alarm.signed alarms are signed by alarm.secret.\n"
    "\n"
    "  --state DIR                  the state directory (./state)\n"
    "  --passphrase-file FILE       the passphrase is in this file, not asked for; so too with\n"
    "                               CUTTLE_VAULT_PASSPHRASE_FILE, or systemd's credential\n"
    "                               vault-passphrase\n"
    "  --new-passphrase-file FILE   the same for the new one, with change-passphrase\n"
    "\n"
    "A secret never stands on the command line: other users see that, and the shell keeps it.\n"
    "Exit status: 0 done, all is right; 1 not, and said why.\n";

struct vault_words {
    const char *verb, *name;
    const char *state, *passphrase_file, *new_passphrase_file;
};

struct vault_work {
    struct vault_words words;
    char path[DISK_PATH_MAX];
    struct vault *vault;
    bool fresh; /* there was none */
    int lock;
    char *passphrase;
    size_t passphrase_len;
};

static int complain(const char *error)
{
    fprintf(stderr, "cuttle vault: %s\n", error);
    return EXIT_FAILURE;
}

/* A passphrase that is being chosen: long enough, and from a terminal typed twice. */
static int choose_passphrase(const char *file, char *ret, size_t *ret_len, char *error,
                             size_t error_size)
{
    int code =
        keys_passphrase(file, "New passphrase of the vault: ", ret, ret_len, error, error_size);
    if (code == 0 && *ret_len < VAULT_PASSPHRASE_MIN) {
        return disk_fail(EINVAL, error, error_size,
                         "a passphrase has at least %d characters; better several words",
                         VAULT_PASSPHRASE_MIN);
    }
    const bool typed = file == NULL && getenv("CUTTLE_VAULT_PASSPHRASE_FILE") == NULL &&
                       getenv("CREDENTIALS_DIRECTORY") == NULL;
    if (code != 0 || !typed) {
        return code;
    }
    size_t len;
    char *again = secret_new(VAULT_PASSPHRASE_SIZE);
    if (again == NULL) {
        return disk_fail(ENOMEM, error, error_size, "no memory that can be locked: ulimit -l");
    }
    code = keys_passphrase(NULL, "The same again: ", again, &len, error, error_size);
    if (code == 0 && (len != *ret_len || !secret_equal(again, ret, len))) {
        code = disk_fail(EINVAL, error, error_size, "the two differ; nothing was changed");
    }
    secret_free(again);
    return code;
}

/* Opens the vault; where there is none, one is made if the verb wants to put something in. */
static int open_vault(struct vault_work *work, bool may_make, char *error, size_t error_size)
{
    const struct vault_words *words = &work->words;
    work->fresh = may_make && access(work->path, F_OK) != 0 && errno == ENOENT;
    if (work->fresh) {
        work->vault = vault_new();
        if (work->vault == NULL) {
            return disk_fail(ENOMEM, error, error_size, "no memory that can be locked: ulimit -l");
        }
        return choose_passphrase(words->passphrase_file, work->passphrase, &work->passphrase_len,
                                 error, error_size);
    }
    if (access(work->path, F_OK) != 0) {
        return vault_open(work->path, "", 0, &work->vault, error, error_size); /* says why */
    }
    const int code =
        keys_passphrase(words->passphrase_file, "Passphrase of the vault: ", work->passphrase,
                        &work->passphrase_len, error, error_size);
    return code != 0 ? code
                     : vault_open(work->path, work->passphrase, work->passphrase_len, &work->vault,
                                  error, error_size);
}

static int read_value(const char *name, char *ret, char *error, size_t error_size)
{
    char prompt[VAULT_NAME_SIZE + 16];
    size_t len;
    snprintf(prompt, sizeof prompt, "%s: ", name);
    const int code = isatty(STDIN_FILENO) ? secret_ask(prompt, ret, VAULT_VALUE_SIZE, &len)
                                          : secret_read(STDIN_FILENO, ret, VAULT_VALUE_SIZE, &len);
    if (code != 0) {
        return disk_fail(-code, error, error_size, "%s: %s", name,
                         code == -EINTR    ? "not given"
                         : code == -ENOSPC ? "longer than any secret"
                                           : strerror(-code));
    }
    return 0;
}

static int do_set(struct vault_work *work, char *error, size_t error_size)
{
    char *value = secret_new(VAULT_VALUE_SIZE);
    if (value == NULL) {
        return disk_fail(ENOMEM, error, error_size, "no memory that can be locked: ulimit -l");
    }
    int code = read_value(work->words.name, value, error, error_size);
    if (code == 0 && strcmp(work->words.name, "kraken.secret") == 0) {
        const char *fault = keys_fault("-", value);
        code = fault == NULL ? 0 : disk_fail(EINVAL, error, error_size, "%s", fault);
    }
    if (code == 0) {
        code = vault_set(work->vault, work->words.name, value, error, error_size);
    }
    secret_free(value);
    return code != 0 ? code
                     : vault_save(work->vault, work->path, work->passphrase, work->passphrase_len,
                                  error, error_size);
}

static int do_remove(struct vault_work *work, char *error, size_t error_size)
{
    if (vault_remove(work->vault, work->words.name) != 0) {
        return disk_fail(ENOENT, error, error_size, "%s: the vault holds no such secret",
                         work->words.name);
    }
    return vault_save(work->vault, work->path, work->passphrase, work->passphrase_len, error,
                      error_size);
}

static int do_list(struct vault_work *work, char *error, size_t error_size)
{
    (void)error, (void)error_size;
    const char *name;
    for (size_t i = 0; (name = vault_name(work->vault, i)) != NULL; i++) {
        printf("%s\n", name);
    }
    return 0;
}

static int do_check(struct vault_work *work, char *error, size_t error_size)
{
    const char *fault =
        keys_fault(vault_find(work->vault, "kraken.key"), vault_find(work->vault, "kraken.secret"));
    if (fault != NULL) {
        return disk_fail(EINVAL, error, error_size, "%s: %s", work->path, fault);
    }
    printf("%s opens; kraken.key and kraken.secret are there and can sign\n", work->path);
    return 0;
}

static int do_change(struct vault_work *work, char *error, size_t error_size)
{
    char *chosen = secret_new(VAULT_PASSPHRASE_SIZE);
    size_t len = 0;
    if (chosen == NULL) {
        return disk_fail(ENOMEM, error, error_size, "no memory that can be locked: ulimit -l");
    }
    int code = choose_passphrase(work->words.new_passphrase_file, chosen, &len, error, error_size);
    if (code == 0) {
        code = vault_save(work->vault, work->path, chosen, len, error, error_size);
    }
    secret_free(chosen);
    return code;
}

struct verb {
    const char *word;
    bool wants_name, changes, may_make;
    int (*run)(struct vault_work *work, char *error, size_t error_size);
    const char *done; /* said at the end, NULL: nothing */
};

static const struct verb verbs[] = {
    {"set", true, true, true, do_set, "is kept"},
    {"list", false, false, false, do_list, NULL},
    {"remove", true, true, false, do_remove, "is forgotten"},
    {"check", false, false, false, do_check, NULL},
    {"change-passphrase", false, true, false, do_change, "sealed under the new passphrase"},
};

static int run_verb(const struct verb *verb, struct vault_work *work)
{
    char error[DISK_ERROR_MAX + DISK_PATH_MAX] = "";
    int code = 0;
    if (verb->may_make && disk_make_private(work->words.state) != 0) {
        snprintf(error, sizeof error, "%s: cannot be made; --state names another directory",
                 work->words.state);
        return complain(error);
    }
    if (verb->changes) {
        work->lock = vault_lock(work->path, error, sizeof error);
        code = work->lock < 0 ? work->lock : 0;
    }
    work->passphrase = secret_new(VAULT_PASSPHRASE_SIZE);
    if (code == 0 && work->passphrase == NULL) {
        code = disk_fail(ENOMEM, error, sizeof error, "no memory that can be locked: ulimit -l");
    }
    if (code == 0) {
        code = open_vault(work, verb->may_make, error, sizeof error);
    }
    if (code == 0) {
        code = verb->run(work, error, sizeof error);
    }
    vault_close(work->vault);
    secret_free(work->passphrase);
    if (work->lock >= 0) {
        close(work->lock);
    }
    if (code != 0) {
        return complain(error);
    }
    if (verb->done != NULL) {
        printf("%s: %s%s%s\n", work->path, verb->wants_name ? work->words.name : "",
               verb->wants_name ? " " : "", verb->done);
    }
    return EXIT_SUCCESS;
}

/* False after saying what is wrong. */
static bool read_words(int argc, char **argv, struct vault_words *words)
{
    const struct {
        const char *flag;
        const char **place;
    } flags[] = {
        {"--state", &words->state},
        {"--passphrase-file", &words->passphrase_file},
        {"--new-passphrase-file", &words->new_passphrase_file},
    };
    for (int i = 1; i < argc; i++) {
        size_t f = 0;
        while (f < 3 && strcmp(argv[i], flags[f].flag) != 0) {
            f++;
        }
        if (f < 3 && i + 1 < argc) {
            *flags[f].place = argv[++i];
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "cuttle vault: %s: %s; see `cuttle help vault`\n", argv[i],
                    f < 3 ? "wants a value" : "there is no such option");
            return false;
        } else if (words->verb == NULL) {
            words->verb = argv[i];
        } else if (words->name == NULL) {
            words->name = argv[i];
        } else {
            /* Not repeated: it may be a secret. */
            fprintf(stderr, "cuttle vault: one word too many. A secret never stands on the command "
                            "line: it is asked for\n");
            return false;
        }
    }
    return true;
}

static const struct verb *find_verb(const char *word)
{
    for (size_t i = 0; word != NULL && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].word, word) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

int command_vault(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (flags_is_help(argv[i])) {
            printf("%s", help);
            return EXIT_SUCCESS;
        }
    }
    struct vault_work work = {.words = {.state = "state"}, .lock = -1};
    if (!read_words(argc, argv, &work.words)) {
        return EXIT_FAILURE;
    }
    const struct verb *verb = find_verb(work.words.verb);
    if (verb == NULL) {
        fprintf(stderr, "%s", help);
        return EXIT_FAILURE;
    }
    if (verb->wants_name != (work.words.name != NULL)) {
        return complain(verb->wants_name
                            ? "name the secret: kraken.key, kraken.secret or alarm.secret"
                            : "one word too many; see `cuttle help vault`");
    }
    if (!keys_vault_path(work.words.state, work.path, sizeof work.path)) {
        return complain("--state: the name is too long");
    }
    secret_close_process();
    return run_verb(verb, &work);
}
