/* SPDX-License-Identifier: MIT */
/*
 * Where a key is once it is loaded. Each test runs this program again, because only a fresh process
 * has never held the secret; that one loads it and then reads all of its own memory.
 */
#include "app/keys.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "../store/scratch.h"
#include "platform/crypto/secret.h"
#include "store/vault.h"
#include "venue/kraken/sign.h"

/* The secret and the passphrase, each character raised by one, so that this program's own text does
 * not hold them. */
static const char raised_secret[] =
    "lRI6IX09q2vHPWkchXB8GvoBnHP9mtTVYOtv4fpx87t{95R29gXyozS{CIDe4qe6oF:rb::IB[uv[vk7G2ivYh>>";
static const char raised_passphrase[] = "dpssfdu!ipstf";

enum finding {
    FOUND_NOTHING = 0,
    FOUND_SECRET = 1,
    FOUND_PASSPHRASE = 2,
    FOUND_DECODED = 3,
    FOUND_IN_ENVIRONMENT = 4,
    NOT_LOADED = 10,
    NOT_CLOSED = 11,
    SCAN_BLIND = 12,
};

static void lower(const char *raised, char *ret)
{
    size_t i = 0;
    for (; raised[i]; i++)
        ret[i] = (char)(raised[i] - 1);
    ret[i] = '\0';
}

/* All that the scan itself needs, in memory that the scan leaves out. */
struct needles {
    char secret[128], passphrase[64];
    char decoded[64];
    size_t decoded_len;
    char planted[32];
    char window[1 << 16];
};

static bool holds(const struct needles *needles, size_t len, const char *what, size_t what_len)
{
    return len >= what_len && memmem(needles->window, len, what, what_len) != NULL;
}

/* A sanitizer's runtime keeps a copy of the environment for itself, made before we begin: in its
 * build a secret that stands right behind its variable's name is that copy. /proc/self/environ is
 * looked at apart. */
static bool holds_secret(const struct needles *needles, size_t len)
{
    static const char name[] = "CUTTLE_KRAKEN__SECRET=";
    const size_t name_len = sizeof name - 1;
    const char *at = needles->window, *end = needles->window + len;
    while ((at = memmem(at, (size_t)(end - at), needles->secret, 24)) != NULL) {
#ifdef __SANITIZE_ADDRESS__
        /* So near the beginning it was seen in the window before. */
        if (at - needles->window < (ptrdiff_t)name_len ||
            memcmp(at - name_len, name, name_len) == 0) {
            at++;
            continue;
        }
#endif
        (void)name_len;
        return true;
    }
    return false;
}

/* One mapping, in windows that overlap. Unreadable pages are passed over. */
static int scan_range(int fd, unsigned long from, unsigned long to, struct needles *needles,
                      bool *ret_planted)
{
    const size_t step = sizeof needles->window - 256;
    for (unsigned long at = from; at < to; at += step) {
        const size_t want = to - at < sizeof needles->window ? to - at : sizeof needles->window;
        const ssize_t got = pread(fd, needles->window, want, (off_t)at);
        if (got <= 0)
            continue;
        const size_t len = (size_t)got;
        if (holds(needles, len, needles->planted, strlen(needles->planted)))
            *ret_planted = true;
        if (holds_secret(needles, len))
            return FOUND_SECRET;
        if (holds(needles, len, needles->passphrase, strlen(needles->passphrase)))
            return FOUND_PASSPHRASE;
        if (holds(needles, len, needles->decoded, 16))
            return FOUND_DECODED;
    }
    return FOUND_NOTHING;
}

/* A sanitizer's shadow is terabytes of nothing. */
#define RANGE_MAX (4ul << 30)

static int scan_memory(const void *keys, struct needles *needles, bool *ret_planted)
{
    static char lines[400][128]; /* first all of the map, since reading moves the heap */
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (!maps)
        return SCAN_BLIND;
    while (count < 400 && fgets(lines[count], sizeof lines[0], maps)) {
        if (!strchr(lines[count], '\n'))
            for (int c = fgetc(maps); c != '\n' && c != EOF;)
                c = fgetc(maps);
        count++;
    }
    fclose(maps);
    const int fd = open("/proc/self/mem", O_RDONLY);
    int found = fd < 0 || count == 400 ? SCAN_BLIND : FOUND_NOTHING;
    for (size_t i = 0; i < count && found == FOUND_NOTHING; i++) {
        unsigned long from, to;
        char mode;
        const bool good = sscanf(lines[i], "%lx-%lx %c", &from, &to, &mode) == 3 && mode == 'r';
        const unsigned long ours[] = {(unsigned long)keys, (unsigned long)needles};
        const bool locked =
            good && ((ours[0] >= from && ours[0] < to) || (ours[1] >= from && ours[1] < to));
        if (good && !locked && to - from < RANGE_MAX)
            found = scan_range(fd, from, to, needles, ret_planted);
        if (found != FOUND_NOTHING)
            print_error("found in %s", lines[i]);
    }
    close(fd);
    return found;
}

static int scan_environment(const struct needles *needles)
{
    static char text[1 << 16];
    FILE *file = fopen("/proc/self/environ", "r");
    const size_t len = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        fclose(file);
    if (len == 0)
        return SCAN_BLIND;
    return memmem(text, len, needles->secret, 24) ? FOUND_IN_ENVIRONMENT : FOUND_NOTHING;
}

static int load_and_look(const char *state)
{
    char error[512];
    struct rlimit limit;
    struct api_keys *keys = keys_load(state, error, sizeof error);
    if (!keys) {
        print_error("%s\n", error);
        return NOT_LOADED;
    }
    struct needles *needles = secret_new(sizeof *needles);
    lower(raised_secret, needles->secret);
    lower(raised_passphrase, needles->passphrase);
    base64_decode(needles->secret, strlen(needles->secret), needles->decoded,
                  sizeof needles->decoded, &needles->decoded_len);
    if (strcmp(keys->secret, needles->secret) != 0)
        return NOT_LOADED;
    if (prctl(PR_GET_DUMPABLE) != 0 || getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
        return NOT_CLOSED;
    struct kraken_signer *signer = kraken_signer_new(keys->secret, strlen(keys->secret));
    char sign[KRAKEN_SIGN_SIZE];
    kraken_sign(signer, &(struct kraken_call){"/0/private/Balance", "1", "nonce=1", 7}, sign);

    /* Proof that the scan sees: something like a secret, in the plain heap. */
    snprintf(needles->planted, sizeof needles->planted, "planted%ld", (long)getpid());
    char *planted = strdup(needles->planted);
    bool seen = false;
    const int environment = scan_environment(needles);
    const int found = scan_memory(keys, needles, &seen);
    free(planted);
    kraken_signer_free(signer);
    keys_free(keys);
    secret_free(needles);
    return found != FOUND_NOTHING ? found : !seen ? SCAN_BLIND : environment;
}

/* Before the tests: the second life of this program. */
__attribute__((constructor)) static void second_life(void)
{
    const char *state = getenv("KEYS_TEST_STATE");
    if (state)
        _exit(load_and_look(state));
}

static int run_again(char *const environment[])
{
    const pid_t child = fork();
    if (child == 0) {
        char *const words[] = {(char[]){"keys"}, NULL};
        execve("/proc/self/exe", words, environment);
        _exit(100);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Reading one's own memory when closed is root's alone. */
static void need_root(void)
{
    if (geteuid() != 0) {
        print_message("skipped: a closed process shows its memory to root alone\n");
        skip();
    }
}

static void make_vault(const char *path, const char *passphrase_path)
{
    char secret[128], passphrase[64], error[256];
    lower(raised_secret, secret);
    lower(raised_passphrase, passphrase);
    struct vault *vault = vault_new();
    EXPECT_INT(vault_set(vault, "kraken.key", "the-key", error, sizeof error), 0);
    EXPECT_INT(vault_set(vault, "kraken.secret", secret, error, sizeof error), 0);
    EXPECT_INT(vault_save(vault, path, passphrase, strlen(passphrase), error, sizeof error), 0);
    vault_close(vault);
    scratch_write(passphrase_path, passphrase, strlen(passphrase));
    EXPECT_INT(chmod(passphrase_path, 0600), 0);
}

TEST(a_key_from_the_vault_is_nowhere_but_in_locked_memory)
{
    need_root();
    char state[600], pass[600];
    snprintf(pass, sizeof pass, "CUTTLE_VAULT_PASSPHRASE_FILE=%s", scratch("pass"));
    make_vault(scratch("vault"), scratch("pass"));
    snprintf(state, sizeof state, "KEYS_TEST_STATE=%s", scratch_dir);
    EXPECT_INT(run_again((char *[]){state, pass, (char[]){"ASAN_OPTIONS=detect_leaks=0"}, NULL}),
               FOUND_NOTHING);
}

TEST(a_key_from_the_environment_is_taken_out_of_it)
{
    need_root();
    char secret[256] = "CUTTLE_KRAKEN__SECRET=";
    lower(raised_secret, secret + strlen(secret));
    EXPECT_INT(run_again((char *[]){(char[]){"KEYS_TEST_STATE=/nowhere"},
                                    (char[]){"CUTTLE_KRAKEN__KEY=the-key"}, secret,
                                    (char[]){"ASAN_OPTIONS=detect_leaks=0"}, NULL}),
               FOUND_NOTHING);
}

TEST(half_a_key_in_the_environment_is_refused)
{
    EXPECT_INT(run_again((char *[]){(char[]){"KEYS_TEST_STATE=/nowhere"},
                                    (char[]){"CUTTLE_KRAKEN__KEY=the-key"},
                                    (char[]){"ASAN_OPTIONS=detect_leaks=0"}, NULL}),
               NOT_LOADED);
}

TEST(the_passphrase_is_found_as_a_credential_of_systemd)
{
    need_root();
    char state[600], dir[600];
    make_vault(scratch("vault"), scratch("vault-passphrase"));
    snprintf(state, sizeof state, "KEYS_TEST_STATE=%s", scratch_dir);
    snprintf(dir, sizeof dir, "CREDENTIALS_DIRECTORY=%s", scratch_dir);
    EXPECT_INT(run_again((char *[]){state, dir, (char[]){"ASAN_OPTIONS=detect_leaks=0"}, NULL}),
               FOUND_NOTHING);
}

TEST(what_cannot_sign_is_told)
{
    EXPECT(strstr(keys_fault(NULL, "AAAA"), "kraken.key") != NULL);
    EXPECT(strstr(keys_fault("", "AAAA"), "kraken.key") != NULL);
    EXPECT(strstr(keys_fault("key", NULL), "kraken.secret") != NULL);
    EXPECT(strstr(keys_fault("key", "no secret"), "base64") != NULL);
    EXPECT(keys_fault("key", "AAAA") == NULL);
}
