/* SPDX-License-Identifier: MIT */
#include "app/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* What the tests tell each other is no option, and no mistake either. */
static const char *const test_variables[] = {"CUTTLE_SEED", "CUTTLE_SHARED", "CUTTLE_SOURCE",
                                             "CUTTLE_PROGRAM"};

/* Read by app/keys.h, from the environment alone: a file that names it is refused, as is one that
 * names the keys, which main has taken out of the environment before. */
static const char *const key_variables[] = {"CUTTLE_VAULT_PASSPHRASE_FILE"};

struct short_flag {
    const char *flag;
    const char *key;
};

static const struct short_flag short_flags[] = {
    {"--state", "session.state"},     {"--pairs", "session.pairs"},
    {"--mode", "session.mode"},       {"--timeframe", "session.timeframe"},
    {"--capital", "session.capital"}, {"--venue", "venue.name"},
    {"--market", "market.kind"},      {"--store", "market.store"},
    {"--from", "market.from"},        {"--to", "market.to"},
    {"--speed", "market.speed"},      {"--seed", "market.seed"},
    {"--port", "server.port"},        {"--risk-per-trade", "risk.risk_per_trade"},
};

const char options_short_help[] =
    "  --pairs \"A B\"       session.pairs: names or aliases, small, default or universe\n"
    "  --state DIR         session.state: where ledger, journal and log live\n"
    "  --mode M            session.mode: auto, rehearsal, paper, validate or live\n"
    "  --venue V           venue.name: local or kraken\n"
    "  --market M          market.kind: synthetic or replay\n"
    "  --store DIR         market.store: candle files for a replay\n"
    "  --from T --to T     market.from, market.to: 2024-08-01 or RFC 3339\n"
    "  --speed N           market.speed: market seconds a second\n"
    "  --seed N            market.seed\n"
    "  --timeframe T       session.timeframe: base candles, auto or 1m to 1d\n"
    "  --capital USD       session.capital\n"
    "  --port P            server.port\n"
    "  --risk-per-trade F  risk.risk_per_trade: 0.02 is two percent\n"
    "  --config FILE       read this file instead of cuttle.yaml\n"
    "  --set a.b=c         any option; --a-b c is the same\n";

static int complain(const struct config *config)
{
    fprintf(stderr, "cuttle: %s\n", config_error(config));
    return -EINVAL;
}

static const char *key_of(const struct config *config, const char *flag)
{
    for (size_t i = 0; i < sizeof short_flags / sizeof short_flags[0]; i++) {
        if (strcmp(short_flags[i].flag, flag) == 0) {
            return short_flags[i].key;
        }
    }
    return config_key_of_flag(config, flag);
}

/* "a.b=c" cut at its first equals sign. */
static int set_pair(struct config *config, const char *text)
{
    char key[256];
    const char *equals = strchr(text, '=');
    if (equals == NULL || (size_t)(equals - text) >= sizeof key) {
        fprintf(stderr, "cuttle: --set %s: write --set section.option=value\n", text);
        return -EINVAL;
    }
    memcpy(key, text, (size_t)(equals - text));
    key[equals - text] = '\0';
    return config_set(config, key, equals + 1, "--set") == 0 ? 0 : complain(config);
}

/* Returns how many words were taken, or -EINVAL after saying why. */
static int take_flag(struct config *config, int argc, char **argv, option_other *other,
                     void *context)
{
    const int taken = other == NULL ? 0 : other(context, argc, argv);
    if (taken != 0) {
        return taken;
    }
    if (strcmp(argv[0], "--config") == 0 && argc > 1) {
        return 2; /* read before the flags */
    }
    if (strcmp(argv[0], "--set") == 0 && argc > 1) {
        return set_pair(config, argv[1]) == 0 ? 2 : -EINVAL;
    }
    const char *key = key_of(config, argv[0]);
    if (key == NULL) {
        fprintf(stderr, "cuttle: unknown option %s; `cuttle help` lists them\n", argv[0]);
        return -EINVAL;
    }
    if (argc < 2) {
        fprintf(stderr, "cuttle: %s wants a value\n", argv[0]);
        return -EINVAL;
    }
    return config_set(config, key, argv[1], argv[0]) == 0 ? 2 : complain(config);
}

/* The configuration file; NULL where there is none. */
static const char *file_of(int argc, char **argv)
{
    const char *path = access("cuttle.yaml", F_OK) == 0 ? "cuttle.yaml" : NULL;
    for (int i = 0; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--config") == 0) {
            path = argv[i + 1];
        }
    }
    return path;
}

/* Everything but the command line; -EINVAL with config_error set. */
static int read_files(struct config *config, int argc, char **argv)
{
    const char *path = file_of(argc, argv);
    for (size_t i = 0; i < sizeof test_variables / sizeof test_variables[0]; i++) {
        config_alias(config, test_variables[i], NULL);
    }
    if ((path != NULL && config_read_file(config, path) != 0) ||
        config_read_env_file(config, ".env") != 0) {
        return -EINVAL;
    }
    for (size_t i = 0; i < sizeof key_variables / sizeof key_variables[0]; i++) {
        config_alias(config, key_variables[i], NULL);
    }
    return config_read_environment(config, environ);
}

/* A relative folder lies beside the configuration file. */
static void find_folder(const struct options *options, int argc, char **argv, char *out,
                        size_t size)
{
    const char *folder = options->strategies.folder, *path = file_of(argc, argv);
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const int len = slash == NULL || folder[0] == '/' ? 0 : (int)(slash + 1 - path);
    snprintf(out, size, "%.*s%s", len, path, folder);
}

/* What is wrong in the sources is told when they are read for good. */
static void glance(struct config *config, int argc, char **argv)
{
    static const char key[] = "strategies.folder";
    read_files(config, argc, argv);
    for (int i = 0; i + 1 < argc; i++) {
        const char *value = NULL;
        if (strcmp(argv[i], "--strategies-folder") == 0) {
            value = argv[i + 1];
        } else if (strcmp(argv[i], "--set") == 0 &&
                   strncmp(argv[i + 1], key, sizeof key - 1) == 0 &&
                   argv[i + 1][sizeof key - 1] == '=') {
            value = argv[i + 1] + sizeof key;
        }
        if (value != NULL) {
            config_set(config, key, value, argv[i]);
        }
    }
}

/* The user's strategies declare options, so they come before all options are read. */
static int read_shelf(struct options *options, int argc, char **argv)
{
    char folder[2 * OPTION_PATH_MAX], error[512];
    struct options *first = calloc(1, sizeof *first);
    struct shelf *shelf = shelf_new();
    if (first == NULL || shelf == NULL) {
        fprintf(stderr, "cuttle: out of memory\n");
        free(first);
        shelf_free(shelf);
        return -ENOMEM;
    }
    options_declare_folder(first);
    struct config *config = config_new(first->sections, first->section_count);
    config_glance(config);
    glance(config, argc, argv);
    find_folder(first, argc, argv, folder, sizeof folder);
    config_free(config);
    free(first);
    const int result = shelf_read(shelf, folder, error, sizeof error);
    if (result != 0) {
        fprintf(stderr, "cuttle: %s\n", error);
        shelf_free(shelf);
        return result;
    }
    shelf_free(shelf_use(shelf));
    options->shelf = shelf;
    return 0;
}

int options_load(struct options *options, struct config **ret, int argc, char **argv,
                 option_other *other, void *context)
{
    if (read_shelf(options, argc, argv) != 0) {
        return -EINVAL;
    }
    options_declare(options);
    struct config *config = config_new(options->sections, options->section_count);
    if (config == NULL) {
        fprintf(stderr, "cuttle: out of memory\n");
        return -EINVAL;
    }
    int result = read_files(config, argc, argv);
    if (result != 0) {
        complain(config);
    }
    for (int i = 0; result == 0 && i < argc;) {
        const int taken = take_flag(config, argc - i, argv + i, other, context);
        if (taken < 0) {
            result = taken;
        }
        i += taken;
    }
    if (result != 0) {
        config_free(config);
        return result;
    }
    *ret = config;
    options->config = config;
    return 0;
}
