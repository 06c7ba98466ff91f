/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "core/base/timestamp.h"
#include "platform/crypto/secret.h"
#include "platform/loop/loop.h"
#include "store/disk.h"
#include "store/key_ring.h"
#include "store/state_lock.h"

static const char help[] =
    "cuttle key add NAME [--read-only]   make a key and print it, this once\n"
    "cuttle key list                     the names, what each may, and since when\n"
    "cuttle key remove NAME              forget one; who uses it is shut out within seconds\n"
    "\n"
    "A key lets a program or another machine at a session's dashboard and interface: it is shown\n"
    "as `Authorization: Bearer KEY` or `X-API-Key: KEY`. With --read-only it looks and commands\n"
    "nothing. DIR/api-keys keeps digests, from which no key can be found again: one that is lost\n"
    "is removed and made anew. A session that runs takes up every change.\n"
    "\n"
    "  --state DIR    the session's state directory (./state)\n"
    "\n"
    "Exit status: 0 done; 1 not, and said why.\n";

struct words {
    const char *verb, *name, *state;
    bool read_only;
    char key[KEY_RING_LEN + 1]; /* that was made */
};

static int complain(const char *error)
{
    fprintf(stderr, "cuttle key: %s\n", error);
    return EXIT_FAILURE;
}

static int add(struct key_ring *ring, struct words *words, char *error, size_t error_size)
{
    const struct clock clock = clock_system();
    const struct entropy entropy = entropy_system();
    uint8_t random[32];
    struct ring_key as = {.may_command = !words->read_only, .made_ns = clock.wall_ns(clock.self)};
    snprintf(as.name, sizeof as.name, "%s", words->name);
    if (strlen(words->name) >= sizeof as.name) {
        return disk_fail(EINVAL, error, error_size, "a key's name has at most %d letters",
                         KEY_RING_NAME_SIZE - 1);
    }
    entropy.fill(entropy.self, random, sizeof random);
    const int code = key_ring_add(ring, &as, random, words->key, error, error_size);
    secret_wipe(random, sizeof random);
    return code;
}

static int drop(struct key_ring *ring, struct words *words, char *error, size_t error_size)
{
    if (!key_ring_remove(ring, words->name)) {
        return disk_fail(ENOENT, error, error_size,
                         "%s: there is no key by that name; see `cuttle "
                         "key list`",
                         words->name);
    }
    return 0;
}

static int list(struct key_ring *ring, struct words *words, char *error, size_t error_size)
{
    (void)words, (void)error, (void)error_size;
    if (ring->count == 0) {
        printf("no keys\n");
    }
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct ring_key *key = &ring->keys[i];
        char made[TIMESTAMP_TEXT_MAX];
        timestamp_format(made, key->made_ns, 0);
        printf("%-24s  %-7s  %s\n", key->name, key->may_command ? "command" : "look", made);
    }
    return 0;
}

static const struct verb {
    const char *word;
    bool wants_name, changes;
    int (*run)(struct key_ring *ring, struct words *words, char *error, size_t error_size);
} verbs[] = {
    {"add", true, true, add},
    {"list", false, false, list},
    {"remove", true, true, drop},
};

static int change(const struct verb *verb, struct words *words, const char *path, char *error,
                  size_t error_size)
{
    struct key_ring ring;
    struct state_lock *lock = NULL;
    if (verb->changes && disk_make_private(words->state) != 0) {
        return disk_fail(EACCES, error, error_size,
                         "%s: cannot be made; --state names another directory", words->state);
    }
    if (verb->changes && !(lock = state_lock_file(path, NS_PER_S, error, error_size))) {
        return -EBUSY;
    }
    int code = key_ring_read(path, &ring, error, error_size);
    if (code == 0) {
        code = verb->run(&ring, words, error, error_size);
    }
    if (code == 0 && verb->changes) {
        code = key_ring_write(path, &ring, error, error_size);
    }
    if (lock != NULL) {
        state_lock_release(lock);
    }
    return code;
}

/* Once the disk has it: what was told but not kept would be no key. */
static void tell(const struct verb *verb, struct words *words)
{
    if (verb->run == drop) {
        printf("%s is forgotten\n", words->name);
    } else if (verb->run == add) {
        printf("%s\n", words->key);
        fprintf(stderr, "%s %s. It is kept nowhere else: put it where it is used now.\n",
                words->name,
                words->read_only ? "looks, and commands nothing" : "looks and commands");
        secret_wipe(words->key, sizeof words->key);
    }
}

/* False after saying what is wrong. */
static bool read_words(int argc, char **argv, struct words *words)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--state") == 0 && i + 1 < argc) {
            words->state = argv[++i];
        } else if (strcmp(argv[i], "--read-only") == 0) {
            words->read_only = true;
        } else if (argv[i][0] != '-' && words->verb == NULL) {
            words->verb = argv[i];
        } else if (argv[i][0] != '-' && words->name == NULL) {
            words->name = argv[i];
        } else {
            fprintf(stderr, "cuttle key: %s: not understood; see `cuttle help key`\n", argv[i]);
            return false;
        }
    }
    return true;
}

int command_key(int argc, char **argv)
{
    struct words words = {.state = "state"};
    char path[DISK_PATH_MAX], error[DISK_ERROR_MAX + DISK_PATH_MAX] = "";
    const struct verb *verb = NULL;
    for (int i = 1; i < argc; i++) {
        if (flags_is_help(argv[i])) {
            printf("%s", help);
            return EXIT_SUCCESS;
        }
    }
    if (!read_words(argc, argv, &words)) {
        return EXIT_FAILURE;
    }
    for (size_t i = 0; words.verb != NULL && i < sizeof verbs / sizeof verbs[0]; i++) {
        verb = strcmp(verbs[i].word, words.verb) == 0 ? &verbs[i] : verb;
    }
    if (verb == NULL || verb->wants_name != (words.name != NULL)) {
        fprintf(stderr, "%s", help);
        return EXIT_FAILURE;
    }
    if (words.read_only && verb->run != add) {
        return complain("--read-only belongs to `cuttle key add`");
    }
    if (!key_ring_path(words.state, path, sizeof path)) {
        return complain("--state: the name is too long");
    }
    if (change(verb, &words, path, error, sizeof error) != 0) {
        return complain(error);
    }
    tell(verb, &words);
    return EXIT_SUCCESS;
}
