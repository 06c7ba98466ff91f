/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/examples.h"
#include "app/flags.h"
#include "app/keys.h"
#include "app/remote.h"

struct command {
    const char *name;
    command_function *function;
    const char *help;
};

static command_function command_help;
static command_function command_version;

/* In the order in which a newcomer needs them. */
static const struct command commands[] = {
    {"run", command_run, "trade until Ctrl-C: a rehearsal, on paper, or live"},
    {"top", command_top, "the running session in a terminal, to watch and to command"},
    {"status", command_own, "how the running session stands"},
    {"positions", command_own, "what it holds"},
    {"trades", command_own, "what it has closed"},
    {"pause", command_own, "no new entries; exits and stops go on"},
    {"resume", command_own, "entries are allowed again"},
    {"close-all", command_own, "pause, and sell everything at once"},
    {"ctl", command_ctl, "more commands: buy, sell, close a pair, cancel, bracket ..."},
    {"why", command_why, "why nothing trades now, pair by pair"},
    {"explain", command_explain, "why a trade was made, how large, and why it ended"},
    {"analyse", command_analyse, "what closed trades have in common, and what is more than luck"},
    {"exchange", command_exchange, "the local Kraken, for any Kraken client"},
    {"data", command_data, "the candle store: download, import, list, check, export"},
    {"backtest", command_backtest, "recorded candles through the engine, and what came of it"},
    {"search", command_search, "which settings would have done best, and how they held up"},
    {"walkforward", command_walkforward, "what a search is worth as time goes on"},
    {"montecarlo", command_montecarlo, "what else could have come of a backtest"},
    {"learn", command_learn, "which signals win, and whether a model of it holds"},
    {"check", command_check, "does a backtest deceive? look-ahead, warm-up, repeat"},
    {"models", command_models, "the trained models: which is in force, what they hold, going back"},
    {"indicator", command_indicator, "indicators of a file of candles, as CSV"},
    {"universe", command_universe, "which of all listed pairs would be traded, and why not"},
    {"doctor", command_doctor, "would a session run? what is missing, and the remedy"},
    {"stress", command_stress, "observe a running session for minutes or days, and judge it"},
    {"alarm", command_alarm, "try the way out of alarms; what was raised"},
    {"bench", command_bench, "the speed table"},
    {"replay", command_replay, "run a recorded session again and compare"},
    {"drift", command_drift, "why a session did not do what a backtest does"},
    {"backup", command_backup, "copy a state directory, also a live one"},
    {"vault", command_vault, "keys, sealed under a passphrase"},
    {"key", command_key,
     "keys for other machines and programs: to look at a session, or to command it"},
    {"config", command_config, "show or check the configuration; what every option is"},
    {"help", command_help, "this list, or the help of one command"},
    {"version", command_version, "what this is"},
};
static const size_t command_count = sizeof commands / sizeof commands[0];

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int no_command(const char *name)
{
    fprintf(stderr, "cuttle: there is no command \"%s\"; `cuttle help` lists them\n", name);
    return EXIT_FAILURE;
}

static int command_version(int argc, char **argv)
{
    (void)argc, (void)argv;
    printf("cuttle %s\n", CUTTLE_VERSION);
    return EXIT_SUCCESS;
}

static int explain(const struct command *command, char *name)
{
    char *words[] = {name, (char[]){"--help"}, NULL};
    const char *examples = examples_of(name);
    const int result = command->function(2, words);
    if (examples != NULL) {
        printf("\nExamples:\n\n%s", examples);
    }
    return result;
}

static int command_help(int argc, char **argv)
{
    if (argc > 1) {
        const struct command *command = find_command(argv[1]);
        if (command != NULL && command->function != command_help) {
            return explain(command, argv[1]);
        }
        if (command == NULL && !flags_is_help(argv[1])) {
            return no_command(argv[1]);
        }
    }
    printf("cuttle: a trading engine for the Kraken exchange\n\n");
    for (size_t i = 0; i < command_count; i++) {
        printf("  cuttle %-11s %s\n", commands[i].name, commands[i].help);
    }
    printf("\n`cuttle help COMMAND` explains one; docs/README.md leads to the rest.\n");
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    keys_take_environment();
    remote_take_environment();
    if (argc < 2 || flags_is_help(argv[1])) {
        return command_help(1, argv);
    }
    if (strcmp(argv[1], "--version") == 0) {
        return command_version(1, argv);
    }
    const struct command *command = find_command(argv[1]);
    if (command == NULL) {
        return no_command(argv[1]);
    }
    if (argc == 3 && flags_is_help(argv[2]) && command->function != command_help) {
        return explain(command, argv[1]);
    }
    return command->function(argc - 1, argv + 1);
}
