/* SPDX-License-Identifier: MIT */
/* cuttle exchange: the local Kraken as a process of its own. */
#include "app/commands.h"
#include "app/flags.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/timestamp.h"
#include "operator/server/guard.h"
#include "platform/loop/loop.h"
#include "store/state_lock.h"
#include "venue/local/exchange.h"

#define ACCOUNTS_PATIENCE_NS (30 * NS_PER_S)

static const char help[] =
    "cuttle exchange: the local Kraken. Serves Kraken's REST and WebSocket v2, public and "
    "private,\n"
    "on one port, over a market of its own, with accounts that trade in it; any Kraken client\n"
    "connects to it unchanged (docs/local-kraken.md).\n"
    "\n"
    "  --port N           default 0: any free one; the line `ready ...` on stdout says which\n"
    "  --address A        default 127.0.0.1\n"
    "  --market NAME      synthetic (default), or replay: candle files of a store\n"
    "  --store DIR        where the candles of replay are\n"
    "  --pairs \"A B\"      BTC/USD ETH/USD ...; default: 24 pairs, or all of the store\n"
    "  --from TIME        market time at the start: 2024-08-05, 2024-08-05T12:00Z, or now\n"
    "  --to TIME          where the market ends; default: never, or with the files\n"
    "  --speed N          market seconds a second, default 1\n"
    "  --lockstep         time moves only when a client pings: one candle a ping\n"
    "  --seed N           of the synthetic market, default 42\n"
    "  --profile NAME     ccxt (default) or real: full or sparse rows of private channels\n"
    "  --variant N        another reading of what Kraken's documents leave open; default 0\n"
    "  --faults SPEC      what goes wrong: a seed that draws it, or words: answer_lost=0.01 "
    "lag=30s\n"
    "  --faults-script FILE  what happens to the venue and when, a line each:\n"
    "                     30s maintenance for 60s / 2m cancel_only for 30s / 3m cut /\n"
    "                     3m30s token_expires / 4m deposit USD 500 / 5m withdraw BTC 0.1 /\n"
    "                     6m foreign buy BTC/USD 0.01 at 0.5% below / 7m answer_lost 100% for 20s\n"
    "\n"
    "  --api-key KEY      an account's key; each one begins another account, and what follows is\n"
    "                     its own. None: one account, whose key and secret are made and printed\n"
    "  --api-secret TEXT  its secret, base64\n"
    "  --balance LIST     what it begins with: USD=100000,BTC=1.5; default USD=100000\n"
    "  --tier NAME        starter, intermediate or pro: its rate limits; default intermediate\n"
    "  --permissions LIST query-funds,query-open-trades,query-closed-trades,modify-trades,\n"
    "                     close-trades,query-ledger,create-ws-token,withdraw-funds; all, none\n"
    "  --otp TEXT         a one-time password each call must carry\n"
    "  --nonce-window N   so far below the highest a nonce may be; default 0\n"
    "  --accounts FILE    keeps keys, balances and orders there, and takes them up again\n"
    "\n"
    "It ends on SIGINT, SIGTERM, SIGHUP, or when its standard input is a pipe that is closed.\n";

static const char *script_path;

/* A flag of which the market, or another choice, is one word of two. */
static bool choose(const char *value, const char *first, const char *second, int *ret)
{
    if (strcmp(value, first) != 0 && strcmp(value, second) != 0)
        return false;
    *ret = strcmp(value, second) == 0;
    return true;
}

static bool read_uint(const char *value, uint64_t max, uint64_t *ret)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || errno || number > max)
        return false;
    *ret = number;
    return true;
}

static bool read_time(const char *value, int64_t *ret_ns)
{
    if (strcmp(value, "now") != 0)
        return timestamp_parse(value, strlen(value), ret_ns);
    struct clock clock = clock_system();
    *ret_ns = clock.wall_ns(clock.self);
    return true;
}

static bool read_speed(const char *value, double *ret)
{
    char *end;
    *ret = strtod(value, &end);
    return end != value && *end == '\0' && *ret > 0 && *ret <= 100000;
}

/* The account that the flags of one speak of: the last one begun. */
static struct exchange_key *key_of(struct exchange_config *config)
{
    if (config->key_count == 0)
        config->keys[config->key_count++] = (struct exchange_key){.tier = RATE_INTERMEDIATE};
    return &config->keys[config->key_count - 1];
}

static bool begin_key(struct exchange_config *config, const char *text)
{
    struct exchange_key *key = key_of(config);
    if (key->key) {
        if (config->key_count == EXCHANGE_KEYS_MAX)
            return false;
        key = &config->keys[config->key_count++];
        *key = (struct exchange_key){.tier = RATE_INTERMEDIATE};
    }
    key->key = text;
    return text[0] != '\0';
}

static bool read_tier(const char *value, enum rate_tier *ret)
{
    static const char *const tiers[] = {"starter", "intermediate", "pro"};
    for (int i = 0; i < RATE_TIER_COUNT; i++)
        if (strcmp(tiers[i], value) == 0) {
            *ret = (enum rate_tier)i;
            return true;
        }
    return false;
}

/* The flags of accounts; as set_flag. */
static const char *set_account_flag(struct exchange_config *config, const char *flag,
                                    const char *value)
{
    if (strcmp(flag, "--api-key") == 0)
        return begin_key(config, value) ? "" : "a key, and at most 16 of them";
    if (strcmp(flag, "--accounts") == 0) {
        config->accounts = value;
        return value[0] ? "" : "a file";
    }
    const char **text = NULL;
    if (strcmp(flag, "--api-secret") == 0)
        text = &key_of(config)->secret;
    else if (strcmp(flag, "--balance") == 0)
        text = &key_of(config)->balance;
    else if (strcmp(flag, "--permissions") == 0)
        text = &key_of(config)->permissions;
    else if (strcmp(flag, "--otp") == 0)
        text = &key_of(config)->otp;
    if (text) {
        *text = value;
        return "";
    }
    if (strcmp(flag, "--tier") == 0)
        return read_tier(value, &key_of(config)->tier) ? "" : "starter, intermediate or pro";
    if (strcmp(flag, "--nonce-window") == 0)
        return read_uint(value, UINT64_MAX, &key_of(config)->nonce_window) ? "" : "a whole number";
    return NULL;
}

/* Returns what would be right when the flag is known and its value is not; "" when all is well;
 * NULL for an unknown flag. */
static const char *set_flag(struct exchange_config *config, const char *flag, const char *value)
{
    uint64_t number = 0;
    int choice = 0;
    bool fine = true;
    const char *right = "";
    if (strcmp(flag, "--port") == 0) {
        fine = read_uint(value, 65535, &number);
        config->port = (uint16_t)number;
        right = "a port, 0 to 65535";
    } else if (strcmp(flag, "--address") == 0) {
        config->address = value;
    } else if (strcmp(flag, "--market") == 0) {
        fine = choose(value, "synthetic", "replay", &choice);
        config->market = choice ? EXCHANGE_REPLAY : EXCHANGE_SYNTHETIC;
        right = "synthetic or replay";
    } else if (strcmp(flag, "--profile") == 0) {
        fine = choose(value, "ccxt", "real", &choice);
        config->profile = choice ? EXCHANGE_REAL : EXCHANGE_CCXT;
        right = "ccxt or real";
    } else if (strcmp(flag, "--store") == 0) {
        config->store = value;
    } else if (strcmp(flag, "--pairs") == 0) {
        config->pairs = value;
    } else if (strcmp(flag, "--from") == 0 || strcmp(flag, "--to") == 0) {
        fine = read_time(value, flag[2] == 'f' ? &config->from_ns : &config->to_ns);
        right = "a time: 2024-08-05, 2024-08-05T12:00Z, or now";
    } else if (strcmp(flag, "--speed") == 0) {
        fine = read_speed(value, &config->speed);
        right = "a number above 0 and at most 100000";
    } else if (strcmp(flag, "--seed") == 0) {
        fine = read_uint(value, UINT64_MAX, &config->seed);
        right = "a whole number";
    } else if (strcmp(flag, "--variant") == 0) {
        fine = read_uint(value, UINT64_MAX, &config->variant);
        right = "a whole number";
    } else if (strcmp(flag, "--faults") == 0) {
        static char why[256];
        fine = faults_parse(value, &config->faults, why, sizeof why);
        config->faulty = true;
        right = why;
    } else if (strcmp(flag, "--faults-script") == 0) {
        script_path = value;
    } else {
        return set_account_flag(config, flag, value);
    }
    return fine ? "" : right;
}

/* 0 to go on, 1 when help was asked for and given, -1 after an error. */
static int read_flags(int argc, char **argv, struct exchange_config *config)
{
    for (int i = 1; i < argc; i++) {
        const char *flag = argv[i];
        if (flags_is_help(flag)) {
            fputs(help, stdout);
            return 1;
        }
        if (strcmp(flag, "--lockstep") == 0) {
            config->lockstep = true;
            continue;
        }
        const char *value = i + 1 < argc ? argv[++i] : NULL;
        const char *right = set_flag(config, flag, value ? value : "");
        if (!right)
            fprintf(stderr, "cuttle exchange: unknown flag %s; see cuttle exchange --help\n", flag);
        else if (!value)
            fprintf(stderr, "cuttle exchange: %s needs a value\n", flag);
        else if (right[0])
            fprintf(stderr, "cuttle exchange: %s %s: must be %s\n", flag, value, right);
        else
            continue;
        return -1;
    }
    return 0;
}

static void on_stop(void *context)
{
    loop_stop(context);
}

/* Whoever started us holds the other end of the pipe: when he goes, so do we. */
static void *watch_input(void *context)
{
    while (getchar() != EOF)
        continue;
    loop_wake(context);
    return NULL;
}

/* True when the thread was started; it is then ended by unfollow. */
static bool follow_parent(struct loop *loop, pthread_t *thread)
{
    struct stat input;
    if (fstat(0, &input) != 0 || !(S_ISFIFO(input.st_mode) || S_ISSOCK(input.st_mode)))
        return false;
    loop_on_wake(loop, on_stop, loop);
    return pthread_create(thread, NULL, watch_input, loop) == 0;
}

static void unfollow(pthread_t thread)
{
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}

/* One line a key, before the line `ready`, so that whoever waits for that has them. */
static void print_keys(const struct exchange *exchange)
{
    const char *secret, *key;
    for (uint32_t i = 0; (key = exchange_key(exchange, i, &secret)); i++)
        printf("key %s secret %s\n", key, secret);
}

static int serve(struct loop *loop, const struct exchange_config *config)
{
    char error[512];
    struct clock clock = clock_system();
    struct exchange *exchange = exchange_open(loop, &clock, config, error, sizeof error);
    if (!exchange) {
        fprintf(stderr, "cuttle exchange: %s\n", error);
        return 1;
    }
    unsigned port = exchange_port(exchange);
    char authority[160];
    guard_authority(authority, sizeof authority, config->address, port);
    print_keys(exchange);
    printf("ready http://%s ws://%s/v2\n", authority, authority);
    fflush(stdout);
    loop_on_signal(loop, SIGINT, on_stop, loop);
    loop_on_signal(loop, SIGTERM, on_stop, loop);
    loop_on_signal(loop, SIGHUP, on_stop, loop); /* its terminal was closed, or its parent died */
    pthread_t follower;
    bool following = follow_parent(loop, &follower);
    loop_run(loop);
    if (following)
        unfollow(follower);
    const bool kept = exchange_save(exchange, error, sizeof error);
    if (!kept)
        fprintf(stderr, "cuttle exchange: %s\n", error);
    exchange_close(exchange);
    return kept ? 0 : 1;
}

/* One process writes a file of accounts. The one before us may have lost whoever started it a
 * moment ago, and is still writing what happened last. */
static bool take_accounts(const struct exchange_config *config, struct state_lock **ret)
{
    char error[512];
    if (!config->accounts)
        return true;
    *ret = state_lock_file(config->accounts, ACCOUNTS_PATIENCE_NS, error, sizeof error);
    if (!*ret)
        fprintf(stderr, "cuttle exchange: %s\n", error);
    return *ret != NULL;
}

int command_exchange(int argc, char **argv)
{
    struct exchange_config config = {.address = "127.0.0.1", .speed = 1, .seed = 42};
    int flags = read_flags(argc, argv, &config);
    if (flags != 0)
        return flags > 0 ? 0 : 2;
    key_of(&config);
    static struct script script;
    char error[512];
    if (script_path != NULL && !script_read(script_path, &script, error, sizeof error)) {
        fprintf(stderr, "cuttle exchange: %s\n", error);
        return 2;
    }
    config.script = script_path != NULL ? &script : NULL;
    struct loop *loop = loop_new();
    if (!loop) {
        fprintf(stderr, "cuttle exchange: the machine refuses an event loop: %s\n",
                strerror(errno));
        return 1;
    }
    struct state_lock *lock = NULL;
    int status = 1;
    if (take_accounts(&config, &lock))
        status = serve(loop, &config);
    if (lock)
        state_lock_release(lock);
    loop_free(loop);
    return status;
}
