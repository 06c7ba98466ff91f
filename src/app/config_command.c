/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/flags.h"
#include "app/options.h"

static const char help[] =
    "cuttle config show [options]       the configuration in force, each value with its source\n"
    "cuttle config check [options]      only says whether it is right\n"
    "cuttle config reference            every option, as Markdown (docs/configuration.md)\n"
    "\n"
    "Read in this order, later wins: defaults, cuttle.yaml (or --config FILE), .env, environment\n"
    "(CUTTLE_RISK__MAX_DAILY_LOSS=0.03), command line (--set risk.max_daily_loss=0.03). The "
    "options\n"
    "are those of `cuttle run`. Exit status: 0 all is right; 1 something is not, and is named.\n";

static int check(struct options *options)
{
    struct engine_config engine;
    char error[512], text[OPTION_LIST_MAX];
    const char *words[PAIR_MAX];
    if (options_settle(options, error, sizeof error) != 0) {
        fprintf(stderr, "cuttle config: %s\n", error);
        return EXIT_FAILURE;
    }
    if (options_engine(options, 1, &engine, error, sizeof error) != 0) {
        fprintf(stderr, "cuttle config: %s\n", error);
        return EXIT_FAILURE;
    }
    if (options_fault(options, &engine) != NULL) {
        fprintf(stderr, "cuttle config: %s\n", options_fault(options, &engine));
        return EXIT_FAILURE;
    }
    if (options_pairs(options->session.pairs, text, sizeof text, words) <= 0) {
        fprintf(stderr, "cuttle config: session.pairs: name 1 to %d pairs\n", PAIR_MAX);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

int command_config(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    if (flags_have_help(argc, argv)) {
        printf("%s\n%s", help, options_short_help);
        return EXIT_SUCCESS;
    }
    const bool known =
        strcmp(verb, "show") == 0 || strcmp(verb, "check") == 0 || strcmp(verb, "reference") == 0;
    if (!known) {
        fprintf(stderr, "%s", help);
        return EXIT_FAILURE;
    }
    struct options *options = calloc(1, sizeof *options);
    struct config *config = NULL;
    if (options == NULL || options_load(options, &config, argc - 2, argv + 2, NULL, NULL) != 0) {
        free(options);
        return EXIT_FAILURE;
    }
    int result = check(options);
    if (result == EXIT_SUCCESS && strcmp(verb, "show") == 0) {
        config_show(config, stdout);
    } else if (result == EXIT_SUCCESS && strcmp(verb, "reference") == 0) {
        config_reference(config, stdout);
    } else if (result == EXIT_SUCCESS) {
        printf("the configuration is right\n");
    }
    config_free(config);
    free(options);
    return result;
}
